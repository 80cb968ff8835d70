"""The files of a project that are not read as Python, and may name settings all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from celerylint.files.walking import SKIPPED, Tree

MOST = 20_000
"""How many files are looked at; a project has more where it keeps data."""

_LONGEST = 2_000_000
_TEXTS = (".adoc", ".csv", ".json", ".lock", ".log", ".md", ".patch", ".po", ".rst", ".txt")
_BINARY = (".gif", ".gz", ".ico", ".jpg", ".mo", ".pdf", ".png", ".pyc", ".so", ".woff2", ".zip")
_OWN = ".celerylint"


def others(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of the files beside the Python ones, prose and data left out.

    No link is followed, and no folder of tools entered. Files that cannot be read are left out.
    """
    known = frozenset((*tree.files, *tree.links))
    places = (place for place in _paths(tree, known) if not place.endswith((*_TEXTS, *_BINARY)))
    for _, path in zip(range(MOST), places, strict=False):
        with suppress(OSError):
            if os.stat(tree.root / path).st_size <= _LONGEST:  # noqa: PTH116 - as in Tree.read
                yield path, tree.read(path)


def _paths(tree: Tree, known: frozenset[str]) -> Iterator[str]:
    for folder, inner, names in os.walk(tree.root):
        inner[:] = sorted(name for name in inner if name not in SKIPPED)
        if "pyvenv.cfg" in names:
            inner.clear()
            continue
        prefix = os.path.relpath(folder, tree.root)
        for name in sorted(names):
            path = name if prefix == "." else f"{prefix}/{name}".replace(os.sep, "/")
            if path not in known and not name.startswith(_OWN):
                yield path
