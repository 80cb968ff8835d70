"""What an upgrade changes for a configuration, where a declared condition cannot say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import REDIS, EffectiveConfig, Kind
from celerylint.catalogue.names import Release, release_text
from celerylint.catalogue.settings import Reading
from celerylint.finding import ChangeSet, Finding, Fix, Label, Safety
from celerylint.fixes.edits.assigning import add_beside
from celerylint.fixes.offers import without
from celerylint.model import Layer, Setting
from celerylint.rulebook.declared_fix import Change
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, is_on

# The first release that reads old names under a namespace.
_READS_OLD_NAMES: Release = (5, 7)
# The first release whose `Celery(...)` keeps keyword arguments that it does not know as settings,
# and the first that kept these of them.
_KEEPS_KEYWORDS: Release = (5, 0, 6)
_KEPT_EARLIER = ("broker_use_ssl", "redis_backend_use_ssl")
# The first release whose Redis transport and backend send the user name in a URL.
_SENDS_USER: Release = (5, 1)
_NO_FIX = Fix()
_OWN = frozenset({Reading.NEW, Reading.OLD, Reading.NAMESPACED})


def name_revived_by_upgrade(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the old names under a namespace that were dead, and are read after the upgrade."""
    if view.versions.crosses(_READS_OLD_NAMES) is not Answer.YES:
        return
    for definition in view.judged(Reading.OLD):
        before = view.before(definition.name)
        setting = view.setting_of(definition.name)
        if setting is None or view.is_code(definition) or view.beaten_by(definition, setting):
            continue
        if {meaning.reading for meaning in before} == {Reading.SHADOWED}:
            yield _of(view, rule, definition, labels=view.namespace_label())


def keyword_begins_to_apply(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the keyword arguments of the app that begin to count with the upgrade."""
    if view.versions.crosses(_KEEPS_KEYWORDS) is not Answer.YES:
        return
    for definition in view.judged(Reading.NEW, Reading.OLD, Reading.NAMESPACED):
        new = definition.layer is Layer.KEYWORD and definition.name not in _KEPT_EARLIER
        if new and not _is_asked_for(view, definition):
            yield _of(view, rule, definition, without(view, definition, Change.REMOVE))


def _is_asked_for(view: AppView, definition: Setting) -> bool:
    """Return whether a setting has the very value that a rule gives it, or keeps from before."""
    rules = view.rulebook.rules.values()
    given = [each for rule in rules if rule.fix for each in rule.fix.given]
    values = [outcome.value_of(definition) for outcome in view.outcomes]
    setting = view.setting_of(definition.name)
    return all(v.known and (setting, v.options[0]) in given for v in values)


def redis_username_sent(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the Redis URLs whose user name is sent after the upgrade, and was not before."""
    if view.versions.crosses(_SENDS_USER) is not Answer.YES:
        return
    for outcome in view.outcomes:
        for kind in (outcome.broker, outcome.backend):
            if kind.definition and _names_user(kind):
                yield _of(view, rule, kind.definition)


def _names_user(kind: Kind) -> bool:
    users = [url.user for url in kind.urls]
    return kind.among(REDIS) is Answer.YES and bool(users) and all(users)


# --- the time zone of Django ------------------------------------------------------------------


def timezone_fallback_changed(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the time zone of Django that Celery begins, or ceases, to take for its own."""
    if not view.versions.upgrading or not view.django:
        return
    for outcome in view.outcomes:
        for definition in outcome.configuration.settings:
            change = _change(view, outcome, definition)
            if change:
                yield _timezone(view, rule, definition, change)


def _change(view: AppView, outcome: EffectiveConfig, definition: Setting) -> str | None:
    """Return what the upgrade does to a time zone that is Django's: `begins` or `ceases`."""
    then = {meaning.reading for meaning in view.before(definition.name)}
    now = {meaning.reading for meaning in view.meanings(definition.name)}
    begins = now == {Reading.FALLBACK} and Reading.FALLBACK not in then
    ceases = then == {Reading.FALLBACK} and Reading.FALLBACK not in now
    if not (begins or ceases) or definition.name != "TIME_ZONE" or not outcome.closed:
        return None
    if any(_is_own(view, each) for each in outcome.configuration.settings):
        return None
    in_utc = outcome.of("enable_utc").value.ask(is_on) is Answer.YES
    zone = outcome.value_of(definition).text
    elsewhere = zone is not None and zone != "UTC"
    return ("begins" if begins else "ceases") if in_utc and elsewhere else None


def _is_own(view: AppView, definition: Setting) -> bool:
    """Return whether a definition sets the time zone of Celery itself, now or before."""
    every = (*view.meanings(definition.name), *view.before(definition.name))
    return any(m.setting == "timezone" and m.reading in _OWN for m in every)


def _timezone(view: AppView, rule: Rule, definition: Setting, change: str) -> Finding:
    """Return the finding, with the pin of the time zone that counted before."""
    begins = change == "begins"
    first = min(view.target[0], (5, 3) if begins else (4, 0))
    return _of(
        view,
        rule,
        definition,
        _pinned(view, definition, '"UTC"' if begins else definition.name),
        advice="takes" if begins else "no longer takes",
        since=release_text(first[:2]),
    )


def _pinned(view: AppView, definition: Setting, text: str) -> Fix:
    # Django hands on upper-case names only, of which the old one counts without a namespace.
    old = view.catalogue.settings["timezone"].old_name_at(view.target[0])
    name = view.spelling("timezone") if view.namespace or old is None else old
    source = view.sources[definition.place.path].text
    plan = add_beside(view.project, definition, source, name, text)
    if plan.blockers:
        return Fix(None, plan.blockers)
    reason = "keeps the previous time zone"
    return Fix(ChangeSet(f"Set `{name}` to {text}", Safety.UNSAFE, plan.edits, reason))


def _of(
    view: AppView,
    rule: Rule,
    definition: Setting,
    fix: Fix = _NO_FIX,
    labels: tuple[Label, ...] = (),
    **values: Any,  # noqa: ANN401 - what the placeholders stand for
) -> Finding:
    return rule.finding(
        definition.place,
        setting=definition.name,
        labels=labels,
        fix=fix.change_set,
        notes=view.blocker_notes(fix.blockers),
        **values,
    )
