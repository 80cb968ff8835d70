"""Put together: every app, what it loads, and what is written to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from celerylint.facts import (
    Argument,
    BindingKind,
    Call,
    CallSite,
    DynamicAccessKind,
    Expression,
    FunctionFact,
    Reference,
    Where,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.app_arguments import keyword_settings
from celerylint.linking.apps import Apps
from celerylint.linking.django_settings import Sites
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.names import Names, weaker
from celerylint.linking.settings_source import (
    SettingsSource,
    in_branch,
    opened,
    set_default,
    together,
    unknown,
    written,
)
from celerylint.linking.sources import Sources
from celerylint.linking.user_apps import UserApp
from celerylint.model import App, Configuration, Entry, FoundBy, Grade, Layer, Loading
from celerylint.values import Value

_UPDATERS = frozenset({"update", "add_defaults", "setdefault"})
_METHODS = _UPDATERS | {"config_from_object", "config_from_envvar"}
_NAMESPACE_POSITION = 3
# What `celery.app.base.Celery` calls to load its configuration.
_LOADING = ("prepare_config", "_load_config", "config_from_object", "_finalize_pending_conf")
# Whoever made an app that is known by these only may have given it more than is seen.
_UNSEEN = frozenset({FoundBy.BEHAVIOUR, FoundBy.COMMAND_LINE})


class _Namespace(NamedTuple):
    """An expression that gives a namespace, and where it stands."""

    path: str
    where: Where
    value: Expression


class _Source(NamedTuple):
    """One source that an app loads."""

    gathered: SettingsSource
    loading: Loading
    namespace: _Namespace | None = None
    django: bool = False


class Assembly:
    """Put apps, what they load and what is written to them together."""

    def __init__(
        self,
        names: Names,
        evaluator: Evaluator,
        apps: Apps,
        sources: Sources,
        sites: Sites,
    ) -> None:
        """Take what finds apps, values, sources and the settings modules of Django."""
        self._names = names
        self._evaluator = evaluator
        self._apps = apps
        self._gather = sources
        self._sites = sites
        self._loaded = defaultdict[App, list[_Source]](list)
        self._changed = defaultdict[App, list[SettingsSource]](list)
        self._namespaces = defaultdict[App, list[_Namespace]](list)
        self._said: dict[App, UserApp] = {}

    def configurations(self, said: Iterable[UserApp] = ()) -> Iterator[Configuration]:
        """Yield one configuration for every source of every app; what the user said comes first."""
        for app, creations in self._apps.creations.items():
            for path, site in creations:
                self._creation(app, path, site)
        for path, site in self._names.facts.call_sites():
            self._call(path, site)
        for index in self._names.facts.roots():
            for function in index.facts.functions:
                self._decorated(index.facts.path, function)
        for path, write in self._names.facts.writes():
            self._write(path, write)
        for each in said:
            self._take(each)
        for app in self._apps.all:
            sources: list[_Source | None] = [*self._loaded[app]]
            for source in sources or [None]:
                yield self._configuration(app, source)

    def _take(self, said: UserApp) -> None:
        """Let what the user said about an app take the place of what was found."""
        self._said[said.app] = said
        earlier = self._loaded[said.app]
        first = earlier[0] if earlier else None
        place = first.loading.place if first else said.app.place
        space = first.namespace if first else None
        sources = []
        for entry, given in said.sources(self._gather):
            django = first.django if first else said.django
            gathered = self._sites.settings(entry) if django else given
            certain = _in_layer(replace(gathered, grade=Grade.CERTAIN), Layer.SOURCE)
            loading = Loading(place, Grade.CERTAIN, self._files(certain, entry.path), entry)
            sources.append(_Source(certain, loading, space, django))
        self._loaded[said.app] = sources or earlier

    def _configuration(self, app: App, source: _Source | None) -> Configuration:
        given = self._given(app, source)
        namespaces = {self._namespace(each) for each in given}
        said = self._said.get(app)
        if said and said.namespace is not None:
            namespaces = {said.namespace}
        changes = map(_as_change, self._changed[app])
        gathered = together((source.gathered if source else SettingsSource(), *changes))
        gathered = together((gathered, *self._unread(app, gathered)))
        unseen = app.found_by in _UNSEEN and app not in self._said
        if unseen and source and source.django and self._names_itself(source):
            # Only an app loads Django's settings so; what made it may have given it more.
            gathered = together((gathered, opened(app.place, "what makes the app is not seen")))
            unseen = False
        known = len(namespaces) <= 1 and None not in namespaces
        return Configuration(
            app,
            weaker(gathered.grade, Grade.LIKELY if unseen else Grade.CERTAIN),
            gathered.settings,
            next(iter(namespaces), None) or None if known else None,
            known,
            gathered.unresolved,
            (source.loading,) if source else (),
            source.django if source else False,
            tuple(dict.fromkeys(Place(each.path, each.value.span) for each in given)),
        )

    def _names_itself(self, source: _Source) -> bool:
        """Return whether the call that loads a source says for certain under which namespace."""
        return bool(source.namespace and self._namespace(source.namespace))

    def _given(self, app: App, source: _Source | None) -> tuple[_Namespace, ...]:
        """Return what gives a source its namespace."""
        own = (source.namespace,) if source and source.namespace else ()
        return (*self._namespaces[app], *own)

    def _unread(self, app: App, gathered: SettingsSource) -> Iterator[SettingsSource]:
        """Yield the statements that cannot be read where the app and its dicts are written."""
        owners = dict.fromkeys(s.owner.path for s in gathered.settings if not s.owner.is_module)
        for path in dict.fromkeys((app.place.path, *owners)):
            index = self._names.facts.of(path)
            for access in index.facts.dynamic if index else ():
                if access.kind is DynamicAccessKind.UNREAD:
                    yield opened(Place(path, access.span), f"{access.kind.value} may set any name")

    def _namespace(self, given: _Namespace) -> str | None:
        """Return a namespace, empty where there is to be none; None where it is not known."""
        value = self._evaluator.value(given.path, given.where.scope, given.value)
        return "" if value == Value((None,), complete=True) else value.text

    # --- the call that makes the app ------------------------------------------------------------

    def _creation(self, app: App, path: str, site: CallSite) -> None:
        where = site.where
        if app.entity.name.startswith("<"):
            self._open(app, Place(path, site.call.span), "the app has no name to follow it by")
        for place in self._overridden(path, site):
            self._open(app, place, "the class of the app decides what is loaded")
        for argument in site.call.arguments:
            if argument.stars:
                reason = "keyword arguments are handed on"
                self._open(app, Place(path, argument.span), reason)
            elif argument.name == "namespace":
                self._namespaces[app].append(_Namespace(path, where, argument.value))
            elif argument.name == "config_source":
                self._source(app, path, where, argument.value, None)
            elif argument.name == "changes":
                found = self._gather.mapping(path, where, argument.value, app.entity)
                self._changed[app].append(_in_layer(found, Layer.CHANGE))
        self._changed[app].append(SettingsSource(tuple(keyword_settings(app, path, site))))

    def _overridden(self, path: str, site: CallSite) -> Iterator[Place]:
        """Yield the methods by which a class of the project's own loads the configuration."""
        for made in self._apps.classes(path, site.where.scope, site.call.function):
            index = self._names.facts.of(made.path)
            for function in index.facts.functions if index else ():
                scope, _, name = function.scope.rpartition(".")
                if scope == made.inner_scope and name.removesuffix("()") in _LOADING:
                    yield Place(made.path, function.where.statement)

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

    def _decorated(self, path: str, function: FunctionFact) -> None:
        """Take `@app.add_defaults` above a function for the call that it is."""
        for decorator in function.decorators:
            if isinstance(decorator, Reference) and decorator.name.endswith(".add_defaults"):
                given = Argument(decorator.span, Reference(decorator.span, function.name))
                self._call(
                    path, CallSite(Call(decorator.span, decorator, (given,)), function.where)
                )

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
        loading = Loading(place, found.grade, self._files(found))
        self._loaded[app].append(_Source(found, loading))

    def _source(
        self, app: App, path: str, where: Where, value: Expression, namespace: Expression | None
    ) -> None:
        """Add what an expression loads, or what every call hands to it where it is a parameter."""
        space = _Namespace(path, where, namespace) if namespace else None
        for given in self._apps.handed(path, where, value):
            self._load(app, *given, space)

    def _load(
        self, app: App, path: str, where: Where, value: Expression, space: _Namespace | None
    ) -> None:
        place = Place(path, value.span)
        django = self._gather.is_django(path, where, value)
        entries = self._entries(app) if django else ()
        for entry in entries:
            found = _in_layer(self._sites.settings(entry), Layer.SOURCE)
            loading = Loading(place, entry.grade, self._files(found, entry.path), entry)
            self._loaded[app].append(_Source(found, loading, space, django=True))
        if not entries:
            found = _in_layer(self._gather.loaded(path, where, value), Layer.SOURCE)
            module = self._gather.module_of(path, where, value)
            cls, lost = self._gather.lost(path, where, value)
            files = self._files(found, module)
            loading = Loading(place, found.grade, files, cls=cls, lost=lost)
            self._loaded[app].append(_Source(found, loading, space, django))

    def _entries(self, app: App) -> tuple[Entry, ...]:
        """Return the settings modules of the site that an app belongs to.

        Those of another project within this one are that project's, if it has an app and nothing
        in this one names them.
        """
        project_of = self._names.modules.project_of
        owner = project_of(app.place.path)
        others = {project_of(each.place.path) for each in self._apps.all} - {owner}
        own = tuple(
            entry
            for entry in self._sites.entries
            if project_of(entry.path) not in others
            or owner in map(project_of, self._sites.naming(entry))
        )
        return own or self._sites.entries

    def _files(self, gathered: SettingsSource, path: str = "") -> tuple[str, ...]:
        """Return the files that a source is made of."""
        owners = {setting.place.path for setting in gathered.settings}
        parts = owners | self._gather.modules.reached.get(path, frozenset())
        return tuple(dict.fromkeys((*filter(None, [path]), *sorted(parts))))

    def add_default(self, app: App) -> None:
        """Let an app load Django's settings without a namespace, as the loader of djcelery does."""
        for entry in self._sites.entries:
            found = _in_layer(self._sites.settings(entry), Layer.SOURCE)
            loading = Loading(app.place, entry.grade, self._files(found, entry.path), entry)
            self._loaded[app].append(_Source(found, loading, django=True))
        if not self._sites.entries:
            self._open(app, app.place, "Django's settings module is not found")

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
            self._changed[app].append(SettingsSource((setting,)))
        elif not rest and write.name == "namespace" and write.value is not None:
            self._namespaces[app].append(_Namespace(path, write.where, write.value))


def _as_change(part: SettingsSource) -> SettingsSource:
    """Return what is written to `conf`; that some of it cannot be followed makes it open only."""
    return replace(part, grade=Grade.CERTAIN) if part.grade is Grade.UNKNOWN else part


def _in_layer(gathered: SettingsSource, layer: Layer) -> SettingsSource:
    settings = tuple(setting._replace(layer=layer) for setting in gathered.settings)
    return replace(gathered, settings=settings)
