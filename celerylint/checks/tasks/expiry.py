"""Calls whose task has expired when it is due."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.given_options import Level
from celerylint.analysis.wording import shown
from celerylint.finding import Finding, Label
from celerylint.rulebook.rule import Rule
from celerylint.values import UNKNOWN, Answer, exceeds


def expires_before_countdown(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the calls with a countdown that is longer than the time until the task expires."""
    for call in work.option_sets:
        countdown, expires = call.options.get("countdown"), call.options.get("expires")
        if call.level is not Level.CALL or countdown is None or call.task is None:
            continue
        own = call.task.option("expires")
        limit = expires.value if expires else work.value(call.task, own)
        place = expires.place if expires else own.place if own else countdown.place
        if limit is not UNKNOWN and exceeds(countdown.value, limit) is Answer.YES:
            yield rule.finding(
                countdown.place,
                labels=[Label(place, "the task expires")],
                value=shown(countdown.value),
                other=shown(limit),
            )
