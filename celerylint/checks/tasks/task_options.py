"""Options of tasks that Celery does not read, cannot read, or is about to drop."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.given_options import Level
from celerylint.facts import UseKind
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule

_ROUTING = frozenset(
    ("queue", "exchange", "exchange_type", "routing_key", "delivery_mode", "priority")
)
_UNITS = frozenset({"", "s", "m", "h"})


def unknown_task_option(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the options that are near to one of Celery's, and that nothing reads."""
    for task in work.tasks:
        # A class of the project's own may read whatever it likes.
        for option in task.options if task.plain and not task.is_class else ():
            meant = work.rulebook.task_options.meant(option.name)
            if meant and not _is_read(work, option.name):
                yield rule.finding(option.place, name=option.name, suggestion=meant)
    for options in work.option_sets:
        for name, given in options.options.items() if options.level is Level.ANNOTATION else ():
            meant = work.rulebook.task_options.meant(name)
            if meant and not _is_read(work, name):
                yield rule.finding(given.place, name=name, suggestion=meant)


def _is_read(work: CodeView, name: str) -> bool:
    """Return whether the project looks the name up somewhere: tasks keep what they are given."""
    reads = {UseKind.ATTRIBUTE, UseKind.GETATTR}
    return any(use.kind in reads for use in work.project.facts.mentions.get(name, ()))


def routing_on_task(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the routing of tasks that Celery 5.7 warns about."""
    for task in work.tasks:
        for option in task.options:
            if option.name in _ROUTING:
                yield rule.finding(option.place, name=option.name)
