"""How often each rule was found to be broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from celerylint.finding import Safety
from celerylint.output.screen import columns
from celerylint.output.summary import count
from celerylint.report import Report


class Tally(NamedTuple):
    """A rule with the number of its findings, and of those with a safe and an unsafe fix."""

    code: str
    name: str
    found: int
    safe: int
    unsafe: int


def tallies(reports: Sequence[Report]) -> tuple[Tally, ...]:
    """Return the rules that were found to be broken, the most frequent first, then by code."""
    findings = sorted(
        (finding for report in reports for finding in report.findings),
        key=lambda finding: (finding.code, finding.name),
    )
    groups = groupby(findings, key=lambda finding: (finding.code, finding.name))
    counted = (
        Tally(*rule, len(same), count(same, Safety.SAFE), count(same, Safety.UNSAFE))
        for rule, group in groups
        for same in [list(group)]
    )
    return tuple(sorted(counted, key=lambda tally: (-tally.found, tally.code)))


def lines(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a table with one line per rule; nothing where nothing was found."""
    counted = tallies(reports)
    width = max((len(str(tally.found)) for tally in counted), default=0)
    yield from columns(
        [
            (str(tally.found).rjust(width), tally.code, tally.name, _fixes(tally))
            for tally in counted
        ]
    )


def _fixes(tally: Tally) -> str:
    numbers = ((tally.safe, "fixable"), (tally.unsafe, "fixable with --unsafe-fixes"))
    return ", ".join(f"{number} {words}" for number, words in numbers if number)
