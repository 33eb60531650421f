"""A walker in the style of the Python bootcamp of 2012: points are small arrays in a list."""
from math import exp

import numpy as np

import harness


def gaussian(x, y, cx, cy, wx, wy):
    return exp(-(((cx - x) / wx) ** 2 + ((cy - y) / wy) ** 2) / 2)


def complicated(x, y):
    return (gaussian(x, y, 0.5, 0.2, 0.15, 0.04) + gaussian(x, y, 0.7, 0.7, 0.05, 0.05)
            + gaussian(x, y, 0.3, 0.7, 0.05, 0.07))


def random_walker(f, n_steps, start):
    here = np.array(start)
    points = []
    for _ in range(n_steps):
        there = here + np.random.uniform(-harness.STEP, harness.STEP, size=2)
        if np.random.random() < f(*there) / f(*here):
            here = there
        points.append(here)
    return points


np.random.seed(harness.arguments()[2])
harness.report(lambda steps: random_walker(complicated, steps, harness.START))
