"""Rules that declare in `[when]` what they find: one evaluation for all of them.

A rule speaks where its condition is certain for one configuration of an app, defaults of Celery
included. What is not known never fires.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import Effective, EffectiveConfig
from celerylint.analysis.wording import shown
from celerylint.catalogue.names import release_text
from celerylint.finding import Finding, Fix, Label, Place
from celerylint.fixes.offers import offer, spelled_beside
from celerylint.model import Setting
from celerylint.rulebook.conditions import (
    PLACES,
    AnyOf,
    Backend,
    Broker,
    Celery,
    Condition,
    Crossing,
    Every,
    Exceeds,
    IsSet,
    Presence,
    Test,
    Uncalled,
    Unmentioned,
    is_of_upgrade,
    kinds,
    subjects,
)
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, all_of, answer, any_of, exceeds


def findings(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield what a declared rule finds in the configurations of an app.

    An app of tests is not upgraded by stages: nobody waits for what it has sent.
    """
    if rule.when is None or not view.linked or (view.for_tests and is_of_upgrade(rule.when)):
        return
    for outcome in view.started:
        if holds(rule.when, outcome) is Answer.YES:
            yield _finding(view, outcome, rule, rule.when)


def holds(condition: Condition, outcome: EffectiveConfig) -> Answer:  # noqa: C901, PLR0911 - one arm a kind
    """Return whether a condition holds of a configuration."""
    match condition:
        case IsSet():
            is_set = outcome.of(condition.setting).is_set
            return is_set if condition.presence is Presence.SET else is_set.negated
        case Test():
            return condition.ask(outcome.of(condition.setting).value)
        case Exceeds():
            return exceeds(outcome.of(condition.setting).value, outcome.of(condition.limit).value)
        case Broker():
            return outcome.broker.among(condition.kinds)
        case Backend():
            return outcome.backend.among(condition.kinds)
        case Celery():
            within = {condition.limits.holds(release) for release in outcome.target}
            return answer(within.pop() if len(within) == 1 else None)
        case Uncalled():
            return answer(not outcome.calls(condition.name))
        case Unmentioned():
            return answer(not outcome.mentions(condition.word))
        case Crossing():
            return outcome.versions.crosses(condition.release)
        case Every():
            return all_of(holds(part, outcome) for part in condition.parts)
        case AnyOf():
            return any_of(holds(part, outcome) for part in condition.parts)
        case _:
            return holds(condition.part, outcome).negated


def _finding(view: AppView, outcome: EffectiveConfig, rule: Rule, when: Condition) -> Finding:
    asked = tuple(dict.fromkeys(subjects(when)))
    told = [outcome.of(name) for name in asked]
    main = outcome.of(rule.at) if rule.at and rule.at not in PLACES else _main(told)
    place = _place(view, outcome, rule.at or _usual(main, when))
    anchor = _definition(outcome, rule.at or _usual(main, when))
    change = offer(view, outcome, rule.fix, anchor) if rule.fix else Fix()
    labels = [
        Label(_place(view, outcome, label.at), label.text)
        for label in rule.labels
        if _definition(outcome, label.at)
    ]
    return rule.finding(
        place,
        setting=_spelled(view, main, anchor) if main else None,
        labels=[label for label in labels if label.place != place],
        notes=view.blocker_notes(change.blockers),
        fix=change.change_set,
        **_filling(view, outcome, main, told, anchor),
    )


def _main(told: list[Effective]) -> Effective | None:
    """Return the setting that a finding is about: the first that is set, else the first."""
    defined = (each for each in told if each.definition)
    return next(defined, told[0] if told else None)


def _usual(main: Effective | None, when: Condition) -> str:
    """Return where a finding points: at its setting, else at the broker or the backend."""
    if main and main.definition:
        return main.setting
    if kinds(when, Broker):
        return "broker"
    return "backend" if kinds(when, Backend) else "app"


def _place(view: AppView, outcome: EffectiveConfig, at: str) -> Place:
    definition = _definition(outcome, at)
    return definition.place if definition else view.app.place


def _definition(outcome: EffectiveConfig, at: str) -> Setting | None:
    if at == "app":
        return None
    kinds = {"broker": outcome.broker, "backend": outcome.backend}
    return kinds[at].definition if at in kinds else outcome.of(at).definition


def _spelled(view: AppView, effective: Effective, anchor: Setting | None) -> str:
    """Return the name as the user wrote it, or would write it here; a key of a dict is just it."""
    name, _, key = effective.setting.partition(".")
    if key:
        return key
    if effective.definition:
        return effective.definition.name
    beside = spelled_beside(view, anchor, name) if anchor else None
    return beside or view.spelling(name)


def _filling(
    view: AppView,
    outcome: EffectiveConfig,
    main: Effective | None,
    told: list[Effective],
    anchor: Setting | None,
) -> dict[str, Any]:
    """Return what the placeholders of a message stand for."""
    others = [each for each in told if each is not main]
    return {
        "value": shown(main.value) if main else "",
        "default": shown(outcome.default(main.setting)) if main else "",
        "before": shown(outcome.earlier_default(main.setting)) if main else "",
        "other": _spelled(view, others[0], anchor) if others else "",
        "broker": outcome.broker.scheme,
        "backend": outcome.backend.scheme,
        "version": release_text(view.target[-1][:2]),
        "namespace": view.namespace or "",
    }
