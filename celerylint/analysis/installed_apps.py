"""The apps of a Django site, as INSTALLED_APPS names them."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.effective import EffectiveConfig
from celerylint.model import Setting
from celerylint.values import Value, items

_APPS = "INSTALLED_APPS"


def list_without(outcome: EffectiveConfig, package: str) -> Setting | None:
    """Return a list of apps where no list has the package, all lists being known in full.

    An app of the project may stand for one of a package whose `apps` it takes over.
    """
    installed = [s for s in outcome.configuration.settings if s.name == _APPS]
    names = [name for each in installed for name in _apps(outcome, each)]
    if not installed or not outcome.closed or None in names or outcome.mentions(f"{package}.apps"):
        return None
    missing = not any(str(name).partition(".")[0] == package for name in names)
    return installed[0] if missing else None


def _apps(outcome: EffectiveConfig, installed: Setting) -> Iterator[str | None]:
    """Yield the apps of a list; None for what is not known."""
    value = outcome.evaluator.value(installed.place.path, installed.where.scope, installed.value)
    for pattern in value.patterns:
        for item in items(pattern) or (Value(),):
            yield item.text
