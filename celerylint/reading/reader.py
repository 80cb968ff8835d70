"""From the text of one file to its facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar, cast

import libcst as cst

from celerylint.facts import Binding, DynamicAccessKind, FileFacts, Use, UseKind, Where, Write
from celerylint.finding import Span
from celerylint.reading.depth import is_too_deep, same_depth
from celerylint.reading.notes import Notes
from celerylint.reading.spans import Spans, UnplacedError
from celerylint.reading.statements import Statements
from celerylint.reading.strings import bound_to
from celerylint.text.lexing import logical_lines
from celerylint.text.source import Source, UnreadableError

_NAME_LIKE = re.compile(r"(?:.*\.)?(?:[A-Z][A-Z0-9_]{2,}|[^\W\d][^\W_]*_\w*)")
_TOO_DEEP = "The file is nested too deeply to be read"
Bound = TypeVar("Bound", Binding, Write)
_PLAIN = frozenset({UseKind.NAME, UseKind.OWNER, UseKind.STRING})


def read(source: Source) -> FileFacts:
    """Return the facts of one file; what is not Python 3 is left out, as `aside` says.

    Raise UnreadableError where nothing of the text can be read.
    """
    try:
        return _facts(source.path, source.text)
    except UnreadableError:
        # Most files need no mending.
        from celerylint.reading.mending import mend  # noqa: PLC0415

        mended = mend(source.text, _is_readable)
        if mended is None:
            raise
    facts = _facts(source.path, mended.text, mended.unresolved, mended.blanks)
    facts = facts._replace(skipped=mended.skipped)
    return cast("FileFacts", _with_real_names(facts, mended.names)) if mended.names else facts


def left_out(source: Source) -> tuple[str, ...]:
    """Return the texts that are left out when a file is read; all of it where that cannot be."""
    text = source.text
    try:
        spans = [aside.span for aside in read(source).skipped if aside.left_out]
    except UnreadableError:
        spans = [line.code for line in logical_lines(text)] or [Span(0, len(text))]
    return tuple(text[slice(*span)] for span in spans)


def _facts(
    path: str, text: str, unresolved: Iterable[Span] = (), blanks: Iterable[Span] = ()
) -> FileFacts:
    if is_too_deep(text):
        raise UnreadableError(_TOO_DEEP)
    try:
        with same_depth():
            walk = _walk(text, unresolved)
    except RecursionError as error:
        raise UnreadableError(_TOO_DEEP) from error
    found = walk.notes
    for blank in blanks:
        found.access(DynamicAccessKind.UNREAD, blank, Where("", (), blank), writes=True)
    return FileFacts(
        path=path,
        bindings=tuple(sorted(map(_masked, found.bindings), key=lambda binding: binding.span)),
        writes=tuple(sorted(map(_masked, found.writes), key=lambda write: write.span)),
        calls=tuple(sorted(found.calls, key=lambda site: site.call.span)),
        star_imports=tuple(walk.star_imports),
        classes=tuple(walk.classes),
        functions=tuple(walk.functions),
        uses=_relevant(found),
        dynamic=tuple(sorted(found.dynamic, key=lambda access: access.span)),
        handlers=tuple(walk.handlers),
        shown=tuple(found.shown),
    )


def _masked(bound: Bound) -> Bound:
    if bound.value is None:
        return bound
    return bound._replace(value=bound_to(bound.name, bound.value))


def _walk(text: str, unresolved: Iterable[Span]) -> Statements:
    # LibCST loses blanks on the last lines, where nothing is to be read or edited.
    body = text.rstrip() + "\n"
    module = _parse(body)
    try:
        spans = Spans(module, body)
    except UnplacedError as error:
        raise UnreadableError(
            "The file does not survive a round trip through the parser"
        ) from error
    walk = Statements(module, spans, unresolved)
    walk.walk()
    return walk


def _parse(text: str) -> cst.Module:
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        line, column = error.raw_line, error.raw_column + 1
        raise UnreadableError("The file is not valid Python 3", line, column) from error


# --- what does not parse -----------------------------------------------------------------------


def _is_readable(text: str) -> bool:
    try:
        _facts("", text)
    except UnreadableError:
        return False
    return True


def _with_real_names(value: object, names: Iterable[tuple[str, str]]) -> object:
    """Return facts with `async` and `await` in place of the names that stood for them."""
    if isinstance(value, str):
        for real, other in names:
            value = value.replace(other, real)
    elif isinstance(value, tuple):
        parts = [_with_real_names(part, names) for part in value]
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


# --- mentions ----------------------------------------------------------------------------------


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
