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


class Modules:
    """The modules of a project, by dotted name.

    Python looks from the folder in which the packages of the asking file begin; projects also run
    from a folder above it, or from `src`. What is only found beside the asking file (Python 2
    looked there) or by a unique end of its path is likely, not certain.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        """Index the Python files given by path relative to the root."""
        self._paths = frozenset(paths)
        self._by_last: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_last.setdefault(_parts(path)[-1], []).append(path)

    def find(self, name: str, asking: str) -> Found | None:
        """Return the file of module `name`, absolute or with leading dots, as `asking` sees it."""
        if name.startswith("."):
            return self._relative(name, asking)
        parts = tuple(name.split("."))
        inner, outer = self._folders(asking)
        for folder in (*outer, "src"):
            path = self._at(folder, parts)
            if path:
                return Found(path, Grade.CERTAIN)
        if parts[0] in _OUTSIDE:
            return None
        beside = next((path for folder in inner if (path := self._at(folder, parts))), None)
        return Found(beside, Grade.LIKELY) if beside else self._by_suffix(parts)

    def _folders(self, asking: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the folders inside the packages of a file, and those around them."""
        above = [str(folder) for folder in PurePosixPath(asking).parents]
        inner = tuple(
            itertools.takewhile(lambda folder: f"{folder}/__init__.py" in self._paths, above)
        )
        return inner, tuple(above[len(inner) :])

    def name_of(self, path: str) -> str:
        """Return the dotted name of a file, seen from the root."""
        return ".".join(_parts(path))

    def _relative(self, name: str, asking: str) -> Found | None:
        bare = name.lstrip(".")
        folder = PurePosixPath(asking).parent
        for _ in range(len(name) - len(bare) - 1):
            folder = folder.parent
        parts = tuple(bare.split(".")) if bare else ()
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
