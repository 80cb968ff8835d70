"""From the text of one file to its facts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

import libcst as cst

from celerylint.facts import (
    FileFacts,
    Use,
    UseKind,
)
from celerylint.lexing import tokens_of
from celerylint.reading.notes import Notes
from celerylint.reading.spans import Spans
from celerylint.reading.statements import Statements
from celerylint.source import Source, UnreadableError

_NAME_LIKE = re.compile(r"(?:.*\.)?(?:[A-Z][A-Z0-9_]{2,}|[^\W\d]\w*_\w*)")
_BRACKET = re.compile(r"[()\[\]{}]")
_STEPS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
# The tokenizer of Python gives up at this depth.
_DEEPEST = 200
_TOO_DEEP = "The file is nested too deeply to be read"
_PLAIN = frozenset({UseKind.NAME, UseKind.OWNER, UseKind.STRING})


def read(source: Source) -> FileFacts:
    """Return the facts of one file.

    Raise UnreadableError where the text is not Python that LibCST can parse.
    """
    if _is_too_deep(source.text):
        raise UnreadableError(_TOO_DEEP)
    try:
        return _facts(source)
    except RecursionError as error:
        raise UnreadableError(_TOO_DEEP) from error


def _facts(source: Source) -> FileFacts:
    # LibCST loses blanks on the last lines, where nothing is to be read or edited.
    body = source.text.rstrip() + "\n"
    module = _parse(body)
    spans = Spans(module)
    if spans.code != body:
        raise UnreadableError("The file does not survive a round trip through the parser")
    walk = Statements(module, spans)
    walk.walk()
    found = walk.notes
    return FileFacts(
        path=source.path,
        bindings=tuple(sorted(found.bindings, key=lambda binding: binding.span)),
        writes=tuple(sorted(found.writes, key=lambda write: write.span)),
        calls=tuple(sorted(found.calls, key=lambda site: site.call.span)),
        star_imports=tuple(walk.star_imports),
        classes=tuple(walk.classes),
        functions=tuple(walk.functions),
        uses=_relevant(found),
        holes=tuple(sorted(found.holes, key=lambda hole: hole.span)),
    )


def _parse(text: str) -> cst.Module:
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        line, column = error.raw_line, error.raw_column + 1
        raise UnreadableError("The file is not valid Python 3", line, column) from error


def _is_too_deep(text: str) -> bool:
    """Return whether brackets are nested deeper than Python allows, which crashes LibCST."""
    every = _BRACKET.findall(text) if sum(map(text.count, "([{")) > _DEEPEST else ()
    if _depth(every) <= _DEEPEST:
        return False
    return _depth(token.text for token in tokens_of(text)) > _DEEPEST


def _depth(brackets: Iterable[str]) -> int:
    return max(itertools.accumulate(_STEPS.get(bracket, 0) for bracket in brackets), default=0)


def _relevant(notes: Notes) -> tuple[Use, ...]:
    """Return the mentions that may be of a setting or of what holds settings.

    Names that the file binds are kept, and all that look like the name of a setting.
    """
    bound = {binding.name for binding in notes.bindings}
    kept = (
        use
        for use in notes.uses
        if (use.kind in _PLAIN and use.name in bound)
        or _NAME_LIKE.fullmatch(use.name)
        or use.owner.endswith("sys.modules")
    )
    return tuple(sorted(kept, key=lambda use: use.span))
