"""Time zones that do not exist, and values that are the default anyway."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.analysis.wording import shown
from celerylint.finding import Finding, Fix
from celerylint.fixes.edits.removal import remove
from celerylint.fixes.offers import unsafe
from celerylint.rulebook.declared_fix import Change
from celerylint.rulebook.rule import Rule

# From here on zones are looked up by `zoneinfo`, which minds the case, before that by pytz.
_ZONEINFO = (5, 3)
# What a machine may have besides the zones that everybody has.
_OF_THE_SYSTEM = ("posix/", "right/", "localtime", "posixrules", "/")


def timezone_invalid(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the time zones that are not in the database of time zones."""
    zones = view.rulebook.zones
    folded = {zone.casefold() for zone in zones}
    for each in defined(view, ("timezone",)):
        name = each.value.text
        if not name or name.startswith(_OF_THE_SYSTEM):
            continue
        minds_case = view.target[0] >= _ZONEINFO
        if name not in zones if minds_case else name.casefold() not in folded:
            yield report(view, rule, each, value=shown(each.value))


def redundant_default(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the values that are the default of all releases judged.

    A setting that another rule asks to be set is left alone.
    """
    rules = view.rulebook.rules.values()
    wanted = {r.fix.setting for r in rules if r.fix and r.fix.change is Change.SET}
    for each in defined(view, [s for s in view.catalogue.settings if s not in wanted]):
        default = each.outcome.default(each.setting)
        if default.known and each.value == default and _is_alone(each):
            yield report(view, rule, each, value=shown(default), fix=_without(view, each))


def _is_alone(each: Defined) -> bool:
    same = repr(each.value) == repr(each.outcome.default(each.setting))
    return same and len(each.outcome.of(each.setting).definitions) == 1


def _without(view: AppView, each: Defined) -> Fix:
    source = view.sources[each.definition.place.path].text
    plan = remove(view.project, view.settings, each.definition, source)
    return unsafe(view, plan, f"Remove `{each.definition.name}`", "removes the setting")
