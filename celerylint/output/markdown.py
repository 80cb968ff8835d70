"""Findings as a table for a comment on a pull request, in the Markdown of GitHub and GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.finding import Safety
from celerylint.output import summary
from celerylint.output.rendered import Told, told
from celerylint.output.screen import visible
from celerylint.report import Report

_LONGEST = 60_000
"""How many characters the table may have: GitHub takes 65,536 for a comment."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#~|!&])")
_MENTION = "@\N{ZERO WIDTH SPACE}"
_CODE = re.compile(r"(`[^`]+`)")
_FENCES = re.compile(r"`+")


def lines(reports: Sequence[Report], folder: Path) -> Iterator[str]:
    """Yield what was found in one sentence, then a table of it; paths are seen from a folder."""
    yield f"**celerylint**: {text(' '.join(summary.lines(reports, folder)) or 'Nothing to check')}"
    if any(report.findings for report in reports):
        yield from ("", "| where | rule | what | fix |", "|---|---|---|---|")
        yield from _rows(tuple(told(reports, folder)))


def _rows(findings: Sequence[Told]) -> Iterator[str]:
    length = 0
    for number, each in enumerate(findings):
        row = f"| {' | '.join(_cells(each))} |"
        length += len(row) + 1
        if length > _LONGEST:
            yield f"| ... | | and {len(findings) - number} more | |"
            return
        yield row


def _cells(each: Told) -> tuple[str, ...]:
    finding, spot = each.finding, each.spot
    fix = "" if each.fix is None else "safe" if each.fix.safety is Safety.SAFE else "unsafe"
    what = "<br>".join(map(text, (each.message, *each.advice)))
    rule = f"{finding.code} {finding.severity.value}"
    return code(f"{spot.path}:{spot.start.line}"), rule, what, fix


def text(given: str) -> str:
    """Return a text of ours: names in backticks stay code, anything else is plain."""
    pieces = _CODE.split(visible(given))
    return "".join(
        code(piece[1:-1]) if number % 2 else _plain(piece) for number, piece in enumerate(pieces)
    )


def _plain(text: str) -> str:
    # A name after an at sign would be told of every comment; no backslash keeps it from that.
    return _SPECIAL.sub(r"\\\1", text).replace("@", _MENTION)


def code(given: str) -> str:
    """Return a code span, in more backticks than any that it holds."""
    shown = visible(given).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, _FENCES.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
