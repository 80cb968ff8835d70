"""What is wrong with a configuration: one module for each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from celerylint.analysis.app_view import AppView
from celerylint.analysis.code_view import CodeView
from celerylint.checks.commands import command_lines
from celerylint.checks.connection import brokers, countdowns, quorum, sharing
from celerylint.checks.names import definitions, ignored_names, ignored_uses, namespaces, old_names
from celerylint.checks.reading import links
from celerylint.checks.results import canvases, unreachable_backends
from celerylint.checks.schedule import beat, environments, queues
from celerylint.checks.security import credentials, tls
from celerylint.checks.serialization import serializers
from celerylint.checks.tasks import retries, sent_names, task_options, transactions, waiting
from celerylint.checks.upgrade import (
    configurations,
    djcelery,
    removed_imports,
    routing_keys,
    task_classes,
)
from celerylint.checks.values import (
    broker_urls,
    plain_values,
    transport_options,
    unknown_backends,
    value_types,
    worker_limits,
)
from celerylint.finding import Finding

CHECKS: Mapping[str, Callable[[AppView], Iterator[Finding]]] = {
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
    **environments.CHECKS,
    **beat.CHECKS,
    **configurations.CHECKS,
    **routing_keys.CHECKS,
}
"""The function of every rule that needs one, by the rule's code; the others declare theirs."""

WORK_CHECKS: Mapping[str, Callable[[CodeView], Iterator[Finding]]] = {
    **retries.CHECKS,
    **task_options.CHECKS,
    **waiting.CHECKS,
    **transactions.CHECKS,
    **beat.WORK_CHECKS,
    **removed_imports.WORK_CHECKS,
    **djcelery.WORK_CHECKS,
    **task_classes.WORK_CHECKS,
    **sent_names.WORK_CHECKS,
    **command_lines.WORK_CHECKS,
}
"""Those that look at the code of the whole project, and not at one app."""
