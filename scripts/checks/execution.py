"""Notebooks run on a kernel, without a browser."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import nbclient
import nbclient.exceptions
import nbformat

import course
from places import ROOT, TARGET

# A first cell builds crates, and the machine may be busy: these only end a run that hangs.
CELL_SECONDS = 900
START_SECONDS = 300
IOPUB_SECONDS = 60


def run(path, kernel, folder):
    """The notebook at `path` with the outputs of a run in `folder`."""
    return run_cells(course.read(path), kernel, folder)


def run_cells(notebook, kernel, folder):
    """The notebook with the outputs of a run; the first error of a cell that is not to have one is an AssertionError."""
    for cell in course.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    client = nbclient.NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=CELL_SECONDS,
        startup_timeout=START_SECONDS,
        iopub_timeout=IOPUB_SECONDS,
        raise_on_iopub_timeout=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        number = next((n for n, c in enumerate(notebook.cells) if c.get("outputs") and has_error(c) and not course.raises(c)), "?")
        raise AssertionError(f"cell {number} ends in {error.ename}: {error.evalue}") from error
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and course.raises(cell):
            assert has_error(cell), f"cell {number} is there to show an error, and shows {course.text(cell)!r}"
        elif cell.cell_type == "code":
            assert not has_error(cell), f"cell {number} shows an error: {course.text(cell)}"
            assert "panicked" not in course.text(cell), f"cell {number} panicked: {course.text(cell)}"
    return notebook


def has_error(cell):
    return any(output.output_type == "error" for output in cell.outputs)


def scratch_notebook(path, *sources):
    """Writes a notebook of these cells for the course's kernel."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "rust", "language": "rust", "display_name": "Rust (bootcamp)"}},
    )
    nbformat.write(notebook, path)
    return path


def jupyter_execute(path):
    """What a person gets who types `jupyter execute`: exit status and all text."""
    command = [sys.executable, "-m", "jupyter", "execute", "--kernel_name=rust", f"--timeout={CELL_SECONDS}"]
    command += [f"--startup_timeout={START_SECONDS}", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=CELL_SECONDS + START_SECONDS)
    return done.returncode, done.stdout + done.stderr


def install_stock(folder):
    """Writes a kernelspec of the stock evcxr kernel into the throw-away JUPYTER_PATH; gives its name.

    The kernel compiles in `folder`, which is for one running kernel only.
    """
    environment = {"EVCXR_TMPDIR": str(folder)}
    # The stock kernel runs cargo in that folder, where rust-toolchain.toml does not count.
    if shutil.which("rustup"):
        active = subprocess.run(["rustup", "show", "active-toolchain"], cwd=ROOT, capture_output=True, text=True, check=True)
        environment["RUSTUP_TOOLCHAIN"] = active.stdout.split()[0]
    place = pathlib.Path(os.environ["JUPYTER_PATH"]) / "kernels" / folder.name
    place.mkdir(parents=True)
    specification = {
        "argv": [str(TARGET / "release" / "evcxr-stock"), "--control_file", "{connection_file}"],
        "display_name": "Rust (stock evcxr)",
        "language": "rust",
        "interrupt_mode": "message",
        "env": environment,
    }
    (place / "kernel.json").write_text(json.dumps(specification))
    return folder.name
