"""The pools that the workers of a project run, by their command lines and the configuration."""

from __future__ import annotations

from typing import NamedTuple

from celerylint.analysis.effective import EffectiveConfig
from celerylint.finding import Place
from celerylint.linking.workers import Workers

_OPTION = ("-P", "--pool")


class Pools(NamedTuple):
    """The names of all pools that workers may run, and a place that chooses one of them."""

    names: frozenset[str]
    place: Place


def pools(workers: Workers, outcome: EffectiveConfig) -> Pools | None:
    """Return the pools of the workers, None where any of them is not known.

    The command line outweighs `worker_pool`.
    """
    setting = outcome.of("worker_pool")
    own = (
        Pools(frozenset({setting.value.text or ""}), setting.definition.place)
        if (setting.definition and setting.value.text)
        else None
    )
    if not workers.all:
        return own
    named = [(worker.option(*_OPTION), worker) for worker in workers.all]
    if not workers.clear:
        return None
    default = setting.value.text
    names = frozenset(name or default or "" for name, _ in named)
    chosen = next((worker.place for name, worker in named if name), None)
    place = chosen or (own.place if own else None)
    return Pools(names, place) if place and "" not in names else None
