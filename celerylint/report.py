"""What comes out of a run: the report on a project, and what its fixes make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from celerylint.files.walking import Tree
from celerylint.finding import ChangeSet, Finding
from celerylint.text.source import Source


class Summary(NamedTuple):
    """How much was looked at: `versions` are the Celery versions judged, as a person says them.

    `unseen` counts the places from which more settings may come than could be followed.
    """

    apps: int
    settings: int
    files: int
    versions: tuple[str, ...] = ()
    unseen: int = 0


class Silenced(NamedTuple):
    """A finding that the user does not want to see, and what hides it, as a clause."""

    finding: Finding
    why: str


class Sifted(NamedTuple):
    """Findings gone through: those that stay, and those that are hidden."""

    kept: tuple[Finding, ...]
    hidden: tuple[Silenced, ...]


class Report(NamedTuple):
    """All that a run says about one project.

    `findings` are sorted by path, line, column and code; `sources` are the texts of the files that
    were read; `suppressed` counts the findings that a comment or an option hides, `baselined` those
    that the baseline lists, `elsewhere` those in files that were not named; `notes` are what the
    user should know besides; `crashes` are defects of celerylint itself.
    """

    tree: Tree
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    suppressed: int
    summary: Summary
    notes: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    baselined: int = 0
    elsewhere: int = 0


class Fixed(NamedTuple):
    """What the fixes make of a project.

    `before` and `report` are what is found before and after; `changes` are the new contents by
    path; `applied` are the change sets, in the order they were made.
    """

    report: Report
    before: Report
    changes: Mapping[str, bytes]
    applied: tuple[ChangeSet, ...]


def nothing_found(tree: Tree, notes: tuple[str, ...] = ()) -> Report:
    """Return the report on a project without anything to check."""
    return Report(tree, (), {}, 0, Summary(0, 0, len(tree.files)), notes)
