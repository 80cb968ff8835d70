"""Patterns as in `.gitignore`, seen from another folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

_ALL = "**"


def rebased(pattern: str, folder: Path, root: Path) -> tuple[str, ...]:
    """Return what a pattern relative to `folder` is relative to `root`; nothing if it cannot match.

    Both folders are absolute. Where neither lies in the other the pattern counts as it stands.
    """
    mark = "!" if pattern.startswith("!") else ""
    rest = pattern.removeprefix("!")
    steps = rest.rstrip("/").split("/")
    free = len(steps) == 1  # a pattern without a slash before its end matches at any depth
    if folder == root or not steps[-1]:
        return (pattern,)
    if folder.is_relative_to(root):
        below = _escaped(folder.relative_to(root).as_posix())
        return (f"{mark}/{below}/{'**/' * free}{rest.removeprefix('/')}",)
    if free or not root.is_relative_to(folder):
        return (pattern,)
    end = "/" if rest.endswith("/") else ""
    above = root.relative_to(folder).parts
    steps = steps[1:] if not steps[0] else steps
    found = (left if left == _ALL else left + end for left in _left(steps, above))
    return tuple(dict.fromkeys(f"{mark}/{left}" for left in found))


def folder_of(cwd: Path, root: Path) -> Path:
    """Return what patterns of the command line are relative to: the current directory, or the root.

    The root counts where the current directory lies neither in it nor around it.
    """
    here = Path(os.path.realpath(cwd))
    related = here.is_relative_to(root) or root.is_relative_to(here)
    return here if related else root


def _left(steps: Sequence[str], above: Sequence[str]) -> Iterator[str]:
    """Yield what is left of a pattern below the folders `above`: all, if it matches one of them."""
    if not above:
        yield "/".join(steps)
    elif not steps:
        yield _ALL
    elif steps[0] == _ALL:
        yield "/".join(steps)
        yield from _left(steps[1:], above)
        if len(above) > 1:
            yield from _left(steps, above[1:])
    elif fnmatchcase(above[0], steps[0]):
        yield from _left(steps[1:], above[1:]) if steps[1:] or above[1:] else (_ALL,)


def _escaped(path: str) -> str:
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in path)
