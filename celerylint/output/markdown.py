"""Findings as a table for a comment on a pull request, in the Markdown of GitHub and GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from celerylint.finding import Safety
from celerylint.output import summary
from celerylint.output.grouping import counted, grouped, together
from celerylint.output.links import rule_url
from celerylint.output.rendered import Told, told
from celerylint.output.screen import visible
from celerylint.report import Report

_LONGEST = 60_000
"""How many characters the table may have: GitHub takes 65,536 for a comment."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#~|!&])")
_MENTION = "@\N{ZERO WIDTH SPACE}"
_CODE = re.compile(r"(`[^`]+`)")
_FENCES = re.compile(r"`+")


def lines(
    reports: Sequence[Report], folder: Path, titles: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Yield what was found in one sentence, then a table of it; paths are seen from a folder.

    Findings that belong together are one row, under the title of their rule: `titles` holds those
    by code.
    """
    yield f"**celerylint**: {text(' '.join(summary.lines(reports, folder)) or 'Nothing to check')}"
    if any(report.findings for report in reports):
        yield from ("", "| where | rule | what | fix |", "|---|---|---|---|")
        yield from _rows(tuple(_blocks(reports, folder)), titles)


def _blocks(reports: Sequence[Report], folder: Path) -> Iterator[tuple[Told, ...]]:
    """Yield the findings by what belongs together; no two projects have anything in common."""
    every = iter(told(reports, folder))
    for report in reports:
        mine = tuple(islice(every, len(report.findings)))
        for group in grouped(report.findings):
            yield tuple(mine[position] for position in group)


def _rows(blocks: Sequence[tuple[Told, ...]], titles: Mapping[str, str]) -> Iterator[str]:
    length = 0
    for number, block in enumerate(blocks):
        row = f"| {' | '.join(_cells(block, titles))} |"
        length += len(row) + 1
        if length > _LONGEST:
            yield f"| ... | | and {sum(map(len, blocks[number:]))} more | |"
            return
        yield row


def _cells(block: Sequence[Told], titles: Mapping[str, str]) -> tuple[str, ...]:
    first = block[0]
    findings = [each.finding for each in block]
    places = {each.spot.path: each for each in reversed(block)}
    fix = "" if first.fix is None else "safe" if first.fix.safety is Safety.SAFE else "unsafe"
    url = rule_url(first.finding.code)
    name = f"[{first.finding.code}]({url})" if url else first.finding.code
    rule = f"{name} {first.finding.severity.value}"
    if len(block) == 1:
        said = [text(first.message)]
    else:
        title = titles.get(first.finding.code, first.finding.name)
        said = [
            text(f"{title} ({counted(findings)})"),
            *(_entry(each, alone=len(places) == 1) for each in block),
        ]
    advice = [(line, each.finding) for each in block for line in each.advice]
    once = together([line for line, _ in advice], [finding for _, finding in advice])
    what = "<br>".join((*said, *map(text, once)))
    where = "<br>".join(code(_place(each)) for each in reversed(places.values()))
    return where, rule, what, fix


def _entry(each: Told, *, alone: bool) -> str:
    """Return a line for one finding of several; `alone` says that all are in one file."""
    finding = each.finding
    where = str(each.spot.start.line) if alone else code(_place(each))
    if not finding.replacement:
        return f"{where}: {text(each.message)}"
    return f"{where}: {code(finding.setting or '')} -> {code(finding.replacement)}"


def _place(each: Told) -> str:
    return f"{each.spot.path}:{each.spot.start.line}"


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
