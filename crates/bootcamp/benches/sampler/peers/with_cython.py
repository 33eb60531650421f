"""Cython: the whole walker, in cython_walker.pyx, which the benchmark has compiled."""
import sys

import numpy as np

import harness

sys.path.insert(0, sys.argv.pop())
import cython_walker  # noqa: E402

RNG = np.random.PCG64(harness.arguments()[2])


def walk(n_steps):
    points = np.empty((n_steps, 1, 2))
    cython_walker.walk(RNG, points)
    return points


harness.report(walk)
