"""Rename Django settings wherever the project uses them: code, tests, other modules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    CallSite,
    Constant,
    Expression,
    Reference,
    Table,
    Use,
    UseKind,
    Write,
)
from celerylint.files.kinds import is_test
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.plan import Step, doubt
from celerylint.linking.django_modules import SETTINGS
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import Entity, Naming

OVERRIDES = frozenset({"modify_settings", "override_settings", "settings"})
"""How tests give settings other values."""

# A program without a settings module sets them in yet another way.
_GIVERS = OVERRIDES | {"configure"}
_READS = frozenset({UseKind.ATTRIBUTE, UseKind.GETATTR})
# What looks a string up in the environment, whatever the helper is called.
_ENVIRONMENT = re.compile(r"env|config|secret|getitem", re.IGNORECASE)
_HOLDER = re.compile(r"settings|conf", re.IGNORECASE)
# The beginnings that code compares names with, or puts them together from.
_HEADS = frozenset({"BROKER_", "CELERY", "CELERY_", "CELERYBEAT_", "CELERYD_"})
_WHOLESALE = frozenset({"dir", "vars", "inspect.getmembers"})
_COMPARING = frozenset({"startswith", "removeprefix"})


class Hosted(NamedTuple):
    """Names of settings that come through Django, new ones by old, as used outside their modules.

    `on_settings` are those of Django's settings, `on_conf` those to read from an app's `conf`.
    """

    on_settings: Mapping[str, str]
    on_conf: Mapping[str, str]


def follow(project: Project, names: Mapping[str, str], owners: Collection[str]) -> Iterator[Step]:
    """Yield how to rename the uses of Django settings; `names` are the new ones by the old.

    `owners` are the paths of the modules that hold settings: strings there are names of variables
    of the environment. What cannot be renamed with certainty is an blocker.
    """
    work = _Following(project, names, frozenset(owners))
    for index in list(project.facts.roots()):
        yield from work.file(index)


def holds(project: Project, index: FileIndex, scope: str, owner: Expression) -> bool:
    """Return whether an expression is the object that holds Django's settings.

    That is `django.conf.settings`, or in a test a parameter of the name `settings`, which
    pytest-django fills in.
    """
    path = index.facts.path
    target = project.names.of_expression(path, scope, owner)
    if target is None or target.rest:
        return False
    if target.entity.external:
        return target.entity.name == SETTINGS
    bound = index.bindings.get((target.entity.scope, target.entity.name), ())
    fixture = any(binding.kind is BindingKind.PARAMETER for binding in bound)
    given = target.entity.path == path and target.entity.name == "settings" and fixture
    return given and is_test(path)


def _followed(project: Project) -> Iterator[Place]:
    """Yield the calls of `settings.configure` all of whose settings are seen, so are renamed."""
    for configuration in project.configurations:
        for loading in configuration.loadings if configuration.closed else ():
            if loading.entry and loading.entry.named is Naming.CALL:
                yield loading.entry.place


class _Following:
    """The uses of Django settings, file by file."""

    def __init__(self, project: Project, names: Mapping[str, str], owners: frozenset[str]) -> None:
        self._project = project
        self._names = names
        self._new = frozenset(names.values())
        self._homes = owners
        self._followed = frozenset(_followed(project))

    def file(self, index: FileIndex) -> Iterator[Step]:
        """Yield what to do in one file."""
        path = index.facts.path
        called = [step for site in index.facts.calls for step in self._call(index, site)]
        yield from called
        understood = {step.place.span for step in called}
        for use in index.facts.uses:
            if use.span not in understood:
                yield from self._use(index, use)
        for write in index.facts.writes:
            if write.name in self._names:
                yield from self._write(index, write)
        for binding in index.facts.bindings:
            if binding.kind is BindingKind.IMPORT:
                yield from self._import(path, binding)

    def _renamed(self, path: str, at: Use | Write) -> Step:
        place = Place(path, at.span)
        if at.span.end - at.span.start == len(at.name):
            return Edit(place, self._names[at.name])
        return Blocker(place, f"`{at.name}` is not written as one plain string")

    def _write(self, index: FileIndex, write: Write) -> Iterator[Step]:
        if holds(self._project, index, write.where.scope, write.owner):
            yield self._renamed(index.facts.path, write)
        elif isinstance(write.owner, Reference):
            yield from self._keyed(index, write, write.owner.name)

    # --- mentions -------------------------------------------------------------------------------

    def _use(self, index: FileIndex, use: Use) -> Iterator[Step]:
        path = index.facts.path
        if use.kind is UseKind.STRING:
            yield from self._string(path, use)
        elif use.name in self._new and use.owner:
            yield from self._in_use(index, use)
        elif use.name not in self._names or not use.owner:
            return
        elif use.kind is UseKind.KEYWORD:
            if use.owner.rpartition(".")[2] in _GIVERS:
                yield self._renamed(path, use)
        elif use.kind in _READS:
            yield from self._read(index, use)
        else:
            yield from self._keyed(index, use, use.owner)

    def _keyed(self, index: FileIndex, at: Use | Write, owner: str) -> Iterator[Step]:
        """Yield `settings['NAME']` in a function, which a module may hand its `globals()` to."""
        target = self._project.names.resolve(index.facts.path, at.where.scope, owner)
        given = not target.rest and self._is_parameter(target.entity)
        if given and not _ENVIRONMENT.search(owner):
            place = Place(index.facts.path, at.span)
            yield doubt(place, f"`{owner}` may be the names of a settings module")

    def _in_use(self, index: FileIndex, use: Use) -> Iterator[Step]:
        """Yield the uses of a new name, which has no value yet, or another one."""
        given = use.kind is UseKind.KEYWORD and use.owner.rpartition(".")[2] in _GIVERS
        reference = Reference(use.span, use.owner)
        read = use.kind in _READS and holds(self._project, index, use.where.scope, reference)
        if given or read:
            yield doubt(Place(index.facts.path, use.span), f"`{use.name}` is already in use")

    def _read(self, index: FileIndex, use: Use) -> Iterator[Step]:
        """Yield `settings.NAME`, and what another package may have by the same name."""
        path = index.facts.path
        reference = Reference(use.span, use.owner)
        if holds(self._project, index, use.where.scope, reference):
            yield self._renamed(path, use)
            return
        target = self._project.names.resolve(path, use.where.scope, use.owner)
        if self._project.apps.of(path, use.where.scope, reference):
            return
        if target.entity.external and _HOLDER.search(use.owner.rpartition(".")[2]):
            yield doubt(Place(path, use.span), f"`{use.owner}` may be Django's settings")

    def _is_parameter(self, entity: Entity) -> bool:
        bindings = index_of(self._project, entity.path).bindings
        bound = bindings.get((entity.scope, entity.name), ())
        return any(binding.kind is BindingKind.PARAMETER for binding in bound)

    def _string(self, path: str, use: Use) -> Iterator[Step]:
        """Yield the strings that name a setting, or the beginning of several."""
        place = Place(path, use.span)
        module, _, name = use.name.rpartition(".")
        method = use.owner.rpartition(".")[2]
        if name in self._names and module:
            yield doubt(place, f"a string names `{use.name}`")
        elif path in self._homes or _ENVIRONMENT.search(use.owner):
            return
        elif use.name in self._names:
            yield doubt(place, f"a string names `{use.name}`")
        elif use.name in _HEADS and method in _COMPARING:
            yield doubt(place, f"names that begin with `{use.name}` are looked for here")

    # --- imports and calls ----------------------------------------------------------------------

    def _import(self, path: str, binding: Binding) -> Iterator[Step]:
        """Yield the imports of a setting from the module that defines it.

        A module that holds settings itself hands the new name on; any other keeps its own name.
        """
        old = binding.target.rpartition(".")[2]
        if old not in self._names or "." not in binding.target:
            return
        target = self._project.names.imported(path, binding.target, ())
        if target.entity.path not in self._homes:
            return
        place = Place(path, binding.asked or binding.span)
        if binding.asked or path in self._homes:
            yield Edit(place, self._names[old])
        else:
            yield Edit(place, f"{self._names[old]} as {old}")

    def _call(self, index: FileIndex, site: CallSite) -> Iterator[Step]:
        call, path = site.call, index.facts.path
        first = call.positional(0)
        name = call.dotted.rpartition(".")[2]
        if first is not None and holds(self._project, index, site.where.scope, first):
            if call.dotted in _WHOLESALE:
                yield doubt(Place(path, call.span), f"`{call.dotted}()` reads all settings")
            else:
                yield from self._named(path, call.positional(1))
        if name in _GIVERS and Place(path, call.span) not in self._followed:
            for argument in call.arguments:
                yield from self._spread(path, argument)

    def _named(self, path: str, key: Expression | None) -> Iterator[Step]:
        """Yield the name in `patch.object(settings, 'NAME')` and its relatives."""
        if isinstance(key, Constant) and isinstance(key.value, str) and key.value in self._names:
            yield self._key(path, key, key.value)

    def _key(self, path: str, key: Constant, name: str) -> Step:
        if key.inner and key.inner.end - key.inner.start == len(name):
            return Edit(Place(path, key.inner), self._names[name])
        return Blocker(Place(path, key.span), f"`{name}` is not written as one plain string")

    def _spread(self, path: str, argument: Argument) -> Iterator[Step]:
        """Yield the names in `override_settings(**{'NAME': value})`."""
        if not argument.stars:
            return
        if not isinstance(argument.value, Table):
            yield doubt(Place(path, argument.span), "settings are overridden by a dict here")
            return
        for entry in argument.value.entries:
            if entry.key is None:
                yield doubt(Place(path, entry.span), "settings are overridden by a dict here")
            else:
                yield from self._named(path, entry.key)


UNLOADED = (
    "no call that takes a namespace loads the settings here: Celery reads the new names in an app "
    "with `app.config_from_object('django.conf:settings', namespace='CELERY')`"
)
"""What the new names of Django's settings need."""

_CLOSING = re.compile(r"(?:[ \t]*,)?\s*(?:#[^\r\n]*[\r\n]\s*)*\)")


def give_namespace(project: Project, loading: Place, text: str, namespace: str) -> Step:
    """Return how a call that loads Django's settings is given a namespace.

    `loading` is the argument that says what is loaded, `text` that of its file.
    """
    sites = index_of(project, loading.path).facts.calls
    calls = (
        site.call
        for site in sites
        if any(argument.value.span == loading.span for argument in site.call.arguments)
    )
    call = next(calls, None)
    if call is None:
        return doubt(loading, UNLOADED)
    refusal = Blocker(loading, "the namespace cannot be added to this call")
    if any(argument.stars for argument in call.arguments):
        return refusal
    last = max(argument.span.end for argument in call.arguments)
    closing = _CLOSING.match(text, last)
    if closing is None or closing.end() != call.span.end:
        return refusal
    written = text[call.span.start : call.span.end]
    sample = written if "'" in written or '"' in written else text
    quote = "'" if sample.count("'") > sample.count('"') else '"'
    place = Place(loading.path, Span(last, last))
    return Edit(place, f", namespace={quote}{namespace}{quote}")
