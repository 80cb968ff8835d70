"""What operators and the formatting of texts make of values."""

from __future__ import annotations

import operator
import re
import string
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from celerylint.values import (
    GAP,
    MOST_OPTIONS,
    UNKNOWN,
    Answer,
    Made,
    Some,
    Text,
    Value,
    is_a,
    kind_of,
    known,
    some,
)

_LONGEST = 100_000

_OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "|": operator.or_,
}
_NUMERIC = frozenset("+-*/%") | {"//"}
_UNARY: Mapping[str, Callable[[Any], object]] = {"-": operator.neg, "+": operator.pos}
# `%` with widths could give a text of any length.
_SHORT = re.compile(r"(?:[^%]|%%|%(?:\(\w+\))?[sdr])*")
_PLACEHOLDER = re.compile(r"(%(?:\(\w+\))?)[dr]")
_IMPOSSIBLE = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def operate(sign: str, values: tuple[Value, ...]) -> Value:
    """Return what an operator makes of its operands; `f` joins the pieces of an f-string."""
    if sign == "not":
        return some(bool)
    found = combine(lambda parts: _result(sign, parts), values)
    kind = _kind(sign, values) if found == UNKNOWN else object
    return found if kind is object else some(kind)


def _kind(sign: str, values: tuple[Value, ...]) -> type:
    """Return the type of a result of which nothing else is known, `object` for any."""
    if sign == "f":
        return str
    kinds = {kind_of(pattern) for value in values for pattern in value.patterns}
    if not kinds <= {int, float} or sign not in _NUMERIC:
        return object
    return float if float in kinds or sign == "/" else int


def combine(make: Callable[[tuple[Any, ...]], object], values: tuple[Value, ...]) -> Value:
    """Return every combination of the values, put together by `make`.

    Combinations of patterns are put together as far as `make` can: it gets texts with a `GAP` in
    them for what is not known.
    """
    options = _each(make, [value.options for value in values])
    complete = all(value.complete for value in values)
    if complete:
        return UNKNOWN if options is None else Value(options, complete=True)
    whole = [tuple(map(_blurred, value.patterns)) for value in values]
    made = _each(make, whole) if _has_text(whole) else None
    if made is None:
        return Value(options or ())
    rest = [_pattern(each) for each in made if not (options and each in options)]
    return Value(options or (), complete=False, rest=tuple(rest))


def _has_text(whole: Iterable[tuple[object, ...]]) -> bool:
    """Return whether an operand is always a text: then so is the result."""
    return any(all(isinstance(p, str) and p != GAP for p in patterns) for patterns in whole)


def _each(
    make: Callable[[tuple[Any, ...]], object], options: list[tuple[object, ...]]
) -> tuple[object, ...] | None:
    count = 1
    for each in options:
        count *= len(each)
    if not 0 < count <= MOST_OPTIONS:
        return None
    try:
        return tuple(make(parts) for parts in product(*options))
    except _IMPOSSIBLE:
        return None


def _blurred(pattern: object) -> object:
    """Return a pattern as a text with gaps, a known value as it is; of a list, each item."""
    if isinstance(pattern, tuple) and type(pattern) is tuple:
        return tuple(_outline(item) for item in pattern)
    if isinstance(pattern, dict):
        return {key: _outline(value) for key, value in pattern.items()}
    return _outline(pattern)


def _outline(pattern: object) -> object:
    match pattern:
        case Text():
            return pattern.raw
        case Some() | Made():
            return GAP
        case Value():
            only = pattern.patterns[0] if len(pattern.patterns) == 1 else None
            return only.raw if isinstance(only, Text) else GAP
        case _:
            return pattern


def _pattern(made: object) -> object:
    return Text(made) if isinstance(made, str) and GAP in made else made


def _result(sign: str, parts: tuple[Any, ...]) -> object:
    if sign == "f":
        result: object = "".join(_text(part) for part in parts)
    elif len(parts) == 1:
        result = _UNARY[sign](parts[0])
    elif sign == "%" and isinstance(parts[0], str):
        result = _filled(*parts)
    else:
        _demand_small(sign, *parts)
        result = _OPERATORS[sign](*parts)
    if _size(result) > _LONGEST:
        raise ValueError
    return result


def _filled(template: str, given: object) -> str:
    """Return what `template % given` makes; a gap may stand where it asks for a number."""
    if not _SHORT.fullmatch(template):
        raise ValueError
    parts = given.values() if isinstance(given, dict) else _arguments(given)
    texts = [_scalar(part) for part in parts]
    if GAP in texts:
        template = _PLACEHOLDER.sub(r"\1s", template)
    filling: object = tuple(texts)
    if isinstance(given, dict):
        filling = dict(zip(given, texts, strict=True))
    return template % filling


def _arguments(given: object) -> tuple[object, ...]:
    return given if isinstance(given, tuple) else (given,)


def _scalar(part: object) -> object:
    """Return a part of a text; raise ValueError for what could be of any length."""
    if isinstance(part, (str, int, float, type(None))):
        return part
    raise ValueError


def _text(part: object) -> str:
    return str(_scalar(part))


def _demand_small(sign: str, left: object, right: object) -> None:
    """Raise ValueError where the result would be long before its length could be told."""
    if sign == "*" and any(isinstance(p, (str, bytes, tuple)) for p in (left, right)):
        raise ValueError


def _size(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, (str, bytes, tuple, dict)) else 0


# --- lists, dicts, formatting ------------------------------------------------------------------


def sequence(values: tuple[Value, ...]) -> Value:
    """Return the list of the values, with those in it that are not known in full."""
    options = _each(tuple, [value.options for value in values])
    if all(value.complete for value in values):
        return UNKNOWN if options is None else Value(options, complete=True)
    items = tuple(value.options[0] if value.known else value for value in values)
    return Value(options or (), complete=False, rest=(items,))


def table(keys: tuple[Value, ...], values: tuple[Value, ...]) -> Value:
    """Return the dict of the values; its keys must be known."""
    if not all(key.known for key in keys):
        return UNKNOWN
    pairs = zip(keys, values, strict=True)
    try:
        found = {key.options[0]: v.options[0] if v.known else v for key, v in pairs}
    except TypeError:
        return UNKNOWN
    return known(found) if all(v.known for v in values) else Value(rest=(found,))


def formatted(
    template: Value, positional: tuple[Value, ...], keywords: Mapping[str, Value]
) -> Value:
    """Return what `template.format(...)` gives, where the template says no more than where."""

    def make(parts: tuple[Any, ...]) -> object:
        text, *given = parts
        if not all(_is_plain(field) for field in string.Formatter().parse(text)):
            raise ValueError
        count = len(positional)
        texts = [_text(each) for each in given]
        result = text.format(*texts[:count], **dict(zip(keywords, texts[count:], strict=True)))
        if len(result) > _LONGEST:
            raise ValueError
        return result

    found = combine(make, (template, *positional, *keywords.values()))
    always = all(is_a(pattern, (str,)) is Answer.YES for pattern in template.patterns)
    return some(str) if found == UNKNOWN and always else found


def _is_plain(piece: tuple[str, str | None, str | None, str | None]) -> bool:
    _, name, spec, conversion = piece
    return name is None or (not spec and conversion is None and not set(name) & {".", "["})
