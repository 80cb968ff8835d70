"""Calls that read a value from the environment or convert one, and what they may give.

The readers are those of the standard library, django-environ, environs and python-decouple.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from celerylint.facts import Call, Expression, Reference
from celerylint.values import (
    ANYTHING,
    UNKNOWN,
    Answer,
    Made,
    Some,
    Value,
    alternatives,
    is_a,
    kind_of,
    known,
    some,
)

Inner = Callable[[Expression], Value]
"""Evaluates an argument of the call."""


class _Reader(NamedTuple):
    """A function that reads a variable: the type it gives, and what it gives for want of one.

    `kind` is None where the call itself may name a type; then `typed` says that without a word it
    is the type of the default. The default stands at `position`.
    """

    kind: type | None
    position: int = 1
    optional: bool = False
    typed: bool = False


# By the end of the dotted name: whatever a reader was imported from, its name tells what it is.
_READERS: Mapping[str, _Reader] = {
    "environ.get": _Reader(str, optional=True),
    "getenv": _Reader(str, optional=True),
    "environs.env": _Reader(None),
    "decouple.config": _Reader(None),
    "env": _Reader(object),
    "config": _Reader(object),
    "env.str": _Reader(str),
    "env.bool": _Reader(bool),
    "env.int": _Reader(int),
    "env.float": _Reader(float),
    "env.list": _Reader(tuple),
    "env.tuple": _Reader(tuple),
    "env.dict": _Reader(dict),
    "env.timedelta": _Reader(dt.timedelta),
}
# What a project makes for itself, and what it is made by.
_MADE_READERS: Mapping[str, _Reader] = {
    "environ.Env()": _Reader(None, typed=True),
    "environ.FileAwareEnv()": _Reader(None, typed=True),
    "environs.Env()": _Reader(None),
    "decouple.Config()": _Reader(None),
    "decouple.AutoConfig()": _Reader(None),
    "starlette.config.Config()": _Reader(None),
}
_CASTS: Mapping[str, type] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "list": tuple,
    "tuple": tuple,
    "dict": dict,
}
_CONVERSIONS: Mapping[str, Callable[[Any], object]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
}
_OBJECTS = frozenset(
    (
        "celery.schedules.crontab",
        "celery.schedules.schedule",
        "celery.schedules.solar",
        "kombu.Exchange",
        "kombu.Queue",
        "kombu.binding",
        "kombu.common.Broadcast",
        "kombu.entity.Exchange",
        "kombu.entity.Queue",
    )
)


def called(name: str, call: Call, inner: Inner) -> Value:
    """Return what a call of something from outside the project gives; `name` is what is called.

    What a project makes for itself has the name of its maker: `environ.Env().bool`.
    """
    if name == "datetime.timedelta":
        return _timedelta(call, inner)
    if name in _CONVERSIONS:
        return _converted(name, call, inner)
    if name in _OBJECTS:
        return _made(name, call, inner)
    if name == "os.path.join":
        return some(str)
    reader = _reader(name)
    return _read(reader, call, inner) if reader else UNKNOWN


def _reader(name: str) -> _Reader | None:
    maker, made, method = name.partition("()")
    if made:
        reader = _MADE_READERS.get(f"{maker}()")
        return _READERS.get(f"env{method}") if reader and method else reader
    ends = (reader for end, reader in _READERS.items() if name == end or name.endswith(f".{end}"))
    return next(ends, None)


def _read(reader: _Reader, call: Call, inner: Inner) -> Value:
    given = call.keyword("default") or call.positional(reader.position)
    default = inner(given) if given else known(None) if reader.optional else None
    kind = _cast(call, default if reader.typed else None) if reader.kind is None else reader.kind
    found = () if default is None else _fitting(default, kind, cast=not reader.optional)
    others = default.remainder if default and kind is str else ()
    if kind is object or ANYTHING in others:
        return Value(tuple(found))
    return Value(tuple(found), complete=False, rest=(Some(kind), *others))


def _fitting(default: Value, kind: type, *, cast: bool) -> tuple[object, ...]:
    """Return the values of a default that are given as they are, not converted first."""
    if not cast or kind in (object, str):
        return default.options
    return tuple(o for o in default.options if o is None or is_a(o, (kind,)) is Answer.YES)


def _cast(call: Call, default: Value | None) -> type:
    """Return the type that a call asks for; without a word that of the default, else a string."""
    wanted = call.keyword("cast")
    if wanted is None:
        kinds = {kind_of(pattern) for pattern in default.patterns} if default else set()
        kinds -= {type(None)}
        return kinds.pop() if len(kinds) == 1 else object if kinds else str
    return _CASTS.get(wanted.name, object) if isinstance(wanted, Reference) else object


def _converted(name: str, call: Call, inner: Inner) -> Value:
    """Return what `int(...)` and its like give."""
    given = call.positional(0)
    value = inner(given) if given and len(call.arguments) == 1 else UNKNOWN
    try:
        found = [known(_CONVERSIONS[name](option)) for option in value.options]
    except (TypeError, ValueError, OverflowError):
        return some(_CASTS[name])
    return alternatives([*found, *([] if value.complete else [some(_CASTS[name])])])


def _made(name: str, call: Call, inner: Inner) -> Value:
    if any(argument.stars for argument in call.arguments):
        return some(Made)
    positional = tuple(inner(a.value) for a in call.arguments if not a.name)
    keywords = {a.name: inner(a.value) for a in call.arguments if a.name}
    return Value(rest=(Made(name, positional, keywords),))


def _timedelta(call: Call, inner: Inner) -> Value:
    values = [inner(argument.value) for argument in call.arguments]
    if not all(value.known for value in values) or any(a.stars for a in call.arguments):
        return some(dt.timedelta)
    pairs = list(zip(call.arguments, values, strict=True))
    positional: list[Any] = [value.options[0] for argument, value in pairs if not argument.name]
    keywords: dict[str, Any] = {a.name: value.options[0] for a, value in pairs if a.name}
    try:
        return known(dt.timedelta(*positional, **keywords))
    except (TypeError, OverflowError):
        return UNKNOWN
