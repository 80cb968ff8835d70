"""Findings for programs: one JSON document, lines and columns from 1 in characters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.finding import Safety, Severity
from celerylint.output.links import rule_url
from celerylint.output.rendered import OMITTED, Spot, Told, ToldFix, told
from celerylint.output.screen import shown_path, visible
from celerylint.output.statistics import tallies
from celerylint.output.summary import count
from celerylint.report import Report
from celerylint.text.masking import mask
from celerylint.text.source import Position

_VERSION = 1


def lines(reports: Sequence[Report], cwd: Path) -> Iterator[str]:
    """Yield the document, as one piece: it may have millions of lines."""
    fixes: dict[str, dict[str, object]] = {}
    document = {
        "version": _VERSION,
        "findings": [finding(each, fixes) for each in told(reports, cwd)],
        "summary": _summary(reports, cwd),
    }
    yield json.dumps(document, indent=2)


def finding(each: Told, fixes: dict[str, dict[str, object]]) -> dict[str, object]:
    """Return a finding as data; `fixes` are the change sets that were met before, by name."""
    found, fix = each.finding, each.fix
    if fix and fix.change_set not in fixes:
        fixes[fix.change_set] = _fix(fix)
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity.value,
        "message": each.message,
        **_spot(each.spot),
        "setting": found.setting,
        "related": [{**_spot(spot), "message": text} for spot, text in each.labels],
        "help": "\n".join(each.advice),
        "url": rule_url(found.code),
        "fix": fixes[fix.change_set] if fix else None,
    }


def _spot(spot: Spot) -> dict[str, object]:
    return {
        "path": visible(spot.path),
        "line": spot.start.line,
        "column": spot.start.column,
        "end_line": spot.end.line,
        "end_column": spot.end.column,
    }


def _fix(fix: ToldFix) -> dict[str, object]:
    data = {"title": fix.title, "safety": fix.safety.value, "change_set": fix.change_set}
    if fix.edits is None:
        return {**data, "edits": [], "omitted": OMITTED}
    edits = [
        {
            "path": visible(edit.spot.path),
            "start": _point(edit.spot.start),
            "end": _point(edit.spot.end),
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {**data, "edits": edits}


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
        "rules": [
            {
                "code": tally.code,
                "name": tally.name,
                "count": tally.found,
                "fixable": tally.safe,
                "unsafe_fixable": tally.unsafe,
            }
            for tally in tallies(reports)
        ],
        "baselined": sum(report.baselined for report in reports),
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
