"""What the real Celery makes of a configuration: the judge of every migration.

Each Celery release lives in an environment of its own, `celery-5.6.3` and so on, below `.venvs/`
of the checkout or the folder that the environment variable CELERYLINT_ORACLE_VENVS names.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORKS = Path(__file__).with_name("forks.py")
PROBE = ROOT / "celerylint" / "verifying" / "probe.py"

# 5.7 honours old names under a namespace and turns precedence round: neither release can speak
# for the other.
CELERY_VERSIONS = ("5.6.3", "5.7.0")

_OF_CELERY = ("BROKER", "CELERY", "DJANGO")
"""How the names of environment variables begin that would change what is loaded."""


class OracleError(RuntimeError):
    """The oracle cannot answer; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One configuration to load: where, how, and what to look at besides the settings.

    `load` is spelled as `probe.py` says. `imports` are modules imported afterwards; `watch` are
    expressions, `module:expression`, whose values count as behaviour of the program; `environ` is
    added to the environment, from which everything of Celery is taken out.
    """

    directory: Path
    load: str
    imports: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)

    def request(self, aliases: Mapping[str, str]) -> dict[str, object]:
        """Return the job as `probe.py` reads it."""
        return {
            "root": str(self.directory),
            "directory": str(self.directory),
            "path": [str(self.directory)],
            "load": self.load,
            "aliases": dict(aliases),
            "imports": self.imports,
            "watch": self.watch,
            "environ": dict(self.environ),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What Celery sees: the rendered value of each setting, or the error it raises.

    `explicit` are the settings whose value comes from the configuration, not from the defaults.
    """

    settings: Mapping[str, object] = field(default_factory=dict)
    watched: Mapping[str, object] = field(default_factory=dict)
    explicit: frozenset[str] = frozenset()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answers of one Celery, in the order of the jobs.

    `aliases` give the present name of each old one; they are empty for Celery 3.
    """

    celery: str
    aliases: Mapping[str, str]
    answers: tuple[Answer, ...]


def python_path(celery: str) -> Path:
    """Return where the Python of the environment with this Celery is, or would be."""
    folder = Path(os.environ.get("CELERYLINT_ORACLE_VENVS", ROOT / ".venvs"))
    return folder / f"celery-{celery}" / "bin" / "python"


def python_of(celery: str) -> Path:
    """Return the Python of the environment with this Celery.

    Raise OracleError where there is none: a proof that is skipped is no proof.
    """
    python = python_path(celery)
    if not python.exists():
        message = f"{python} is missing: run `python3 scripts/test.py`, which makes it"
        raise OracleError(message)
    return python


def ask(python: Path, jobs: Sequence[Job], aliases: Mapping[str, str] | None = None) -> Verdict:
    """Return what the Celery of `python` makes of the jobs, in one process.

    `aliases` translate the upper-case settings of Celery 3 and have no effect on later ones.
    Raise OracleError where the probe itself fails.
    """
    requests = [{"load": ""}, *(job.request(aliases or {}) for job in jobs)]
    run = subprocess.run(
        [python, FORKS, PROBE.parent],
        input=json.dumps(requests),
        env={name: value for name, value in os.environ.items() if not name.startswith(_OF_CELERY)},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        message = f"{python} {FORKS.name} ends with status {run.returncode}: {run.stderr}"
        raise OracleError(message)
    versions, *replies = json.loads(run.stdout)
    return Verdict(versions["celery"], versions["aliases"], tuple(map(_answer, replies)))


def effective(directory: Path, load: str, celery: str = "5.6.3") -> Answer:
    """Return the effective settings of one configuration under one Celery."""
    return ask(python_of(celery), [Job(directory, load)]).answers[0]


def _answer(reply: Mapping[str, object]) -> Answer:
    match reply:
        case {"error": str(error)}:
            return Answer(error=error)
        case {"settings": dict(settings), "watched": dict(watched), "explicit": list(explicit)}:
            return Answer(settings, watched, frozenset(explicit))
    message = f"The probe gives an answer of no known form: {reply}"
    raise OracleError(message)
