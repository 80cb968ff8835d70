"""The settings of Django sites, in classes and in `settings.configure(...)` too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from celerylint.facts import CallSite, Reference
from celerylint.finding import Place
from celerylint.linking.django_modules import SETTINGS, Entries
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names, weaker
from celerylint.linking.settings_source import (
    SettingsSource,
    alternatives,
    opened,
    together,
    upper_case,
)
from celerylint.linking.sources import Sources
from celerylint.model import Entity, Entry, Grade, Naming

_PACKAGE = "configurations."
_DEEPEST = 50
# What is given `__name__` for other reasons.
_OTHERS = frozenset({"getLogger", "get_logger", "get_task_logger", "getLoggerClass"})


class Sites:
    """Gather the settings of Django sites: of their modules, of classes in them, of calls."""

    def __init__(self, names: Names, sources: Sources, entries: Entries) -> None:
        """Gather with the help of names."""
        self._names = names
        self._sources = sources
        self._entries = entries

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return what the site may be started with: modules, and calls that do without one."""
        return (*self._entries.all, *self._calls)

    def naming(self, entry: Entry) -> frozenset[str]:
        """Return the files that name a settings module."""
        return self._entries.naming.get(entry.path, frozenset())

    def settings(self, entry: Entry) -> SettingsSource:
        """Return the settings of a site that is started with a module."""
        if entry in self._calls:
            return self._configured(entry.path, self._calls[entry])
        found = self._sources.django(entry.path)
        made = self._classes(entry.path)
        grade = Grade.LIKELY if made.settings else Grade.CERTAIN
        return replace(together((found, made)), grade=weaker(entry.grade, grade))

    @cached_property
    def _calls(self) -> Mapping[Entry, CallSite]:
        """Return the calls of `settings.configure`, which stand for a settings module."""
        found = {}
        for path, site in self._names.facts.call_sites():
            owner, method = site.call.method or (None, "")
            if owner is None or method != "configure" or not site.call.arguments:
                continue
            target = self._names.of_expression(path, site.where.scope, owner)
            if target and target.entity.external and target.entity.name == SETTINGS:
                place = Place(path, site.call.span)
                found[Entry(path, place, Grade.CERTAIN, Naming.CALL)] = site
        return found

    def _configured(self, path: str, site: CallSite) -> SettingsSource:
        """Return what `settings.configure(defaults, NAME=value)` makes of Django's settings."""
        call = site.call
        # Where the site is started so, the call is made: it stands in no branch of that site.
        where = site.where._replace(branch=())
        defaults = call.keyword("default_settings") or call.positional(0)
        under = (self._sources.loaded(path, where, defaults),) if defaults else ()
        given = [a for a in call.arguments if a.value is not defaults]
        owner = Entity(path, "", f"<{call.span.start}>")
        found = together((*under, self._sources.arguments(path, where, given, owner)))
        return upper_case(replace(found, grade=Grade.CERTAIN))

    def _classes(self, path: str) -> SettingsSource:
        """Return the settings of the classes of a module that are exported as its own."""
        index = self._names.facts.of(path)
        if index is None:
            return SettingsSource()
        handed = together(self._handed(index))
        classes = self._configurations(index)
        if not classes:
            return handed
        parts = [upper_case(self._sources.cls(entity)) for entity in classes]
        where = index.classes[classes[0].name].where
        found = parts[0] if len(parts) == 1 else alternatives(parts, where, f"{path}:class")
        return together((handed, found))

    def _handed(self, index: FileIndex) -> Iterator[SettingsSource]:
        """Yield what calls at the top of a module make of its `__name__`."""
        path = index.facts.path
        for site in index.facts.calls:
            if site.where.scope or not _gives_name(site):
                continue
            place = Place(path, site.call.span)
            name = f"`{site.call.dotted}`" if site.call.dotted else "what is called"
            yield opened(place, f"{name} may set any name of this module")
            owner = site.call.method[0] if site.call.method else None
            target = self._names.of_expression(path, "", owner) if owner else None
            inner = self._names.facts.of(target.entity.path) if target else None
            if target and inner and target.entity.inner_scope in inner.classes:
                yield upper_case(self._sources.cls(target.entity))

    def _configurations(self, index: FileIndex) -> tuple[Entity, ...]:
        """Return the classes that django-configurations may take, without those inherited from."""
        path = index.facts.path
        top = [fact for fact in index.facts.classes if "." not in fact.scope]
        found = [f for f in top if self._is_configuration(Entity(path, "", f.name), 0)]
        bases = {base.name for fact in top for base in fact.bases if isinstance(base, Reference)}
        return tuple(Entity(path, "", f.name) for f in found if f.name not in bases)

    def _is_configuration(self, entity: Entity, depth: int) -> bool:
        index = self._names.facts.of(entity.path)
        fact = index.classes.get(entity.inner_scope) if index else None
        if fact is None or depth > _DEEPEST:
            return False
        for base in fact.bases:
            target = self._names.of_expression(entity.path, fact.where.scope, base)
            if target is None:
                continue
            if target.entity.external:
                name = target.entity.name
                if name.startswith(_PACKAGE) or name.endswith("Configuration"):
                    return True
            elif target.entity != entity and self._is_configuration(target.entity, depth + 1):
                return True
        return False


def _gives_name(site: CallSite) -> bool:
    called = site.call.dotted.rpartition(".")[2]
    if called in _OTHERS:
        return False
    given = [argument.value for argument in site.call.arguments]
    return any(isinstance(value, Reference) and value.name == "__name__" for value in given)
