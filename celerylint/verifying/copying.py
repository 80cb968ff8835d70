"""A copy of a project, for its code to be run in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from celerylint.files.walking import SKIPPED

_LARGE = 10_000_000
"""Bytes from which a file that is no Python is linked to instead: media, dumps, models."""

_COMPILED = (".pyc", ".pyo")
_PACKAGES = frozenset({"build", "dist"})
"""Folders that are not judged, but may be what somebody imports."""


def copied(root: Path, target: Path) -> None:
    """Copy the files of a project, which may be any that its code reads, into a new folder.

    Left out are version control, virtual environments and caches. Raise OSError where a file cannot
    be written; one that cannot be read is left out as well.
    """
    for source, relative in _walk(root):
        place = target / relative
        if source.is_symlink() and source != root:
            _link(source, place, root)
        elif source.is_dir():
            place.mkdir(parents=True)
        elif source.is_file() and os.access(source, os.R_OK):
            _copy(source, place)


def apply(changes: Mapping[str, bytes], target: Path) -> None:
    """Write the new contents into the copy."""
    for path, content in changes.items():
        place = Path(os.path.realpath(target / path))
        if place.is_relative_to(os.path.realpath(target)):
            place.write_bytes(content)


def _walk(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the folders and files, each folder before what is in it."""
    for name, folders, files in os.walk(root):
        folder = Path(name)
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        yield folder, folder.relative_to(root)
        folders[:] = sorted(each for each in folders if each not in SKIPPED - _PACKAGES)
        links = (each for each in folders if folder.joinpath(each).is_symlink())
        for each in (*links, *(file for file in files if not file.endswith(_COMPILED))):
            yield folder / each, folder.relative_to(root) / each


def _link(source: Path, place: Path, root: Path) -> None:
    """Make a link that leads to the copy where it led into the project, else to where it led."""
    real = Path(os.path.realpath(source))
    base = Path(os.path.realpath(root))
    target = Path(os.path.relpath(real, source.parent.resolve()))
    place.symlink_to(target if real.is_relative_to(base) else real)


def _copy(source: Path, place: Path) -> None:
    if source.stat().st_size > _LARGE and source.suffix != ".py":
        place.symlink_to(source.resolve())
    else:
        shutil.copy2(source, place)
