"""Findings for GitLab: a Code Quality report, which is a part of the Code Climate format.

What GitLab reads: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from celerylint.finding import Severity
from celerylint.output.fingerprints import fingerprints
from celerylint.output.links import rule_url
from celerylint.output.rendered import Told, told
from celerylint.output.screen import visible
from celerylint.report import Report

_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "info",
}


def lines(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Yield the document, as one piece; paths are seen from a folder, the checkout as a rule."""
    findings = tuple(told(reports, folder))
    named = zip(findings, fingerprints(findings), strict=True)
    yield json.dumps([_finding(each, name) for each, name in named], indent=2)


def _finding(each: Told, fingerprint: str) -> dict[str, object]:
    finding, spot = each.finding, each.spot
    url = rule_url(finding.code)
    body = (each.message, *each.advice, *((url,) if url else ()))
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": f"{finding.code} {visible(each.message)}",
        "content": {"body": "\n".join(body)},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": visible(spot.path),
            "lines": {"begin": spot.start.line, "end": spot.end.line},
        },
    }
