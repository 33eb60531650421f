"""Engines as Python drives them: IPython's own %%px with Rust in it, on a cluster that ipcluster starts by the profile `rust`."""

import io
import re
import shutil
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import ipyparallel
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from places import scratch
from tally import Tally

SECONDS = 60
PROFILE = Path(sys.prefix) / "share/ipython/profile_rust"


class Cluster:
    """Three engines, by the profile that the kernel's installation has written."""

    def __init__(self, folder):
        self.profile = folder / "profile_rust"
        shutil.copytree(PROFILE, self.profile)
        self.log = open(folder / "ipcluster.log", "w+")
        command = [sys.executable, "-m", "ipyparallel.cluster", "start", "-n", "3", f"--profile-dir={self.profile}"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        file = self.profile / "security/ipcontroller-client.json"
        end = time.monotonic() + SECONDS
        while not file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                self.log.seek(0)
                raise RuntimeError(f"ipcluster did not start: {self.log.read()}")
            time.sleep(0.1)
        self.client = ipyparallel.Client(profile_dir=str(self.profile), timeout=SECONDS)
        self.client.wait_for_engines(3, timeout=SECONDS)

    def stop(self):
        self.client.close()
        self.process.terminate()
        status = self.process.wait(SECONDS)
        self.log.close()
        return status


def session(client):
    """What a person at IPython types, and what comes of it: text, and the exception."""
    # Without a history: its file goes with the folder of this run.
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}), colors="nocolor")
    view = client[:]
    view.block = True
    view.activate()

    def run(code):
        text = io.StringIO()
        with redirect_stdout(text), redirect_stderr(text):
            result = shell.run_cell(code)
        error = result.error_in_exec
        return text.getvalue(), getattr(error, "original_error", error)

    return run


def results(text):
    """Which engine gave what. A bar of progress stands between them, with numbers of its own."""
    return sorted(re.findall(r"Out\[(\d+):\d+\]: (.+)", text))


def drive(run, tally):
    with tally.check("%%px runs Rust, and shows what it prints and gives"):
        text, error = run('%%px\nlet x = 41;\nprintln!("engine at work");\nx + 1')
        assert error is None, error
        assert text.count("engine at work") == 3, text
        assert results(text) == [("0", "42"), ("1", "42"), ("2", "42")], text
    with tally.check("%%px --targets chooses engines"):
        text, error = run("%%px --targets 0,2\nlet y = x * 2;\ny")
        assert error is None, error
        assert results(text) == [("0", "82"), ("2", "82")], text
    with tally.check("a variable of some engines is an error of the others"):
        failures = run("%px y")[1].elist
        assert [(name, info["engine_id"]) for name, _, _, info in failures] == [("E0425", 1)], failures
    with tally.check("a panic is an error of every engine, with its line"):
        failures = run("%%px\nassert_eq!(x, 1);")[1].elist
        assert [name for name, *_ in failures] == ["panic"] * 3, failures
        lines = re.sub(r"\x1b\[[0-9;]*m", "", str(failures[0][2]))
        assert "assert_eq!(x, 1);" in lines, lines
    with tally.check("an abort ends the cell, and the engine goes on"):
        error = run("%%px --targets 1\nstd::process::abort()")[1]
        assert error.ename == "Aborted", error
        text, error = run("%px 20 + 3")
        assert error is None, error
        assert results(text) == [("0", "23"), ("1", "23"), ("2", "23")], text


def main():
    tally = Tally()
    with scratch() as folder:
        cluster = Cluster(folder)
        try:
            drive(session(cluster.client), tally)
        finally:
            status = cluster.stop()
        with tally.check("ipcluster ends without an error"):
            assert status == 0, status
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
