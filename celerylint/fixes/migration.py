"""The renames that bring one app to the names of Celery 4, and how safe they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.once import once
from celerylint.analysis.unlinked import as_assumed, assumption, is_unlinked, other_readings
from celerylint.analysis.wording import in_short
from celerylint.catalogue.names import Release, release_text
from celerylint.catalogue.settings import Reading
from celerylint.dependencies.versions import spread
from celerylint.facts import BindingKind, UseKind
from celerylint.finding import Blocker, ChangeSet, Edit, Fix, Safety
from celerylint.fixes.django_namespace import adopt, changes, uses
from celerylint.fixes.edits.django_uses import Hosted
from celerylint.fixes.edits.flask_uses import asked_of_flask
from celerylint.fixes.edits.import_aliases import step_aside
from celerylint.fixes.edits.plan import Plan, breaks, doubts
from celerylint.fixes.edits.renaming import Rename, rename
from celerylint.fixes.flask_dict import is_held, losses, nested
from celerylint.fixes.outdated import Outdated, outdated
from celerylint.fixes.rivals import doubles, left_over, living, rivals
from celerylint.fixes.together import doubtful_links, joined, other_apps, other_effects
from celerylint.model import Carrier, Grade, Layer, Setting

# The first release that looks for an old name in every layer before it takes a default.
_EVERY_LAYER: Release = (5, 7)
_NESTED = "Move the settings into a dict `CELERY` of Flask's configuration"
# Flask passes on upper-case names only.
_BY_HAND = (
    "Flask passes on upper-case names only; put the settings into a dict `CELERY` "
    'and load it with `config_from_object(app.config["CELERY"])`'
)


@once
def migrate(view: AppView, also: tuple[Outdated, ...] = ()) -> Fix:
    """Return the change set that renames all outdated names, and `also` those given.

    It is unsafe where it is likely only what loads the settings, or what else uses the names; where
    no app is seen to load them, they have to leave one way to be read.
    """
    if not is_unlinked(view):
        return _migrate(joined(view), also)
    found = tuple(other_readings(view))
    assumed = as_assumed(view)
    fix = _migrate(assumed, also)
    if found or fix.change_set is None:
        return _blocked((*found, *fix.blockers))
    reason = "; ".join(filter(None, (assumption(assumed), fix.change_set.reason)))
    return Fix(fix.change_set._replace(safety=Safety.UNSAFE, reason=reason))


def _migrate(view: AppView, also: Iterable[Outdated]) -> Fix:
    """Return the change set for settings that are taken to be loaded as the view says."""
    base, extra = outdated(view), tuple(also)
    wanted = (*base, *extra)
    held = {o.definition: (o.setting, o.setting) for o in wanted if is_held(o.definition)}
    if held and not _may_nest(view):
        return _blocked((), _way_out(held))
    if not (wanted or view.unprefixed) or not (held or _may_fix(view)):
        return Fix()
    beside = tuple(o for o in wanted if o.definition not in held)
    loaded = _of_host(view, beside)
    renames = tuple(Rename(o.definition.owner, o.definition.name, o.new) for o in beside)
    plan = rename(view.project, view.settings, renames, _uses(view, renames))
    nesting = nested(view, held) if held else Plan(())
    adoption = adopt(view, {o.new for o in wanted}) if view.unprefixed else Plan(())
    aside = _imports_aside(view, plan)
    blockers = (
        *plan.blockers,
        *nesting.blockers,
        *asked_of_flask(view.project, loaded),
        *adoption.blockers,
        *aside.blockers,
        *other_apps(view, wanted),
        *rivals(view, base),
        *living(view, extra),
        *doubles(wanted),
        *left_over(view, wanted),
    )
    if breaks(blockers):
        return _blocked(breaks(blockers), _way_out(held))
    reasons = (
        *doubtful_links(view),
        *(losses(view) if held else ()),
        *_lost_to_flask(loaded),
        *_revivals(view, base),
        *_wakes(extra),
        *_unshadowed(view),
        *_adopted(view, wanted),
        *other_effects(view, wanted),
        *in_short(_besides(view, blockers), view.where),
    )
    edits = tuple(sorted({*plan.edits, *nesting.edits, *aside.edits, *adoption.edits}))
    if not edits:
        return _blocked(adoption.blockers)
    safety = Safety.UNSAFE if reasons else Safety.SAFE
    title = _move(view) if view.unprefixed else _NESTED if held else _title(wanted)
    return Fix(ChangeSet(title, safety, edits, "; ".join(dict.fromkeys(reasons))))


def _uses(view: AppView, renames: Iterable[Rename]) -> Hosted | None:
    """Return the names to follow through the project, where they come through Django."""
    if view.unprefixed:
        return uses(view)
    names = {each.old: each.new for each in renames}
    return Hosted(names, names) if view.django else None


def _adopted(view: AppView, wanted: tuple[Outdated, ...]) -> Iterator[str]:
    if view.unprefixed:
        yield from changes(view, (each.definition for each in wanted))


@once
def wake(view: AppView, dead: Outdated) -> Fix:
    """Return the change set that gives life to a name that Celery ignores, wherever it is defined.

    Without a namespace old names must not stand beside new ones, so those are renamed with it.
    """
    if view.namespace is None:
        # What only lacks the namespace comes to life with it, under the name that it has.
        return migrate(view, () if dead.new == dead.definition.name else _everywhere(view, dead))
    view = joined(view)
    if not _may_fix(view):
        return Fix()
    every = _everywhere(view, dead)
    renames = tuple(Rename(each.definition.owner, each.definition.name, each.new) for each in every)
    plan = rename(view.project, view.settings, renames, _uses(view, renames))
    instead = tuple(_way_out(each.definition for each in every))
    blockers = (
        *plan.blockers,
        *asked_of_flask(view.project, _of_host(view, every)),
        *other_apps(view, every),
        *living(view, every),
    )
    if breaks(blockers) or instead:
        return _blocked(breaks(blockers), instead)
    reasons = (*doubtful_links(view), *_wakes((dead,)), *in_short(doubts(blockers), view.where))
    return Fix(ChangeSet(_title(every), Safety.UNSAFE, plan.edits, "; ".join(reasons)))


def _everywhere(view: AppView, dead: Outdated) -> tuple[Outdated, ...]:
    """Return all definitions under a name that Celery ignores, with the new name that it gets.

    They may override each other: one that kept the old name would lose against the others.
    """
    alike = [each for each in view.settings if each.name == dead.definition.name]
    source = next((each for each in alike if each.layer is Layer.SOURCE), None)
    new = view.renamed(dead.setting, source) if source else dead.new
    every = dict.fromkeys((*alike, dead.definition))
    return tuple(Outdated(each, dead.setting, new) for each in every)


def _blocked(blockers: Iterable[Blocker], instead: Iterable[Blocker] = ()) -> Fix:
    """Return that nothing can be done, for each place one reason why, and what to do instead."""
    by_place = {blocker.place: blocker for blocker in sorted(blockers, reverse=True)}
    return Fix(None, tuple(sorted({*by_place.values(), *instead})))


def _may_fix(view: AppView) -> bool:
    """Return whether the names may be changed at all, if only on request."""
    return view.modern and view.namespace_known


def _may_nest(view: AppView) -> bool:
    """Return whether settings may move within the configuration of Flask that is loaded."""
    likely = all(c.grade is not Grade.UNKNOWN for c in view.configurations)
    return likely and view.namespace_known and view.namespace is None and view.modern


def _of_host(view: AppView, wanted: Iterable[Outdated]) -> frozenset[str]:
    """Return the names that stand in what Flask loads as well."""
    return frozenset(o.definition.name for o in wanted if view.is_of_host(o.definition))


def _besides(view: AppView, blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Return the doubts about other places than those from which more settings may come."""
    named = {unresolved.place for unresolved in view.unresolved}
    return tuple(each for each in doubts(blockers) if each.place not in named)


def _title(wanted: tuple[Outdated, ...]) -> str:
    names = tuple(dict.fromkeys((o.definition.name, o.new) for o in wanted))
    if len(names) == 1:
        return f"Rename `{names[0][0]}` to `{names[0][1]}`"
    return f"Rename {len(names)} settings to the names of Celery 4"


def _move(view: AppView) -> str:
    return f"Move the settings under namespace='{view.goal}'"


# --- what stands in the way --------------------------------------------------------------------


def _way_out(wanted: Iterable[Setting]) -> Iterator[Blocker]:
    """Yield what to do by hand, where names stand in Flask's configuration."""
    first = next(filter(is_held, wanted), None)
    if first:
        yield Blocker(first.place, _BY_HAND)


def _imports_aside(view: AppView, plan: Plan) -> Plan:
    """Return how to rename imports that Celery would take for settings, such as `timezone`.

    Celery 3 did not see them, and beside old names Celery 4 refuses to load them.
    """
    steps: list[Edit | Blocker] = []
    for definition in shadowing(view):
        index = view.index_of(definition.owner.path)
        bindings = index.bindings["", definition.name]
        spans = {edit.place.span.start for edit in plan.edits if edit.text.startswith(" as ")}
        if not any(binding.span.end in spans for binding in bindings):
            steps += step_aside(index, bindings, definition.name)
    edits = tuple(step for step in steps if isinstance(step, Edit))
    return Plan(edits, tuple(step for step in steps if isinstance(step, Blocker)))


def shadowing(view: AppView) -> Iterator[Setting]:
    """Yield the imports of a module source whose name is a setting but whose value is code."""
    for definition in view.judged(Reading.NEW):
        if definition.kind is BindingKind.IMPORT and definition.owner.is_module:
            bindings = view.index_of(definition.owner.path).bindings["", definition.name]
            if all(_is_library(view, definition, b.target) for b in bindings):
                yield definition


def _is_library(view: AppView, definition: Setting, target: str) -> bool:
    """Return whether an import is of a library's code rather than of somebody's configuration."""
    if target.startswith(".") or "." not in target:
        return False
    first = target.split(".", maxsplit=1)[0]
    found = view.project.names.modules.find(first, definition.owner.path)
    return found is None and first in {*sys.stdlib_module_names, *_LIBRARIES}


_LIBRARIES = frozenset({"celery", "dateutil", "django", "kombu", "pytz"})


# --- what makes it unsafe ----------------------------------------------------------------------


def _revivals(view: AppView, wanted: tuple[Outdated, ...]) -> Iterator[str]:
    """Yield the reasons for which the renamed configuration may not be what it was."""
    for unresolved in view.unresolved:
        yield f"more settings may come from {view.where(unresolved.place)}: {unresolved.reason}"
    for each in wanted:
        yield from _changed_life(view, each)
    yield from _under_keys(wanted)
    yield from _late(view, wanted)
    if view.upgrading and not view.namespace:
        yield from _lower_case_before(view)


def _under_keys(wanted: tuple[Outdated, ...]) -> Iterator[str]:
    """Yield a reason where a name is one by which others may know the setting."""
    names = {o.definition.carrier: o.definition.name for o in reversed(wanted)}
    if Carrier.KEY in names:
        yield f"other code may read `{names[Carrier.KEY]}` from the settings that hold it"
    if Carrier.FIELD in names:
        yield f"the environment may set `{names[Carrier.FIELD]}`"


def _changed_life(view: AppView, each: Outdated) -> Iterator[str]:
    """Yield a reason where some release ignored the old name but reads the new one."""
    name = each.definition.name
    if view.upgrading:
        if not all(m.honoured and m.setting == each.setting for m in view.before(name)):
            releases = spread(view.versions.before)
            yield f"`{name}`, ignored by Celery {releases}, takes effect"
        return
    for release in view.target:
        old = view.catalogue.meaning(name, release, view.namespace)
        new = view.catalogue.meaning(each.new, release, view.goal)
        if new.honoured and not old.honoured:
            yield f"`{name}`, ignored by Celery {release_text(release)}, takes effect"
            return


def _late(view: AppView, wanted: Iterable[Outdated]) -> Iterator[str]:
    """Yield a reason where old names on `conf` may come after Celery settled on new ones.

    Up to 5.6 they are ignored then: the default under the new name is found first.
    """
    names = tuple(dict.fromkeys(o.definition.name for o in wanted if _is_late(view, o.definition)))
    if names:
        others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
        yield (
            f"`{names[0]}`{others} may be set after Celery has read its configuration, "
            "and up to 5.6 is ignored then"
        )


def _is_late(view: AppView, definition: Setting) -> bool:
    if view.upgrading or definition.layer is Layer.SOURCE or view.target[0] >= _EVERY_LAYER:
        return False
    if any(view.meanings(s.name)[-1].reading is Reading.OLD for s in view.source_settings()):
        return False
    return definition.layer is Layer.DEFAULT or not _is_early(view, definition)


def _is_early(view: AppView, definition: Setting) -> bool:
    """Return whether a write stands where the app is made, before anything reads `conf`."""
    app = view.app.entity
    if definition.place.path != app.path or definition.where.scope != app.scope:
        return definition.layer is Layer.KEYWORD
    uses = view.index_of(app.path).facts.uses
    reads = (use for use in uses if use.kind is UseKind.ATTRIBUTE and use.owner.endswith(".conf"))
    return not any(use.span < definition.place.span for use in reads)


def _lower_case_before(view: AppView) -> Iterator[str]:
    """Yield the lower-case names that Celery 3 did not see and that now begin to count."""
    shadows = frozenset(shadowing(view))
    for definition in view.settings:
        alive = view.meanings(definition.name)[-1].reading is Reading.NEW
        dead = not any(m.honoured for m in view.before(definition.name))
        if alive and dead and definition not in shadows:
            releases = spread(view.versions.before)
            yield f"`{definition.name}`, ignored by Celery {releases}, takes effect"


def _unshadowed(view: AppView) -> Iterator[str]:
    """Yield the imports that counted as settings, where Celery did load them.

    Beside old names it refuses them, unless the setting is there under its old name as well.
    """
    for definition in shadowing(view) if not view.upgrading else ():
        setting = view.catalogue.settings[definition.name]
        names = {other.name for other in view.settings}
        if setting.old_name_at(view.target[-1]) in names:
            yield f"`{definition.name}` is no longer the import of that name"


def _lost_to_flask(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of an object that Flask loads as well, which takes upper-case names only."""
    yield from (f"`{name}` no longer arrives in Flask's configuration" for name in sorted(names))


def _wakes(dead: tuple[Outdated, ...]) -> Iterator[str]:
    for each in dead:
        yield f"`{each.definition.name}`, ignored so far, takes effect"
