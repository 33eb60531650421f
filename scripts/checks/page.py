"""A notebook open in JupyterLab, as a person sees it in the browser."""

import json
import os
import pathlib

# A cold kernel on a busy machine; these only end a run that hangs.
PAGE_MS = 120_000
RUN_MS = 900_000

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
IDLE = """panel => document.querySelector(panel + ' .jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'
    && ![...document.querySelectorAll(panel + ' .jp-InputPrompt')].some(prompt => prompt.textContent.startsWith('[*]'))"""
KERNEL = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
# From the notebook's model: on the page an error with a traceback has the same marks as stderr. Cells that are there
# to show one are left out.
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap((cell, number) =>
    (cell.model.getMetadata('tags') ?? []).includes('raises-exception') ? []
    : (cell.model.outputs?.toJSON() ?? []).filter(output => output.output_type === 'error')
        .map(output => `cell ${number}: ${output.ename}: ${output.evalue}`))"""
RUN_ALL = """limit => Promise.race([
    window.jupyterapp.commands.execute('notebook:run-all-cells'),
    new Promise((_, fail) => setTimeout(() => fail(new Error(`still running after ${limit} ms`)), limit)),
])"""
SELECT = """cell => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = cell;
    notebook.mode = 'command';
}"""
RESTARTED = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
HEIGHT = "panel => document.querySelector(panel + ' .jp-WindowedPanel-outer').scrollHeight"
TO_TOP = "panel => document.querySelector(panel + ' .jp-WindowedPanel-outer').scrollTo(0, 0)"
TALLEST = 12_000


def write_settings(theme):
    """JupyterLab's settings of the next page: all cells in the page at once, no news, this theme."""
    settings = {
        "notebook-extension/tracker": {"windowingMode": "none"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "apputils-extension/themes": {"theme": theme},
    }
    for name, value in settings.items():
        file = pathlib.Path(os.environ["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", f"{name}.jupyterlab-settings")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))


class NotebookPage:
    def __init__(self, browser, server, path):
        server.end_sessions()
        self.page = browser.new_page(viewport={"width": 1200, "height": 900})
        self.page.set_default_timeout(PAGE_MS)
        self.page.goto(f"http://127.0.0.1:{server.port}/lab/tree/{path}?reset&token={server.token}")
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook")
        self.page.wait_for_function(KERNEL)
        self.wait_until_idle()

    def wait_until_idle(self):
        self.page.wait_for_function(IDLE, arg=PANEL, timeout=RUN_MS)

    def run_all(self):
        """Run All Cells, to its end or to the first error."""
        self.page.evaluate(RUN_ALL, RUN_MS)
        self.wait_until_idle()

    def start(self, cell):
        """Runs a code cell and does not wait for its end."""
        self.page.evaluate(SELECT, cell)
        # The command's promise ends with the cell.
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")

    def run(self, cell):
        self.start(cell)
        self.wait_until_idle()

    def edit(self, cell, text):
        """Puts the cursor behind a new text of a code cell."""
        self.page.evaluate(SELECT, cell)
        self.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.mode = 'edit'; }")
        self.page.locator(f"{PANEL} .jp-Cell.jp-mod-active .cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def restart(self):
        """Restarts the kernel, as the person who confirms it does."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-kernel'); }")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function(RESTARTED)
        self.wait_until_idle()

    def kernel_name(self):
        return self.page.inner_text(f"{PANEL} .jp-KernelName").strip()

    def errors(self):
        return self.page.evaluate(ERRORS)

    def picture_widths(self):
        """The natural width of each picture; 0 is one that the browser cannot read."""
        images = self.page.locator(f"{PANEL} .jp-OutputArea-output img")
        return images.evaluate_all("images => Promise.all(images.map(i => i.decode().catch(() => 0).then(() => i.naturalWidth)))")

    def prompts(self):
        """[1]: for a cell that ran, [ ]: for one that did not."""
        return [text.strip() for text in self.page.locator(f"{PANEL} .jp-CodeCell .jp-InputPrompt").all_inner_texts()]

    def outputs(self, cell):
        """The outputs of a code cell from top to bottom: 'picture', or the words."""
        areas = self.page.locator(f"{PANEL} .jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")
        return areas.evaluate_all("areas => areas.map(a => a.querySelector('img, svg') ? 'picture' : a.textContent.trim())")

    def is_dark(self):
        return self.page.evaluate("() => document.body.dataset.jpThemeLight === 'false'")

    def screenshot(self, file):
        """The whole notebook, not the part that fits a screen."""
        height = self.page.evaluate(HEIGHT, PANEL)
        self.page.set_viewport_size({"width": 1200, "height": min(height + 200, TALLEST)})
        # A run leaves the notebook at its end.
        self.page.evaluate(TO_TOP, PANEL)
        self.page.screenshot(path=file)

    def picture(self, file):
        """What is on the screen now."""
        self.page.screenshot(path=file)

    def close(self):
        self.page.close()
