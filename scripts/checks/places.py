"""Folders: those of the project, and throw-away ones for Jupyter, so that nobody's own settings matter or change."""

import contextlib
import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
RESULTS = ROOT / "scripts" / ".results"
# The notebooks as the kernel of the course ran them last.
EXECUTED = RESULTS / "executed"
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")


@contextlib.contextmanager
def scratch():
    """A temporary folder; this process and its children take Jupyter's files from below it only."""
    with tempfile.TemporaryDirectory(prefix="bootcamp-checks-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name).resolve()
        for variable in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTER_PATH",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "IPYTHONDIR",
            "EVCXR_CONFIG_DIR",
            "XDG_STATE_HOME",
        ):
            place = folder / "jupyter" / variable.lower()
            place.mkdir(parents=True, mode=0o700)
            os.environ[variable] = str(place)
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
        yield folder
