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
    completion_samples = [
        {"text": "std::collections::BTreeM", "matches": {"BTreeMap"}},
        {"text": "f64::MAX_E", "matches": {"MAX_EXP"}},
        {"text": ":de", "matches": {":dep"}},
        {"text": "nobody_kn", "matches": set()},
    ]
    complete_code_samples = [
        "",
        "1 + 1",
        "let x = 1;",
        'let brace = "{";',
        "fn f() -> u8 {\n    1\n}",
        "#[derive(Debug)]\nstruct Point { x: f64 }",
        "/* a comment /* in a comment */ */",
        ":vars",
        '!echo "(',
    ]
    incomplete_code_samples = [
        "fn f() {",
        "let x =",
        "points.iter().",
        '"no end',
        'r#"no end"',
        "/* a comment /* in a comment */",
        "#[derive(Debug)]",
        "if x { 1 } else",
    ]
    invalid_code_samples = [")", "let a = (1];", "1 \\ 2"]
    code_page_something = "?String::from_utf8_lossy"
    code_clear_output = "bootcamp::cell::clear_output(false);"
    code_generate_error = "assert_eq!(1, 2);"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" == "b"', "result": "false"},
        {"code": "vec![1, 2]", "result": "[1, 2]"},
    ]
    code_display_data = [
        {"code": "plot_density(Mixture::bootcamp()).show();", "mime": mime} for mime in ("image/png", "text/plain")
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 [*] ?"
    code_inspect_sample = "String::from_utf8"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kc.execute("use bootcamp::prelude::*;", silent=True, reply=True, timeout=jupyter_kernel_test.TIMEOUT)


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "rust"
    support_iopub_welcome = True


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
            return self.tally.skip(name, skipped[0])
        with self.tally.check(name):
            assert not told, "; ".join(text.strip().splitlines()[-1] for _, text in told)


if __name__ == "__main__":
    total = Tally()
    with scratch():
        result = Counted(total)
        for tests in (RustKernel, Welcome):
            unittest.defaultTestLoader.loadTestsFromTestCase(tests).run(result)
        for where, text in result.errors:
            if "setUpClass" in where.id():
                with total.check("the kernel starts"):
                    raise AssertionError(text.strip().splitlines()[-1])
    sys.exit(total.finish())
