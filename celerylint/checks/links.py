"""What could not be linked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from celerylint.checks.view import View
from celerylint.finding import Finding

_TESTS = frozenset(("tests.py", "conftest.py"))


def unlinked_configuration(view: View) -> Iterator[Finding]:
    """Yield one note for each module of settings that no app is seen to load."""
    if view.certain or not (view.orphaned or not view.configurations[0].loadings):
        return
    telling = [s for s in view.settings if s.name in view.catalogue.identifiers]
    telling = [s for s in telling if not view.catalogue.is_generic(s.name)]
    shown = [s for s in telling if not view.is_read(s)]
    if not shown or _is_test(view.app.place.path):
        return
    yield view.rulebook["CEL003"].finding(shown[0].place)


def _is_test(path: str) -> bool:
    place = PurePosixPath(path)
    folders = {"test", "tests", "testing"} & set(place.parts[:-1])
    return bool(folders) or place.name.startswith("test_") or place.name in _TESTS


CHECKS = {"CEL003": unlinked_configuration}
