"""Pools and limits of the worker that do not go together, or do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.analysis.wording import shown
from celerylint.finding import Finding, Label
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Value, compare, is_on

_POOL, _SOFT, _HARD = "worker_pool", "task_soft_time_limit", "task_time_limit"
_REFUSES = (5, 7)
_WITHOUT_CHILDREN = frozenset({"solo", "threads", "gevent", "eventlet"})
_UNENFORCED: Mapping[str, frozenset[str]] = {
    _SOFT: frozenset({"solo", "threads"}),
    _HARD: frozenset({"solo", "threads"}),
    "worker_max_tasks_per_child": _WITHOUT_CHILDREN,
    "worker_max_memory_per_child": _WITHOUT_CHILDREN,
}


def unknown_worker_pool(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the pools that none of the releases judged has."""
    pools = view.rulebook.connections.pools
    for each in defined(view, (_POOL,)):
        name = each.value.text
        if not name or "." in name or ":" in name:
            continue
        pool = pools.get(name)
        if pool is None or not any(map(pool.listed_at, view.target)):
            names = ", ".join(n for n, p in pools.items() if p.listed_at(view.target[-1]))
            yield report(view, rule, each, value=shown(each.value), names=names)


def soft_limit_above_hard(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the soft time limits that are longer than the hard one."""
    for each in defined(view, (_SOFT,)):
        hard = each.outcome.of(_HARD)
        if hard.definition and _is_above(each.value, hard.value):
            refused = view.target[0] >= _REFUSES
            yield report(
                view,
                rule,
                each,
                labels=(Label(hard.definition.place, "the hard limit"),),
                value=shown(each.value),
                other=shown(hard.value),
                reason="sending a task raises ValueError" if refused else "it never takes effect",
            )


def _is_above(soft: Value, hard: Value) -> bool:
    """Return whether a limit is certainly above another one; 0 and None are no limits."""
    limit = hard.options[0] if hard.known else None
    if not isinstance(limit, (int, float)) or not limit:
        return False
    return soft.ask(lambda pattern: compare(pattern, lambda seconds: seconds > limit)) is Answer.YES


def limit_without_effect(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the limits that the configured pool does not enforce."""
    for each in defined(view, tuple(_UNENFORCED)):
        pool = each.outcome.of(_POOL)
        name = pool.value.text
        if pool.definition and name in _UNENFORCED[each.setting] and _is_limit(each):
            label = Label(pool.definition.place, "this pool")
            yield report(view, rule, each, labels=(label,), name=name)


def _is_limit(each: Defined) -> bool:
    return each.value.ask(is_on) is Answer.YES
