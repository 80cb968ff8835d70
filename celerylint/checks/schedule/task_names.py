"""Names of tasks in settings that no task has, although one is clearly meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from celerylint.analysis.code_view import CodeView
from celerylint.finding import Finding, Place
from celerylint.linking.beat_schedule import entries, keys
from celerylint.misspelt import by_length, closest
from celerylint.model import Task
from celerylint.rulebook.rule import Need, Rule

_IGNORED = {"task_routes": "the route is ignored", "task_annotations": "they are ignored"}
# An app whose class has such a method names its tasks as it likes.
_NAMING = "gen_task_name"
_GLOB = re.compile(r"[*?\[\]]")


class _Name(NamedTuple):
    """The name of a task in a setting, and what becomes of it where no task has it."""

    place: Place
    text: str
    setting: str
    reason: str


def task_name_misspelt(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the names in routes, annotations and the schedule that are meant for another name."""
    registered = [_registered(work, task) for task in work.tasks]
    if not registered or None in registered or work.project.search.mentions(_NAMING):
        return
    known = [name for name in registered if name]
    names = tuple(dict.fromkeys(_names(work)))
    times = Counter(name.text for name in names)
    for name in names:
        meant = _meant(name.text, known, work.tasks)
        if meant and _quoted(work, name.text) == times[name.text]:
            yield rule.finding(
                name.place,
                setting=name.setting,
                name=name.text,
                reason=name.reason,
                suggestion=meant,
            )


def _registered(work: CodeView, task: Task) -> str | None:
    """Return the name of a task, that of its module and function by default; None if not known."""
    if not task.closed:
        return None
    option = task.option("name")
    if option:
        return work.value(task, option).text
    module = task.place.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{task.function.name}"


def _names(work: CodeView) -> Iterator[_Name]:
    for app in work.apps:
        for outcome in app.outcomes if app.meets(Need.LOADED) else ():
            for setting, reason in _IGNORED.items():
                for definition in outcome.of(setting).definitions:
                    for place, text in keys(work.project, definition):
                        yield _Name(place, text, definition.name, reason)
            for definition in outcome.of("beat_schedule").definitions:
                for entry in entries(work.project, definition):
                    if part := entry.part("task"):
                        scope = entry.where.scope
                        value = work.project.evaluator.value(part.place.path, scope, part.value)
                        reason = "workers drop it"
                        yield _Name(part.place, value.text or "", definition.name, reason)


def _meant(text: str, known: list[str], tasks: tuple[Task, ...]) -> str | None:
    """Return the name that is meant, None where a task may have this one, or none is near."""
    if not text or _GLOB.search(text) or any(_may_be(text, name) for name in known):
        return None
    if "." not in text:
        named = [n for n, t in zip(known, tasks, strict=True) if _is_function(t, text)]
        return named[0] if len(named) == 1 else None
    near = closest((text,), by_length({name: name for name in known}))
    return near.pop() if len(near) == 1 else None


def _may_be(text: str, name: str) -> bool:
    """Return whether a name may be the same one, from another folder of the project."""
    return f".{text}".endswith(f".{name}") or ("." in text and f".{name}".endswith(f".{text}"))


def _is_function(task: Task, text: str) -> bool:
    return task.function.name == text and not task.is_class and task.option("name") is None


def _quoted(work: CodeView, text: str) -> int:
    """Return how often a name stands in quotes: once more, it may well be given to a task."""
    pattern = re.compile(rf"""['"]{re.escape(text)}['"]""")
    return sum(len(pattern.findall(source.text)) for source in work.sources.values())
