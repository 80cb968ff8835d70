"""Queues that no worker consumes, and queues and routes that Celery cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import Effective, EffectiveConfig
from celerylint.analysis.queues import (
    PAIR,
    declared_queues,
    is_queue,
    known_routes,
    only,
    routes_of,
    target_queue,
)
from celerylint.analysis.wording import shown
from celerylint.finding import ChangeSet, Edit, Finding, Fix, Label, Place, Safety
from celerylint.fixes.offers import literal, set_setting
from celerylint.model import Setting
from celerylint.options.table import nearest
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Made, items, part

# What makes a worker consume other queues than those declared.
_CHOOSING = ("-Q", "--queues", "CELERY_WORKER_QUEUES")
_DEAD = re.compile(r"dead[-_.]?letters?|dlq|dlx", re.IGNORECASE)
_DEAD_LETTERS = ("x-dead-letter-exchange", "dead-letter-exchange")
# Of what a route may hold, the keys that choose a queue; others go with the message.
_CHOICES = ("queue", "exchange", "routing_key")
_OPTIONS = frozenset({*_CHOICES, "exchange_type", "priority", "expires", "serializer"})


class _Queues(NamedTuple):
    """The queues of one configuration, all of whose names are known."""

    declared: Effective
    definition: Setting
    names: tuple[str, ...]


# --- which queues there are --------------------------------------------------------------------


def _queues(outcome: EffectiveConfig) -> _Queues | None:
    """Return the queues that are declared, None where any of them is not known."""
    declared = outcome.of("task_queues")
    if declared.is_set is not Answer.YES or declared.definition is None:
        return None
    names = declared_queues(declared)
    return None if names is None else _Queues(declared, declared.definition, names)


def _is_chosen_elsewhere(outcome: EffectiveConfig) -> bool:
    """Return whether a command line may name the queues that a worker consumes."""
    return any(map(outcome.mentions, _CHOOSING))


# --- queues and routes that miss each other ----------------------------------------------------


def default_queue_not_consumed(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield queues among which the one for tasks without a route is missing."""
    for outcome in view.outcomes:
        queues, default = _queues(outcome), outcome.of("task_default_queue")
        name = default.value.text
        if not queues or not queues.names or name is None or name in queues.names:
            continue
        # Where there are routes, every task may have one.
        if outcome.of("task_routes").is_set is not Answer.NO or _is_chosen_elsewhere(outcome):
            continue
        fix = _default(view, queues, default)
        yield rule.finding(
            queues.definition.place,
            setting=queues.definition.name,
            labels=_labels(default, "the queue of tasks without a route"),
            name=name,
            notes=view.blocker_notes(fix.blockers),
            fix=fix.change_set,
        )


def _labels(effective: Effective, text: str) -> list[Label]:
    definition = effective.definition
    return [Label(definition.place, text)] if definition else []


def _default(view: AppView, queues: _Queues, default: Effective) -> Fix:
    """Return how to take a declared queue for the default one, where it is clear which."""
    fitting = queues.names if len(queues.names) == 1 else ("default",)
    if fitting[0] not in queues.names or not view.certain:
        return Fix()
    text = literal(fitting[0])
    setting = default.setting
    return set_setting(view, default.definition, queues.definition, setting, text)


def route_to_undeclared_queue(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield routes to queues that are not among those declared."""
    for outcome in view.outcomes:
        queues, routes = _queues(outcome), outcome.of("task_routes")
        creates = outcome.of("task_create_missing_queues").value
        refused = creates.known and not creates.options[0]
        if not queues or not queues.names or routes.definition is None:
            continue
        if not refused and _is_chosen_elsewhere(outcome):
            continue
        for route in known_routes(routes):
            name = target_queue(route.to)
            if name and name not in queues.names:
                yield rule.finding(
                    routes.definition.place,
                    setting=routes.definition.name,
                    labels=[Label(queues.definition.place, "the queues declared")],
                    name=name,
                    advice="Sending raises QueueNotFound" if refused else "No worker consumes it",
                )
                break


def dead_letter_queue_is_none(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield a queue for dead letters to which no other queue hands any."""
    for outcome in view.outcomes:
        queues = _queues(outcome)
        name = next(filter(_DEAD.search, queues.names), None) if queues else None
        if queues and name and not any(map(outcome.mentions, _DEAD_LETTERS)):
            place, setting = queues.definition.place, queues.definition.name
            yield rule.finding(place, setting=setting, name=name)


# --- what Celery cannot read -------------------------------------------------------------------


def task_queues_malformed(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield what stands for queues, and makes Celery raise."""
    for outcome in view.outcomes:
        declared = outcome.of("task_queues")
        wrong = {_wrong_queues(pattern) for pattern in declared.value.patterns}
        error = wrong.pop() if len(wrong) == 1 else None
        definition = declared.definition
        if error and definition:
            yield rule.finding(
                definition.place,
                setting=definition.name,
                reason=error[0],
                name=error[1],
                fix=_in_a_list(view, declared),
            )


def _wrong_queues(pattern: object) -> tuple[str, str] | None:
    """Return what is wrong with a value for `task_queues`, and the error that it ends in."""
    if isinstance(pattern, Made) and is_queue(pattern):
        return "is one queue, not a list", "TypeError"
    if isinstance(pattern, str) and pattern:
        return "is text", "AttributeError"
    if isinstance(pattern, dict):
        texts = [v for v in map(part, pattern.values()) if v.text is not None]
        return ("has text for a queue", "TypeError") if texts else None
    texts = [item for item in items(pattern) or () if item.text is not None]
    return ("has text for a queue", "AttributeError") if texts else None


def _in_a_list(view: AppView, declared: Effective) -> ChangeSet | None:
    """Return how to put a queue that stands alone into a list."""
    definition, patterns = declared.definitions[0], declared.value.patterns
    alone = len(declared.definitions) == 1 and isinstance(patterns[0], Made)
    if not alone or definition.value is None or not view.certain:
        return None
    span, path = definition.value.span, definition.place.path
    text = view.sources[path].text[span.start : span.end]
    # The parentheses were meant for a tuple.
    new = f"{text[:-1]},)" if text.startswith("(") else f"[{text}]"
    title = f"Make `{definition.name}` a list of this queue"
    edit = Edit(Place(path, span), new)
    return ChangeSet(title, Safety.UNSAFE, (edit,), "changes the value")


def task_routes_malformed(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield routes that make Celery raise, and those with a misspelt key."""
    for outcome in view.outcomes:
        routes = outcome.of("task_routes")
        wrong = {_wrong_routes(pattern) for pattern in routes.value.patterns}
        reason = wrong.pop() if len(wrong) == 1 else None
        definition = routes.definition
        if reason and definition:
            place, setting = definition.place, definition.name
            yield rule.finding(place, setting=setting, reason=reason)


def _wrong_routes(pattern: object) -> str | None:
    """Return what is wrong with a value for `task_routes`, and what Celery does with it."""
    if any(_is_pair(only(item)) for item in items(pattern) or ()):
        return "holds pairs that no list of their own keeps together: sending raises ValueError"
    for route in routes_of(pattern) or ():
        if route.to is None or isinstance(route.to, (bool, int, float)):
            word = shown(part(route.to))
            return f"has {word} for a route: sending that task raises TypeError"
        for key in route.to if isinstance(route.to, dict) else ():
            if key not in _OPTIONS and (hint := nearest(str(key), _CHOICES)):
                return f"has the key `{key}`, which chooses no queue{hint}".rstrip("?")
    return None


def _is_pair(pattern: object) -> bool:
    """Return whether this is the name of a task with its route, where routes are wanted.

    Celery takes it for a list of pairs itself, and the name for its first pair.
    """
    pair = tuple(items(pattern) or ())
    return len(pair) == PAIR and len(pair[0].text or "  ") != PAIR
