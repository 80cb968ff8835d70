"""Put settings that stand one by one into a dict under one name: `CELERY = {...}`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from celerylint.facts import BindingKind, Shape
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.plan import Step
from celerylint.model import Setting

KEY = "CELERY"

_WIDTH = 88
_STATEMENT_GAP = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)(?:\s|#[^\r\n]*)*")
_PART_GAP = re.compile(r"\s*,(?:\s|#[^\r\n]*)*")
_REST_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"^(?=[^\r\n])", re.MULTILINE)
_OWNER = re.compile(r"([\w.()]+)\.(?:update|from_mapping)\(")


class Entry(NamedTuple):
    """A definition that is to become an entry of the dict, and its key.

    `apart` says that it does not stand in the dict display: it only counts in a branch, or its
    value is made from another entry.
    """

    definition: Setting
    new: str
    apart: bool = False


class _Piece(NamedTuple):
    """The text of an entry: `head` is all before its value; `holder` is what is to be the dict.

    `name` begins what binds the dict; `fixed` are the lines that lie within a string.
    """

    span: Span
    head: int
    holder: str
    name: str
    new: str
    apart: bool
    bare: bool
    fixed: frozenset[int]
    statement: bool


def nest(path: str, text: str, entries: Collection[Entry], spread: str | None) -> Iterator[Step]:
    """Yield how to write the settings of one module, class or host as one dict.

    `text` is that of the file. `spread` is the expression of a dict whose entries come first, empty
    for that which is there already under the same name.
    """
    pieces: list[_Piece] = []
    for entry in sorted(entries, key=lambda e: e.definition.extent):
        piece = _piece(entry, text)
        if piece is None:
            reason = f"`{entry.definition.name}` is not set by a plain assignment"
            yield Blocker(Place(path, entry.definition.place.span), reason)
            return
        pieces.append(piece)
    if len({piece.holder for piece in pieces}) > 1:
        last = Place(path, pieces[-1].span)
        yield Blocker(last, "this may be the configuration of another host")
        return
    count = _together(pieces, text)
    first, later = pieces[:count], pieces[count:]
    for piece in later if first else pieces[:1]:
        if not first or not piece.statement:
            reason = f"the setting for `{piece.new}` stands apart from the others"
            yield Blocker(Place(path, piece.span), reason)
            return
    yield from _display(path, text, first, first[0].holder if spread == "" else spread or "")
    quote = _quote(text, first)
    for piece in later:
        head = Span(piece.span.start, piece.head)
        yield Edit(Place(path, head), f"{piece.holder}[{quote}{piece.new}{quote}] = ")


def _piece(entry: Entry, text: str) -> _Piece | None:
    """Return the text of an entry, None where it is no plain assignment, entry or argument."""
    definition, span = entry.definition, entry.definition.extent
    name = re.escape(definition.name)
    statement = span == definition.where.statement
    if definition.kind is not BindingKind.ASSIGN:
        return None
    if statement and definition.shape is Shape.NAME:
        pattern = rf"{name}\s*(?::[^=\r\n]*)?=(?!=)\s*"
    elif statement:
        pattern = rf"(?P<owner>[\w.()]+)\[\s*(?P<quote>['\"]){name}(?P=quote)\s*\]\s*=(?!=)\s*"
    elif definition.shape is Shape.KEYWORD:
        pattern = rf"{name}\s*=(?!=)\s*"
    else:
        pattern = rf"(?P<quote>['\"]){name}(?P=quote)\s*:\s*"
    head = re.compile(pattern).match(text, span.start)
    value = _value(text[head.end() : span.end]) if head else None
    if head is None or value is None or (statement and not _is_alone(text, span)):
        return None
    owner = head.groupdict().get("owner") or ""
    whole = text[slice(*definition.where.statement)]
    quote = head.groupdict().get("quote") or _usual_quote(whole)
    key = f"{quote}{KEY}{quote}"
    called = None if statement else _OWNER.match(text, definition.where.statement.start)
    holder = f"{called[1] if called else owner}[{key}]" if called or owner else KEY
    bound = {
        Shape.NAME: f"{KEY} = ",
        Shape.KEYWORD: f"{KEY}{text[definition.place.span.end : head.end()]}",
    }.get(definition.shape, f"{holder} = " if owner else f"{key}: ")
    bare, fixed = value
    return _Piece(span, head.end(), holder, bound, entry.new, entry.apart, bare, fixed, statement)


def _value(text: str) -> tuple[bool, frozenset[int]] | None:
    """Return whether a value needs parentheses within a dict, and its lines that are of a string.

    None is for what is no single value.
    """
    given, alone = _assigned(f"x = {text}"), _assigned(f"x = ({text})")
    if given is None or alone is None or ast.dump(given) != ast.dump(alone):
        return None
    strings = (n for n in ast.walk(given) if isinstance(n, ast.Constant | ast.JoinedStr))
    fixed = (range(n.lineno, n.end_lineno or 0) for n in strings)
    bare = _entry(text) != ast.dump(given)
    return bare, frozenset(line for lines in fixed for line in lines)


def _assigned(text: str) -> ast.expr | None:
    """Return the value of a plain assignment, None for what is not one."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    plain = isinstance(statement, ast.Assign) and len(statement.targets) == 1
    return statement.value if isinstance(statement, ast.Assign) and plain else None


def _entry(text: str) -> str:
    """Return what a dict display makes of a value, empty where it takes it for something else."""
    display = _assigned(f"x = {{0: {text}\n}}")
    single = isinstance(display, ast.Dict) and len(display.values) == 1
    return ast.dump(display.values[0]) if isinstance(display, ast.Dict) and single else ""


def _is_alone(text: str, statement: Span) -> bool:
    """Return whether a statement has its lines to itself, comments aside."""
    before = text[_line_start(text, statement.start) : statement.start]
    return not before.strip() and _REST_OF_LINE.match(text, statement.end) is not None


def _together(pieces: list[_Piece], text: str) -> int:
    """Return how many of the pieces, from the first, stand side by side and make one display."""
    if not pieces or pieces[0].apart:
        return 0
    count = 1
    for one, other in pairwise(pieces):
        gap = _STATEMENT_GAP if one.statement else _PART_GAP
        between = gap.fullmatch(text, one.span.end, other.span.start)
        if other.apart or between is None or other.statement is not one.statement:
            break
        count += 1
    return count


def _display(path: str, text: str, pieces: list[_Piece], spread: str) -> Iterator[Edit]:
    """Yield how the pieces become a dict display, on one line or with a line for each."""
    first, last, quote = pieces[0], pieces[-1], _quote(text, pieces)
    start = _line_start(text, first.span.start)
    indent = text[start : first.span.start]
    lines = not indent.strip() and not _is_short(text, pieces, spread)
    newline = _NEWLINE.search(text)
    step = ("\t" if "\t" in indent else "    ") if lines else ""
    line = f"{newline[0] if newline else ''}{indent}" if lines else ""
    gap = f"{line}{step}" if lines else " "
    unresolved = f"{first.name}{{{gap if lines else ''}{f'**{spread},{gap}' if spread else ''}"
    for piece in pieces:
        own = unresolved if piece is first else step
        head = Place(path, Span(piece.span.start, piece.head))
        yield Edit(head, f"{own}{quote}{piece.new}{quote}: {'(' if piece.bare else ''}")
        closing = f"{line}}}" if piece is last else ""
        yield from _ending(path, text, piece, closing, comma=lines or piece is not last)
    if lines:
        yield from _indented(path, text, pieces, step)


def _ending(path: str, text: str, piece: _Piece, closing: str, *, comma: bool) -> Iterator[Edit]:
    """Yield what follows a value: its comma, and behind a comment what closes the display."""
    end = piece.span.end
    parenthesis = ")" if piece.bare else ""
    separator = "," if comma and (piece.statement or closing) else ""
    rest = _REST_OF_LINE.match(text, end) if piece.statement and comma and closing else None
    last = rest.end() if rest else end
    if last > end:
        yield Edit(Place(path, Span(last, last)), closing)
        closing = ""
    if parenthesis or separator or closing:
        yield Edit(Place(path, Span(end, end)), f"{parenthesis}{separator}{closing}")


def _is_short(text: str, pieces: list[_Piece], spread: str) -> bool:
    """Return whether a dict fits on the line of its only statement."""
    first = pieces[0]
    if len(pieces) > 1 or not first.statement:
        return False
    added = len(first.name) + len(first.new) + len(spread) + 8
    start = _line_start(text, first.span.start)
    length = first.span.start - start + first.span.end - first.head + added
    return _NEWLINE.search(text[first.span.start : first.span.end]) is None and length <= _WIDTH


def _indented(path: str, text: str, pieces: list[_Piece], step: str) -> Iterator[Edit]:
    """Yield how the lines between and within the pieces move to the right."""
    heads = {_line_start(text, piece.span.start) for piece in pieces}
    fixed = {_line_start(text, piece.head, line) for piece in pieces for line in piece.fixed}
    begin, end = pieces[0].span.start, pieces[-1].span.end
    for found in _LINE.finditer(text, begin, end):
        at = found.start()
        if at not in heads | fixed and at > begin and text[at:end].lstrip(" \t")[:1] not in "\r\n":
            yield Edit(Place(path, Span(at, at)), step)


def _quote(text: str, pieces: list[_Piece]) -> str:
    return _usual_quote(text[pieces[0].span.start : pieces[-1].span.end])


def _usual_quote(sample: str) -> str:
    return "'" if sample.count("'") > sample.count('"') else '"'


def _line_start(text: str, offset: int, down: int = 0) -> int:
    """Return where the line of an offset begins, or one so many lines further down."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    for _ in range(down):
        newline = _NEWLINE.search(text, start)
        start = newline.end() if newline else len(text)
    return start
