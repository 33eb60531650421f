"""The diagnostics of the crate beside those of arviz and emcee, on chains of all kinds.

Usage: diagnostics.py [PROGRAM]

PROGRAM is the example `diagnose` of the crate; without it, cargo builds it.
"""

import functools
import json
import logging
import math
import pathlib
import subprocess
import sys
import tempfile
import warnings

import emcee
import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # arviz tells of its next version
    import arviz

from places import ROOT
from tally import Tally

CLOSE = 1e-9
NUMBERS = ("mean", "sd", "rhat", "ess_bulk", "ess_tail", "ess_mean", "mcse_mean", "integrated_time")


def expected(chains):
    """What arviz and emcee say of an array of shape (chains, draws); NaN where it is undefined."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        ess = functools.partial(arviz.ess, chains)
        return {
            "mean": np.mean(chains),
            "sd": np.std(chains, ddof=1),
            "rhat": arviz.rhat(chains),
            "ess_bulk": ess(method="bulk"),
            "ess_tail": ess(method="tail"),
            "ess_mean": ess(method="mean"),
            "mcse_mean": arviz.mcse(chains, method="mean"),
            "integrated_time": integrated_time(chains),
        }


def integrated_time(chains):
    # A chain that stays in place has no correlations; emcee divides the rounding errors of 0 by 0.
    if not np.all(np.ptp(chains, axis=1) > 0):
        return math.nan
    return emcee.autocorr.integrated_time(chains.T, c=5, quiet=True)[0]


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def autoregressive(rho, seed, chains, draws):
    """Each draw keeps the share rho of the one before."""
    noise = normal(seed, chains, draws)
    result = noise / math.sqrt(1 - rho * rho)
    for draw in range(1, draws):
        result[:, draw] = rho * result[:, draw - 1] + noise[:, draw]
    return result


def with_value(chains, chain, draw, value):
    chains[chain, draw] = value
    return chains


def cases():
    """Names and arrays of shape (chains, draws)."""
    yield "independent draws", normal(1, 4, 1000)
    yield "independent draws, ten short chains", normal(2, 10, 50)
    yield "many draws", normal(3, 4, 30_000)
    for rho in (-0.9, -0.5, 0.1, 0.5, 0.9, 0.99, 0.999):
        yield f"each draw keeps {rho} of the one before", autoregressive(rho, 4, 4, 2000)
    yield "a random walk", np.cumsum(normal(5, 3, 500), axis=1)
    yield "few integers", np.floor(3 * normal(6, 4, 400))
    yield "zeros and ones", np.where(normal(7, 4, 300) > 1, 1.0, 0.0)
    yield "a walker's repeats", np.repeat(normal(8, 4, 100), 5, axis=1)
    yield "one chain stays in place", with_value(normal(9, 4, 100), 2, slice(None), 0.1)
    yield "every chain stays in a place of its own", np.repeat([[0.1], [0.2], [0.7]], 37, axis=1)
    yield "every half of a chain stays in a place of its own", np.repeat([[0.1, 0.3], [0.2, 0.7]], 11, axis=1)
    yield "all draws are 0.1", np.full((3, 21), 0.1)
    yield "all draws are 0", np.zeros((4, 20))
    yield "all draws lie within 1e-15", 1e-16 * normal(10, 4, 50)
    yield "one chain", autoregressive(0.5, 11, 1, 500)
    yield "one chain of equal draws", np.full((1, 30), 2.5)
    for draws in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 31, 101, 999):
        yield f"{draws} draws", autoregressive(0.6, draws, 3, draws)
        yield f"{draws} draws, one chain", normal(draws, 1, draws)
    yield "tails of Cauchy", np.random.default_rng(12).standard_cauchy((4, 1001))
    yield "one far draw", with_value(normal(13, 4, 200), 1, 50, 1e12)
    yield "chains in different places", normal(14, 4, 500) + 3 * np.arange(4)[:, None]
    yield "chains in far places", normal(15, 3, 300) + 1e9 * np.arange(3)[:, None]
    yield "chains of different widths", normal(16, 4, 500) * (1 + np.arange(4))[:, None]
    yield "a drift", normal(17, 4, 500) + np.linspace(0, 5, 500)
    yield "large numbers", 1e150 * normal(18, 4, 100)
    yield "a large offset", 1e6 + normal(19, 4, 500)
    yield "small numbers", 1e-9 * normal(20, 4, 500)
    yield "up and down", np.tile([0.0, 1.0], (3, 50)) + 1e-3 * normal(21, 3, 100)
    for name, value in (("NaN", math.nan), ("infinity", math.inf), ("minus infinity", -math.inf)):
        yield f"{name} among the draws", with_value(normal(22, 4, 100), 1, 7, value)
        yield f"{name} in a third of the draws", with_value(normal(23, 4, 99), slice(None), slice(0, None, 3), value)
    both = with_value(normal(24, 4, 100), slice(None), slice(0, 60), math.inf)
    yield "both infinities", with_value(both, slice(None), slice(60, None), -math.inf)
    yield "all infinite", np.full((3, 20), math.inf)
    for seed in range(100):
        shape = np.random.default_rng(seed).integers((1, 4), (6, 40))
        yield f"drawn by lot {seed}", np.round(autoregressive(0.5, seed, *shape), seed % 4)


def diagnosed(program, folder, first, second):
    """What the program says of two arrays, as x and as y, written in a mixed order of lines."""
    file = folder / "draws.csv"
    chains, draws = first.shape
    lines = [f"{c},{d},{first[c, d]!r},{second[c, d]!r}" for c in range(chains) for d in range(draws)]
    np.random.default_rng(chains * draws).shuffle(lines)
    text = "\n".join(["chain,draw,x,y", *lines]).replace("np.float64(", "").replace(")", "")
    file.write_text(text + "\n", encoding="utf-8")
    done = subprocess.run([program, file, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def compare(found, wanted):
    assert tuple(sorted(found)) == tuple(sorted(NUMBERS)), f"the numbers are {sorted(found)}"
    bad = [name for name in NUMBERS if not same(name, found[name], wanted[name])]
    assert not bad, "; ".join(f"{name} is {found[name]}, not {wanted[name]}" for name in bad)


def same(name, found, wanted):
    if found is None or math.isnan(wanted):
        return found is None and math.isnan(wanted)
    # Where chains stay in place, it depends on the version of numpy whether a variance is 0 or 1e-33.
    if name == "rhat" and min(found, wanted) > 1e12:
        return True
    # The time of a few draws is what is left of 1 less 1.
    least = 1e-12 if name == "integrated_time" else 0
    return found == wanted or math.isclose(found, wanted, rel_tol=CLOSE, abs_tol=least)


def refusals(tally, program, folder):
    file = folder / "wrong.csv"
    for text, message in (
        ("", "wrong.csv:1: the file is empty"),
        ("a,b\n", "wrong.csv:1: the first line must be chain,draw,x,y"),
        ("chain,draw,x,y\n0,0,1\n", "wrong.csv:2: 3 values instead of 4"),
        ("chain,draw,x,y\n0,0,1,2\n0,1,one,2\n", "wrong.csv:3: x is 'one'"),
        ("chain,draw,x,y\n0,-1,1,2\n", "wrong.csv:2: draw is '-1'"),
        ("chain,draw,x,y\n0,0,1,2\n0,0,1,2\n", "wrong.csv:3: draw 0 of chain 0 is there twice"),
        (None, "wrong.csv: No such file"),
    ):
        with tally.check(f"one line names {message}"):
            file.unlink(missing_ok=True) if text is None else file.write_text(text, encoding="utf-8")
            done = subprocess.run([program, file, "--json"], capture_output=True, text=True, check=False)
            assert done.returncode == 1 and not done.stdout, f"status {done.returncode}: {done.stdout!r}"
            assert message in done.stderr and done.stderr.count("\n") == 1, done.stderr


def build():
    command = ["cargo", "build", "--release", "--locked", "--workspace", "--example", "diagnose"]
    said = subprocess.run(
        [*command, "--message-format", "json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    artifacts = [json.loads(line) for line in said.splitlines()]
    return next(a["executable"] for a in artifacts if a.get("executable") and a["target"]["name"] == "diagnose")


if __name__ == "__main__":
    if len(sys.argv) > 2 or sys.argv[1:] in (["--help"], ["-h"]):
        sys.exit(__doc__)
    logging.disable()  # what both say about short chains and odd shapes
    example = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else build()).resolve()
    total = Tally()
    with tempfile.TemporaryDirectory(prefix="bootcamp-checks-") as name:
        place = pathlib.Path(name)
        for case, array in cases():
            with total.check(f"{case}, {array.shape[0]} x {array.shape[1]}"):
                mirrored = -array[::-1]
                both = diagnosed(example, place, array, mirrored)
                compare(both["x"], expected(array))
                compare(both["y"], expected(mirrored))
        refusals(total, example, place)
    sys.exit(total.finish())
