"""Names that Celery ignores without a word: misspelt, misplaced, of another version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.names import NeverName, Release, release_text
from celerylint.catalogue.settings import Reading
from celerylint.facts import BindingKind
from celerylint.finding import Finding, Fix
from celerylint.fixes.migration import wake
from celerylint.fixes.outdated import Outdated, outdated
from celerylint.model import Carrier, Setting
from celerylint.rulebook.rule import Rule

# A name shorter than this is too near to too many words to be taken for a misspelling.
_SHORTEST = 6
# What is said of a name, and what to do about it, where it has counted so far and where it has not.
_COUNTED = " from 4.0 on; so far it counts", "which counts under a namespace"
_DOCUMENTED = (
    ", though its documentation lists it",
    "and a value that was ignored so far begins to count with it",
)


def unknown_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the names that are no setting: curated ones, near misses, and keys of a dict."""
    for definition in view.judged(Reading.NEVER):
        if view.is_read(definition) or view.is_code(definition):
            continue
        if view.speaks_of_celery(definition):
            yield _never(view, rule, definition)
    for definition in view.judged(Reading.UNKNOWN, Reading.NEEDS_NAMESPACE):
        if _is_private(definition) or view.is_read(definition) or not view.certain:
            continue
        if view.is_of_host(definition):
            continue
        if _is_prefixed(view, definition):
            continue
        suggestion = _suggestion(view, definition)
        if not (suggestion or view.must_be_setting(definition)):
            continue
        if not _is_named_elsewhere(view, definition.name):
            yield _unknown(view, rule, definition, suggestion)


def _is_named_elsewhere(view: AppView, name: str) -> bool:
    """Return whether a file that does not speak of Celery otherwise has the name."""
    search, known = view.project.search, view.project.facts.known
    word = re.compile(rb"\b%s\b" % re.escape(name.encode()))
    return any(word.search(search.peek(path)) for path in search.files if known(path) is None)


def _never(view: AppView, rule: Rule, definition: Setting) -> Finding:
    meant = view.setting_of(definition.name)
    taken = meant is not None and any(view.living(meant, view.settings))
    name = None if taken else meant
    fix = _wake(view, definition, name) if name else Fix()
    return rule.finding(
        definition.place,
        setting=definition.name,
        fix=fix.change_set,
        notes=view.blocker_notes(fix.blockers),
        help=_entry(view, definition).instead,
        suggestion=_hint(view, name, definition),
    )


def _entry(view: AppView, definition: Setting) -> NeverName:
    folded = definition.name.lower()
    heads = ("", "celery_", f"{view.namespace or ''}_".lower())
    never = view.catalogue.never
    return next(never[n] for h in heads if (n := folded.removeprefix(h)) in never)


def _unknown(view: AppView, rule: Rule, definition: Setting, suggestion: str | None) -> Finding:
    fix = _wake(view, definition, suggestion) if suggestion and view.modern else Fix()
    return rule.finding(
        definition.place,
        setting=definition.name,
        fix=fix.change_set,
        notes=view.blocker_notes(fix.blockers),
        suggestion=_hint(view, suggestion, definition),
    )


def _hint(view: AppView, setting: str | None, definition: Setting) -> str:
    """Return the question whether a setting was meant, nothing where none is near."""
    return f"; did you mean `{_spelled(view, setting, definition)}`?" if setting else ""


def _spelled(view: AppView, setting: str, definition: Setting) -> str:
    """Return how the releases judged spell a setting; those of Celery 3 know old names only."""
    old = view.catalogue.settings[setting].old_name_at(view.target[-1])
    spelling = view.renamed(setting, definition)
    return spelling if view.modern or old is None else old


def _wake(view: AppView, definition: Setting, setting: str) -> Fix:
    return wake(view, Outdated(definition, setting, view.renamed(setting, definition)))


def _suggestion(view: AppView, definition: Setting) -> str | None:
    """Return the setting that is probably meant, None where the name may be the project's own."""
    if len(definition.name) < _SHORTEST or view.is_code(definition):
        return None
    if not view.speaks_of_celery(definition):
        return None
    if view.catalogue.is_generic(definition.name) and not view.must_be_setting(definition):
        return None
    found = view.catalogue.suggest(definition.name, view.target[-1], view.namespace)
    if found is None or view.spelling(found) in {s.name for s in view.settings}:
        return None
    return found


def _is_prefixed(view: AppView, definition: Setting) -> bool:
    """Return whether the name is one for a namespace, as people write it: in upper case."""
    needs = view.reads_as(definition.name) is Reading.NEEDS_NAMESPACE
    return needs and definition.name.isupper()


def _is_private(definition: Setting) -> bool:
    name = definition.name
    return name.startswith("_") or name.endswith("_") or definition.kind is BindingKind.OTHER


def undeclared_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield every other name of a source that Celery does not know; for those who ask."""
    for definition in view.judged(Reading.UNKNOWN):
        spoken_of = _suggestion(view, definition) or view.must_be_setting(definition)
        if not view.speaks_of_celery(definition):
            continue
        if spoken_of or _is_private(definition) or view.is_code(definition):
            continue
        if definition.carrier is not Carrier.HOST and not view.is_read(definition):
            yield rule.finding(definition.place, setting=definition.name)


def documented_only_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the spellings that Celery's documentation promises and its code does not read."""
    if view.namespace is not None:
        return
    carried = {each.definition for each in outdated(view)}
    for definition in view.settings:
        documented = view.catalogue.documented.get(definition.name)
        honoured = any(meaning.honoured for meaning in view.meanings(definition.name))
        if not documented or honoured or view.counts_elsewhere(definition):
            continue
        if definition not in carried and view.namespace_known:
            fix = _wake(view, definition, documented.setting)
            counted = view.upgrading and any(m.honoured for m in view.before(definition.name))
            reason, advice = _COUNTED if counted else _DOCUMENTED
            yield rule.finding(
                definition.place,
                setting=definition.name,
                fix=fix.change_set,
                notes=view.blocker_notes(fix.blockers),
                reason=reason,
                advice=advice,
                replacement=view.renamed(documented.setting, definition),
            )


def name_needs_namespace(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the names that would count under a namespace only."""
    # In lower case the namespace itself is what is wrong.
    wrong_case = view.django and (view.namespace or "").islower()
    if not view.namespace_known or wrong_case:
        return
    for definition in view.judged(Reading.NEEDS_NAMESPACE):
        setting = view.setting_of(definition.name)
        if setting is None or view.is_read(definition) or not _is_prefixed(view, definition):
            continue
        if view.counts_elsewhere(definition):
            continue
        fix = _wake(view, definition, setting)
        yield rule.finding(
            definition.place,
            setting=definition.name,
            labels=view.namespace_label(),
            fix=fix.change_set,
            notes=view.blocker_notes(fix.blockers),
            replacement=view.renamed(setting, definition),
        )


def setting_newer_than_celery(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that came after the releases judged."""
    for definition in view.judged(Reading.FUTURE):
        since = _since(view, definition)
        if since and not view.is_code(definition):
            yield rule.finding(
                definition.place,
                setting=definition.name,
                since=release_text(since),
                versions=release_text(view.target[-1]),
            )


def _since(view: AppView, definition: Setting) -> Release | None:
    known = view.catalogue.settings.get(view.setting_of(definition.name) or "")
    return known.added if known and known.added > view.target[-1] else None


def lower_case_name_before_4(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the lower-case names that Celery 3 ignores."""
    for definition in view.judged(Reading.FUTURE):
        known = view.catalogue.settings.get(definition.name)
        if known is None or view.is_code(definition) or view.is_read(definition):
            continue
        old = next((o.name for o in known.old if o.honoured_at(view.target[-1])), None)
        if old:
            yield rule.finding(definition.place, setting=definition.name, old=old)
