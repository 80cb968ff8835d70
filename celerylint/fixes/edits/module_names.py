"""What becomes of the names of a module elsewhere: through imports, star imports, and as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from celerylint.facts import Binding, BindingKind, CallSite, Constant, Expression, Use
from celerylint.finding import Edit, Place, Span
from celerylint.fixes.edits.plan import Step, doubt
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import Entity

NAMING = frozenset({"delattr", "getattr", "hasattr", "object", "setattr"})
"""Calls whose second argument is the name of an attribute of the first."""

# Calls that take `module.NAME` as one text.
_PATCHING = frozenset({"delattr", "patch", "setattr"})
_REBOUND = frozenset({BindingKind.ASSIGN, BindingKind.AUGMENT, BindingKind.DELETE})


class ModuleNames:
    """The modules some of whose names are to become others, and those that hand them on."""

    def __init__(self, project: Project, new: Mapping[tuple[Entity, str], str]) -> None:
        """Take the new names by the module and its old name."""
        self._project = project
        self._new = {(e.path, name): each for (e, name), each in new.items() if e.is_module}
        self._old = frozenset(name for _, name in self._new)
        self.heirs: dict[tuple[str, str], str] = {}
        while found := dict(self._inherited()):
            self.heirs |= found
            self._new |= found

    def _inherited(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Yield the names that a module takes over with a star import, and binds again itself.

        They have to go on meaning the same: `from conf import *`, then `NAME = NAME * 2`.
        """
        for index in list(self._project.facts.roots()):
            path = index.facts.path
            for name in self._old if index.facts.star_imports else ():
                bindings = index.bindings.get(("", name), ())
                new = self._starred(index, name, {path})
                if (path, name) not in self._new and new and all(map(_is_rebound, bindings)):
                    yield from [((path, name), new)] if bindings else []

    def renamed(self, path: str, name: str) -> str | None:
        """Return what a name of a module becomes, be it that a star import brings it there."""
        return self._renamed(path, name, set())

    def _renamed(self, path: str, name: str, seen: set[str]) -> str | None:
        index = self._project.facts.of(path)
        if (path, name) in self._new:
            return self._new[path, name]
        if index is None or ("", name) in index.bindings or path in seen:
            return None
        return self._starred(index, name, {*seen, path})

    def _starred(self, index: FileIndex, name: str, seen: set[str]) -> str | None:
        """Return what a name becomes that star imports bring; the last of them counts."""
        for star in reversed(index.facts.star_imports):
            found = self._project.names.modules.find(star.module, index.facts.path)
            new = self._renamed(found.path, name, seen) if found else None
            if new:
                return new
        return None

    def taken(self, path: str, binding: Binding) -> str | None:
        """Return the new name of what an import takes from a module, None where it has none."""
        module, _, name = binding.target.rpartition(".")
        if binding.kind is not BindingKind.IMPORT or name not in self._old:
            return None
        found = self._project.names.modules.find(module or ".", path)
        return self.renamed(found.path, name) if found else None

    def asked(self, index: FileIndex) -> Iterator[Span]:
        """Yield the objects of a file that a call asks for one attribute, by its plain name."""
        for site in index.facts.calls:
            owner, key = site.call.positional(0), site.call.positional(1)
            if owner and isinstance(key, Constant) and _method(site) in NAMING:
                yield owner.span

    # --- what to do -----------------------------------------------------------------------------

    def rebindings(self) -> Iterator[Edit]:
        """Yield how the names that a module takes over and binds again are renamed there."""
        for (path, name), new in self.heirs.items():
            for binding in index_of(self._project, path).bindings["", name]:
                yield Edit(Place(path, binding.span), new)

    def imports(self, index: FileIndex, settings: Collection[Place]) -> Iterator[Edit]:
        """Yield how the imports of a name go on; what becomes a setting takes the new name over."""
        path = index.facts.path
        for binding in index.facts.bindings:
            new = self.taken(path, binding)
            if new:
                keeps = not binding.asked and Place(path, binding.span) not in settings
                place = Place(path, binding.asked or binding.span)
                yield Edit(place, f"{new} as {binding.name}" if keeps else new)

    def mentioned(self, path: str, use: Use) -> Iterator[Step]:
        """Yield what to do about a text such as `package.module.NAME`."""
        module, _, name = use.name.rpartition(".")
        if not module or name not in self._old:
            return
        found = self._project.names.modules.find(module, path)
        new = self.renamed(found.path, name) if found else None
        if new and use.owner.rpartition(".")[2] in _PATCHING:
            yield Edit(Place(path, Span(use.span.end - len(name), use.span.end)), new)
        elif new:
            yield doubt(Place(path, use.span), f"a string names `{use.name}`")

    def named(self, index: FileIndex) -> Iterator[Edit]:
        """Yield how to rename in `patch.object(module, "NAME")` and its relatives."""
        path = index.facts.path
        for site in index.facts.calls:
            owner, key = site.call.positional(0), site.call.positional(1)
            if _method(site) not in NAMING or owner is None:
                continue
            target = self._project.names.of_expression(path, site.where.scope, owner)
            if target and not target.rest and target.entity.is_module:
                yield from self._key(path, target.entity.path, key)

    def _key(self, path: str, module: str, key: Expression | None) -> Iterator[Edit]:
        if isinstance(key, Constant) and isinstance(key.value, str) and key.inner:
            new = self.renamed(module, key.value)
            if new and key.inner.end - key.inner.start == len(key.value):
                yield Edit(Place(path, key.inner), new)

    def clashes(self) -> Iterator[Step]:
        """Yield the names in other modules that a star import would bring a new meaning for."""
        wanted = {new: name for (_, name), new in self._new.items()}
        modules = {path for path, _ in self._new}
        for index in list(self._project.facts.roots()):
            path = index.facts.path
            for new, old in wanted.items() if index.facts.star_imports else ():
                bound = index.bindings.get(("", new), ())
                if bound and path not in modules and self._starred(index, old, {path}):
                    yield doubt(Place(path, bound[0].span), f"`{new}` means something else here")


def _method(site: CallSite) -> str:
    return site.call.dotted.rpartition(".")[2]


def _is_rebound(binding: Binding) -> bool:
    return binding.kind in _REBOUND and binding.span.end - binding.span.start == len(binding.name)
