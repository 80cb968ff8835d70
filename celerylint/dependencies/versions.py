"""Which Celery a project runs on, and which it is judged for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from celerylint.catalogue.names import ABSURD, Release, parse_release, release_text
from celerylint.dependencies import parent_folders
from celerylint.dependencies.manifests import Requirement, requirements
from celerylint.files.walking import Tree
from celerylint.options.table import UsageError
from celerylint.values import Answer

# The first release with the lower-case names; what nobody says is judged from here on.
_MODERN = (4, 0)

_PLAIN = re.compile(r"v?\d+(\.\d+)*(\.?post\d+)?", re.IGNORECASE)
_RANGE = re.compile(r"(\d[\d.]*)\s*-\s*(\d[\d.]*)")
_SHOWN = 40
_DEPTH = 2
"""How many folders below the root a dependency file still speaks for the whole project."""


class Dependency(NamedTuple):
    """What a project's dependency files say about Celery.

    `releases` are the known ones that they allow, sorted. `path`, `line` and `text` are of the
    requirement that says most. `conflicting` says that the requirements exclude each other, so
    that `releases` are those that any of them allows.
    """

    releases: tuple[Release, ...]
    path: str
    line: int
    text: str
    conflicting: bool = False


class Versions(NamedTuple):
    """The releases that a configuration comes from and those that it is judged for, sorted.

    `source` is where the target comes from: a file, "--target-version", or empty where nothing is
    known. `note` is what the user should know about it, or empty. `upgrading` says that the user
    has named what the project comes from.
    """

    before: tuple[Release, ...]
    target: tuple[Release, ...]
    source: str
    note: str = ""
    upgrading: bool = False

    def crosses(self, release: Release) -> Answer:
        """Return whether the upgrade that the user speaks of passes a release."""
        if not self.upgrading or self.before[0] >= release or self.target[-1] < release:
            return Answer.NO
        passed = self.before[-1] < release <= self.target[0]
        return Answer.YES if passed else Answer.UNKNOWN

    def __str__(self) -> str:
        """Return it for a summary, such as `Celery 5.6, from pyproject.toml`."""
        origin = f", from {self.source}" if self.source else ", as no dependency file names one"
        return f"Celery {spread(self.target)}{origin}"


def spread(releases: tuple[Release, ...]) -> str:
    """Return sorted releases in short: `5.6.3`, `5.6` for several of them, `4.0 to 5.7`."""
    first, last = releases[0], releases[-1]
    if first == last:
        return release_text(first)
    series = (release_text(first[:2]), release_text(last[:2]))
    return series[0] if series[0] == series[1] else " to ".join(series)


def current_releases(tree: Tree, known: tuple[Release, ...], folder: str = "") -> Dependency | None:
    """Return what the dependency files nearest to a folder of the tree say about Celery.

    They are looked for in the folder, then upwards, then anywhere up to two folders below the root,
    then above the root in its repository; those there are named relative to the root. A requirement
    that allows everything says nothing. None where nothing is said.
    """
    inside = _said(tree, known, folder)
    if inside or not (around := parent_folders.above(tree.root)):
        return inside
    repository, folder = around
    found = _said(repository, known, folder)
    return found and found._replace(path=posixpath.relpath(found.path, folder))


def _said(tree: Tree, known: tuple[Release, ...], folder: str) -> Dependency | None:
    for paths in _nearest_first(tree, folder):
        found = [each for path in paths for each in requirements(tree, path)]
        telling = {each: _allowed(each, known) for each in found}
        telling = {each: allowed for each, allowed in telling.items() if allowed != set(known)}
        if telling:
            return _agreed(telling)
    return None


def _nearest_first(tree: Tree, folder: str) -> Iterator[list[str]]:
    while True:
        inner = posixpath.join(folder, "requirements")
        yield [path for path in tree.manifests if posixpath.dirname(path) in {folder, inner}]
        if not folder:
            break
        folder = posixpath.dirname(folder)
    yield [path for path in tree.manifests if path.count("/") <= _DEPTH]


def _agreed(telling: dict[Requirement, set[Release]]) -> Dependency:
    """Return what the requirements come to; what a lock file says outweighs the others."""
    locked = {each: allowed for each, allowed in telling.items() if each.locked}
    counted = locked or telling
    common = set.intersection(*counted.values())
    releases = common or set.union(*counted.values())
    most = min(counted, key=lambda each: (len(counted[each]), each.path, each.line))
    return Dependency(
        tuple(sorted(releases)), most.path, most.line, most.text, conflicting=not common
    )


def _allowed(requirement: Requirement, known: tuple[Release, ...]) -> set[Release]:
    allowed = {each for spec in requirement.alternatives for each in _matching(spec, known)}
    if allowed:
        return allowed
    # A release that the catalogue lacks: the one before it is the nearest to the truth.
    number = re.search(r"\d+(\.\d+)*", requirement.alternatives[0])
    wanted = parse_release(number[0]) if number else known[-1]
    return {_before(wanted, known) or known[0]}


def _before(wanted: Release, known: tuple[Release, ...]) -> Release | None:
    return max((each for each in known if each <= wanted), default=None)


@cache
def _matching(spec: str, known: tuple[Release, ...]) -> tuple[Release, ...]:
    """Return the releases in a PEP 440 specifier set; all where it is none."""
    if not spec or ABSURD.search(spec):
        return known
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - heavy

    try:
        specifiers = SpecifierSet(spec)
    except InvalidSpecifier:
        return known
    return tuple(e for e in known if specifiers.contains(release_text(e), prereleases=True))


def target_releases(text: str, known: tuple[Release, ...]) -> tuple[tuple[Release, ...], str]:
    """Return the known releases that a text such as `5.6`, `5.2-5.6` or `>=5.2,<5.7` asks for.

    The second value is a note where a release is asked for that is not known; the one before it
    stands in. Raise UsageError where the text makes no sense, or only older ones would do.
    """
    if ABSURD.search(text):
        raise _senseless(text)
    releases = _asked_for(text.strip(), known)
    if releases:
        return releases, ""
    number = re.search(r"\d+(\.\d+)*", text)
    stand_in = _before(parse_release(number[0]), known) if number else None
    if stand_in is None:
        span = f"{release_text(known[0])} to {release_text(known[-1])}"
        message = f"No Celery of version `{text}` is known; celerylint knows {span}"
        raise UsageError(message)
    return (stand_in,), f"Celery {text} is not known and judged as {release_text(stand_in)}"


def _asked_for(text: str, known: tuple[Release, ...]) -> tuple[Release, ...]:
    if _PLAIN.fullmatch(text):
        release = parse_release(text)
        return tuple(each for each in known if each[: len(release)] == release)
    if ends := _RANGE.fullmatch(text):
        first, last = (parse_release(end) for end in ends.groups())
        if first[: len(last)] > last:
            raise _empty(text)
        return tuple(each for each in known if first <= each and each[: len(last)] <= last)
    if re.match(r"\s*[<>=!~]", text):
        return _specified(text, known)
    raise _senseless(text)


def _senseless(text: str) -> UsageError:
    start = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return UsageError(f"`{start}` is not a Celery version; write it as 5.6, 5.2-5.6 or >=5.2,<5.7")


def _empty(text: str) -> UsageError:
    return UsageError(f"`{text}` holds no version; write it as 5.6, 5.2-5.6 or >=5.2,<5.7")


def _specified(text: str, known: tuple[Release, ...]) -> tuple[Release, ...]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - heavy

    try:
        specifiers = SpecifierSet(text)
    except InvalidSpecifier as error:
        message = f"`{text}` is not a version range; write it as >=5.2,<5.7"
        raise UsageError(message) from error
    # A range that holds anything holds one of its ends, or what comes next after one, or 0.
    above = (f"{end}.0.0.1" for end in re.findall(r"\d+(?:\.\d+)*", text))
    ends = re.findall(r"\d+(?:\.\d+|\.?(?:a|b|rc|post|dev)\d+)*", text)
    if not any(specifiers.contains(each, prereleases=True) for each in ("0", *ends, *above)):
        raise _empty(text)
    return _matching(text, known)


def judged(
    target_version: str | None,
    upgrading_from: str | None,
    dependency: Dependency | None,
    known: tuple[Release, ...],
) -> Versions:
    """Return the releases to judge for, and those before the upgrade.

    The target is the one asked for, else the current releases, else 4.0 to the newest; before is
    what `upgrading_from` says, else the current releases, else the target. Raise UsageError where
    a text makes no sense.
    """
    target, source, note = _target(target_version, dependency, known)
    earlier, doubt = target_releases(upgrading_from, known) if upgrading_from else ((), "")
    before = earlier or (dependency.releases if dependency else target)
    notes = "; ".join(filter(None, (note, doubt)))
    return Versions(before, target, source, notes, bool(upgrading_from))


def _target(
    asked: str | None, dependency: Dependency | None, known: tuple[Release, ...]
) -> tuple[tuple[Release, ...], str, str]:
    if asked:
        target, note = target_releases(asked, known)
        return target, "--target-version", note
    if dependency is None:
        modern = tuple(each for each in known if each >= _MODERN)
        note = f"No dependency file names a Celery, so {spread(modern)} are judged"
        return modern, "", note
    conflict = f"The requirements of Celery exclude each other: see {dependency.path}"
    return dependency.releases, dependency.path, conflict if dependency.conflicting else ""
