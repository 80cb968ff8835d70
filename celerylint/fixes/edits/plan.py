"""What a change consists of, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from celerylint.finding import Blocker, Edit, Place


class Plan(NamedTuple):
    """The edits of a change, and what stands in its way."""

    edits: tuple[Edit, ...]
    blockers: tuple[Blocker, ...] = ()


Step = Edit | Blocker
"""What planning a change yields, one at a time."""


def doubt(place: Place, reason: str) -> Blocker:
    """Return a place that may use an old name without saying so: the change is unsafe for it."""
    return Blocker(place, reason, uncertain=True)


def breaks(blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Return the places that a change would certainly break."""
    return tuple(blocker for blocker in blockers if not blocker.uncertain)


def doubts(blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Return the places that a change may break."""
    return tuple(blocker for blocker in blockers if blocker.uncertain)
