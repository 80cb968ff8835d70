"""Configuration that no app is seen to load."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from celerylint.facts import BindingKind, Call, Constant, Expression, Table
from celerylint.finding import Place, Span
from celerylint.linking.django_modules import Entries
from celerylint.linking.environment import Variable
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names
from celerylint.linking.settings_source import SettingsSource
from celerylint.linking.sources import Sources
from celerylint.model import App, Configuration, Entity, FoundBy, Grade

# `celeryconfig` is what Celery itself looks for; the others are how people vary it.
_DEFAULT = "celeryconfig.py"
_NAMED = re.compile(r"(?:.*/)?(?:\w+_)?celery_?config(?:_\w+)?\.py")
_VALUES = frozenset({BindingKind.ASSIGN, BindingKind.AUGMENT, BindingKind.GLOBALS})
# So many names of Celery in a dict, or in lower case, are no accident.
_SEVERAL = 2
# Where Celery finds the module to load by default, instead of `celeryconfig`.
VARIABLE = "CELERY_CONFIG_MODULE"


def orphans(
    names: Names,
    sources: Sources,
    linked: Iterable[Configuration],
    tells: Callable[[str], bool],
    variables: Iterable[Variable] = (),
) -> Iterator[Configuration]:
    """Yield a configuration for each module or class that holds settings but is loaded by none.

    The module that Celery looks for by itself is certain where the project makes no app: only the
    default app looks for it. One of a similar name, or beside an app, is likely, and so is what
    only its content gives away, be it beside an app or in a module of such a name. `variables` are
    those that name the module instead.
    """
    configurations = tuple(linked)
    seen = {s.owner for c in configurations for s in c.settings}
    files = {path for c in configurations for loading in c.loadings for path in loading.files}
    indexes = list(names.facts.roots())
    asked = set(_in_variable(names, sources, variables)) - files
    for path in asked:
        sources.module(path)
    named = set(_named(indexes, sources, files | asked)) | asked
    parts = set[str]().union(*(sources.modules.reached[path] for path in named)) - named
    for path in sorted(named):
        default = path in asked or path.rpartition("/")[2] == _DEFAULT
        grade = Grade.CERTAIN if default and not configurations else Grade.LIKELY
        found_by = FoundBy.VARIABLE if path in asked else FoundBy.FILE_NAME
        yield _by_name(sources.module(path), path, grade, found_by)
    seen.update(map(Entity, named), sources.host_settings.definitions)
    others = (index for index in indexes if index.facts.path not in parts)
    owners = [owner for index in others for owner in _by_content(index, seen, tells)]
    yield from _families({o: sources.entity(o, Place(o.path, Span(0, 0))) for o in owners})


def said_to_be_loaded(
    configuration: Configuration, sources: Sources, entries: Entries
) -> Configuration:
    """Return a configuration that is loaded for certain, for the user says how.

    Where it is part of Django's settings, upper-case names only are handed on.
    """
    known = configuration._replace(grade=Grade.CERTAIN)
    owner = configuration.app.entity
    if not owner.is_module or owner.path not in site_files(sources, entries):
        return known
    handed_on = tuple(s for s in configuration.settings if s.name.isupper())
    return known._replace(settings=handed_on, django=True)


def site_files(sources: Sources, entries: Entries) -> frozenset[str]:
    """Return the settings modules of Django, with all that they star-import."""
    for entry in entries.all:
        sources.module(entry.path)
    reached = sources.modules.reached
    return frozenset().union(*(reached[entry.path] for entry in entries.all))


def _in_variable(names: Names, sources: Sources, variables: Iterable[Variable]) -> Iterator[str]:
    """Yield the modules that the variable names, in code or in files that start Celery."""
    for path, where, value in sources.defaults_of(VARIABLE):
        yield from filter(None, (sources.module_of(path, where, value),))
    for variable in variables:
        found = names.modules.find(variable.value, variable.place.path)
        if found:
            yield found.path


def _named(indexes: Iterable[FileIndex], sources: Sources, files: set[str]) -> Iterator[str]:
    """Yield the modules that are called like Celery's own and that nothing else loads."""
    loaded = files.union(*sources.modules.reached.values())
    paths = [i.facts.path for i in indexes if _NAMED.fullmatch(i.facts.path)]
    left = [path for path in paths if path not in loaded]
    for path in left:
        sources.module(path)
    # One that star-imports others comes before them: they are its parts.
    for path in sorted(left, key=lambda path: -len(sources.modules.reached[path])):
        if path not in loaded:
            loaded |= sources.modules.reached[path]
            yield path


def _by_content(
    index: FileIndex, seen: Collection[Entity], tells: Callable[[str], bool]
) -> Iterator[Entity]:
    """Yield the module, its classes and its dicts that hold names of settings, but those seen.

    A dict within settings that are loaded is a value of theirs, or handed on by their host.
    """
    for scope in ("", *index.classes):
        owner = _home(index.facts.path, scope)
        if owner in seen:
            continue
        names = {b.name for b in index.in_scope(scope) if b.kind in _VALUES}
        if _is_configuration(names, tells, upper_case=1):
            yield owner
        for each, keys in _dicts(index, scope).items():
            if each not in seen and _is_configuration(keys, tells, upper_case=_SEVERAL):
                yield each


def _is_configuration(
    names: Collection[str], tells: Callable[[str], bool], upper_case: int
) -> bool:
    """Return whether enough names can only be settings: those in lower case may be arguments."""
    telling = [name for name in names if tells(name)]
    return sum(name.isupper() for name in telling) >= upper_case or len(telling) >= _SEVERAL


def _dicts(index: FileIndex, scope: str) -> dict[Entity, set[str]]:
    """Return the dicts that a module or a class holds under a name, each with its keys."""
    keys = defaultdict[Entity, set[str]](set)
    for binding in index.in_scope(scope):
        if binding.kind is BindingKind.ASSIGN:
            keys[Entity(index.facts.path, scope, binding.name)].update(_keys(binding.value))
    return keys


def _keys(value: Expression | None) -> Iterator[str]:
    """Yield the keys of a dict that are plain text."""
    if isinstance(value, Table):
        keys = (entry.key for entry in value.entries)
        yield from (k.value for k in keys if isinstance(k, Constant) and isinstance(k.value, str))
    elif isinstance(value, Call) and value.dotted == "dict":
        yield from (argument.name for argument in value.arguments if argument.name)


def _home(path: str, scope: str) -> Entity:
    outer, _, name = scope.rpartition(".")
    return Entity(path, outer, name)


def _by_name(gathered: SettingsSource, path: str, grade: Grade, found_by: FoundBy) -> Configuration:
    """Return the configuration that a module is taken for by its name."""
    place = gathered.settings[0].place if gathered.settings else Place(path, Span(0, 0))
    own = (s.place for s in gathered.settings if s.owner.path == path)
    app = App(Entity(path), next(own, place), found_by)
    known = grade is Grade.CERTAIN
    return Configuration(app, grade, gathered.settings, None, known, gathered.unresolved)


def _families(gathered: Mapping[Entity, SettingsSource]) -> Iterator[Configuration]:
    """Yield a configuration for each owner; those that share settings are of one app.

    So are a class and what inherits from it: names of both have to change together. What they
    have from elsewhere is left out.
    """
    apps: dict[Entity, App] = {}
    for owner, source in gathered.items():
        settings = tuple(s for s in source.settings if s.owner in gathered)
        family = {owner, *(s.owner for s in settings)}
        known = next((apps[each] for each in family if each in apps), None)
        place = next((s.place for s in settings if s.owner == owner), Place(owner.path, Span(0, 0)))
        app = known or App(owner, place, FoundBy.CONTENT)
        apps.update(dict.fromkeys(family, app))
        yield Configuration(
            app, Grade.LIKELY, settings, namespace_known=False, unresolved=source.unresolved
        )
