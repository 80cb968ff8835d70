"""Which file a dotted module name means."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from celerylint.model import Grade

# `from celery import Celery` in a project's own celery.py means the package, never the file.
_OUTSIDE = frozenset({"celery", "django", "flask", "kombu"})


# What people add to the name of a module that is to be copied and filled in.
_WORD = r"(?:default|dev|dist|ex|example|in|local|sample|skel|template|tmpl|tpl)"
_COPY = re.compile(rf"(.+?)(?:\.py[.-]{_WORD}|[._-](?:dist|example|sample|template)\.py)")


class Layout(NamedTuple):
    """What there is besides the Python files of a project.

    `links` are second names of files, with the first one; `copies` are patterns for modules that
    everybody makes for himself, such as `settings.py.dist`; `nested` are the folders of projects
    that lie within this one.
    """

    links: Mapping[str, str] = MappingProxyType({})
    copies: tuple[str, ...] = ()
    nested: frozenset[str] = frozenset()


class Found(NamedTuple):
    """The file that a module name was resolved to, and how sure that is."""

    path: str
    grade: Grade


def is_outside(name: str) -> bool:
    """Return whether a dotted name belongs to a library that a project does not shadow."""
    return name.partition(".")[0] in _OUTSIDE


_FLAT = Layout()


class Modules:
    """The modules of a project, by dotted name.

    Python looks from the folder in which the packages of the asking file begin; projects also run
    from a folder above it, or from `src`. What is only found beside the asking file (Python 2
    looked there) or by a unique end of its path is likely, not certain.
    """

    def __init__(self, paths: Iterable[str], layout: Layout = _FLAT) -> None:
        """Index the Python files given by path relative to the root."""
        files = tuple(paths)
        self._links = layout.links
        self._nested = layout.nested
        self._patterns = _originals((*files, *layout.copies))
        self._paths = frozenset((*files, *layout.links))
        self._known: dict[tuple[str, str, bool], Found | None] = {}
        self._by_last: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_last.setdefault(_parts(path)[-1], []).append(path)

    def find(self, name: str, asking: str) -> Found | None:
        """Return the file of module `name`, absolute or with leading dots, as `asking` sees it."""
        key = name, asking.rpartition("/")[0], asking.endswith(".py")
        if key not in self._known:
            self._known[key] = self._find(name, asking)
        return self._known[key]

    def files(self, pattern: str, asking: str) -> tuple[str, ...]:
        """Return the files that a path or glob means, taken from the folder of a file."""
        folder = PurePosixPath(asking).parent
        wanted = posixpath.normpath(folder / pattern)
        if not any(char in pattern for char in "*?["):
            return (self._links.get(wanted, wanted),) if wanted in self._paths else ()
        depth = wanted.count("/")
        near = (path for path in self._paths if path.count("/") == depth)
        return tuple(sorted(path for path in near if fnmatchcase(path, wanted)))

    def copy(self, name: str, asking: str) -> Found | None:
        """Return the pattern that module `name` is to be copied from, where it is not there."""
        found = self._copies.find(name, asking)
        return Found(self._patterns[found.path], Grade.LIKELY) if found else None

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Return the modules that a package of the same name hides, each with the package."""
        pairs = ((path, f"{path.removesuffix('.py')}/__init__.py") for path in sorted(self._paths))
        return tuple(pair for pair in pairs if pair[1] in self._paths)

    @cached_property
    def _copies(self) -> Modules:
        return Modules(self._patterns)

    def name_of(self, path: str) -> str | None:
        """Return the dotted name of a module in a package that begins where programs start.

        What is in no package may be the program itself, and a folder around packages one of them.
        """
        inner, (outer, *_) = self._folders(path)
        roots = (f"{outer}/{name}" for name in ("manage.py", "setup.py"))
        started = outer in {".", "src"} or any(root in self._paths for root in roots)
        if not inner or not started:
            return None
        package = inner[-1].count("/")
        return ".".join(_parts(path)[package:])

    def project_of(self, path: str) -> str:
        """Return the folder of the innermost project that a file lies in, empty for the root."""
        folders = map(str, PurePosixPath(path).parents)
        return next((folder for folder in folders if folder in self._nested), "")

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
        return Found(beside, Grade.LIKELY) if beside else self._by_suffix(parts, asking)

    def _folders(self, asking: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the folders inside the packages of a file, and those around them."""
        above = [str(folder) for folder in PurePosixPath(asking).parents]
        inner = tuple(itertools.takewhile(self._is_inside, above))
        return inner, tuple(above[len(inner) :])

    def _is_inside(self, folder: str) -> bool:
        """Return whether a folder is a package, and none that programs are started in.

        Python looks for modules beside `manage.py` first, even where an `__init__.py` stands there.
        """
        started = f"{folder}/manage.py" in self._paths
        return f"{folder}/__init__.py" in self._paths and not started

    def _relative(self, dots: int, parts: tuple[str, ...], asking: str) -> Found | None:
        folder = PurePosixPath(asking).parent
        for _ in range(dots - 1):
            folder = folder.parent
        path = self._at(str(folder), parts)
        return Found(path, Grade.CERTAIN) if path else None

    def _at(self, folder: str, parts: tuple[str, ...]) -> str | None:
        stem = "/".join((*(() if folder == "." else (folder,)), *parts))
        candidates = (f"{stem}/__init__.py".lstrip("/"), f"{stem}.py")
        found = next((path for path in candidates if path in self._paths), None)
        return found and self._links.get(found, found)

    def _by_suffix(self, parts: tuple[str, ...], asking: str) -> Found | None:
        ends = self._by_last.get(parts[-1], ())
        found = {
            self._links.get(path, path)
            for path in ends
            if _parts(path)[-len(parts) :] == parts and self._sees(asking, path)
        }
        return Found(found.pop(), Grade.LIKELY) if len(found) == 1 else None

    def _sees(self, asking: str, path: str) -> bool:
        """Return whether a file may import another one: no project imports from those within it.

        What is no module, such as a Dockerfile, may start any of them.
        """
        if not self._nested or not asking.endswith(".py"):
            return True
        inside = self._nested.intersection(map(str, PurePosixPath(path).parents))
        return inside <= frozenset(map(str, PurePosixPath(asking).parents))


def _originals(paths: Iterable[str]) -> Mapping[str, str]:
    """Return the first pattern for each module that has one, by the path of the module."""
    found: dict[str, str] = {}
    for path in sorted(paths):
        match = _COPY.fullmatch(path)
        if match:
            found.setdefault(f"{match[1]}.py", path)
    return found


def _parts(path: str) -> tuple[str, ...]:
    # There may be thousands of files, and pathlib takes ten times as long.
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    return tuple(folders) or ("",) if name == "__init__.py" else (*folders, stem)
