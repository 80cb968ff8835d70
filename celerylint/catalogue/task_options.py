"""What options a task of Celery has, and which of them a wrong name is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import read_table
from celerylint.misspelt import by_length, closest


class TaskOptions(NamedTuple):
    """The options that some release of Celery reads, and names that are meant for one of them."""

    names: frozenset[str]
    wrong: Mapping[str, str]

    def meant(self, name: str) -> str | None:
        """Return the option that a name is meant for, None if it is one or is like no single one.

        A task may be given attributes that only the project knows.
        """
        if name in self.names:
            return None
        near = closest((name,), by_length({word: word for word in sorted(self.names)}))
        return self.wrong.get(name) or (near.pop() if len(near) == 1 else None)


def load_task_options(folder: Path) -> TaskOptions:
    """Read `task_options.toml` of the `rules` folder."""
    tables = read_table(folder / "task_options.toml")
    return TaskOptions(frozenset(tables["options"]), tables["meant"])
