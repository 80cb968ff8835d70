"""What a source of configuration holds: the settings of a module, a class, a dict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from celerylint.facts import (
    Argument,
    Binding,
    Call,
    Choice,
    Constant,
    Expression,
    Lambda,
    Operation,
    Reference,
    Table,
    Where,
)
from celerylint.finding import Place, Span
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.gathered import (
    Gathered,
    added,
    bound,
    in_branch,
    keyed,
    keyword,
    outside,
    together,
    unknown,
    without_deleted,
)
from celerylint.linking.names import FileIndex, Names, Target
from celerylint.model import Entity, Grade, Opening

_DEPTH = 16
_DJANGO = "django.conf.settings"
_COPIES = frozenset({"copy.copy", "copy.deepcopy", "types.MappingProxyType"})


class Sources:
    """Gather settings from whatever is loaded.

    `followed` are the expressions that were gone into: mentions within them are accounted for.
    """

    def __init__(self, names: Names, evaluator: Evaluator) -> None:
        """Gather with the help of names and values."""
        self._names = names
        self._evaluator = evaluator
        self.followed: set[Place] = set()

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
            return replace(together(found), openings=(open_end,), grade=Grade.LIKELY)
        return self._object(path, where, expression, 0)

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
            return unknown(place, "Django's settings are not followed")
        found = self._names.modules.find(module, path)
        if not attribute and found is None:
            module, _, attribute = module.rpartition(".")
            found = self._names.modules.find(module, path) if module else None
        if found is None:
            return unknown(place, f"there is no module `{text}` in the project")
        if not attribute:
            return replace(self.module(found.path), grade=found.grade)
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
            django = entity.name == _DJANGO
            return unknown(
                place, "Django's settings are not followed" if django else outside(entity)
            )
        if target.rest or depth > _DEPTH:
            return unknown(place, "what is loaded cannot be followed")
        if entity.is_module:
            return self.module(entity.path)
        index = self._names.facts.of(entity.path)
        if index and entity.inner_scope in index.classes:
            return self.cls(entity)
        if index and f"{entity.inner_scope}()" in index.functions:
            return self._function(entity, place, depth)
        return self._variable(entity, place, depth)

    def _called(self, path: str, where: Where, call: Call, depth: int) -> Gathered:
        """Return the settings of an instance, or of the dict that a function returns."""
        target = self._names.of_expression(path, where.scope, call.function)
        if target and not target.rest and not target.entity.external:
            index = self._names.facts.of(target.entity.path)
            if index and target.entity.inner_scope in index.classes:
                return self.cls(target.entity) + self._instance(index, target.entity)
        home = Entity(path, where.scope, f"<{call.span.start}>")
        return self.mapping(path, where, call, home, depth)

    def _variable(self, entity: Entity, place: Place, depth: int) -> Gathered:
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), []) if index else []
        values = [b for b in bindings if b.value is not None]
        if index is None or not values or len(values) != len(bindings):
            return unknown(place, "what is loaded cannot be followed")
        found = Gathered()
        for binding in values:
            part = self._bound(entity, binding, depth)
            found += in_branch(part, binding.where)
        return found + self._later(entity, depth)

    def _bound(self, entity: Entity, binding: Binding, depth: int) -> Gathered:
        value = binding.value
        if isinstance(value, Call) and value.dotted != "dict":
            return self._called(entity.path, binding.where, value, depth + 1)
        if value is None:
            return Gathered()
        return self.mapping(entity.path, binding.where, value, entity, depth + 1)

    # --- modules --------------------------------------------------------------------------------

    def module(self, path: str, seen: tuple[str, ...] = ()) -> Gathered:
        """Return the settings of a module: all names bound in it, star imports included."""
        index = self._names.facts.of(path)
        if index is None:
            return unknown(Place(path, Span(0, 0)), f"`{path}` cannot be read")
        events: list[tuple[Span, Gathered]] = [
            (star.where.statement, self._star(path, star.module, star.where, (*seen, path)))
            for star in index.facts.star_imports
            if not star.where.scope
        ]
        home = Entity(path)
        events += [(b.where.statement, bound(b, home)) for b in index.in_scope("")]
        events.sort(key=lambda event: event[0])
        gathered = together(part for _, part in events)
        openings = tuple(
            Opening(Place(path, hole.span), f"{hole.kind.value} may set any name")
            for hole in index.facts.holes
            if hole.writes and not hole.where.scope
        )
        return without_deleted(replace(gathered, openings=gathered.openings + openings), index)

    def _star(self, path: str, module: str, where: Where, seen: tuple[str, ...]) -> Gathered:
        place = Place(path, where.statement)
        found = self._names.modules.find(module, path)
        if found is None:
            return Gathered((), (Opening(place, f"there is no module `{module}` in the project"),))
        if found.path in seen:
            return Gathered()
        part = self.module(found.path, seen)
        public = tuple(s for s in part.settings if self._is_exported(found.path, s.name))
        return in_branch(replace(part, settings=public, grade=Grade.CERTAIN), where)

    def _is_exported(self, path: str, name: str) -> bool:
        """Return whether a star import brings a name: what `__all__` lists, else all public ones."""
        listed = self._evaluator.value(path, "", Reference(Span(0, 0), "__all__"))
        names = listed.options[0] if listed.known else None
        return name in names if isinstance(names, tuple) else not name.startswith("_")

    # --- classes --------------------------------------------------------------------------------

    def cls(self, entity: Entity, depth: int = 0) -> Gathered:
        """Return the settings of a class: those of its bases first, then its own names."""
        index = self._names.facts.of(entity.path)
        fact = index.classes.get(entity.inner_scope) if index else None
        if index is None or fact is None or depth > _DEPTH:
            return unknown(Place(entity.path, Span(0, 0)), "a base class cannot be followed")
        found = Gathered()
        for base in reversed(fact.bases):
            found += self._base(entity.path, fact.where.scope, base, depth)
        for binding in index.in_scope(entity.inner_scope):
            found += bound(binding, entity)
        holes = (h for h in index.facts.holes if h.writes and h.where.scope == entity.inner_scope)
        openings = tuple(
            Opening(Place(entity.path, hole.span), f"{hole.kind.value} may set any name")
            for hole in holes
        )
        return replace(found, openings=found.openings + openings)

    def _base(self, path: str, scope: str, base: Expression, depth: int) -> Gathered:
        target = self._names.of_expression(path, scope, base)
        place = Place(path, base.span)
        self.followed.add(place)
        if target is None or target.rest:
            return Gathered((), (Opening(place, "a base class cannot be followed"),))
        if target.entity.external:
            if target.entity.name == "object":
                return Gathered()
            return Gathered((), (Opening(place, outside(target.entity)),))
        return self.cls(target.entity, depth + 1)

    def _instance(self, index: FileIndex, entity: Entity) -> Gathered:
        methods = f"{entity.inner_scope}."
        writes = (
            write
            for write in index.facts.writes
            if write.where.scope.startswith(methods)
            and isinstance(write.owner, Reference)
            and write.owner.name == "self"
        )
        return together(added(index.facts.path, write, entity) for write in writes)

    # --- dicts ----------------------------------------------------------------------------------

    def mapping(
        self, path: str, where: Where, expression: Expression, home: Entity, depth: int = 0
    ) -> Gathered:
        """Return the settings of an expression that gives a dict."""
        place = Place(path, expression.span)
        if depth > _DEPTH:
            return unknown(place, "what is loaded cannot be followed")
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
                arms = [self.mapping(path, where, p, home, depth + 1) for p in expression.options]
                branch = f"{expression.span.start}:choice"
                return together(
                    in_branch(arm, where._replace(branch=(f"{branch}{i}",)))
                    for i, arm in enumerate(arms)
                )
            case _:
                return unknown(place, "what is loaded cannot be followed")

    def _table(self, path: str, where: Where, table: Table, home: Entity, depth: int) -> Gathered:
        found = Gathered()
        for entry in table.entries:
            if entry.key is None:
                found += self.mapping(path, where, entry.value, home, depth + 1)
            else:
                found += keyed(path, entry, where, home)
        return found

    def _dict_call(self, path: str, where: Where, call: Call, home: Entity, depth: int) -> Gathered:
        target = self._names.of_expression(path, where.scope, call.function)
        name = call.dotted
        if name == "dict":
            return self.arguments(path, where, call.arguments, home, depth)
        if target and target.entity.external and target.entity.name in _COPIES:
            return self.arguments(path, where, call.arguments, home, depth)
        if name.endswith(".copy") and not call.arguments:
            owner = self._names.resolve(path, where.scope, name.removesuffix(".copy"))
            return self._target(owner, Place(path, call.span), depth + 1)
        return self._returned(path, where, call, depth)

    def arguments(
        self, path: str, where: Where, arguments: Iterable[Argument], home: Entity, depth: int = 0
    ) -> Gathered:
        """Return the settings that the arguments of `dict(...)` or `conf.update(...)` hold."""
        found = Gathered()
        for argument in arguments:
            if argument.name:
                found += keyword(path, argument, where, home)
            else:
                found += self.mapping(path, where, argument.value, home, depth + 1)
        return found

    def _returned(self, path: str, where: Where, call: Call, depth: int) -> Gathered:
        place = Place(path, call.span)
        target = self._names.of_expression(path, where.scope, call.function)
        if target is None or target.rest or target.entity.external:
            return unknown(place, "what is loaded cannot be followed")
        return self._function(target.entity, place, depth)

    def _function(self, entity: Entity, place: Place, depth: int) -> Gathered:
        """Return the settings of the dict that a function returns."""
        index = self._names.facts.of(entity.path)
        fact = index.functions.get(f"{entity.inner_scope}()") if index else None
        if fact is None or not fact.returns:
            return unknown(place, "what is loaded cannot be followed")
        inner = Where(fact.scope, (), fact.where.statement)
        home = Entity(entity.path, fact.scope, "return")
        parts = [self.mapping(home.path, inner, r, home, depth + 1) for r in fact.returns]
        if len(parts) == 1:
            return parts[0]
        return together(
            in_branch(part, inner._replace(branch=(f"{fact.where.statement.start}:return{i}",)))
            for i, part in enumerate(parts)
        )

    def _later(self, entity: Entity, depth: int) -> Gathered:
        """Return what is added to a dict after it was made: `X['a'] = 1`, `X.update(...)`."""
        found = Gathered()
        index = self._names.facts.of(entity.path)
        if index is None:
            return found
        for write in index.facts.writes:
            if self._is(entity, write.where.scope, write.owner):
                found += added(entity.path, write, entity)
        for site in index.facts.calls:
            owner, _, method = site.call.dotted.rpartition(".")
            reference = Reference(site.call.span, owner)
            if method == "update" and owner and self._is(entity, site.where.scope, reference):
                found += in_branch(
                    self.arguments(entity.path, site.where, site.call.arguments, entity, depth + 1),
                    site.where,
                )
        return found

    def _is(self, entity: Entity, scope: str, expression: Expression) -> bool:
        if not isinstance(expression, Reference):
            return False
        target = self._names.resolve(entity.path, scope, expression.name)
        return target.entity == entity and not target.rest
