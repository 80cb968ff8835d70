"""What an expression is worth, as far as that is certain."""

from __future__ import annotations

from collections.abc import Callable

from celerylint.facts import (
    Argument,
    BindingKind,
    Call,
    Choice,
    Constant,
    Expression,
    Item,
    Operation,
    Reference,
    Sequence,
    Table,
)
from celerylint.linking.conversions import called
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names, Target
from celerylint.linking.operations import formatted, operate, sequence, table
from celerylint.model import Entity, Grade
from celerylint.text.masking import MASK
from celerylint.values import GAP, UNKNOWN, Some, Text, Value, alternatives, kind_of, known, some

# Deeper nesting than this is not worth following.
_DEPTH = 16

_PLAIN = frozenset({BindingKind.ASSIGN, BindingKind.GLOBALS})
_ENVIRONMENT = "os.environ"
# What every module knows of itself, unless it is the program that is started.
_OF_MODULE = frozenset({"__name__", "__package__"})
# The attributes of such a class are defaults for what the environment says.
_FROM_ENVIRONMENT = "BaseSettings"

Inner = Callable[[Expression], Value]


class Evaluator:
    """Evaluate expressions in the scope they stand in."""

    def __init__(self, names: Names) -> None:
        """Evaluate with the help of what names stand for."""
        self._names = names
        self._bound: dict[tuple[Entity, int], Value] = {}

    def index(self, path: str) -> FileIndex | None:
        """Return the facts of a file, None where it cannot be read."""
        return self._names.facts.of(path)

    def value(  # noqa: C901, PLR0911 - one arm for each kind of expression
        self, path: str, scope: str, expression: Expression | None, depth: int = 0
    ) -> Value:
        """Return what `expression` is worth in a scope of a file."""

        def inner(part: Expression) -> Value:
            return self.value(path, scope, part, depth + 1)

        if depth > _DEPTH:
            return UNKNOWN
        match expression:
            case Constant():
                return _constant(expression)
            case Choice():
                return alternatives(inner(option) for option in expression.options)
            case Operation():
                return operate(expression.operator, tuple(map(inner, expression.operands)))
            case Sequence():
                return sequence(tuple(map(inner, expression.items)))
            case Table():
                return _table(expression, inner)
            case Reference():
                return self._reference(path, scope, expression, depth)
            case Call():
                return self._call(path, scope, expression, inner)
            case Item():
                return self._item(path, scope, expression)
            case _:
                return UNKNOWN

    def _item(self, path: str, scope: str, item: Item) -> Value:
        target = self._names.of_expression(path, scope, item.owner)
        environment = target is not None and target.entity.name == _ENVIRONMENT
        return some(str) if environment and target and target.entity.external else UNKNOWN

    # --- names ----------------------------------------------------------------------------------

    def _reference(self, path: str, scope: str, reference: Reference, depth: int) -> Value:
        target = self._names.resolve(path, scope, reference.name)
        if target.entity.external and target.entity.name in _OF_MODULE:
            module = self._names.modules.name_of(path)
            name = module and (_package(path, module) if reference.name != "__name__" else module)
            return known(name) if name else UNKNOWN
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
        if index and (entity.scope, entity.name) in index.changed:
            return UNKNOWN
        found = alternatives(
            self.value(entity.path, binding.value_scope, binding.value, depth + 1)
            for binding in bindings
        )
        return _overridable(found) if self._is_from_environment(entity) else found

    def _is_from_environment(self, entity: Entity) -> bool:
        """Return whether a name is an attribute that the environment may override."""
        index = self._names.facts.of(entity.path)
        fact = index.classes.get(entity.scope) if index else None
        bases = [base.name for base in fact.bases if isinstance(base, Reference)] if fact else []
        return any(name.rpartition(".")[2] == _FROM_ENVIRONMENT for name in bases)

    # --- calls ----------------------------------------------------------------------------------

    def _call(self, path: str, scope: str, call: Call, inner: Inner) -> Value:
        owner, method = call.method or (None, "")
        if owner is not None and method == "format":
            return _formatted(inner(owner), call, inner)
        if call.dotted == "dict" and not any(a.stars or not a.name for a in call.arguments):
            names = tuple(known(argument.name) for argument in call.arguments)
            return table(names, tuple(inner(argument.value) for argument in call.arguments))
        target = self._names.of_expression(path, scope, call.function)
        name = self._maker(target) if target else ""
        return called(name, call, inner) if name else UNKNOWN

    def _maker(self, target: Target) -> str:
        """Return what something from outside is called, or what it is made by: `environ.Env()`."""
        entity = target.entity
        if entity.external:
            return entity.name
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), []) if index else []
        value = bindings[0].value if len(bindings) == 1 else None
        # With arguments a reader may give variables types of their own.
        if not isinstance(value, Call) or any(map(_is_scheme, value.arguments)):
            return ""
        made = self._names.of_expression(entity.path, bindings[0].value_scope, value.function)
        if made is None or not made.entity.external:
            return ""
        return ".".join((f"{made.entity.name}()", *target.rest))


def _package(path: str, module: str) -> str:
    """Return the package of a module: for that of an `__init__.py`, itself."""
    return module if path.endswith("__init__.py") else module.rpartition(".")[0]


def _is_scheme(argument: Argument) -> bool:
    return argument.stars > 0 or bool(argument.name and argument.name.isupper())


def _constant(constant: Constant) -> Value:
    if not constant.masked:
        return known(constant.value)
    value = constant.value
    text = isinstance(value, str)
    return Value(rest=(Text(str(value).replace(MASK, GAP)),)) if text else some(bytes)


def _table(expression: Table, inner: Inner) -> Value:
    entries = expression.entries
    keys = tuple(inner(entry.key) if entry.key else UNKNOWN for entry in entries)
    return table(keys, tuple(inner(entry.value) for entry in entries))


def _formatted(template: Value, call: Call, inner: Inner) -> Value:
    if any(argument.stars for argument in call.arguments):
        return UNKNOWN
    positional = tuple(inner(a.value) for a in call.arguments if not a.name)
    keywords = {a.name: inner(a.value) for a in call.arguments if a.name}
    return formatted(template, positional, keywords)


def _overridable(default: Value) -> Value:
    """Return a default, or anything of its type."""
    kinds = {kind_of(pattern) for pattern in default.patterns}
    if object in kinds or type(None) in kinds:
        return Value(default.options)
    rest = tuple(Some(kind) for kind in sorted(kinds, key=repr))
    return Value(default.options, complete=False, rest=rest)
