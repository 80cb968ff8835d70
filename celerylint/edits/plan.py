"""What a change consists of, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.finding import Edit, Place


@dataclass(frozen=True, slots=True, order=True)
class Obstacle:
    """A place that keeps a change from being made, and why."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits of a change, and what stands in its way."""

    edits: tuple[Edit, ...]
    obstacles: tuple[Obstacle, ...] = ()
