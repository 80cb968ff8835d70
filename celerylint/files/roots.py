"""Which projects the user asks about: their roots, and the paths that were named in each."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.options.table import UsageError

ROOT_MARKS = (
    ".git",
    ".hg",
    "pyproject.toml",
    "celerylint.toml",
    ".celerylint.toml",
    "setup.py",
    "setup.cfg",
    "manage.py",
    "requirements.txt",
)


class Asked(NamedTuple):
    """What the user named in one project; `paths` is None for the whole of it."""

    root: Path
    paths: tuple[Path, ...] | None


def project_root(path: Path) -> Path:
    """Return the nearest folder at or above `path` that looks like a project's root.

    Where none does, it is the folder itself, or the folder of the file.
    """
    start = path if path.is_dir() else path.parent
    return next(filter(_is_root, (start, *start.parents)), start)


def _is_root(folder: Path) -> bool:
    found = [mark for mark in ROOT_MARKS if (folder / mark).exists()]
    # A folder that only collects requirements is part of the project that has them.
    return bool(found) and (folder.name != "requirements" or found != ["requirements.txt"])


def asked(paths: Sequence[Path]) -> tuple[Asked, ...]:
    """Return the paths by project root, sorted, without those that lie within others.

    Raise UsageError for a path that does not exist or cannot be read.
    """
    resolved = sorted({_checked(path) for path in paths})
    outermost = [path for path in resolved if not any(o in path.parents for o in resolved)]
    groups: dict[Path, list[Path]] = {}
    for path in outermost:
        groups.setdefault(project_root(path), []).append(path)
    return tuple(
        Asked(root, None if root in named else tuple(named))
        for root, named in sorted(groups.items())
    )


def _checked(path: Path) -> Path:
    try:
        # The folder is resolved but not the file: a link counts as the file that it is called.
        folder = path.is_dir()
        # A pathlib that resolves links in a loop raises RuntimeError.
        real = Path(os.path.realpath(path if folder else path.parent))
        resolved = real if folder else real / path.name
        if folder:
            os.scandir(resolved).close()
        elif stat.S_ISREG(resolved.stat().st_mode):
            resolved.open("rb").close()
        else:
            # What is read only once, such as a pipe, could not be looked into for Celery first.
            message = f"{shown(path)} is not a regular file; pass - to read stdin"
            raise UsageError(message)
    except FileNotFoundError as error:
        message = f"{shown(path)} does not exist"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{shown(path)} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    return resolved


def shown(path: Path) -> str:
    """Return a path as a message may show it.

    A URL that is given by mistake has lost a slash as a path, and its password is masked.
    """
    from celerylint.text.masking import mask  # noqa: PLC0415 - most runs show no path

    url = str(path).replace(":/", "://")
    masked = mask(url)
    return str(path) if masked == url else masked
