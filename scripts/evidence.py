"""Run what the rules claim about Celery on some release of it, and print what holds.

Development use, from the root of the checkout:

    .venvs/dev/bin/python -m scripts.evidence --celery 5.2.7 --python python3.9
    .venvs/dev/bin/python -m scripts.evidence --celery 4.4.7 --environment /some/venv CEL601 CEL7

Without `--environment` one is made for the time of the run, with the Python given. A line has
the code, the release, `holds` or `DOES NOT HOLD`, and the claim. A claim that does not hold for a
release is for the rule to leave out, in its key `celery`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.evidence import Trials, collected, outcomes, wanted

# Celery 4 and 5.0 ask setuptools for entry points without requiring it.
NEEDED = ("setuptools<70",)


def main() -> int:
    """Print what holds; return 1 if anything does not, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--celery", required=True, help="the release, such as 5.2.7")
    parser.add_argument("--python", default=sys.executable, help="what the environment is made of")
    parser.add_argument("--environment", type=Path, help="one that has this Celery already")
    parser.add_argument("codes", nargs="*", default=("CEL",), help="codes, or beginnings of codes")
    given = parser.parse_args()
    trials = {n: trial for n, trial in collected().items() if n.startswith(tuple(given.codes))}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        environment = given.environment or made(scratch / "venv", given.python, given.celery)
        for line in report(environment / "bin" / "python", given.celery, trials, scratch):
            print(line)
            failed = failed or "DOES NOT HOLD" in line
    return int(failed)


def made(environment: Path, python: str, celery: str) -> Path:
    """Return a new environment with a release of Celery."""
    subprocess.run([python, "-m", "venv", environment], check=True)
    pip = (environment / "bin" / "python", "-m", "pip", "install", "--quiet")
    subprocess.run([*pip, *NEEDED, f"celery=={celery}"], check=True)
    return environment


def report(python: Path, celery: str, trials: Trials, scratch: Path) -> Iterator[str]:
    """Yield a line for each claim."""
    for name, seen in outcomes(python, trials, scratch).items():
        code, _, claim = name.partition(" ")
        held = seen == wanted(trials[name][1])
        yield f"{code} {celery} {'holds' if held else f'DOES NOT HOLD ({seen})'}: {claim}"


if __name__ == "__main__":
    sys.exit(main())
