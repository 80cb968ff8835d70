"""Tasks that are to wait longer than the broker lets a worker keep them."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import REDIS, EffectiveConfig
from celerylint.analysis.wording import shown
from celerylint.facts import Argument, Call, CallSite, Operation
from celerylint.finding import Finding, Label, Place
from celerylint.linking.tasks import tasks
from celerylint.rulebook.rule import Rule
from celerylint.values import UNKNOWN, Answer, Value, exceeds, known

_OPTIONS = "broker_transport_options"
_SQS = frozenset({"SQS"})
# The defaults of kombu, in seconds.
_AN_HOUR = known(3600)
_HALF_AN_HOUR = known(1800)
_CLOCKS = frozenset({"now", "utcnow"})


def eta_beyond_visibility(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the delays of a known app's tasks that the broker does not wait for."""
    limits = [_visibility(outcome) for outcome in view.outcomes] if view.alone else []
    for path, site in _sent(view) if limits and UNKNOWN not in limits else ():
        for argument in site.call.arguments:
            delay = _delay(view, path, site, argument)
            if all(exceeds(delay, limit) is Answer.YES for limit in limits):
                broker = view.outcomes[0].broker.definition
                yield rule.finding(
                    Place(path, argument.span),
                    labels=[Label(broker.place, "this broker")] if broker else [],
                    name=argument.name,
                    value=shown(limits[0]),
                )


def _visibility(outcome: EffectiveConfig) -> Value:
    """Return how many seconds a message may stay without acknowledgement."""
    timeout = outcome.of(f"{_OPTIONS}.visibility_timeout")
    broker = outcome.broker
    on_redis, on_sqs = broker.among(REDIS) is Answer.YES, broker.among(_SQS) is Answer.YES
    own = on_sqs and outcome.of(f"{_OPTIONS}.predefined_queues").is_set is not Answer.NO
    if not (on_redis or on_sqs) or own or any(url.query for url in broker.urls):
        return UNKNOWN
    if timeout.is_set is Answer.NO:
        return _AN_HOUR if on_redis else _HALF_AN_HOUR
    return timeout.value


def _sent(view: AppView) -> Iterator[tuple[str, CallSite]]:
    """Yield the calls that send a task of the project, or retry one."""
    found = tasks(view.project)
    owners = {task.entity for task in found}
    for task in found:
        yield from ((task.place.path, site) for site in task.retries)
    for path, site in view.project.facts.call_sites():
        owner, _, method = site.call.dotted.rpartition(".")
        if owner and method == "apply_async":
            target = view.project.names.resolve(path, site.where.scope, owner)
            if not target.rest and target.entity in owners:
                yield path, site


def _delay(view: AppView, path: str, site: CallSite, argument: Argument) -> Value:
    """Return for how long an argument lets a task wait."""
    match argument.name, argument.value:
        case "countdown", wait:
            pass
        case "eta", Operation(_, "+", (Call() as clock, wait)):
            if clock.dotted.rpartition(".")[2] not in _CLOCKS:
                return UNKNOWN
        case _:
            return UNKNOWN
    return view.project.evaluator.value(path, site.where.scope, wait)
