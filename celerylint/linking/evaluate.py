"""What an expression is worth, as far as that is certain."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, NamedTuple

from celerylint.facts import (
    BindingKind,
    Call,
    Choice,
    Constant,
    Expression,
    Operation,
    Reference,
    Sequence,
    Table,
)
from celerylint.linking.names import Names
from celerylint.model import Entity, Grade

# More alternatives, deeper nesting or longer texts than these are not worth following.
_MOST_OPTIONS = 16
_DEPTH = 16
_LONGEST = 100_000

_OPERATORS: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "|": operator.or_,
}
# `%` with widths could give a text of any length.
_SHORT = re.compile(r"(?:[^%]|%%|%(?:\(\w+\))?[sdr])*")
_PLAIN = frozenset({BindingKind.ASSIGN, BindingKind.GLOBALS})
_UNARY: dict[str, Callable[[Any], object]] = {"-": operator.neg, "+": operator.pos}
# Readers of the environment by the last part of their name, with the position of the default.
_ENVIRONMENT = {"environ.get": 1, "getenv": 1, "env": 1, "env.str": 1, "config": 1}


class Value(NamedTuple):
    """The values that an expression may have; `complete` says that it can have no other."""

    options: tuple[object, ...] = ()
    complete: bool = False

    @property
    def known(self) -> bool:
        """Return whether there is exactly one value, and that for certain."""
        return self.complete and len(self.options) == 1

    @property
    def text(self) -> str | None:
        """Return the value where it is one known string."""
        only = self.options[0] if self.known else None
        return only if isinstance(only, str) else None


UNKNOWN = Value()


class Evaluator:
    """Evaluate expressions in the scope they stand in."""

    def __init__(self, names: Names) -> None:
        """Evaluate with the help of what names stand for."""
        self._names = names
        self._bound: dict[tuple[Entity, int], Value] = {}

    def value(  # noqa: PLR0911 - one arm for each kind of expression
        self, path: str, scope: str, expression: Expression | None, depth: int = 0
    ) -> Value:
        """Return what `expression` is worth in a scope of a file."""

        def inner(part: Expression) -> Value:
            return self.value(path, scope, part, depth + 1)

        if depth > _DEPTH:
            return UNKNOWN
        match expression:
            case Constant(masked=False):
                return Value((expression.value,), complete=True)
            case Choice():
                return _alternatives(inner(option) for option in expression.options)
            case Operation():
                return _operate(expression, tuple(inner(part) for part in expression.operands))
            case Sequence():
                return _combine(tuple, tuple(inner(item) for item in expression.items))
            case Table():
                return self._table(expression, inner)
            case Reference():
                return self._reference(path, scope, expression, depth)
            case Call():
                return self._call(path, scope, expression, inner)
            case _:
                return UNKNOWN

    def _table(self, table: Table, inner: Callable[[Expression], Value]) -> Value:
        keys = [inner(entry.key) if entry.key else UNKNOWN for entry in table.entries]
        values = [inner(entry.value) for entry in table.entries]
        if not all(part.known for part in (*keys, *values)):
            return UNKNOWN
        try:
            pairs = zip(keys, values, strict=True)
            return Value(
                ({key.options[0]: value.options[0] for key, value in pairs},), complete=True
            )
        except TypeError:
            return UNKNOWN

    def _reference(self, path: str, scope: str, reference: Reference, depth: int) -> Value:
        target = self._names.resolve(path, scope, reference.name)
        if target.rest:
            return UNKNOWN
        key = target.entity, depth
        if key not in self._bound:
            self._bound[key] = self._bindings(target.entity, depth)
        bound = self._bound[key]
        return bound if target.grade is Grade.CERTAIN else Value(bound.options)

    def _bindings(self, entity: Entity, depth: int) -> Value:
        """Return the value of a name that is bound once, or in branches only."""
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), []) if index else []
        if not bindings or any(b.kind not in _PLAIN for b in bindings):
            return UNKNOWN
        if len(bindings) > 1 and not bindings[-1].where.branch:
            return UNKNOWN
        return _alternatives(
            self.value(entity.path, binding.value_scope, binding.value, depth + 1)
            for binding in bindings
        )

    def _call(
        self, path: str, scope: str, call: Call, inner: Callable[[Expression], Value]
    ) -> Value:
        target = self._names.of_expression(path, scope, call.function)
        name = target.entity.name if target and target.entity.external else ""
        if name == "datetime.timedelta":
            return _timedelta(call, inner)
        for reader, position in _ENVIRONMENT.items():
            if name == reader or name.endswith(f".{reader}"):
                default = call.keyword("default") or call.positional(position)
                return Value(inner(default).options if default else ())
        return UNKNOWN


def _timedelta(call: Call, inner: Callable[[Expression], Value]) -> Value:
    values = [inner(argument.value) for argument in call.arguments]
    if not all(value.known for value in values) or any(a.stars for a in call.arguments):
        return UNKNOWN
    pairs = list(zip(call.arguments, values, strict=True))
    positional: list[Any] = [value.options[0] for argument, value in pairs if not argument.name]
    keywords: dict[str, Any] = {a.name: value.options[0] for a, value in pairs if a.name}
    try:
        return Value((dt.timedelta(*positional, **keywords),), complete=True)
    except (TypeError, OverflowError):
        return UNKNOWN


def _alternatives(values: Iterable[Value]) -> Value:
    found = list(values)
    unique: list[object] = []
    for option in (option for value in found for option in value.options):
        # 1 and True are equal, but no more the same than 1 and 1.0.
        if not any(option == other and type(option) is type(other) for other in unique):
            unique.append(option)
    few = len(unique) <= _MOST_OPTIONS
    return Value(tuple(unique[:_MOST_OPTIONS]), few and all(value.complete for value in found))


def _combine(make: Callable[[tuple[object, ...]], object], values: tuple[Value, ...]) -> Value:
    """Return every combination of the values, put together by `make`."""
    count = 1
    for value in values:
        count *= len(value.options)
    if not 0 < count <= _MOST_OPTIONS:
        return UNKNOWN
    try:
        options = tuple(make(parts) for parts in product(*(value.options for value in values)))
    except (TypeError, ValueError, ArithmeticError, KeyError, IndexError):
        return UNKNOWN
    return Value(options, all(value.complete for value in values))


def _operate(operation: Operation, values: tuple[Value, ...]) -> Value:
    def make(parts: tuple[Any, ...]) -> object:
        if operation.operator == "f":
            result: object = "".join(_text(part) for part in parts)
        elif len(parts) == 1:
            result = _UNARY[operation.operator](parts[0])
        else:
            _demand_small(operation.operator, *parts)
            result = _OPERATORS[operation.operator](*parts)
        if _size(result) > _LONGEST:
            raise ValueError
        return result

    return _combine(make, values)


def _text(part: object) -> str:
    if isinstance(part, (str, int, float, type(None))):
        return str(part)
    raise ValueError


def _demand_small(sign: str, left: object, right: object) -> None:
    """Raise ValueError where even to compute the result would take long."""
    repeats = sign == "*" and any(isinstance(p, (str, bytes, tuple)) for p in (left, right))
    if repeats or (sign == "%" and isinstance(left, str) and not _SHORT.fullmatch(left)):
        raise ValueError


def _size(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, (str, bytes, tuple, dict)) else 0
