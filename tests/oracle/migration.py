"""Whether a migration keeps the effective settings: the comparison, and the jobs it takes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.fixture import Fixture
from tests.oracle import Answer, Job, ask

# Names of Celery 3.1 that the aliases of later releases leave out, though the setting lives on
# under this name: the user's value has to arrive there.
CARRIED_OVER = {"CELERY_ENABLE_UTC": "enable_utc"}


def jobs_for(fixture: Fixture, scratch: Path, *, fixed: bool) -> Job:
    """Return the job that loads a fixture, copied below `scratch`, before or after its fix."""
    if fixture.load is None:
        message = f"{fixture.name} does not say how Celery loads it"
        raise ValueError(message)
    directory = scratch / ("after" if fixed else "before") / fixture.name
    fixture.copy(directory, fixed=fixed)
    return Job(directory, fixture.load, fixture.imports, fixture.watch, fixture.environ)


def answers_for(
    fixtures: Sequence[Fixture],
    scratch: Path,
    python: Path,
    *,
    fixed: bool,
    aliases: Mapping[str, str] | None = None,
) -> Mapping[str, Answer]:
    """Return what the Celery of `python` makes of the fixtures, by name."""
    jobs = [jobs_for(fixture, scratch, fixed=fixed) for fixture in fixtures]
    answers = ask(python, jobs, aliases).answers
    return {fixture.name: answer for fixture, answer in zip(fixtures, answers, strict=True)}


def differences(before: Answer, after: Answer, names: Iterable[str] | None = None) -> set[str]:
    """Return the settings, out of `names` or of all, whose value or type is not the same.

    A setting that is explicit on one side only counts too, where all are compared: it may equal
    the default of today by chance.
    """
    if names is not None:
        return {name for name in names if before.settings[name] != after.settings.get(name)}
    everything = before.settings.keys() | after.settings.keys()
    changed = {name for name in everything if before.settings.get(name) != after.settings.get(name)}
    return changed | (before.explicit ^ after.explicit)


def complaints(before: Answer, after: Answer, alters: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a migration under one Celery; nothing where it is right."""
    if after.error:
        yield f"after the fix, loading raises {after.error}"
        return
    changed = differences(before, after)
    for name in sorted(changed.symmetric_difference(alters)):
        change = f"{before.settings.get(name)} becomes {after.settings.get(name)}"
        verb = "changes" if name in changed else "does not change"
        yield f"`{name}` {verb}: {change}"
    if before.watched != after.watched:
        yield f"behaviour changes: {before.watched} becomes {after.watched}"


def unmet(expected: Mapping[str, str], after: Answer) -> Iterator[str]:
    """Yield the stated values, Python literals by setting, that Celery does not arrive at."""
    for name, literal in expected.items():
        wanted = _rendered(ast.literal_eval(literal))
        if after.settings.get(name) != wanted:
            yield f"`{name}` is {after.settings.get(name)}, not {wanted}"
        if name not in after.explicit:
            yield f"`{name}` is not set"


def _rendered(value: object) -> list[object]:
    """Return a literal as the probe renders it."""
    if isinstance(value, list | tuple):
        return [type(value).__name__, [_rendered(item) for item in value]]
    return [type(value).__name__, ascii(value)]
