"""What is to run when: the entries of a schedule, and the crontabs of a project."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts import (
    BindingKind,
    CallSite,
    Constant,
    Expression,
    Reference,
    Sequence,
    SequenceKind,
    Shape,
    Table,
)
from celerylint.finding import Place
from celerylint.linking.project import Project
from celerylint.model import BeatEntry, Option, Setting

_CRONTABS = frozenset({"celery.schedules.crontab", "celery.task.schedules.crontab"})


def crontabs(project: Project) -> Iterator[tuple[str, CallSite]]:
    """Yield the calls that make a crontab of Celery, with the path of their file."""
    for path, site in project.facts.call_sites():
        target = project.names.of_expression(path, site.where.scope, site.call.function)
        if target and target.entity.external and target.entity.name in _CRONTABS:
            yield path, site


def entries(project: Project, definition: Setting) -> Iterator[BeatEntry]:
    """Yield the entries of a schedule that is written as a dict, or bound to a name as one."""
    path, scope = definition.place.path, definition.where.scope
    owner, table = _table(project, path, scope, definition.value)
    for each in table.entries if table else ():
        inner_home, inner = _table(project, owner, scope, each.value)
        if each.key and inner:
            parts = tuple(
                Option(str(key.value), Place(inner_home, key.span), part.value)
                for part in inner.entries
                if isinstance(key := part.key, Constant) and isinstance(key.value, str)
            )
            closed = len(parts) == len(inner.entries)
            place = Place(owner, each.key.span)
            name = each.key.value if isinstance(each.key, Constant) else ""
            yield BeatEntry(place, definition.where, parts, closed, str(name))


def keys(project: Project, definition: Setting) -> Iterator[tuple[Place, str]]:
    """Yield the plain keys of a setting that is written as a dict, or bound to a name as one."""
    path, scope = definition.place.path, definition.where.scope
    owner, table = _table(project, path, scope, definition.value)
    for each in table.entries if table else ():
        if isinstance(each.key, Constant) and isinstance(each.key.value, str):
            yield Place(owner, each.key.span), each.key.value


def sequences(project: Project, definition: Setting) -> Iterator[tuple[Place, SequenceKind]]:
    """Yield the entries of a schedule, or all of it, that are lists or tuples where dicts belong.

    An entry may be written to the schedule later, in any file: `beat_schedule["x"] = ...`.
    """
    path, scope = definition.place.path, definition.where.scope
    if isinstance(definition.value, Sequence):
        yield definition.place, definition.value.kind
    owner, table = _table(project, path, scope, definition.value)
    for each in table.entries if table else ():
        if each.key and isinstance(each.value, Sequence):
            yield Place(owner, each.key.span), each.value.kind
    for index in project.facts.roots():
        for write in index.facts.writes:
            owner_name = write.owner.name if isinstance(write.owner, Reference) else ""
            named = owner_name.rpartition(".")[2] == definition.name
            if named and write.shape is Shape.KEY and isinstance(write.value, Sequence):
                yield Place(index.facts.path, write.span), write.value.kind


def _table(
    project: Project, path: str, scope: str, value: Expression | None
) -> tuple[str, Table | None]:
    """Return the dict literal that an expression is or names, with the path of its file."""
    if not isinstance(value, Reference):
        return path, value if isinstance(value, Table) else None
    entity = project.names.resolve(path, scope, value.name).entity
    index = project.facts.of(entity.path)
    bindings = index.bindings.get((entity.scope, entity.name), ()) if index else ()
    only = bindings[0] if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN else None
    found = only.value if only and isinstance(only.value, Table) else None
    return entity.path, found
