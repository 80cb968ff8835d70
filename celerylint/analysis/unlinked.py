"""How settings may be loaded that no app is seen to load: what leaves one way only, and what not.

A `celeryconfig.py`, or a module or class that holds nothing but settings of Celery, is loaded as it
is. Where other names stand beside them, or names with a namespace, there are other ways to read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.settings import Reading
from celerylint.facts import UseKind
from celerylint.finding import Blocker
from celerylint.linking.unlinked import site_files
from celerylint.model import FoundBy, Setting

_ASSUMED = (
    "no app is seen to load these settings: the new names are right where Celery loads {} "
    "{}, and nothing else reads the old ones"
)
# What only the settings of a Django site have.
_OF_SITES = (
    *("ALLOWED_HOSTS", "INSTALLED_APPS", "MIDDLEWARE", "MIDDLEWARE_CLASSES", "ROOT_URLCONF"),
    *("TEMPLATE_DEBUG", "WSGI_APPLICATION"),
)

_FOUND = frozenset({FoundBy.CONTENT, FoundBy.FILE_NAME, FoundBy.VARIABLE})
_MEANT = frozenset({Reading.UNKNOWN, Reading.PACKAGE})
_SEVERAL = 2
_SAY = "say how Celery loads them with --namespace none or --namespace NAME"


def is_unlinked(view: AppView) -> bool:
    """Return whether neither an app nor the user says how the settings are loaded."""
    return view.app.found_by in _FOUND and not view.certain


def as_assumed(view: AppView) -> AppView:
    """Return the view of unlinked settings as it is if they are loaded without a namespace.

    Those of a Django site are taken to be loaded as others of that site are.
    """
    django = _is_of_site(view)
    found = {c.namespace for c in view.project.configurations if c.django and c.namespace_known}
    namespace = found.pop() if django and len(found) == 1 else None
    return replace(
        view,
        configurations=tuple(
            c._replace(namespace=namespace, namespace_known=True, django=django)
            for c in view.configurations
        ),
    )


def assumption(view: AppView) -> str:
    """Return what a rename of unlinked settings rests on; the view is that of the assumption."""
    what = "the settings of this Django site" if view.django else "them"
    way = f"with namespace='{view.goal}'" if view.goal else "without a namespace"
    return _ASSUMED.format(what, way)


def _is_of_site(view: AppView) -> bool:
    """Return whether settings stand in a module of a Django site, in code that imports Django."""
    paths = {s.owner.path for s in view.settings if s.owner.is_module}
    bound = (view.index_of(path).bindings for path in paths)
    names = any(("", name) in bindings for bindings in bound for name in _OF_SITES)
    return names and any(
        binding.target.startswith("django.")
        for index in view.project.facts.roots()
        for binding in index.facts.bindings
    )


def telling_settings(view: AppView) -> tuple[Setting, ...]:
    """Return the settings that nothing but Celery can be meant to read."""
    known = view.catalogue
    found = (s for s in view.settings if s.name in known.identifiers)
    return tuple(s for s in found if not (known.is_generic(s.name) or view.is_read(s)))


def other_readings(view: AppView) -> Iterator[Blocker]:
    """Yield what says that unlinked settings may be loaded otherwise than as they are."""
    if _is_of_site(view):
        return
    owners = {s.owner for s in view.settings if s.owner.is_module}
    if any(o.path in site_files(view.project.sources, view.project.entries) for o in owners):
        yield Blocker(
            view.app.place,
            "these are settings of Django: load them in an app with namespace='CELERY', "
            "and say --namespace CELERY",
        )
    for definition in view.settings:
        prefixed = view.newest(definition.name)[0].reading is Reading.NEEDS_NAMESPACE
        if prefixed and definition.name.isupper():
            reason = f"`{definition.name}` is read under a namespace only: {_SAY}"
            yield Blocker(definition.place, reason)
    if view.app.found_by is FoundBy.CONTENT:
        yield from _beside(view)


def _beside(view: AppView) -> Iterator[Blocker]:
    """Yield what shows that a module or a class is not there for Celery alone."""
    telling = telling_settings(view)
    if len({s.name for s in telling}) < _SEVERAL:
        place = telling[0].place if telling else view.app.place
        yield Blocker(place, f"one name alone may be meant for others: {_SAY}")
    for definition in [s for s in view.settings if _is_foreign(view, s)][:1]:
        reason = f"`{definition.name}` is no setting of Celery, so others may read this: {_SAY}"
        yield Blocker(definition.place, reason)
    for unresolved in view.unresolved if not view.app.entity.is_module else ():
        yield Blocker(unresolved.place, f"{unresolved.reason}: {_SAY}")


def _is_foreign(view: AppView, definition: Setting) -> bool:
    """Return whether a constant is meant for others than Celery and the file itself."""
    name = definition.name
    if not name.isupper() or name.startswith(("_", "CELERY", "BROKER_")):
        return False
    if view.is_code(definition) or view.newest(name)[0].reading not in _MEANT:
        return False
    uses = view.index_of(definition.place.path).facts.uses
    return not any(use.name == name and use.kind in {UseKind.NAME, UseKind.OWNER} for use in uses)
