"""What the Python peers share: they time a walk and say it in one line of JSON."""
import json
import resource
import sys

import numpy as np

START = (0.5, 0.2)
STEP = 0.1
# Centre and widths of each peak.
PEAKS = (((0.5, 0.2), (0.15, 0.04)), ((0.7, 0.7), (0.05, 0.05)), ((0.3, 0.7), (0.05, 0.07)))


def arguments():
    """Steps of all chains, repeats, seed, and how many chains there are."""
    steps, repeats, seed, *more = map(int, sys.argv[1:5])
    return steps, repeats, seed, more[0] if more else 1


def user_time():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def timed(run, repeats):
    """The seconds of all repeats, and the last result."""
    before = user_time()
    for _ in range(repeats):
        result = None  # before the next one needs memory
        result = run()
    return user_time() - before, result


def report(walk):
    """Times walk(steps), which gives points of shape (steps, chains, 2) or a list of points."""
    steps, repeats, _, chains = arguments()
    walk(100)  # compiles, and fills caches
    seconds, points = timed(lambda: walk(steps // chains), repeats)
    if isinstance(points, list):
        moves = sum(a[0] != b[0] for a, b in zip(points, points[1:]))
        x, y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    else:
        moves = np.count_nonzero(points[1:, ..., 0] != points[:-1, ..., 0]) / chains
        x, y = points[..., 0].mean(), points[..., 1].mean()
    done = steps // chains * chains * repeats
    print(json.dumps({"steps": done, "seconds": seconds, "accepted": float(moves / (steps // chains)),
                      "x": float(x), "y": float(y)}))
