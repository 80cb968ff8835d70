"""From configuration files and the command line to the options of a project, with their origin."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from celerylint.options import option_file, table
from celerylint.options.option_file import OptionFile
from celerylint.options.patterns import folder_of, rebased
from celerylint.options.table import TABLE, Kind, Option, Options, UsageError

_COMMAND_LINE = "the command line"


class Wanted(NamedTuple):
    """What the command line says; `given` is for `table.from_command_line`.

    `config` is the configuration file to read instead of the project's; with `isolated` none is.
    """

    given: Mapping[str, object]
    cwd: Path
    config: Path | None = None
    isolated: bool = False


class Loaded(NamedTuple):
    """The options of a project, the file they come from and the names of those given."""

    options: Options
    file: OptionFile | None = None
    said: frozenset[str] = frozenset()

    def origins(self, option: Option) -> tuple[str, ...]:
        """Return where the value of an option comes from: nowhere, where it is the default."""
        in_file = self.file is not None and option.name in self.file.values
        told = option.name in self.said
        # A selection on the command line starts afresh.
        afresh = "select" in self.said and option.name in {"extend-select", "ignore"}
        outdated = afresh or (told and not option.adds)
        from_file = (
            (self.file.where(option.name),) if self.file and in_file and not outdated else ()
        )
        line = f"{_COMMAND_LINE} or {option.variable}" if option.variable else _COMMAND_LINE
        return (*from_file, *((line,) if told else ()))

    def where(self, name: str, word: str = "") -> str:
        """Return `key in file, line: ` for a value of the file, else nothing."""
        if self.file is None or name in self.said or name not in self.file.values:
            return ""
        return f"`{name}` in {self.file.where(name, word)}: "


def load(root: Path, wanted: Wanted) -> Loaded:
    """Return the options of a project: those of its configuration file, then the command line's.

    Raise UsageError for a file that cannot be read, an unknown key or a value that is none.
    """
    said = table.from_command_line(wanted.given)
    told = frozenset(said)
    here = _relative_to(said, folder_of(wanted.cwd, root), root)
    if "cache-dir" in said:
        here["cache-dir"] = os.path.normpath(wanted.cwd / str(said["cache-dir"]))
    file = _file(root, wanted)
    if file is None:
        return Loaded(table.made(here), None, told)
    # As with ruff, patterns of a file that the command line names are relative to where one is.
    folder = file.path.parent if wanted.config is None else folder_of(wanted.cwd, root)
    there = _relative_to(file.values, folder, root)
    return Loaded(table.made(table.merged(there, here)), file, told)


def _file(root: Path, wanted: Wanted) -> OptionFile | None:
    if wanted.isolated:
        if wanted.config is not None:
            message = "--config and --isolated exclude each other; leave one of them out"
            raise UsageError(message)
        return None
    if wanted.config is not None:
        path = Path(os.path.normpath(wanted.cwd / wanted.config))
        option_file.demand_section(path)
        return option_file.read(path)
    found = option_file.find(root)
    return None if found is None else option_file.read(found)


def _relative_to(values: Mapping[str, object], folder: Path, root: Path) -> dict[str, object]:
    """Return the values with their patterns seen from the root, and their paths in full."""
    moved = dict(values)
    for option in TABLE:
        value = values.get(option.name)
        if option.name == "exclude" and isinstance(value, tuple):
            moved[option.name] = tuple(p for text in value for p in rebased(text, folder, root))
        elif option.name == "rule-paths" and isinstance(value, tuple):
            moved[option.name] = tuple(os.path.normpath(folder / path) for path in value)
        elif option.kind is Kind.TABLE and isinstance(value, tuple):
            pairs = ((p, words) for text, words in value for p in rebased(text, folder, root))
            moved[option.name] = tuple(pairs)
    return moved
