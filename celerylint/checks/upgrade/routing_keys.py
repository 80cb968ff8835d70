"""Routing keys that stand alone, which choose no queue from Celery 4 on."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.catalogue.names import Release
from celerylint.facts import Argument, Call, Constant, Expression
from celerylint.finding import Finding, Place
from celerylint.linking.tasks import tasks
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Made, Value, items, known

# From then on a task without a queue is for the default one, whatever else is said of its way.
_TAKES_DEFAULT_QUEUE: Release = (4,)
_SENDS = frozenset({"apply_async", "send_task"})
_ROUTING = frozenset({"exchange", "routing_key"})
# With one of these it is another exchange, or another way to choose one.
_OTHER_WAYS = frozenset({"queue", "exchange_type", "producer", "publisher", "connection"})


def routing_key_alone(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the routing keys, and exchanges, that no longer choose where a task goes."""
    crossing = view.versions.crosses(_TAKES_DEFAULT_QUEUE) is Answer.YES
    if not crossing or not view.alone or not all(map(_is_direct, view.outcomes)):
        return
    for path, arguments in _routings(view):
        given = {argument.name for argument in arguments}
        starred = any(argument.stars for argument in arguments)
        if starred or given & _OTHER_WAYS or len(given & _ROUTING) != 1:
            continue
        for argument in arguments:
            if argument.name in _ROUTING and not _is_none(argument.value):
                place = Place(path, argument.name_span or argument.span)
                yield rule.finding(place, name=argument.name)


def _routings(view: AppView) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    """Yield the arguments of all calls that send a task, and of those that make one."""
    for path, site in view.project.facts.call_sites():
        _, method = site.call.method or (None, "")
        if method in _SENDS:
            yield path, site.call.arguments
    for task in tasks(view.project):
        for decorator in () if task.is_class else task.function.decorators:
            if isinstance(decorator, Call) and decorator.function.span == task.place.span:
                yield task.place.path, decorator.arguments


def _is_none(value: Expression) -> bool:
    return isinstance(value, Constant) and value.value is None


def _is_direct(outcome: EffectiveConfig) -> bool:
    """Return whether no route is set, and all exchanges of queues are for certain direct ones.

    A route may give the queue that a call does not, and a topic exchange goes by routing keys.
    """
    routes, queues = outcome.of("task_routes"), outcome.of("task_queues")
    kind = outcome.of("task_default_exchange_type").value.text
    if routes.is_set is not Answer.NO or kind != "direct":
        return False
    if queues.is_set is Answer.NO:
        return True
    return queues.is_set is Answer.YES and all(
        items(pattern) is not None and all(map(_has_direct_exchange, items(pattern) or ()))
        for pattern in queues.value.patterns
    )


def _has_direct_exchange(queue: Value) -> bool:
    """Return whether a queue is made here with a direct exchange, or with none of its own."""
    made = _only(queue)
    if not isinstance(made, Made) or not made.name.endswith(".Queue"):
        return False
    (exchange,) = made.positional[1:2] or (made.keywords.get("exchange", known("")),)
    given = _only(exchange)
    if not isinstance(given, Made):
        return isinstance(given, str)
    (kind,) = given.positional[1:2] or (given.keywords.get("type", known("direct")),)
    return given.name.endswith(".Exchange") and kind.text == "direct"


def _only(value: Value) -> object:
    return value.patterns[0] if len(value.patterns) == 1 else None
