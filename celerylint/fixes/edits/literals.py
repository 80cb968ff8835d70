"""Small changes within a value: its first letters, a comma, a conversion around it."""

from __future__ import annotations

from collections.abc import Callable

from celerylint.facts import Constant, Expression, Sequence
from celerylint.finding import Edit, Place, Span
from celerylint.fixes.edits.plan import Plan
from celerylint.model import Setting

_NOTHING = Plan(())


def plain_text(value: Expression | None, source: str) -> str | None:
    """Return what stands between the quotes of a plain literal, None for anything else.

    It is the text itself, with a password that may be in it: never show it.
    """
    if not isinstance(value, Constant) or value.inner is None:
        return None
    return source[value.inner.start : value.inner.end]


def replace_start(definition: Setting, source: str, old: str, new: str) -> Plan:
    """Return how to replace the text that a plain literal begins with."""
    value = definition.value
    text = plain_text(value, source)
    if not isinstance(value, Constant) or not value.inner or not (text or "").startswith(old):
        return _NOTHING
    start = value.inner.start
    return _edit(definition, Span(start, start + len(old)), new)


def insert(
    definition: Setting, source: str, chosen: Callable[[str], tuple[int, str] | None]
) -> Plan:
    """Return how to insert into a plain literal; `chosen` says of its text where, and what."""
    value = definition.value
    if not isinstance(value, Constant) or value.inner is None:
        return _NOTHING
    found = chosen(source[value.inner.start : value.inner.end])
    if found is None:
        return _NOTHING
    place = value.inner.start + found[0]
    return _edit(definition, Span(place, place), found[1])


def drop_comma(definition: Setting, value: Sequence, source: str) -> Plan:
    """Return how to make a tuple of one item, the value of a definition, that item."""
    (item,) = value.items
    rest = source[item.span.end : value.span.end]
    if rest.count(",") != 1 or "#" in rest:
        return _NOTHING
    comma = item.span.end + rest.index(",")
    return _edit(definition, Span(comma, comma + 1), "")


def convert(definition: Setting, value: Expression, function: str) -> Plan:
    """Return how to put a call around the value of a definition."""
    path, span = definition.place.path, value.span
    before = Edit(Place(path, Span(span.start, span.start)), f"{function}(")
    return Plan((before, Edit(Place(path, Span(span.end, span.end)), ")")))


def _edit(definition: Setting, span: Span, text: str) -> Plan:
    return Plan((Edit(Place(definition.place.path, span), text),))
