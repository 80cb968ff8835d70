"""Options of tasks that Celery does not read, cannot read, or is about to drop."""

from __future__ import annotations

import math
from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.wording import shown
from celerylint.facts import UseKind
from celerylint.finding import Finding
from celerylint.model import Option
from celerylint.values import ANYTHING, Answer, Some, Text, answer

_ROUTING = frozenset(
    ("queue", "exchange", "exchange_type", "routing_key", "delivery_mode", "priority")
)
_UNITS = frozenset({"", "s", "m", "h"})


def unknown_option(work: CodeView) -> Iterator[Finding]:
    """Yield the options that are near to one of Celery's, and that nothing reads."""
    for task in work.tasks:
        # A class of the project's own may read whatever it likes.
        for option in task.options if task.plain and not task.is_class else ():
            meant = work.rulebook.task_options.meant(option.name)
            if meant and not _is_read(work, option):
                yield work.rulebook["CEL608"].finding(
                    option.place, name=option.name, suggestion=meant
                )


def _is_read(work: CodeView, option: Option) -> bool:
    """Return whether the project looks the name up somewhere: tasks keep what they are given."""
    reads = {UseKind.ATTRIBUTE, UseKind.GETATTR}
    return any(use.kind in reads for use in work.project.facts.mentions.get(option.name, ()))


def rate_limit_invalid(work: CodeView) -> Iterator[Finding]:
    """Yield the rate limits with which a worker does not start."""
    for task in work.tasks:
        option = task.option("rate_limit")
        value = work.value(task, option)
        if option and value.ask(_is_no_rate) is Answer.YES:
            yield work.rulebook["CEL222"].finding(option.place, value=shown(value))


def _is_no_rate(pattern: object) -> Answer:
    """Return whether Celery cannot read this as a rate, as `celery.utils.time.rate` does."""
    if isinstance(pattern, (Some, Text)) or pattern is ANYTHING:
        return Answer.UNKNOWN
    if not isinstance(pattern, str) or not pattern:
        return Answer.NO
    number, _, unit = pattern.partition("/")
    try:
        return answer(unit not in _UNITS or math.isnan(float(number)))
    except ValueError:
        return Answer.YES


def routing_on_task(work: CodeView) -> Iterator[Finding]:
    """Yield the routing of tasks that Celery 5.7 warns about."""
    for task in work.tasks:
        for option in task.options:
            if option.name in _ROUTING:
                yield work.rulebook["CEL618"].finding(option.place, name=option.name)


CHECKS = {
    "CEL222": rate_limit_invalid,
    "CEL608": unknown_option,
    "CEL618": routing_on_task,
}
