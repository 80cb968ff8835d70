"""Pools of the worker that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import defined, report
from celerylint.analysis.wording import shown
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule

_POOL = "worker_pool"


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
