"""Measure celerylint beside other tools, on small files and on large projects.

    .venvs/dev/bin/python -m benchmarks.run [--runs 9] [--files 500 5000 20000] [--instructions]

Other tools are found on the PATH, and left out where they are not there.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks import growing, shop
from benchmarks.measuring import Cost, Work, cost, instructions, measured

_CONFIGURATION = """\
BROKER_URL = "redis://localhost:6379/0"
CELERY_RESULT_BACKEND = BROKER_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERYD_CONCURRENCY = 4
CELERY_ACKS_LATE = True
CELERYBEAT_SCHEDULE = {"close-day": {"task": "orders.close_day", "schedule": 3600}}
"""
_BUDGETED = 5000
"""How many files the budgets are for."""

_FEWEST = 3
"""How many runs there are of a project that takes long."""

_PLAIN = "currency = 'NOK'\n"
_RULES = (
    "from celerylint.rulebook.book import Rulebook, rules_folder; Rulebook(rules_folder()).rules"
)
_CELERYLINT = (sys.executable, "-m", "celerylint")
_CHECK = (*_CELERYLINT, "check")
_RUFF = ("check", "--select", "F401", "--no-cache", "--isolated", "--quiet")


class Row(NamedTuple):
    """One line of the table: a figure, what it is to be compared with, and how much it may be.

    Where there is no `other`, the figure itself counts.
    """

    work: str
    figure: float
    unit: str
    against: str = ""
    other: float = 1
    budget: float | None = None
    moonshot: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the cells of the line."""
        ratio = self.figure / self.other
        compared = f"{ratio:.2f} x {self.against}" if self.against else ""
        limits = (f"{_said(limit)}{_mark(ratio, limit)}" for limit in (self.budget, self.moonshot))
        return (self.work, f"{self.figure:.0f} {self.unit}", compared, *limits)


def _said(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _mark(ratio: float, limit: float | None) -> str:
    if limit is None:
        return ""
    return ", met" if ratio <= limit else ", missed"


def main() -> None:
    """Print a table of what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="of a project; small files take more")
    parser.add_argument("--files", type=int, nargs="*", default=[500, 5000, 20000])
    parser.add_argument("--instructions", action="store_true", help="count those of small files")
    asked = parser.parse_args()
    if asked.instructions:
        _count()
        return
    rows = [*_small(asked.runs * 5), *_large(asked.files, asked.runs), *_growing()]
    print("| work | cost | compared | budget | moonshot |")
    print("|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row.cells)} |")
    print(f"\n{_machine()}")


# --- start-up and small files ------------------------------------------------------------------


def _small(runs: int) -> Iterator[Row]:
    """Yield what a run over one file costs, and the parts of it."""
    with tempfile.TemporaryDirectory() as folder:
        costs = measured(_small_works(Path(folder)), runs)
    python, imports = costs["`python -c pass`"], costs['`python -c "import libcst, click"`']
    limits: Mapping[str, tuple[str, Cost, float, float]] = {
        "one small configuration, cold": ("the imports", imports, 1.4, 1),
        "one small configuration, warm": ("python", python, 6, 4),
        "a file without Celery": ("python", python, 6, 4),
    }
    for name, each in costs.items():
        against, other, *both = limits.get(name, ("python", python))
        yield Row(name, each.seconds * 1e3, "ms", against, other.seconds * 1e3, *both)


def _small_works(folder: Path) -> Mapping[str, Work]:
    """Return what is measured, by name; make the projects that it looks at."""
    plain = _written(folder / "plain", "shop.py", _PLAIN)
    cold = _written(folder / "cold", "celeryconfig.py", _CONFIGURATION)
    warm = _written(folder / "warm", "celeryconfig.py", _CONFIGURATION)
    upgraded = _written(folder / "upgraded", "celeryconfig.py", _CONFIGURATION)

    def restore() -> None:
        upgraded.write_text(_CONFIGURATION, "utf-8")

    return {
        "`python -c pass`": Work((sys.executable, "-c", "pass")),
        '`python -c "import click"`': Work((sys.executable, "-c", "import click")),
        '`python -c "import libcst, click"`': Work((sys.executable, "-c", "import libcst, click")),
        "`celerylint --version`": Work((*_CELERYLINT, "--version")),
        "`celerylint check --help`": Work((*_CHECK, "--help")),
        "a file without Celery": Work((*_CHECK, str(plain))),
        "one small configuration, cold": Work((*_CHECK, str(cold)), lambda: _forget(cold.parent)),
        "one small configuration, warm": Work((*_CHECK, str(warm))),
        "reading all rules": Work((sys.executable, "-c", _RULES)),
        **_tool("ruff", (*_RUFF, str(cold)), "ruff on the small configuration"),
        **_tool("rg", ("-i", "celery", str(cold)), "ripgrep on the small configuration"),
        **_tool("fixit", ("lint", str(cold)), "fixit on the small configuration"),
        **_tool(
            "celery",
            ("upgrade", "settings", "--no-backup", str(upgraded)),
            "`celery upgrade settings` on the small configuration",
            restore,
        ),
    }


def _written(project: Path, name: str, text: str) -> Path:
    """Return a file of a new project that asks for Celery."""
    project.mkdir()
    (project / "requirements.txt").write_text("celery>=5.2\n", "utf-8")
    (project / name).write_text(text, "utf-8")
    return project / name


def _tool(
    name: str, arguments: Sequence[str], work: str, prepare: Callable[[], object] | None = None
) -> Mapping[str, Work]:
    """Return how another tool is measured; nothing where it is not installed."""
    beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    program = shutil.which(name, path=beside)
    if program is None:
        print(f"{name} is not installed, and left out", file=sys.stderr)
        return {}
    command = (program, *arguments)
    return {work: Work(command, prepare) if prepare else Work(command)}


def _count() -> None:
    """Print how many instructions small works take; those that write are made once before."""
    with tempfile.TemporaryDirectory() as folder:
        print("| work | million instructions |")
        print("|---|---|")
        for name, work in _small_works(Path(folder)).items():
            work.prepare()
            cost(work.command)
            work.prepare()
            print(f"| {name} | {instructions(work.command) / 1e6:.0f} |", flush=True)


# --- large projects ----------------------------------------------------------------------------


def _large(sizes: Sequence[int], runs: int) -> Iterator[Row]:
    """Yield what runs over projects of so many files cost, and how it grows."""
    costs: dict[int, Mapping[str, Cost]] = {}
    for files in sizes:
        with tempfile.TemporaryDirectory() as folder:
            shop.write(Path(folder), files)
            turns = max(_FEWEST, runs * _BUDGETED // max(files, _BUDGETED))
            costs[files] = measured(_large_works(Path(folder)), turns)
        yield from _project(files, costs[files])
    for few, many in pairwise(sizes):
        for work in ("cold", "warm"):
            less, more = (costs[files][work].seconds * 1e3 for files in (few, many))
            name = f"{few:,} to {many:,} files: {work}"
            yield Row(name, more, "ms", "the smaller one", less, 1.1 * many / few)


def _project(files: int, costs: Mapping[str, Cost]) -> Iterator[Row]:
    """Yield the lines of one project; the budgets are for 5,000 files."""
    limits: Mapping[str, tuple[float, float]] = {
        "cold": (1.5, 1),
        "warm": (0.4, 0.15),
        "one changed file": (0.4, 0.15),
        "one unrelated file": (0.4, 0.1),
    }
    memory: tuple[float, ...] = (150, 80)
    if files != _BUDGETED:
        limits, memory = {}, ()
    ruff = costs.get("ruff")
    for work, each in costs.items():
        compared = ("ruff", ruff.seconds * 1e3) if ruff else ("", 1)
        both: tuple[float, ...] = limits.get(work, ()) if ruff else ()
        yield Row(f"{files:,} files: {work}", each.seconds * 1e3, "ms", *compared, *both)
    for work in ("cold", "warm"):
        yield Row(f"{files:,} files: {work}", costs[work].memory, "MiB", "", 1, *memory)


def _large_works(root: Path) -> Mapping[str, Work]:
    """Return what is measured on a project, by name; the cache is filled when it is warm."""
    changed, unrelated = (next(root.glob(f"shop/*/{name}.py")) for name in ("tasks", "admin"))

    def change(file: Path) -> None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write("# One more line.\n")

    return {
        **_tool("ruff", (*_RUFF, str(root)), "ruff"),
        "cold": Work((*_CHECK, str(root)), lambda: _forget(root)),
        "warm": Work((*_CHECK, str(root))),
        "one changed file": Work((*_CHECK, str(changed)), lambda: change(changed)),
        "one unrelated file": Work((*_CHECK, str(unrelated)), lambda: change(unrelated)),
        "without a cache": Work((*_CHECK, "--no-cache", str(root))),
        **_tool("rg", ("-il", "celery", str(root)), "ripgrep for celery"),
    }


# --- what grows --------------------------------------------------------------------------------


def _growing() -> Iterator[Row]:
    """Yield what projects cost that have ever more of one thing, each four times the last."""
    for what, (_, counts) in growing.GROWING.items():
        costs = [_grown(what, count) for count in counts]
        for count, seconds in zip(counts, costs, strict=True):
            yield Row(f"{count:,} {what}", seconds * 1e3, "ms")
        (less, few), (more, many) = list(zip(counts, costs, strict=True))[-2:]
        name = f"{less:,} to {more:,} {what}"
        yield Row(name, many * 1e3, "ms", "the smaller one", few * 1e3, 1.1 * more / less)


def _grown(what: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        growing.write(Path(folder), what, count)
        works = {what: Work((*_CHECK, "--no-cache", "--unsafe-fixes", "--diff", folder))}
        return measured(works, _FEWEST)[what].seconds


def _forget(root: Path) -> None:
    """Take the cache of a project away."""
    shutil.rmtree(root / ".celerylint_cache", ignore_errors=True)


def _machine() -> str:
    """Return what all of this ran on."""
    processors = Path("/proc/cpuinfo")
    lines = processors.read_text("utf-8").splitlines() if processors.exists() else []
    name = next((line.partition(": ")[2] for line in lines if "model name" in line), "")
    packages = ", ".join(f"{each} {version(each)}" for each in ("libcst", "click", "ruff"))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{os.cpu_count()} processors ({name or platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, {packages}; load at the end {load}."
    )


if __name__ == "__main__":
    main()
