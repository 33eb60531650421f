"""Checks of scripts/lab.

Usage: lab.py options|start

  options   what it says when an option is mistyped or a tool is missing (a second)
  start     it opens the course and Ctrl-C stops it (seconds, once the kernel is built)
"""

import os
import shutil
import subprocess
import sys

from places import NOTEBOOKS, ROOT, scratch
from server import Server
from tally import Tally

LAB = ROOT / "scripts" / "lab"
ALWAYS_THERE = ["bash", "basename", "cat", "dirname", "env", "id"]
NO_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\nexit 0\n'


def run(*arguments, **options):
    done = subprocess.run([LAB, *arguments], capture_output=True, text=True, timeout=60, **options)
    return done.returncode, done.stdout, done.stderr


def options(tally):
    with tally.check("scripts/lab --help explains itself"):
        status, out, err = run("--help")
        assert status == 0 and "--no-browser" in out and not err, f"exit status {status}: {out}{err}"
    for wrong in (["--colour"], ["--port"], ["--port", "0"], ["--port", "http"], ["--port", "65536"], ["/no/such/folder"]):
        with tally.check(f"scripts/lab {' '.join(wrong)} is refused in one line"):
            status, out, err = run(*wrong)
            assert status == 2 and not out and err.count("\n") == 1, f"exit status {status}: {out}{err}"


def missing_tools(tally, folder):
    """A computer that has all tools but one: a PATH of links and stand-ins."""
    for missing, hint in (("cargo", "rustup"), ("cc", "install"), ("python3", "install"), ("venv", "venv")):
        with tally.check(f"scripts/lab without {missing} names the command that installs it"):
            path = folder / f"without-{missing}"
            path.mkdir()
            for name in ALWAYS_THERE:
                (path / name).symlink_to(shutil.which(name))
            for name in {"cargo", "cc", "python3"} - {missing}:
                (path / name).write_text(NO_VENV)
                (path / name).chmod(0o755)
            status, out, err = run(env={"PATH": str(path), "HOME": str(folder)})
            assert status == 1 and not out, f"exit status {status}: {out}{err}"
            assert err.count("\n") == 1 and missing in err and hint in err, f"it said {err!r}"


def start_and_stop(tally, folder):
    with tally.check("scripts/lab starts on the course with its kernel, and Ctrl-C stops it"):
        # Once the kernel is built this takes seconds; the limit only ends a run that hangs.
        with Server([LAB, "--no-browser"], folder / "lab.log", ready_seconds=900) as server:
            specification = server.ask("api/kernelspecs")["kernelspecs"]["rust"]["spec"]
            assert specification["display_name"] == "Rust (bootcamp)", f"the kernel is {specification}"
            assert specification["argv"][0].startswith(str(ROOT)), f"the kernel is {specification['argv']}"
            listed = {entry["name"] for entry in server.ask("api/contents")["content"]}
            wanted = {path.name for path in NOTEBOOKS.glob("*.ipynb")}
            assert wanted <= listed, f"it lists {listed}"
            status = server.stop()
        said = (folder / "lab.log").read_text()
        assert status == 0, f"exit status {status} after Ctrl-C: {said[-500:]}"
        assert "/lab/tree/00-welcome.ipynb" in said, f"it does not open the course: {said[-500:]}"
    with tally.check("scripts/lab opens a folder of one's own, from wherever it is called"):
        (folder / "my own").mkdir()
        (folder / "my own" / "mine.ipynb").write_text("{}")
        with Server([LAB, "--no-browser", "my own"], folder / "own.log", cwd=folder) as server:
            listed = [entry["name"] for entry in server.ask("api/contents")["content"]]
        assert listed == ["mine.ipynb"], f"it lists {listed}"


if __name__ == "__main__":
    if sys.argv[1:] not in (["options"], ["start"]):
        sys.exit(__doc__)
    total = Tally()
    with scratch() as place:
        if sys.argv[1] == "options":
            options(total)
            missing_tools(total, place)
        else:
            start_and_stop(total, place)
    sys.exit(total.finish())
