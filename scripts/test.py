"""Set up what the tests need and run them: `python3 scripts/test.py [PYTEST OPTIONS]`.

Needs Python 3.10 or later with venv and pip, nothing else. Makes environments below `.venvs`:
`dev` with celerylint and its development tools, and one for each Celery that judges migrations.
Those that are complete are used again; one that was left half-made is made anew.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CELERY_VERSIONS = ("5.6.3", "5.7.0")
# Ones that both releases run with, to load the fixtures that are sites of Django or Flask.
HOSTS = ("django==5.2.*", "flask==3.1.*")
# With what the Redis transport and the result backends need.
CELERY = "celery[redis,sqlalchemy]=={}"
# Of all tiers: `pytest` alone leaves out those with a mark.
EVERY_TIER = ("-m", "oracle or slow or not slow")
WHOLE_RUN = (*EVERY_TIER, "--cov", "--cov-report=term", "--numprocesses=auto", "--dist=loadfile")


def environment(folder: Path, requirements: Sequence[str]) -> Path:
    """Return the Python of a virtual environment that holds the requirements.

    A stamp is written last, so that an environment without it, or with another one, is made anew.
    """
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    wanted = fingerprint(requirements)
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    # A copy of the interpreter may not be run while another thread still holds it open.
    venv.create(folder, clear=True, symlinks=os.name == "posix", with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *requirements], cwd=ROOT, check=True)
    stamp.write_text(wanted, "utf-8")
    return python


def fingerprint(requirements: Sequence[str]) -> str:
    """Return a digest of all that decides what is installed."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    return hashlib.sha256("\n".join((sys.version, project, *requirements)).encode()).hexdigest()


def main() -> int:
    """Return the exit code of pytest; the whole run, without options, measures coverage."""
    venvs = ROOT / ".venvs"
    wanted: dict[Path, tuple[str, ...]] = {venvs / "dev": ("--editable", ".[dev]")}
    for version in CELERY_VERSIONS:
        wanted[venvs / f"celery-{version}"] = (CELERY.format(version), "packaging", *HOSTS)
    with ThreadPoolExecutor() as threads:
        pythons = tuple(threads.map(environment, wanted.keys(), wanted.values()))
    options = sys.argv[1:] or WHOLE_RUN
    variables = {**os.environ, "CELERYLINT_ORACLE_VENVS": str(venvs)}
    command = [str(pythons[0]), "-m", "pytest", *options]
    return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
