"""What a change consists of, and what stands in its way."""

from __future__ import annotations

from typing import NamedTuple

from celerylint.facts import FileFacts
from celerylint.finding import Edit, Place
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project


class Obstacle(NamedTuple):
    """A place that keeps a change from being made, and why."""

    place: Place
    reason: str


class Plan(NamedTuple):
    """The edits of a change, and what stands in its way."""

    edits: tuple[Edit, ...]
    obstacles: tuple[Obstacle, ...] = ()


Step = Edit | Obstacle
"""What planning a change yields, one at a time."""


def index_of(project: Project, path: str) -> FileIndex:
    """Return the facts of a file; there are none in one that cannot be read."""
    return project.facts.of(path) or FileIndex(FileFacts(path))
