"""The settings of modules and classes, with what is written to them by computed names."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts import BindingKind, Write
from celerylint.finding import Place
from celerylint.linking.additions import Additions
from celerylint.linking.class_settings import ClassSettings
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.index import scopes
from celerylint.linking.names import Names
from celerylint.linking.settings_source import SettingsSource, added, together
from celerylint.linking.star_imports import ModuleSettings
from celerylint.model import Entity, UnresolvedSource


class Objects:
    """Gather the names of modules and classes.

    `followed` are the expressions that were gone into: mentions within them are accounted for.
    """

    def __init__(self, names: Names, evaluator: Evaluator, additions: Additions) -> None:
        """Gather with the help of names, values and what is added later."""
        self._names = names
        self.modules = ModuleSettings(names, evaluator)
        self.followed: set[Place] = set()
        self._additions = additions
        self._classes = ClassSettings(names, self.followed)

    def module(self, path: str) -> SettingsSource:
        """Return the settings of a module: all names bound in it, star imports included."""
        return together((self.modules.module(path), *self._computed(Entity(path))))

    def cls(self, entity: Entity, *, instance: bool = False) -> SettingsSource:
        """Return the settings of a class, or of an instance of it."""
        found = self._classes.of(entity, instance=instance)
        return together((found, *self._computed(entity)))

    def lost(self, entity: Entity) -> frozenset[str]:
        """Return the names of which a class has no value, but its instances have one."""
        return self._classes.lost(entity)

    def way(self, path: str, scope: str, name: str) -> SettingsSource:
        """Return what leaves open that a name is what it looks like, where it is imported.

        A module whose star imports or `globals()` come later may have given it another meaning.
        """
        index = self._names.facts.of(path)
        first, *rest = name.split(".")
        known = index.bindings if index else {}
        bound = (known.get((place, first), []) for place in scopes(scope))
        imports = (b for b in next(filter(None, bound), []) if b.kind is BindingKind.IMPORT)
        later = (o for b in imports for o in self._later(path, b.target, rest))
        return SettingsSource((), tuple(later))

    def _later(self, path: str, target: str, rest: list[str]) -> Iterator[UnresolvedSource]:
        """Yield what comes in an imported module after a name of it was bound."""
        bare = target.lstrip(".")
        dots = target[: len(target) - len(bare)]
        parts = [*bare.split("."), *rest]
        named = ((dots + ".".join(parts[:n]), parts[n]) for n in range(len(parts) - 1, -1, -1))
        modules = ((self._names.modules.find(module, path), name) for module, name in named)
        owners = [(found.path, name) for found, name in modules if found]
        for owner, name in owners[:1]:
            yield from self._after(owner, name)

    def _after(self, path: str, name: str) -> Iterator[UnresolvedSource]:
        """Yield what leaves a module open after it bound a name; all where a star brings it."""
        index = self._names.facts.of(path)
        bound = index.bindings.get(("", name), []) if index else []
        last = max((binding.span.start for binding in bound), default=-1)
        for unresolved in self.module(path).unresolved:
            own = unresolved.place.path == path
            if unresolved.place.span.start > last if own else not bound:
                yield unresolved

    def _computed(self, entity: Entity) -> Iterator[SettingsSource]:
        """Yield what writes any name to a module or a class: `setattr(module, name, value)`."""
        for path, event in self._additions.of(entity):
            if isinstance(event, Write) and not event.name:
                yield added(path, event, entity)
