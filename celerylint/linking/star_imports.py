"""The settings of modules, with what star imports bring into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from celerylint.facts import (
    Binding,
    BindingKind,
    DynamicAccess,
    DynamicAccessKind,
    Reference,
    StarImport,
)
from celerylint.finding import Place, Span
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.included_files import Running, running
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names
from celerylint.linking.settings_source import (
    Collected,
    SettingsSource,
    bound,
    in_branch,
    opened,
    unknown,
)
from celerylint.model import Entity, Grade

# Python itself gives up on imports that are nested a few hundred deep.
_DEEPEST = 100


class ModuleSettings:
    """The settings of every module that is asked for."""

    def __init__(self, names: Names, evaluator: Evaluator) -> None:
        """Gather with the help of names and values."""
        self._names = names
        self._evaluator = evaluator
        self._known: dict[str, SettingsSource] = {}
        self.reached: dict[str, frozenset[str]] = {}
        self.mingled: dict[str, Place] = {}
        self.circles: dict[Place, str] = {}

    def module(self, path: str) -> SettingsSource:
        """Return the settings of a module: all names bound in it, star imports included.

        `reached` holds the files that took part, by path of the module. `mingled` are the modules
        that run in one another's names, so that either may use names of the other. `circles` are
        the star imports of a module that is still being imported.
        """
        if path not in self._known:
            run = _Run(self._names, self._evaluator)
            self._known[path] = run.module(path)
            self.reached[path] = frozenset((path, *run.begun))
            self.mingled.update(run.mingled)
            self.circles.update(run.circles)
        return self._known[path]


class _Run:
    """One import of a module. As in Python, every module runs once, however often imported."""

    def __init__(self, names: Names, evaluator: Evaluator) -> None:
        self._names = names
        self._evaluator = evaluator
        self.begun: dict[str, Collected] = {}
        self.mingled: dict[str, Place] = {}
        self.circles: dict[Place, str] = {}
        self._running: list[str] = []

    def module(self, path: str) -> SettingsSource:
        """Return the names of a module, as far as it has come where it is still running."""
        index = self._names.facts.of(path)
        place = Place(path, Span(0, 0))
        if index is None:
            return unknown(place, f"`{path}` cannot be read")
        if len(self._running) > _DEEPEST:
            return opened(place, "star imports are nested too deeply")
        if path not in self.begun:
            self.begun[path] = Collected()
            self._running.append(path)
            self._run(index, self.begun[path])
            self._running.pop()
        return self.begun[path].gathered()

    def _run(self, index: FileIndex, names: Collected) -> None:
        path = index.facts.path
        runs = tuple(running(index, self._names))
        for event in _events(index, runs):
            if isinstance(event, Running):
                names.add(self._included(path, event))
            elif isinstance(event, StarImport):
                names.add(self._star(path, event))
            elif event.kind is BindingKind.DELETE and not event.where.branch:
                names.delete(event.name)
            else:
                names.add(bound(event, Entity(path)))
        seen = {run.place.span for run in runs}
        for access in index.facts.dynamic:
            if _opens_module(access) and access.span not in seen:
                names.add(opened(Place(path, access.span), f"{access.kind.value} may set any name"))

    def _included(self, path: str, run: Running) -> SettingsSource:
        """Return the names of a file that runs within a module as if it were part of it."""
        if run.path is None:
            return opened(run.place, run.reason)
        self.mingled.update(dict.fromkeys((path, run.path), run.place))
        part = self.module(run.path)
        return in_branch(replace(part, grade=Grade.CERTAIN), run.where)

    def _star(self, path: str, star: StarImport) -> SettingsSource:
        place = Place(path, star.where.statement)
        found = self._names.modules.find(star.module, path)
        if found is None:
            return opened(place, f"there is no module `{star.module}` in the project")
        if found.path in self._running:
            self.circles[place] = found.path
        part = self.module(found.path)
        listed = self._exported(found.path)
        public = tuple(
            s
            for s in part.settings
            if (s.name in listed if listed is not None else not s.name.startswith("_"))
        )
        return in_branch(replace(part, settings=public, grade=Grade.CERTAIN), star.where)

    def _exported(self, path: str) -> frozenset[object] | None:
        """Return what `__all__` lists, None where it is not known."""
        listed = self._evaluator.value(path, "", Reference(Span(0, 0), "__all__"))
        names = listed.options[0] if listed.known else None
        return frozenset(names) if isinstance(names, tuple) else None


def _events(index: FileIndex, runs: Iterable[Running]) -> Iterator[Binding | StarImport | Running]:
    """Yield what happens to the names of a module, in the order of the text."""
    stars = ((s.where.statement.start, s) for s in index.facts.star_imports if not s.where.scope)
    events: list[tuple[int, Binding | StarImport | Running]] = [*stars]
    events += ((run.place.span.start, run) for run in runs)
    events += ((binding.span.start, binding) for binding in index.in_scope(""))
    return (event for _, event in sorted(events, key=lambda event: event[0]))


def _opens_module(access: DynamicAccess) -> bool:
    """Return whether names of the module itself may be bound, be it from within a function."""
    within_function = access.kind is DynamicAccessKind.DYNAMIC and "()" in access.where.scope
    anywhere = access.kind is DynamicAccessKind.GLOBALS or within_function
    return access.writes and (anywhere or not access.where.scope)
