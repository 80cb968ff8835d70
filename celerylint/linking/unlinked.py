"""Configuration that no app is seen to load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from celerylint.facts import BindingKind
from celerylint.finding import Place, Span
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names
from celerylint.linking.settings_source import SettingsSource
from celerylint.linking.sources import Sources
from celerylint.model import App, Configuration, Entity, FoundBy, Grade, Setting

# `celeryconfig` is what Celery itself looks for; the others are how people vary it.
_DEFAULT = "celeryconfig.py"
_NAMED = re.compile(r"(?:.*/)?(?:\w+_)?celery_?config(?:_\w+)?\.py")
_VALUES = frozenset({BindingKind.ASSIGN, BindingKind.AUGMENT, BindingKind.GLOBALS})


def orphans(
    names: Names,
    sources: Sources,
    linked: Iterable[Configuration],
    tells: Callable[[str], bool],
) -> Iterator[Configuration]:
    """Yield a configuration for each module or class that holds settings but is loaded by none.

    The module that Celery looks for by itself is certain where the project makes no app: only the
    default app looks for it. One of a similar name, or beside an app, is likely, and so is what
    only its content gives away.
    """
    configurations = tuple(linked)
    seen = {s.owner for c in configurations for s in c.settings}
    files = {path for c in configurations for loading in c.loadings for path in loading.files}
    indexes = list(names.facts.roots())
    named = set(_named(indexes, sources, files))
    parts = set[str]().union(*(sources.modules.reached[path] for path in named))
    for index in indexes:
        path = index.facts.path
        if path in named:
            alone = not configurations and path.rpartition("/")[2] == _DEFAULT
            grade = Grade.CERTAIN if alone else Grade.LIKELY
            yield _orphan(Entity(path), sources.module(path), FoundBy.FILE_NAME, grade)
        elif path not in parts:
            yield from _by_content(index, sources, seen, tells)


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
    index: FileIndex, sources: Sources, seen: set[Entity], tells: Callable[[str], bool]
) -> Iterator[Configuration]:
    path = index.facts.path
    scopes = ["", *index.classes]
    for scope in scopes:
        owner = _home(path, scope)
        telling = (b for b in index.in_scope(scope) if b.kind in _VALUES and tells(b.name))
        if owner not in seen and any(telling):
            gathered = sources.cls(owner) if scope else sources.module(path)
            yield _orphan(owner, gathered, FoundBy.CONTENT, Grade.LIKELY)


def _home(path: str, scope: str) -> Entity:
    outer, _, name = scope.rpartition(".")
    return Entity(path, outer, name)


def _orphan(
    owner: Entity, gathered: SettingsSource, found_by: FoundBy, grade: Grade
) -> Configuration:
    own = tuple(s for s in gathered.settings if s.owner == owner)
    place = own[0].place if own else _start(owner, gathered.settings)
    app = App(owner, place, found_by)
    settings = gathered.settings if found_by is FoundBy.FILE_NAME else own
    known = grade is Grade.CERTAIN
    return Configuration(app, grade, settings, None, known, gathered.unresolved)


def _start(owner: Entity, settings: tuple[Setting, ...]) -> Place:
    return settings[0].place if settings else Place(owner.path, Span(0, 0))
