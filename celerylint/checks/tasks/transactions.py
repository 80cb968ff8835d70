"""Tasks that are sent while a transaction of the database is open."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.facts import Call, CallSite, Expression
from celerylint.finding import Finding, Label, Place
from celerylint.linking.index import FileIndex
from celerylint.model import Entity
from celerylint.rulebook.rule import Rule

_ATOMIC = "django.db.transaction.atomic"
_SENDS = frozenset({"delay", "apply_async"})
# Who sends it later has thought of it.
_LATER = frozenset({"countdown", "eta"})


def delay_in_transaction(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the calls that send a task before the transaction around them ends."""
    owners = {task.entity for task in work.tasks if task.plain}
    for index in work.project.facts.roots():
        for site in index.facts.calls:
            opened = _opened(work, index, site) if _is_sent(work, index, site, owners) else None
            if opened:
                path = index.facts.path
                labels = [Label(Place(path, opened.span), "the transaction")]
                place = Place(path, site.call.span)
                name = site.call.dotted
                yield rule.finding(place, labels=labels, name=name)


def _is_sent(work: CodeView, index: FileIndex, site: CallSite, owners: set[Entity]) -> bool:
    owner, _, method = site.call.dotted.rpartition(".")
    given = {argument.name for argument in site.call.arguments}
    starred = any(argument.stars for argument in site.call.arguments if method == "apply_async")
    if not owner or method not in _SENDS or starred or (method == "apply_async" and given & _LATER):
        return False
    target = work.project.names.resolve(index.facts.path, site.where.scope, owner)
    return not target.rest and target.entity in owners


def _opened(work: CodeView, index: FileIndex, site: CallSite) -> Expression | None:
    """Return what opens the transaction that a call stands in, if one is seen to."""
    function = index.functions.get(site.where.scope)
    for decorator in function.decorators if function else ():
        named = decorator.function if isinstance(decorator, Call) else decorator
        if function and _is_atomic(work, index, function.where.scope, named):
            return decorator
    for other in index.facts.calls:
        inside = other.where.scope == site.where.scope and _holds(other, site)
        if inside and _is_atomic(work, index, other.where.scope, other.call.function):
            return other.call
    return None


def _holds(unresolved: CallSite, site: CallSite) -> bool:
    """Return whether the statement that one call heads has the other one in its body."""
    outer, inner = unresolved.where.statement, site.where.statement
    within = outer.start <= inner.start and inner.end <= outer.end
    return within and outer != inner and unresolved.call.span.end < inner.start


def _is_atomic(work: CodeView, index: FileIndex, scope: str, expression: Expression) -> bool:
    target = work.project.names.of_expression(index.facts.path, scope, expression)
    if target is None or not target.entity.external:
        return False
    return ".".join((target.entity.name, *target.rest)) == _ATOMIC
