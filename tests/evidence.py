"""What the rules claim about Celery, as programs: each says in `outcome` what it saw.

The claims of a rule stand in the `TRIALS` of a module `test_evidence_*`: the code of the rule and a
few words, the program, and what its outcome is to be. Whatever Celery an environment has can run
them, as `scripts/evidence.py` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

from tests.oracle import Job, ask

Trials = Mapping[str, tuple[str, object]]

WATCHED = "main:outcome"


def collected() -> Trials:
    """Return the claims of all rules, in the order of their codes."""
    files = sorted(Path(__file__).parent.glob("test_evidence_*.py"))
    modules = (importlib.import_module(f"tests.{path.stem}") for path in files)
    every = (trial for m in modules for trial in getattr(m, "TRIALS", {}).items())
    return dict(sorted((name, trial) for name, trial in every if name.startswith("CEL")))


def outcomes(python: Path, trials: Trials, scratch: Path) -> Mapping[str, object]:
    """Return what the Celery of `python` made of each program: type and `repr`, or the error."""
    jobs = [
        _job(scratch / str(number), program) for number, (program, _) in enumerate(trials.values())
    ]
    answers = ask(python, jobs).answers
    return {
        name: answer.error or answer.watched[WATCHED]
        for name, answer in zip(trials, answers, strict=True)
    }


def wanted(outcome: object) -> list[str]:
    """Return an outcome as the probe tells it."""
    return [type(outcome).__name__, repr(outcome)]


def _job(folder: Path, program: str) -> Job:
    folder.mkdir(parents=True)
    folder.joinpath("main.py").write_text(program, "utf-8")
    return Job(folder, "app:main:app", watch=(WATCHED,))
