"""Read settings from a dict `CELERY` of Flask's configuration, wherever the project reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from celerylint.facts import Argument, BindingKind, Call, CallSite, Reference, Use, UseKind
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.nested_dict import KEY
from celerylint.fixes.edits.plan import Step, doubt
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Target
from celerylint.linking.project import Project, index_of
from celerylint.model import App, Entity

# What looks a string up in the environment, whatever the helper is called.
_ENVIRONMENT = re.compile(r"env|secret|getitem", re.IGNORECASE)
_HOLDER = re.compile(r"settings|conf", re.IGNORECASE)
_WHOLESALE = frozenset({"copy", "get_namespace", "items", "keys", "pop", "values"})
_NAMING = frozenset({"dir", "vars", "inspect.getmembers"})
_UPDATE = re.compile(r"\.conf\.update\(\s*")
_GET = re.compile(r"\.get\(\s*\Z")
_BY_HAND = f"import `{KEY}` there, and read the key of `{{}}` from it"
_FORMATTED = re.compile(r"\b(?:[fF][rR]?|[rR][fF])['\"]")


class Moved(NamedTuple):
    """What is moved: the keys of the dict by the old names, and the entities that held those.

    `defined` are the places of the names in their definitions, `extents` those of all that would
    have to go to remove these. `optional` says that one of several configurations may do without
    the dict.
    """

    names: Mapping[str, str]
    owners: frozenset[Entity]
    defined: frozenset[Place]
    extents: frozenset[Place]
    optional: bool


def handed_on(project: Project, app: App, path: str, site: CallSite) -> Argument | None:
    """Return the argument that is Flask's configuration, where a call hands it on to the app."""
    owner, method = site.call.method or (None, "")
    if owner is None or method not in {"update", "config_from_object"}:
        return None
    found = project.apps.of(path, site.where.scope, owner)
    if found is None or found[0] != app or found[1] != (("conf",) if method == "update" else ()):
        return None
    hosts, scope = project.sources.hosts, site.where.scope
    return next((a for a in site.call.arguments if hosts.is_config(path, scope, a.value)), None)


def load_key(
    path: str, call: Call, given: Argument, text: str, *, optional: bool
) -> Iterator[Step]:
    """Yield how a call that hands Flask's configuration on loads the dict in it instead.

    `given` is the argument that is Flask's configuration, `text` that of the file. Where the dict
    is optional there may be none.
    """
    span = given.value.span
    if len(call.arguments) != 1 or given.name or given.stars:
        yield Blocker(Place(path, call.span), "more than Flask's configuration is loaded here")
        return
    head = _UPDATE.search(text, call.span.start, span.start)
    if head and head.end() == span.start:
        yield Edit(Place(path, Span(head.start(), head.end())), ".config_from_object(")
    elif call.dotted.endswith(".update"):
        yield Blocker(Place(path, call.span), "this call is not written in one plain piece")
    quote = "'" if text.count("'") > text.count('"') else '"'
    key = f"{quote}{KEY}{quote}"
    part = f".get({key}, {{}})" if optional else f"[{key}]"
    yield Edit(Place(path, Span(span.end, span.end)), part)


def asked_of_flask(project: Project, names: Collection[str]) -> Iterator[Blocker]:
    """Yield where Flask's configuration is asked for names, which come from what it loads too."""
    hosts = project.sources.hosts
    for index in list(project.facts.roots()) if names else ():
        path = index.facts.path
        for use in index.facts.uses:
            if use.name not in names or not use.owner:
                continue
            if hosts.is_config(path, use.where.scope, Reference(use.span, use.owner)):
                reason = f"`{use.name}` is read from Flask's configuration here"
                yield Blocker(Place(path, use.span), reason)


class Readers:
    """How the project goes on reading what is moved; each method yields edits and blockers."""

    def __init__(self, project: Project, moved: Moved, text: Callable[[str], str]) -> None:
        """Take what is moved, and what gives the text of a file."""
        self._project = project
        self._moved = moved
        self._text = text

    def steps(self) -> Iterator[Step]:
        """Yield what to do in all files."""
        for index in list(self._project.facts.roots()):
            for use in index.facts.uses:
                if use.name.rpartition(".")[2] in self._moved.names:
                    yield from self._use(index, use)
            for site in index.facts.calls:
                yield from self._wholesale(index.facts.path, site)
            for binding in index.facts.bindings:
                if binding.kind is BindingKind.IMPORT:
                    yield from self._import(index.facts.path, binding.target, binding.span)

    def _use(self, index: FileIndex, use: Use) -> Iterator[Step]:
        path = index.facts.path
        place = Place(path, use.span)
        if _is_within(self._moved.defined, place):
            return
        if use.kind in {UseKind.NAME, UseKind.OWNER}:
            yield from self._plain(index, use)
        elif use.kind is UseKind.ATTRIBUTE:
            yield from self._attribute(path, use)
        elif use.kind is UseKind.KEYWORD:
            yield doubt(place, f"`{use.name}` is given here")
        elif use.owner and use.kind is not UseKind.STRING and self._is_config(path, use):
            yield from self._item(path, use)
        elif not _is_variable(use) and not _is_within(self._moved.extents, place):
            yield doubt(place, f"a string names `{use.name}`")

    def _is_config(self, path: str, use: Use) -> bool:
        owner = Reference(use.span, use.owner)
        return self._project.sources.hosts.is_config(path, use.where.scope, owner)

    def _item(self, path: str, use: Use) -> Iterator[Step]:
        """Yield `app.config['NAME']` and `app.config.get('NAME')`."""
        text, span = self._text(path), use.span
        new = self._moved.names[use.name]
        quote = text[span.start - 1 : span.start]
        key = f"{quote}{use.name}{quote}"
        plain = quote in {"'", '"'} and text[span.start - 1 : span.end + 1] == key
        get = _GET.search(text, 0, span.start - 1) if use.kind is UseKind.GET else None
        if plain and text[span.start - 2] == "[" and text[span.end + 1] == "]":
            yield Edit(Place(path, span), f"{KEY}{quote}][{quote}{new}")
        elif plain and get:
            within = f".get({quote}{KEY}{quote}, {{}})" if self._moved.optional else ""
            within = within or f"[{quote}{KEY}{quote}]"
            yield Edit(Place(path, Span(get.start(), get.start())), within)
            yield Edit(Place(path, span), new)
        else:
            yield Blocker(Place(path, span), f"`{use.name}` is not read in a plain way")

    def _attribute(self, path: str, use: Use) -> Iterator[Step]:
        """Yield `Config.NAME`."""
        target = self._project.names.resolve(path, use.where.scope, use.owner)
        if not target.rest and self._leads_home(target.entity, ()):
            yield from self._named(path, use)
        elif self._is_unknown(target) and _HOLDER.search(use.owner):
            yield doubt(Place(path, use.span), f"`{use.owner}` may be what Flask loads")

    def _is_unknown(self, target: Target) -> bool:
        """Return whether nothing tells what a name stands for, such as that of a parameter."""
        entity = target.entity
        bound = index_of(self._project, entity.path).bindings.get((entity.scope, entity.name), ())
        given = any(binding.kind is BindingKind.PARAMETER for binding in bound)
        return bool(entity.external or target.rest or given)

    def _plain(self, index: FileIndex, use: Use) -> Iterator[Step]:
        """Yield a mention of the name in the module or class that has it."""
        for owner in self._moved.owners:
            scope = owner.inner_scope if owner.name else ""
            bound = (scope, use.name) in index.bindings and index.facts.path == owner.path
            if bound and (use.where.scope == scope or not scope):
                yield from self._named(index.facts.path, use)
                return

    def _named(self, path: str, use: Use) -> Iterator[Step]:
        text = self._text(path)
        line = text[text.rfind("\n", 0, use.span.start) + 1 : use.span.end]
        if _FORMATTED.search(line):
            yield Blocker(Place(path, use.span), f"`{use.name}` is read within a text")
        else:
            yield Edit(Place(path, use.span), f'{KEY}["{self._moved.names[use.name]}"]')

    def _import(self, path: str, target: str, span: Span) -> Iterator[Step]:
        name = target.rpartition(".")[2]
        if name in self._moved.names and "." in target:
            found = self._project.names.imported(path, target, ())
            if self._leads_home(Entity(found.entity.path), ()):
                yield Blocker(
                    Place(path, span), f"`{name}` is imported here", remedy=_BY_HAND.format(name)
                )

    def _wholesale(self, path: str, site: CallSite) -> Iterator[Step]:
        """Yield what reads all of Flask's configuration, or all names of what it loads."""
        first = site.call.positional(0)
        if site.call.dotted in _NAMING and first is not None:
            target = self._project.names.of_expression(path, site.where.scope, first)
            if target and not target.rest and self._leads_home(target.entity, ()):
                place = Place(path, site.call.span)
                yield doubt(place, f"`{site.call.dotted}()` reads all settings")
        owner, method = site.call.method or (None, "")
        if owner is None or method not in _WHOLESALE or not _may_name(site.call, self._moved):
            return
        if self._project.sources.hosts.is_config(path, site.where.scope, owner):
            place = Place(path, site.call.span)
            yield doubt(place, f"`{method}()` reads all of Flask's configuration")

    def _leads_home(self, entity: Entity, below: tuple[Entity, ...]) -> bool:
        if entity in self._moved.owners:
            return True
        above = (base for base, _ in bases(self._project, entity) if base not in below)
        return any(self._leads_home(base, (*below, entity)) for base in above)


def bases(project: Project, entity: Entity) -> Iterator[tuple[Entity, Span]]:
    """Yield the base classes of a class that are the project's, and where they are named."""
    fact = index_of(project, entity.path).classes.get(entity.inner_scope)
    if fact is None:
        return
    for base in fact.bases:
        target = project.names.of_expression(entity.path, fact.where.scope, base)
        if target and not target.rest and not target.entity.external and target.entity != entity:
            yield target.entity, base.span


def _is_variable(use: Use) -> bool:
    """Return whether a string names a variable of the environment, as in `config('NAME')` too."""
    called = use.kind is UseKind.STRING and use.owner.rpartition(".")[2] == "config"
    return called or _ENVIRONMENT.search(use.owner) is not None


def _may_name(call: Call, moved: Moved) -> bool:
    """Return whether a call may be about what is moved; `pop('OTHER')` is not."""
    key = call.positional(0)
    value = getattr(key, "value", None)
    text = value if isinstance(value, str) else ""
    return key is None or not text or any(name.startswith(text) for name in moved.names)


def _is_within(places: Collection[Place], place: Place) -> bool:
    return any(each.path == place.path and each.span.holds(place.span) for each in places)
