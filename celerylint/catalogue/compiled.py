"""The TOML files of `rules/` as one JSON file, which is read eight times as fast.

It lies where Python keeps what it compiles, and is made anew when a file of `rules/` has changed.
Where nothing can be written, the TOML files are read.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, cast

from celerylint.files.marks import rules_folder

Table = Mapping[str, Any]
_NAME = "rules.json"


def table_of(path: Path) -> Table:
    """Return what a TOML file holds; raise as reading and `tomli.loads` do."""
    folder = rules_folder()
    if path.is_relative_to(folder):
        known = tables(folder).get(path.relative_to(folder).as_posix())
        if known is not None:
            return known
    return _parsed(path)


@cache
def tables(folder: Path) -> Mapping[str, Table]:
    """Return what the TOML files of the `rules` folder hold, by their path in it."""
    stamp = sorted(_stamps(folder))
    place = Path(cache_from_source(__file__)).with_name(_NAME)
    # Damaged, of another time, or not there: then the files themselves are read.
    with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
        known, found = json.loads(place.read_bytes())
        if known == stamp and isinstance(found, dict):
            return cast("Mapping[str, Table]", found)
    found = {}
    for name, _, _ in stamp:
        # Who asks for a file that cannot be read is told so.
        with contextlib.suppress(OSError, ValueError):
            found[name] = _parsed(folder / name)
    if not sys.dont_write_bytecode:
        _write(place, json.dumps((stamp, found)).encode("ascii"))
    return found


def _stamps(folder: Path) -> Iterator[list[Any]]:
    """Yield path, size and time of each TOML file, which tell whether it has changed."""
    for inner in (folder, *(path for path in folder.iterdir() if path.is_dir())):
        prefix = "" if inner == folder else f"{inner.name}/"
        with os.scandir(inner) as listing:
            for entry in listing:
                if entry.name.endswith(".toml"):
                    status = entry.stat()
                    yield [f"{prefix}{entry.name}", status.st_size, status.st_mtime_ns]


def _parsed(path: Path) -> Table:
    import tomli  # noqa: PLC0415 - most runs find all of it compiled

    return tomli.loads(path.read_text(encoding="utf-8"))


def _write(place: Path, content: bytes) -> None:
    """Write the file so that another run sees all of it or nothing, if it can be written."""
    new = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(place)
