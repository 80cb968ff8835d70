"""Reports made by hand, for the tests of what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from celerylint.files.walking import Tree
from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Severity, Span
from celerylint.report import Report, Summary
from celerylint.text.source import decode

ROOT = Path("/project")
SUMMARY = Summary(apps=1, settings=2, files=3, versions=("Celery 5.6, from setup.py",))


def place(text: str, what: str, path: str = "a.py") -> Place:
    """Return the first place of `what` in a text."""
    start = text.index(what)
    return Place(path, Span(start, start + len(what)))


def finding(  # noqa: PLR0913 - the sides of a finding
    where: Place,
    *,
    code: str = "CEL101",
    severity: Severity = Severity.WARNING,
    message: str = "`A` is old",
    setting: str | None = None,
    advice: str = "",
    labels: tuple[Label, ...] = (),
    notes: tuple[str, ...] = (),
    fix: ChangeSet | None = None,
    replacement: str | None = None,
) -> Finding:
    """Return a finding."""
    sides = (where, setting, advice, labels, notes, fix, replacement)
    return Finding(code, "old-name", severity, message, *sides)


def renaming(
    *edits: tuple[Place, str], safety: Safety = Safety.SAFE, reason: str = ""
) -> ChangeSet:
    """Return a change set of those edits."""
    made = tuple(Edit(where, text) for where, text in edits)
    return ChangeSet("Rename the settings", safety, made, reason)


def report(
    files: Mapping[str, str],
    *findings: Finding,
    suppressed: int = 0,
    baselined: int = 0,
    summary: Summary = SUMMARY,
    root: Path = ROOT,
) -> Report:
    """Return a report on files, by path and text."""
    raw = {path: text.encode() for path, text in files.items()}
    sources = {path: decode(path, content) for path, content in raw.items()}
    tree = Tree(root, tuple(files), overlay=raw)
    return Report(tree, findings, sources, suppressed, summary, baselined=baselined)


def plain(text: str) -> str:
    """Return a text without its colours."""
    return click.unstyle(text)
