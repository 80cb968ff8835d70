"""Findings for reviewdog: its Diagnostic Format, as one document.

The format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from celerylint.finding import Severity
from celerylint.output.links import SITE, rule_url
from celerylint.output.rendered import Spot, Told, told
from celerylint.output.screen import visible
from celerylint.report import Report
from celerylint.text.source import Position

_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.INFO: "INFO",
}


def lines(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Yield the document, as one piece; paths are seen from a folder, the checkout as a rule."""
    document = {
        "source": {"name": "celerylint", "url": SITE},
        "diagnostics": [_diagnostic(each) for each in told(reports, folder)],
    }
    yield json.dumps(document, indent=2)


def _diagnostic(each: Told) -> dict[str, object]:
    code, url = each.finding.code, rule_url(each.finding.code)
    edits = each.fix.edits if each.fix else None
    # A suggestion of reviewdog is applied in one file: a change set is whole or nothing.
    alone = edits and all(edit.spot.path == each.spot.path for edit in edits)
    suggested = [{"range": _range(e.spot), "text": e.text} for e in edits or () if alone]
    return {
        "message": "\n".join(map(visible, (each.message, *each.advice))),
        "location": {"path": visible(each.spot.path), "range": _range(each.spot)},
        "severity": _SEVERITIES[each.finding.severity],
        "code": {"value": code, **({"url": url} if url else {})},
        **({"suggestions": suggested} if suggested else {}),
    }


def _range(spot: Spot) -> dict[str, object]:
    return {"start": _point(spot.start), "end": _point(spot.end)}


def _point(at: Position) -> dict[str, int]:
    return {"line": at.line, "column": at.column}
