"""Compare every fixture under an old Celery, before its fix, with Celery 5.6 and 5.7 after it.

Development use, from the root of the checkout:

    .venvs/dev/bin/python -m scripts.oracle --python /some/venv/with/celery-3.1/bin/python

Settings that count under the old Celery must have the same value and type after the fix. Celery 3
is asked about fixtures with `upgrading-from = "3.1"` only: it knows no lower-case names.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from packaging.version import Version

from tests.fixture import Fixture, read_fixtures
from tests.oracle import CELERY_VERSIONS, Answer, ask, python_of
from tests.oracle.migration import CARRIED_OVER, answers_for, differences

LOWER_CASE = Version("4.0")


def main() -> int:
    """Print what differs and return 1 if anything does, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, action="append", required=True)
    failed = False
    for python in parser.parse_args().python:
        for line in report(python):
            print(line)
            failed = failed or line.startswith("DIFFERS")
    return int(failed)


def report(python: Path) -> Iterator[str]:
    """Yield one line for each fixture and new Celery, and a last one with the counts."""
    old = Version(ask(python, ()).celery)
    fixtures = tuple(chosen(read_fixtures(), old))
    aliases = {**ask(python_of(CELERY_VERSIONS[0]), ()).aliases, **CARRIED_OVER}
    equal = 0
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        before = answers_for(fixtures, scratch, python, fixed=False, aliases=aliases)
        for celery in CELERY_VERSIONS:
            new = answers_for(fixtures, scratch / celery, python_of(celery), fixed=True)
            for fixture in fixtures:
                # What a fix alters, it alters for later releases: 3.1 saw it as it is now.
                alters = fixture.alters.get(celery, ()) if old >= LOWER_CASE else ()
                verdict = judge(fixture, before[fixture.name], new[fixture.name], alters)
                equal += verdict.startswith("equal")
                yield f"{verdict} [{old} -> {celery}]"
    yield f"{equal} of {len(fixtures) * len(CELERY_VERSIONS)} equal under Celery {old}"


def chosen(fixtures: Sequence[Fixture], old: Version) -> Iterator[Fixture]:
    """Yield the fixtures that an old Celery can load."""
    for fixture in fixtures:
        loads = fixture.loads if old >= LOWER_CASE else fixture.upgrading_from == "3.1"
        if loads:
            yield from fixture.variants()


def judge(fixture: Fixture, before: Answer, after: Answer, alters: Collection[str]) -> str:
    """Return the verdict on one fixture as a line of text."""
    if (before.error or "").startswith("SyntaxError"):
        return f"unread {fixture.name}: written for a newer Python"
    if "No module named 'django'" in (before.error or ""):
        return f"unread {fixture.name}: needs Django"
    if before.error or after.error:
        return f"DIFFERS {fixture.name}: {before.error or 'loads'}, then {after.error or 'loads'}"
    known = before.explicit & after.settings.keys()
    changed = sorted(differences(before, after, known) - set(alters))
    if changed == ["imports"] and before.settings["imports"] == after.settings["include"]:
        # `Celery(include=...)` fills CELERY_IMPORTS in Celery 3 and a setting of its own since.
        changed = []
    if changed:
        values = ((name, before.settings[name], after.settings[name]) for name in changed)
        return f"DIFFERS {fixture.name}: {'; '.join(f'{n}: {b} -> {a}' for n, b, a in values)}"
    gone = sorted(before.explicit - after.settings.keys())
    note = f", no longer a setting: {', '.join(gone)}" if gone else ""
    return f"equal {fixture.name}: {len(known)} settings{note}"


if __name__ == "__main__":
    sys.exit(main())
