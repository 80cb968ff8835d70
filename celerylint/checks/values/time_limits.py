"""Time limits that cannot take effect: in settings, on tasks, in annotations and in calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.code_view import CodeView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.analysis.given_options import Given, Level, OptionSet
from celerylint.analysis.pools import Pools, pools
from celerylint.analysis.wording import shown
from celerylint.finding import Finding, Label, Place
from celerylint.rulebook.rule import Need, Rule
from celerylint.values import Answer, Value, compare, is_on, known

_SOFT, _HARD = "soft_time_limit", "time_limit"
_SETTINGS = {_SOFT: "task_soft_time_limit", _HARD: "task_time_limit"}
# From these releases on `apply_async` compares the limits of a task, and takes settings for them.
_REFUSES, _BINDS = (5, 6), (5, 7)
_IGNORED = "it never takes effect"
_RAISES = "sending a task raises ValueError"
_WITHOUT_CHILDREN = frozenset({"solo", "threads", "gevent", "eventlet"})
_UNENFORCED: Mapping[str, frozenset[str]] = {
    "task_soft_time_limit": frozenset({"solo", "threads"}),
    "task_time_limit": frozenset({"solo", "threads"}),
    "worker_max_tasks_per_child": _WITHOUT_CHILDREN,
    "worker_max_memory_per_child": _WITHOUT_CHILDREN,
}


class _Limit(NamedTuple):
    """A limit that counts for a task, and whether it stands in a setting or in a call."""

    given: Given
    setting: bool
    call: bool


def soft_limit_above_hard(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the soft time limits that are longer than the hard one."""
    for app in work.apps:
        yield from _in_settings(app, rule) if app.meets(Need.LOADED) else ()
    for options in work.option_sets:
        here = [options.options[name] for name in (_SOFT, _HARD) if name in options.options]
        soft, hard = (_limit(work, options, name) if here else None for name in (_SOFT, _HARD))
        if soft and hard and _is_above(soft.given.value, hard.given.value):
            yield _contradiction(work, rule, here[0].place, soft, hard)


def _contradiction(work: CodeView, rule: Rule, place: Place, soft: _Limit, hard: _Limit) -> Finding:
    refused = _BINDS if soft.setting or hard.setting else _REFUSES
    raises = work.target(place)[0] >= refused and not (soft.call or hard.call)
    other = hard.given.place if place == soft.given.place else soft.given.place
    return rule.finding(
        place,
        setting=_SOFT,
        labels=[Label(other, "the other limit")],
        value=_default(soft.given.value),
        other=_default(hard.given.value),
        reason=_RAISES if raises else _IGNORED,
    )


def _default(value: Value) -> str:
    """Return a value in words; of one that the environment may set, its default."""
    return shown(known(value.options[0]))


def _limit(work: CodeView, options: OptionSet, name: str) -> _Limit | None:
    """Return the limit that counts for a task with these options: theirs, its own, the app's."""
    call = options.level is Level.CALL
    if name in options.options:
        return _Limit(options.options[name], setting=False, call=call)
    if options.level is Level.CLASS:
        return None
    for each in work.option_sets if options.task else ():
        outweighed = each.level in {Level.TASK, Level.ANNOTATION}
        if outweighed and each.task == options.task and name in each.options:
            return _Limit(each.options[name], setting=False, call=False)
    found = [outcome.of(_SETTINGS[name]) for outcome in work.settled]
    if len(found) != 1 or not found[0].definition:
        return None
    given = Given(found[0].definition.place, found[0].value)
    return _Limit(given, setting=True, call=False)


def _in_settings(app: AppView, rule: Rule) -> Iterator[Finding]:
    for each in defined(app, (_SETTINGS[_SOFT],)):
        hard = each.outcome.of(_SETTINGS[_HARD])
        if hard.definition and _is_above(each.value, hard.value):
            refused = app.target[0] >= _BINDS
            yield report(
                app,
                rule,
                each,
                labels=(Label(hard.definition.place, "the hard limit"),),
                value=_default(each.value),
                other=_default(hard.value),
                reason=_RAISES if refused else _IGNORED,
            )


def _is_above(soft: Value, hard: Value) -> bool:
    """Return whether a limit is above another one, or is by default; 0 and None are no limits.

    What the environment may set has one option: its default.
    """
    limit = hard.options[0] if len(hard.options) == 1 else None
    if not isinstance(limit, (int, float)) or not limit or len(soft.options) != 1:
        return False
    return compare(soft.options[0], lambda seconds: seconds > limit) is Answer.YES


# --- limits that a pool does not enforce --------------------------------------------------------


def limit_without_effect(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the limits that the pool of the workers does not enforce."""
    for app in work.apps:
        yield from _unenforced(app, rule) if app.meets(Need.LOADED) else ()
    used = [pools(work.project.workers, outcome) for outcome in work.settled]
    found = used[0] if len(used) == 1 else None
    for options in work.option_sets if found else ():
        for name in (_SOFT, _HARD):
            given = options.options.get(name)
            if found and given and _is_ignored(found, _SETTINGS[name], given.value):
                label = Label(found.place, "this pool")
                yield rule.finding(given.place, setting=name, labels=(label,), name=_names(found))


def _is_ignored(found: Pools, setting: str, value: Value) -> bool:
    return found.names <= _UNENFORCED[setting] and value.ask(is_on) is Answer.YES


def _names(found: Pools) -> str:
    return " or ".join(sorted(found.names))


def _unenforced(app: AppView, rule: Rule) -> Iterator[Finding]:
    for each in defined(app, tuple(_UNENFORCED)):
        found = _pools_of(app, each)
        if (
            found
            and found.names <= _UNENFORCED[each.setting]
            and each.value.ask(is_on) is Answer.YES
        ):
            label = Label(found.place, "this pool")
            names = " or ".join(sorted(found.names))
            yield report(app, rule, each, labels=(label,), name=names)


def _pools_of(app: AppView, each: Defined) -> Pools | None:
    """Return the pools of an app; the command lines are for it where there is no other."""
    workers = app.project.workers
    if not app.alone and workers.all:
        return None
    return pools(workers, each.outcome)
