"""Counts checks: each passes, fails or is skipped, in one line, and the last line sums them up."""

import contextlib
import time


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    @contextlib.contextmanager
    def check(self, name):
        """A block that passes unless it raises; the checks after it still run."""
        start = time.monotonic()
        try:
            yield
        except Exception as error:  # a check may fail in any way: it is told, counted and gone on from
            self.failed += 1
            first = f"{type(error).__name__}: {error}" if not isinstance(error, AssertionError) else str(error)
            print(f"  FAILED   {name}: {first.strip() or 'assertion'}", flush=True)
        else:
            self.passed += 1
            seconds = time.monotonic() - start
            print(f"  passed   {name}" + (f" ({seconds:.0f} s)" if seconds >= 1 else ""), flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"  skipped  {name}: {reason}", flush=True)

    def finish(self):
        """The exit status; scripts/test reads the line that is printed here."""
        print(f"checks: {self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0
