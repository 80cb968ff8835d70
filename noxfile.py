"""The tests on every Python, and on the oldest and newest of what celerylint needs.

A Python that is not there is left out. The environments with Celery, which `tests` needs, are those
that `scripts/test.py` makes.
"""

from __future__ import annotations

from pathlib import Path

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# What the tests need besides celerylint, as long as they ask no Celery.
TOOLS = ("hypothesis", "jsonschema", "pytest", "pytest-xdist", "ruamel.yaml")
# Modules of tests that import Celery or pre-commit, which are not installed then.
WITH_CELERY = ("catalogue", "check_catalogue", "pre_commit", "transports")

nox.options.error_on_missing_interpreters = False


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests."""
    session.install("--editable", ".[dev]")
    session.env["CELERYLINT_ORACLE_VENVS"] = str(Path(".venvs").absolute())
    session.run(
        "pytest", "-m", "oracle or slow or not slow", "--numprocesses=auto", *session.posargs
    )


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Run the tests that need no Celery, with the oldest of what celerylint needs."""
    _run_without_celery(session, "==")


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Run the tests that need no Celery, with the newest of what celerylint needs."""
    _run_without_celery(session, ">=")


def _run_without_celery(session: nox.Session, bound: str) -> None:
    needed = nox.project.load_toml("pyproject.toml")["project"]["dependencies"]
    session.install(*(each.replace(">=", bound) for each in needed), *TOOLS)
    session.install("--editable", ".", "--no-deps")
    # What an old LibCST imports warns of its own end.
    warnings = ("-W", "ignore:mypy_extensions:DeprecationWarning")
    ignored = (f"--ignore-glob=*/test_{name}.py" for name in WITH_CELERY)
    session.run("pytest", "--numprocesses=auto", *warnings, *ignored, *session.posargs)
