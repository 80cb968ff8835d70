"""What is wrong with a configuration: one module for each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from celerylint.checks import (
    broker_urls,
    brokers,
    canvases,
    command_lines,
    countdowns,
    credentials,
    definitions,
    djcelery,
    ignored_names,
    ignored_uses,
    links,
    namespaces,
    old_names,
    plain_values,
    queues,
    quorum,
    removed_imports,
    retries,
    routing_keys,
    schedule,
    sent_names,
    serializers,
    sharing,
    surroundings,
    task_classes,
    task_options,
    tls,
    transactions,
    transport_options,
    unknown_backends,
    unreachable_backends,
    upgrading,
    value_types,
    waiting,
    worker_limits,
)
from celerylint.checks.view import View
from celerylint.checks.work import Work
from celerylint.finding import Finding

CHECKS: Mapping[str, Callable[[View], Iterator[Finding]]] = {
    **links.CHECKS,
    **old_names.CHECKS,
    **ignored_names.CHECKS,
    **definitions.CHECKS,
    **namespaces.CHECKS,
    **ignored_uses.CHECKS,
    **value_types.CHECKS,
    **broker_urls.CHECKS,
    **unknown_backends.CHECKS,
    **transport_options.CHECKS,
    **worker_limits.CHECKS,
    **plain_values.CHECKS,
    **serializers.CHECKS,
    **brokers.CHECKS,
    **quorum.CHECKS,
    **sharing.CHECKS,
    **unreachable_backends.CHECKS,
    **canvases.CHECKS,
    **countdowns.CHECKS,
    **credentials.CHECKS,
    **tls.CHECKS,
    **queues.CHECKS,
    **surroundings.CHECKS,
    **schedule.CHECKS,
    **upgrading.CHECKS,
    **routing_keys.CHECKS,
}
"""The function of every rule that needs one, by the rule's code; the others declare theirs."""

WORK_CHECKS: Mapping[str, Callable[[Work], Iterator[Finding]]] = {
    **retries.CHECKS,
    **task_options.CHECKS,
    **waiting.CHECKS,
    **transactions.CHECKS,
    **schedule.WORK_CHECKS,
    **removed_imports.WORK_CHECKS,
    **djcelery.WORK_CHECKS,
    **task_classes.WORK_CHECKS,
    **sent_names.WORK_CHECKS,
    **command_lines.WORK_CHECKS,
}
"""Those that look at the code of the whole project, and not at one app."""
