"""What the new names of settings run into where they are written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from celerylint.facts import UseKind
from celerylint.finding import Blocker, Place
from celerylint.fixes.edits.import_aliases import can_step_aside, step_aside
from celerylint.fixes.edits.plan import Step
from celerylint.linking.index import FileIndex, scopes
from celerylint.model import Entity, Setting


def collisions(
    index: FileIndex, owner: Entity, names: Iterable[str], settings: Iterable[Setting]
) -> Iterator[Step]:
    """Yield what is in the way of new names in a module or class, and how it steps aside.

    `settings` are loaded together with these: another module may add one of the names.
    """
    if not holds_names(index, owner):
        return
    modules = [s for s in settings if owner.is_module and s.owner.is_module and s.owner != owner]
    scope = owner.inner_scope if owner.name else ""
    for wanted in names:
        bound = index.bindings.get((scope, wanted), [])
        brought = next((setting for setting in modules if setting.name == wanted), None)
        if bound and all(can_step_aside(b) for b in bound):
            yield from step_aside(index, bound, wanted)
        elif bound:
            yield _in_use(Place(owner.path, bound[0].span), wanted)
        elif brought:
            yield _in_use(brought.place, wanted)
        else:
            yield from _already_read(index, scope, wanted)


def holds_names(index: FileIndex, owner: Entity) -> bool:
    """Return whether the settings of a owner are names: of a module or a class, not of a dict."""
    return owner.is_module or owner.inner_scope in index.classes


def _already_read(index: FileIndex, scope: str, wanted: str) -> Iterator[Step]:
    for use in index.facts.uses:
        plain = use.kind in (UseKind.NAME, UseKind.OWNER) and use.name == wanted
        seen = itertools.takewhile(lambda s: s != scope, scopes(use.where.scope))
        if plain and not any((inner, wanted) in index.bindings for inner in seen):
            yield _in_use(Place(index.facts.path, use.span), wanted)


def _in_use(place: Place, wanted: str) -> Blocker:
    reason = f"`{wanted}` is already in use"
    return Blocker(place, reason, remedy="give what has that name another one")
