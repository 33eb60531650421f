"""ipyparallel's own client with engines in Rust: what it shows is what it shows with Python's."""

import time

import ipyparallel as ipp
from ipyparallel.error import CompositeError, RemoteError, TaskAborted

client = ipp.Client(profile="test", timeout=20)
client.wait_for_engines(2, timeout=20)
assert len(client.ids) == 2, client.ids
everybody = client[:]


def finish(result):
    """Outputs come on a way of their own, after the reply."""
    result.wait(10)
    result.wait_for_output(10)
    return result


result = finish(everybody.execute("echo hello\nwarn careful\nshow a picture", silent=False))
assert result.stdout == ["hello\n", "hello\n"], result.stdout
assert result.stderr == ["careful\n", "careful\n"], result.stderr
for outputs in result.outputs:
    assert outputs[0]["data"] == {"text/plain": "a picture"}, outputs

# What %px does.
result = finish(everybody.execute("value 42", silent=False))
for reply in result.get():
    assert reply.execute_result["data"] == {"text/plain": "42"}, reply

try:
    everybody.execute("fail on purpose", block=True)
    raise AssertionError("it should fail")
except CompositeError as error:
    assert [(ename, evalue) for ename, evalue, *_ in error.elist] == [("Failed", "on purpose")] * 2, error.elist

try:
    client[0].apply_sync(abs, -1)
    raise AssertionError("a pickled function cannot run")
except RemoteError as error:
    assert error.ename == "NotPython", error

result = finish(client.broadcast_view().execute("echo to all", silent=False))
assert result.stdout == ["to all\n", "to all\n"], result.stdout

results = [client[0].execute(f"echo {number}", silent=False) for number in range(100)]
assert [finish(result).stdout for result in results] == [f"{number}\n" for number in range(100)]

running = client[0].execute("sleep 2", block=False)
waiting = [client[0].execute("keep never", block=False) for _ in range(3)]
time.sleep(0.3)
before = time.time()
client[0].abort(waiting, block=True)
assert time.time() - before < 1, "abort waits for what runs"
for request in waiting:
    try:
        request.get(5)
        raise AssertionError("it should be aborted")
    except TaskAborted:
        pass
running.get(10)
result = finish(client[0].execute("kept", silent=False))
assert result.stdout == "", result.stdout

running = client[1].execute("sleep 30", block=False)
time.sleep(0.3)
client.send_signal("SIGINT", targets=[1], block=True)
try:
    running.get(5)
    raise AssertionError("it should be interrupted")
except RemoteError as error:
    assert error.ename == "Interrupted", error

client[0].execute("keep me", block=True)
client.clear(targets=[0], block=True)
result = finish(client[0].execute("kept", silent=False))
assert result.stdout == "", result.stdout

client.shutdown(targets=[1], block=True)
end = time.time() + 10
while len(client.ids) > 1 and time.time() < end:
    time.sleep(0.05)
assert client.ids == [0], client.ids
client.shutdown(hub=True, block=True)
print("all as with Python's engines")
