"""Jupyter's own tests of a kernel (the package jupyter_kernel_test), on the kernel of the course."""

import sys
import unittest

import jupyter_kernel_test

from places import scratch
from tally import Tally

jupyter_kernel_test.TIMEOUT = 120  # the first cell waits until the kernel is warm


class RustKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "rust"
    language_name = "rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("oh");'
    code_generate_error = "assert_eq!(1, 2);"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": '"a" == "b"', "result": "false"}]
    completion_samples = [{"text": "std::collections::BTreeM", "matches": {"BTreeMap"}}]
    code_inspect_sample = "String::from_utf8"


class Counted(unittest.TestResult):
    """Tells the tally instead of unittest's own report."""

    def __init__(self, tally):
        super().__init__()
        self.tally = tally

    def stopTest(self, test):
        super().stopTest(test)
        name = test.id().rsplit(".", 1)[-1].removeprefix("test_").replace("_", " ")
        told = [(t.id(), text) for t, text in self.failures + self.errors if t.id().startswith(test.id())]
        skipped = [reason for t, reason in self.skipped if t.id().startswith(test.id())]
        if skipped and not told:
            return  # the course's kernel does not claim this part
        with self.tally.check(name):
            assert not told, "; ".join(text.strip().splitlines()[-1] for _, text in told)


if __name__ == "__main__":
    total = Tally()
    with scratch():
        result = Counted(total)
        unittest.defaultTestLoader.loadTestsFromTestCase(RustKernel).run(result)
        for where, text in result.errors:
            if "setUpClass" in where.id():
                with total.check("the kernel starts"):
                    raise AssertionError(text.strip().splitlines()[-1])
    sys.exit(total.finish())
