"""What a job of GitHub or GitLab says of itself in its environment."""

from __future__ import annotations

import os
from pathlib import Path


def checkout() -> Path | None:
    """Return the folder of the repository, where it holds the current directory."""
    named = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    folder = Path(named).resolve() if named else None
    return folder if folder and Path.cwd().is_relative_to(folder) else None


def summary() -> Path | None:
    """Return the file that the steps of a job on GitHub add to."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(named) if named else None
