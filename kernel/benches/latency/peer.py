"""ipyparallel's own engines and client. For each line on standard input, how many seconds that
takes: `pull` (100 MB of points), `walkers` (a map of a thousand), `nothing` (a map of a thousand
tasks that do nothing)."""

import sys
import time

import ipyparallel as ipp

SHAPE = (6_250_000, 2)
COUNT = 1000


def walker(start):
    """1000 steps of Metropolis-Hastings in the bootcamp's three Gaussians."""
    import numpy as np

    centers = np.array([[-2.0, 0.0], [0.0, 2.0], [2.0, 0.0]])
    widths = np.array([0.5, 0.7, 0.4])
    rng = np.random.default_rng(int(start[0] * 1000))

    def density(point):
        square = ((point - centers) ** 2).sum(axis=1) / (2 * widths**2)
        return (np.exp(-square) / widths**2).sum()

    point = np.array(start)
    height = density(point)
    path = np.empty((1000, 2))
    for step in range(1000):
        candidate = point + rng.normal(size=2)
        other = density(candidate)
        if rng.random() * height < other:
            point, height = candidate, other
        path[step] = point
    return path


def nothing(number):
    return number


with ipp.Cluster(n=4, log_level=40) as client:
    engine = client[0]
    engine.execute(f"import numpy; points = numpy.full({SHAPE}, 7.0)", block=True)
    view = client.load_balanced_view()
    starts = [[k / COUNT, 1.0] for k in range(COUNT)]
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        match line.strip():
            case "pull":
                assert engine["points"].shape == SHAPE
            case "walkers":
                assert len(view.map_sync(walker, starts, chunksize=31)) == COUNT
            case "nothing":
                assert view.map_sync(nothing, range(COUNT)) == list(range(COUNT))
        print(time.perf_counter() - start, flush=True)
