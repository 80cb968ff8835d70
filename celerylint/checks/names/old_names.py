"""Names of Celery 3: outdated, removed, mixed with new ones, hidden by a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.analysis.app_view import AppView
from celerylint.catalogue import names
from celerylint.catalogue.names import release_text
from celerylint.catalogue.settings import Reading
from celerylint.finding import ChangeSet, Finding, Fix, Label, Safety, Severity
from celerylint.fixes.edits.removal import comment_out
from celerylint.fixes.migration import migrate, wake
from celerylint.fixes.outdated import Outdated, outdated
from celerylint.model import Layer, Setting
from celerylint.rulebook.rule import Rule


def old_setting_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the definitions under a name of Celery 3."""
    if not view.modern:
        yield from _still_right(view, rule)
        return
    fix = migrate(view)
    for each in outdated(view):
        name = each.definition.name
        if view.orphaned and (view.is_read(each.definition) or view.catalogue.is_generic(name)):
            continue
        if _is_shadowed(view, each.definition):
            continue
        yield rule.finding(
            each.definition.place,
            setting=each.definition.name,
            fix=fix.change_set,
            notes=view.blocker_notes(fix.blockers),
            replacement=each.new,
        )


def _is_shadowed(view: AppView, definition: Setting) -> bool:
    """Return whether some release judged ignores an old name under the namespace."""
    meanings = view.meanings(definition.name) if view.namespace is not None else ()
    of_source = definition.layer is Layer.SOURCE or view.reads_as(definition.name) is not None
    return of_source and any(meaning.reading is Reading.SHADOWED for meaning in meanings)


def _still_right(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield one finding for an app that stays on Celery 3 for now: how much will have to change."""
    if view.orphaned:
        return
    newest = view.catalogue.newest
    later = (
        (each, view.catalogue.meaning(each.name, newest, view.namespace).setting)
        for each in view.judged(Reading.OLD)
    )
    renamed = [(each, name) for each, name in later if name in view.catalogue.settings]
    if not renamed:
        return
    first, name = min(renamed, key=lambda pair: pair[0].place)
    found = rule.finding(
        first.place,
        severity=Severity.INFO,
        setting=first.name,
        help=f"Run `celerylint plan --target-version {release_text(newest[:2])}`",
        replacement=name,
    )
    number = len({each.name for each, _ in renamed})
    if number > 1:
        message = f"{number} settings must be renamed for Celery 4"
        found = found._replace(message=message, setting=None, replacement=None)
    yield found


@dataclass(frozen=True, slots=True)
class _Gone:
    """Since which release a name is not read, why, what to do, and which setting took over."""

    version: str
    why: str
    advice: str
    successor: str | None = None


def removed_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that the releases judged have dropped."""
    carried = {each.definition for each in outdated(view)}
    for definition in view.judged(Reading.GONE):
        if definition in carried or view.orphaned or definition.name in view.catalogue.documented:
            continue
        if view.is_code(definition) or view.may_be_anothers(definition):
            continue
        gone = _gone(view, definition)
        if gone is None:
            continue
        fix = _fix_of(view, definition, gone)
        yield rule.finding(
            definition.place,
            setting=definition.name,
            fix=fix.change_set,
            notes=view.blocker_notes(fix.blockers),
            version=gone.version,
            reason=gone.why,
            advice=gone.advice,
        )


def _gone(view: AppView, definition: Setting) -> _Gone | None:
    removed = view.catalogue.removed.get(definition.name)
    if removed:
        version = release_text(removed.removed[:2])
        if removed.successor:
            advice = f"Write `{view.spelling(removed.successor)}`"
        else:
            advice = removed.instead or "Delete it"
        return _Gone(version, removed.why, advice, removed.successor)
    setting = view.catalogue.settings.get(view.setting_of(definition.name) or "")
    if setting and setting.removed:
        why = setting.note or "nothing reads it any more"
        return _Gone(release_text(setting.removed), why, setting.instead or "Delete it")
    return _short_lived(view, definition, setting) if setting else None


def _short_lived(view: AppView, definition: Setting, setting: names.Setting) -> _Gone | None:
    """Return what there is to say about an old name that only some releases read."""
    spans = [span for old in setting.old if old.name == definition.name for span in old.honoured]
    for release in view.catalogue.releases:
        if any(s.ended(release) for s in spans) and not any(s.holds(release) for s in spans):
            advice = f"Write `{view.spelling(setting.name)}`"
            why = "Only some releases read this name of the setting"
            return _Gone(release_text(release), why, advice, setting.name)
    return None


def _fix_of(view: AppView, definition: Setting, gone: _Gone) -> Fix:
    if gone.successor:
        new = view.renamed(gone.successor, definition)
        return wake(view, Outdated(definition, gone.successor, new))
    reason = f"Celery {gone.version} removed {definition.name}: {gone.why}"
    return _comment(view, definition, reason)


def _comment(view: AppView, definition: Setting, reason: str) -> Fix:
    if not view.certain:
        return Fix()
    text = view.sources[definition.place.path].text
    plan = comment_out(view.project, view.settings, definition, text, reason)
    if plan.blockers:
        return Fix(None, plan.blockers)
    title = f"Comment out `{definition.name}`"
    return Fix(ChangeSet(title, Safety.UNSAFE, plan.edits, "removes the setting"))


def mixed_setting_names(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the first name of the minority where Celery refuses to load old and new names.

    The rule is that of `celery.app.utils.detect_settings`: the majority decides, and a name of the
    minority is let pass only where its other spelling is there as well.
    """
    if view.namespace is not None:
        return
    known = frozenset(view.settings)
    for configuration in view.configurations:
        sourced = any(s.layer is Layer.SOURCE for s in configuration.settings)
        layers = {Layer.SOURCE} if sourced else {Layer.CHANGE, Layer.KEYWORD}
        have = tuple(s for s in configuration.settings if s in known and s.layer in layers)
        always = tuple(setting for setting in have if setting.unconditional)
        if not sourced and configuration.loadings:
            continue
        clash = _clash(view, always)
        if clash and _clash(view, have):
            yield _mixed(view, rule, *clash)


def _clash(
    view: AppView, have: tuple[Setting, ...]
) -> tuple[tuple[Setting, ...], tuple[Setting, ...]] | None:
    """Return the names left over in the minority, and the majority; None where it loads."""
    old = tuple(s for s in have if _counts(view, s, Reading.OLD))
    new = tuple(s for s in have if _counts(view, s, Reading.NEW))
    names = {s.name for s in have}
    if len({s.name for s in old}) > len({s.name for s in new}):
        minority, majority = new, old
    else:
        minority, majority = old, new
    left = tuple(s for s in minority if _counterpart(view, s) not in names)
    return (left, majority) if left and majority else None


def _counts(view: AppView, setting: Setting, reading: Reading) -> bool:
    """Return whether Celery's own table has the name, as an old or a new one, at all releases."""
    if view.reads_as(setting.name) is not reading:
        return False
    known = view.catalogue.settings.get(view.setting_of(setting.name) or "")
    return known is not None and all(known.listed_at(release) for release in view.target)


def _counterpart(view: AppView, setting: Setting) -> str | None:
    known = view.catalogue.settings[view.setting_of(setting.name) or ""]
    if setting.name == known.name:
        return known.old_name_at(view.target[-1])
    return known.name


def _mixed(
    view: AppView, rule: Rule, left: tuple[Setting, ...], majority: tuple[Setting, ...]
) -> Finding:
    first, other = left[0], majority[0]
    kind = "new" if view.reads_as(first.name) is Reading.NEW else "old"
    return rule.finding(
        first.place,
        setting=first.name,
        labels=(Label(other.place, f"`{other.name}` is of the other kind"),),
        name=kind,
        other="old" if kind == "new" else "new",
    )


def old_name_under_namespace(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the old names that Celery does not look for under the app's namespace.

    On `conf` they count even so, unless the configuration was read before.
    """
    if view.namespace is None:
        return
    severity = None if view.certain else Severity.WARNING
    # Celery 3 knows no namespace: for who comes from there, the names counted until now.
    carried = {each.definition for each in outdated(view)}
    for definition in view.judged(Reading.SHADOWED, Reading.OLD):
        always = view.reads_as(definition.name) is Reading.SHADOWED
        if definition.layer is not Layer.SOURCE or not _is_shadowed(view, definition):
            continue
        setting = view.setting_of(definition.name)
        if setting is None or view.is_code(definition) or view.is_read(definition):
            continue
        if view.may_be_anothers(definition) or (not always and view.beaten_by(definition, setting)):
            continue
        new = view.spelling(setting)
        dead = Outdated(definition, setting, new)
        fix = migrate(view) if definition in carried else wake(view, dead)
        yield rule.finding(
            definition.place,
            severity=severity if always else Severity.WARNING,
            setting=definition.name,
            labels=view.namespace_label(),
            fix=fix.change_set,
            notes=view.blocker_notes(fix.blockers),
            since="" if always else " before 5.7",
            namespace=view.namespace,
            replacement=new,
        )
