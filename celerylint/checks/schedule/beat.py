"""Schedules that are not run as they are written, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from celerylint.analysis.app_view import AppView
from celerylint.analysis.code_view import CodeView
from celerylint.analysis.installed_apps import list_without
from celerylint.analysis.task_names import is_missing
from celerylint.analysis.wording import shown
from celerylint.catalogue.crontabs import FIELDS, Field
from celerylint.facts import Argument, Call, CallSite, SequenceKind
from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Span
from celerylint.linking.beat_schedule import entries, sequences
from celerylint.linking.tasks import tasks
from celerylint.model import BeatEntry, Option, Setting
from celerylint.rulebook.rule import Rule
from celerylint.values import (
    UNKNOWN,
    Answer,
    Made,
    Some,
    Text,
    Value,
    all_of,
    answer,
    any_of,
    compare,
    is_a,
    is_equal,
    items,
    kind_of,
)
from celerylint.values import entry as entry_of

_OTHERS = frozenset({"app", "nowfun"})
"""What a crontab takes besides its fields."""

# The fields of an entry of Celery's own scheduler; others have some of their own.
_PARTS = frozenset(
    (
        "task",
        "schedule",
        "args",
        "kwargs",
        "options",
        "relative",
        "last_run_at",
        "total_run_count",
    )
)
_SCHEDULERS = frozenset({"celery.beat:PersistentScheduler", "celery.beat.PersistentScheduler"})
# Packages whose schedulers take more, and may be named on the command line alone.
_PACKAGES = ("django_celery_beat", "djcelery", "redbeat", "celery_sqlalchemy_scheduler", "rdbbeat")
_OF_DJANGO = (
    "django",
    "django_celery_beat.schedulers:DatabaseScheduler",
    "django_celery_beat.schedulers.DatabaseScheduler",
)
_STEP = re.compile(r"\*/(\d+)")
_OFTEN = 15 * 60
"""How many seconds lie at most between the runs of what is to have an end."""
# From these a project makes a scheduler of its own.
_CLASSES = ("ScheduleEntry", "Scheduler", "PersistentScheduler")


def crontab_every_minute(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the crontabs that say an hour or a day and no minute."""
    for path, site in work.crontabs:
        call = site.call
        names = {argument.name for argument in call.arguments}
        if "minute" in names or not names & FIELDS.keys() or names - FIELDS.keys() - _OTHERS:
            continue
        evaluator, scope = work.project.evaluator, site.where.scope
        hour = call.keyword("hour")
        if hour and evaluator.value(path, scope, hour).ask(_is_every) is not Answer.NO:
            continue
        place = Place(path, call.span)
        when = "of its hours" if hour else "of its days"
        text = "minute=0, " if hour else "minute=0, hour=0, "
        yield rule.finding(place, reason=when, fix=_inserted(path, call, text))


def _is_every(pattern: object) -> Answer:
    """Return whether a field may say no more than that every number fits."""
    if isinstance(pattern, (Some, Text)):
        return Answer.UNKNOWN
    return answer(pattern == "*")


def _inserted(path: str, call: Call, text: str) -> ChangeSet:
    start = call.arguments[0].span.start
    edit = Edit(Place(path, Span(start, start)), text)
    title = f"Add {text.rstrip(', ')}"
    return ChangeSet(title, Safety.UNSAFE, (edit,), "the task runs less often")


def crontab_invalid(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the arguments with which a crontab cannot be made."""
    for path, site in work.crontabs:
        for argument, name in _named(site):
            field = FIELDS.get(name)
            place = Place(path, argument.span)
            if field is None and name not in _OTHERS:
                yield rule.finding(place, reason=f"`{name}` is not a field")
            elif field:
                scope = site.where.scope
                value = work.project.evaluator.value(path, scope, argument.value)
                if value.ask(partial(_is_read, field)) is Answer.NO:
                    reason = f"{shown(value)} as `{name}`"
                    yield rule.finding(place, reason=reason)


def crontab_step_beyond_range(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the steps of a crontab that are longer than its field, so that one number fits."""
    for path, site in work.crontabs:
        for argument, name in _named(site):
            value = work.project.evaluator.value(path, site.where.scope, argument.value)
            field = FIELDS.get(name)
            step = _STEP.fullmatch(value.text or "")
            if field and step and int(step[1]) > field.highest - field.lowest + 1:
                place = Place(path, argument.span)
                yield rule.finding(place, value=value.text, name=name, other=field.lowest)


def _named(site: CallSite) -> Iterator[tuple[Argument, str]]:
    """Yield the arguments of a crontab with the fields that they are for."""
    order = iter(FIELDS)
    for argument in site.call.arguments:
        if argument.stars:
            return
        name = argument.name or next(order, "")
        if name:
            yield argument, name


def _is_read(field: Field, pattern: object) -> Answer:
    """Return whether Celery takes a value for a field of a crontab."""
    match pattern:
        case bool() | Made() | Text() | Some():
            return Answer.UNKNOWN
        case int():
            return answer(field.accepts(pattern))
        case str():
            return answer(field.reads(pattern))
        case float() | None:
            return Answer.NO
    inner = items(pattern)
    return Answer.UNKNOWN if inner is None else all_of(item.ask(_member(field)) for item in inner)


def _member(field: Field) -> Callable[[object], Answer]:
    def is_member(pattern: object) -> Answer:
        if isinstance(pattern, int):
            return answer(field.accepts(pattern))
        return Answer.NO if isinstance(pattern, str) else Answer.UNKNOWN

    return is_member


# --- entries of the schedule --------------------------------------------------------------------


def _schedules(view: AppView) -> Iterator[Setting]:
    for outcome in view.outcomes if view.linked else ():
        yield from outcome.of("beat_schedule").definitions


def _entries(view: AppView) -> Iterator[BeatEntry]:
    for definition in _schedules(view):
        yield from entries(view.project, definition)


def _value(view: AppView, entry: BeatEntry, part: Option | None) -> Value | None:
    if part is None:
        return None
    return view.project.evaluator.value(part.place.path, entry.where.scope, part.value)


def beat_entry_invalid(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the entries that beat cannot make, or cannot tell when to run."""
    own = _is_celerys(view)
    for definition in _schedules(view):
        for place, kind in sequences(view.project, definition):
            comma = ": take the comma away" if kind is SequenceKind.TUPLE else ""
            yield rule.finding(place, reason=f"A {kind.value} stands for a dict{comma}")
    for entry in _entries(view):
        for part in entry.parts if own else ():
            if part.name not in _PARTS:
                yield rule.finding(part.place, reason=f"`{part.name}` is not a key of an entry")
        for name in ("task", "schedule") if entry.closed else ():
            if entry.part(name) is None:
                yield rule.finding(entry.place, reason=f"It has no `{name}`")
        schedule = entry.part("schedule")
        value = _value(view, entry, schedule)
        if schedule and value and value.ask(_is_schedule) is Answer.NO:
            reason = f"{shown(value)} is not a schedule: use seconds, `timedelta` or `crontab`"
            yield rule.finding(schedule.place, reason=reason)


def _is_schedule(pattern: object) -> Answer:
    kind = kind_of(pattern)
    return Answer.NO if kind in {str, dict, tuple, type(None)} else Answer.UNKNOWN


def _is_celerys(view: AppView) -> bool:
    """Return whether it is certain that the scheduler is Celery's own."""
    for outcome in view.outcomes:
        scheduler = outcome.of("beat_scheduler")
        texts = {str(pattern) for pattern in scheduler.value.patterns}
        if scheduler.is_set is Answer.UNKNOWN or not texts <= _SCHEDULERS:
            return False
    mentions = view.project.facts.mentions
    imported = view.project.facts.imported_names
    return not any(name in mentions or name in imported for name in (*_PACKAGES, *_CLASSES))


def beat_arguments_no_list(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the positional arguments of entries that are no list."""
    for entry in _entries(view):
        part = entry.part("args")
        value = _value(view, entry, part)
        if part and value and value.ask(_is_no_list) is Answer.YES:
            yield rule.finding(part.place, value=shown(value))


def _is_no_list(pattern: object) -> Answer:
    """Return whether beat goes wrong with some arguments; one letter makes one argument."""
    if isinstance(pattern, str) and len(pattern) == 1:
        return Answer.NO
    if isinstance(pattern, (Some, Text)):
        return Answer.YES if is_a(pattern, (str, int, float)) is Answer.YES else Answer.UNKNOWN
    return answer(bool(pattern) and is_a(pattern, (str, int, float)) is Answer.YES)


def beat_unknown_task(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the entries for a task of a module of the project that has nothing of this name."""
    found = [(entry, entry.part("task")) for entry in _entries(view)]
    asked = [(part, text) for e, part in found if part and (text := _text(view, e, part))]
    texts = Counter(text for _, text in dict.fromkeys(asked))
    for part, text in asked:
        if is_missing(view.project, view.sources, part.place.path, text, times=texts[text]):
            yield rule.finding(part.place, name=text)


def _text(view: AppView, entry: BeatEntry, part: Option) -> str | None:
    value = _value(view, entry, part)
    return value.text if value else None


def beat_without_expires(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the entries that are soon due again, and whose messages stay in the queue for ever."""
    expiring = {task.function.name for task in tasks(view.project) if task.option("expires")}
    for entry in _entries(view):
        schedule, options = entry.part("schedule"), entry.part("options")
        often = (_value(view, entry, schedule) or UNKNOWN).ask(_is_often) is Answer.YES
        given = _value(view, entry, options)
        if schedule is None or not often or not entry.closed or (given and _may_expire(given)):
            continue
        task = (_value(view, entry, entry.part("task")) or UNKNOWN).text
        if task and task.rpartition(".")[2] not in expiring:
            yield rule.finding(schedule.place, name=task)


def _is_often(pattern: object) -> Answer:
    return compare(pattern, lambda seconds: 0 < seconds <= _OFTEN)


def _may_expire(options: Value) -> bool:
    return entry_of(options, "expires") is not None


def beat_scheduler_missing(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the scheduler of django-celery-beat where Django does not know that app."""
    for outcome in view.outcomes:
        scheduler = outcome.of("beat_scheduler")
        named = scheduler.value.ask(lambda each: any_of(is_equal(each, n) for n in _OF_DJANGO))
        definition = scheduler.definition
        if definition is None or named is not Answer.YES:
            continue
        installed = list_without(outcome, _PACKAGES[0])
        if installed:
            yield rule.finding(
                definition.place,
                setting=definition.name,
                labels=[Label(installed.place, "the apps are listed here")],
                package=_PACKAGES[0],
            )
