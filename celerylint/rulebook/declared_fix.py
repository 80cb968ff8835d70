"""What a rule declares in `[fix]`: the change that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from celerylint.rulebook.conditions import ConditionError, Literal, is_scalar


class Change(Enum):
    """What a declared fix does to a setting."""

    SET = "set"
    SET_NONE = "set-none"
    PIN = "pin"
    REMOVE = "remove"
    COMMENT_OUT = "comment-out"
    RENAME = "rename"


class Fix(NamedTuple):
    """The change that a rule offers; `value` is a literal, or the new name.

    `entries` are the keys, with their values, that a setting is to have that is a dict; `pins` are
    settings with what each is to be set to where nothing sets it.
    """

    change: Change
    setting: str
    value: Literal = None
    entries: tuple[tuple[str, Literal], ...] = ()
    pins: tuple[tuple[str, Literal], ...] = ()

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the settings that the change is about."""
        return tuple(setting for setting, _ in self.pins) or (self.setting,)

    @property
    def given(self) -> tuple[tuple[str, Literal], ...]:
        """Return the settings that are given a value as a whole, each with that value."""
        whole = self.change in {Change.SET, Change.SET_NONE} and not self.entries
        return self.pins or (((self.setting, self.value),) if whole else ())


def read_fix(key: str, table: object) -> Fix:
    """Return the fix that a table describes; raise ConditionError for one without sense."""
    words = tuple(change.value for change in Change)
    if not isinstance(table, dict) or len(table) != 1 or next(iter(table)) not in words:
        raise ConditionError(key, "is to be a table with one of " + ", ".join(words))
    ((word, operand),) = table.items()
    change = Change(word)
    if change in {Change.REMOVE, Change.COMMENT_OUT, Change.SET_NONE}:
        if not isinstance(operand, str):
            raise ConditionError(f"{key}.{word}", "is to be the name of a setting")
        return Fix(change, operand)
    if not isinstance(operand, dict) or not operand:
        few = "settings" if change is Change.PIN else "one setting"
        raise ConditionError(f"{key}.{word}", f"is to be a table of {few}")
    values = {name: _literal(f"{key}.{word}.{name}", change, v) for name, v in operand.items()}
    return _setting_of_fix(f"{key}.{word}", change, values)


def _setting_of_fix(key: str, change: Change, values: Mapping[str, Literal]) -> Fix:
    if change is Change.PIN:
        return Fix(change, next(iter(values)), pins=tuple(values.items()))
    parts = [name.partition(".") for name in values]
    setting, dot, _ = parts[0]
    if change is Change.SET and all(part[:2] == (setting, ".") for part in parts):
        entries = zip((entry for *_, entry in parts), values.values(), strict=True)
        return Fix(change, setting, entries=tuple(entries))
    if dot or len(parts) > 1:
        raise ConditionError(key, "is to be a table of one setting, or of keys of one")
    return Fix(change, setting, values[setting])


def _literal(key: str, change: Change, value: object) -> Literal:
    if change is Change.RENAME and not isinstance(value, str):
        raise ConditionError(key, "is to be the new name")
    if isinstance(value, list) and all(map(is_scalar, value)):
        return tuple(value)
    if isinstance(value, dict) and all(map(is_scalar, value.values())):
        return value
    if not isinstance(value, (str, int, float)):
        wrong = "is to be text, a number, true, false, or a list or a table of them"
        raise ConditionError(key, wrong)
    return value
