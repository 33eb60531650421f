"""numba: the loop over numbers, compiled."""
from math import exp

import numpy as np
from numba import njit

import harness


@njit
def complicated(x, y):
    return (exp(-(((0.5 - x) / 0.15) ** 2 + ((0.2 - y) / 0.04) ** 2) / 2)
            + exp(-(((0.7 - x) / 0.05) ** 2 + ((0.7 - y) / 0.05) ** 2) / 2)
            + exp(-(((0.3 - x) / 0.05) ** 2 + ((0.7 - y) / 0.07) ** 2) / 2))


@njit
def seed(number):
    np.random.seed(number)


@njit
def walk(n_steps):
    x, y = 0.5, 0.2
    density = complicated(x, y)
    points = np.empty((n_steps, 1, 2))
    for step in range(n_steps):
        new_x, new_y = x + 0.2 * np.random.random() - 0.1, y + 0.2 * np.random.random() - 0.1
        proposed = complicated(new_x, new_y)
        if np.random.random() * density < proposed:
            x, y, density = new_x, new_y, proposed
        points[step, 0, 0] = x
        points[step, 0, 1] = y
    return points


seed(harness.arguments()[2])
harness.report(walk)
