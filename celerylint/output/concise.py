"""One line per finding, for editors and for `grep`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.finding import Finding, Safety
from celerylint.output.frames import Files
from celerylint.output.screen import location, visible
from celerylint.report import Report


def lines(reports: Sequence[Report], cwd: Path) -> Iterator[str]:
    """Yield `path:line:column: CODE [*] message`; the star says that a safe fix is at hand."""
    for report in reports:
        files = Files(report.sources)
        for finding in report.findings:
            where = location(report, finding.place, cwd)
            message = visible(files.masked(finding.message, finding.place.path))
            yield f"{where}: {finding.code}{_star(finding)} {message}"


def _star(finding: Finding) -> str:
    return " [*]" if finding.fix and finding.fix.safety is Safety.SAFE else ""
