"""What Celery takes for a field of a crontab, as `celery.schedules.crontab` reads it."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE_STEPS = re.compile(r"(\w+?)-(\w+)/(\w+)?")
_RANGE = re.compile(r"(\w+?)-(\w+)")
_STAR_STEPS = re.compile(r"\*/(\w+)?")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_NAME = 3
"""Of the name of a day or a month this many letters count."""


class Field(NamedTuple):
    """A field of a crontab: its lowest and its highest number."""

    lowest: int
    highest: int

    def accepts(self, number: int) -> bool:
        """Return whether a number is one of the field's."""
        return self.lowest <= number <= self.highest

    def reads(self, text: str) -> bool:
        """Return whether Celery reads a text; it raises ValueError or ParseException if not.

        Names of days and months are taken for numbers that fit.
        """
        return all(map(self._reads_part, text.split(",")))

    def _reads_part(self, part: str) -> bool:
        if match := _RANGE_STEPS.match(part):
            first, last, step = match.groups()
            return self._is_number(first) and self._is_number(last) and _is_step(step)
        if match := _RANGE.match(part):
            return all(map(self._is_number, match.groups()))
        if match := _STAR_STEPS.match(part):
            return _is_step(match[1])
        return part == "*" or self._is_number(part)

    def _is_number(self, text: str) -> bool:
        try:
            return self.accepts(int(text))
        except ValueError:
            return text[:_NAME].lower() in (*_DAYS, *_MONTHS)


def _is_step(text: str | None) -> bool:
    try:
        return int(text or "0") > 0
    except ValueError:
        return False


FIELDS = {
    "minute": Field(0, 59),
    "hour": Field(0, 23),
    "day_of_week": Field(0, 6),
    "day_of_month": Field(1, 31),
    "month_of_year": Field(1, 12),
}
"""The fields in the order in which a crontab takes them."""
