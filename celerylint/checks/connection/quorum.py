"""Quorum queues of RabbitMQ: what may not be asked of them."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import AMQP, Effective, EffectiveConfig
from celerylint.catalogue.names import parse_limits
from celerylint.finding import Finding, Label
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Made, Value, entry, items

_DETECTION = "worker_detect_quorum_queues"
_DETECTS = parse_limits(">=5.5")
# What RabbitMQ refuses to declare: arguments of kombu.Queue and whether they ask for it.
_REFUSED = {"durable": False, "auto_delete": True, "exclusive": True}
_PRIORITY = "x-max-priority"
_PRIORITIES = "task_queue_max_priority"


def quorum_before_5_5(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield quorum queues whose workers set a global limit, which RabbitMQ refuses for them."""
    for outcome, queues, made in _quorum_queues(view):
        detection = outcome.of(_DETECTION)
        detects = {_DETECTS.holds(release) for release in view.target}
        off = detection.definition and detection.value.known and not detection.value.options[0]
        if queues.definition and (detects == {False} or (detects == {True} and off)):
            switch = detection.definition if off else None
            yield rule.finding(
                queues.definition.place,
                setting=queues.definition.name,
                name=_called(made),
                labels=[Label(switch.place, "switched off here")] if switch else (),
                help=f"Delete `{switch.name}`" if switch else None,
            )


def quorum_limits(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield quorum queues that RabbitMQ refuses to declare."""
    for outcome, queues, made in _quorum_queues(view):
        value = next(_wrong(made), None) or _for_all(outcome)
        if value and queues.definition:
            place, name = queues.definition.place, queues.definition.name
            yield rule.finding(place, setting=name, name=_called(made), value=value)


def _wrong(made: Made) -> Iterator[str]:
    """Yield the arguments of a queue that quorum queues do not have."""
    for name, wrong in _REFUSED.items():
        if name in made.keywords and made.keywords[name] == Value((wrong,), complete=True):
            yield f"{name}={wrong}"
    if _number(made.keywords.get("max_priority")):
        yield "max_priority"
    if _number(entry(made.keywords["queue_arguments"], _PRIORITY)):
        yield _PRIORITY


def _for_all(outcome: EffectiveConfig) -> str | None:
    """Return the setting that gives each queue priorities, None where it is not set."""
    found = outcome.of(_PRIORITIES)
    return found.definition.name if found.definition and _number(found.value) else None


def _number(value: Value | None) -> bool:
    return value is not None and value.known and isinstance(value.options[0], int)


def _called(made: Made) -> str:
    name = made.positional[0] if made.positional else made.keywords.get("name")
    return f"quorum queue `{name.text}`" if name and name.text else "quorum queue"


def _quorum_queues(view: AppView) -> Iterator[tuple[EffectiveConfig, Effective, Made]]:
    """Yield the queues in `task_queues` that are certain to be quorum queues of RabbitMQ."""
    for outcome in view.outcomes:
        queues = outcome.of("task_queues")
        certain = queues.is_set is Answer.YES and len(queues.value.patterns) == 1
        if not certain or outcome.broker.among(AMQP) is not Answer.YES:
            continue
        for item in items(queues.value.patterns[0]) or ():
            made = item.patterns[0]
            if len(item.patterns) == 1 and isinstance(made, Made) and _is_quorum(made):
                yield outcome, queues, made


def _is_quorum(made: Made) -> bool:
    arguments = made.keywords.get("queue_arguments")
    kind = entry(arguments, "x-queue-type") if arguments else None
    return made.name.startswith("kombu.") and kind is not None and kind.text == "quorum"
