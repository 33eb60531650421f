"""Programs that run notebooks without a person: each passes a notebook whose assertions hold, and fails one where one does not."""

import os
import subprocess
import sys

import nbclient
import nbclient.exceptions
import nbformat

from execution import CELL_SECONDS, START_SECONDS, jupyter_execute, scratch_notebook
from places import scratch
from tally import Tally

TRUE = 'println!("two is two");\nassert_eq!(2, 2);'
FALSE = "assert_eq!(1, 2);"
GRADER_CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "bootcamp"
c.ClearSolutions.code_stub = {{"rust": "// YOUR CODE HERE\\ntodo!()"}}
c.ExecutePreprocessor.timeout = {CELL_SECONDS}
c.ExecutePreprocessor.startup_timeout = {START_SECONDS}
"""


def module(folder, *words):
    """Runs a Python module as a command; (exit status, all text)."""
    command = [sys.executable, "-m", *map(str, words)]
    # nbgrader calls a program that lies beside Python.
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    seconds = CELL_SECONDS + START_SECONDS
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds)
    return done.returncode, done.stdout + done.stderr


def through_nbclient(path):
    notebook = nbformat.read(path, 4)
    client = nbclient.NotebookClient(notebook, kernel_name="rust", timeout=CELL_SECONDS, startup_timeout=START_SECONDS)
    try:
        client.execute(cwd=str(path.parent))
    except nbclient.exceptions.CellExecutionError as error:
        return 1, str(error)
    return 0, ""


def nbconvert(path):
    return module(path.parent, "nbconvert", "--execute", "--to", "notebook", "--output", "converted.ipynb", path.name)


def nbmake(path):
    return module(path.parent, "pytest", "-p", "no:cacheprovider", "--nbmake", f"--nbmake-timeout={CELL_SECONDS}", path.name)


def papermill(path):
    words = ("--kernel", "rust", "--language", "python", "--start-timeout", START_SECONDS)
    return module(path.parent, "papermill", *words, path.name, "out.ipynb")


TOOLS = {
    "jupyter execute": jupyter_execute,
    "nbclient": through_nbclient,
    "nbconvert --execute": nbconvert,
    "nbmake": nbmake,
    "papermill": papermill,
}


def verdicts(tally, folder):
    for name, run in TOOLS.items():
        for file, source in (("true", TRUE), ("false", FALSE)):
            with tally.check(f"{name} {'passes' if file == 'true' else 'fails'} a notebook with a {file} assertion"):
                place = folder / name.replace(" ", "-") / file
                place.mkdir(parents=True)
                status, text = run(scratch_notebook(place / f"{file}.ipynb", "let before = 1;", source))
                assert (status == 0) == (file == "true"), f"exit status {status}: {text[-500:]}"
                if file == "false" and run is not through_nbclient:
                    for part in ("assertion", "left: 1", "right: 2"):
                        assert part in text, f"no '{part}' in the message: {text[-500:]}"


def graded(source, **metadata):
    cell = nbformat.v4.new_code_cell(source)
    known = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {**known, **metadata}
    return cell


def assignment(path):
    answer = "fn square(x: i32) -> i32 {\n    // BEGIN SOLUTION\n    x * x\n    // END SOLUTION\n}"
    notebook = nbformat.v4.new_notebook(
        cells=[
            graded(answer, grade_id="square", solution=True),
            graded("assert_eq!(square(3), 9);", grade_id="test-square", grade=True, locked=True, points=2),
        ],
        metadata={"kernelspec": {"name": "rust", "language": "rust", "display_name": "Rust (bootcamp)"}},
    )
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def grading(tally, folder):
    course = folder / "course"
    assignment(course / "source" / "ps1" / "squares.ipynb")
    (course / "nbgrader_config.py").write_text(GRADER_CONFIG)
    released = course / "release" / "ps1" / "squares.ipynb"
    with tally.check("nbgrader releases an assignment without its solution"):
        status, text = module(course, "nbgrader", "generate_assignment", "ps1")
        assert status == 0, text[-500:]
        source = nbformat.read(released, 4).cells[0].source
        assert "todo!()" in source and "x * x" not in source, source
    with tally.check("nbgrader grades right and wrong answers"):
        for student, body in (("ada", "x * x"), ("bob", "x + x"), ("eve", "x *")):
            place = course / "submitted" / student / "ps1"
            place.mkdir(parents=True)
            notebook = nbformat.read(released, 4)
            notebook.cells[0].source = f"fn square(x: i32) -> i32 {{ {body} }}"
            nbformat.write(notebook, place / released.name)
        status, text = module(course, "nbgrader", "autograde", "ps1")
        assert status == 0, text[-800:]
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
            scores = {name: book.find_submission("ps1", name).score for name in ("ada", "bob", "eve")}
        assert scores == {"ada": 2.0, "bob": 0.0, "eve": 0.0}, scores


if __name__ == "__main__":
    total = Tally()
    with scratch() as place:
        verdicts(total, place)
        grading(total, place)
    sys.exit(total.finish())
