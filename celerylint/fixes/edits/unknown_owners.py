"""Reads of a setting on something that is not followed, and may be what holds the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from celerylint.facts import CallSite, Reference, Use, UseKind
from celerylint.finding import Blocker, Place
from celerylint.fixes.edits.django_uses import holds
from celerylint.fixes.edits.plan import doubt
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import App, Entity, FoundBy

_READS = frozenset({UseKind.ATTRIBUTE, UseKind.GETATTR})
_KEYS = frozenset({UseKind.ITEM, UseKind.GET})
# These say which name they are about, or are followed by other means.
_ASKING = frozenset(("config_from_object", "delattr", "getattr", "hasattr", "object", "setattr"))
# What no Django site is without, and nothing else has.
_OF_SITES = ("INSTALLED_APPS", "ROOT_URLCONF")


def unfollowed(
    project: Project,
    owners: Collection[Entity],
    names: Mapping[str, str],
    apps: Collection[App],
    *,
    hosted: bool,
) -> Iterator[Blocker]:
    """Yield where one of these names is read of a function's result, a parameter and the like.

    `names` are the new ones by the old.

    Django's own object is followed where settings are moved for it, which `hosted` says; else it
    holds the names as long as one of the owners is a settings module of Django.
    """
    if not hosted and not all(new.isupper() for new in names.values()):
        yield from _sites(project, owners, apps)
    sites = frozenset(entry.path for entry in project.entries.all)
    django = not hosted and any(owner.path in sites for owner in owners)
    of_apps = frozenset(app.entity for app in apps)
    objects = (owner for owner in owners if not owner.is_module and owner not in of_apps)
    in_dicts = not all(_is_class(project, each) for each in objects)
    for index in list(project.facts.roots()):
        for use in index.facts.uses:
            if use.name not in names:
                continue
            read = use.kind in _READS or (in_dicts and use.kind in _KEYS and _is_made(use))
            if read and _may_hold(project, index, use, django=django):
                reason = f"`{use.owner}.{use.name}`" if use.owner else f"`{use.name}`"
                place = Place(index.facts.path, use.span)
                yield doubt(place, f"{reason} is read here of what may be the settings")


def _sites(
    project: Project, owners: Collection[Entity], apps: Collection[App]
) -> Iterator[Blocker]:
    """Yield what looks like Django's settings where nothing is seen to load them.

    Django would hand on upper-case names only.
    """
    unlinked = any(app.found_by is FoundBy.CONTENT for app in apps)
    for owner in owners if unlinked else ():
        bindings = index_of(project, owner.path).bindings
        for binding in (b for name in _OF_SITES for b in bindings.get(("", name), ())):
            reason = "Django loads upper-case names only, and this looks like its settings"
            yield Blocker(Place(owner.path, binding.span), reason)


def handed_on(project: Project) -> Iterator[Place]:
    """Yield where Django's settings go as a whole, in files that have to do with Celery."""
    for index in list(project.facts.roots()):
        values = [binding.value for binding in index.facts.bindings]  # another name is followed
        values += [site.call.positional(0) for site in index.facts.calls if _asks(site)]
        understood = [value.span for value in values if isinstance(value, Reference)]
        for use in index.facts.uses:
            owner = Reference(use.span, use.name)
            whole = use.kind is UseKind.NAME and holds(project, index, use.where.scope, owner)
            if whole and not any(span.holds(use.span) for span in understood):
                yield Place(index.facts.path, use.span)


def _asks(site: CallSite) -> bool:
    return site.call.dotted.rpartition(".")[2] in _ASKING


def _may_hold(project: Project, index: FileIndex, use: Use, *, django: bool) -> bool:
    """Return whether what a name is read of may be a owner, without its being known as one."""
    path, scope, owner = index.facts.path, use.where.scope, Reference(use.span, use.owner)
    if holds(project, index, scope, owner):
        return django
    if project.apps.of(path, scope, owner):
        return False
    if _is_made(use):
        return True
    target = project.names.resolve(path, scope, use.owner)
    entity = target.entity
    # What belongs to another package is no part of the project.
    known = entity.is_module or _is_class(project, entity)
    return not (entity.external or (known and not target.rest))


def _is_made(use: Use) -> bool:
    """Return whether a name is read of what a call gives, or of something without a name."""
    return not use.owner or "(" in use.owner


def _is_class(project: Project, entity: Entity) -> bool:
    return entity.inner_scope in index_of(project, entity.path).classes
