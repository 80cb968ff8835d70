"""The settings of classes and their instances, with what they inherit."""

from __future__ import annotations

from celerylint.facts import BindingKind, Expression
from celerylint.finding import Place, Span
from celerylint.linking.names import Names, Target
from celerylint.linking.pydantic_settings import Fields
from celerylint.linking.settings_source import (
    Collected,
    SettingsSource,
    added,
    bound,
    opened,
    outside,
)
from celerylint.model import Entity

_DEEPEST = 50
_LOST = "a base class cannot be followed"


class ClassSettings:
    """The settings of every class that is asked for; base classes are noted in `followed`."""

    def __init__(self, names: Names, followed: set[Place]) -> None:
        """Gather with the help of names."""
        self._names = names
        self.fields = Fields(names)
        self._followed = followed

    def of(self, entity: Entity, *, instance: bool = False) -> SettingsSource:
        """Return the settings of a class, or of an instance: those of its bases come first."""
        lineage: dict[Entity, None] = {}
        found = Collected()
        self._trace(entity, lineage, found, 0)
        for each in lineage:
            self._add_class(each, found)
        for each in lineage if instance else ():
            self._add_instance(each, found)
        return found.gathered()

    def lost(self, entity: Entity) -> frozenset[str]:
        """Return the names of which a class has no value, but its instances have one."""
        lineage: dict[Entity, None] = {}
        self._trace(entity, lineage, Collected(), 0)
        return frozenset().union(*map(self.fields.lost, lineage))

    def _add_instance(self, entity: Entity, found: Collected) -> None:
        index = self._names.facts.of(entity.path)
        computed = set(self.fields.properties(entity))
        for binding in index.in_scope(entity.inner_scope) if index else ():
            if binding.name in computed:
                found.add(bound(binding._replace(kind=BindingKind.OTHER), entity))
        for write in index.instance_writes.get(entity.inner_scope, ()) if index else ():
            found.add(added(entity.path, write, entity))

    def _trace(
        self, entity: Entity, lineage: dict[Entity, None], found: Collected, depth: int
    ) -> None:
        """Put a class behind its bases, each of which comes once, as late as Python looks it up."""
        index = self._names.facts.of(entity.path)
        fact = index.classes.get(entity.inner_scope) if index else None
        if fact is None or depth > _DEEPEST:
            found.add(opened(Place(entity.path, Span(0, 0)), _LOST))
            return
        for base in reversed(fact.bases):
            place = Place(entity.path, base.span)
            self._followed.add(place)
            target = self._base(entity, fact.where.scope, base)
            if target is None or target.rest:
                found.add(opened(place, _LOST))
            elif not target.entity.external:
                self._trace(target.entity, lineage, found, depth + 1)
            elif target.entity.name != "object" and not self.fields.is_base(target.entity):
                found.add(opened(place, outside(target.entity)))
        lineage.setdefault(entity)

    def _base(self, entity: Entity, scope: str, base: Expression) -> Target | None:
        """Return what a base is; `class Config(Config)` means the one that was imported."""
        target = self._names.of_expression(entity.path, scope, base)
        if target is None or target.entity != entity:
            return target
        index = self._names.facts.of(entity.path)
        bindings = index.bindings.get((entity.scope, entity.name), ()) if index else ()
        imports = (b.target for b in bindings if b.kind is BindingKind.IMPORT)
        found = (self._names.imported(entity.path, name, ()) for name in imports)
        return next(found, None)

    def _add_class(self, entity: Entity, found: Collected) -> None:
        index = self._names.facts.of(entity.path)
        kind = self.fields.kind(entity)
        found.add(SettingsSource(tuple(self.fields.required(entity, kind))))
        for binding in index.in_scope(entity.inner_scope) if index else ():
            if binding.kind is BindingKind.DELETE and not binding.where.branch:
                found.delete(binding.name)
            else:
                given = (self.fields.given(s, kind) for s in bound(binding, entity).settings)
                found.add(SettingsSource(tuple(s for s in given if s)))
        for access in index.facts.dynamic if index else ():
            if access.writes and access.where.scope == entity.inner_scope:
                place = Place(entity.path, access.span)
                found.add(opened(place, f"{access.kind.value} may set any name"))
