"""Compare the settings catalogue with the tables of the Celery releases themselves.

Each release is downloaded with pip and its `celery/app/defaults.py` is run alone, with stand-ins
for what it imports, so that neither Celery nor its dependencies have to be installed.

Releases up to 5.2.0 require `pytz>dev`, which pip 24.1 and later refuse: check those with an
older pip, or from a `--cache` folder that holds their archives.
"""

from __future__ import annotations

import builtins
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import click
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from celerylint.catalogue.settings import (
    Catalogue,
    Release,
    load_catalogue,
    parse_release,
    release_text,
)

RULES = Path(__file__).resolve().parent.parent / "rules"
DEFAULTS = "celery/app/defaults.py"
INDEX_MARK = "Available versions:"

_HARMLESS = frozenset({"__future__", "collections", "datetime", "sys"})
"""What a table may really import; anything else gets a stand-in."""

_LEGACY_BUILD = "setuptools<58\nwheel<0.38\n"
"""What the source archives of Celery up to 3.1.11 need: 2to3, and leave to ask for `pytz>dev`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One setting as a release's own table has it."""

    declared: str
    default: str
    old: str | None


class _StandIn(ModuleType):
    """A module whose every function returns what it is given, be it a value or a function."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands in for anything
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "memoize":
            return lambda **_: lambda function: function
        if name in {"items", "keys", "values"}:
            return lambda mapping: getattr(mapping, name)()
        return lambda value: value


def read_table(source: str) -> dict[str, Listed]:
    """Return the settings of a `defaults.py`, under the names that the release prefers."""
    space: dict[str, Any] = {
        "__builtins__": {**vars(builtins), "__import__": _import},
        "__name__": "celery.app.defaults",
    }
    python_3 = source.replace(".iteritems()", ".items()")
    exec(compile(python_3, DEFAULTS, "exec", dont_inherit=True), space)  # noqa: S102 - see above
    old = space.get("_TO_OLD_KEY", {})
    return {
        name: Listed(_type_name(option.type), repr(option.default), old.get(name))
        for name, option in space["flatten"](space["NAMESPACES"])
    }


def _import(name: str, *context: Any) -> ModuleType:  # noqa: ANN401 - as `__import__`
    if name.partition(".")[0] in _HARMLESS:
        return __import__(name, *context)
    return _StandIn(name)


def _type_name(declared: str | type) -> str:
    return declared if isinstance(declared, str) else declared.__name__


def differences(
    catalogue: Catalogue, release: Release, table: Mapping[str, Listed]
) -> Iterator[str]:
    """Yield one line for each fact in which the catalogue and a release's table differ."""
    expected = expected_table(catalogue, release)
    for name in sorted(table.keys() - expected.keys()):
        yield f"{name}: in Celery's table, not in the catalogue"
    for name in sorted(expected.keys() - table.keys()):
        yield f"{name}: in the catalogue, not in Celery's table"
    for name in sorted(table.keys() & expected.keys()):
        yield from _differences_of(name, expected[name], table[name])


def _differences_of(name: str, ours: Listed | None, theirs: Listed) -> Iterator[str]:
    if ours is None:
        return
    facts = (
        ("type", ours.declared, theirs.declared),
        ("default", ours.default, theirs.default),
        ("old name", ours.old, theirs.old),
    )
    for fact, our, their in facts:
        if our != their:
            yield f"{name}: the {fact} is {their} in Celery, {our} in the catalogue"


def expected_table(catalogue: Catalogue, release: Release) -> dict[str, Listed | None]:
    """Return the table that the catalogue says a release has; None: only the name is known."""
    settings = catalogue.settings.values()
    if release >= (4,):
        return {
            setting.name: Listed(
                str(setting.declared_at(release)),
                str(setting.default_at(release)),
                next((o.name for o in setting.old if o.honoured_at(release)), None),
            )
            for setting in settings
            if setting.listed_at(release)
        }
    table: dict[str, Listed | None] = {
        removed.name: None
        for removed in catalogue.removed.values()
        if removed.in_table and any(span.holds(release) for span in removed.honoured)
    }
    for setting in settings:
        for old in setting.old:
            if old.honoured_at(release) and old.listed <= release:
                declared, default = setting.declared_at(release), setting.default_at(release)
                table[old.name] = Listed(str(declared), str(default), None)
    return table


def requirement_difference(catalogue: Catalogue, release: Release, metadata: str) -> Iterator[str]:
    """Yield a line when the wheel asks for other versions of kombu than the catalogue says."""
    lines = re.findall(r"^Requires-Dist: (kombu\b.*)$", metadata, re.MULTILINE)
    asked = [found for found in map(Requirement, lines) if "extra" not in str(found.marker)]
    ours = SpecifierSet(catalogue.kombu_at(release))
    yield from (
        f"kombu: {found.specifier} in Celery, {ours} in the catalogue"
        for found in asked
        if found.specifier != ours
    )


def read_member(archive: Path, ending: str) -> str:
    """Return the text of the archive's one file whose path ends so, empty when there is none."""
    if archive.suffix == ".whl":
        with ZipFile(archive) as wheel:
            names = [name for name in wheel.namelist() if f"/{name}".endswith(f"/{ending}")]
            return wheel.read(names[0]).decode() if names else ""
    with tarfile.open(archive) as bundle:
        for member in bundle:
            content = bundle.extractfile(member) if member.name.endswith(f"/{ending}") else None
            if content is not None:
                return content.read().decode()
    return ""


def find_archive(release: str, cache: Path) -> Path | None:
    """Return the archive of a release in the folder, downloaded if need be; None: pip fails."""
    found = _archive(release, cache)
    if found is None:
        _pip("download", "--no-deps", "--dest", str(cache), f"celery=={release}", cache=cache)
        found = _archive(release, cache)
    return found


def _archive(release: str, cache: Path) -> Path | None:
    patterns = (f"celery-{release}-*.whl", f"celery-{release}.tar.gz")
    return next((path for pattern in patterns for path in sorted(cache.glob(pattern))), None)


def _pip(*arguments: str, cache: Path) -> str:
    constraints = cache / "constraints.txt"
    constraints.write_text(_LEGACY_BUILD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments, "--ignore-requires-python"],
        env={**os.environ, "PIP_CONSTRAINT": str(constraints)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def unknown_releases(catalogue: Catalogue, index: str) -> list[str]:
    """Return the final releases that pip's index lists beyond the newest we know, oldest first."""
    _, _, listed = index.partition(INDEX_MARK)
    versions = {text.strip() for text in listed.partition("\n")[0].split(",") if text.strip()}
    newer = [text for text in versions if parse_release(text) > catalogue.newest]
    return sorted((text for text in newer if not Version(text).is_prerelease), key=Version)


def check(catalogue: Catalogue, release: str, cache: Path) -> list[str]:
    """Return what differs between the catalogue and one release, a line each."""
    archive = find_archive(release, cache)
    if archive is None:
        return ["pip finds no archive of this release"]
    number = parse_release(release)
    table = read_table(read_member(archive, DEFAULTS))
    metadata = read_member(archive, ".dist-info/METADATA")
    return [
        *differences(catalogue, number, table),
        *requirement_difference(catalogue, number, metadata),
    ]


@click.command()
@click.option("--release", "releases", multiple=True, help="Check this release; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Check every release of the catalogue.")
@click.option("--cache", type=click.Path(path_type=Path), help="Keep the archives in this folder.")
def main(releases: tuple[str, ...], *, everything: bool, cache: Path | None) -> None:
    """Compare rules/settings with Celery: the newest release unless told otherwise."""
    catalogue = load_catalogue(RULES)
    known = [release_text(release) for release in catalogue.releases]
    chosen = known if everything else list(releases) or known[-1:]
    with tempfile.TemporaryDirectory() as folder:
        place = cache or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        index = _pip("index", "versions", "celery", cache=place)
        new = unknown_releases(catalogue, index)
        lines = [
            f"celery {release}: {line}"
            for release in [*chosen, *new]
            for line in check(catalogue, release, place)
        ]
    if INDEX_MARK not in index:
        lines.append("pip does not tell which releases of Celery there are")
    lines += [
        f"celery {release}: rules/releases.toml does not know this release" for release in new
    ]
    for line in lines:
        click.echo(line)
    click.echo(f"{len(chosen) + len(new)} releases checked, {len(lines)} differences")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
