"""Literals: what they are worth, with their passwords replaced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from celerylint.facts import Call, Choice, Constant, Expression, Opaque, Operation, Sequence
from celerylint.finding import Span
from celerylint.reading.literals import HIDDEN, between_fields, evaluated
from celerylint.reading.spans import Spans
from celerylint.text.clauses import LOOKUPS
from celerylint.text.masking import MASK, mask_value
from celerylint.text.secret_names import WELL_KNOWN, names_secret


def plain_text(node: cst.CSTNode | None, spans: Spans) -> Constant | None:
    """Return the constant of a string or of adjacent ones, None for f-strings and all else.

    Passwords are replaced; bytes are not kept at all.
    """
    if not isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        return None
    parts = tuple(_parts(node))
    simple = tuple(part for part in parts if isinstance(part, cst.SimpleString))
    if len(simple) < len(parts):
        return None
    values = tuple(_value(part) for part in simple)
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return Constant(spans.of(node), HIDDEN, masked=True)
    value = "".join(known)
    masked = mask_value(value)
    inner = _inner(node, value, spans) if isinstance(node, cst.SimpleString) else None
    return Constant(spans.of(node), masked, masked != value, inner)


def number(node: cst.BaseNumber, spans: Spans) -> Expression:
    """Return the constant of a number; Python limits how many digits it converts."""
    try:
        return Constant(spans.of(node), ast.literal_eval(spans.text_of(node)))
    except (SyntaxError, ValueError):
        return Opaque(spans.of(node))


def formatted_text(node: cst.FormattedStringText, prefix: str, spans: Spans) -> Expression:
    """Return the constant of a piece of an f-string between its expressions."""
    span = spans.of(node)
    if "\\" in node.value and "r" not in prefix.lower():
        return Opaque(span)
    value = between_fields(node.value)
    masked = mask_value(value)
    return Constant(span, masked, masked=masked != value)


def bound_to(name: str, value: Expression) -> Expression:
    """Return what a name is bound to, without its texts where the name is that of a secret."""
    return _without_texts(value) if names_secret(name) else value


def _without_texts(value: Expression) -> Expression:
    match value:
        case Constant(value=str() as text) if text and text not in WELL_KNOWN:
            return value._replace(value=MASK, masked=True)
        case Choice():
            return value._replace(options=tuple(map(_without_texts, value.options)))
        case Operation():
            return value._replace(operands=tuple(map(_without_texts, value.operands)))
        case Sequence():
            return value._replace(items=tuple(map(_without_texts, value.items)))
        case Call():
            # The first argument of a lookup is what is looked up.
            kept = int(value.dotted.rpartition(".")[2] in LOOKUPS)
            rest = (a._replace(value=_without_texts(a.value)) for a in value.arguments[kept:])
            return value._replace(arguments=(*value.arguments[:kept], *rest))
        case _:
            return value


def _parts(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _value(node: cst.SimpleString) -> str | None:
    """Return the text of a literal, None for bytes and for escapes that Python refuses."""
    if "b" in node.prefix:
        return None
    if "\\" not in node.raw_value or "r" in node.prefix:
        return node.raw_value.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return str(evaluated(node.value))
    except (SyntaxError, ValueError):
        return None


def _inner(node: cst.SimpleString, value: str, spans: Spans) -> Span | None:
    if node.raw_value != value or "\n" in value:
        return None
    start = spans.bare(node).start + len(node.prefix) + len(node.quote)
    return Span(start, start + len(value))
