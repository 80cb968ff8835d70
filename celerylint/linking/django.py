"""Which modules Django takes its settings from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from celerylint.finding import Place, Span
from celerylint.linking.modules import Modules
from celerylint.model import Entry, Grade

SETTINGS = "django.conf.settings"
"""The object that a Celery app is given to load Django's settings."""

_NAMED = re.compile(
    rb"DJANGO_SETTINGS_MODULE['\"]?\]?[ \t]*[,=:\s][ \t\r\n]*['\"]?([A-Za-z_][A-Za-z0-9_.]*)"
)
_STAR = re.compile(rb"^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*\(?[ \t]*\*", re.MULTILINE)
_VARIABLE = b"DJANGO_SETTINGS_MODULE"
_WHOLESALE = re.compile(
    rb"\b(?:dir|vars)\([ \t]*(?:\w+\.)*(?:django_)?settings[ \t]*\)"
    rb"|\bsettings\.__dict__\b"
)
_TEST = re.compile(r"(?:.*/)?(?:tests?/.*|conftest|tests?|test_\w+|\w+_tests?)\.py")


def is_test(path: str) -> bool:
    """Return whether a file is a test by its name or its folder."""
    return _TEST.fullmatch(path) is not None


class Search(NamedTuple):
    """Where to look: Python files, files that start programs, and how to get at their bytes."""

    files: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()
    peek: Callable[[str], bytes] = lambda _: b""

    def mentions(self, word: str) -> bool:
        """Return whether any of the files has a word, be it in a comment."""
        pattern = re.compile(rb"(?<![\w-])%s(?![\w-])" % re.escape(word.encode()))
        return any(pattern.search(self.peek(p)) for p in (*self.files, *self.launchers))


class Entries:
    """Find settings modules by the bytes of files: no parser is needed, and none could read all.

    Those named in DJANGO_SETTINGS_MODULE come first; then the modules that star-import one of them,
    which are other ways to start the same site.
    """

    def __init__(self, modules: Modules, search: Search) -> None:
        """Look for modules with `search`; nothing is read before somebody asks."""
        self._modules = modules
        self._search = search

    @cached_property
    def all(self) -> tuple[Entry, ...]:
        """Return every settings module once, by path."""
        found = {entry.path: entry for entry in self._named()}
        stars = tuple(self._stars()) if found else ()
        while new := [s for s in stars if s.target in found and s.path not in found]:
            for star in new:
                place = Place(star.path, Span(0, 0))
                found[star.path] = Entry(star.path, place, found[star.target].grade)
        return tuple(found[path] for path in sorted(found))

    @cached_property
    def wholesale(self) -> tuple[Place, ...]:
        """Return where any file, read or not, asks Django's settings for all their names."""
        return tuple(self._wholesale())

    def _wholesale(self) -> Iterator[Place]:
        for path in self._search.files:
            raw = self._search.peek(path)
            if b"settings" in raw and (match := _WHOLESALE.search(raw)):
                # Offsets of bytes, not of characters: near enough to find the line.
                text = raw[: match.start()].decode("utf-8", "replace")
                yield Place(path, Span(len(text), len(text) + match.end() - match.start()))

    def _named(self) -> Iterator[Entry]:
        for path in (*self._search.files, *self._search.launchers):
            raw = self._search.peek(path)
            for match in _NAMED.finditer(raw) if _VARIABLE in raw else ():
                found = self._modules.find(match[1].decode("ascii"), path)
                if found:
                    span = Span(match.start(1), match.end(1))
                    yield Entry(found.path, Place(path, span), found.grade)

    def _stars(self) -> Iterator[_Star]:
        for path in self._search.files:
            raw = self._search.peek(path)
            for match in _STAR.finditer(raw) if b"import" in raw else ():
                found = self._modules.find(match[1].decode("ascii", "replace"), path)
                if found and found.path != path and found.grade is Grade.CERTAIN:
                    yield _Star(path, found.path)


class _Star(NamedTuple):
    path: str
    target: str
