"""Every command that the documentation shows does what it says there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle import python_of

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md")))

PROJECT = ROOT / "fixtures" / "dict-literal" / "before"
"""What the commands are run on: old names, all of which safe fixes mend."""

NOT_RUN = {
    "python3 -m venv .venv && ": "downloads packages; .ci/run runs it",
    "python3 scripts/test.py": "is what runs this test",
    "pip install .": "needs the checkout; .ci/run does it",
    ".venvs/dev/bin/python -m pytest ": "runs the tests",
    ".venvs/dev/bin/python -m scripts.oracle ": "needs an environment with another Celery",
    ".venvs/dev/bin/python -m scripts.fuzz ": "runs for minutes",
    ".venvs/dev/bin/python -m mkdocs build ": "needs the checkout; tests/test_site.py runs it",
    ".venvs/dev/bin/python -m mkdocs serve": "runs until it is stopped",
    'eval "$(_CELERYLINT_COMPLETE=zsh_source ': "needs zsh",
    "_CELERYLINT_COMPLETE=fish_source ": "needs fish",
}
"""Commands, by how they begin, that are not run here, and why."""

PYTHONS = {".venv": "5.6.3", "old": "5.6.3", "new": "5.7.0"}
"""The virtual environments that the commands speak of, each with a Celery."""

FIRST = {"--baseline": "celerylint check --write-baseline celerylint-baseline.json"}
"""What has to be run before a command with an option."""

# What an upgrade changes besides the names takes unsafe fixes.
UPGRADE, BOLD = "--upgrading-from", "--unsafe-fixes"

SETTLED = {
    "--fix",
    "--baseline",
    "--write-baseline",
    "--show-settings",
    "--show-files",
    "--show-project",
}
"""Options of a check that leave nothing to fail on, or report nothing."""


def commands() -> list[str]:
    """Return each line of the blocks that are marked as console."""
    texts = [ROOT.joinpath(name).read_text("utf-8") for name in DOCUMENTS]
    blocks = [
        re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE) for text in texts
    ]
    return list(dict.fromkeys(line for each in blocks for b in each for line in b.splitlines()))


def reason(command: str) -> str | None:
    """Return why a command is not run."""
    return next((why for start, why in NOT_RUN.items() if command.startswith(start)), None)


def status(command: str) -> int:
    """Return the exit code that is documented: findings that are only shown are a failure."""
    words = command.split()
    left = SETTLED.isdisjoint(words) or (UPGRADE in words and BOLD not in words)
    return int(words[:2] == ["celerylint", "check"] and left)


@pytest.mark.parametrize("command", [c for c in commands() if reason(c) is None])
def test_documented_command_does_as_it_says(command: str, tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    for name, celery in PYTHONS.items():
        project.joinpath(name).symlink_to(python_of(celery).parents[1])
    program = tmp_path / "bin" / "celerylint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m celerylint "$@"\n', "utf-8")
    program.chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }

    for first in (FIRST[word] for word in command.split() if word in FIRST):
        subprocess.run(("/bin/bash", "-c", first), cwd=project, env=environ, check=True)
    done = subprocess.run(
        ("/bin/bash", "-c", command),
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == status(command), done.stderr


@pytest.mark.parametrize("start", NOT_RUN)
def test_reason_is_given_for_commands_that_are_documented(start: str) -> None:
    assert [command for command in commands() if command.startswith(start)] != []
