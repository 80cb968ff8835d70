"""Tasks that are sent by a name that nothing has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.analysis.task_names import is_missing
from celerylint.finding import Finding, Place
from celerylint.rulebook.rule import Rule

_SENDS = "send_task"


def sent_task_unknown(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the names for `send_task` of a module of the project that has nothing of this name."""
    sent = list(_sent(work))
    texts = Counter(text for _, text in sent)
    for place, text in sent:
        if is_missing(work.project, work.sources, place.path, text, times=texts[text]):
            yield rule.finding(place, name=text)


def _sent(work: CodeView) -> Iterator[tuple[Place, str]]:
    """Yield the names of tasks that are sent, where they are written."""
    for path, site in work.project.facts.call_sites():
        name = site.call.positional(0) or site.call.keyword("name")
        if site.call.method and site.call.method[1] == _SENDS and name:
            text = work.project.evaluator.value(path, site.where.scope, name).text
            if text:
                yield Place(path, name.span), text
