"""Rate limits that Celery cannot read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.definitions import defined
from celerylint.analysis.given_options import Given
from celerylint.analysis.wording import shown
from celerylint.finding import Finding
from celerylint.rulebook.rule import Need, Rule
from celerylint.values import ANYTHING, Answer, Some, Text, answer

_DEFAULT = "task_default_rate_limit"
_UNITS = frozenset({"", "s", "m", "h"})


def rate_limit_invalid(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the rate limits with which a worker does not start."""
    given = [o.options["rate_limit"] for o in work.option_sets if "rate_limit" in o.options]
    for app in work.apps:
        found = defined(app, (_DEFAULT,)) if app.meets(Need.LOADED) else ()
        given += [Given(each.definition.place, each.value) for each in found]
    for place, value in given:
        if value.ask(_is_no_rate) is Answer.YES:
            yield rule.finding(place, value=shown(value))


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
