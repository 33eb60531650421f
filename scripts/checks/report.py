"""scripts/report: figures go into their place in a document, and all else stays."""

import pathlib
import subprocess
import sys
import tempfile

from places import ROOT
from tally import Tally

DOCUMENT = "# Figures\n\n<!-- measured: engines -->\n\n{}\n\n<!-- end -->\n\n<!-- measured: latency -->\n\nkept\n\n<!-- end -->\n\nlast\n"


def report(document, figures):
    """The document after the script, and what the script says."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "figures.md").write_text(document)
        for part, text in figures.items():
            (folder / f"{part}.txt").write_text(text)
        command = [ROOT / "scripts" / "report", folder / "figures.md", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return (folder / "figures.md").read_text(), done.stderr


def main():
    tally = Tally()
    figures = {"engines": "requests  12\npull   <5> & \\1\n"}
    wanted = DOCUMENT.format("```text\n" + figures["engines"] + "```")
    with tally.check("a part that was measured is replaced, another one is named and stays"):
        found, said = report(DOCUMENT.format("old"), figures)
        assert found == wanted, found
        assert said.startswith("not measured anew: latency; scripts/bench --part latency --report"), said
    with tally.check("the same figures again change nothing"):
        assert report(wanted, figures)[0] == wanted
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
