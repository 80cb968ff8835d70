"""Findings for people: the code, both places that disagree, the remedy, and the fix beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import click

from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Severity
from celerylint.output.frames import Files, Mark, Row, changed, rows
from celerylint.output.screen import WIDTH, location, position, shown_path, visible, wrapped
from celerylint.report import Report
from celerylint.text.masking import mask

_COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "blue",
}
_SIGNS: Mapping[str, str] = {"-": "red", "+": "green"}
_LONGEST_FIX = 12
"""How many changed lines of a fix are shown."""


def lines(reports: Sequence[Report], cwd: Path) -> Iterator[str]:
    """Yield the findings as paragraphs, each followed by an empty line, with ANSI colours."""
    for report in reports:
        page = _Page(report, cwd)
        for finding in report.findings:
            yield from page.finding(finding)
            yield ""


class _Page:
    """One report on its way to the terminal."""

    def __init__(self, report: Report, cwd: Path) -> None:
        self._report = report
        self._cwd = cwd
        self._files = Files(report.sources)
        self._fixes: dict[ChangeSet, Place] = {}

    def finding(self, finding: Finding) -> Iterator[str]:
        """Yield the lines of one finding."""
        colour = _COLOURS[finding.severity]
        title = f"{finding.severity.value}[{finding.code}]:"
        message = visible(self._files.masked(finding.message, finding.place.path))
        first, *rest = wrapped(f"{title} {message}", WIDTH, " " * 4)
        yield click.style(title, fg=colour, bold=True) + click.style(first[len(title) :], bold=True)
        yield from (click.style(line, bold=True) for line in rest)
        body = [*self._frames(finding), *self._advice(finding), *self._fix(finding)]
        gutter = max(1, *(len(row.number) for row in body if isinstance(row, Row)))
        for line in body:
            yield _drawn(line, gutter) if isinstance(line, Row) else " " * gutter + line

    def _frames(self, finding: Finding) -> Iterator[str | Row]:
        arrow = "--> "
        for path, labels in _by_file(finding):
            yield _blue(arrow) + location(self._report, labels[0].place, self._cwd)
            shown = self._files.get(path)
            marks = [self._mark(finding, label) for label in labels]
            if shown:
                yield from (Row("", ""), *rows(shown, marks), Row("", ""))
            arrow = "::: "

    def _mark(self, finding: Finding, label: Label) -> Mark:
        text = visible(self._files.masked(label.text, label.place.path))
        if label.place == finding.place and not text:
            return Mark(label.place.span, "", "^", _COLOURS[finding.severity])
        return Mark(label.place.span, text, "-", "blue")

    def _advice(self, finding: Finding) -> Iterator[str]:
        # Findings that are fixed together are of one kind: the first has said what to do.
        told = finding.fix in self._fixes
        advice = [("help", finding.help)] if finding.help and not told else []
        for word, text in (*advice, *(("note", note) for note in finding.notes)):
            yield from _paragraph(word, self._files.masked(text, finding.place.path))

    def _fix(self, finding: Finding) -> Iterator[str | Row]:
        fix = finding.fix
        if fix is None:
            return
        safe = fix.safety is Safety.SAFE
        word = "fix" if safe else "unsafe fix"
        if fix in self._fixes:
            yield from _paragraph(word, f"fixed together with {self._there(fix, finding)}")
            return
        self._fixes[fix] = finding.place
        title = fix.title + (f" ({fix.reason})" if fix.reason else "")
        yield from _paragraph(word, self._files.masked(title, finding.place.path))
        yield Row("", "")
        yield from self._changes(fix, finding.place.path)

    def _there(self, fix: ChangeSet, finding: Finding) -> str:
        place = self._fixes[fix]
        line = position(self._report, place).line
        if place.path == finding.place.path:
            return f"line {line}"
        return f"{shown_path(self._report.tree.root, place.path, self._cwd)}:{line}"

    def _changes(self, fix: ChangeSet, path: str) -> Iterator[str | Row]:
        found = [line for each in fix.paths() for line in self._changes_in(fix, each, path)]
        yield from found[:_LONGEST_FIX]
        if len(found) > _LONGEST_FIX:
            more = len(found) - _LONGEST_FIX
            yield _blue("... ") + f"{more} more lines, which --diff shows"

    def _changes_in(self, fix: ChangeSet, path: str, here: str) -> Iterator[str | Row]:
        shown = self._files.get(path)
        edits: list[Edit] = [edit for edit in fix.edits if edit.place.path == path]
        if path != here:
            yield _blue("::: ") + shown_path(self._report.tree.root, path, self._cwd)
        if shown:
            yield from changed(shown, edits)


def _by_file(finding: Finding) -> Iterator[tuple[str, list[Label]]]:
    """Yield the places of a finding by file, its own file first."""
    own = Label(finding.place, "")
    here = [label for label in finding.labels if label.place.path == finding.place.path]
    yield finding.place.path, [own, *here]
    others = sorted(
        (label for label in finding.labels if label not in here),
        key=lambda label: (label.place, label.text),
    )
    for path, labels in groupby(others, key=lambda label: label.place.path):
        yield path, list(labels)


def _paragraph(word: str, text: str) -> Iterable[str]:
    lead = f" = {word}: "
    first, *rest = wrapped(lead + visible(mask(text)), WIDTH - 4, " " * len(lead))
    bar, name = _blue(" = "), click.style(f"{word}:", bold=True)
    return (f"{bar}{name}{first[len(lead) - 1 :]}", *rest)


def _drawn(row: Row, gutter: int) -> str:
    sign = click.style(row.sign, fg=_SIGNS.get(row.sign, "blue"))
    text = click.style(row.text, fg=_SIGNS[row.sign]) if row.sign in _SIGNS else row.text
    return f"{_blue(row.number.rjust(gutter))} {sign} {text}".rstrip()


def _blue(text: str) -> str:
    return click.style(text, fg="blue")
