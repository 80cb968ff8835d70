"""Definitions that contend with a setting, once that has its new name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.settings import Reading
from celerylint.finding import Blocker
from celerylint.fixes.outdated import Outdated
from celerylint.model import Layer, Setting

_ONE = "delete one of the two"
_NARROW = "delete it, or give one release with --target-version"


def doubles(wanted: tuple[Outdated, ...]) -> Iterator[Blocker]:
    """Yield the names that would become one: which of their values counts would be left to order.

    Celery asks for them one after the other, wherever they stand.
    """
    names = defaultdict[str, dict[str, Setting]](dict)
    for each in wanted:
        names[each.new].setdefault(each.definition.name, each.definition)
    for new, definitions in names.items():
        first, *others = definitions.values()
        for other in others:
            reason = f"`{first.name}` and `{other.name}` both mean `{new}`"
            yield Blocker(other.place, reason, remedy=_ONE)


def left_over(view: AppView, wanted: tuple[Outdated, ...]) -> Iterator[Blocker]:
    """Yield the old names that only some of the releases judged read, which cannot be renamed.

    Those releases would refuse them beside the new ones.
    """
    renamed = {each.definition for each in wanted}
    for definition in view.settings if view.goal is None else ():
        old = [m for m in view.meanings(definition.name) if m.reading is Reading.OLD and m.setting]
        beaten = any(view.beaten_by(definition, m.setting) for m in old if m.setting)
        if old and definition not in renamed and not beaten:
            reason = f"`{definition.name}` is an old name too, which only some releases read"
            yield Blocker(definition.place, reason, remedy=_NARROW)


def rivals(view: AppView, wanted: tuple[Outdated, ...]) -> Iterator[Blocker]:
    """Yield the definitions under a new name that a rename would bring to nothing, or clash with.

    Within a source the new name counts wherever it stands, until both have the same name: then the
    later one does. On `conf` the later one counts, but a call takes a name once only, and up to 5.6
    a source that has both names, most of its names being old ones, outweighs an old name on `conf`.
    """
    for each in wanted:
        mine = each.definition
        for configuration in view.configurations:
            settings = configuration.settings
            if mine not in settings:
                continue
            earlier = settings[: settings.index(mine)]
            sources = {s.name for s in settings if s.layer is Layer.SOURCE}
            for other in view.living(each.setting, settings):
                together = other.where.statement == mine.where.statement
                if other.layer is Layer.SOURCE:
                    own = mine.layer is Layer.SOURCE
                    together |= other in earlier if own else mine.name in sources
                if together:
                    yield _counting(other)


def living(view: AppView, dead: tuple[Outdated, ...]) -> Iterator[Blocker]:
    """Yield the definitions that count now, and that a name brought to life would contend with."""
    for each in dead:
        yield from map(_counting, view.living(each.setting, view.settings))


def _counting(other: Setting) -> Blocker:
    return Blocker(other.place, f"`{other.name}` is set here too, and counts", remedy=_ONE)
