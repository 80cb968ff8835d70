"""Which objects are Celery apps, under whatever names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    CallSite,
    Choice,
    Expression,
    FunctionFact,
    Reference,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.names import Names, Target
from celerylint.model import (
    App,
    Entity,
    FoundBy,
)

_CELERY = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
_CURRENT = frozenset({"celery.current_app", "celery.app.current_app", "celery._state.current_app"})
_LOADERS = frozenset({"config_from_object", "config_from_envvar"})
_DEPTH = 12


class Apps:
    """The apps of a project, by every entity that stands for one of them."""

    def __init__(self, names: Names, following: Names) -> None:
        """Find the apps made by a call, then those known by what is done with them.

        `names` reads no further file to see what is called, which is asked of every call;
        `following` does, to see through a package that hands an app on.
        """
        self._names = names
        self._following = following
        self._by_entity: dict[Entity, App] = {}
        self.creations: dict[App, tuple[tuple[str, str, Call], ...]] = {}
        self._find_calls()
        self._find_subclass_names()
        self._find_by_behaviour()

    @cached_property
    def all(self) -> tuple[App, ...]:
        """Return every app once, by place."""
        return tuple(sorted(set(self._by_entity.values()), key=lambda app: app.place))

    def of(
        self, path: str, scope: str, expression: Expression
    ) -> tuple[App, tuple[str, ...]] | None:
        """Return the app that an expression starts with, and the attributes that follow."""
        target = self._following.of_expression(path, scope, expression)
        return self._of_target(target) if target else None

    def _of_target(self, target: Target, depth: int = 0) -> tuple[App, tuple[str, ...]] | None:
        entity, rest = target.entity, target.rest
        if entity.external:
            return self._current(entity.name)
        if entity in self._by_entity:
            return self._by_entity[entity], rest
        if rest:
            inner = Entity(entity.path, entity.inner_scope, rest[0])
            if inner in self._by_entity:
                return self._by_entity[inner], rest[1:]
        made = self._made(entity, depth)
        return (made, rest) if made else None

    def _current(self, name: str) -> tuple[App, tuple[str, ...]] | None:
        """Return what `current_app.conf` means: the app, where the project has just one."""
        for current in _CURRENT:
            if name == current or name.startswith(f"{current}."):
                apps = {app for app in self._by_entity.values() if app.found_by is FoundBy.CALL}
                rest = tuple(name[len(current) + 1 :].split(".")) if name != current else ()
                return (apps.pop(), rest) if len(apps) == 1 else None
        return None

    # --- apps made by a call --------------------------------------------------------------------

    def _find_calls(self) -> None:
        for index in self._names.facts.roots():
            path = index.facts.path
            for binding in index.facts.bindings:
                entity = Entity(path, binding.where.scope, binding.name)
                self._note(entity, path, binding.where.scope, binding.value)
            for write in index.facts.writes:
                owner = self._names.of_expression(path, write.where.scope, write.owner)
                if owner and not owner.rest and not owner.entity.external:
                    entity = Entity(owner.entity.path, owner.entity.inner_scope, write.name)
                    self._note(entity, path, write.where.scope, write.value)
            for function in index.facts.functions:
                for returned in function.returns:
                    self._note(_returned(path, function), path, function.scope, returned)

    def _note(self, entity: Entity, path: str, scope: str, value: Expression | None) -> None:
        options = value.options if isinstance(value, Choice) else (value,)
        for option in options:
            if isinstance(option, Call) and self._makes_app(path, scope, option):
                app = self._by_entity.get(entity)
                app = app or App(entity, Place(path, option.span), FoundBy.CALL)
                self._by_entity[entity] = app
                self.creations[app] = (*self.creations.get(app, ()), (path, scope, option))

    def _makes_app(self, path: str, scope: str, call: Call) -> bool:
        target = self._names.of_expression(path, scope, call.function)
        return target is not None and self._is_celery(target, 0)

    def _is_celery(self, target: Target, depth: int) -> bool:
        if target.entity.external:
            return target.entity.name in _CELERY
        if target.rest or depth > _DEPTH:
            return False
        index = self._names.facts.of(target.entity.path)
        fact = index and index.classes.get(target.entity.inner_scope)
        if not fact:
            return False
        bases = (
            self._names.of_expression(target.entity.path, fact.where.scope, base)
            for base in fact.bases
        )
        return any(base is not None and self._is_celery(base, depth + 1) for base in bases)

    def _find_subclass_names(self) -> None:
        """Let `self` in a subclass of Celery stand for the one app made from it."""
        made = defaultdict[Entity, set[App]](set)
        for app, creations in self.creations.items():
            for path, scope, call in creations:
                target = self._names.of_expression(path, scope, call.function)
                if target and not target.entity.external:
                    made[target.entity].add(app)
        for entity, apps in made.items():
            if len(apps) == 1:
                self._by_entity[entity] = next(iter(apps))

    # --- apps that arrive through a call or a parameter -----------------------------------------

    def _made(self, entity: Entity, depth: int) -> App | None:
        """Return the app behind a name that is bound to a factory's result, or a parameter."""
        index = self._names.facts.of(entity.path) if depth < _DEPTH else None
        if index is None:
            return None
        bindings = index.bindings.get((entity.scope, entity.name), [])
        found = {self._behind(entity, binding, depth) for binding in bindings}
        app = found.pop() if len(found) == 1 else None
        if app:
            self._by_entity[entity] = app
        return app

    def _behind(self, entity: Entity, binding: Binding, depth: int) -> App | None:
        if binding.kind is BindingKind.PARAMETER:
            return self._argument(entity, depth)
        if not isinstance(binding.value, Call):
            return None
        target = self._names.of_expression(entity.path, entity.scope, binding.value)
        if target:
            found = self._of_target(target, depth + 1)
            return found[0] if found and not found[1] else None
        function = self._function(entity.path, entity.scope, binding.value)
        return self._by_entity.get(_returned(*function)) if function else None

    def _function(self, path: str, scope: str, call: Call) -> tuple[str, FunctionFact] | None:
        target = self._names.of_expression(path, scope, call.function)
        if target is None or target.rest or target.entity.external:
            return None
        index = self._names.facts.of(target.entity.path)
        fact = index and index.functions.get(f"{target.entity.inner_scope}()")
        return (target.entity.path, fact) if fact else None

    @cached_property
    def _sites(self) -> dict[Entity, list[tuple[str, CallSite]]]:
        sites = defaultdict[Entity, list[tuple[str, CallSite]]](list)
        for path, site in self._names.facts.call_sites():
            target = self._names.of_expression(path, site.where.scope, site.call.function)
            if target and not target.rest and not target.entity.external:
                sites[target.entity].append((path, site))
        return dict(sites)

    def _argument(self, entity: Entity, depth: int) -> App | None:
        """Return the app that every call of a function hands to its parameter."""
        function = _function_entity(entity)
        index = self._names.facts.of(entity.path)
        fact = index.functions.get(entity.scope) if index else None
        if fact is None or entity.name not in fact.parameters:
            return None
        position = fact.parameters.index(entity.name)
        found = {
            self._handed(path, site, entity.name, position, depth)
            for path, site in self._sites.get(function, ())
        }
        return found.pop() if len(found) == 1 else None

    def _handed(
        self, path: str, site: CallSite, name: str, position: int, depth: int
    ) -> App | None:
        value = site.call.keyword(name) or site.call.positional(position)
        if not isinstance(value, Reference):
            return None
        target = self._names.of_expression(path, site.where.scope, value)
        found = self._of_target(target, depth + 1) if target else None
        return found[0] if found and not found[1] else None

    # --- apps known by what is done with them ---------------------------------------------------

    def _find_by_behaviour(self) -> None:
        """Take for an app whatever `config_from_object` is called on."""
        for path, site in list(self._names.facts.call_sites()):
            owner, _, method = site.call.dotted.rpartition(".")
            if method not in _LOADERS or not owner:
                continue
            target = self._names.resolve(path, site.where.scope, owner)
            if target.entity.external or self._of_target(target) or target.rest:
                continue
            place = Place(path, site.call.span)
            self._by_entity[target.entity] = App(target.entity, place, FoundBy.BEHAVIOUR)


def conf_writes(names: Names, apps: Apps) -> Iterator[tuple[App, str, Write, tuple[str, ...]]]:
    """Yield every write on an app or its `conf`, with the attributes between app and name."""
    for path, write in names.facts.writes():
        found = apps.of(path, write.where.scope, write.owner)
        if found:
            yield found[0], path, write, found[1]


def _returned(path: str, function: FunctionFact) -> Entity:
    return Entity(path, function.scope, "return")


def _function_entity(parameter: Entity) -> Entity:
    outer, _, name = parameter.scope.removesuffix("()").rpartition(".")
    return Entity(parameter.path, outer, name)
