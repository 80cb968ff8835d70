"""Classes that are loaded in the place of their instances."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule


def class_not_instance(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the classes that are loaded although only their instances have the settings."""
    for loading in dict.fromkeys(each for c in view.configurations for each in c.loadings):
        read = (n for n in loading.lost if any(m.honoured for m in view.meanings(n)))
        setting = next(read, None)
        if loading.cls and setting:
            yield rule.finding(loading.place, setting=setting, name=loading.cls.name)
