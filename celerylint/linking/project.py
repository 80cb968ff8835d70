"""The whole project: every app with all that configures it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from celerylint.facts import (
    BindingKind,
    CallSite,
    Expression,
    FileFacts,
    HoleKind,
    Shape,
    Where,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.apps import Apps
from celerylint.linking.django import Entries, Search
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.gathered import (
    Gathered,
    in_branch,
    opened,
    set_default,
    together,
    unknown,
    written,
)
from celerylint.linking.index import Facts
from celerylint.linking.modules import Modules
from celerylint.linking.names import Names, weaker
from celerylint.linking.orphans import orphans
from celerylint.linking.sources import Sources
from celerylint.model import (
    App,
    Configuration,
    Entry,
    FoundBy,
    Grade,
    Layer,
    Loading,
    Setting,
)
from celerylint.values import Value

# What `Celery(...)` takes besides settings; the first three are settings under other names.
_SETTING_PARAMETERS = {"broker": "broker_url", "backend": "result_backend", "include": "include"}
_PARAMETERS = frozenset(
    (
        *_SETTING_PARAMETERS,
        "amqp",
        "autofinalize",
        "changes",
        "config_source",
        "control",
        "events",
        "fixups",
        "loader",
        "log",
        "main",
        "namespace",
        "set_as_current",
        "strict_typing",
        "task_cls",
        "tasks",
    )
)
_UPDATERS = frozenset({"update", "add_defaults", "setdefault"})
_METHODS = _UPDATERS | {"config_from_object", "config_from_envvar"}
_NAMESPACE_POSITION = 3

_NOWHERE = Search()


@dataclass(frozen=True, slots=True)
class Project:
    """What linking found; `names` and `evaluator` answer questions about expressions."""

    configurations: tuple[Configuration, ...]
    apps: Apps
    names: Names
    evaluator: Evaluator
    sources: Sources
    entries: Entries
    search: Search

    @property
    def facts(self) -> Facts:
        """Return the facts of the project's files."""
        return self.names.facts


def link(
    read: Callable[[str], FileFacts | None],
    files: tuple[str, ...],
    roots: tuple[str, ...],
    tells: Callable[[str], bool],
    search: Search = _NOWHERE,
) -> Project:
    """Return the project made of `files`; `read` gives the facts of one of them.

    `roots` are the files that are read in any case; others only where a link leads to them.
    `tells` says of a name whether it can be nothing but a setting of Celery. `search` is where to
    look for what is found without reading facts.
    """
    facts, modules = Facts(read, roots), Modules(files)
    names = Names(facts, modules, pulls=False)
    following = Names(facts, modules, pulls=True)
    evaluator = Evaluator(following)
    apps = Apps(names, following)
    sources = Sources(following, evaluator)
    entries = Entries(modules, search)
    linked = tuple(_Assembly(names, evaluator, apps, sources, entries).configurations())
    left_over = tuple(orphans(names, sources, linked, tells))
    return Project(linked + left_over, apps, names, evaluator, sources, entries, search)


class _Source(NamedTuple):
    """One source that an app loads."""

    gathered: Gathered
    loading: Loading
    namespace: Expression | None
    path: str
    where: Where
    django: bool = False


class _Assembly:
    """Put apps, what they load and what is written to them together."""

    def __init__(
        self,
        names: Names,
        evaluator: Evaluator,
        apps: Apps,
        sources: Sources,
        entries: Entries,
    ) -> None:
        self._names = names
        self._evaluator = evaluator
        self._apps = apps
        self._gather = sources
        self._entries = entries
        self._loaded = defaultdict[App, list[_Source]](list)
        self._changed = defaultdict[App, list[Gathered]](list)
        self._namespaces = defaultdict[App, list[tuple[str, Where, Expression]]](list)

    def configurations(self) -> Iterator[Configuration]:
        """Yield one configuration for every source of every app."""
        for app, creations in self._apps.creations.items():
            for path, site in creations:
                self._creation(app, path, site)
        for path, site in self._names.facts.call_sites():
            self._call(path, site)
        for path, write in self._names.facts.writes():
            self._write(path, write)
        for app in self._apps.all:
            sources: list[_Source | None] = [*self._loaded[app]]
            for source in sources or [None]:
                yield self._configuration(app, source)

    def _configuration(self, app: App, source: _Source | None) -> Configuration:
        given = list(self._namespaces[app])
        if source and source.namespace:
            given.append((source.path, source.where, source.namespace))
        namespaces = {self._namespace(path, where, each) for path, where, each in given}
        changes = (replace(part, grade=Grade.CERTAIN) for part in self._changed[app])
        gathered = together((source.gathered if source else Gathered(), *changes))
        gathered = together((gathered, *self._unread(app, gathered)))
        # Whoever made an app may have given it a namespace, or a source of its own.
        least = Grade.LIKELY if app.found_by is FoundBy.BEHAVIOUR else Grade.CERTAIN
        known = len(namespaces) <= 1 and None not in namespaces
        return Configuration(
            app,
            weaker(gathered.grade, least),
            gathered.settings,
            next(iter(namespaces), None) or None if known else None,
            known,
            gathered.openings,
            (source.loading,) if source else (),
            source.django if source else False,
        )

    def _unread(self, app: App, gathered: Gathered) -> Iterator[Gathered]:
        """Yield the statements that cannot be read where the app and its dicts are written."""
        homes = dict.fromkeys(s.home.path for s in gathered.settings if not s.home.is_module)
        for path in dict.fromkeys((app.place.path, *homes)):
            index = self._names.facts.of(path)
            for hole in index.facts.holes if index else ():
                if hole.kind is HoleKind.UNREAD:
                    yield opened(Place(path, hole.span), f"{hole.kind.value} may set any name")

    def _namespace(self, path: str, where: Where, given: Expression) -> str | None:
        """Return a namespace, empty where there is to be none; None where it is not known."""
        value = self._evaluator.value(path, where.scope, given)
        return "" if value == Value((None,), complete=True) else value.text

    # --- the call that makes the app ------------------------------------------------------------

    def _creation(self, app: App, path: str, site: CallSite) -> None:
        where = site.where
        if app.entity.name.startswith("<"):
            self._open(app, Place(path, site.call.span), "the app has no name to follow it by")
        for argument in site.call.arguments:
            if argument.stars:
                reason = "keyword arguments are handed on"
                self._open(app, Place(path, argument.span), reason)
            elif argument.name == "namespace":
                self._namespaces[app].append((path, where, argument.value))
            elif argument.name == "config_source":
                self._source(app, path, where, argument.value, None)
            elif argument.name == "changes":
                found = self._gather.mapping(path, where, argument.value, app.entity)
                self._changed[app].append(_in_layer(found, Layer.CHANGE))
        self._changed[app].append(Gathered(tuple(self._keywords(app, path, site))))

    def _keywords(self, app: App, path: str, site: CallSite) -> Iterator[Setting]:
        for argument in site.call.arguments:
            own = argument.name in _PARAMETERS
            if not argument.name or not argument.name_span:
                continue
            if own and argument.name not in _SETTING_PARAMETERS:
                continue
            yield Setting(
                _SETTING_PARAMETERS.get(argument.name, argument.name),
                Place(path, argument.name_span),
                Shape.KEYWORD,
                Layer.KEYWORD,
                BindingKind.PARAMETER if own else BindingKind.ASSIGN,
                site.where,
                app.entity,
                argument.span,
                argument.value,
            )

    # --- calls on the app -----------------------------------------------------------------------

    def _call(self, path: str, site: CallSite) -> None:
        owner, method = site.call.method or (None, "")
        if owner is None or method not in _METHODS:
            return
        found = self._apps.of(path, site.where.scope, owner)
        if not found:
            return
        app, rest = found
        if method in _UPDATERS and (rest == ("conf",) or (not rest and method == "add_defaults")):
            self._update(app, path, site, method)
        elif method == "config_from_object" and not rest:
            self._from_object(app, path, site)
        elif method == "config_from_envvar" and not rest and site.call.arguments:
            self._from_environment(app, path, site)

    def _from_object(self, app: App, path: str, site: CallSite) -> None:
        call = site.call
        value = call.keyword("obj") or call.positional(0)
        namespace = call.keyword("namespace") or call.positional(_NAMESPACE_POSITION)
        handed_on = next((a.value for a in call.arguments if a.stars), None)
        if value:
            self._source(app, path, site.where, value, namespace or handed_on)
        elif handed_on:
            self._open(app, Place(path, call.span), "what is loaded cannot be followed")

    def _from_environment(self, app: App, path: str, site: CallSite) -> None:
        """Take for a source what the project itself puts into the variable, if it does."""
        variable = self._evaluator.value(path, site.where.scope, site.call.arguments[0].value).text
        place = Place(path, site.call.span)
        given = self._gather.defaults_of(variable) if variable else ()
        reason = "an environment variable names the module"
        named = (self._gather.loaded(asking, where, value) for asking, where, value in given)
        found = together((unknown(place, reason), *named))
        if given:
            found = replace(found, grade=Grade.LIKELY)
        loading = Loading(place, found.grade)
        self._loaded[app].append(_Source(found, loading, None, path, site.where))

    def _source(
        self, app: App, path: str, where: Where, value: Expression, namespace: Expression | None
    ) -> None:
        django = self._gather.is_django(path, where, value)
        entries = self._entries.all if django else ()
        found: list[tuple[Entry | None, Gathered]] = [
            (e, replace(self._gather.django(e.path), grade=e.grade)) for e in entries
        ]
        for entry, each in found or [(None, self._gather.loaded(path, where, value))]:
            gathered = _in_layer(each, Layer.SOURCE)
            loading = Loading(Place(path, value.span), gathered.grade, entry)
            self._loaded[app].append(_Source(gathered, loading, namespace, path, where, django))

    def _open(self, app: App, place: Place, reason: str) -> None:
        self._changed[app].append(opened(place, reason))

    def _update(self, app: App, path: str, site: CallSite, method: str) -> None:
        layer = Layer.DEFAULT if method == "add_defaults" else Layer.CHANGE
        if method == "setdefault":
            found = set_default(path, site, app.entity)
        else:
            arguments = site.call.arguments
            gathered = self._gather.arguments(path, site.where, arguments, app.entity)
            found = in_branch(gathered, site.where)
        self._changed[app].append(_in_layer(found, layer))

    def _write(self, path: str, write: Write) -> None:
        found = self._apps.of(path, write.where.scope, write.owner)
        if not found or write.kind is BindingKind.DELETE:
            return
        app, rest = found
        if rest == ("conf",) and not write.name:
            self._open(app, Place(path, write.span), "a name is computed")
        elif rest == ("conf",):
            setting = written(path, write, app.entity, Layer.CHANGE)
            self._changed[app].append(Gathered((setting,)))
        elif not rest and write.name == "namespace" and write.value is not None:
            self._namespaces[app].append((path, write.where, write.value))


def _in_layer(gathered: Gathered, layer: Layer) -> Gathered:
    settings = tuple(setting._replace(layer=layer) for setting in gathered.settings)
    return replace(gathered, settings=settings)
