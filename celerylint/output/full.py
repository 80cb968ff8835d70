"""Findings for people: the code, both places that disagree, the remedy, and the fix beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import click

from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Severity
from celerylint.output.frames import Files, Mark, Row, changed, rows
from celerylint.output.grouping import counted, grouped, together
from celerylint.output.screen import WIDTH, location, position, shown_path, visible, width, wrapped
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


def lines(
    reports: Sequence[Report],
    cwd: Path,
    titles: Mapping[str, str] = MappingProxyType({}),
    columns: int = WIDTH,
) -> Iterator[str]:
    """Yield the findings as paragraphs, each followed by an empty line, with ANSI colours.

    Findings that belong together are one paragraph, under the title of their rule: `titles` holds
    those by code. Paragraphs are as wide as `columns`.
    """
    for report in reports:
        page = _Page(report, cwd, titles, columns)
        for group in grouped(report.findings):
            yield from page.block(tuple(report.findings[position] for position in group))
            yield ""


class _Page:
    """One report on its way to the terminal."""

    def __init__(self, report: Report, cwd: Path, titles: Mapping[str, str], columns: int) -> None:
        self._report = report
        self._cwd = cwd
        self._titles = titles
        self._columns = columns
        self._files = Files(report.sources)
        self._fixes: dict[ChangeSet, Place] = {}

    def block(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield the lines of one finding, or of several that belong together."""
        finding = findings[0]
        colour = _COLOURS[finding.severity]
        title = f"{finding.severity.value}[{finding.code}]:"
        first, *rest = wrapped(f"{title} {self._headline(findings)}", self._columns, " " * 4)
        yield click.style(title, fg=colour, bold=True) + click.style(first[len(title) :], bold=True)
        yield from (click.style(line, bold=True) for line in rest)
        frames = self._frames(finding) if len(findings) == 1 else self._listed(findings)
        body = [*frames, *self._advice(findings), *self._fix(findings)]
        gutter = max((len(row.number) for row in body if isinstance(row, Row)), default=1)
        for line in body:
            yield _drawn(line, gutter) if isinstance(line, Row) else " " * gutter + line

    def _headline(self, findings: Sequence[Finding]) -> str:
        finding = findings[0]
        if len(findings) == 1:
            return visible(self._files.masked(finding.message, finding.place.path))
        return f"{self._titles.get(finding.code, finding.name)} ({counted(findings)})"

    def _frames(self, finding: Finding) -> Iterator[str | Row]:
        arrow = "--> "
        for path, labels in _by_file(finding):
            yield from self._frame(arrow, path, labels, finding)
            arrow = "::: "

    def _frame(
        self, arrow: str, path: str, labels: Sequence[Label], finding: Finding
    ) -> Iterator[str | Row]:
        yield _blue(arrow) + location(self._report, labels[0].place, self._cwd)
        shown = self._files.get(path)
        marks = [self._mark(finding, label) for label in labels]
        if shown:
            yield from (Row("", ""), *rows(shown, marks))

    def _listed(self, findings: Sequence[Finding]) -> Iterator[str | Row]:
        """Yield a line for each finding, by file, and then the places that all have in common."""
        arrow = "--> "
        for _, group in groupby(findings, key=lambda finding: finding.place.path):
            here = list(group)
            yield _blue(arrow) + location(self._report, here[0].place, self._cwd)
            yield Row("", "")
            yield from self._entries(here)
            arrow = "::: "
        by_path = sorted(findings[0].labels, key=lambda label: (label.place, label.text))
        for path, labels in groupby(by_path, key=lambda label: label.place.path):
            yield from self._frame(arrow, path, list(labels), findings[0])

    def _entries(self, findings: Sequence[Finding]) -> Iterator[Row]:
        path = findings[0].place.path
        names = [
            (visible(each.setting or ""), visible(each.replacement or "")) for each in findings
        ]
        widest = max((width(old) for old, new in names if new), default=0)
        for finding, (old, new) in zip(findings, names, strict=True):
            padded = old + " " * (widest - width(old))
            text = f"{padded} -> {new}" if new else visible(finding.message)
            line = position(self._report, finding.place).line
            yield Row(str(line), self._files.masked(text, path))

    def _mark(self, finding: Finding, label: Label) -> Mark:
        text = visible(self._files.masked(label.text, label.place.path))
        if label.place == finding.place and not text:
            return Mark(label.place.span, "", "^", _COLOURS[finding.severity])
        return Mark(label.place.span, text, "-", "blue")

    def _advice(self, findings: Sequence[Finding]) -> Iterator[str]:
        # Findings that are fixed together are of one kind: the first has said what to do.
        told = findings[0].fix in self._fixes
        helps = () if told else together([finding.help for finding in findings], findings)
        advice = [("help", text) for text in helps]
        notes = [(note, finding) for finding in findings for note in finding.notes]
        texts = together([note for note, _ in notes], [finding for _, finding in notes])
        for word, text in (*advice, *(("note", note) for note in texts)):
            yield from self._paragraph(word, self._files.masked(text, findings[0].place.path))

    def _fix(self, findings: Sequence[Finding]) -> Iterator[str | Row]:
        finding = findings[0]
        fixes = {id(each.fix): each.fix for each in findings if each.fix}
        for fix in tuple(fixes.values())[:1]:
            word = "fix" if fix.safety is Safety.SAFE else "unsafe fix"
            if fix in self._fixes:
                yield from self._paragraph(word, self._there(fix, finding))
                return
            titles = [_titled(each.fix) for each in findings if each.fix]
            extent = f" ({_extent(fix)})" if len(fixes) == 1 < len(findings) else ""
            for title in together(titles, findings):
                yield from self._paragraph(
                    word, self._files.masked(title + extent, finding.place.path)
                )
            if len(findings) == 1:
                yield from self._changes(fix, finding.place.path)
        self._fixes.update((each.fix, each.place) for each in reversed(findings) if each.fix)

    def _there(self, fix: ChangeSet, finding: Finding) -> str:
        place = self._fixes[fix]
        line = position(self._report, place).line
        there = f"{shown_path(self._report.tree.root, place.path, self._cwd)}:{line}"
        done = "renamed" if fix.title.startswith("Rename") else "fixed"
        return (
            f"{done} together with {f'line {line}' if place.path == finding.place.path else there}"
        )

    def _changes(self, fix: ChangeSet, path: str) -> Iterator[str | Row]:
        found = [line for each in fix.paths() for line in self._changes_in(fix, each, path)]
        yield from found[:_LONGEST_FIX]
        if len(found) > _LONGEST_FIX:
            more = len(found) - _LONGEST_FIX
            yield _blue("... ") + f"{more} more lines: {_command(fix)} shows them"

    def _changes_in(self, fix: ChangeSet, path: str, here: str) -> Iterator[str | Row]:
        shown = self._files.get(path)
        edits: list[Edit] = [edit for edit in fix.edits if edit.place.path == path]
        if path != here:
            yield _blue("::: ") + shown_path(self._report.tree.root, path, self._cwd)
        if shown:
            yield from changed(shown, edits)

    def _paragraph(self, word: str, text: str) -> Iterable[str]:
        lead = f" = {word}: "
        first, *rest = wrapped(lead + visible(mask(text)), self._columns - 4, " " * len(lead))
        bar, name = _blue(" = "), click.style(f"{word}:", bold=True)
        return (f"{bar}{name}{first[len(lead) - 1 :]}", *rest)


def _titled(fix: ChangeSet) -> str:
    return f"{fix.title} ({fix.reason})" if fix.reason else fix.title


def _extent(fix: ChangeSet) -> str:
    files = len(fix.paths())
    return f"{len(fix.edits)} edits in {files} file{'' if files == 1 else 's'}"


def _command(fix: ChangeSet) -> str:
    return "--diff" if fix.safety is Safety.SAFE else "--diff --unsafe-fixes"


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


def _drawn(row: Row, gutter: int) -> str:
    sign = click.style(row.sign, fg=_SIGNS.get(row.sign, "blue"))
    text = click.style(row.text, fg=_SIGNS[row.sign]) if row.sign in _SIGNS else row.text
    return f"{_blue(row.number.rjust(gutter))} {sign} {text}".rstrip()


def _blue(text: str) -> str:
    return click.style(text, fg="blue")
