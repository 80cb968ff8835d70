"""The names of `rules/settings` as typed data: one class per kind of table, and how it is read.

Nothing here judges a spelling in use; that is the catalogue's work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from celerylint.catalogue.compiled import table_of

Named = TypeVar("Named")

Table = Mapping[str, Any]
"""A table as the TOML parser gives it."""

Release = tuple[int, ...]
History = tuple[tuple[Release, str], ...]

ABSURD = re.compile(r"\d{21}")
"""What no version holds: a part of more than 20 digits."""

_VERSION = re.compile(r"\s*v?(\d+(?:\.\d+)*)(?:[.-]?post(\d+))?", re.IGNORECASE)


def parse_release(text: str) -> Release:
    """Return the numbers of a version: `"5.6.3"` is `(5, 6, 3)`, `"3.1.26.post2"` `(3, 1, 26, 2)`.

    What marks a pre-release is left out. Raise ValueError where no number is in front, or one
    has more than 20 digits.
    """
    match = _VERSION.match(text)
    if match is None or ABSURD.search(match[0]):
        message = f"`{text}` is not a version"
        raise ValueError(message)
    numbers, post = match.groups()
    return tuple(int(part) for part in [*numbers.split("."), *filter(None, [post])])


def release_text(release: Release) -> str:
    """Return the version as Celery writes it: `(3, 1, 26, 2)` is `"3.1.26.post2"`."""
    text = ".".join(str(part) for part in release[:3])
    return ".post".join([text, *(str(part) for part in release[3:])])


def whole(release: Release) -> Release:
    """Return the release with three numbers at least: `(5, 6)` stands for `(5, 6, 0)`."""
    return release + (0,) * (3 - len(release))


class Range(NamedTuple):
    """The releases from `first` to `last`, both included; None as `last`: to this day."""

    first: Release
    last: Release | None

    def holds(self, release: Release) -> bool:
        """Return whether the release is one of these."""
        return self.first <= whole(release) and not self.ended(release)

    def ended(self, release: Release) -> bool:
        """Return whether all of these releases came before this one."""
        return self.last is not None and self.last < whole(release)


class Limits(NamedTuple):
    """Releases as a rule names them, such as `>=4.0,<5.7`: each sign with its release."""

    parts: tuple[tuple[str, Release], ...] = ()

    def holds(self, release: Release) -> bool:
        """Return whether the release is within all limits; `==5.6` are all releases of 5.6."""
        return all(_COMPARED[sign](whole(release), limit) for sign, limit in self.parts)


_COMPARED: Mapping[str, Callable[[Release, Release], bool]] = {
    "==": lambda release, limit: release[: len(limit)] == limit,
    ">=": lambda release, limit: release >= whole(limit),
    "<=": lambda release, limit: release <= whole(limit),
    ">": lambda release, limit: release > whole(limit),
    "<": lambda release, limit: release < whole(limit),
}
_LIMIT = re.compile(r"(==|>=|<=|>|<)\s*(\d+(?:\.\d+)*)")


def parse_limits(text: str) -> Limits:
    """Return the limits of a text such as `>=4.0,<5.7`; raise ValueError for any other text."""
    matches = [_LIMIT.fullmatch(piece.strip()) for piece in text.split(",")]
    found = [match.groups() for match in matches if match]
    if len(found) < len(matches):
        message = f"`{text}` is not a version range"
        raise ValueError(message)
    return Limits(tuple((sign, parse_release(number)) for sign, number in found))


class OldName(NamedTuple):
    """Another spelling of a setting and the releases that read it without a namespace."""

    name: str
    honoured: tuple[Range, ...]
    listed: Release
    """The first release whose own table has the spelling."""

    def honoured_at(self, release: Release) -> bool:
        """Return whether the release reads this spelling."""
        return any(span.holds(release) for span in self.honoured)


class Deprecation(NamedTuple):
    """Since when Celery itself advises against a setting, and what for."""

    since: Release
    use: tuple[str, ...]
    why: str


class Setting(NamedTuple):
    """A setting under its lower-case name, through all releases.

    `added` and `removed` bound the lower-case name; `defaults` and `declared` begin earlier where
    Celery 3 had the setting under an old name. Defaults are what `repr` gives in Celery.
    """

    name: str
    added: Release
    removed: Release | None
    in_table: bool
    listed: Release
    namespaced: bool
    declared: History
    accepts: tuple[str, ...]
    as_text: str | None
    defaults: History
    old: tuple[OldName, ...]
    fallback: tuple[OldName, ...]
    unread: tuple[Range, ...]
    deprecated: Deprecation | None
    instead: str | None
    note: str | None

    def exists_at(self, release: Release) -> bool:
        """Return whether the release reads the lower-case name."""
        release = whole(release)
        return self.added <= release and (self.removed is None or release < self.removed)

    def listed_at(self, release: Release) -> bool:
        """Return whether the release's own table has the name: only then it counts as new name."""
        return self.in_table and self.exists_at(release) and self.listed <= whole(release)

    def default_at(self, release: Release) -> str | None:
        """Return the repr of the default, None where the release has no such setting."""
        return history_at(self.defaults, release)

    def declared_at(self, release: Release) -> str | None:
        """Return the type in Celery's table, None where the table lacks the setting."""
        return history_at(self.declared, release)

    def old_name_at(self, release: Release) -> str | None:
        """Return the old name that the release reads without a namespace, if any."""
        return next((old.name for old in self.old if old.honoured_at(release)), None)

    def unread_at(self, release: Release) -> bool:
        """Return whether the release lists the setting although none of its code reads it."""
        return any(span.holds(release) for span in self.unread)


def history_at(history: History, release: Release) -> str | None:
    """Return the text that holds at a release, None before the first."""
    release = whole(release)
    return next((text for first, text in reversed(history) if first <= release), None)


class RemovedName(NamedTuple):
    """A name of Celery 3 that is no alias of a later setting."""

    name: str
    honoured: tuple[Range, ...]
    removed: Release
    in_table: bool
    successor: str | None
    instead: str | None
    why: str
    django: bool


class DocumentedName(NamedTuple):
    """A spelling that Celery's documentation has wrong, and the setting it stands for."""

    name: str
    setting: str
    documented_as: str


class NeverName(NamedTuple):
    """A popular name that no release ever read, and what to do instead."""

    name: str
    instead: str
    setting: str | None
    retry_policy: bool


class Package(NamedTuple):
    """The names that another package reads.

    `reads` are old names of Celery's own settings, which it takes from Django where `module` is
    one of Django's apps.
    """

    name: str
    names: frozenset[str]
    prefixes: tuple[str, ...]
    module: str = ""
    reads: tuple[str, ...] = ()

    def owns(self, spelling: str) -> bool:
        """Return whether the package reads this name."""
        return spelling in self.names or (
            bool(self.prefixes) and spelling.startswith(self.prefixes)
        )


def read_table(path: Path) -> Table:
    """Return what a TOML file of the `rules` folder holds."""
    return table_of(path)


def read_each(tables: Table, read: Callable[[str, Table], Named]) -> Mapping[str, Named]:
    """Return what the reader makes of each table, sorted by name."""
    return MappingProxyType({name: read(name, tables[name]) for name in sorted(tables)})


def read_setting(name: str, table: Table) -> Setting:
    """Return the setting that a table of a group's file describes."""
    added = parse_release(table["added"])
    removed = table.get("removed")
    defaults = read_history(table["default"])
    return Setting(
        name=name,
        added=added,
        removed=parse_release(removed) if removed else None,
        in_table=table.get("table", True),
        listed=parse_release(table["listed"]) if "listed" in table else added,
        namespaced=table.get("namespaced", True),
        declared=read_history(table.get("declared", ()), defaults[0][0]),
        accepts=tuple(table.get("accepts", ())),
        as_text=table.get("as_text"),
        defaults=defaults,
        old=tuple(_old_name(old) for old in table.get("old", ())),
        fallback=tuple(_old_name(old) for old in table.get("fallback", ())),
        unread=read_ranges(table.get("unread", ())),
        deprecated=_deprecation(table["deprecated"]) if "deprecated" in table else None,
        instead=table.get("instead"),
        note=table.get("note"),
    )


def read_removed(name: str, table: Table) -> RemovedName:
    """Return the name that a table of `removed.toml` describes."""
    return RemovedName(
        name=name,
        honoured=read_ranges(table["honoured"]),
        removed=parse_release(table["removed"]),
        in_table=table.get("table", True),
        successor=table.get("successor"),
        instead=table.get("instead"),
        why=table["why"],
        django=table.get("django", False),
    )


def read_documented(name: str, table: Table) -> DocumentedName:
    """Return the spelling that a table of `documented.toml` describes."""
    setting = table["setting"]
    return DocumentedName(name, setting, table.get("documented_as", setting))


def read_never(name: str, table: Table) -> NeverName:
    """Return the name that a table of `never.toml` describes."""
    retry_policy = table.get("retry_policy", False)
    return NeverName(name, table["instead"], table.get("setting"), retry_policy)


def read_package(name: str, table: Table) -> Package:
    """Return the package that a table of `packages.toml` describes."""
    names, prefixes = frozenset(table.get("names", ())), tuple(table.get("prefixes", ()))
    return Package(name, names, prefixes, table.get("module", ""), tuple(table.get("reads", ())))


def read_history(pairs: str | Sequence[Sequence[str]], since: Release = ()) -> History:
    """Return pairs of release and text; a lone text has been there since the given release."""
    if isinstance(pairs, str):
        return ((since, pairs),)
    return tuple((parse_release(first), text) for first, text in pairs)


def read_ranges(pairs: Sequence[Sequence[str]]) -> tuple[Range, ...]:
    """Return the spans of releases; a pair without its second half has not ended."""
    return tuple(_range(*pair) for pair in pairs)


def _range(first: str, last: str | None = None) -> Range:
    return Range(parse_release(first), parse_release(last) if last else None)


def _old_name(table: Table) -> OldName:
    honoured = read_ranges(table["honoured"])
    listed = table.get("listed")
    return OldName(table["name"], honoured, parse_release(listed) if listed else honoured[0].first)


def _deprecation(table: Table) -> Deprecation:
    return Deprecation(parse_release(table["since"]), tuple(table["use"]), table["why"])
