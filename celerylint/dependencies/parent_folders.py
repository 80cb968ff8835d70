"""The dependency files above a project, in the repository that it is a part of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from celerylint.files import kinds
from celerylint.files.ignoring import repository_of
from celerylint.files.walking import Tree


def above(root: Path) -> tuple[Tree, str] | None:
    """Return the dependency files of the folders above a root, and where it lies among them.

    They are a tree of the repository without any other file. Nothing outside the repository is
    looked at; None where the root is no part of one, or all of it.
    """
    repository = repository_of(root)
    if repository is None or repository == root:
        return None
    folders = root.parents[: root.parents.index(repository) + 1]
    found = sorted(path for folder in folders for path in _manifests(folder, repository))
    return Tree(repository, (), manifests=tuple(found)), root.relative_to(repository).as_posix()


def _manifests(folder: Path, repository: Path) -> Iterator[str]:
    """Yield the dependency files of a folder, and of its `requirements`."""
    for file in (*_listed(folder), *_listed(folder / "requirements")):
        path = file.relative_to(repository).as_posix()
        # As of a project's own files, no content from elsewhere is read through a link.
        real = os.path.realpath(file)
        if kinds.is_manifest(path) and real.startswith(f"{repository}{os.sep}"):
            yield path


def _listed(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(folder.iterdir())
    except OSError:
        return ()
