"""Comments that silence findings, and what is wrong with the comments themselves."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from celerylint.files import matcher
from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety, Span
from celerylint.options import nearest
from celerylint.rulebook import Rulebook
from celerylint.source import Source

UNUSED = "CEL002"
UNKNOWN = "CEL004"

_MARK = "celerylint:"
# The reason goes on to the next comment, which is not the `#12` of "see #12".
_DIRECTIVE = re.compile(
    r"#\s*celerylint:\s*(?P<word>[\w-]+)[^\S\r\n]*(?P<list>\[(?P<selectors>[^\]\r\n#]*)\])?"
    r"(?:(?!\s#[\snt])[^\r\n])*"
)
_COMMENT = re.compile(r"#[^\r\n]*")
_SELECTOR = re.compile(r"[^\s,]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKET = frozenset(("ALL", "CEL"))
_WHOLE_FILE = "file-ignore"
_WORDS = ("ignore", _WHOLE_FILE)


class Selector(NamedTuple):
    """One word in the brackets of a suppression: its place, and the codes it stands for."""

    place: Place
    text: str
    codes: frozenset[str]


class Suppression(NamedTuple):
    """One comment of ours: its span, its word, the line it stands on, and what it silences."""

    path: str
    span: Span
    word: str
    line: int
    selectors: tuple[Selector, ...]

    @property
    def works(self) -> bool:
        """Return whether the comment has one of the words that silence."""
        return self.word in _WORDS

    def covers(self, first: int, last: int) -> bool:
        """Return whether the comment speaks for one of these lines."""
        return self.word == _WHOLE_FILE or (self.works and first <= self.line <= last)


class Suppressed(NamedTuple):
    """Findings after the suppressions: those that stay, and those that are hidden.

    `findings` include what is wrong with the suppressions themselves.
    """

    findings: tuple[Finding, ...]
    hidden: tuple[Finding, ...]


def apply(
    findings: Iterable[Finding],
    sources: Mapping[str, Source],
    rulebook: Rulebook,
    ran: Collection[str],
) -> Suppressed:
    """Return the findings that no comment in the sources silences, and those that one does.

    `ran` are the codes of the rules that were run: only of them can it be said that a suppression
    is unused. Findings about suppressions come with the rest, where their rules were run.
    """
    comments = tuple(c for path in sorted(sources) for c in suppressions(sources[path], rulebook))
    kept: list[Finding] = []
    hidden: list[Finding] = []
    used: set[Selector] = set()
    for finding in findings:
        matches = tuple(_matches(finding, comments, sources))
        used.update(matches)
        (hidden if matches else kept).append(finding)
    for finding in _problems(comments, sources, rulebook, ran, used):
        matched = any(_matches(finding, comments, sources))
        (hidden if matched else kept).append(finding)
    return Suppressed(tuple(kept), tuple(hidden))


def ignored_per_file(
    findings: Iterable[Finding],
    per_file_ignores: Sequence[tuple[str, tuple[str, ...]]],
    rulebook: Rulebook,
) -> Suppressed:
    """Return the findings that `per-file-ignores` leaves over, and those that it hides."""
    rules = tuple(
        (matcher((pattern,)), rulebook.select(selectors, (), ()))
        for pattern, selectors in per_file_ignores
    )
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        out = any(finding.code in codes and match(finding.place.path) for match, codes in rules)
        (hidden if out else kept).append(finding)
    return Suppressed(tuple(kept), tuple(hidden))


def _matches(
    finding: Finding, comments: Iterable[Suppression], sources: Mapping[str, Source]
) -> Iterator[Selector]:
    path, span = finding.place.path, finding.place.span
    source = sources.get(path)
    for comment in comments:
        if source is None or comment.path != path:
            continue
        first = source.position(span.start).line
        last = source.position(max(span.start, span.end - 1)).line
        if comment.covers(first, last):
            yield from (each for each in comment.selectors if finding.code in each.codes)


# --- finding the comments ----------------------------------------------------------------------


def suppressions(source: Source, rulebook: Rulebook) -> tuple[Suppression, ...]:
    """Return our comments in a source, in order."""
    if _MARK not in source.text:
        return ()
    return tuple(
        _suppression(source, match, rulebook)
        for comment in _comments(source)
        for match in _DIRECTIVE.finditer(source.text, comment.start, comment.end)
        if match["word"] in _WORDS or match["list"]
    )


def _comments(source: Source) -> tuple[Span, ...]:
    try:
        return tuple(_tokenized(source))
    except (tokenize.TokenError, SyntaxError):
        # Only the lines can be gone by; a string that holds our mark is then taken for a comment.
        return tuple(Span(*match.span()) for match in _COMMENT.finditer(source.text))


def _tokenized(source: Source) -> Iterator[Span]:
    for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
        if token.type == tokenize.COMMENT and _MARK in token.string:
            start = source.line_span(token.start[0]).start + token.start[1]
            yield Span(start, start + len(token.string))


def _suppression(source: Source, match: re.Match[str], rulebook: Rulebook) -> Suppression:
    start = match.start()
    offset = match.start("selectors")
    selectors = tuple(
        Selector(
            Place(source.path, Span(offset + word.start(), offset + word.end())),
            word[0],
            frozenset() if word[0] in _BLANKET else rulebook.matching(word[0]),
        )
        for word in _SELECTOR.finditer(match["selectors"] or "")
    )
    return Suppression(
        source.path,
        Span(start, start + len(match[0].rstrip())),
        match["word"],
        source.position(start).line,
        selectors,
    )


# --- what is wrong with the comments -----------------------------------------------------------


def _problems(
    comments: Iterable[Suppression],
    sources: Mapping[str, Source],
    rulebook: Rulebook,
    ran: Collection[str],
    used: Collection[Selector],
) -> Iterator[Finding]:
    for comment in comments:
        if UNKNOWN in ran:
            yield from _unknown(comment, rulebook)
        unused = tuple(s for s in comment.selectors if s not in used and _tells(s, ran))
        if unused and comment.works and UNUSED in ran:
            yield rulebook[UNUSED].finding(
                Place(comment.path, comment.span),
                names=", ".join(f"`{each.text}`" for each in unused),
                fix=_deletion(comment, unused, sources[comment.path].text),
            )


def _tells(selector: Selector, ran: Collection[str]) -> bool:
    """Return whether all that the selector stands for was run, so that its silence means much."""
    own = {UNUSED, UNKNOWN}
    return bool(selector.codes) and selector.codes <= set(ran) and not selector.codes & own


def _unknown(comment: Suppression, rulebook: Rulebook) -> Iterator[Finding]:
    rule = rulebook[UNKNOWN]
    place = Place(comment.path, comment.span)
    if not comment.works:
        reason = f"`{comment.word}` is no word of ours{nearest(comment.word, _WORDS)}"
        yield rule.finding(place, reason=reason)
    elif not comment.selectors:
        yield rule.finding(place, reason="it names no rule")
    for selector in comment.selectors if comment.works else ():
        if not selector.codes:
            reason = f"`{selector.text}` is no rule{rulebook.suggestion(selector.text)}"
            if selector.text in _BLANKET:
                reason = f"`{selector.text}` stands for every rule, so name those that are meant"
            yield rule.finding(selector.place, reason=reason)


def _deletion(comment: Suppression, unused: Sequence[Selector], text: str) -> ChangeSet:
    left = [each.text for each in comment.selectors if each not in unused]
    if left:
        span = Span(comment.selectors[0].place.span.start, comment.selectors[-1].place.span.end)
        edit = Edit(Place(comment.path, span), ", ".join(left))
    else:
        edit = Edit(Place(comment.path, _whole(comment.span, text)), "")
    return ChangeSet("Delete the unused suppression", Safety.SAFE, (edit,))


def _whole(span: Span, text: str) -> Span:
    """Return what goes with a comment: blanks beside it, and a line that has nothing else."""
    start, end = span.start, span.end
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    if text[end : end + 1] not in {"", "\r", "\n"}:
        return Span(start, end)
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] not in "\r\n":
        return Span(start, end)
    line_end = _LINE_END.match(text, end)
    return Span(start, line_end.end() if line_end else end)
