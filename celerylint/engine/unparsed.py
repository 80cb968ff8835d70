"""What could not be read of a project's files: what is said of it, and which fixes it forbids."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from celerylint.cache.store import Store
from celerylint.facts import SkippedRegion
from celerylint.finding import ChangeSet, Finding, Place, Safety, Severity, Span
from celerylint.rulebook.book import Rulebook
from celerylint.text.source import Source

UNREADABLE = "CEL001"

_WORD = re.compile(r"[^\W\d]\w*")
_RENAMED = re.compile(r"(?: as )?([^\W\d]\w*)")
_UPPER_CASE = re.compile(r"[A-Z][A-Z0-9_]{3,}")
_IN_PART = "Nothing in these lines is judged or edited; the rest of the file is"
_IN_ANOTHER_FORM = "All of it is judged and edited, but Python 3 cannot load it"
# More lines than these are counted, not listed.
_LISTED = 4


class Unread(NamedTuple):
    """The text of the files that were asked for, and what of it could not be read, by path."""

    sources: Mapping[str, Source]
    skipped: Mapping[str, tuple[SkippedRegion, ...]]

    def without_unread(self, finding: Finding) -> Finding:
        """Return a finding without its fix where that would have to edit what cannot be read.

        A name that stands there too might be of the setting, and would be left behind: the fix is
        unsafe then.
        """
        if finding.fix is None or not self.skipped:
            return finding
        broken = next(self._broken(finding.fix), None)
        if broken:
            return finding._replace(fix=None, notes=(*finding.notes, broken))
        left = next(self._left_behind(finding.fix, finding.setting or ""), None)
        if left is None:
            return finding
        reason = "; ".join(filter(None, (finding.fix.reason, left)))
        return finding._replace(fix=finding.fix._replace(safety=Safety.UNSAFE, reason=reason))

    def _broken(self, fix: ChangeSet) -> Iterator[str]:
        for path, skipped in self.skipped.items():
            for aside in filter(lambda each: each.left_out, skipped):
                if any(_touches(edit.place, path, aside.span) for edit in fix.edits):
                    where = self._where(path, aside, "")
                    yield f"Not fixed: the line cannot be read ({where})"

    def _left_behind(self, fix: ChangeSet, setting: str) -> Iterator[str]:
        names = self._names(fix, setting)
        for path, skipped in self.skipped.items():
            for aside in skipped:
                for name in sorted(names & aside.words):
                    where = self._where(path, aside, name)
                    yield f"`{name}` stands in a line that cannot be read ({where})"

    def _names(self, fix: ChangeSet, setting: str) -> frozenset[str]:
        """Return the names that a fix is about: those it renames, and what they become."""
        found = {setting}
        for edit in fix.edits:
            old = self.sources[edit.place.path].text[slice(*edit.place.span)]
            texts = (edit.text, old) if _RENAMED.fullmatch(edit.text) else ()
            found.update(match[1] for match in map(_RENAMED.fullmatch, texts) if match)
        return frozenset(found - {""})

    def _where(self, path: str, aside: SkippedRegion, name: str) -> str:
        source = self.sources[path]
        text = source.text[slice(*aside.span)]
        match = re.search(rf"\b{re.escape(name)}\b", text) if name else None
        offset = aside.span.start + (match.start() if match else 0)
        return f"{path}:{source.position(offset).line}"


def unread(store: Store) -> Unread:
    """Return what could not be read of the files that a store was asked for."""
    whole = {path: _whole(store.sources[path]) for path in store.failures}
    return Unread(store.sources, {**store.skipped, **whole})


def _whole(source: Source) -> tuple[SkippedRegion, ...]:
    words = frozenset(_WORD.findall(source.text))
    return (SkippedRegion(Span(0, len(source.text)), words, left_out=True),)


def _touches(place: Place, path: str, span: Span) -> bool:
    return place.path == path and place.span.start <= span.end and span.start <= place.span.end


# --- what is said about it ---------------------------------------------------------------------


def findings(
    store: Store, rulebook: Rulebook, telling: Collection[str], patterns: frozenset[str]
) -> Iterator[Finding]:
    """Yield one finding for each file that is no Python 3, as a whole or in part.

    It is an error where a setting of Celery may be lost; `telling` are the names that tell so.
    Nothing is said of `patterns`: what has gaps to be filled in need not be Python yet.
    """
    rule = rulebook[UNREADABLE]
    for path, error in store.failures.items():
        if path in patterns:
            continue
        source = store.sources[path]
        line = source.line_span(min(error.line, source.line_count()))
        place = Place(path, Span(min(line.start + error.column - 1, line.end), line.end))
        severity = _severity(path, source.text, telling)
        yield rule.finding(place, severity=severity, reason=error.reason)
    for path, skipped in store.skipped.items():
        if path in patterns:
            continue
        source = store.sources[path]
        left_out = [aside.span for aside in skipped if aside.left_out]
        lost = "\n".join(source.text[slice(*span)] for span in left_out)
        yield rule.finding(
            Place(path, _first_line(source, left_out[0] if left_out else skipped[0].span)),
            severity=_severity(path, lost, telling) if left_out else Severity.WARNING,
            reason=_reason(source, left_out),
            help=_IN_PART if left_out else _IN_ANOTHER_FORM,
        )


def _severity(path: str, text: str, telling: Collection[str]) -> Severity:
    concerns = "celeryconfig" in path or any(n in telling for n in _UPPER_CASE.findall(text))
    return Severity.ERROR if concerns else Severity.WARNING


def _first_line(source: Source, span: Span) -> Span:
    line = source.line_span(source.position(span.start).line)
    return Span(span.start, min(span.end, max(line.end, span.start)))


def _reason(source: Source, spans: list[Span]) -> str:
    """Return which lines cannot be read, as a person says it."""
    if not spans:
        return "The file is not valid Python 3"
    ranges = [
        (source.position(span.start).line, source.position(max(span.start, span.end - 1)).line)
        for span in spans
    ]
    count = sum(last - first + 1 for first, last in ranges)
    listed = [f"{first}" if first == last else f"{first}-{last}" for first, last in ranges]
    if count == 1:
        return f"Line {listed[0]} cannot be read as Python 3"
    if len(listed) > _LISTED:
        return (
            f"{count} lines cannot be read as Python 3, of which line {ranges[0][0]} is the first"
        )
    *most, last_one = listed
    told = f"{', '.join(most)} and {last_one}" if most else last_one
    return f"Lines {told} cannot be read as Python 3"
