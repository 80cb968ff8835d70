"""Apps that load the same settings, and links that are likely only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.settings import Meaning
from celerylint.finding import Blocker
from celerylint.fixes.outdated import Outdated
from celerylint.model import App, Configuration, Entity, Grade


def joined(view: AppView) -> AppView:
    """Return the view of all apps that load settings of this one in the same way.

    What is edited for one of them is edited for all, so that none is left with mixed names.
    """
    every = view.project.configurations
    apps = [view.app]
    for app in apps:
        owners = {s.owner for c in every if c.app == app for s in c.settings}
        found = (c.app for c in every if _is_alike(c, view) and _has(c, owners))
        apps += dict.fromkeys(other for other in found if other not in apps)
    others = tuple(c for c in every if c.app in apps[1:])
    together = sorted((*view.configurations, *others), key=lambda c: c.app.place)
    return replace(view, configurations=tuple(together)) if others else view


def _is_alike(configuration: Configuration, view: AppView) -> bool:
    """Return whether a configuration has the same namespace, and the same host."""
    way = configuration.namespace_known, configuration.namespace, configuration.django
    return view.namespace_known and way == (True, view.namespace, view.django)


def _has(configuration: Configuration, owners: Collection[Entity]) -> bool:
    return any(setting.owner in owners for setting in configuration.settings)


def doubtful_links(view: AppView) -> Iterator[str]:
    """Yield why it is likely only that these settings are loaded."""
    likely = (c for c in view.configurations if c.grade is not Grade.CERTAIN)
    for place in dict.fromkeys(loading.place for c in likely for loading in c.loadings):
        where = view.where(place)
        yield f"it is likely, not certain, which settings are loaded ({where})"


def other_apps(view: AppView, wanted: Collection[Outdated]) -> Iterator[Blocker]:
    """Yield the apps that load what is to be renamed, and that would lose it."""
    for each, app, before, after in _elsewhere(view, wanted):
        if before.honoured and (after.honoured, after.setting) != (True, before.setting):
            reason = f"`{each.definition.name}` counts for another app, which ignores `{each.new}`"
            remedy = "load the settings in both apps with the same namespace first"
            yield Blocker(app.place, reason, remedy=remedy)


def other_effects(view: AppView, wanted: Collection[Outdated]) -> Iterator[str]:
    """Yield the apps that load what is to be renamed, and for which it begins to count."""
    for each, app, before, after in _elsewhere(view, wanted):
        if after.honoured and not before.honoured:
            where = view.where(app.place)
            yield f"`{each.new}` takes effect for another app that loads it ({where})"


def _elsewhere(
    view: AppView, wanted: Collection[Outdated]
) -> Iterator[tuple[Outdated, App, Meaning, Meaning]]:
    """Yield what other apps make of a name now, and of its new one."""
    own = {c.app for c in view.configurations}
    release = view.target[-1]
    for configuration in view.project.configurations:
        there = set() if configuration.app in own else set(configuration.settings)
        for each in (w for w in wanted if w.definition in there):
            old, new = (
                view.catalogue.meaning(name, release, configuration.namespace)
                for name in (each.definition.name, each.new)
            )
            yield each, configuration.app, old, new
