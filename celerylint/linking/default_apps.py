"""The app of a project that makes none itself: Celery's default one, or one that is started."""

from __future__ import annotations

import re
from itertools import chain, pairwise

from celerylint.finding import Place
from celerylint.linking.apps import Apps
from celerylint.linking.django_modules import Search
from celerylint.linking.names import Names
from celerylint.model import App, Entity, FoundBy
from celerylint.reading.commands import Command, commands

_LOADER = "djcelery.setup_loader"
_APP = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_]\w*)?")
_OPTION = re.compile(r"--app=|-A(?=.)")
NAMES = ("app", "celery")
"""What Celery itself looks for, in this order, where a module alone is named."""


def default_app(names: Names) -> App | None:
    """Return the app that `djcelery.setup_loader()` prepares: the first such call stands for it."""
    for path, site in names.facts.call_sites():
        target = names.of_expression(path, site.where.scope, site.call.function)
        if target and target.entity.external and target.entity.name == _LOADER:
            return App(
                Entity(path, "", "<djcelery>"), Place(path, site.call.span), FoundBy.DEFAULT_APP
            )
    return None


def started_app(apps: Apps, names: Names, search: Search) -> None:
    """Add the apps that command lines start, for they may be made in ways that are not known."""
    for path in search.launchers:
        text = search.peek(path).decode("utf-8", "replace")
        for name in filter(None, map(_app, commands(text))):
            module, _, attribute = name.partition(":")
            entity = _named(names, module, attribute, path)
            if entity:
                apps.add(App(entity, binding_place(names, entity), FoundBy.COMMAND_LINE))


def _app(command: Command) -> str | None:
    """Return the app that a command names; what only mentions one may be right as well."""
    words = [word.text for word in command.words]
    behind = (after for word, after in pairwise(words) if word in {"-A", "--app"})
    joined = (word[option.end() :] for word in words if (option := _OPTION.match(word)))
    match = _APP.match(next(chain(behind, joined), ""))
    return match[0] if match else None


def _named(names: Names, module: str, attribute: str, asking: str) -> Entity | None:
    """Return what Celery takes for the app of a module: a name in it, or in its `celery`."""
    for name in (module, f"{module}.celery"):
        found = names.modules.find(name, asking)
        for wanted in (attribute,) if attribute else NAMES:
            entity = bound(names, found.path, wanted) if found else None
            if entity:
                return entity
    return None


def bound(names: Names, path: str, name: str) -> Entity | None:
    """Return what a name of a module stands for, if it is bound in the project."""
    target = names.resolve(path, "", name)
    index = names.facts.of(target.entity.path)
    if index is None or target.rest:
        return None
    known = (target.entity.scope, target.entity.name) in index.bindings
    return target.entity if known else None


def binding_place(names: Names, entity: Entity) -> Place:
    """Return the first place where an entity that is bound in the project is."""
    index = names.facts.of(entity.path)
    bound_here = index.bindings.get((entity.scope, entity.name), []) if index else []
    return Place(entity.path, min(binding.span for binding in bound_here))
