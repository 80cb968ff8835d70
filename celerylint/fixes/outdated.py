"""The definitions under a name of Celery 3, and the names that they are to get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.once import once
from celerylint.catalogue.settings import Reading
from celerylint.model import Setting

_OUTDATED = frozenset({Reading.OLD, Reading.FUTURE, Reading.GONE, Reading.SHADOWED})


class Outdated(NamedTuple):
    """A definition under an old name, the setting it is meant for, and the name to write."""

    definition: Setting
    setting: str
    new: str


@once
def outdated(view: AppView) -> tuple[Outdated, ...]:
    """Return the definitions under an old name that Celery reads, or read before the upgrade."""
    return tuple(_outdated(view))


def _outdated(view: AppView) -> Iterator[Outdated]:
    for definition in view.settings:
        setting = _old_name_of(view, definition)
        if setting is None or (view.django and view.is_foreign(definition.name)):
            continue
        new = view.renamed(setting, definition)
        if new != definition.name and not view.beaten_by(definition, setting):
            yield Outdated(definition, setting, new)


def _old_name_of(view: AppView, definition: Setting) -> str | None:
    """Return the setting that an outdated name stands for, None where it is no outdated name."""
    newest = view.newest(definition.name)
    readings = {meaning.reading for meaning in view.meanings(definition.name)}
    if readings <= _OUTDATED and any(m.reading is Reading.OLD for m in newest):
        return newest[0].setting
    carried = view.upgrading and view.modern and not newest[0].honoured
    return view.outdated_setting(definition.name) if carried else None
