"""Findings for GitHub: workflow commands that become annotations of a pull request.

The commands and how they are escaped: https://github.com/actions/toolkit, `packages/core`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from celerylint.finding import Severity
from celerylint.output.links import rule_url
from celerylint.output.rendered import Spot, Told, told
from celerylint.output.screen import visible
from celerylint.report import Report

_COMMANDS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def lines(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Yield one command per finding; paths are seen from a folder, the checkout as a rule."""
    return map(_command, told(reports, folder))


def _command(each: Told) -> str:
    spot, code = each.spot, each.finding.code
    properties = {"title": f"{code} {each.finding.name}", **_where(spot)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # The log shows the message alone, so that it names the place once more.
    place = f"{spot.path}:{spot.start.line}:{spot.start.column}"
    url = rule_url(code)
    more = (url,) if url else ()
    message = "\n".join(map(visible, (f"{place}: {code} {each.message}", *each.advice, *more)))
    return f"::{_COMMANDS[each.finding.severity]} {listed}::{_data(message)}"


def _where(spot: Spot) -> Mapping[str, str]:
    lines = {"file": visible(spot.path), "line": str(spot.start.line)}
    last = {"endLine": str(spot.end.line)}
    # GitHub takes columns only within one line.
    if spot.start.line != spot.end.line:
        return {**lines, **last}
    return {
        **lines,
        "col": str(spot.start.column),
        **last,
        "endColumn": str(spot.end.column),
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
