"""Settings that are right or wrong by where they stand: beside Django's, or in production."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.analysis.wording import shown
from celerylint.files.kinds import is_for_development
from celerylint.finding import Finding, Label, Severity
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, is_on

_UTC = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT", "Zulu", "Universal"})
_PRODUCTION = frozenset({"prod", "production", "live"})


def timezone_against_django(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the time zone of a site that its Celery ignores."""
    for outcome in view.outcomes:
        zone = _time_zone(outcome)
        local = outcome.of("timezone").is_set is not Answer.NO
        if not zone or local or outcome.of("enable_utc").value.ask(is_on) is not Answer.YES:
            continue
        value = outcome.value_of(zone)
        if value.text and value.text not in _UTC:
            yield rule.finding(
                zone.place, setting=zone.name, value=shown(value), name=view.spelling("timezone")
            )


def _time_zone(outcome: EffectiveConfig) -> Setting | None:
    """Return where Django's TIME_ZONE is set, None where there are several places or none."""
    if not outcome.configuration.django:
        return None
    found = [s for s in outcome.configuration.settings if s.name == "TIME_ZONE"]
    return found[0] if len(found) == 1 and found[0].unconditional else None


def always_eager(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield a switch that lets the caller run every task, where no name speaks of tests."""
    everywhere = all(map(_is_eager, view.outcomes))
    for outcome in view.outcomes:
        definition = outcome.of("task_always_eager").definition
        if (
            definition is None
            or not _is_eager(outcome)
            or is_for_development(definition.place.path)
        ):
            continue
        production = not _PRODUCTION.isdisjoint(re.split(r"[/._-]", definition.place.path.lower()))
        if production or everywhere:
            yield rule.finding(
                definition.place,
                setting=definition.name,
                severity=Severity.ERROR if production else None,
                labels=[Label(view.app.place, "this app")],
                value=shown(outcome.value_of(definition)),
            )


def _is_eager(outcome: EffectiveConfig) -> bool:
    return outcome.of("task_always_eager").value.ask(is_on) is Answer.YES
