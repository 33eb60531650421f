"""Checks in a real browser: JupyterLab in headless Chromium, from our own folders. Screenshots go to scripts/.results/.

Usage: browser.py PATH_OF_CHROMIUM
"""

import contextlib
import shutil
import sys

import nbformat.sign
from playwright.sync_api import sync_playwright

import course
import execution
from live import live
from page import NotebookPage, write_settings
from places import EXECUTED, NOTEBOOKS, RESULTS, TARGET, scratch
from server import Server, lab_command
from tally import Tally

LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
KERNEL = "Rust (bootcamp)"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FEWEST_PICTURES = 2
TWO_PICTURES = """:dep bootcamp
use bootcamp::prelude::*;
plot_density(Mixture::bootcamp()).show();
println!("between the pictures");
plot_path(&random_walker(Mixture::bootcamp(), 200, [0.0, 0.0], 0, &mut rng(1))).show();"""


@contextlib.contextmanager
def opened(browser, server, path, theme=LIGHT):
    write_settings(theme)
    notebook = NotebookPage(browser, server, path)
    try:
        yield notebook
    finally:
        notebook.close()


def course_notebook(tally, browser, server, path, theme, executed=False):
    """A notebook of the course runs and shows what it should; one that was executed already only shows it."""
    shade = "dark" if theme == DARK else "light"
    does = "is shown as it ran" if executed else "runs"
    with tally.check(f"{path} {does} in the browser ({shade})"), opened(browser, server, path, theme) as notebook:
        try:
            assert notebook.kernel_name() == KERNEL, f"the kernel is shown as {notebook.kernel_name()!r}"
            assert notebook.is_dark() == (theme == DARK), "the theme is not the one that was set"
            if not executed:
                notebook.run_all()
            assert not notebook.errors(), f"errors: {notebook.errors()}"
            assert "[ ]:" not in notebook.prompts(), f"cells that did not run: {notebook.prompts()}"
            widths = notebook.picture_widths()
            assert len(widths) >= FEWEST_PICTURES, f"{len(widths)} pictures, at least {FEWEST_PICTURES} expected"
            assert all(widths), f"pictures that do not show: natural widths {widths}"
        finally:
            notebook.screenshot(RESULTS / f"{path.replace('/', '-').removesuffix('.ipynb')}-{shade}.png")


def order_of_outputs(tally, browser, server, folder):
    execution.scratch_notebook(folder / "order.ipynb", TWO_PICTURES)
    with tally.check("two pictures and a print keep their order"), opened(browser, server, "order.ipynb") as notebook:
        notebook.run_all()
        notebook.screenshot(RESULTS / "order.png")
        assert notebook.outputs(0) == ["picture", "between the pictures", "picture"], f"shown: {notebook.outputs(0)}"
        assert all(notebook.picture_widths()), "a picture does not show"


def stop_at_error(tally, browser, server, folder):
    execution.scratch_notebook(folder / "error.ipynb", "let before = 1;", "assert_eq!(1, 2);", 'println!("after");')
    with tally.check("a false assertion stops Run All and is shown"), opened(browser, server, "error.ipynb") as notebook:
        notebook.run_all()
        notebook.screenshot(RESULTS / "error.png")
        prompts, errors, shown = notebook.prompts(), notebook.errors(), notebook.outputs(1)
        assert len(errors) == 1 and errors[0].startswith("cell 1:"), f"errors: {errors}"
        assert any("assertion" in text for text in shown), f"the error is not shown: {shown}"
        assert "[ ]:" not in prompts[:2], f"the cells before did not run: {prompts}"
        assert prompts[2] == "[ ]:" and not notebook.outputs(2), f"the cell after the error ran: {prompts}"


def take_executed(name, folder):
    """Whether this kernel has run a notebook already, by `notebooks.py ours`; then it is put into the folder."""
    there = EXECUTED / name
    made_from = (TARGET / "release" / "bootcamp-kernel", NOTEBOOKS / name)
    if not there.is_file() or there.stat().st_mtime < max(path.stat().st_mtime for path in made_from):
        return False
    notebook = course.read(there)
    course.write(notebook, folder / name)
    # Its outputs are shown as after a run: no foreign ones.
    nbformat.sign.NotebookNotary().sign(notebook)
    return True


def main(chromium):
    tally = Tally()
    RESULTS.mkdir(exist_ok=True)
    with scratch() as place, sync_playwright() as playwright:
        folder = place / NOTEBOOKS.name
        shutil.copytree(NOTEBOOKS, folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        with Server(lab_command(folder), place / "lab.log") as server:
            solved = f"solutions/{course.SAMPLING}"
            for path in (course.SAMPLING, solved):
                course_notebook(tally, browser, server, path, LIGHT)
            for path in course.editions()[1]:
                name = course.name(path)
                course_notebook(tally, browser, server, name, DARK, executed=take_executed(name, folder))
            order_of_outputs(tally, browser, server, folder)
            stop_at_error(tally, browser, server, folder)
            live(tally, browser, server, folder, opened)
            server.end_sessions()
        browser.close()
    return tally.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
