"""Checks of the course's notebooks.

Usage: notebooks.py committed|ours|moved|stock

  committed   what is in the tree: metadata, first cell, outputs (a second)
  ours        both editions of every notebook run on the kernel of the course (a minute each)
  moved       a notebook that was copied far from the project runs (about a minute)
  stock       the solutions run on the stock evcxr kernel up to their first magic (some minutes each)
"""

import queue
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import course
import execution
from places import EXECUTED, NOTEBOOKS, ROOT, scratch
from tally import Tally

AT_ONCE = 2
# They measure all cores, and start engines on them: nothing runs beside them.
ALONE = ("03-parallel.ipynb", "04-native-and-together.ipynb")


def committed(tally, _folder):
    students, solutions = course.editions()
    with tally.check("every notebook has two editions"):
        assert students, "no notebook in notebooks/"
        assert [p.name for p in students] == [p.name for p in solutions], "notebooks/ and notebooks/solutions/ differ"
    for path in students + solutions:
        notebook = course.read(path)
        cells = course.code_cells(notebook)
        with tally.check(f"{course.name(path)} names the kernel and begins as all do"):
            kernelspec = notebook.metadata.kernelspec
            assert (kernelspec.name, kernelspec.language) == ("rust", "rust"), f"the kernelspec is {dict(kernelspec)}"
            assert cells[0].source.strip() == course.FIRST_CELL, f"the first code cell is {cells[0].source!r}"
        if path in students:
            with tally.check(f"{course.name(path)} is committed without outputs"):
                full = [n for n, c in enumerate(notebook.cells) if c.get("outputs") or c.get("execution_count")]
                assert not full, f"cells with outputs: {full}"
        else:
            with tally.check(f"{course.name(path)} is committed as it ran"):
                empty = [n for n, c in enumerate(notebook.cells) if c.cell_type == "code" and not c.execution_count]
                assert not empty, f"cells that did not run: {empty}"
                assert any(c.outputs for c in cells), "no outputs"
                check_outputs(path, notebook, solved=True)


def ours(tally, folder):
    # A copy with the crates beside it, as in the tree, which stays clean.
    copy = folder / "near" / NOTEBOOKS.name
    shutil.copytree(NOTEBOOKS, copy)
    (copy.parent / "crates").symlink_to(ROOT / "crates")
    students, solutions = course.editions()

    def run(path):
        there = copy / path.relative_to(NOTEBOOKS)
        return execution.run(there, "rust", there.parent)

    shutil.rmtree(EXECUTED, ignore_errors=True)
    alone = [path for path in students + solutions if path.name in ALONE]
    beside = [path for path in students + solutions if path not in alone]
    for paths, at_once in ((beside, AT_ONCE), (alone, 1)):
        for path, ran in each(run, paths, at_once):
            solved = path in solutions
            with tally.check(f"{course.name(path)} runs on the kernel of the course"):
                notebook = ran()
                check_outputs(path, notebook, solved)
                check_pictures(path, notebook, solved)
                course.write(notebook, EXECUTED / path.relative_to(NOTEBOOKS))


def each(run, paths, at_once):
    """Each path, and a function that waits for its run and gives what came of it."""
    with ThreadPoolExecutor(at_once) as pool:
        runs = [pool.submit(run, path) for path in paths]
        for path, one in zip(paths, runs, strict=True):
            yield path, one.result


def moved(tally, folder):
    path = NOTEBOOKS / "solutions" / course.SAMPLING
    alone = folder / "far" / "away" / "from" / "crates"
    alone.mkdir(parents=True)
    with tally.check(f"{course.name(path)} runs alone in another folder"):
        shutil.copy(path, alone)
        check_outputs(path, execution.run(alone / path.name, "rust", alone), solved=True)


def stock(tally, folder):
    # Each running kernel has a folder of its own, where it finds what an earlier one has compiled for `:dep`.
    free = queue.SimpleQueue()
    folders = [folder / f"evcxr-stock-{number}" for number in range(AT_ONCE)]
    folders[0].mkdir()
    free.put(execution.install_stock(folders[0]))

    def run(path):
        notebook = course.read(path)
        magic = course.until_magic(notebook)
        kernel = free.get()
        try:
            return execution.run_cells(notebook, kernel, NOTEBOOKS), magic
        finally:
            free.put(kernel)

    def runs():
        first, *rest = course.editions()[1]
        yield from each(run, [first], 1)
        for other in folders[1:]:
            shutil.copytree(folders[0], other, symlinks=True)
            free.put(execution.install_stock(other))
        yield from each(run, rest, AT_ONCE)

    before = set(NOTEBOOKS.rglob("*"))
    for path, ran in runs():
        magic = None
        with tally.check(f"{course.name(path)} runs on the stock evcxr kernel"):
            notebook, magic = ran()
            check_outputs(path, notebook, solved=True)
        if magic is not None:
            why = "only the kernel of the course knows its magics"
            tally.skip(f"{course.name(path)} on the stock kernel from cell {magic} on", why)
    with tally.check("nothing was written into notebooks/"):
        new = set(NOTEBOOKS.rglob("*")) - before
        assert not new, f"new: {', '.join(map(str, new))}"


def check_outputs(path, notebook, solved):
    """The exercises say what they should in this edition."""
    exercises = course.exercises(notebook)
    assert exercises or path.name != course.SAMPLING, "no cell checks an exercise"
    for cell in exercises:
        said = course.text(cell)
        if solved and course.skipped(notebook) and course.NOT_ATTEMPTED.search(said):
            continue  # its language is not installed
        wanted = course.CORRECT if solved else course.NOT_ATTEMPTED
        assert wanted.search(said), f"{cell.source.strip().splitlines()[-1]} said {said.strip()!r}"
        assert not (solved and course.NOT_ATTEMPTED.search(said)), f"a solution said {said.strip()!r}"


def check_pictures(path, notebook, solved):
    """Each drawing is there as a PNG, which every viewer shows."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            if cell.source.startswith("%%octave"):
                continue  # its kernel draws no PNG without Ghostscript
            bare = [b for b in course.bundles(cell) if course.draws(b) and "image/png" not in b]
            assert not bare, f"cell {number} draws without image/png: {[list(b) for b in bare]}"
    if path.name == course.SAMPLING:
        assert sum(map(course.pictures, course.code_cells(notebook))), "no pictures"
    if solved:
        before = course.pictures_of_cells(course.read(path), notebook)
        after = course.pictures_of_cells(notebook, notebook)
        assert before == after, f"pictures of each code cell, as committed {before}, now {after}"


if __name__ == "__main__":
    parts = {part.__name__: part for part in (committed, ours, moved, stock)}
    if len(sys.argv) != 2 or sys.argv[1] not in parts:
        sys.exit(__doc__)
    total = Tally()
    with scratch() as place:
        parts[sys.argv[1]](total, place)
    sys.exit(total.finish())
