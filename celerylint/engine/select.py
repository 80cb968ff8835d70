"""Which findings are shown, and which of their fixes may be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from celerylint.engine.unparsed import Unread
from celerylint.files.walking import Tree
from celerylint.finding import Finding, Place, Safety
from celerylint.options.table import Options
from celerylint.report import Silenced
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions import baselined, hiding
from celerylint.suppressions.baseline import Baseline, Entry
from celerylint.text.source import Source


class Chosen(NamedTuple):
    """The findings to show, sorted, how many are hidden, and what the baseline lists in vain.

    `elsewhere` counts those in files that the user did not name.
    """

    shown: tuple[Finding, ...]
    suppressed: int
    baselined: int
    left: Counter[Entry]
    elsewhere: int


def choose(  # noqa: PLR0913, PLR0917 - what decides is what the user said, in six places
    findings: Iterable[Finding],
    tree: Tree,
    unread: Unread,
    rulebook: Rulebook,
    options: Options,
    selected: Collection[str],
    known: Baseline,
) -> Chosen:
    """Return the findings that nothing hides and that touch a file the user named.

    A fix goes where one of its edits would change what a hidden finding is about, or a file that
    the user did not name, or what could not be read: its change set is made whole or not at all.
    """
    sources = unread.sources
    by_comment = hiding.by_comment(findings, sources, rulebook, selected)
    by_file = hiding.by_file(by_comment.kept, options.per_file_ignores, rulebook)
    by_baseline, left = baselined.sift(by_file.kept, sources, tree, known)
    suppressed = (*by_comment.hidden, *by_file.hidden)
    hidden = (*suppressed, *by_baseline.hidden)
    fixable = rulebook.select(options.fixable or ("ALL",), (), options.unfixable)
    given = [finding for finding in by_baseline.kept if _is_given(finding, tree)]
    shown = (
        _without_outsiders(_without_hidden(unread.without_unread(finding), hidden), tree)
        if finding.code in fixable
        else finding._replace(fix=None)
        for finding in given
    )
    return Chosen(
        tuple(sorted(shown, key=lambda f: _order(f, sources))),
        sum(_is_given(each.finding, tree) for each in suppressed),
        sum(_is_given(each.finding, tree) for each in by_baseline.hidden),
        left,
        sum(not tree.is_ignored(f.place.path) for f in by_baseline.kept) - len(given),
    )


def touch(one: Place, other: Place) -> bool:
    """Return whether two places have a character or an edge in common."""
    apart = one.span.end < other.span.start or other.span.end < one.span.start
    return one.path == other.path and not apart


def _order(finding: Finding, sources: Mapping[str, Source]) -> tuple[str, int, int, str]:
    place = finding.place
    position = sources[place.path].position(place.span.start)
    return place.path, position.line, position.column, finding.code


def _is_given(finding: Finding, tree: Tree) -> bool:
    if tree.is_ignored(finding.place.path):
        return False
    if tree.given is None:
        return True
    paths = {finding.place.path, *(label.place.path for label in finding.labels)}
    return not tree.given.isdisjoint(paths)


def _without_hidden(finding: Finding, hidden: Iterable[Silenced]) -> Finding:
    if finding.fix is None:
        return finding
    edited = [edit.place for edit in finding.fix.edits]
    for other, why in hidden:
        if other.fix is not None and any(touch(other.place, place) for place in edited):
            note = f"Not fixed: {why}"
            return finding._replace(fix=None, notes=(*finding.notes, note))
    return finding


def _without_outsiders(finding: Finding, tree: Tree) -> Finding:
    paths = finding.fix.paths() if finding.fix else ()
    if finding.fix is None or all(map(tree.concerns, paths)):
        return finding
    unsafe = ("--unsafe-fixes",) if finding.fix.safety is Safety.UNSAFE else ()
    command = " ".join(("celerylint check --fix", *unsafe, *paths))
    note = f"Not fixed: the fix has to edit all of {', '.join(paths)}; run {command}"
    return finding._replace(fix=None, notes=(*finding.notes, note))
