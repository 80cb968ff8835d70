"""Findings for programs: one JSON document, lines and columns from 1 in characters."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety, Severity
from celerylint.masking import mask, secrets
from celerylint.output.frames import Files
from celerylint.output.screen import end_position, position, shown_path
from celerylint.output.summary import count
from celerylint.report import Report
from celerylint.source import Position

_VERSION = 1
_OMITTED = "The edits are left out, as they hold a secret; --fix applies them"


def lines(reports: Sequence[Report], cwd: Path) -> Iterator[str]:
    """Yield the document, as one piece: it may have millions of lines."""
    identities = _identities(reports)
    views = [_View(report, cwd, identities) for report in reports]
    document = {
        "version": _VERSION,
        "findings": [view.finding(each) for view in views for each in view.report.findings],
        "summary": _summary(reports, cwd),
    }
    yield json.dumps(document, indent=2)


def _identities(reports: Sequence[Report]) -> Mapping[ChangeSet, str]:
    """Return a name for each change set, by the order in which findings mention them."""
    found = (finding.fix for report in reports for finding in report.findings if finding.fix)
    # To hash a change set takes as long as it has edits, and many findings share one.
    fixes = {id(fix): fix for fix in found}.values()
    return {fix: str(number) for number, fix in enumerate(dict.fromkeys(fixes), 1)}


class _View:
    """One report as data."""

    def __init__(self, report: Report, cwd: Path, identities: Mapping[ChangeSet, str]) -> None:
        self.report = report
        self._cwd = cwd
        self._identities = identities
        self._files = Files(report.sources)
        self._fixes: dict[int, dict[str, object]] = {}

    def finding(self, finding: Finding) -> dict[str, object]:
        """Return a finding as data."""
        advice = "\n".join(filter(None, (finding.help, *finding.notes)))
        return {
            "code": finding.code,
            "name": finding.name,
            "severity": finding.severity.value,
            "message": self._files.masked(finding.message, finding.place.path),
            **self._place(finding.place),
            "setting": finding.setting,
            "related": [
                {
                    **self._place(label.place),
                    "message": self._files.masked(label.text, label.place.path),
                }
                for label in finding.labels
            ],
            "help": self._files.masked(advice, finding.place.path),
            "url": None,
            "fix": self._fix_once(finding.fix) if finding.fix else None,
        }

    def _place(self, place: Place) -> dict[str, object]:
        start, end = position(self.report, place), end_position(self.report, place)
        return {
            "path": self._path(place.path),
            "line": start.line,
            "column": start.column,
            "end_line": end.line,
            "end_column": end.column,
        }

    def _path(self, path: str) -> str:
        return shown_path(self.report.tree.root, path, self._cwd)

    def _fix_once(self, fix: ChangeSet) -> dict[str, object]:
        # To hash a change set takes as long as it has edits, and many findings share one.
        if id(fix) not in self._fixes:
            self._fixes[id(fix)] = self._fix(fix)
        return self._fixes[id(fix)]

    def _fix(self, fix: ChangeSet) -> dict[str, object]:
        data: dict[str, object] = {
            "title": mask(fix.title),
            "safety": fix.safety.value,
            "change_set": self._identities[fix],
        }
        if any(self._tells_secret(edit) for edit in fix.edits):
            return {**data, "edits": [], "omitted": _OMITTED}
        return {**data, "edits": [self._edit(edit) for edit in sorted(fix.edits)]}

    def _edit(self, edit: Edit) -> dict[str, object]:
        return {
            "path": self._path(edit.place.path),
            "start": _point(position(self.report, edit.place)),
            "end": _point(end_position(self.report, edit.place)),
            "text": edit.text,
        }

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


def _point(at: Position) -> dict[str, int]:
    return {"line": at.line, "column": at.column}


def _summary(reports: Sequence[Report], cwd: Path) -> dict[str, object]:
    findings = [finding for report in reports for finding in report.findings]
    return {
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
        "infos": sum(finding.severity is Severity.INFO for finding in findings),
        "fixable": count(findings, Safety.SAFE),
        "unsafe_fixable": count(findings, Safety.UNSAFE),
        "suppressed": sum(report.suppressed for report in reports),
        "projects": [
            {
                "root": shown_path(report.tree.root, ".", cwd),
                "apps": report.summary.apps,
                "settings": report.summary.settings,
                "files": report.summary.files,
                "versions": [mask(version) for version in report.summary.versions],
            }
            for report in reports
        ],
    }
