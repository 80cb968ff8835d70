"""What `verify` has found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.output.screen import shown_path, visible
from celerylint.verifying.comparing import Difference, Kind
from celerylint.verifying.verdict import Outcome, Verdict, Verified

_VERSION = 1


def text(verdicts: Sequence[Verdict], cwd: Path) -> Iterator[str]:
    """Yield the lines for people: each configuration, and a last line that counts."""
    for verdict in verdicts:
        for each in verdict.configurations:
            if each.outcome in {Outcome.SAME, Outcome.CHANGED}:
                yield from _configuration(verdict, each)
        yield _closing(verdict, shown_path(verdict.root, ".", cwd) if len(verdicts) > 1 else "")


def talk(verdicts: Sequence[Verdict], cwd: Path) -> Iterator[str]:
    """Yield what stands in the way of a proof, for stderr."""
    for verdict in verdicts:
        for each in verdict.configurations:
            if each.outcome is Outcome.FAILED:
                yield f"celerylint: {visible(each.name)} {_cannot(each.why)}"
            elif each.outcome is Outcome.SKIPPED:
                yield f"celerylint: note: {visible(each.name)} was not loaded: {visible(each.why)}"
        if not any(each.settings for each in verdict.configurations):
            continue
        for path in verdict.unseen:
            place = shown_path(verdict.root, path, cwd)
            yield f"celerylint: note: the fix changes {place}, which no configuration imports"


def _cannot(why: str) -> str:
    return visible(why if why.startswith(("does", "loads")) else f"cannot be loaded: {why}")


def _configuration(verdict: Verdict, each: Verified) -> Iterator[str]:
    counting = [d for d in each.differences if d.kind is not Kind.DEFAULT]
    changed = f"{_count(len(counting), 'setting')} changed" if counting else "none changed"
    yield f"{visible(each.name)}: {_count(each.settings, 'setting')}, {changed}"
    for difference in counting:
        yield f"  {_change(difference)}{_reason(difference, verdict)}"
    defaults = [d for d in each.differences if d.kind is Kind.DEFAULT]
    if defaults:
        releases = f"Celery {verdict.before.celery} and {verdict.after.celery}"
        yield f"  {_count(len(defaults), 'default')} not the same in {releases}:"
        for difference in defaults:
            yield f"    {_change(difference)}"


def _change(difference: Difference) -> str:
    before, after = difference.before, difference.after
    if before == after:
        return f"{difference.setting}: {visible(before)}"
    return f"{difference.setting}: {visible(before)} -> {visible(after)}"


def _reason(difference: Difference, verdict: Verdict) -> str:
    if difference.kind is Kind.LOST:
        return " (no longer set)"
    if difference.kind is Kind.GONE:
        return f" (Celery {verdict.after.celery} has no such setting)"
    return " (what differs is masked)" if difference.before == difference.after else ""


def _closing(verdict: Verdict, where: str) -> str:
    outcomes = [each.outcome for each in verdict.configurations]
    loaded = sum(outcome in {Outcome.SAME, Outcome.CHANGED} for outcome in outcomes)
    changed = outcomes.count(Outcome.CHANGED)
    failed = outcomes.count(Outcome.FAILED)
    fixes = _count(len(verdict.changes), "file") if verdict.changes else "nothing"
    said = [f"the fix changes {fixes}", f"{_count(loaded, 'configuration')} loaded"]
    said.append(f"{changed} of them changed" if changed else "no effective setting changed")
    if not loaded:
        said.pop()
    if failed:
        said.append(f"{failed} could not be verified")
    place = f" in {where}" if where else ""
    return f"{_celeries(verdict)}{place}: {', '.join(said)}."


def _celeries(verdict: Verdict) -> str:
    before, after = verdict.before, verdict.after
    if before == after:
        return f"Celery {before.celery}"
    return f"Celery {before.celery} before, {after.celery} after"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(verdicts: Sequence[Verdict], cwd: Path) -> Iterator[str]:
    """Yield the document for programs."""
    projects = [_project(verdict, cwd) for verdict in verdicts]
    yield json.dumps({"version": _VERSION, "projects": projects}, indent=2)


def _project(verdict: Verdict, cwd: Path) -> dict[str, object]:
    return {
        "root": shown_path(verdict.root, ".", cwd),
        "before": {"celery": verdict.before.celery, "python": verdict.before.python},
        "after": {"celery": verdict.after.celery, "python": verdict.after.python},
        "changes": [shown_path(verdict.root, path, cwd) for path in verdict.changes],
        "unseen": [shown_path(verdict.root, path, cwd) for path in verdict.unseen],
        "configurations": [
            {
                "name": each.name,
                "outcome": each.outcome.value,
                "why": each.why,
                "settings": each.settings,
                "differences": [
                    {**difference._asdict(), "kind": difference.kind.value}
                    for difference in each.differences
                ],
            }
            for each in verdict.configurations
        ],
    }
