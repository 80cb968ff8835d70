"""A namespace for Django settings that are loaded without one: what it takes and what it changes.

Django hands on upper-case names only. The names of Celery 4 can therefore reach Celery as
`CELERY_BROKER_URL` and so on alone, under a namespace.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.names import Release
from celerylint.facts import BindingKind, Expression, Reference
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.django_uses import UNLOADED, Hosted, give_namespace
from celerylint.fixes.edits.plan import Plan, doubt
from celerylint.fixes.edits.unknown_owners import handed_on
from celerylint.model import Configuration, FoundBy, Layer, Setting

# The first release in which a write to `conf` counts for more than a name with the namespace.
_WRITES_WIN: Release = (5, 7)


def adopt(view: AppView, new: Collection[str]) -> Plan:
    """Return how every call that loads the settings is given the namespace.

    `new` are the names that settings are to get.
    """
    places = dict.fromkeys(loading.place for c in view.configurations for loading in c.loadings)
    steps = [
        give_namespace(view.project, place, view.text(place.path), str(view.goal))
        for place in places
    ]
    if not places:
        steps = [doubt(view.app.place, UNLOADED)]
    edits = tuple(step for step in steps if isinstance(step, Edit))
    refused = tuple(step for step in steps if isinstance(step, Blocker))
    found = (*_not_django(view), *_in_use(view, new), *_losing(view), *_unseen(view))
    return Plan(edits, (*refused, *found))


def uses(view: AppView) -> Hosted:
    """Return what the old names become where the project uses them.

    That goes for names too that no settings module sets: tests may, and code asks for them.
    """
    old = dict(_old_names(view))
    prefixed = {name: view.catalogue.spelling(setting, view.goal) for name, setting in old.items()}
    return Hosted({name: new for name, new in prefixed.items() if new != name}, old)


def _old_names(view: AppView) -> Iterator[tuple[str, str]]:
    """Yield the old names that the project mentions, each with its setting.

    What nothing sets is another package's unless it is called after Celery or its broker.
    """
    facts = view.project.facts
    written = {w.name for _, w in facts.writes()} | {s.name for s in view.settings}
    for name in sorted({*facts.mentions, *facts.imported_names, *written}):
        last = name.rpartition(".")[2]
        own = name in written or last.startswith(("BROKER_", "CELERY"))
        if not own or not last.isupper() or view.is_foreign(last):
            continue
        setting = view.outdated_setting(last)
        if setting is not None:
            yield last, setting


# --- what stands in the way --------------------------------------------------------------------


def _not_django(view: AppView) -> Iterator[Blocker]:
    """Yield what the app loads besides Django's settings."""
    for configuration in view.configurations:
        place = _loaded_at(configuration)
        if not configuration.django:
            yield Blocker(place, "the app is configured by something else than Django as well")


def _loaded_at(configuration: Configuration) -> Place:
    return next((each.place for each in configuration.loadings), configuration.app.place)


def _in_use(view: AppView, new: Collection[str]) -> Iterator[Blocker]:
    for definition in view.source_settings():
        if definition.name in new:
            yield Blocker(definition.place, f"`{definition.name}` is there already")


def _losing(view: AppView) -> Iterator[Blocker]:
    """Yield the writes to `conf` that count now, and would lose against a name with a prefix."""
    if view.target[0] >= _WRITES_WIN:
        return
    every = dict.fromkeys(s for c in view.configurations for s in c.settings)
    for definition in every:
        if definition.layer not in (Layer.CHANGE, Layer.KEYWORD) or not definition.name.islower():
            continue
        rivals = tuple(view.sourced(definition.name))
        if rivals and not any(hands_on(definition.value, rival.name) for rival in rivals):
            reason = f"`{definition.name}` would lose against `{rivals[0].name}` under a namespace"
            yield doubt(definition.place, reason)


def hands_on(value: Expression | None, name: str) -> bool:
    """Return whether a value is the setting of that name itself, as in `settings.NAME`."""
    return isinstance(value, Reference) and value.name.rpartition(".")[2] == name


def _unseen(view: AppView) -> Iterator[Blocker]:
    """Yield what may use the settings without our seeing how."""
    names = uses(view).on_settings
    for place in view.project.entries.wholesale:
        view.index_of(place.path)  # so that its lines are known
        yield doubt(place, "all names of Django's settings are read here")
    yield from unread(view, names)
    for package in view.catalogue.packages:
        taken = sorted(set(package.reads) & names.keys())
        for place in _mentions(view, package.module) if taken else ():
            yield doubt(place, f"`{package.module}` reads `{taken[0]}`")


def unread(view: AppView, names: Collection[str]) -> Iterator[Blocker]:
    """Yield the files that cannot be read and have one of the names in them."""
    for path in view.project.facts.unread():
        word = _first_word(view.text(path), names)
        if word:
            yield doubt(Place(path, word), "this file cannot be read, and names settings")


def _first_word(text: str, names: Collection[str]) -> Span | None:
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, names))})\b", text) if names else None
    return Span(*found.span()) if found else None


def _mentions(view: AppView, module: str) -> Iterator[Place]:
    """Yield where the settings name a package, as one of Django's apps."""
    for path in sorted({s.place.path for s in view.source_settings()}):
        for found in re.finditer(rf"(?<=['\"]){re.escape(module)}(?=[.'\"])", view.text(path)):
            yield Place(path, Span(*found.span()))


# --- what makes it unsafe ----------------------------------------------------------------------


def changes(view: AppView, renamed: Iterable[Setting]) -> Iterator[str]:
    """Yield what the namespace changes for the settings that keep their names."""
    done = frozenset(renamed)
    for definition in view.source_settings():
        if definition in done:
            continue
        if _wakes(view, definition.name):
            yield f"`{definition.name}`, ignored so far, takes effect"
        if _dies(view, definition.name):
            yield f"`{definition.name}` no longer reaches Celery"
    for place in view.project.entries.computed:
        view.index_of(place.path)  # so that its lines are known
        yield f"code that puts names together ({view.where(place)}) may ask for an old one"
    handed = sorted(handed_on(view.project))
    for place in handed[:1]:
        view.index_of(place.path)  # so that its lines are known
        where = (
            f"{view.where(place)}, {len(handed)} places in all" if handed[1:] else view.where(place)
        )
        yield f"Django's settings are handed on ({where}), and may be asked for an old name there"
    yield from _left_alone(view)


def _wakes(view: AppView, name: str) -> bool:
    for release in view.target:
        after = view.catalogue.meaning(name, release, view.goal)
        before = view.before(name) if view.upgrading else (view.catalogue.meaning(name, release),)
        if after.honoured and any((b.honoured, b.setting) != (True, after.setting) for b in before):
            return True
    return False


def _dies(view: AppView, name: str) -> bool:
    if view.upgrading and not any(meaning.honoured for meaning in view.before(name)):
        return False
    return any(
        view.catalogue.meaning(name, release).honoured
        and not view.catalogue.meaning(name, release, view.goal).honoured
        for release in view.target
    )


def _left_alone(view: AppView) -> Iterator[str]:
    """Yield the modules that look like settings of this site, and that nothing is seen to load."""
    for configuration in view.project.configurations:
        if configuration.app.found_by is not FoundBy.CONTENT:
            continue
        for definition in configuration.settings:
            old = definition.kind is not BindingKind.PARAMETER and definition.name.isupper()
            if old and view.outdated_setting(definition.name):
                where = view.where(definition.place)
                yield f"`{definition.name}` at {where} is not renamed: nothing is seen to load it"
                break
