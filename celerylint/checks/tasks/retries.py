"""Retries that Celery does not make as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.facts import CallSite, Constant, Expression, HandlerFact, Reference, Sequence, Where
from celerylint.finding import Finding, Label, Place
from celerylint.model import Option, Task
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Value, answer, is_on, kind_of

_BROAD = frozenset({"Exception", "BaseException"})
# Whoever names one of these knows about the exception that `retry` raises.
_RETRY = frozenset({"Retry", "RetryTaskError", "TaskPredicate", "CeleryError"})


def retry_swallowed(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the retries whose exception a broad `except` around them takes for an error."""
    for task in work.tasks:
        for site in task.retries:
            handler = _swallower(work, task, site)
            if handler and site.call.keyword("throw") is None:
                place = Place(task.place.path, site.call.span)
                span = handler.caught.span if handler.caught else None
                labels = [Label(Place(place.path, span), "caught here")] if span else []
                yield rule.finding(
                    place, labels=labels, name=task.function.name, function=site.call.dotted
                )


def _swallower(work: CodeView, task: Task, site: CallSite) -> HandlerFact | None:
    """Return the handler that ends the way of a Retry, if that is certain."""
    for handler in _handlers_around(work, task, site.where):
        caught = _catches(work, task, handler)
        if caught is Answer.UNKNOWN:
            return None
        if caught is Answer.YES:
            return None if handler.raises or _retries_in(task, handler) else handler
    return None


def _handlers_around(work: CodeView, task: Task, where: Where) -> Iterator[HandlerFact]:
    """Yield the handlers that an exception raised here meets, in their order."""
    index = work.index(task)
    for depth in reversed(range(len(where.branch))):
        statement, _, arm = where.branch[depth].partition(":")
        for handler in index.facts.handlers if index and arm == "try" else ():
            *outer, own = handler.where.branch
            same = handler.where.scope == where.scope and tuple(outer) == where.branch[:depth]
            if same and own.partition(":")[0] == statement:
                yield handler


def _catches(work: CodeView, task: Task, handler: HandlerFact) -> Answer:
    """Return whether a handler catches the exception that `retry` raises, as any other one."""
    caught = handler.caught
    if caught is None:
        return Answer.YES
    parts = caught.items if isinstance(caught, Sequence) else (caught,)
    names = [_name(work, task, part, handler.where.scope) for part in parts]
    if any(name is None or name.rpartition(".")[2] in _RETRY for name in names):
        return Answer.UNKNOWN
    return answer(any(name in _BROAD for name in names))


def _name(work: CodeView, task: Task, expression: Expression, scope: str) -> str | None:
    """Return the dotted name of an exception; None where this may be several of them."""
    if not isinstance(expression, Reference):
        return None
    target = work.project.names.resolve(task.place.path, scope, expression.name)
    name = ".".join((target.entity.name, *target.rest))
    return name if name.rpartition(".")[2][:1].isupper() and not name.isupper() else None


def _retries_in(task: Task, handler: HandlerFact) -> bool:
    arm = handler.where.branch
    return any(
        site.where.scope == handler.where.scope and site.where.branch[: len(arm)] == arm
        for site in task.retries
    )


def autoretry_and_retry(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the retries by hand that have no delay of their own, where a backoff is meant."""
    for task in work.tasks:
        backoff = _backoff(work, task)
        for site in task.retries if backoff and not task.option("default_retry_delay") else ():
            given = {argument.name for argument in site.call.arguments}
            starred = any(argument.stars for argument in site.call.arguments)
            if not starred and not given & {"countdown", "eta"} and task.plain:
                place = Place(task.place.path, site.call.span)
                labels = [Label(backoff.place, "ignored by this call")] if backoff else []
                yield rule.finding(place, labels=labels, function=site.call.dotted)


def _backoff(work: CodeView, task: Task) -> Option | None:
    """Return the option that gives the automatic retries of a task growing delays."""
    option = task.option("retry_backoff")
    on = work.value(task, option).ask(is_on) is Answer.YES
    return option if on and task.option("autoretry_for") and not task.is_class else None


def retry_countdown_ignored(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the countdowns of automatic retries that a backoff overrides."""
    for task in work.tasks:
        backoff, given = _backoff(work, task), task.option("retry_kwargs")
        if backoff and given and work.value(task, given).ask(_has_countdown) is Answer.YES:
            labels = [Label(backoff.place, "counts instead")]
            yield rule.finding(given.place, labels=labels)


def _has_countdown(pattern: object) -> Answer:
    known = kind_of(pattern) is not object
    return answer("countdown" in pattern if isinstance(pattern, dict) else False if known else None)


def retry_none_means_default(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the retries that are meant to have no end, and end with the limit of the task."""
    for task in work.tasks:
        for site in task.retries if task.plain and task.closed else ():
            given = site.call.keyword("max_retries")
            if isinstance(given, Constant) and given.value is None and not _endless(work, task):
                option = task.option("max_retries")
                labels = [Label(option.place, "the limit")] if option else []
                place = Place(task.place.path, given.span)
                yield rule.finding(place, labels=labels)


def _endless(work: CodeView, task: Task) -> bool:
    """Return whether a task may have no limit of its own."""
    option = task.option("max_retries")
    return option is not None and work.value(task, option).ask(_is_none) is not Answer.NO


def _is_none(pattern: object) -> Answer:
    return answer(pattern is None if kind_of(pattern) is not object else None)


def retries_without_end(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the tasks that retry and have no limit."""
    for task in work.tasks:
        option = task.option("max_retries")
        retries = bool(task.retries or task.option("autoretry_for"))
        if option and retries and work.value(task, option) == Value((None,), complete=True):
            yield rule.finding(option.place, name=task.function.name)


def autoretry_too_broad(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the automatic retries of any exception whatever."""
    for task in work.tasks:
        option = task.option("autoretry_for")
        if option is None or task.option("dont_autoretry_for"):
            continue
        items = option.value.items if isinstance(option.value, Sequence) else ()
        for item in items:
            name = _name(work, task, item, task.function.where.scope)
            if name in _BROAD:
                place = Place(task.place.path, item.span)
                yield rule.finding(place, name=name)


def retry_without_backoff(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the automatic retries that all wait for the same time."""
    for task in work.tasks:
        option = task.option("autoretry_for")
        known = task.plain and task.closed and not task.is_class
        if option and known and not task.option("retry_backoff"):
            yield rule.finding(option.place, name=task.function.name)


def retry_without_jitter(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the backoff of automatic retries that is the same for all tasks."""
    for task in work.tasks:
        option = task.option("retry_jitter")
        off = work.value(task, option).ask(is_on) is Answer.NO
        if option and off and _backoff(work, task):
            yield rule.finding(option.place, name=task.function.name)
