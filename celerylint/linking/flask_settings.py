"""The settings that arrive through the configuration of a host such as Flask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from celerylint.facts import Argument, BindingKind, CallSite, Constant, Expression, Where, Write
from celerylint.finding import Place
from celerylint.linking.host_configs import Held, Hosts, is_from_outside
from celerylint.linking.names import weaker
from celerylint.linking.settings_source import (
    SettingsSource,
    added,
    alternatives,
    carried,
    in_branch,
    opened,
    set_default,
    together,
    unknown,
    upper_case,
)
from celerylint.model import Carrier, Entity, Grade, Setting

_MORE = "Flask and its extensions may hold more than is seen here"
_OUTSIDE = "Flask reads what is outside the project here"


class SourceReader(Protocol):
    """Whatever gathers the settings of sources, which a host has as well."""

    def loaded(self, path: str, where: Where, expression: Expression) -> SettingsSource:
        """Return what loading an expression as an object gives."""

    def cls(self, entity: Entity) -> SettingsSource:
        """Return the settings of a class."""

    def module(self, path: str) -> SettingsSource:
        """Return the settings of a module."""

    def mapping(
        self, path: str, where: Where, expression: Expression, owner: Entity
    ) -> SettingsSource:
        """Return the settings of an expression that gives a dict."""

    def arguments(
        self, path: str, where: Where, arguments: Iterable[Argument], owner: Entity
    ) -> SettingsSource:
        """Return the settings that arguments hold."""


class HostSettings:
    """Gather what a host holds: everything, or what stands under one key."""

    def __init__(self, hosts: Hosts, gather: SourceReader) -> None:
        """Take what finds the definitions, and what makes settings of them."""
        self._hosts = hosts
        self._gather = gather
        self._keys: dict[str, SettingsSource] = {}
        self._config: SettingsSource | None = None
        self._parts: tuple[SettingsSource, ...] = ()

    def of(self, path: str, where: Where, expression: Expression) -> SettingsSource | None:
        """Return what an expression means that is a host's; None where it is no such thing."""
        place = Place(path, expression.span)
        if self._hosts.is_config(path, where.scope, expression):
            return self._whole(place)
        key = self._hosts.key(path, where.scope, expression)
        if key is None:
            return None
        if key not in self._keys:
            # A key whose value is looked up under the same key goes round in circles.
            self._keys[key] = unknown(place, f"`{key}` is set from itself")
            self._keys[key] = self._under(key, place)
        found = self._keys[key]
        sure = self._hosts.is_known(path, where.scope, expression)
        return found if sure else replace(found, grade=weaker(found.grade, Grade.LIKELY))

    def _under(self, key: str, place: Place) -> SettingsSource:
        """Return the settings of a key: those that Flask is seen to load, or of all definitions."""
        held = self._loaded(key) or tuple(self._hosts.held(key))
        parts = [self._held(each) for each in held]
        if not parts:
            return unknown(place, f"nothing in the project sets `{key}`")
        nowhere = Where("", (), place.span)
        found = parts[0] if len(parts) == 1 else alternatives(parts, nowhere, f"{key}:key")
        if len(parts) > 1 and not self._loaded(key):
            found = replace(found, grade=weaker(found.grade, Grade.LIKELY))
        return carried(together((found, *self._overridden())), Carrier.KEY)

    def _loaded(self, key: str) -> tuple[Held, ...]:
        """Return the definitions of a key that count in the configuration that Flask loads.

        There are none where it is not certain what Flask loads. Which of several loads comes last
        is only known at run time.
        """
        certain = self._seen().grade is Grade.CERTAIN
        parts = [part.settings for part in self._parts] if certain else []
        return tuple(_held_by(s) for part in parts for s in _last(part, key))

    @property
    def definitions(self) -> frozenset[Entity]:
        """Return the dicts and classes that define a key which some app asks for."""
        return frozenset(held.owner for key in self._keys for held in self._hosts.held(key))

    def _overridden(self) -> Iterator[SettingsSource]:
        """Yield the calls by which Flask may set parts of a key from outside the project."""
        for path, event in self._hosts.events():
            method = event.call.method if isinstance(event, CallSite) else None
            if method and is_from_outside(method[1]):
                yield opened(Place(path, event.where.statement), _OUTSIDE)

    def _held(self, held: Held) -> SettingsSource:
        if isinstance(held.value, Entity):
            return self._gather.cls(held.value)
        return self._gather.mapping(held.path, held.where, held.value, held.owner)

    def _whole(self, place: Place) -> SettingsSource:
        """Return everything that Flask's configuration is seen to be given."""
        return together((carried(self._seen(), Carrier.HOST), opened(place, _MORE)))

    def _seen(self) -> SettingsSource:
        """Return what Flask's configuration is seen to be given."""
        if self._config is None:
            # A configuration that is filled from itself goes round in circles.
            self._config = SettingsSource()
            events = self._hosts.events()
            self._parts = tuple(in_branch(self.given(p, e), e.where) for p, e in events)
            self._config = together(self._parts)
        return self._config

    @cached_property
    def owners(self) -> frozenset[Entity]:
        """Return the modules, classes and dicts that Flask's configuration is filled from."""
        given = (self.given(path, event) for path, event in list(self._hosts.events()))
        return frozenset(setting.owner for gathered in given for setting in gathered.settings)

    def given(self, path: str, event: Write | CallSite) -> SettingsSource:
        """Return what one write or call gives; loaders take upper-case names only."""
        owner = Entity(path, event.where.scope, "<config>")
        if isinstance(event, Write):
            return added(path, event, owner)
        call, where = event.call, event.where
        method = call.method[1] if call.method else ""
        if method == "setdefault":
            return set_default(path, event, owner)
        if method == "update":
            return self._gather.arguments(path, where, call.arguments, owner)
        return upper_case(self._taken(path, event, method, owner))

    def _taken(self, path: str, site: CallSite, method: str, owner: Entity) -> SettingsSource:
        """Return what Flask's own loaders take."""
        call, given = site.call, site.call.positional(0)
        if method == "from_mapping":
            return self._gather.arguments(path, site.where, call.arguments, owner)
        if given is None or is_from_outside(method):
            return opened(Place(path, call.span), _OUTSIDE)
        if method == "from_pyfile":
            return self._file(path, given)
        return self._gather.loaded(path, site.where, given)

    def _file(self, path: str, given: Expression) -> SettingsSource:
        """Return the settings of a Python file that Flask runs, where it is in the project."""
        place = Place(path, given.span)
        text = given.value if isinstance(given, Constant) else None
        found = self._hosts.files(text, path) if isinstance(text, str) else ()
        if not found:
            return opened(place, _OUTSIDE)
        return together((opened(place, _OUTSIDE), *map(self._gather.module, found)))


def _last(settings: Iterable[Setting], key: str) -> tuple[Setting, ...]:
    """Return the definitions of a key of which the last one that is executed counts."""
    found = [setting for setting in settings if setting.name == key]
    always = [n for n, setting in enumerate(found) if setting.unconditional]
    return tuple(found[always[-1] :] if always else found)


def _held_by(setting: Setting) -> Held:
    """Return what a setting of a host holds: a dict, or a class of settings."""
    owner = setting.owner
    inner = Entity(owner.path, owner.inner_scope if owner.name else "", setting.name)
    value = inner if setting.kind is BindingKind.CLASS else setting.value
    return Held(setting.place.path, setting.where, value or inner, inner)
