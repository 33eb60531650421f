"""What a person does with a kernel in JupyterLab: watch a bar, interrupt, complete, look up, answer, restart."""

import time

import execution
from places import RESULTS

CELLS = [
    "use bootcamp::prelude::*;\nlet kept = vec![1, 2, 3];",
    "for _ in progress(0..200) {\n    sleep(Duration::from_millis(20));\n}",
    "for _ in progress(0..) {\n    sleep(Duration::from_millis(20));\n}",
    "kept.len()",
    'let name = input("your name? ").unwrap();\nname.to_uppercase()',
    "kept",
]
KEEPS, WATCHED, ENDLESS, LENGTH, QUESTION, LAST = range(len(CELLS))
# A person feels what is slower; the request's way through the browser counts, too.
INTERRUPT_SECONDS = 0.5


def live(tally, browser, server, folder, opened):
    execution.scratch_notebook(folder / "live.ipynb", *CELLS)
    with opened(browser, server, "live.ipynb") as notebook:
        with tally.check("a progress bar moves and stays"):
            notebook.run(KEEPS)
            notebook.start(WATCHED)
            notebook.page.wait_for_function(BAR_MOVES, arg=WATCHED)
            notebook.picture(RESULTS / "progress.png")
            first = notebook.page.evaluate(BAR, WATCHED)
            notebook.wait_until_idle()
            assert 0 < first < 1, f"the bar was at {first}"
            assert notebook.page.evaluate(BAR, WATCHED) == 1, f"it ended as {notebook.outputs(WATCHED)}"
        with tally.check("an interrupt ends a cell at once and keeps the variables"):
            notebook.start(ENDLESS)
            notebook.page.wait_for_function(SHOWS_OUTPUT, arg=ENDLESS)
            started = time.monotonic()
            notebook.page.locator('[data-jp-item-name="interrupt"] jp-button').first.click()
            notebook.wait_until_idle()
            seconds = time.monotonic() - started
            assert any("Interrupted" in error for error in notebook.errors()), f"errors: {notebook.errors()}"
            notebook.run(LENGTH)
            notebook.picture(RESULTS / "interrupt.png")
            assert notebook.outputs(LENGTH) == ["3"], f"shown: {notebook.outputs(LENGTH)}"
            assert seconds < INTERRUPT_SECONDS, f"it took {seconds:.2f} s"
        with tally.check("Tab completes and Shift+Tab explains, inside of a name"):
            notebook.edit(LAST, "kept.is_em")
            notebook.page.keyboard.press("Tab")
            item = notebook.page.wait_for_selector(".jp-Completer-item")
            notebook.picture(RESULTS / "completion.png")
            assert "is_empty" in item.inner_text(), item.inner_text()
            notebook.page.keyboard.press("Enter")
            notebook.page.wait_for_selector(".jp-Completer-item", state="hidden")
            notebook.edit(LAST, "String::from_utf8_lossy")
            for _ in range(5):
                notebook.page.keyboard.press("ArrowLeft")
            notebook.page.keyboard.press("Shift+Tab")
            tooltip = notebook.page.wait_for_selector(".jp-Tooltip")
            notebook.picture(RESULTS / "tooltip.png")
            assert "lossy" in tooltip.inner_text(), tooltip.inner_text()[:200]
            notebook.page.keyboard.press("Escape")
        with tally.check("a question is answered in the notebook"):
            notebook.start(QUESTION)
            field = notebook.page.wait_for_selector(".jp-Stdin-input")
            notebook.picture(RESULTS / "question.png")
            field.fill("ada")
            field.press("Enter")
            notebook.wait_until_idle()
            assert any("ADA" in text for text in notebook.outputs(QUESTION)), f"shown: {notebook.outputs(QUESTION)}"
        with tally.check("a restart forgets the variables and runs on"):
            notebook.restart()
            notebook.run(LENGTH)
            assert any("kept" in error for error in notebook.errors()), f"errors: {notebook.errors()}"
            notebook.run(KEEPS)
            notebook.run(LENGTH)
            assert notebook.outputs(LENGTH) == ["3"], f"shown: {notebook.outputs(LENGTH)}"


PROGRESS = "document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell')[cell].querySelector('progress')"
# How full the bar of a cell is, from 0 to 1; -1 where there is none.
BAR = f"cell => {{ const bar = {PROGRESS}; return bar ? bar.value / bar.max : -1; }}"
BAR_MOVES = f"cell => {{ const bar = {PROGRESS}; return bar && bar.value > 0; }}"
SHOWS_OUTPUT = (
    "cell => document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell')[cell]"
    ".querySelector('.jp-OutputArea-output')"
)
