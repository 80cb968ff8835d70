"""What is wrong with a configuration: one module for each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from celerylint.checks import (
    brokers,
    definitions,
    ignored_names,
    links,
    namespaces,
    old_names,
    quorum,
    serializers,
    sharing,
)
from celerylint.checks.view import View
from celerylint.finding import Finding

CHECKS: Mapping[str, Callable[[View], Iterator[Finding]]] = {
    **links.CHECKS,
    **old_names.CHECKS,
    **ignored_names.CHECKS,
    **definitions.CHECKS,
    **namespaces.CHECKS,
    **serializers.CHECKS,
    **brokers.CHECKS,
    **quorum.CHECKS,
    **sharing.CHECKS,
}
"""The function of every rule that needs one, by the rule's code; the others declare theirs."""
