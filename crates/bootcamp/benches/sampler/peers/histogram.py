"""50 x 50 bins of uniform points: numpy.histogram2d, or a cast and bincount."""
import json
import sys

import numpy as np

import harness

way = sys.argv.pop()
n, repeats, seed, _ = harness.arguments()
x, y = np.random.default_rng(seed).random((2, n))


def histogram2d():
    return np.histogram2d(x, y, bins=50, range=((0, 1), (0, 1)))[0]


def bincount():
    return np.bincount((x * 50).astype(np.int64) * 50 + (y * 50).astype(np.int64), minlength=2500)


seconds, counts = harness.timed({"histogram2d": histogram2d, "bincount": bincount}[way], repeats)
assert counts.sum() == n
print(json.dumps({"steps": n * repeats, "seconds": seconds}))
