"""Which of the fixes that are offered are made together, in one round."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from celerylint.engine.select import touch
from celerylint.finding import ChangeSet, Finding, Place, Safety

_WORD = re.compile(r"[A-Za-z_]\w*")
# Places are looked up by the part of a file that they lie in, of so many characters.
_PART = 128


def choose(
    findings: Iterable[Finding],
    refused: Collection[ChangeSet],
    names: Collection[str],
    *,
    unsafe: bool,
) -> list[ChangeSet]:
    """Return the change sets of the next round: safe ones, else unsafe ones where asked for.

    Those whose edits touch go one after the other, and so do unsafe ones where one may decide
    whether the other is right: they write the same name, of which `names` are some, are about the
    same setting, or one edits what the other is offered for.
    """
    offers = _offers(findings, refused)
    safe = [each for each in offers if each.change_set.safety is Safety.SAFE]
    return list(_apart(safe)) if safe or not unsafe else list(_independent(offers, names))


class _Offer(NamedTuple):
    """A change set, and the findings that offer it."""

    change_set: ChangeSet
    findings: tuple[Finding, ...]

    @property
    def edited(self) -> tuple[Place, ...]:
        return tuple(edit.place for edit in self.change_set.edits)

    @property
    def about(self) -> Iterator[Place]:
        """Yield the places that the findings speak of."""
        for finding in self.findings:
            yield finding.place
            yield from (label.place for label in finding.labels)

    def words(self, names: Collection[str]) -> frozenset[str]:
        """Return the names that may be those of settings, in what is written or spoken of."""
        written = (w for edit in self.change_set.edits for w in _WORD.findall(edit.text))
        named = (w for w in written if "_" in w or w.isupper() or w in names)
        return frozenset((*named, *(f.setting for f in self.findings if f.setting)))


def _offers(findings: Iterable[Finding], refused: Collection[ChangeSet]) -> list[_Offer]:
    by_fix = defaultdict[ChangeSet, list[Finding]](list)
    for finding in findings:
        if finding.fix and finding.fix not in refused:
            by_fix[finding.fix].append(finding)
    return [_Offer(change_set, tuple(offering)) for change_set, offering in by_fix.items()]


def _apart(offers: Iterable[_Offer]) -> Iterator[ChangeSet]:
    """Yield the change sets none of which touches an earlier one."""
    taken = _Places()
    for offer in offers:
        if not any(map(taken.touch, offer.edited)):
            taken.add(offer.edited)
            yield offer.change_set


def _independent(offers: Iterable[_Offer], names: Collection[str]) -> Iterator[ChangeSet]:
    """Yield the change sets that no earlier one has to do with, be that one made now or later."""
    edited, about, words = _Places(), _Places(), set[str]()
    for offer in offers:
        places, own = offer.edited, offer.words(names)
        touched = any(edited.touch(place) for place in (*places, *offer.about))
        if not (touched or any(map(about.touch, places)) or words & own):
            yield offer.change_set
        edited.add(places)
        about.add(offer.about)
        words |= own


class _Places:
    """Places in files, looked up by where they lie."""

    def __init__(self) -> None:
        self._by_part = defaultdict[tuple[str, int], list[Place]](list)

    def add(self, places: Iterable[Place]) -> None:
        for place in places:
            for part in _parts(place):
                self._by_part[part].append(place)

    def touch(self, place: Place) -> bool:
        """Return whether one of the places and this one have a character or an edge in common."""
        return any(
            touch(place, other) for part in _parts(place) for other in self._by_part.get(part, ())
        )


def _parts(place: Place) -> Iterator[tuple[str, int]]:
    for part in range(place.span.start // _PART, place.span.end // _PART + 1):
        yield place.path, part
