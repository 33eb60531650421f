"""One build: whatever a script asks cargo for, no crate is compiled a second time.

Everything was built before; a way that compiles something takes minutes here, and fails.
"""

import json
import shutil
import subprocess
import sys

from places import ROOT
from tally import Tally

# Each way in which a script builds, by its words after `cargo`; --release --locked --workspace are added.
LAB = "build --bin bootcamp-kernel"
WAYS = [
    "build --bins --lib --tests --examples",
    LAB,
    "build --bin evcxr-stock",
    "build --example diagnose",
    "test --no-run --lib --test integration",
    "test --no-run --test kernel",
    "test --no-run --test cluster",
]
LIBZMQ = "build --examples --features bootcamp-cluster/libzmq"


def has_libzmq():
    return bool(shutil.which("pkg-config")) and subprocess.run(["pkg-config", "--exists", "libzmq"]).returncode == 0


def built(way):
    """What cargo says of each part of a build."""
    command = ["cargo", *way.split(), "--release", "--locked", "--workspace", "--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr.strip()[-800:]
    messages = map(json.loads, done.stdout.splitlines())
    return [message for message in messages if message["reason"] == "compiler-artifact"]


def part(artifact):
    """What has to be compiled once. Build scripts are compiled without optimization; one crate has the feature libzmq."""
    target, profile = artifact["target"], artifact["profile"]
    ours = artifact["features"] if artifact["package_id"].startswith("path+") else ()
    return artifact["package_id"], target["name"], *target["kind"], profile["test"], profile["opt_level"], *ours


def files(artifact):
    """Where it lies. What is asked for by its name is copied to a place without a hash, its metadata are not."""
    return [file for file in artifact["filenames"] if file.endswith(".rmeta")] or artifact["filenames"]


def main():
    tally = Tally()
    known, tests = {}, set()
    for way in WAYS + [LIBZMQ] * has_libzmq():
        with tally.check(f"cargo {way}"):
            twice = []
            for artifact in built(way):
                if artifact["target"]["kind"] == ["test"]:
                    tests.add(artifact["target"]["name"])
                first, there = known.setdefault(part(artifact), (way, files(artifact)))
                if there != files(artifact):
                    twice.append(f"{artifact['package_id'].rsplit('/')[-1]} (also by `cargo {first}`)")
            assert not twice, f"{len(twice)} crates are compiled a second time, with other features: {', '.join(twice[:8])}"
    with tally.check("every folder of tests is in one of these ways"):
        unknown = {name for name in tests if not any(f"--test {name}" in way for way in WAYS)}
        assert not unknown, f"scripts/test runs no {', '.join(unknown)}"
    with tally.check(f"cargo {LAB} compiles nothing when nothing has changed"):
        stale = [artifact["package_id"].rsplit("/")[-1] for artifact in built(LAB) if not artifact["fresh"]]
        assert not stale, f"compiled anew: {', '.join(stale)}"
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
