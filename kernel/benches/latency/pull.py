"""A Python engine with 100 MB of points. For each line on standard input, how many seconds a
pull of them takes."""

import sys
import time

import ipyparallel as ipp

SHAPE = (6_250_000, 2)

with ipp.Cluster(n=1, log_level="ERROR") as client:
    engine = client[0]
    engine.execute(f"import numpy; points = numpy.full({SHAPE}, 7.0)", block=True)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        points = engine["points"]
        print(time.perf_counter() - start, flush=True)
        assert points.shape == SHAPE
