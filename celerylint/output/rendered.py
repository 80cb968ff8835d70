"""Findings as programs are told of them: places as people count them, every text masked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety
from celerylint.output.frames import Files
from celerylint.output.screen import end_position, position, relative_path
from celerylint.report import Report
from celerylint.text.masking import secrets
from celerylint.text.source import Position

OMITTED = "The edits are left out, as they hold a secret; --fix applies them"


class Spot(NamedTuple):
    """A place: its file as it is called from some folder, where it begins, and what follows it."""

    path: str
    start: Position
    end: Position


class ToldEdit(NamedTuple):
    """The text that takes the place of what stands at a spot."""

    spot: Spot
    text: str


class ToldFix(NamedTuple):
    """A change set; those who share it share its name. `edits` is None where they hold a secret."""

    change_set: str
    title: str
    reason: str
    safety: Safety
    edits: tuple[ToldEdit, ...] | None


class Told(NamedTuple):
    """A finding; `advice` is its help and then its notes, `labels` are its other places."""

    finding: Finding
    spot: Spot
    message: str
    advice: tuple[str, ...]
    labels: tuple[tuple[Spot, str], ...]
    fix: ToldFix | None


def told(reports: Sequence[Report], folder: Path) -> Iterator[Told]:
    """Yield the findings of the reports in their order, with paths as seen from a folder."""
    first = 1
    for report in reports:
        names = _names(report, first)
        first += len(names)
        yield from map(_Teller(report, folder, names).finding, report.findings)


def _names(report: Report, first: int) -> Mapping[ChangeSet, str]:
    """Return a number for each change set, by the order in which findings mention them."""
    # To hash a change set takes as long as it has edits, and many findings share one.
    once = {id(finding.fix): finding.fix for finding in report.findings if finding.fix}
    return {fix: str(number) for number, fix in enumerate(dict.fromkeys(once.values()), first)}


class _Teller:
    """One report."""

    def __init__(self, report: Report, folder: Path, names: Mapping[ChangeSet, str]) -> None:
        self._report = report
        self._folder = folder
        self._names = names
        self._files = Files(report.sources)
        self._fixes: dict[int, ToldFix] = {}

    def finding(self, finding: Finding) -> Told:
        """Return a finding without its secrets."""
        path = finding.place.path
        return Told(
            finding,
            self._spot(finding.place),
            self._files.masked(finding.message, path),
            tuple(self._files.masked(t, path) for t in (finding.help, *finding.notes) if t),
            tuple(
                (self._spot(label.place), self._files.masked(label.text, label.place.path))
                for label in finding.labels
            ),
            self._fix(finding.fix, path) if finding.fix else None,
        )

    def _spot(self, place: Place) -> Spot:
        path = relative_path(self._report.tree.root, place.path, self._folder)
        return Spot(path, position(self._report, place), end_position(self._report, place))

    def _fix(self, fix: ChangeSet, path: str) -> ToldFix:
        # As in _names.
        if id(fix) not in self._fixes:
            title, reason = (self._files.masked(text, path) for text in (fix.title, fix.reason))
            hidden = any(self._tells_secret(edit) for edit in fix.edits)
            edits = None if hidden else tuple(self._edit(edit) for edit in sorted(fix.edits))
            self._fixes[id(fix)] = ToldFix(self._names[fix], title, reason, fix.safety, edits)
        return self._fixes[id(fix)]

    def _edit(self, edit: Edit) -> ToldEdit:
        return ToldEdit(self._spot(edit.place), edit.text)

    def _tells_secret(self, edit: Edit) -> bool:
        """Return whether the text holds a secret, or takes the place of one."""
        shown = self._files.get(edit.place.path)
        if shown is None or not edit.text:
            return bool(secrets(edit.text))
        span, hidden = edit.place.span, shown.hidden
        # The spans are sorted and apart: only the last that begins before the end may reach in.
        before = bisect_left(hidden, span.end, key=lambda each: each.start)
        over = before > 0 and hidden[before - 1].end > span.start
        return over or bool(secrets(edit.text, shown.told))
