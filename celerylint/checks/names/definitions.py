"""Settings that are read, but not as they look: set twice, deprecated, unread, shadowed."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.names import release_text
from celerylint.catalogue.settings import Reading
from celerylint.facts import Binding, BindingKind, Shape, Use, Write
from celerylint.finding import Blocker, ChangeSet, Edit, Finding, Label, Safety, Span
from celerylint.fixes.edits.import_aliases import step_aside
from celerylint.fixes.migration import shadowing
from celerylint.model import Entity, Layer, Setting
from celerylint.rulebook.rule import Rule

_ASSIGNING = frozenset({Layer.SOURCE, Layer.CHANGE})


def setting_set_twice(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the definitions that never count, because another one of the same place does."""
    yield from _two_spellings(view, rule)
    yield from _same_name(view, rule)


def _two_spellings(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the spellings beside another one of the setting that Celery asks for first."""
    for definition in view.judged(Reading.OLD, Reading.NEW, Reading.SHADOWED):
        # What every release ignores under the namespace is a finding of its own.
        shadowed = view.reads_as(definition.name) is Reading.SHADOWED
        setting = None if shadowed else view.setting_of(definition.name)
        beaten = setting and not view.counts_elsewhere(definition)
        winner = view.beaten_by(definition, setting) if setting and beaten else None
        if winner and not view.is_code(definition) and not view.may_be_anothers(definition):
            beside = f"never counts beside `{winner.name}`"
            advice = f"Celery asks for `{winner.name}` first"
            yield _loses(rule, definition, winner, beside, advice)


def _loses(rule: Rule, loser: Setting, winner: Setting, reason: str, advice: str) -> Finding:
    return rule.finding(
        loser.place,
        setting=loser.name,
        labels=(Label(winner.place, "this one counts"),),
        reason=reason,
        advice=advice,
    )


def _same_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the plain assignments that a later one makes void before anything reads them."""
    places = defaultdict[tuple[Entity, str, str, tuple[str, ...], Shape], list[Setting]](list)
    for definition in view.settings:
        known = view.meanings(definition.name)[-1].honoured
        if known and definition.kind is BindingKind.ASSIGN and definition.layer in _ASSIGNING:
            where = definition.where
            key = definition.owner, definition.name, where.scope, where.branch, definition.shape
            places[key].append(definition)
    for definitions in places.values():
        ordered = sorted(definitions, key=lambda d: d.place)
        for first, second in itertools.pairwise(ordered):
            if first.place.path == second.place.path and not _is_read_between(view, first, second):
                twice = "is set twice, and this value never counts"
                yield _loses(rule, first, second, twice, "the later assignment wins")


def _is_read_between(view: AppView, first: Setting, second: Setting) -> bool:
    """Return whether the first value may be seen by anything before the second one is there.

    Whatever is called in between may read `conf`, or the name by way of a function. A function that
    is decorated may be a fixture, which hands over to a test in between.
    """
    index = view.index_of(first.place.path)
    around = index.functions.get(first.where.scope)
    if first.layer is Layer.CHANGE and around is not None and around.decorators:
        return True
    facts = index.facts
    between = Span(first.extent.end, second.place.span.start)
    if any(between.holds(site.call.span) for site in facts.calls) and (
        first.layer is Layer.CHANGE
        or any(use.name == first.name and use.where.scope for use in facts.uses)
    ):
        return True
    until = Span(first.place.span.end, second.extent.end)
    others: Iterator[Binding | Write | Use] = itertools.chain(
        facts.bindings, facts.writes, facts.uses
    )
    return any(
        other.name == first.name and until.holds(other.span) and other.span != second.place.span
        for other in others
    )


def deprecated_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that Celery itself advises against."""
    for definition in view.judged(Reading.NEW, Reading.NAMESPACED, Reading.OLD):
        known = view.catalogue.settings.get(view.setting_of(definition.name) or "")
        deprecated = known.deprecated if known else None
        if deprecated and view.target[0] >= deprecated.since:
            names = " and ".join(f"`{view.spelling(name)}`" for name in deprecated.use)
            yield rule.finding(
                definition.place,
                setting=definition.name,
                since=release_text(deprecated.since),
                names=names,
                reason=deprecated.why,
            )


def unread_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that Celery lists although no code of the releases judged reads them."""
    for definition in view.judged(Reading.NEW, Reading.NAMESPACED, Reading.OLD):
        known = view.catalogue.settings.get(view.setting_of(definition.name) or "")
        if known and all(known.unread_at(r) for r in view.target):
            advice = known.instead or known.note or ""
            yield rule.finding(definition.place, setting=definition.name, advice=advice)


def dropped_keyword(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the keyword arguments that `Celery(...)` throws away."""
    honoured = (Reading.NEW, Reading.OLD, Reading.NAMESPACED)
    for definition in view.judged(*honoured):
        if definition.layer is Layer.KEYWORD:
            yield rule.finding(
                definition.place, setting=definition.name, versions=release_text(view.target[-1])
            )


def import_becomes_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the imports in a configuration module that Celery takes for settings."""
    for definition in shadowing(view):
        if any(view.living(definition.name, view.settings)):
            continue
        index = view.index_of(definition.owner.path)
        bindings = index.bindings["", definition.name]
        steps = tuple(step_aside(index, bindings, definition.name))
        blockers = tuple(step for step in steps if isinstance(step, Blocker))
        edits = tuple(sorted(step for step in steps if isinstance(step, Edit)))
        title = f"Import `{definition.name}` under another name"
        reason = f"`{definition.name}` falls back to its default"
        fix = None if blockers else ChangeSet(title, Safety.UNSAFE, edits, reason)
        yield rule.finding(
            definition.place,
            setting=definition.name,
            fix=fix,
            notes=view.blocker_notes(blockers),
            module=bindings[0].target.rpartition(".")[0],
        )
