"""What a rule declares: when it speaks, where it points, what it would change.

The vocabulary of `[when]` is closed. Every key of a table has to hold: tests of settings, of the
kind of broker and result backend, of the Celery version, and tables within `any`, `all`, `not`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from celerylint.catalogue.names import Limits, Release, Table, parse_limits, parse_release
from celerylint.options.table import nearest
from celerylint.values import Answer, Value, any_of, compare, holds, is_a, is_equal, is_on

Operand = str | int | float | bool
Literal = Operand | tuple[Operand, ...] | Mapping[str, Operand] | None


class ConditionError(ValueError):
    """A part of a rule that has no meaning: `key` says which, the text what was expected."""

    def __init__(self, key: str, wrong: str) -> None:
        """Keep the key, dotted from the top of the file, and what is wrong with it."""
        super().__init__(wrong)
        self.key = key


class Presence(Enum):
    """Whether a setting is set."""

    SET = "set"
    UNSET = "unset"


class Test(NamedTuple):
    """A question about the effective value of a setting, the default of Celery included."""

    setting: str
    question: Callable[[object], Answer]

    def ask(self, value: Value) -> Answer:
        """Return whether the value passes the test."""
        return value.ask(self.question)


class Exceeds(NamedTuple):
    """Whether a setting is a greater number, or a longer duration, than another one."""

    setting: str
    limit: str


class IsSet(NamedTuple):
    """Whether a setting is set, or is not."""

    setting: str
    presence: Presence


class Broker(NamedTuple):
    """Whether the broker is of one of these kinds, by the names of the transports."""

    kinds: frozenset[str]


class Backend(NamedTuple):
    """Whether the result backend is of one of these kinds, by their names in a URL."""

    kinds: frozenset[str]


class Celery(NamedTuple):
    """Whether all the releases judged are within limits."""

    limits: Limits


class Unmentioned(NamedTuple):
    """Whether no file of the project, its start scripts included, has this word."""

    word: str


class Uncalled(NamedTuple):
    """Whether no code of the project calls this function of another package."""

    name: str


class Crossing(NamedTuple):
    """Whether the upgrade that the user speaks of passes a release."""

    release: Release


class Every(NamedTuple):
    """Whether all parts hold."""

    parts: tuple[Condition, ...]


class AnyOf(NamedTuple):
    """Whether one of the parts holds."""

    parts: tuple[Condition, ...]


class Not(NamedTuple):
    """Whether a part does not hold."""

    part: Condition


Condition = (
    Test
    | Exceeds
    | IsSet
    | Broker
    | Backend
    | Celery
    | Crossing
    | Uncalled
    | Unmentioned
    | Every
    | AnyOf
    | Not
)


class Label(NamedTuple):
    """A second place: `at` is a setting, `broker`, `backend` or `app`."""

    at: str
    text: str


PLACES = ("broker", "backend", "app")
"""What a finding may point at besides a setting."""


def subjects(condition: Condition) -> Iterator[str]:
    """Yield the settings that a condition asks about, in its order."""
    match condition:
        case Test() | IsSet():
            yield condition.setting
        case Exceeds():
            yield from condition
        case Every() | AnyOf():
            for part in condition.parts:
                yield from subjects(part)
        case Not():
            yield from subjects(condition.part)
        case _:
            return


def kinds(condition: Condition, kind: type) -> frozenset[str]:
    """Return the kinds of broker, or of result backend, that a condition names."""
    match condition:
        case Every() | AnyOf():
            return frozenset().union(*(kinds(part, kind) for part in condition.parts))
        case Not():
            return kinds(condition.part, kind)
        case Broker() | Backend() if isinstance(condition, kind):
            return condition.kinds
        case _:
            return frozenset()


def is_of_upgrade(condition: Condition) -> bool:
    """Return whether a condition asks for an upgrade that passes some release."""
    match condition:
        case Every() | AnyOf():
            return any(map(is_of_upgrade, condition.parts))
        case _:
            return isinstance(condition, Crossing)


# --- reading -----------------------------------------------------------------------------------

_TYPES: Mapping[str, tuple[type, ...]] = {
    "none": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "number": (int, float),
    "text": (str,),
    "list": (tuple,),
    "dict": (dict,),
    "duration": (dt.timedelta,),
}


def read_condition(key: str, table: object) -> Condition:
    """Return the condition that a table describes; raise ConditionError for one without sense."""
    if not isinstance(table, dict) or not table:
        raise ConditionError(key, "is to be a table of conditions")
    parts: list[Condition] = []
    for word, operand in table.items():
        if word not in _WORDS:
            wrong = f"is not a condition{nearest(word, _WORDS)}; there are {', '.join(_WORDS)}"
            raise ConditionError(f"{key}.{word}", wrong)
        parts += _WORDS[word](f"{key}.{word}", operand)
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _names(key: str, operand: object) -> tuple[str, ...]:
    names = operand if isinstance(operand, list) else [operand]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ConditionError(key, "is to be a name, or a list of names")
    return tuple(names)


def _of_each(make: Callable[[str], Condition]) -> _Reader:
    return lambda key, operand: [make(name) for name in _names(key, operand)]


def _tested(
    expected: str, accepts: Callable[[Any], bool], make: Callable[[Any], _Question]
) -> _Reader:
    """Return the reader of a test that has an operand for each setting."""

    def read(key: str, operand: object) -> list[Condition]:
        if not isinstance(operand, dict) or not operand:
            raise ConditionError(key, f"is to be a table of settings, each with {expected}")
        for setting, given in operand.items():
            if not accepts(given):
                raise ConditionError(f"{key}.{setting}", f"is to be {expected}")
        return [Test(setting, make(given)) for setting, given in operand.items()]

    return read


def _exceeding(key: str, operand: object) -> list[Condition]:
    if not isinstance(operand, dict) or not all(isinstance(v, str) for v in operand.values()):
        raise ConditionError(key, "is to be a table of settings, each with the name of another")
    return [Exceeds(setting, limit) for setting, limit in operand.items()]


def _parts(make: Callable[[tuple[Condition, ...]], Condition]) -> _Reader:
    def read(key: str, operand: object) -> list[Condition]:
        if not isinstance(operand, list) or not operand:
            raise ConditionError(key, "is to be a list of tables of conditions")
        numbered = enumerate(operand, 1)
        return [make(tuple(read_condition(f"{key}[{number}]", part) for number, part in numbered))]

    return read


def _negated(key: str, operand: object) -> list[Condition]:
    return [Not(read_condition(key, operand))]


def _range(key: str, operand: object) -> list[Condition]:
    return [Celery(read_limits(key, operand))]


def _release(key: str, operand: object) -> list[Condition]:
    if not isinstance(operand, str) or not _RELEASE.fullmatch(operand):
        raise ConditionError(key, "is to be a release such as `5.3`")
    return [Crossing(parse_release(operand))]


_RELEASE = re.compile(r"\d+(\.\d+){1,2}")


def read_limits(key: str, text: object) -> Limits:
    """Return a range of versions; raise ConditionError for what is none."""
    try:
        return parse_limits(str(text))
    except ValueError as error:
        raise ConditionError(key, "is to be a range such as `>=5.3,<5.7`") from error


def is_scalar(value: object) -> bool:
    """Return whether a value is text, a number, true or false."""
    return isinstance(value, (str, int, float))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_scalars(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_scalar, value))


def _among(options: list[Operand]) -> _Question:
    return lambda pattern: any_of(is_equal(pattern, option) for option in options)


_Question = Callable[[object], Answer]
_Reader = Callable[[str, object], list[Condition]]

_WORDS: Mapping[str, _Reader] = {
    "set": _of_each(lambda name: IsSet(name, Presence.SET)),
    "unset": _of_each(lambda name: IsSet(name, Presence.UNSET)),
    "on": _of_each(lambda name: Test(name, is_on)),
    "off": _of_each(lambda name: Test(name, lambda pattern: is_on(pattern).negated)),
    "equals": _tested(
        "text, a number, true or false",
        is_scalar,
        lambda given: lambda pattern: is_equal(pattern, given),
    ),
    "in": _tested("a list of texts, numbers, true or false", _is_scalars, _among),
    "has": _tested(
        "text, a number, true or false",
        is_scalar,
        lambda given: lambda pattern: holds(pattern, given),
    ),
    "below": _tested(
        "a number",
        _is_number,
        lambda given: lambda pattern: compare(pattern, lambda value: value < given),
    ),
    "above": _tested(
        "a number",
        _is_number,
        lambda given: lambda pattern: compare(pattern, lambda value: value > given),
    ),
    "exceeds": _exceeding,
    "type": _tested(
        "one of " + ", ".join(_TYPES),
        lambda given: given in _TYPES,
        lambda given: lambda pattern: is_a(pattern, _TYPES[given]),
    ),
    "broker": lambda key, operand: [Broker(frozenset(_names(key, operand)))],
    "backend": lambda key, operand: [Backend(frozenset(_names(key, operand)))],
    "celery": _range,
    "uncalled": _of_each(Uncalled),
    "unmentioned": _of_each(Unmentioned),
    "crossing": _release,
    "any": _parts(AnyOf),
    "all": _parts(Every),
    "not": _negated,
}


def read_label(key: str, table: Table) -> Label:
    """Return the label that a table describes; raise ConditionError for one without sense."""
    for name in ("at", "text"):
        if not isinstance(table.get(name), str):
            raise ConditionError(f"{key}.{name}", "is to be text")
    return Label(table["at"], table["text"])
