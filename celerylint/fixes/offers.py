"""The fixes that rules declare, as change sets. All are unsafe: they change what is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.analysis.wording import in_short
from celerylint.catalogue.names import Release
from celerylint.catalogue.settings import Reading
from celerylint.facts import BindingKind, Shape
from celerylint.finding import ChangeSet, Fix, Safety
from celerylint.fixes.edits.assigning import add_beside, set_value
from celerylint.fixes.edits.dict_entries import put, written
from celerylint.fixes.edits.plan import Plan, breaks, doubts
from celerylint.fixes.edits.removal import comment_out, remove
from celerylint.fixes.migration import wake
from celerylint.fixes.outdated import Outdated
from celerylint.model import Setting
from celerylint.rulebook.declared_fix import Change
from celerylint.rulebook.declared_fix import Fix as Declared
from celerylint.values import Answer

# The first release whose `Celery(...)` keeps keyword arguments that it does not know as settings.
_KEEPS_KEYWORDS: Release = (5, 0, 6)


def offer(
    view: AppView, outcome: EffectiveConfig, declared: Declared, anchor: Setting | None
) -> Fix:
    """Return the change set that a rule declares, or what keeps it from being made.

    `anchor` is the definition beside which a setting is added that is not there yet. Nothing is
    offered where the link is only likely, or where several definitions may count.
    """
    if declared.change is Change.PIN and view.certain:
        unset = [p for p in declared.pins if outcome.of(p[0]).is_set is Answer.NO]
        beside = anchor if anchor and anchor.unconditional else _last(view, outcome)
        return pin(view, beside, unset)
    effective = outcome.of(declared.setting)
    if not view.certain or len(effective.definitions) > 1:
        return Fix()
    definition = effective.definition
    if declared.change is Change.SET_NONE and anchor and anchor.kind is BindingKind.PARAMETER:
        # `Celery(...)` drops a keyword argument that is None.
        anchor = _last(view, outcome, keywords=False)
    elif declared.change in {Change.SET, Change.SET_NONE}:
        anchor = anchor or _last(view, outcome)
    if declared.change in {Change.SET, Change.SET_NONE}:
        return _set(view, definition, anchor, declared)
    if definition is None:
        return Fix()
    if declared.change is Change.RENAME:
        new = str(declared.value)
        return wake(view, Outdated(definition, new, view.spelling(new)))
    return without(view, definition, declared.change)


def without(view: AppView, definition: Setting, change: Change) -> Fix:
    """Return how to remove a setting, or to comment it out."""
    source = view.sources[definition.place.path].text
    if change is Change.REMOVE:
        plan = remove(view.project, view.settings, definition, source)
        return unsafe(view, plan, f"Remove `{definition.name}`", "removes the setting")
    reason = f"{definition.name} has no effect here"
    plan = comment_out(view.project, view.settings, definition, source, reason)
    return unsafe(view, plan, f"Comment out `{definition.name}`", "removes the setting")


def _last(view: AppView, outcome: EffectiveConfig, *, keywords: bool = True) -> Setting | None:
    """Return the last definition of any setting, beside which another one can stand."""
    counting = (
        d
        for d in outcome.configuration.settings
        if d.unconditional
        and view.is_setting(d)
        and (keywords or d.kind is not BindingKind.PARAMETER)
    )
    return max(counting, key=lambda definition: definition.place, default=None)


def _set(
    view: AppView, definition: Setting | None, anchor: Setting | None, declared: Declared
) -> Fix:
    if declared.entries:
        entries = {key: literal(value) for key, value in declared.entries}
        return set_entries(view, definition, anchor, declared.setting, entries)
    return set_setting(view, definition, anchor, declared.setting, literal(declared.value))


def pin(view: AppView, anchor: Setting | None, pins: Iterable[tuple[str, object]]) -> Fix:
    """Return how to set all of these settings, which nothing sets, beside `anchor`."""
    texts = {setting: literal(value) for setting, value in pins}
    names = {s: anchor and spelled_beside(view, anchor, s) for s in texts}
    if anchor is None or not texts or not all(names.values()):
        return Fix()
    source = view.sources[anchor.place.path].text
    plans = [
        add_beside(view.project, anchor, source, names[s] or "", text) for s, text in texts.items()
    ]
    blockers = tuple(dict.fromkeys(o for plan in plans for o in plan.blockers))
    edits = [edit for plan in plans for edit in plan.edits]
    together = (edits[0]._replace(text="".join(e.text for e in edits)),) if edits else ()
    title = " and ".join(f"`{names[s]}` to {text}" for s, text in texts.items())
    return unsafe(view, Plan(together, blockers), f"Set {title}", "keeps the previous default")


def literal(value: object) -> str:
    """Return a value of a rule as Python writes it, with double quotes."""
    if isinstance(value, Mapping):
        pairs = (f"{literal(key)}: {literal(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    text = repr(value)
    return f'"{text[1:-1]}"' if isinstance(value, str) and '"' not in text else text


def set_setting(
    view: AppView, definition: Setting | None, anchor: Setting | None, setting: str, text: str
) -> Fix:
    """Return how to give a setting the value `text`: where it is defined, else beside `anchor`."""
    if definition:
        title, reason = f"Set `{definition.name}` to {text}", "changes the value"
        return unsafe(view, set_value(definition, text), title, reason)
    name = spelled_beside(view, anchor, setting) if anchor else None
    if anchor is None or name is None:
        return Fix()
    source = view.sources[anchor.place.path].text
    plan = add_beside(view.project, anchor, source, name, text)
    return unsafe(view, plan, f"Set `{name}` to {text}", "overrides Celery's default")


def set_entries(
    view: AppView,
    definition: Setting | None,
    anchor: Setting | None,
    setting: str,
    entries: Mapping[str, str],
) -> Fix:
    """Return how to give a setting that is a dict these entries, as `set_setting` does it."""
    if definition is None:
        return set_setting(view, None, anchor, setting, written(entries))
    plan = put(definition, view.sources[definition.place.path].text, entries)
    title = f"Set {', '.join(f'`{key}`' for key in entries)} in `{definition.name}`"
    return unsafe(view, plan, title, "changes the value")


def spelled_beside(view: AppView, anchor: Setting, setting: str) -> str | None:
    """Return how a setting is written beside another one, in its style; None where it cannot be."""
    if anchor.kind is BindingKind.PARAMETER:
        return setting if view.target[0] >= _KEEPS_KEYWORDS else None
    reading = view.reads_as(anchor.name)
    if reading is Reading.OLD:
        known = view.catalogue.settings[setting]
        names = {known.old_name_at(release) for release in view.target}
        return names.pop() if len(names) == 1 else None
    if reading is Reading.NEW and (anchor.shape is not Shape.NAME or view.namespace is None):
        return setting
    return view.spelling(setting) if reading in {Reading.NEW, Reading.NAMESPACED} else None


def unsafe(view: AppView, plan: Plan, title: str, reason: str) -> Fix:
    """Return a plan as an unsafe change set, or what stands in its way.

    Nothing is offered where the link is only likely, or nothing is to be changed.
    """
    broken = breaks(plan.blockers)
    if not view.certain or broken:
        return Fix(None, broken if view.certain else ())
    reasons = "; ".join((reason, *in_short(doubts(plan.blockers), view.where)))
    return Fix(ChangeSet(title, Safety.UNSAFE, plan.edits, reasons) if plan.edits else None)
