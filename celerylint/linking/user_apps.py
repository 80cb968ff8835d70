"""What the user says about apps in `[[tool.celerylint.apps]]`, checked against the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from celerylint.finding import Place, Span
from celerylint.linking.apps import Apps
from celerylint.linking.default_apps import NAMES, binding_place, bound
from celerylint.linking.names import Names
from celerylint.linking.settings_source import SettingsSource
from celerylint.model import App, Entity, Entry, FoundBy, Grade, Naming
from celerylint.options.app_options import AppOption
from celerylint.options.table import UsageError


class SourceReader(Protocol):
    """Whatever gathers the settings of modules, classes and dicts."""

    def entity(self, entity: Entity, place: Place) -> SettingsSource:
        """Return the settings of what is asked for at a place."""


class UserApp(NamedTuple):
    """What the user says about one app; `owners` are what each of the entries names."""

    app: App
    entries: tuple[Entry, ...]
    namespace: str | None
    owners: tuple[Entity, ...]
    django: bool = False

    def sources(self, gather: SourceReader) -> Iterator[tuple[Entry, SettingsSource]]:
        """Yield each of the entries with its settings."""
        for entry, owner in zip(self.entries, self.owners, strict=True):
            yield entry, gather.entity(owner, entry.place)


def take(said: Iterable[AppOption], apps: Apps, names: Names) -> tuple[UserApp, ...]:
    """Return what the user says.

    Raise UsageError where the project has no such module or app, or an app is spoken of twice.
    """
    taken = tuple(_take(each, apps, names) for each in said)
    for app, count in Counter(each.app for each in taken).items():
        if count > 1:
            which = f"the app `{app.entity.name}` in {app.place.path}"
            message = f"Several [[tool.celerylint.apps]] are about {which}; put them into one"
            raise UsageError(message)
    return taken


def _take(said: AppOption, apps: Apps, names: Names) -> UserApp:
    named = tuple(_settings(text, names) for text in said.settings)
    entries = tuple(entry for entry, _ in named)
    app = _app(said.app, apps, names) if said.app else _only(apps, entries)
    apps.add(app)
    django = any(_is_site(names, entry.path) for entry in entries)
    return UserApp(app, entries, said.namespace, tuple(owner for _, owner in named), django)


def _settings(text: str, names: Names) -> tuple[Entry, Entity]:
    module, _, name = text.partition(":")
    path = _module("settings", text, module, names)
    owner = bound(names, path, name) if name else Entity(path)
    if owner is None:
        raise _refusal("settings", text, f"`{path}` has no `{name}`")
    return Entry(path, Place(path, Span(0, 0)), Grade.CERTAIN, Naming.OPTION), owner


def _module(key: str, text: str, module: str, names: Names) -> str:
    if module.endswith(".py"):
        found = names.modules.files(module, "")
        if found:
            return found[0]
        raise _refusal(key, text, f"there is no file `{module}` in the project")
    match = names.modules.find(module, "")
    if match is None:
        raise _refusal(key, text, f"there is no module `{module}` in the project")
    return match.path


def _app(text: str, apps: Apps, names: Names) -> App:
    module, _, attribute = text.partition(":")
    path = _module("app", text, module, names)
    for name in (attribute,) if attribute else NAMES:
        entity = bound(names, path, name)
        if entity:
            known = apps.named(entity)
            return known or App(entity, binding_place(names, entity), FoundBy.OPTION)
    missing = f"`{attribute}`" if attribute else " or ".join(f"`{name}`" for name in NAMES)
    raise _refusal("app", text, f"`{path}` has no {missing}")


def _only(apps: Apps, entries: tuple[Entry, ...]) -> App:
    """Return the one app of the project, or that of Celery itself where there is none."""
    if len(apps.all) == 1:
        return apps.all[0]
    if apps.all:
        message = "[[tool.celerylint.apps]] is to say which `app` it means: there are several"
        raise UsageError(message)
    return App(Entity(entries[0].path, "", "<default>"), entries[0].place, FoundBy.OPTION)


def _is_site(names: Names, path: str) -> bool:
    """Return whether a module holds the settings of a Django site."""
    return bound(names, path, "INSTALLED_APPS") is not None


def _refusal(key: str, text: str, why: str) -> UsageError:
    return UsageError(f'`{key} = "{text}"` in [[tool.celerylint.apps]] cannot be used: {why}')
