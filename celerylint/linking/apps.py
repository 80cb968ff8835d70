"""Which objects are Celery apps, under whatever names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    CallSite,
    Choice,
    Expression,
    Member,
    Reference,
    Where,
)
from celerylint.finding import Place
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names, Target, is_none
from celerylint.model import App, Entity, FoundBy

_CELERY = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
_CURRENT = frozenset({"celery.current_app", "celery.app.current_app", "celery._state.current_app"})
_LOADERS = frozenset({"config_from_object", "config_from_envvar"})
_DEPTH = 12
# So often a parameter is handed on by functions that call one another.
_HANDED_ON = 4

Handed = tuple[str, Where, Expression]
"""An expression, the file and the scope that it stands in."""


class _Stand(NamedTuple):
    """What a name stands for: an app, or something of an app such as its `conf`."""

    app: App
    rest: tuple[str, ...] = ()

    def then(self, rest: tuple[str, ...]) -> _Stand:
        return _Stand(self.app, self.rest + rest)


class Apps:
    """The apps of a project, by every entity that stands for one of them."""

    def __init__(self, names: Names, following: Names) -> None:
        """Find the apps made by a call, then those known by what is done with them.

        `names` reads no further file to see what is called, which is asked of every call;
        `following` does, to see through a package that hands an app on.
        """
        self._names = names
        self._following = following
        self._by_entity: dict[Entity, _Stand] = {}
        self._by_place: dict[Place, App] = {}
        self._asked: set[Entity] = set()
        self._default: tuple[App, ...] = ()
        self.creations: dict[App, tuple[tuple[str, CallSite], ...]] = {}
        self._find_calls()
        self._find_subclass_names()
        self._find_by_behaviour()

    @property
    def all(self) -> tuple[App, ...]:
        """Return every app once, by place."""
        return tuple(
            sorted({stand.app for stand in self._by_entity.values()}, key=lambda app: app.place)
        )

    def attribute(self, app: App) -> Entity | None:
        """Return a name that stands for the app once its module is imported, if there is one."""
        stands = ((e, stand) for e, stand in self._by_entity.items() if not e.scope)
        names = (e for e, stand in stands if stand == _Stand(app) and e.name.isidentifier())
        return min(names, key=lambda entity: (entity != app.entity, entity), default=None)

    def add(self, app: App) -> None:
        """Take for an app what is one for reasons that are not seen here."""
        self._by_entity.setdefault(app.entity, _Stand(app))
        self._asked.clear()

    def named(self, entity: Entity) -> App | None:
        """Return the app that an entity stands for."""
        stand = self._of_target(Target(entity))
        return stand.app if stand and not stand.rest else None

    def of(
        self, path: str, scope: str, expression: Expression
    ) -> tuple[App, tuple[str, ...]] | None:
        """Return the app that an expression starts with, and the attributes that follow."""
        made = self._by_place.get(Place(path, _innermost(expression).span))
        if made:
            return made, _attributes(expression)
        target = self._following.of_expression(path, scope, expression)
        return self._of_target(target) if target else None

    def _of_target(self, target: Target, depth: int = 0) -> _Stand | None:
        entity, rest = target.entity, target.rest
        if entity.external:
            return self._current(entity.name)
        if entity in self._by_entity:
            return self._by_entity[entity].then(rest)
        if rest:
            inner = Entity(entity.path, entity.inner_scope, rest[0])
            if inner in self._by_entity:
                return self._by_entity[inner].then(rest[1:])
        made = self._made(entity, depth)
        return made.then(rest) if made else None

    def _current(self, name: str) -> _Stand | None:
        """Return what `current_app.conf` means: the app, where the project has just one."""
        apps = tuple(self.creations) or self._default
        if len(apps) != 1:
            return None
        (app,) = apps
        for current in _CURRENT:
            if name == current:
                return _Stand(app)
            if name.startswith(f"{current}."):
                return _Stand(app, tuple(name[len(current) + 1 :].split(".")))
        return None

    # --- apps made by a call --------------------------------------------------------------------

    def _find_calls(self) -> None:
        for index in self._names.facts.roots():
            self._find_named(index)
        made = (site.call for creations in self.creations.values() for _, site in creations)
        wanted = {"Celery", *map(_called, made)}
        for path, site in list(self._names.facts.call_sites()):
            unbound = Place(path, site.call.span) not in self._by_place
            if _called(site.call) in wanted and unbound:
                entity = Entity(path, site.where.scope, f"<{site.call.span.start}>")
                self._note(entity, path, site.where.scope, site.call)

    def _find_named(self, index: FileIndex) -> None:
        path = index.facts.path
        for binding in index.facts.bindings:
            entity = Entity(path, binding.where.scope, binding.name)
            self._note(entity, path, binding.value_scope, binding.value)
        for write in index.facts.writes:
            owner = self._names.of_expression(path, write.where.scope, write.owner)
            if owner and not owner.rest and not owner.entity.external:
                entity = Entity(owner.entity.path, owner.entity.inner_scope, write.name)
                self._note(entity, path, write.where.scope, write.value)
        for function in index.facts.functions:
            for returned in function.returns:
                entity = Entity(path, function.scope, "return")
                self._note(entity, path, function.scope, returned)

    def _note(self, entity: Entity, path: str, scope: str, value: Expression | None) -> None:
        options = value.options if isinstance(value, Choice) else (value,)
        for option in options:
            if isinstance(option, Call) and self._makes_app(path, scope, option):
                self._note_app(entity, path, option)

    def _note_app(self, entity: Entity, path: str, call: Call) -> None:
        """Note an app, which may have several names, and which several calls may make."""
        place = Place(path, call.span)
        known = self._by_entity.get(entity)
        app = self._by_place.get(place) or (known.app if known else None)
        app = app or App(entity, place, FoundBy.CALL)
        self._by_entity[entity] = _Stand(app)
        index = self._names.facts.of(path)
        if index and place not in self._by_place:
            self._by_place[place] = app
            self.creations[app] = (*self.creations.get(app, ()), (path, index.sites[call.span]))

    def _makes_app(self, path: str, scope: str, call: Call) -> bool:
        target = self._names.of_expression(path, scope, call.function)
        return target is not None and self._is_celery(target, 0)

    def _is_celery(self, target: Target, depth: int) -> bool:
        if target.entity.external:
            return target.entity.name in _CELERY
        if target.rest or depth > _DEPTH:
            return False
        behind = tuple(self._sources_of(target.entity))
        found = (each is not None and self._is_celery(each, depth + 1) for each in behind)
        return any(found) if self._is_class(target.entity) else bool(behind) and all(found)

    def _is_class(self, entity: Entity) -> bool:
        index = self._names.facts.of(entity.path)
        return bool(index and entity.inner_scope in index.classes)

    def _sources_of(self, entity: Entity) -> Iterator[Target | None]:
        """Yield the bases of a class, or all that a name is bound to which is none."""
        index = self._names.facts.of(entity.path)
        fact = index.classes.get(entity.inner_scope) if index else None
        if fact:
            for base in fact.bases:
                yield self._names.of_expression(entity.path, fact.where.scope, base)
            return
        for bound in index.bindings.get((entity.scope, entity.name), ()) if index else ():
            scope, value = bound.value_scope, bound.value
            yield self._names.of_expression(entity.path, scope, value) if value else None

    def classes(self, path: str, scope: str, called: Expression) -> Iterator[Entity]:
        """Yield the project's own classes that a call may make an app of, their bases included."""
        pending, seen = [self._names.of_expression(path, scope, called)], set[Entity]()
        while pending:
            target = pending.pop()
            if target is None or target.rest or target.entity.external or target.entity in seen:
                continue
            seen.add(target.entity)
            pending += self._sources_of(target.entity)
            if self._is_class(target.entity):
                yield target.entity

    def _find_subclass_names(self) -> None:
        """Let `self` in a subclass of Celery stand for the one app made from it."""
        made = defaultdict[Entity, set[App]](set)
        for app, creations in self.creations.items():
            for path, site in creations:
                scope, call = site.where.scope, site.call
                target = self._names.of_expression(path, scope, call.function)
                if target and self._is_class(target.entity):
                    made[target.entity].add(app)
        for entity, apps in made.items():
            if len(apps) == 1:
                self._by_entity[entity] = _Stand(next(iter(apps)))

    # --- apps that arrive through a call or a parameter -----------------------------------------

    def _made(self, entity: Entity, depth: int) -> _Stand | None:
        """Return the app behind a name that is bound to a factory's result, or a parameter."""
        if entity in self._asked or depth > _DEPTH:
            return None
        self._asked.add(entity)
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), ()) if index else ()
        found = {self._behind(entity, b, depth) for b in bindings if not is_none(b.value)}
        stand = found.pop() if len(found) == 1 else None
        if stand:
            self._by_entity[entity] = stand
        return stand

    def _behind(self, entity: Entity, binding: Binding, depth: int) -> _Stand | None:
        if binding.kind is BindingKind.PARAMETER:
            return self._argument(entity, depth)
        if binding.kind is BindingKind.FUNCTION:
            return self._property(entity, depth)
        if isinstance(binding.value, Member):
            owner = self._names.of_expression(entity.path, binding.value_scope, binding.value)
            return self._of_target(owner, depth + 1) if owner else None
        if not isinstance(binding.value, Call):
            return None
        called = binding.value.function
        function = self._names.of_expression(entity.path, binding.value_scope, called)
        return self._given_by(function.entity, depth) if function and not function.rest else None

    def _property(self, entity: Entity, depth: int) -> _Stand | None:
        """Return what a method gives that is not called, so that it must be a property."""
        index = self._names.facts.of(entity.path)
        method = index and f"{entity.inner_scope}()" in index.methods
        return self._given_by(entity, depth) if method else None

    def _given_by(self, function: Entity, depth: int) -> _Stand | None:
        """Return what a function of the project returns."""
        index = self._names.facts.of(function.path)
        fact = index.functions.get(f"{function.inner_scope}()") if index else None
        if fact is None:
            return None
        made = self._by_entity.get(Entity(function.path, fact.scope, "return"))
        target = None if made else self._names.returned(function.path, fact)
        return self._of_target(target, depth + 1) if target else made

    @cached_property
    def _sites(self) -> dict[Entity, list[tuple[str, CallSite]]]:
        sites = defaultdict[Entity, list[tuple[str, CallSite]]](list)
        for path, site in self._names.facts.call_sites():
            target = self._names.of_expression(path, site.where.scope, site.call.function)
            if target and not target.rest and not target.entity.external:
                sites[target.entity].append((path, site))
        return dict(sites)

    def _argument(self, entity: Entity, depth: int) -> _Stand | None:
        """Return the app that every call of a function hands to its parameter."""
        sites = self._sites.get(_function_entity(entity), ())
        handed = (
            value and self._names.of_expression(path, site.where.scope, value)
            for path, site, value in self._calls_with(entity, sites)
        )
        # A function that calls itself hands on what it was given.
        others = (target for target in handed if target is None or target.entity != entity)
        found = {target and self._of_target(target, depth + 1) for target in others}
        return found.pop() if len(found) == 1 else None

    def _calls_with(
        self, parameter: Entity, sites: Iterable[tuple[str, CallSite]]
    ) -> Iterator[tuple[str, CallSite, Expression | None]]:
        """Yield the calls of a function, each with what it hands to a parameter."""
        index = self._names.facts.of(parameter.path)
        fact = index.functions.get(parameter.scope) if index else None
        # Another function of the same name may have it.
        if index is None or fact is None or parameter.name not in fact.parameters:
            return
        position = fact.parameters.index(parameter.name) - (parameter.scope in index.methods)
        for path, site in sites:
            yield path, site, site.call.keyword(parameter.name) or site.call.positional(position)

    def _every_call(self, function: Entity) -> Iterator[tuple[str, CallSite]]:
        """Yield the calls of a function, also by way of a package that hands it on."""
        known = self._sites.get(function, [])
        yield from known
        for path, site in list(self._names.facts.call_sites()):
            if _called(site.call) == function.name and (path, site) not in known:
                target = self._following.of_expression(path, site.where.scope, site.call.function)
                if target and not target.rest and target.entity == function:
                    yield path, site

    def handed(
        self, path: str, where: Where, expression: Expression, depth: int = 0
    ) -> tuple[Handed, ...]:
        """Return what the calls of a function hand to a parameter of it; else the expression.

        So it is where a call leaves the parameter out, and where it is bound anew.
        """
        if isinstance(expression, Reference) and depth < _HANDED_ON:
            target = self._names.resolve(path, where.scope, expression.name)
            index = self._names.facts.of(target.entity.path)
            bound = index.bindings.get((target.entity.scope, target.entity.name)) if index else ()
            plain = not target.rest and all(b.kind is BindingKind.PARAMETER for b in bound or ())
            sites = self._every_call(_function_entity(target.entity)) if plain and bound else ()
            calls = tuple(self._calls_with(target.entity, sites))
            values = [(asking, site.where, value) for asking, site, value in calls if value]
            if values and len(values) == len(calls):
                every = (each for value in values for each in self.handed(*value, depth + 1))
                return tuple(dict.fromkeys(every))
        return ((path, where, expression),)

    # --- apps known by what is done with them ---------------------------------------------------

    def _find_by_behaviour(self) -> None:
        """Take for an app whatever `config_from_object` is called on.

        Where the project makes none, `current_app` is Celery's default app.
        """
        for path, site in list(self._names.facts.call_sites()):
            owner, _, method = site.call.dotted.rpartition(".")
            if method not in _LOADERS or not owner:
                continue
            target = self._names.resolve(path, site.where.scope, owner)
            current = target.entity.name in _CURRENT and not (self.creations or self._default)
            outside = target.entity.external and not current
            if outside or self._of_target(target) or target.rest:
                continue
            entity = Entity(path, site.where.scope, "<current_app>") if current else target.entity
            app = App(entity, Place(path, site.call.span), FoundBy.BEHAVIOUR)
            self._by_entity[entity] = _Stand(app)
            self._default = (app,) if current else self._default
            self._asked.clear()


def _called(call: Call) -> str:
    return call.dotted.rpartition(".")[2]


def _innermost(expression: Expression) -> Expression:
    while isinstance(expression, Member):
        expression = expression.owner
    return expression


def _attributes(expression: Expression) -> tuple[str, ...]:
    if isinstance(expression, Member):
        return (*_attributes(expression.owner), expression.name)
    return ()


def _function_entity(parameter: Entity) -> Entity:
    outer, _, name = parameter.scope.removesuffix("()").rpartition(".")
    return Entity(parameter.path, outer, name)
