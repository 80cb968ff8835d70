"""What the command lines of Celery take, and what they no longer take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import Release, Table, parse_release, read_table


class Removed(NamedTuple):
    """An option that Celery lacks from the release `gone` on."""

    gone: Release
    instead: str


class CommandLines(NamedTuple):
    """What `rules/command_lines.toml` says.

    `options` are those of `celery` itself, with whether they take a value. Behind one of `commands`
    Celery 5 refuses them; those of `ignoring` go without. `programs` that Celery 4 is without, and
    the commands of `manage.py` in `django`, have what to do instead; `worker` are its options.
    """

    commands: frozenset[str]
    ignoring: frozenset[str]
    options: Mapping[str, bool]
    programs: Mapping[str, str]
    worker: Mapping[str, Removed]
    django: Mapping[str, str]


def load_command_lines(folder: Path) -> CommandLines:
    """Read `command_lines.toml` of the `rules` folder."""
    table = read_table(folder / "command_lines.toml")
    return CommandLines(
        frozenset(table["commands"]),
        frozenset(table["ignoring"]),
        table["options"],
        table["programs"],
        {name: _removed(each) for name, each in table["worker"].items()},
        table["django"],
    )


def _removed(table: Table) -> Removed:
    return Removed(parse_release(table["gone"]), table["instead"])
