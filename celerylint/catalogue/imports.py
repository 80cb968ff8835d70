"""What Celery and kombu no longer have, and where it is found instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import Release, Table, parse_release, read_table


class Gone(NamedTuple):
    """A module, or what one holds, that Celery lacks from the release `gone` on.

    `to` is where it is found instead; of a module this is so for `names` only. Where it is not
    `exact`, what is found there does not do the very same. `called` is what is found instead of a
    module that is called itself, as a decorator is.
    """

    name: str
    gone: Release
    instead: str
    to: str = ""
    names: frozenset[str] = frozenset()
    exact: bool = True
    called: str = ""

    def moved(self, target: str) -> str:
        """Return where the dotted name of an import is found instead; empty where nowhere."""
        if target == self.name:
            return "" if self.names else self.to
        name = target.removeprefix(f"{self.name}.")
        return f"{self.to}.{name}" if name in self.names else ""


def find(table: Mapping[str, Gone], target: str) -> Gone | None:
    """Return what is known of the dotted name of an import: its own entry, or its module's."""
    while target:
        if target in table:
            return table[target]
        target = target.rpartition(".")[0]
    return None


def load_imports(folder: Path) -> Mapping[str, Gone]:
    """Read `imports.toml` of the `rules` folder."""
    tables = read_table(folder / "imports.toml")
    return {name: _gone(name, table) for name, table in tables.items()}


def _gone(name: str, table: Table) -> Gone:
    return Gone(
        name,
        parse_release(table["gone"]),
        table["instead"],
        table.get("to", ""),
        frozenset(table.get("names", ())),
        table.get("exact", True),
        table.get("called", ""),
    )
