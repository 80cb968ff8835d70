"""The settings of dicts, and of what gives or holds one: variables, functions, calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    Call,
    CallSite,
    Choice,
    Expression,
    Item,
    Lambda,
    Operation,
    Reference,
    Table,
    Where,
)
from celerylint.finding import Place
from celerylint.linking.additions import Additions
from celerylint.linking.django_modules import SETTINGS
from celerylint.linking.module_settings import Objects
from celerylint.linking.names import Names, Target, weaker
from celerylint.linking.settings_source import (
    Collected,
    SettingsSource,
    added,
    alternatives,
    in_branch,
    keyed,
    keyword,
    opened,
    outside,
    set_default,
    together,
    unknown,
)
from celerylint.model import Entity, Grade

_CHOSEN = "what is loaded is chosen at run time"
LOST = "what is loaded cannot be followed"
"""Why a source is open that no more can be said about."""

_DEPTH = 16
_IMPORTS = frozenset(
    (
        "celery.utils.imports.import_from_cwd",
        "celery.utils.imports.symbol_by_name",
        "django.utils.module_loading.import_string",
        "importlib.import_module",
        "werkzeug.utils.import_string",
    )
)
_COPIES = frozenset({"copy.copy", "copy.deepcopy", "types.MappingProxyType"})

Asked = Callable[[str, Where, Expression], SettingsSource | None]
Loaded = Callable[[str, Where, Expression], SettingsSource]


class Mappings:
    """Gather settings from expressions that give a dict."""

    def __init__(
        self, names: Names, objects: Objects, additions: Additions, host: Asked, load: Loaded
    ) -> None:
        """Gather with the help of names; `host` is asked first, for what Flask and others hold.

        `load` gives the settings of a value of a dict of which one is chosen.
        """
        self._names = names
        self._objects = objects
        self._additions = additions
        self._host = host
        self._load = load
        self._choices: dict[Entity, SettingsSource] = {}
        self._variables: dict[Entity, SettingsSource] = {}

    def named(self, path: str, scope: str, reference: Reference, depth: int) -> SettingsSource:
        """Return the settings of what a name stands for, open where it may be given anew."""
        target = self._names.resolve(path, scope, reference.name)
        found = self.target(target, Place(path, reference.span), depth)
        if target.entity.external or target.entity.is_module:
            return found
        return together((found, self._objects.way(path, scope, reference.name)))

    def target(self, target: Target, place: Place, depth: int) -> SettingsSource:
        """Return the settings of what a name leads to."""
        entity = target.entity
        if entity.external:
            django = entity.name == SETTINGS
            reason = "Django's settings module is not found" if django else outside(entity)
            return unknown(place, reason)
        if target.rest or depth > _DEPTH:
            return unknown(place, LOST)
        found = self._of_entity(entity, place, depth)
        return replace(found, grade=weaker(found.grade, target.grade))

    def _of_entity(self, entity: Entity, place: Place, depth: int) -> SettingsSource:
        if entity.is_module:
            return self._objects.module(entity.path)
        index = self._names.facts.of(entity.path)
        if index and entity.inner_scope in index.classes:
            return self._objects.cls(entity)
        if entity not in self._variables:
            # What is asked for again while it is being looked at goes round in circles.
            self._variables[entity] = unknown(place, LOST)
            if index and f"{entity.inner_scope}()" in index.functions:
                self._variables[entity] = self._function(entity, place, depth)
            else:
                self._variables[entity] = self._variable(entity, place, depth)
        return self._variables[entity]

    def called(self, path: str, where: Where, call: Call, depth: int) -> SettingsSource:
        """Return the settings of an instance, of the dict that a function returns, or of an import.

        `import_module("conf")` gives the module, `import_string("conf.Live")` what it holds.
        """
        target = self._names.of_expression(path, where.scope, call.function)
        imports = target is not None and target.entity.external and target.entity.name in _IMPORTS
        if imports and len(call.arguments) == 1:
            self._objects.followed.add(Place(path, call.span))
            return self._load(path, where, call.arguments[0].value)
        index = self._names.facts.of(target.entity.path) if target and not target.rest else None
        if target and index and target.entity.inner_scope in index.classes:
            return self._objects.cls(target.entity, instance=True)
        owner = Entity(path, where.scope, f"<{call.span.start}>")
        return self.mapping(path, where, call, owner, depth)

    def _variable(self, entity: Entity, place: Place, depth: int) -> SettingsSource:
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), []) if index else []
        if not bindings or any(binding.value is None for binding in bindings):
            return unknown(place, LOST)
        found = Collected()
        for binding in bindings:
            found.add(in_branch(self._bound(entity, binding, depth), binding.where))
        self._add_later(found, entity, depth)
        return found.gathered()

    def _bound(self, entity: Entity, binding: Binding, depth: int) -> SettingsSource:
        value = binding.value
        where = binding.where._replace(scope=binding.value_scope)
        if isinstance(value, Call) and value.dotted != "dict":
            return self.called(entity.path, where, value, depth + 1)
        return (
            self.mapping(entity.path, where, value, entity, depth + 1)
            if value
            else SettingsSource()
        )

    def _add_later(self, found: Collected, entity: Entity, depth: int) -> None:
        """Add what is written to a dict, a class or a module after it was made."""
        for path, event in self._additions.of(entity):
            where = event.where
            if isinstance(event, CallSite):
                arguments = event.call.arguments
                if event.call.dotted.endswith(".setdefault"):
                    part = set_default(path, event, entity)
                else:
                    part = self.arguments(path, where, arguments, entity, depth + 1)
                found.add(in_branch(part, where))
            elif event.kind is not BindingKind.DELETE:
                found.add(added(path, event, entity))
            elif not where.branch and where.scope == entity.scope:
                found.delete(event.name)

    # --- dicts ----------------------------------------------------------------------------------

    def mapping(  # noqa: PLR0911 - one arm for each kind of expression
        self, path: str, where: Where, expression: Expression, owner: Entity, depth: int = 0
    ) -> SettingsSource:
        """Return the settings of an expression that gives a dict."""
        place = Place(path, expression.span)
        if depth > _DEPTH:
            return unknown(place, LOST)
        self._objects.followed.add(place)
        held = self._host(path, where, expression)
        if held is not None:
            return held
        match expression:
            case Table():
                return self._table(path, where, expression, owner, depth)
            case Call():
                return self._dict_call(path, where, expression, owner, depth)
            case Reference():
                return self.named(path, where.scope, expression, depth + 1)
            case Item():
                return self._chosen(path, where, expression.owner, place)
            case Lambda():
                return self.mapping(path, where, expression.body, owner, depth + 1)
            case Operation(operator="|"):
                parts = expression.operands
                return together(self.mapping(path, where, p, owner, depth + 1) for p in parts)
            case Choice():
                arms = (self.mapping(path, where, p, owner, depth + 1) for p in expression.options)
                return alternatives(arms, where, f"{expression.span.start}:choice")
            case _:
                return unknown(place, LOST)

    def _table(
        self, path: str, where: Where, table: Table, owner: Entity, depth: int
    ) -> SettingsSource:
        return together(
            keyed(path, entry, where, owner)
            if entry.key
            else self.mapping(path, where, entry.value, owner, depth + 1)
            for entry in table.entries
        )

    def _dict_call(
        self, path: str, where: Where, call: Call, source_owner: Entity, depth: int
    ) -> SettingsSource:
        if call.method and call.method[1] == "get":
            return self._chosen_or_default(path, where, call, call.method[0])
        target = self._names.of_expression(path, where.scope, call.function)
        name = call.dotted
        copies = target is not None and target.entity.external and target.entity.name in _COPIES
        if name == "dict" or copies:
            return self.arguments(path, where, call.arguments, source_owner, depth)
        if name.endswith(".copy") and not call.arguments:
            owner = self._names.resolve(path, where.scope, name.removesuffix(".copy"))
            return self.target(owner, Place(path, call.span), depth + 1)
        if isinstance(call.function, Item):
            return self.mapping(path, where, call.function, source_owner, depth + 1)
        if target is None or target.rest or target.entity.external:
            return unknown(Place(path, call.span), LOST)
        return self._given(target.entity, Place(path, call.span), depth + 1)

    def _chosen_or_default(
        self, path: str, where: Where, call: Call, owner: Expression
    ) -> SettingsSource:
        """Return what `configs.get(name, Default)` may load."""
        found = self._chosen(path, where, owner, Place(path, call.span))
        default = call.positional(1)
        if default is None or not found.settings:
            return found
        last = self._load(path, where, default)
        return together((found, alternatives((last,), where, f"{call.span.start}:default")))

    def _chosen(self, path: str, where: Where, owner: Expression, place: Place) -> SettingsSource:
        """Return what `configs[name]` may load, where that is a dict of the project."""
        target = self._names.of_expression(path, where.scope, owner)
        entity = target.entity if target and not target.rest else Entity("")
        if entity not in self._choices:
            # A dict that is made from itself goes round in circles.
            self._choices[entity] = unknown(place, LOST)
            self._choices[entity] = self._choice(entity, where, place)
        found = self._choices[entity]
        if not found.settings:
            return found
        return replace(together((found, opened(place, _CHOSEN))), grade=Grade.LIKELY)

    def _choice(self, entity: Entity, where: Where, place: Place) -> SettingsSource:
        """Return the values of a dict, any of which may be the one."""
        index = self._names.facts.of(entity.path)
        bound = index.bindings.get((entity.scope, entity.name), []) if index else []
        entries = [(binding.where, value) for binding in bound for value in _values(binding.value)]
        if not entries:
            return unknown(place, LOST)
        parts = (self._load(entity.path, inner, value) for inner, value in entries)
        return alternatives(parts, where, f"{place.span.start}:choice")

    def arguments(
        self, path: str, where: Where, arguments: Iterable[Argument], owner: Entity, depth: int = 0
    ) -> SettingsSource:
        """Return the settings that the arguments of `dict(...)` or `conf.update(...)` hold."""
        return together(
            keyword(path, argument, where, owner)
            if argument.name
            else self.mapping(path, where, argument.value, owner, depth + 1)
            for argument in arguments
        )

    def _given(self, entity: Entity, place: Place, depth: int) -> SettingsSource:
        """Return the settings of what a call gives: an instance, or what a function returns."""
        index = self._names.facts.of(entity.path)
        if index and entity.inner_scope in index.classes:
            return self._objects.cls(entity, instance=True)
        return self._of_entity(entity, place, depth)

    def _function(self, entity: Entity, place: Place, depth: int) -> SettingsSource:
        """Return the settings of the dict that a function returns."""
        index = self._names.facts.of(entity.path)
        fact = index.functions.get(f"{entity.inner_scope}()") if index else None
        if fact is None or not fact.returns:
            return unknown(place, LOST)
        inner = Where(fact.scope, (), fact.where.statement)
        owner = Entity(entity.path, fact.scope, "return")
        parts = (self.mapping(owner.path, inner, r, owner, depth + 1) for r in fact.returns)
        if len(fact.returns) == 1:
            return next(parts)
        return alternatives(parts, inner, f"{fact.where.statement.start}:return")


def _values(table: Expression | None) -> Iterator[Expression]:
    """Yield the values of a dict: those of a display, and of the arguments of `dict(...)`."""
    if isinstance(table, Table):
        yield from (entry.value for entry in table.entries)
    elif isinstance(table, Call) and table.dotted == "dict":
        yield from (argument.value for argument in table.arguments if argument.name)
