"""What is wrong with the comments themselves: they suppress nothing, or cannot be understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety, Span
from celerylint.options.table import nearest
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions.comments import BLANKET, OWN_WORDS, Kind, Selector, Suppression
from celerylint.text.source import Source

UNUSED = "CEL002"
INVALID = "CEL004"

_LINE_END = re.compile(r"\r\n|\r|\n")


def problems(
    comments: Iterable[Suppression],
    sources: Mapping[str, Source],
    rulebook: Rulebook,
    ran: Collection[str],
    used: Collection[Selector],
) -> Iterator[Finding]:
    """Yield what is wrong with comments; `used` are the selectors that silence something.

    `ran` are the codes of the rules that were run: only of them is it known what is unused.
    """
    for comment in comments:
        if INVALID in ran:
            yield from _invalid(comment, rulebook)
        unused = tuple(s for s in comment.selectors if s not in used and _tells(s, ran))
        if unused and UNUSED in ran:
            yield rulebook[UNUSED].finding(
                comment.place,
                names=", ".join(f"`{each.text}`" for each in unused),
                fix=_deletion(comment, unused, sources[comment.place.path]),
            )


def _tells(selector: Selector, ran: Collection[str]) -> bool:
    """Return whether all that the selector stands for was run, so that its silence means much."""
    own = {UNUSED, INVALID}
    return bool(selector.codes) and selector.codes <= set(ran) and not selector.codes & own


def _invalid(comment: Suppression, rulebook: Rulebook) -> Iterator[Finding]:
    rule = rulebook[INVALID]
    if comment.kind is Kind.UNKNOWN:
        reason = f"`{comment.word}` is not a celerylint comment{nearest(comment.word, OWN_WORDS)}"
        yield rule.finding(comment.place, reason=reason)
        return
    if not comment.selectors:
        yield rule.finding(comment.place, reason="it names no rule")
    for selector in comment.selectors:
        if not selector.codes:
            reason = f"`{selector.text}` is not a rule{rulebook.suggestion(selector.text)}"
            if selector.text in BLANKET:
                reason = f"`{selector.text}` stands for every rule, so name those that are meant"
            yield rule.finding(selector.place, reason=reason)


# --- the fix -----------------------------------------------------------------------------------


def _deletion(comment: Suppression, unused: Sequence[Selector], source: Source) -> ChangeSet | None:
    if not source.python:
        return None
    path, span = comment.place
    gone = {selector.place.span for selector in unused}
    spans = tuple(_without(comment.entries, gone)) or (_whole(span, source.text),)
    edits = tuple(Edit(Place(path, each), "") for each in spans)
    return ChangeSet("Delete the unused suppression", Safety.SAFE, edits)


def _without(entries: Sequence[Span], gone: Collection[Span]) -> Iterator[Span]:
    """Yield what to delete of a list so that the others stay; nothing where none would."""
    left = [entry for entry in entries if entry not in gone]
    for index, entry in enumerate(entries if left else ()):
        if entry in gone and left[0] < entry:
            yield Span(entries[index - 1].end, entry.end)
        elif entry in gone:
            yield Span(entry.start, entries[index + 1].start)


def _whole(span: Span, text: str) -> Span:
    """Return what goes with a comment: blanks beside it, and a line that has nothing else."""
    start, end = span.start, span.end
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    if text[end : end + 1] not in {"", "\r", "\n"}:
        return Span(start, end)
    while start and text[start - 1] in " \t":
        start -= 1
    before = text[:start].rstrip("\r\n")
    # A backslash needs a line to go on with.
    if len(before) == start > 0 or before.endswith("\\"):
        return Span(start, end)
    line_end = _LINE_END.match(text, end)
    return Span(start, line_end.end() if line_end else end)
