"""Engines that other programs start, by profiles as `%cluster profile` writes them: Slurm on this computer, ssh to a host in a network of its own.

It needs root, and what scripts/hosts/slurm or scripts/hosts/ssh needs."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from places import NOTEBOOKS, ROOT, scratch
from tally import Tally

SECONDS = 60
ENGINES = 4


class Notebook:
    """A notebook with the kernel of the course."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="rust", startup_timeout=SECONDS)

    def run(self, code):
        """What a cell prints; its error is an AssertionError."""
        text = []

        def show(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                text.append(content["text"])
            elif message["msg_type"] == "execute_result":
                text.append(content["data"]["text/plain"])

        reply = self.client.execute_interactive(code, timeout=SECONDS, output_hook=show)["content"]
        assert reply["status"] == "ok", f"{reply.get('ename')}: {reply.get('evalue')}"
        return "".join(text)

    def kill(self):
        self.client.stop_channels()
        self.manager.provisioner.process.send_signal(signal.SIGKILL)
        self.manager.shutdown_kernel(now=True)

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


class Profile:
    """A profile that the kernel has written, and a person edits."""

    def __init__(self, notebook, name, kind):
        self.name = name
        self.folder = Path(os.environ["IPYTHONDIR"]) / f"profile_{name}"
        self.file = self.folder / "ipcluster_config.py"
        self.told = notebook.run(f"%cluster profile {name} --{kind}")

    def edit(self, **values):
        """Gives settings other values; the last word of each names it."""
        text = self.file.read_text()
        for name, value in values.items():
            line = re.search(rf"^c\.\w+\.{name} = .*$", text, re.MULTILINE)
            assert line, f"no line for {name}"
            text = text.replace(line[0], f"{line[0].split(' = ')[0]} = {value!r}")
        self.file.write_text(text)

    def processes(self):
        """What the cluster has started, on this computer and in its networks."""
        wanted = str(self.folder).encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (process / "cmdline").read_bytes()
                ours = wanted in command or b"engine\0" in command and self.name.encode() in (process / "environ").read_bytes()
                if command and ours:
                    found.append(command.replace(b"\0", b" ").decode())
        return found

    def is_gone(self):
        """Whether nothing of the cluster is left, after a while."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            files = list((self.folder / "security").glob("*.json"))
            if not self.processes() and not files:
                return
            time.sleep(0.2)
        raise AssertionError(f"left: {self.processes()}, {files}")


def host(kind, *words):
    """Runs scripts/hosts/KIND, and gives what it says."""
    result = subprocess.run([ROOT / "scripts/hosts" / kind, *words], capture_output=True, text=True)
    assert result.returncode == 0, f"scripts/hosts/{kind} {words[0]}: {result.stderr.strip() or result.stdout.strip()}"
    return result.stdout.strip()


def outputs(value):
    """What `%px` shows when each engine gives this; `#` is its number."""
    return "".join(f"Out[{number}]: {value.replace('#', str(number))}\n" for number in range(ENGINES))


def cloud_chapter(notebook):
    """Runs the end of notebook 04 on the engines that there are: a map, and a job."""
    cells = json.loads((NOTEBOOKS / "solutions/04-native-and-together.ipynb").read_text())["cells"]
    code = {cell["id"]: "".join(cell["source"]) for cell in cells}
    notebook.run("use bootcamp::prelude::*;")
    for name in ["ex-5-solution", "naive", "ex-6-solution", "one-walk"]:
        notebook.run(code[name])
    notebook.run("let c = Client::connect()?;\nlet on_cores: Vec<Vec<Point>> = (0..WALKERS).into_par_iter().map(one_walk).collect();")
    for name in ["map", "means", "cloud-map", "cloud-result"]:
        print(notebook.run(code[name]), end="")


def slurm(tally):
    os.environ["SLURM_CONF"] = host("slurm", "run", "printenv", "SLURM_CONF")

    def jobs():
        return subprocess.run(["squeue", "-h", "-o", "%j %C"], capture_output=True, text=True, check=True).stdout.split()

    def no_jobs():
        end = time.monotonic() + 30
        while jobs() and time.monotonic() < end:
            time.sleep(0.2)
        assert not jobs(), jobs()

    notebook = Notebook()
    profile = Profile(notebook, "night", "slurm")
    with tally.check("a profile for Slurm says which lines to look at"):
        assert "c.SlurmEngineSetLauncher.queue" in profile.told, profile.told
        profile.edit(queue="debug", controller_ip="127.0.0.1")
    with tally.check("Slurm starts four engines, whose ids are ranks"):
        notebook.run(f"%cluster start -n {ENGINES} --profile night")
        assert len(jobs()) == 2, jobs()
        said = notebook.run('%px std::env::var("SLURM_PROCID").unwrap()')
        assert said == outputs('"#"'), said
    with tally.check("functions of the notebook are known there, and variables come back"):
        notebook.run("use bootcamp::prelude::*;\nfn square(x: u64) -> u64 { x * x }")
        said = notebook.run('%%px\nlet rank: u64 = std::env::var("SLURM_PROCID")?.parse()?;\nsquare(rank)')
        assert said == "".join(f"Out[{n}]: {n * n}\n" for n in range(ENGINES)), said
        said = notebook.run('let c = Client::connect()?;\nc.all().pull::<u64>("rank")?')
        assert said == str([*range(ENGINES)]), said
    with tally.check("the end of notebook 04: a map and a job give the notebook's points"):
        cloud_chapter(notebook)
    with tally.check("%cluster stop ends the job, and nothing is left"):
        notebook.run("%cluster stop")
        no_jobs()
        profile.is_gone()
    with tally.check("a kernel that is killed takes its job along"):
        notebook.run("%cluster start -n 2 --profile night")
        notebook.kill()
        no_jobs()
        profile.is_gone()


def ssh(tally):
    here, there = "10.77.0.1", "10.77.0.2"
    config = ["-F", host("ssh", "config")]
    notebook = Notebook()
    profile = Profile(notebook, "lab", "ssh")
    with tally.check("a profile for ssh says which lines to look at"):
        assert "c.SSHEngineSetLauncher.engines" in profile.told, profile.told
        profile.edit(
            engines={f"root@{there}": ENGINES},
            controller_ip=here,
            controller_location=here,
            remote_python=sys.executable,
            ssh_args=config,
            scp_args=config,
        )
    with tally.check("the other host has no Rust and no cache"):
        assert host("ssh", "run", "command -v rustc; ls -d ~/.cache ~/.cargo ~/.rustup 2>/dev/null; hostname") == "bootcamp-host"
    with tally.check("ssh starts four engines on the other host"):
        notebook.run(f"%cluster start -n {ENGINES} --profile lab")
        assert len(profile.processes()) >= ENGINES, profile.processes()
    with tally.check("the first cell sends what they lack, once for all of them"):
        notebook.run("use bootcamp::prelude::*;\nfn name() -> String { std::fs::read_to_string(\"/proc/sys/kernel/hostname\").unwrap() }")
        said = notebook.run("%px name().trim()")
        sent, rest = said.split("\n", 1)
        assert re.fullmatch(r"engines 0, 1, 2, 3: sent \d+ MB that they lacked", sent), said
        assert rest == outputs('"bootcamp-host"'), said
        kept = host("ssh", "run", "ls ~/.cache/bootcamp/shipped/parts").split()
        assert len(kept) == 3, kept
    with tally.check("the next cell sends nothing, and a seed gives the points of the notebook"):
        walk = "random_walker(&Mixture::bootcamp(), 1000, [0.0, 0.0], 100, &mut rng(7)).last().copied()"
        point = notebook.run(walk)
        said = notebook.run(f"%px {walk}")
        assert said == outputs(point), said
    with tally.check("the end of notebook 04: a map and a job give the notebook's points"):
        cloud_chapter(notebook)
    with tally.check("%cluster stop ends the engines there, and nothing is left"):
        notebook.run("%cluster stop")
        profile.is_gone()
    with tally.check("what was sent is there the next time"):
        notebook.run("%cluster start -n 1 --profile lab")
        assert notebook.run("%px 1 + 1") == "Out[0]: 2\n"
    with tally.check("a kernel that is killed takes its engines along"):
        notebook.kill()
        profile.is_gone()


def main():
    tally = Tally()
    kinds = {"slurm": slurm, "ssh": ssh}
    kind = sys.argv[1]
    with scratch():
        host(kind, "up")
        try:
            kinds[kind](tally)
        finally:
            host(kind, "down")
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
