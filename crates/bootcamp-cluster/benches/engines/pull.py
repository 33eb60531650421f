"""How long ipyparallel's client takes to pull an array of so many bytes: the best of three."""

import sys
import time

import ipyparallel as ipp

client = ipp.Client(profile="test", timeout=20)
client.wait_for_engines(1, timeout=20)
engine = client[client.ids[0]]
engine.execute(f"import numpy; points = numpy.full({int(sys.argv[1]) // 8}, 7.0)", block=True)
times = []
for _ in range(3):
    start = time.perf_counter()
    points = engine.pull("points", block=True)
    times.append(time.perf_counter() - start)
    assert points.nbytes == int(sys.argv[1])
print(min(times))
