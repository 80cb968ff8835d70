"""Which modules Django takes its settings from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from celerylint.files import marks
from celerylint.files.kinds import is_test
from celerylint.files.marks import Forgetful, Has
from celerylint.finding import Place, Span
from celerylint.linking.modules import Layout, Modules
from celerylint.model import Entry, Grade, Naming

SETTINGS = "django.conf.settings"
"""The object that a Celery app is given to load Django's settings."""

_NAMED = re.compile(
    rb"(?:DJANGO_SETTINGS_MODULE['\"]?\]?[ \t]*[,=:\s]-?[ \t\r\n]*"
    rb"|\bdjango_settings_module[ \t]*=[ \t]*|--(?:settings|ds)[= ])"
    rb"['\"]?([A-Za-z_][A-Za-z0-9_.]*)"
)
_STAR = re.compile(rb"^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*\(?[ \t]*\*", re.MULTILINE)
_CALLED = re.compile(r"settings|conf|base|common|default|local|prod|dev|stag|test", re.IGNORECASE)
"""How modules of settings, and their parts, are called."""

_SITE = re.compile(rb"^[ \t]*INSTALLED_APPS[ \t]*(?::[^=\n]*)?\+?=", re.MULTILINE)
_VARIABLE = b"DJANGO_SETTINGS_MODULE"
_WHOLESALE = re.compile(
    rb"\b(?:dir|vars)\([ \t]*(?:\w+\.)*(?:django_)?settings[ \t]*\)"
    rb"|\bsettings\.__dict__\b"
)
# One plain name is a use like any other.
_COMPUTED = re.compile(
    rb"\b(?:get|has|set|del)attr\(\s*(?:\w+\.)*(?:django_)?settings\s*,"
    rb"(?!\s*[uUrR]?(?:'\w*'|\"\w*\")\s*[,)])"
)
# What starts Django without a worker: tests, type checks, documentation.
_TRIES = re.compile(
    r"(?:.*/)?(?:(?:pytest|tox)\.ini|setup\.cfg|pyproject\.toml|docs?/(?:.*/)?conf\.py)"
)


class Search(NamedTuple):
    """Where to look: Python files, files that start programs, and how to get at their bytes.

    `marks` tells those of a file without its bytes, where they are known, `anywhere` whether any
    file has a word.
    """

    files: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()
    peek: Callable[[str], bytes] = lambda _: b""
    layout: Layout = Layout()
    marks: Callable[[str], int] | None = None
    anywhere: Callable[[str, Sequence[str], Has], bool] = Forgetful().anywhere

    def marked(self, mark: int) -> Iterator[str]:
        """Yield the Python files whose bytes have a mark."""
        known = self.marks or (lambda path: marks.marks_of(self.peek(path)))
        return (path for path in self.files if known(path) & mark)

    def mentions(self, word: str) -> bool:
        """Return whether any of the files has a word, be it in a comment."""
        text = word.encode()
        pattern = re.compile(rb"(?<![\w-])%s(?![\w-])" % re.escape(text))

        def has(path: str) -> bool:
            raw = self.peek(path)
            # Most files lack the text, which is seen a hundred times faster than by the pattern.
            return text in raw and pattern.search(raw) is not None

        return any(map(has, self.launchers)) or self.anywhere(word, self.files, has)


class Missing(NamedTuple):
    """A settings module that is named somewhere but is not in the project."""

    name: str
    place: Place


class Entries:
    """Find settings modules by the bytes of files: no parser is needed, and none could read all.

    Those named in DJANGO_SETTINGS_MODULE come first; then the modules that star-import one of them,
    or a part of one, which are other ways to start the same site. Where nothing names a module of
    the project, those that list INSTALLED_APPS and that no other one star-imports are likely.
    """

    def __init__(self, modules: Modules, search: Search) -> None:
        """Look for modules with `search`; nothing is read before somebody asks."""
        self._modules = modules
        self._search = search
        self._missing: dict[str, Missing] = {}

    @cached_property
    def all(self) -> tuple[Entry, ...]:
        """Return every settings module once, by path."""
        found = {entry.path: entry for entry in self._every}
        if not found:
            return self._guessed()
        self._add_stars(found)
        return tuple(found[path] for path in sorted(found))

    @cached_property
    def naming(self) -> Mapping[str, frozenset[str]]:
        """Return the files that name each settings module, by its path."""
        found = defaultdict[str, set[str]](set)
        for entry in self._every:
            found[entry.path].add(entry.place.path)
        return {path: frozenset(files) for path, files in found.items()}

    @cached_property
    def tried(self) -> frozenset[str]:
        """Return the settings modules that no worker starts with, but tests or documentation do."""
        named = {path for path, files in self.naming.items() if all(map(_tries, files))}
        return frozenset(named | {entry.path for entry in self.all if is_test(entry.path)})

    @cached_property
    def _every(self) -> tuple[Entry, ...]:
        return tuple(self._named())

    @cached_property
    def wholesale(self) -> tuple[Place, ...]:
        """Return where any file, read or not, asks Django's settings for all their names."""
        return tuple(self._found(_WHOLESALE))

    @cached_property
    def computed(self) -> tuple[Place, ...]:
        """Return where any file asks Django's settings for a name that it puts together."""
        return tuple(self._found(_COMPUTED))

    def _found(self, pattern: re.Pattern[bytes]) -> Iterator[Place]:
        for path in self._search.marked(marks.SETTINGS):
            raw = self._search.peek(path)
            if match := pattern.search(raw):
                # Offsets of bytes, not of characters: near enough to find the line.
                text = raw[: match.start()].decode("utf-8", "replace")
                yield Place(path, Span(len(text), len(text) + match.end() - match.start()))

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Return the settings modules that are named but not there."""
        _ = self.all  # They are met while those that are there are looked for.
        return tuple(self._missing[name] for name in sorted(self._missing))

    def _named(self) -> Iterator[Entry]:
        """Yield what is named; where only a pattern of it is there, that is likely."""
        saying = frozenset(self._search.marked(marks.DJANGO))
        files = (p for p in self._search.files if p in saying or not p.endswith(".py"))
        for path in (*files, *self._search.launchers):
            raw = self._search.peek(path)
            for match in _NAMED.finditer(raw):
                if _is_comment(raw, match.start()):
                    continue
                name = match[1].decode("ascii")
                place = Place(path, Span(match.start(1), match.end(1)))
                found = self._modules.find(name, path)
                plain = "." in name and _is_plain(raw, match.start(1), path)
                if found is None and _VARIABLE in match[0] and plain:
                    self._missing.setdefault(name, Missing(name, place))
                    found = self._modules.copy(name, path)
                if found:
                    yield Entry(found.path, place, found.grade, Naming.VARIABLE)

    def _guessed(self) -> tuple[Entry, ...]:
        sites = [path for path in self._search.marked(marks.SITE) if self._is_site(path)]
        found = {path: _entry(path, Grade.LIKELY, Naming.GUESS) for path in sites}
        known = self._add_stars(found)
        parts = {star.target for star in self._stars if star.path in known}
        return tuple(
            found[path]._replace(named=Naming.GUESS) for path in sorted(found.keys() - parts)
        )

    def _is_site(self, path: str) -> bool:
        return _SITE.search(self._search.peek(path)) is not None

    def _add_stars(self, found: dict[str, Entry]) -> frozenset[str]:
        """Add what star-imports one of the modules found, or a part that they star-import.

        Return all of them with their parts. A part of a certain one makes others certain.
        """
        grades = {path: entry.grade for path, entry in found.items()}
        while new := [s for s in self._stars if s.path in grades and s.target not in grades]:
            new.sort(key=lambda star: grades[star.path] is Grade.CERTAIN)
            grades.update((star.target, grades[star.path]) for star in new)
        named = frozenset(found)
        while new := [s for s in self._stars if s.target in grades and s.path not in grades]:
            # What shares constants with a site is no other way to start it.
            sites = [s for s in new if s.target in named or self._is_settings(s)]
            grades.update((s.path, Grade.UNKNOWN) for s in new)
            for star in sites:
                grades[star.path] = grades[star.target]
                found[star.path] = _entry(star.path, grades[star.path], Naming.STAR)
        for star in self._stars:
            if star.path in found and grades.get(star.target) is Grade.CERTAIN:
                found[star.path] = found[star.path]._replace(grade=Grade.CERTAIN)
        return frozenset(grades)

    def _is_settings(self, star: _Star) -> bool:
        """Return whether a module that star-imports a part of a site may be settings as well."""
        called = _CALLED.search(star.path.rpartition("/")[2]) or _CALLED.search(star.target)
        return bool(called) or self._is_site(star.path) or self._is_site(star.target)

    @cached_property
    def _stars(self) -> tuple[_Star, ...]:
        return tuple(self._star_imports())

    def _star_imports(self) -> Iterator[_Star]:
        for path in self._search.marked(marks.STAR):
            for match in _STAR.finditer(self._search.peek(path)):
                found = self._modules.find(match[1].decode("ascii", "replace"), path)
                if found and found.path != path and found.grade is Grade.CERTAIN:
                    yield _Star(path, found.path)


class _Star(NamedTuple):
    path: str
    target: str


def _is_comment(raw: bytes, start: int) -> bool:
    """Return whether a place is on a line that is a comment, in Python and most other files."""
    line = raw.rfind(b"\n", 0, start) + 1
    return raw[line : start + 1].lstrip().startswith(b"#")


def _is_plain(raw: bytes, start: int, path: str) -> bool:
    """Return whether a name is text, which in Python stands in quotes."""
    return not path.endswith(".py") or raw[start - 1 : start] in b"'\""


def _entry(path: str, grade: Grade, named: Naming) -> Entry:
    return Entry(path, Place(path, Span(0, 0)), grade, named)


def _tries(path: str) -> bool:
    """Return whether a file that names a settings module starts no worker with it."""
    return is_test(path) or _TRIES.fullmatch(path) is not None
