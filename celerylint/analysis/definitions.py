"""The definitions of settings that count, each with its value."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.finding import Finding, Fix, Label, Severity
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.values import Value


class Defined(NamedTuple):
    """A definition that counts in a configuration, the setting that it defines, and its value."""

    outcome: EffectiveConfig
    setting: str
    definition: Setting
    value: Value


def defined(view: AppView, settings: Collection[str]) -> Iterator[Defined]:
    """Yield the definitions of some settings that the newest release judged reads."""
    for outcome in view.outcomes:
        for setting in filter(outcome.defined.__contains__, settings):
            for definition in outcome.of(setting).definitions:
                if all(meaning.honoured for meaning in view.newest(definition.name)):
                    yield Defined(outcome, setting, definition, outcome.value_of(definition))


def report(  # noqa: PLR0913 - a finding has that many sides, most by keyword
    view: AppView,
    rule: Rule,
    each: Defined,
    *,
    severity: Severity | None = None,
    labels: tuple[Label, ...] = (),
    fix: Fix | None = None,
    **words: str,
) -> Finding:
    """Return the finding of a rule about a definition; `words` fill its message."""
    fix = fix or Fix()
    return rule.finding(
        each.definition.place,
        severity=severity,
        setting=each.definition.name,
        labels=labels,
        notes=view.blocker_notes(fix.blockers),
        fix=fix.change_set,
        **words,
    )
