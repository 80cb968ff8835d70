"""What could not be linked."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.unlinked import is_unlinked, telling_settings
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule


def unlinked_configuration(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield one note for each module of settings that no app is seen to load."""
    shown = telling_settings(view) if is_unlinked(view) and not view.for_tests else ()
    # What it star-imports may be loaded by an app.
    loaded = {s.place for c in view.project.configurations if c.loadings for s in c.settings}
    own = next((setting.place for setting in shown if setting.place not in loaded), None)
    if own:
        yield rule.finding(own)
