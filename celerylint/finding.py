"""What a run says: places, edits, change sets, findings. Frozen data that imports none of ours."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """How bad a finding is; the order of the members is from worst to mildest."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def at_least(self, other: Severity) -> bool:
        """Return whether this severity is as bad as `other`, or worse."""
        order = tuple(Severity)
        return order.index(self) <= order.index(other)


class Safety(Enum):
    """Whether a fix is proven to keep the meaning of the configuration."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Span(NamedTuple):
    """A stretch of a file's decoded text, in characters from its start; `end` is exclusive."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Return whether `other` lies wholly within this span."""
        return self.start <= other.start and other.end <= self.end


class Place(NamedTuple):
    """A span in a file; `path` is relative to the project root, with forward slashes."""

    path: str
    span: Span


class Edit(NamedTuple):
    """The text that takes the place of a span; an empty span inserts."""

    place: Place
    text: str


class ChangeSet(NamedTuple):
    """Edits that are applied together, or not at all.

    `reason` says what an unsafe change set changes; it is empty for a safe one.
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    reason: str = ""

    def paths(self) -> tuple[str, ...]:
        """Return the files that the change set edits, sorted."""
        return tuple(sorted({edit.place.path for edit in self.edits}))


class Label(NamedTuple):
    """A second place that a finding points at, with what is to be seen there."""

    place: Place
    text: str


class Blocker(NamedTuple):
    """A place that a change would break, or may break, and why.

    `uncertain` says that the change is right unless that place uses an old name after all: it is
    offered as unsafe then. `remedy` is what to do by hand about a place that keeps it from being
    made.
    """

    place: Place
    reason: str
    uncertain: bool = False
    remedy: str = ""


class Fix(NamedTuple):
    """A change set, or what keeps it from being made; both empty where no fix is offered."""

    change_set: ChangeSet | None = None
    blockers: tuple[Blocker, ...] = ()


class Finding(NamedTuple):
    """One judgement about one place.

    `setting` is the name as the user wrote it, `replacement` the name to write instead. `help` is
    the remedy, `notes` are what else is worth knowing, such as the place that blocks the fix.
    """

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    setting: str | None = None
    help: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    fix: ChangeSet | None = None
    replacement: str | None = None
