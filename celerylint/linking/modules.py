"""Which file a dotted module name means."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from celerylint.model import (
    Grade,
)

# `from celery import Celery` in a project's own celery.py means the package, never the file.
_OUTSIDE = frozenset({"celery", "django", "flask", "kombu"})


class Found(NamedTuple):
    """The file that a module name was resolved to, and how sure that is."""

    path: str
    grade: Grade


def is_outside(name: str) -> bool:
    """Return whether a dotted name belongs to a library that a project does not shadow."""
    return name.partition(".")[0] in _OUTSIDE


class Modules:
    """The modules of a project, by dotted name.

    Python looks from the folder in which the packages of the asking file begin; projects also run
    from a folder above it, or from `src`. What is only found beside the asking file (Python 2
    looked there) or by a unique end of its path is likely, not certain.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        """Index the Python files given by path relative to the root."""
        self._paths = frozenset(paths)
        self._known: dict[tuple[str, str], Found | None] = {}
        self._by_last: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_last.setdefault(_parts(path)[-1], []).append(path)

    def find(self, name: str, asking: str) -> Found | None:
        """Return the file of module `name`, absolute or with leading dots, as `asking` sees it."""
        key = name, asking.rpartition("/")[0]
        if key not in self._known:
            self._known[key] = self._find(name, asking)
        return self._known[key]

    def _find(self, name: str, asking: str) -> Found | None:
        bare = name.lstrip(".")
        parts = tuple(bare.split(".")) if bare else ()
        if not all(part.isidentifier() for part in parts):
            return None
        if bare != name:
            return self._relative(len(name) - len(bare), parts, asking)
        if not parts or is_outside(name):
            return None
        inner, outer = self._folders(asking)
        for folder in (*outer, "src"):
            path = self._at(folder, parts)
            if path:
                return Found(path, Grade.CERTAIN)
        beside = next((path for folder in inner if (path := self._at(folder, parts))), None)
        return Found(beside, Grade.LIKELY) if beside else self._by_suffix(parts)

    def _folders(self, asking: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the folders inside the packages of a file, and those around them."""
        above = [str(folder) for folder in PurePosixPath(asking).parents]
        inner = tuple(
            itertools.takewhile(lambda folder: f"{folder}/__init__.py" in self._paths, above)
        )
        return inner, tuple(above[len(inner) :])

    def _relative(self, dots: int, parts: tuple[str, ...], asking: str) -> Found | None:
        folder = PurePosixPath(asking).parent
        for _ in range(dots - 1):
            folder = folder.parent
        path = self._at(str(folder), parts)
        return Found(path, Grade.CERTAIN) if path else None

    def _at(self, folder: str, parts: tuple[str, ...]) -> str | None:
        stem = "/".join((*(() if folder == "." else (folder,)), *parts))
        candidates = (f"{stem}/__init__.py".lstrip("/"), f"{stem}.py")
        return next((path for path in candidates if path in self._paths), None)

    def _by_suffix(self, parts: tuple[str, ...]) -> Found | None:
        ends = self._by_last.get(parts[-1], ())
        found = [path for path in ends if _parts(path)[-len(parts) :] == parts]
        return Found(found[0], Grade.LIKELY) if len(found) == 1 else None


def _parts(path: str) -> tuple[str, ...]:
    pure = PurePosixPath(path)
    parts = pure.parts[:-1] if pure.name == "__init__.py" else (*pure.parts[:-1], pure.stem)
    return parts or ("",)
