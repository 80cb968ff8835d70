"""Rate limits that Celery cannot read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.wording import shown
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule
from celerylint.values import ANYTHING, Answer, Some, Text, answer

_UNITS = frozenset({"", "s", "m", "h"})


def rate_limit_invalid(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the rate limits with which a worker does not start."""
    for task in work.tasks:
        option = task.option("rate_limit")
        value = work.value(task, option)
        if option and value.ask(_is_no_rate) is Answer.YES:
            yield rule.finding(option.place, value=shown(value))


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
