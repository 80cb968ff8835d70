"""Tasks that wait for what other tasks give."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.facts import BindingKind, Call, Expression, Reference
from celerylint.finding import Finding, Place
from celerylint.linking.index import FileIndex
from celerylint.model import Entity, Task
from celerylint.rulebook.rule import Rule

_WAITS = frozenset({"get", "join"})
_SENDS = frozenset({"delay", "apply_async"})
_CANVAS = frozenset({"celery.group", "celery.chain", "celery.chord"})
# With one of these the code says that it knows what it does.
_ALLOWED = frozenset({"allow_join_result", "disable_sync_subtasks"})


def result_awaited_in_task(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the calls in a task that wait for the result of another one."""
    owners = {task.entity for task in work.tasks}
    for task in work.tasks:
        index = work.index(task)
        for site in index.facts.calls if index and not _is_allowed(index) else ():
            owner, method = site.call.method or (None, "")
            if owner is None or method not in _WAITS or site.where.scope != task.function.scope:
                continue
            sent = _bound(index, site.where.scope, owner) if index else None
            if sent and _is_sent(work, task, sent, owners):
                place = Place(task.place.path, site.call.span)
                yield rule.finding(place, name=task.function.name)


def _is_allowed(index: FileIndex) -> bool:
    return any(use.name in _ALLOWED for use in index.facts.uses)


def _bound(index: FileIndex, scope: str, expression: Expression) -> Call | None:
    """Return the call that an expression is, or that the name it is was bound to, just once."""
    if isinstance(expression, Reference):
        bindings = index.bindings.get((scope, expression.name), [])
        only = len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN
        value = bindings[0].value if only else None
        return value if isinstance(value, Call) else None
    return expression if isinstance(expression, Call) else None


def _is_sent(work: CodeView, task: Task, call: Call, owners: set[Entity]) -> bool:
    """Return whether a call sends a task, and gives what its result is asked of."""
    path, scope = task.place.path, task.function.scope
    if _is_canvas(work, path, scope, call.function):
        return True
    found = work.project.apps.of(path, scope, call.function)
    if found and found[1] == ("send_task",):
        return True
    owner, method = call.method or (None, "")
    if owner is None or method not in _SENDS:
        return False
    target = work.project.names.of_expression(path, scope, owner)
    named = target is not None and not target.rest and target.entity in owners
    return named or _is_canvas(work, path, scope, owner)


def _is_canvas(work: CodeView, path: str, scope: str, expression: Expression) -> bool:
    if not isinstance(expression, Call):
        return False
    target = work.project.names.of_expression(path, scope, expression.function)
    return target is not None and target.entity.external and target.entity.name in _CANVAS
