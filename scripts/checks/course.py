"""The course's notebooks and what can be seen in them."""

import re

import nbformat

from places import NOTEBOOKS

FIRST_CELL = ':dep bootcamp = { path = "../crates/bootcamp" }\nuse bootcamp::prelude::*;'
SAMPLING = "01-sampling.ipynb"
NOT_ATTEMPTED = re.compile(r"\bnot (attempted|yet)\b", re.IGNORECASE)
CORRECT = re.compile(r"\bcorrect\b", re.IGNORECASE)
MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)


def editions():
    """Paths of the notebooks, as (student editions, solutions)."""
    return sorted(NOTEBOOKS.glob("*.ipynb")), sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def raises(cell):
    """Whether the cell is there to show an error."""
    return "raises-exception" in cell.metadata.get("tags", [])


def until_magic(notebook):
    """Leaves out the first cell with a magic, and all after it; gives the number of that cell."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and MAGIC.search(cell.source):
            del notebook.cells[number:]
            return number
    return None


def exercises(notebook):
    """The cells that check an exercise."""
    return [cell for cell in code_cells(notebook) if "check_exercise_" in cell.source]


def bundles(cell):
    return [output.data for output in cell.outputs if "data" in output]


def text(cell):
    """All that a cell says in words, as a reader would see it."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts += [output.ename, output.evalue, *output.traceback]
        else:
            parts += [str(value) for mime, value in output.data.items() if mime.startswith("text/")]
    return "\n".join(parts)


def draws(bundle):
    return any(mime.startswith("image/") for mime in bundle) or "<svg" in bundle.get("text/html", "")


def pictures(cell):
    """How many PNG pictures a cell shows."""
    return sum("image/png" in bundle for bundle in bundles(cell))


def was_skipped(cell):
    """Whether a cell of another language was left out, because that is not installed."""
    return text(cell).startswith("Skipped: ")


def skipped(notebook):
    return any(map(was_skipped, code_cells(notebook)))


def pictures_of_cells(notebook, ran):
    """The pictures of each cell, without those that were left out in a run."""
    both = zip(code_cells(notebook), code_cells(ran), strict=True)
    return [pictures(cell) for cell, now in both if not was_skipped(now)]


def name(path):
    """A notebook's name from the folder of the course, as in solutions/01-sampling.ipynb."""
    return str(path.relative_to(NOTEBOOKS))
