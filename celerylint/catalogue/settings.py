"""What Celery does with a name, at a release, under a namespace.

The facts are those of Celery's own table of settings (`celery/app/defaults.py`), of the code that
reads settings besides it, and of `celery.app.utils.detect_settings`, release by release.
`scripts/check_catalogue.py` compares them with the releases themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import (
    DocumentedName,
    History,
    NeverName,
    OldName,
    Package,
    Range,
    Release,
    RemovedName,
    Setting,
    Table,
    history_at,
    parse_release,
    read_documented,
    read_each,
    read_history,
    read_never,
    read_package,
    read_removed,
    read_setting,
    read_table,
    release_text,
    whole,
)
from celerylint.files.marks import telling
from celerylint.misspelt import by_length, closest

__all__ = [
    "Catalogue",
    "DocumentedName",
    "History",
    "Meaning",
    "NeverName",
    "OldName",
    "Package",
    "Range",
    "Reading",
    "Release",
    "RemovedName",
    "Setting",
    "load_catalogue",
    "namespace_prefix",
    "parse_release",
    "release_text",
]

_LISTS = frozenset(("documented", "generic", "never", "packages", "removed"))
"""The files of `settings/` that list other names than those of settings."""

_LOWER_CASE_NAMES = (4, 0, 0)
"""The release that brought lower-case names and namespaces."""

_OLD_NAMES_UNDER_NAMESPACES = (5, 7, 0)
"""The release that began to look for old names under a namespace as well."""


class Reading(Enum):
    """What Celery does with a spelling, at a release, under a namespace."""

    NEW = "the name of a setting, read"
    OLD = "an older spelling, read"
    NAMESPACED = "namespace and name, read"
    FALLBACK = "read where the setting itself is not set"
    FUTURE = "of a later release, ignored"
    GONE = "of an earlier release, ignored"
    NEEDS_NAMESPACE = "read under another namespace only, ignored"
    SHADOWED = "an older spelling under a namespace, ignored"
    DOCUMENTED = "known to the documentation alone, ignored"
    NEVER = "of no release, ignored"
    PACKAGE = "read by another package"
    UNKNOWN = "unknown, ignored"


_HONOURED = frozenset({Reading.NEW, Reading.OLD, Reading.NAMESPACED, Reading.FALLBACK})


class Meaning(NamedTuple):
    """One spelling, what Celery does with it, and the setting it is read as or would stand for."""

    spelling: str
    reading: Reading
    setting: str | None

    @property
    def honoured(self) -> bool:
        """Return whether Celery reads the spelling."""
        return self.reading in _HONOURED


def namespace_prefix(namespace: str | None) -> str:
    """Return what Celery puts before a name: `"CELERY"` and `"CELERY_"` both give `"CELERY_"`."""
    return namespace.rstrip("_") + "_" if namespace else ""


def _under(prefix: str, name: str) -> str:
    """Return the name as Celery looks it up under a prefix, whose case rules (`match_case`)."""
    if not prefix:
        return name
    whole = name if name.startswith(prefix) else prefix + name
    return whole.upper() if prefix.isupper() else whole.lower()


_Found = tuple[Reading, str | None] | None


class Catalogue:
    """All names this linter knows; each file of the folder is read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Take the `rules` folder."""
        self.folder = folder

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """Return the settings by name."""
        files = sorted(self.folder.joinpath("settings").glob("*.toml"))
        groups = (read_table(path) for path in files if path.stem not in _LISTS)
        return read_each({n: table for group in groups for n, table in group.items()}, read_setting)

    @cached_property
    def removed(self) -> Mapping[str, RemovedName]:
        """Return the names of Celery 3 that are no alias of a later setting."""
        return read_each(self._list("removed"), read_removed)

    @cached_property
    def documented(self) -> Mapping[str, DocumentedName]:
        """Return the spellings that Celery's documentation has wrong."""
        return read_each(self._list("documented"), read_documented)

    @cached_property
    def never(self) -> Mapping[str, NeverName]:
        """Return the popular names that no release ever read."""
        return read_each(self._list("never"), read_never)

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """Return the packages that read names of their own."""
        return tuple(read_each(self._list("packages"), read_package).values())

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """Return the Celery releases that the catalogue was checked against."""
        return tuple(map(parse_release, self._releases["releases"]))

    @cached_property
    def stops(self) -> tuple[Release, ...]:
        """Return the releases that a migration in stages stops at."""
        return tuple(map(parse_release, self._releases["stops"]))

    @cached_property
    def kombu(self) -> History:
        """Return which kombu Celery asks for, by release."""
        return read_history(self._releases["kombu"])

    @cached_property
    def _releases(self) -> Table:
        return read_table(self.folder / "releases.toml")

    @cached_property
    def _generic(self) -> tuple[frozenset[str], tuple[str, ...]]:
        table = self._list("generic")
        return frozenset(table["names"]), tuple(table["prefixes"])

    def _list(self, name: str) -> Table:
        return read_table(self.folder / "settings" / f"{name}.toml")

    @property
    def newest(self) -> Release:
        """Return the newest Celery release that the catalogue was checked against."""
        return self.releases[-1]

    def meaning(self, spelling: str, release: Release, namespace: str | None = None) -> Meaning:
        """Return what Celery does with a spelling in a configuration loaded under the namespace.

        Nothing is said about other names beside it: an honoured name may still lose to another
        spelling of the same setting, or the mixture may be refused.
        """
        release = whole(release)
        prefix = namespace_prefix(namespace) if release >= _LOWER_CASE_NAMES else ""
        for kind in (self._new, self._old, self._historic, self._elsewhere, self._foreign):
            found = kind(spelling, release, prefix)
            if found is not None:
                return Meaning(spelling, *found)
        return Meaning(spelling, Reading.UNKNOWN, None)

    def spelling(self, setting: str, namespace: str | None) -> str:
        """Return the spelling to write today: `broker_url`, or `CELERY_BROKER_URL`."""
        known = self.settings.get(setting)
        namespaced = known is None or known.namespaced
        return _under(namespace_prefix(namespace), setting) if namespaced else setting

    def kombu_at(self, release: Release) -> str:
        """Return which versions of kombu a release asks for, as `>=5.6.0` or `>=5.5.2,<5.6`."""
        return history_at(self.kombu, release) or ""

    def is_generic(self, spelling: str) -> bool:
        """Return whether the spelling means Celery only where Celery is known to load it."""
        names, prefixes = self._generic
        return spelling in names or spelling.startswith(prefixes)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Return every spelling that may occur in code."""
        upper = {f"CELERY_{name}".upper() for name in self.settings if not _has_prefix(name)}
        known = {*self.settings, *self._aliases, *self._fallbacks}
        return frozenset(known | upper | self.invented | {*self.removed, *self.documented})

    @cached_property
    def invented(self) -> frozenset[str]:
        """Return the spellings of what Celery never had, which may be the project's own."""
        upper = {f"CELERY_{name}".upper() for name in self.never if not _has_prefix(name)}
        every = upper | {n for name in self.never for n in (name, name.upper())}
        return frozenset(every - self._aliases.keys())

    @cached_property
    def telling(self) -> frozenset[str]:
        """Return the spellings that hardly mean anything but Celery, wherever they stand.

        Those are all identifiers of what Celery has or had that are not generic. Every run looks
        for them, and most find none: so they have a file of their own, which
        `scripts/document.py` writes.
        """
        return telling(self.folder)

    def suggest(self, name: str, release: Release, namespace: str | None = None) -> str | None:
        """Return the one setting of the release whose name this may be meant for, else None.

        Wrong case and a wrong or missing prefix weigh nothing, words in another order little; of
        other slips two are let pass, in short names one or none.
        """
        stems = _stems(name.lower(), namespace_prefix(namespace).lower())
        words = self._words_of(release)
        close = {w for s in stems if (w := words.get(len(s), {}).get(s))} or closest(stems, words)
        return close.pop() if len(close) == 1 else None

    def _words_of(self, release: Release) -> Mapping[int, Mapping[str, str]]:
        """Return the settings of a release by the words that may be meant for them, by length."""
        if release not in self._known_words:
            usable = {w: s for w, s in self._vocabulary.items() if self._usable(s, release)}
            self._known_words[release] = by_length(usable)
        return self._known_words[release]

    @cached_property
    def _known_words(self) -> dict[Release, Mapping[int, Mapping[str, str]]]:
        return {}

    def _usable(self, setting: str, release: Release) -> bool:
        known = self.settings[setting]
        return known.exists_at(release) or known.old_name_at(release) is not None

    def _new(self, spelling: str, release: Release, prefix: str) -> _Found:
        setting = self.settings.get(spelling)
        if setting is not None:
            return _lifetime(setting, release, Reading.NEW), setting.name
        setting = self._stripped(spelling, prefix)
        if setting is not None and spelling == _under(prefix, setting.name):
            return _lifetime(setting, release, Reading.NAMESPACED), setting.name
        return None

    def _old(self, spelling: str, release: Release, prefix: str) -> _Found:
        alias = self._aliases.get(spelling)
        if alias is None:
            return self._fallback(spelling, release, prefix)
        setting, old = alias
        reading = _when(old.honoured, release, Reading.OLD)
        if reading is Reading.OLD and prefix and release < _OLD_NAMES_UNDER_NAMESPACES:
            return self._fallback(spelling, release, prefix) or (Reading.SHADOWED, setting)
        return reading, setting

    def _fallback(self, spelling: str, release: Release, prefix: str) -> _Found:
        for setting, other in self._fallbacks.values():
            if spelling in {other.name, _under(prefix, other.name)} and other.honoured_at(release):
                return Reading.FALLBACK, setting
        if spelling not in self._fallbacks or spelling in self._aliases:
            return None
        setting, other = self._fallbacks[spelling]
        return _when(other.honoured, release, Reading.FALLBACK), setting

    def _historic(self, spelling: str, release: Release, _prefix: str) -> _Found:
        removed = self.removed.get(spelling)
        if removed is not None:
            return _when(removed.honoured, release, Reading.OLD), removed.successor
        documented = self.documented.get(spelling)
        if documented is not None and release >= _LOWER_CASE_NAMES:
            return Reading.DOCUMENTED, documented.setting
        return None

    def _elsewhere(self, spelling: str, release: Release, prefix: str) -> _Found:
        """Recognise what another namespace, or the same one in other case, would make a setting."""
        if spelling not in (spelling.lower(), spelling.upper()):
            return None
        setting = self._stripped(spelling, "celery_") or self._stripped(spelling, prefix)
        if setting is None:
            return None
        return _lifetime(setting, release, Reading.NEEDS_NAMESPACE), setting.name

    def _foreign(self, spelling: str, _release: Release, prefix: str) -> _Found:
        folded = spelling.lower()
        for head in ("", "celery_", prefix.lower()):
            never = self.never.get(folded.removeprefix(head))
            if never is not None:
                return Reading.NEVER, never.setting
        if any(package.owns(spelling) for package in self.packages):
            return Reading.PACKAGE, None
        return None

    def _stripped(self, spelling: str, prefix: str) -> Setting | None:
        """Return the setting that is named behind the prefix, whatever the case of both."""
        folded, head = spelling.lower(), prefix.lower()
        if not head or not folded.startswith(head):
            return None
        setting = self._folded.get(folded[len(head) :])
        return setting if setting is not None and setting.namespaced else None

    @cached_property
    def _folded(self) -> Mapping[str, Setting]:
        return {name.lower(): setting for name, setting in self.settings.items()}

    @cached_property
    def _aliases(self) -> Mapping[str, tuple[str, OldName]]:
        return {
            old.name: (setting.name, old)
            for setting in self.settings.values()
            for old in setting.old
        }

    @cached_property
    def _fallbacks(self) -> Mapping[str, tuple[str, OldName]]:
        return {
            other.name: (setting.name, other)
            for setting in self.settings.values()
            for other in setting.fallback
        }

    @cached_property
    def _vocabulary(self) -> Mapping[str, str]:
        """Return the setting that each known word stands for, all in lower case."""
        never = {name: never.setting for name, never in self.never.items() if never.setting}
        old = {name.lower(): setting for name, (setting, _) in self._aliases.items()}
        new = {name.lower(): name for name in self.settings}
        return {**never, **old, **new}


def load_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of the `rules` folder: `settings/*.toml` and `releases.toml`."""
    return Catalogue(folder)


def _lifetime(setting: Setting, release: Release, honoured: Reading) -> Reading:
    if setting.exists_at(release):
        return honoured
    return Reading.FUTURE if release < setting.added else Reading.GONE


def _when(spans: tuple[Range, ...], release: Release, honoured: Reading) -> Reading:
    if any(span.holds(release) for span in spans):
        return honoured
    return Reading.GONE if any(span.ended(release) for span in spans) else Reading.FUTURE


def _has_prefix(name: str) -> bool:
    return name.lower().startswith("celery_")


_OLD_HEADS = {"celery_": "", "celeryd_": "worker_", "celerybeat_": "beat_"}


def _stems(name: str, prefix: str) -> frozenset[str]:
    """Return the name, the name without a prefix, and the name with a forgotten one."""
    stems = {name}
    for head, group in {**_OLD_HEADS, prefix: ""}.items():
        if head and name.startswith(head):
            stems |= {name.removeprefix(head), group + name.removeprefix(head)}
        elif "_" in name:
            stems.add(head + name)
    return frozenset(stems)
