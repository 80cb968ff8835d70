"""What a source of configuration holds: the settings of a module, a class, a dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    Call,
    CallSite,
    Choice,
    Constant,
    Expression,
    Lambda,
    Operation,
    Reference,
    Table,
    Where,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.additions import Additions
from celerylint.linking.classes import ClassSettings
from celerylint.linking.django import SETTINGS
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.gathered import (
    Collected,
    Gathered,
    added,
    alternatives,
    in_branch,
    keyed,
    keyword,
    outside,
    set_default,
    together,
    unknown,
)
from celerylint.linking.names import Names, Target, weaker
from celerylint.linking.stars import ModuleSettings
from celerylint.model import Entity, Grade, Opening

_DEPTH = 16
_LOST = "what is loaded cannot be followed"
_COPIES = frozenset({"copy.copy", "copy.deepcopy", "types.MappingProxyType"})


class Sources:
    """Gather settings from whatever is loaded.

    `followed` are the expressions that were gone into: mentions within them are accounted for.
    `modules` are the modules among the sources.
    """

    def __init__(self, names: Names, evaluator: Evaluator) -> None:
        """Gather with the help of names and values."""
        self._names = names
        self._evaluator = evaluator
        self.modules = ModuleSettings(names, evaluator)
        self._additions = Additions(names)
        self._variables: dict[Entity, Gathered] = {}
        self.followed: set[Place] = set()
        self._classes = ClassSettings(names, self.followed)

    # --- objects given to config_from_object ----------------------------------------------------

    def loaded(self, path: str, where: Where, expression: Expression) -> Gathered:
        """Return what `config_from_object(expression)` loads."""
        place = Place(path, expression.span)
        self.followed.add(place)
        value = self._evaluator.value(path, where.scope, expression)
        texts = [option for option in value.options if isinstance(option, str)]
        if texts and len(texts) == len(value.options):
            found = [self._named(path, place, text) for text in texts]
            if value.complete and len(found) == 1:
                return found[0]
            open_end = Opening(place, "which module is loaded depends on the environment")
            every = together(found)
            openings = (*every.openings, open_end)
            return replace(every, openings=openings, grade=Grade.LIKELY)
        return self._object(path, where, expression, 0)

    def is_django(self, path: str, where: Where, expression: Expression) -> bool:
        """Return whether `config_from_object(expression)` loads Django's settings."""
        text = self._evaluator.value(path, where.scope, expression).text
        if text is not None:
            return text.replace(":", ".") == SETTINGS
        target = self._names.of_expression(path, where.scope, expression)
        return target is not None and target.entity.name == SETTINGS and target.entity.external

    def django(self, path: str) -> Gathered:
        """Return the settings of a settings module of Django: its upper-case names."""
        gathered = self.module(path)
        return replace(gathered, settings=tuple(s for s in gathered.settings if s.name.isupper()))

    def defaults_of(self, variable: str) -> tuple[tuple[str, Where, Expression], ...]:
        """Return what the project itself puts into an environment variable, and where."""
        found: list[tuple[str, Where, Expression]] = []
        for path, site in self._names.facts.call_sites():
            key, value = site.call.positional(0), site.call.positional(1)
            setter = site.call.dotted.endswith("environ.setdefault") and value is not None
            if setter and value and isinstance(key, Constant) and key.value == variable:
                found.append((path, site.where, value))
        for path, write in self._names.facts.writes():
            environ = isinstance(write.owner, Reference) and write.owner.name.endswith("environ")
            if environ and write.name == variable and write.value is not None:
                found.append((path, write.where, write.value))
        return tuple(found)

    def _named(self, path: str, place: Place, text: str) -> Gathered:
        module, _, attribute = text.partition(":")
        if module == "django.conf":
            return unknown(place, "Django's settings module is not found")
        if text.startswith("."):
            return unknown(place, f"`{text}` is no name of a module")
        found = self._names.modules.find(module, path)
        if not attribute and found is None:
            module, _, attribute = module.rpartition(".")
            found = self._names.modules.find(module, path) if module else None
        if found is None:
            return unknown(place, f"there is no module `{text}` in the project")
        if not attribute:
            gathered = self.module(found.path)
            return replace(gathered, grade=weaker(gathered.grade, found.grade))
        target = self._names.resolve(found.path, "", attribute)
        return self._target(target, place, 0)

    def _object(self, path: str, where: Where, expression: Expression, depth: int) -> Gathered:
        place = Place(path, expression.span)
        if isinstance(expression, Reference):
            target = self._names.resolve(path, where.scope, expression.name)
            return self._target(target, place, depth)
        if isinstance(expression, Call):
            return self._called(path, where, expression, depth)
        home = Entity(path, where.scope, f"<{expression.span.start}>")
        return self.mapping(path, where, expression, home, depth)

    def _target(self, target: Target, place: Place, depth: int) -> Gathered:
        entity = target.entity
        if entity.external:
            django = entity.name == SETTINGS
            reason = "Django's settings module is not found" if django else outside(entity)
            return unknown(place, reason)
        if target.rest or depth > _DEPTH:
            return unknown(place, _LOST)
        found = self._of_entity(entity, place, depth)
        return replace(found, grade=weaker(found.grade, target.grade))

    def _of_entity(self, entity: Entity, place: Place, depth: int) -> Gathered:
        if entity.is_module:
            return self.module(entity.path)
        index = self._names.facts.of(entity.path)
        if index and entity.inner_scope in index.classes:
            return self.cls(entity)
        if entity not in self._variables:
            # What is asked for again while it is being looked at goes round in circles.
            self._variables[entity] = unknown(place, _LOST)
            if index and f"{entity.inner_scope}()" in index.functions:
                self._variables[entity] = self._function(entity, place, depth)
            else:
                self._variables[entity] = self._variable(entity, place, depth)
        return self._variables[entity]

    def _called(self, path: str, where: Where, call: Call, depth: int) -> Gathered:
        """Return the settings of an instance, or of the dict that a function returns."""
        target = self._names.of_expression(path, where.scope, call.function)
        index = self._names.facts.of(target.entity.path) if target and not target.rest else None
        if target and index and target.entity.inner_scope in index.classes:
            return self.cls(target.entity, instance=True)
        home = Entity(path, where.scope, f"<{call.span.start}>")
        return self.mapping(path, where, call, home, depth)

    def _variable(self, entity: Entity, place: Place, depth: int) -> Gathered:
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), []) if index else []
        if not bindings or any(binding.value is None for binding in bindings):
            return unknown(place, _LOST)
        found = Collected()
        for binding in bindings:
            found.add(in_branch(self._bound(entity, binding, depth), binding.where))
        self._add_later(found, entity, depth)
        return found.gathered()

    def _bound(self, entity: Entity, binding: Binding, depth: int) -> Gathered:
        value = binding.value
        where = binding.where._replace(scope=binding.value_scope)
        if isinstance(value, Call) and value.dotted != "dict":
            return self._called(entity.path, where, value, depth + 1)
        return self.mapping(entity.path, where, value, entity, depth + 1) if value else Gathered()

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

    # --- modules and classes --------------------------------------------------------------------

    def module(self, path: str) -> Gathered:
        """Return the settings of a module: all names bound in it, star imports included."""
        return together((self.modules.module(path), *self._computed(Entity(path))))

    def cls(self, entity: Entity, *, instance: bool = False) -> Gathered:
        """Return the settings of a class, or of an instance of it."""
        found = self._classes.of(entity, instance=instance)
        return together((found, *self._computed(entity)))

    def _computed(self, entity: Entity) -> Iterator[Gathered]:
        """Yield what writes any name to a module or a class: `setattr(module, name, value)`."""
        for path, event in self._additions.of(entity):
            if isinstance(event, Write) and not event.name:
                yield added(path, event, entity)

    # --- dicts ----------------------------------------------------------------------------------

    def mapping(  # noqa: PLR0911 - one arm for each kind of expression
        self, path: str, where: Where, expression: Expression, home: Entity, depth: int = 0
    ) -> Gathered:
        """Return the settings of an expression that gives a dict."""
        place = Place(path, expression.span)
        if depth > _DEPTH:
            return unknown(place, _LOST)
        self.followed.add(place)
        match expression:
            case Table():
                return self._table(path, where, expression, home, depth)
            case Call():
                return self._dict_call(path, where, expression, home, depth)
            case Reference():
                target = self._names.resolve(path, where.scope, expression.name)
                return self._target(target, place, depth + 1)
            case Lambda():
                return self.mapping(path, where, expression.body, home, depth + 1)
            case Operation(operator="|"):
                parts = expression.operands
                return together(self.mapping(path, where, p, home, depth + 1) for p in parts)
            case Choice():
                arms = (self.mapping(path, where, p, home, depth + 1) for p in expression.options)
                return alternatives(arms, where, f"{expression.span.start}:choice")
            case _:
                return unknown(place, _LOST)

    def _table(self, path: str, where: Where, table: Table, home: Entity, depth: int) -> Gathered:
        return together(
            keyed(path, entry, where, home)
            if entry.key
            else self.mapping(path, where, entry.value, home, depth + 1)
            for entry in table.entries
        )

    def _dict_call(self, path: str, where: Where, call: Call, home: Entity, depth: int) -> Gathered:
        target = self._names.of_expression(path, where.scope, call.function)
        name = call.dotted
        copies = target is not None and target.entity.external and target.entity.name in _COPIES
        if name == "dict" or copies:
            return self.arguments(path, where, call.arguments, home, depth)
        if name.endswith(".copy") and not call.arguments:
            owner = self._names.resolve(path, where.scope, name.removesuffix(".copy"))
            return self._target(owner, Place(path, call.span), depth + 1)
        if target is None or target.rest or target.entity.external:
            return unknown(Place(path, call.span), _LOST)
        return self._of_entity(target.entity, Place(path, call.span), depth + 1)

    def arguments(
        self, path: str, where: Where, arguments: Iterable[Argument], home: Entity, depth: int = 0
    ) -> Gathered:
        """Return the settings that the arguments of `dict(...)` or `conf.update(...)` hold."""
        return together(
            keyword(path, argument, where, home)
            if argument.name
            else self.mapping(path, where, argument.value, home, depth + 1)
            for argument in arguments
        )

    def _function(self, entity: Entity, place: Place, depth: int) -> Gathered:
        """Return the settings of the dict that a function returns."""
        index = self._names.facts.of(entity.path)
        fact = index.functions.get(f"{entity.inner_scope}()") if index else None
        if fact is None or not fact.returns:
            return unknown(place, _LOST)
        inner = Where(fact.scope, (), fact.where.statement)
        home = Entity(entity.path, fact.scope, "return")
        parts = (self.mapping(home.path, inner, r, home, depth + 1) for r in fact.returns)
        if len(fact.returns) == 1:
            return next(parts)
        return alternatives(parts, inner, f"{fact.where.statement.start}:return")
