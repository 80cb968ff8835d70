"""How the connection to the broker is made and kept, where a condition cannot say it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import AMQP, REDIS, Effective, EffectiveConfig
from celerylint.analysis.wording import shown
from celerylint.catalogue.transports import DJANGO_BACKENDS
from celerylint.finding import Finding, Fix, Label, Severity
from celerylint.fixes.edits.assigning import is_literal
from celerylint.fixes.edits.removal import remove
from celerylint.fixes.offers import set_entries, set_setting
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.urls import Url
from celerylint.values import Answer

_OPTIONS = "broker_transport_options"
_RETRIES = "broker_connection_max_retries"
# What the worker waits between two tries: 2, 4, 6 seconds and so on, but never more than 30
# (celery.worker.consumer.Consumer.ensure_connected, kombu.Connection.ensure_connection).
_STEP, _LONGEST = 2, 30
_USUAL_RETRIES = 100
_LONG = 300

_NAMED = frozenset({"CELERY_RESULT_BACKEND", "--result-backend"})
# Settings of the result backend, and the transport options that do the same for the broker.
_OF_BROKER = {
    "redis_socket_timeout": "socket_timeout",
    "redis_socket_connect_timeout": "socket_connect_timeout",
    "redis_socket_keepalive": "socket_keepalive",
    "redis_retry_on_timeout": "retry_on_timeout",
    "redis_backend_health_check_interval": "health_check_interval",
}


def heartbeat_in_broker_url(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker URL that asks for a heartbeat."""
    for outcome in view.outcomes:
        broker = outcome.broker
        asked = broker.among(AMQP) is Answer.YES and any(map(_asks_for_heartbeat, broker.urls))
        if asked and broker.definition:
            yield rule.finding(broker.definition.place, setting=broker.definition.name)


def _asks_for_heartbeat(url: Url) -> bool:
    found = parse_qs(url.query or "").get("heartbeat", ["0"])[0]
    return found.replace(".", "", 1).isdigit() and float(found) > 0


# --- retries -----------------------------------------------------------------------------------


def connection_retries_zero(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the number of retries that once meant no end, and now means none."""
    for outcome, retries, count in _retries(view):
        if count == 0:
            yield _about_retries(view, rule, outcome, retries)


def connection_retries_finite(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the number of retries after which a worker gives up sooner than by default."""
    for outcome, retries, count in _retries(view):
        if 0 < count < _USUAL_RETRIES:
            seconds = _seconds(count)
            finding = _about_retries(view, rule, outcome, retries, _away(seconds))
            yield finding if seconds <= _LONG else finding._replace(severity=Severity.INFO)


def _seconds(retries: int) -> int:
    """Return how many seconds a worker tries at least to reach its broker."""
    return sum(min(_STEP * number, _LONGEST) for number in range(1, retries + 1))


def _away(seconds: int) -> str:
    """Return a time in words."""
    return f"{seconds} s" if seconds < _LONG else f"{seconds // 60} minutes"


def _retries(view: AppView) -> Iterator[tuple[EffectiveConfig, Effective, int]]:
    """Yield where connections are retried, and how often."""
    for outcome in view.outcomes:
        retries = outcome.of(_RETRIES)
        count = retries.value.options[0] if retries.value.known else None
        retried = outcome.of("broker_connection_retry").value
        off = retried.known and not retried.options[0]
        if retries.definition and type(count) is int and retried.known and not off:
            yield outcome, retries, count


def _about_retries(
    view: AppView, rule: Rule, outcome: EffectiveConfig, retries: Effective, reason: str = ""
) -> Finding:
    (definition, *others) = retries.definitions
    fix = Fix() if others or not view.certain else _set_none(view, definition)
    return rule.finding(
        definition.place,
        setting=definition.name,
        notes=view.blocker_notes(fix.blockers),
        fix=fix.change_set,
        labels=[Label(b.place, "this broker")] if (b := outcome.broker.definition) else (),
        value=shown(retries.value),
        reason=reason,
    )


def _set_none(view: AppView, definition: Setting) -> Fix:
    return set_setting(view, definition, None, _RETRIES, "None")


# --- Redis -------------------------------------------------------------------------------------


def redis_setting_on_broker(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield settings for results on Redis of an app that keeps its results elsewhere, or none."""
    for outcome in view.outcomes:
        broker_known = bool(outcome.broker.names)
        if not broker_known or _results_on_redis(outcome) is not Answer.NO:
            continue
        on_redis = outcome.broker.among(REDIS) is Answer.YES
        for setting in sorted(outcome.defined):
            definition = outcome.of(setting).definition
            if not setting.startswith("redis_") or definition is None or view.is_read(definition):
                continue
            option = _OF_BROKER.get(setting) if on_redis else None
            fix = _moved(view, outcome, definition) if option else Fix()
            yield _about_redis(view, rule, outcome, definition, fix=fix, advice=_advice(option))


def _advice(option: str | None) -> str:
    """Return what to do with a setting for results on Redis where there are none."""
    if option:
        return f"Set `{option}` in `broker_transport_options`, which is what the broker reads"
    return "Remove it, or set `result_backend` to Redis"


def _results_on_redis(outcome: EffectiveConfig) -> Answer:
    """Return whether results are kept on Redis; without a result backend they are kept nowhere."""
    backend = outcome.of("result_backend")
    if backend.is_set is Answer.NO:
        return Answer.UNKNOWN if any(map(outcome.mentions, _NAMED)) else Answer.NO
    if backend.value.text in DJANGO_BACKENDS:
        return Answer.NO
    return outcome.backend.among(REDIS)


def redis_setting_for_results(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield settings for results on Redis that the broker on Redis has no counterpart of."""
    for outcome in view.outcomes:
        kinds = outcome.broker, outcome.backend
        if any(kind.among(REDIS) is not Answer.YES for kind in kinds):
            continue
        for setting, option in _OF_BROKER.items():
            definition = outcome.of(setting).definition
            there = outcome.of(f"{_OPTIONS}.{option}").is_set
            if definition and there is Answer.NO and not view.is_read(definition):
                copy = _in_options(view, outcome, definition)
                yield _about_redis(view, rule, outcome, definition, fix=copy)


def _about_redis(  # noqa: PLR0913 - one finding has that many sides
    view: AppView,
    rule: Rule,
    outcome: EffectiveConfig,
    definition: Setting,
    *,
    fix: Fix,
    advice: str = "",
) -> Finding:
    broker = outcome.broker.definition
    setting = view.setting_of(definition.name) or ""
    return rule.finding(
        definition.place,
        setting=definition.name,
        new=_OF_BROKER.get(setting, ""),
        advice=advice,
        labels=[Label(broker.place, "this broker")] if broker else (),
        notes=view.blocker_notes(fix.blockers),
        fix=fix.change_set,
    )


def _in_options(view: AppView, outcome: EffectiveConfig, definition: Setting) -> Fix:
    """Return how to give the broker the option that does the same as a setting."""
    options = outcome.of(_OPTIONS).definitions
    setting, value = view.setting_of(definition.name), definition.value
    plain = value is not None and is_literal(value)
    if not view.certain or len(options) > 1 or setting is None or value is None or not plain:
        return Fix()
    text = view.sources[definition.place.path].text[value.span.start : value.span.end]
    entries = {_OF_BROKER[setting]: text}
    anchor = outcome.broker.definition
    return set_entries(view, options[0] if options else None, anchor, _OPTIONS, entries)


def _moved(view: AppView, outcome: EffectiveConfig, definition: Setting) -> Fix:
    """Return how to make a transport option of a setting."""
    added = _in_options(view, outcome, definition)
    if added.change_set is None:
        return added
    source = view.sources[definition.place.path].text
    plan = remove(view.project, view.settings, definition, source)
    if plan.blockers:
        return Fix(None, plan.blockers)
    title = f"Move `{definition.name}` to the options of the broker"
    change = added.change_set._replace(title=title, edits=(*added.change_set.edits, *plan.edits))
    return Fix(change)


# --- tests -------------------------------------------------------------------------------------


def broker_for_tests(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker that no other process, or no other machine, can reach."""
    for outcome in view.outcomes if not view.for_tests else ():
        definition = outcome.broker.definition
        if definition and outcome.broker.among(frozenset({"memory", "filesystem"})) is Answer.YES:
            yield rule.finding(
                definition.place, setting=definition.name, broker=outcome.broker.scheme
            )
