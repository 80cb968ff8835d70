"""Queues that tasks go to, and that no worker command of the project consumes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import Effective, EffectiveConfig
from celerylint.analysis.queues import Route, declared_queues, known_routes, target_queue
from celerylint.analysis.tasks import option_value
from celerylint.analysis.wording import quoted
from celerylint.finding import Finding, Label, Place
from celerylint.linking.tasks import tasks
from celerylint.linking.workers import Worker
from celerylint.model import Task
from celerylint.options.table import nearest
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer

_SENDS = frozenset({"apply_async", "send_task"})
_GLOB = re.compile(r"[*?\[]")
# A pattern that `re.compile` makes is not followed.
_PLAIN = re.compile(r"[\w.*?\[\]-]+")


class _Use(NamedTuple):
    """Queues that tasks are sent to: who says so, and where."""

    queues: tuple[str, ...]
    place: Place
    reason: str
    setting: str | None = None


def queue_not_consumed(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield what sends tasks to a queue that no worker command of the project consumes."""
    workers = view.project.workers
    if not view.alone or not view.certain or not workers.clear:
        return
    each_consumed = [_consumed(outcome, workers.all) for outcome in view.started]
    consumed = frozenset().union(*(names or () for names in each_consumed))
    for outcome in view.started if None not in each_consumed else ():
        for use in _uses(view, outcome):
            missing = [queue for queue in use.queues if queue not in consumed]
            if missing:
                yield rule.finding(
                    use.place,
                    setting=use.setting,
                    labels=[Label(workers.all[0].place, "a worker command")],
                    names=("queues " if missing[1:] else "queue ") + quoted(missing),
                    reason=use.reason,
                    suggestion=nearest(missing[0], consumed).rstrip("?"),
                )


def _consumed(outcome: EffectiveConfig, workers: tuple[Worker, ...]) -> frozenset[str] | None:
    """Return the queues that any worker consumes, None where one of them is not known."""
    named = frozenset(queue for worker in workers for queue in worker.queues or ())
    if all(worker.queues for worker in workers):
        return named
    declared = outcome.of("task_queues")
    if declared.is_set is Answer.NO:
        default = outcome.of("task_default_queue").value.text
        return named | {default} if default else None
    names = declared_queues(declared)
    # The rules on declared queues speak where no command names any.
    return named | frozenset(names) if names and named else None


def _uses(view: AppView, outcome: EffectiveConfig) -> Iterator[_Use]:
    every = [task for task in tasks(view.project) if task.closed]
    routes = outcome.of("task_routes")
    yield from _routed(routes)
    for task in every:
        yield from _of_task(view, task)
    yield from _sent(view)
    yield from _by_default(view, outcome, routes, every)


def _routed(routes: Effective) -> Iterator[_Use]:
    """Yield the queues of routes that are known in full."""
    definition = routes.definition
    queues = dict.fromkeys(target_queue(route.to) for route in known_routes(routes))
    if definition:
        named = tuple(queue for queue in queues if queue)
        reason = f"`{definition.name}` sends tasks there"
        yield _Use(named, definition.place, reason, definition.name)


def _of_task(view: AppView, task: Task) -> Iterator[_Use]:
    """Yield the queue that a task is given as an option."""
    option = task.option("queue")
    queue = option and option_value(view, task, option).text
    if option and queue:
        yield _Use((queue,), option.place, f"task `{task.function.name}` goes there")


def _sent(view: AppView) -> Iterator[_Use]:
    """Yield the queues that calls which send a task name."""
    for path, site in view.project.facts.call_sites():
        method, queue = site.call.method, site.call.keyword("queue")
        if method and method[1] in _SENDS and queue:
            text = view.project.evaluator.value(path, site.where.scope, queue).text
            if text:
                yield _Use((text,), Place(path, queue.span), f"this `{method[1]}` sends there")


def _by_default(
    view: AppView, outcome: EffectiveConfig, routes: Effective, every: list[Task]
) -> Iterator[_Use]:
    """Yield the default queue, where a task goes there for certain."""
    default = outcome.of("task_default_queue")
    known = tuple(known_routes(routes))
    if not default.value.text or (routes.is_set is not Answer.NO and not known):
        return
    for task in every:
        named = task.option("queue") or task.option("exchange") or task.option("routing_key")
        if not named and not any(_may_route(route, view, task) for route in known):
            reason = f"task `{task.function.name}` has no route and goes there"
            yield _Use((default.value.text,), task.place, reason)
            return


def _may_route(route: Route, view: AppView, task: Task) -> bool:
    """Return whether a route may be one of a task, whatever its module is called."""
    option = task.option("name")
    name = option_value(view, task, option).text if option else None
    if (option and name is None) or not _PLAIN.fullmatch(route.task):
        return True
    own = name or task.function.name
    if _GLOB.search(route.task):
        return option is None or fnmatchcase(own, route.task)
    return route.task == own or (not option and route.task.endswith(f".{own}"))
