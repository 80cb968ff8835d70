"""What could not be linked."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.finding import Finding
from celerylint.model import FoundBy
from celerylint.rulebook.rule import Rule

_UNLOADED = frozenset({FoundBy.CONTENT, FoundBy.FILE_NAME})


def unlinked_configuration(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield one note for each module of settings that no app is seen to load."""
    if view.certain or view.app.found_by not in _UNLOADED:
        return
    telling = [s for s in view.settings if s.name in view.catalogue.identifiers]
    telling = [s for s in telling if not view.catalogue.is_generic(s.name)]
    shown = [s for s in telling if not view.is_read(s)]
    if not shown or view.for_tests:
        return
    yield rule.finding(shown[0].place)
