"""How values and reasons are put into words; what may hold a secret is masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from celerylint.finding import Blocker, Place
from celerylint.text.masking import mask
from celerylint.values import GAP, Text, Value, kind_of

_LONGEST = 40
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_PLACES = 3
_REASONS = 4
_UNKNOWN = "a value that is not known"


def shown(value: Value) -> str:
    """Return a value in few words: what is known of it, durations as people say them."""
    words = tuple(dict.fromkeys(map(_word, value.patterns)))
    text = mask(" or ".join(words))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def by_reason(blockers: Iterable[Blocker], where: Callable[[Place], str]) -> Iterator[str]:
    """Yield each reason once, with a few of its places and what to do by hand."""
    places: dict[tuple[str, str], dict[str, None]] = {}
    for each in blockers:
        places.setdefault((each.reason, each.remedy), {})[where(each.place)] = None
    for (reason, remedy), found in places.items():
        listed = ", ".join(_few(list(found), _PLACES))
        yield f"{reason} ({listed}); {remedy}" if remedy else f"{reason} ({listed})"


def in_short(blockers: Iterable[Blocker], where: Callable[[Place], str]) -> tuple[str, ...]:
    """Return a few of the reasons, and how many more there are."""
    return _few(list(by_reason(blockers, where)), _REASONS, "reasons")


def _few(texts: list[str], count: int, what: str = "") -> tuple[str, ...]:
    left = len(texts) - count
    return (*texts[:count], f"and {left} more {what}".rstrip()) if left > 0 else tuple(texts)


def _word(pattern: object) -> str:
    match pattern:
        case Text():
            return repr(pattern.raw.replace(GAP, "…"))
        case dt.timedelta():
            return duration(pattern.total_seconds())
        case str() | int() | float() | None:
            return repr(pattern)
        case dict():
            return "a dict"
        case _ if type(pattern) is tuple:
            return _listed(pattern)
        case _:
            kind = kind_of(pattern)
            return _UNKNOWN if kind is object else f"some {kind.__name__}"


def _listed(items: Iterable[object]) -> str:
    return f"[{', '.join('…' if isinstance(item, Value) else _word(item) for item in items)}]"


def duration(seconds: float) -> str:
    """Return a duration as people say it: `1 day`, `90 s`."""
    for unit, length in _UNITS:
        count = seconds / length
        if seconds and count == int(count):
            return f"{int(count)} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:g} s"


def quoted(names: Iterable[str]) -> str:
    """Return names one after the other, each in backticks."""
    return ", ".join(f"`{name}`" for name in names)
