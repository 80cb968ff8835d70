"""Values as far as they are certain, and answers to questions about them.

A value is known, partly known, one of several, or unknown. What is partly known is a pattern:
text with gaps, something of a known type, an object made from known arguments, or a list or a
dict with values in it that are not known themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

GAP = "\0"
"""What stands in a text for a stretch that is not known: no setting holds this character."""


class Answer(Enum):
    """The answer to a question about something that may be known in part only."""

    YES = "certainly"
    NO = "certainly not"
    UNKNOWN = "not known"

    @property
    def negated(self) -> Answer:
        """Return the answer to the opposite question."""
        return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(self, Answer.UNKNOWN)


def answer(known: object) -> Answer:
    """Return the answer that a truth value stands for; None is not known."""
    return Answer.UNKNOWN if known is None else Answer.YES if known else Answer.NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return whether all answers are yes; after a no none is asked for."""
    found = Answer.YES
    for each in answers:
        if each is Answer.NO:
            return each
        if each is Answer.UNKNOWN:
            found = each
    return found


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return whether any answer is yes."""
    return all_of(each.negated for each in answers).negated


class Some(NamedTuple):
    """Some value of a type, or of any type where it is `object`."""

    kind: type


ANYTHING = Some(object)


class Text(NamedTuple):
    """A text in which not all is known: `raw` has a `GAP` for each stretch that is not."""

    raw: str


class Made(NamedTuple):
    """What a call makes: the dotted name of what is called, and its arguments."""

    name: str
    positional: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = {}


class Value(NamedTuple):
    """The values that an expression may have.

    `options` are those known in full; `complete` says that there is no other. Where there may be
    others, `rest` are the patterns that they follow; without any they may be anything.
    """

    options: tuple[object, ...] = ()
    complete: bool = False
    rest: tuple[object, ...] = ()

    @property
    def known(self) -> bool:
        """Return whether there is exactly one value, and that for certain."""
        return self.complete and len(self.options) == 1

    @property
    def text(self) -> str | None:
        """Return the value where it is one known string."""
        only = self.options[0] if self.known else None
        return only if isinstance(only, str) else None

    @property
    def patterns(self) -> tuple[object, ...]:
        """Return known values and patterns; every possible value is or follows one of them."""
        return (*self.options, *self.remainder)

    @property
    def remainder(self) -> tuple[object, ...]:
        """Return the patterns of the values that are not known in full."""
        return () if self.complete else self.rest or (ANYTHING,)

    def ask(self, question: Callable[[object], Answer]) -> Answer:
        """Return the answer to a question about each pattern, where it is the same for all."""
        found = {question(pattern) for pattern in self.patterns}
        return found.pop() if len(found) == 1 else Answer.UNKNOWN


UNKNOWN = Value()


def known(value: object) -> Value:
    """Return the value that is certain."""
    return Value((value,), complete=True)


def some(*kinds: type) -> Value:
    """Return a value of which no more is known than that it has one of these types."""
    return Value(rest=tuple(Some(kind) for kind in kinds))


# More alternatives than these are not worth following.
MOST_OPTIONS = 16


def alternatives(values: Iterable[Value]) -> Value:
    """Return the value that is one of these."""
    found = tuple(values)
    options = _unique(option for value in found for option in value.options)
    rest = _unique(pattern for value in found for pattern in value.remainder)
    if len(options) > MOST_OPTIONS or len(rest) > MOST_OPTIONS or ANYTHING in rest:
        return Value(options[:MOST_OPTIONS])
    return Value(options, not rest, rest)


def _unique(patterns: Iterable[object]) -> tuple[object, ...]:
    unique: list[object] = []
    for pattern in patterns:
        # 1 and True are equal, but no more the same than 1 and 1.0.
        if not any(pattern == other and type(pattern) is type(other) for other in unique):
            unique.append(pattern)
    return tuple(unique)


# --- questions about one pattern ---------------------------------------------------------------


def is_a(pattern: object, kinds: tuple[type, ...]) -> Answer:
    """Return whether a value has one of these types; `True` is no number here."""
    kind = kind_of(pattern)
    return answer(None if kind is object else kind in kinds)


def kind_of(pattern: object) -> type:
    """Return the type of what follows a pattern, `object` where it is not known."""
    match pattern:
        case Some():
            return pattern.kind
        case Text():
            return str
        case Made():
            return Made
        case _:
            return type(pattern)


def is_on(pattern: object) -> Answer:
    """Return whether Python takes a value for true."""
    match pattern:
        case Some():
            return Answer.UNKNOWN
        case Text():
            return answer(pattern.raw.strip(GAP) != "" or None)
        case Made():
            return Answer.YES
        case _:
            return answer(bool(pattern))


def is_equal(pattern: object, other: object) -> Answer:
    """Return whether a value is equal to a known one, and of the same kind.

    Numbers and durations are of one kind, truth values of another.
    """
    kind = kind_of(pattern)
    if kind is object:
        return Answer.UNKNOWN
    if _family(kind) is not _family(type(other)):
        return Answer.NO
    match pattern:
        case Some():
            return Answer.UNKNOWN
        case Text():
            return answer(None if _fits(pattern.raw, str(other)) else False)
        case _:
            return answer(number(pattern) == number(other))


def holds(pattern: object, wanted: object) -> Answer:
    """Return whether a list holds an item; what is no list holds none."""
    if type(pattern) is tuple:
        each_item = map(part, pattern)
        return any_of(item.ask(lambda each: is_equal(each, wanted)) for item in each_item)
    return answer(None if kind_of(pattern) in (object, tuple, list) else False)


def compare(pattern: object, holds: Callable[[float], bool]) -> Answer:
    """Return whether something holds of a number, or of a duration in seconds.

    What is neither is not asked: nothing holds of it.
    """
    if isinstance(pattern, Some):
        numbers = pattern.kind in (object, *_NUMBERS)
        return Answer.UNKNOWN if numbers else Answer.NO
    value = number(pattern)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Answer.NO
    return answer(holds(value))


def exceeds(value: Value, limit: Value) -> Answer:
    """Return whether a number, or a duration in seconds, is above another one.

    What is neither exceeds nothing, and nothing exceeds it.
    """
    return value.ask(lambda pattern: limit.ask(lambda most: _is_above(pattern, most)))


def _is_above(pattern: object, most: object) -> Answer:
    bound = number(most)
    if isinstance(bound, (int, float)) and not isinstance(bound, bool):
        return compare(pattern, lambda value: value > bound)
    return compare(most, lambda _: False)


_NUMBERS = (int, float, dt.timedelta)


def _family(kind: type) -> type:
    return float if kind in _NUMBERS else kind


def number(pattern: object) -> object:
    """Return a duration in seconds, and everything else as it is."""
    return pattern.total_seconds() if isinstance(pattern, dt.timedelta) else pattern


def _fits(raw: str, text: str) -> bool:
    """Return whether a text may be one with gaps: it begins and ends like it."""
    first, *_, last = raw.split(GAP)
    long = len(text) >= len(first) + len(last)
    return long and text.startswith(first) and text.endswith(last)


# --- parts of a value --------------------------------------------------------------------------


def entry(value: Value, key: str) -> Value | None:
    """Return what a dict holds under a key, None where it certainly has no such key."""
    tables = [pattern for pattern in value.patterns if isinstance(pattern, dict)]
    having = [table for table in tables if key in table]
    if len(tables) < len(value.patterns) or 0 < len(having) < len(tables):
        return UNKNOWN
    return alternatives(part(table[key]) for table in having) if having else None


def keys_of(value: Value) -> frozenset[object]:
    """Return the keys that a dict has in any case; none where it may be something else."""
    tables = [frozenset(each) for each in value.patterns if isinstance(each, dict)]
    return frozenset.intersection(*tables) if len(tables) == len(value.patterns) else frozenset()


def part(item: object) -> Value:
    """Return an item of a list or a dict as a value."""
    return item if isinstance(item, Value) else known(item)


def items(pattern: object) -> Iterator[Value] | None:
    """Return the items of a list, None where the pattern is none."""
    return map(part, pattern) if type(pattern) is tuple else None
