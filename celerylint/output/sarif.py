"""Findings for code scanning: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from celerylint import __version__
from celerylint.finding import Severity
from celerylint.output.fingerprints import fingerprints
from celerylint.output.links import SITE, rule_url
from celerylint.output.rendered import OMITTED, Spot, Told, ToldFix, told
from celerylint.report import Report
from celerylint.rulebook.book import Rule, Rulebook

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_PROBLEMS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}
_SERIALIZATION_AND_SECURITY = "CEL5"
_SECURITY = "7.0"
"""GitHub shows it as `high`: others run code, or read messages, once they reach the broker."""
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def lines(reports: Sequence[Report], folder: Path, rulebook: Rulebook) -> Iterator[str]:
    """Yield the log, as one piece; paths are seen from a folder, the checkout as a rule."""
    run = _run(reports, folder, rulebook)
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _run(reports: Sequence[Report], folder: Path, rulebook: Rulebook) -> dict[str, object]:
    fired = {finding.code for report in reports for finding in report.findings}
    rules = [rule for code, rule in rulebook.rules.items() if code in fired]
    driver = {
        "name": "celerylint",
        "version": __version__,
        "informationUri": SITE,
        "rules": [_rule(rule) for rule in rules],
    }
    # Without a URI: the log is the same on every machine, and tells nothing about it.
    root = {"description": {"text": "The folder that all paths are relative to"}}
    return {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not any(report.crashes for report in reports)}],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {_ROOT: root},
        "results": list(_results(tuple(told(reports, folder)), [rule.code for rule in rules])),
    }


def _rule(rule: Rule) -> dict[str, object]:
    url = rule_url(rule.code)
    problem = {"problem.severity": _PROBLEMS[rule.severity], "tags": _tags(rule)}
    security = {"security-severity": _SECURITY} if _is_security(rule) else {}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _literal(f"{rule.title}.")},
        "fullDescription": {"text": _literal(rule.why)},
        "help": {"text": _literal(rule.why), "markdown": _literal(rule.why)},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        "properties": {**problem, **security},
    }


def _is_security(rule: Rule) -> bool:
    return rule.code.startswith(_SERIALIZATION_AND_SECURITY)


def _tags(rule: Rule) -> list[str]:
    return ["celery", "security"] if _is_security(rule) else ["celery"]


def _results(findings: Sequence[Told], codes: Sequence[str]) -> Iterator[dict[str, object]]:
    fixes: dict[str, dict[str, object]] = {}
    for each, fingerprint in zip(findings, fingerprints(findings), strict=True):
        fix = each.fix
        if fix and fix.change_set not in fixes:
            fixes[fix.change_set] = _fix(fix)
        yield {
            "ruleId": each.finding.code,
            "ruleIndex": codes.index(each.finding.code),
            "level": _LEVELS[each.finding.severity],
            "message": {"text": _literal("\n".join((each.message, *each.advice)))},
            "locations": [{"physicalLocation": _physical(each.spot)}],
            "relatedLocations": [_related(*label) for label in enumerate(each.labels, 1)],
            "partialFingerprints": {"celerylint/v1": fingerprint},
            **(fixes[fix.change_set] if fix else {}),
        }


def _related(number: int, label: tuple[Spot, str]) -> dict[str, object]:
    spot, text = label
    message = {"message": {"text": _literal(text)}} if text else {}
    return {"id": number, "physicalLocation": _physical(spot), **message}


def _physical(spot: Spot) -> dict[str, object]:
    return {"artifactLocation": _artifact(spot), "region": _region(spot)}


def _artifact(spot: Spot) -> dict[str, str]:
    return {"uri": quote(os.fsencode(spot.path)), "uriBaseId": _ROOT}


def _region(spot: Spot) -> dict[str, int]:
    return {
        "startLine": spot.start.line,
        "startColumn": spot.start.column,
        "endLine": spot.end.line,
        "endColumn": spot.end.column,
    }


def _fix(fix: ToldFix) -> dict[str, object]:
    """Return what a result says of its fix."""
    known = {"safety": fix.safety.value, "changeSet": fix.change_set}
    if fix.edits is None:
        return {"properties": {**known, "omitted": OMITTED}}
    changes = [
        {
            "artifactLocation": _artifact(edits[0].spot),
            "replacements": [
                {"deletedRegion": _region(edit.spot), "insertedContent": {"text": edit.text}}
                for edit in edits
            ],
        }
        for _, group in groupby(fix.edits, key=lambda edit: edit.spot.path)
        for edits in [tuple(group)]
    ]
    title = f"{fix.title} (unsafe: {fix.reason})" if fix.reason else fix.title
    return {
        "fixes": [{"description": {"text": _literal(title)}, "artifactChanges": changes}],
        "properties": known,
    }


def _literal(text: str) -> str:
    """Return a text in which nothing is taken for a placeholder or a link (3.11.5 and 3.11.6)."""
    return _LINK.sub(r"\\[", text.replace("{", "{{").replace("}", "}}"))
