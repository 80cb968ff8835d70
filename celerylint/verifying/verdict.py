"""The question and its answer: does the project mean the same to Celery after its fixes?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.options.table import UsageError
from celerylint.text.masking import NOTHING, Known, mask
from celerylint.verifying.asking import Answer, Copy, Interpreter, ask
from celerylint.verifying.comparing import Difference, Kind, differences
from celerylint.verifying.copying import apply, copied
from celerylint.verifying.starts import Start


class Outcome(Enum):
    """What has become of a configuration."""

    SAME = "same"
    CHANGED = "changed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Verified(NamedTuple):
    """One configuration: the settings that the project sets, and those that differ.

    `why` says what has failed, or why it was skipped.
    """

    name: str
    outcome: Outcome
    settings: int = 0
    differences: tuple[Difference, ...] = ()
    why: str = ""


class Verdict(NamedTuple):
    """What is known of one project.

    `changes` are the files that the fixes change, `unseen` those of them that no configuration
    imports, so that nothing is proven about them.
    """

    root: Path
    before: Interpreter
    after: Interpreter
    changes: tuple[str, ...]
    configurations: tuple[Verified, ...]
    unseen: tuple[str, ...]


class Judges(NamedTuple):
    """Who loads the project as it is, who loads it after its fixes, and for how long at most.

    `aliases` are the present names of the settings of Celery 3, `told` the secrets of the project.
    """

    before: Interpreter
    after: Interpreter
    seconds: float
    aliases: Mapping[str, str]
    told: Known = NOTHING


def verified(
    root: Path, starts: Iterable[Start], changes: Mapping[str, bytes], judges: Judges
) -> Verdict:
    """Load every configuration of a project before and after its fixes, in a copy of it.

    Raise UsageError where the copy cannot be made.
    """
    starts = tuple(starts)
    with tempfile.TemporaryDirectory(prefix="celerylint-", ignore_cleanup_errors=True) as folder:
        # Both are loaded from one folder, whose name may be part of a setting.
        originals = tuple(str((root / path).resolve()) for path in changes)
        copy = Copy(Path(folder).resolve() / root.name, originals)
        try:
            copied(root, copy.folder)
            old = [_asked(judges, judges.before, copy, start) for start in starts]
            apply(changes, copy.folder)
        except OSError as error:
            message = f"The project cannot be copied to {folder}: {error.strerror}"
            raise UsageError(message) from error
        new = [_asked(judges, judges.after, copy, start) for start in starts]
    ordered = judges.before.ordered and judges.after.ordered
    found = tuple(
        _compared(start, before, after, judges.told, ordered=ordered)
        for start, before, after in zip(starts, old, new, strict=True)
    )
    seen = frozenset[str]().union(*(answer.imported for answer in new))
    unseen = tuple(path for path in sorted(changes) if path not in seen)
    return Verdict(root, judges.before, judges.after, tuple(sorted(changes)), found, unseen)


def _asked(judges: Judges, python: Interpreter, copy: Copy, start: Start) -> Answer:
    if start.why:
        return Answer(error=start.why)
    return ask(python, copy, start, judges.aliases, judges.seconds)


def _compared(
    start: Start, before: Answer, after: Answer, told: Known, *, ordered: bool
) -> Verified:
    if start.why:
        outcome = Outcome.FAILED if start.needed else Outcome.SKIPPED
        return Verified(start.name, outcome, why=start.why)
    if before.error or after.error:
        why = _failure(before.error, after.error)
        return Verified(start.name, Outcome.FAILED, why=mask(why, told))
    found = differences(before, after, ordered=ordered, told=told)
    changed = any(each.kind is not Kind.DEFAULT for each in found)
    outcome = Outcome.CHANGED if changed else Outcome.SAME
    return Verified(start.name, outcome, len(before.explicit), found)


def _failure(before: str, after: str) -> str:
    if before == after:
        return f"does not load, before and after the fix: {before}"
    if before and after:
        return f"does not load before the fix: {before}; nor after it: {after}"
    if before:
        return f"does not load before the fix: {before}; it loads after it"
    return f"loads before the fix, but not after it: {after}"
