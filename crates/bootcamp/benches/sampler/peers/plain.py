"""The fastest walker in plain Python that is still readable: floats, and the last density kept."""
import random
from math import exp

import harness


def complicated(x, y):
    return (exp(-(((0.5 - x) / 0.15) ** 2 + ((0.2 - y) / 0.04) ** 2) / 2)
            + exp(-(((0.7 - x) / 0.05) ** 2 + ((0.7 - y) / 0.05) ** 2) / 2)
            + exp(-(((0.3 - x) / 0.05) ** 2 + ((0.7 - y) / 0.07) ** 2) / 2))


def walk(n_steps):
    x, y = harness.START
    density, uniform, points = complicated(x, y), random.random, []
    for _ in range(n_steps):
        new_x, new_y = x + 0.2 * uniform() - 0.1, y + 0.2 * uniform() - 0.1
        proposed = complicated(new_x, new_y)
        if uniform() * density < proposed:
            x, y, density = new_x, new_y, proposed
        points.append((x, y))
    return points


random.seed(harness.arguments()[2])
harness.report(walk)
