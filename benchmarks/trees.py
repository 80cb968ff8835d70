"""Measure runs over a large project, cold and warm, beside ruff.

    .venvs/dev/bin/python benchmarks/trees.py [--files 5000] [--celery 50] [--runs 5]

The project is generated: packages of plain modules, of which one in so many has tasks of one app.
Figures are as those of `startup.py`; the memory is the most that a run took, in MiB.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PLAIN = '''\
"""Prices of part {number}."""

import datetime
import decimal


class Price{number}:
    """What something costs."""

    currency = "NOK"

    def __init__(self, amount: decimal.Decimal, day: datetime.date) -> None:
        self.amount = amount
        self.day = day

    def taxed(self, rate: decimal.Decimal = decimal.Decimal("0.25")) -> decimal.Decimal:
        if self.day.year < 2000:
            return self.amount
        return self.amount * (1 + rate)


def total_{number}(prices):
    result = decimal.Decimal(0)
    for price in prices:
        try:
            result += price.taxed()
        except decimal.InvalidOperation as error:
            print("part {number}", error, file=None)
    return result
'''
_TASKS = """\

from shop.celery import app


@app.task(bind=True, max_retries=3, acks_late=True)
def settle_{number}(self, day, retries=0):
    try:
        return total_{number}([Price{number}(decimal.Decimal(day), datetime.date.today())])
    except OSError as error:
        raise self.retry(exc=error, countdown=60)
"""
_APP = """\
import os

from celery import Celery

app = Celery("shop")
app.config_from_object("shop.celeryconfig")
app.autodiscover_tasks()
"""
_CONFIGURATION = """\
broker_url = "redis://localhost:6379/0"
result_backend = broker_url
task_serializer = "json"
accept_content = ["json"]
result_expires = 3600
beat_schedule = {"close": {"task": "shop.part3.settle_3", "schedule": 3600.0}}
"""
_RUFF = ("check", "--select", "F401", "--no-cache", "--isolated", "--quiet")


class Cost(NamedTuple):
    """What one run of a command cost: user and system time in seconds, and memory in MiB."""

    seconds: float
    memory: float


def main() -> None:
    """Print a table of what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--celery", type=int, default=50)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), asked.files, asked.celery)
        costs = measured(Path(folder), asked.runs)
    print("| work | CPU, s | of ruff's | memory, MiB |")
    print("|---|---|---|---|")
    for work, cost in costs.items():
        ratio = cost.seconds / costs["ruff"].seconds
        print(f"| {work} | {cost.seconds:.3f} | {ratio:.2f} | {cost.memory:.0f} |")


def generate(root: Path, files: int, celery: int) -> None:
    """Write a project of so many files, so many of them with tasks."""
    every = files // celery
    (root / "requirements.txt").write_text("celery==5.6.3\n", "utf-8")
    for number in range(files):
        package = root / "shop" / f"part{number // 50}"
        package.mkdir(parents=True, exist_ok=True)
        text = _PLAIN * 3 + _TASKS if number % every == 0 else _PLAIN * 3
        (package / f"prices{number}.py").write_text(text.replace("{number}", str(number)), "utf-8")
    (root / "shop/celery.py").write_text(_APP, "utf-8")
    (root / "shop/celeryconfig.py").write_text(_CONFIGURATION, "utf-8")


def measured(root: Path, runs: int) -> Mapping[str, Cost]:
    """Return the medians of each kind of run, after one that does not count."""
    check = (sys.executable, "-m", "celerylint", "check", str(root))
    one = (*check[:-1], str(root / "shop/part0/prices0.py"))
    ruff = (sys.executable, "-m", "ruff", *_RUFF, str(root))
    kinds: Mapping[str, tuple[Sequence[str], Callable[[Path], None]]] = {
        "without a cache": ((*check, "--no-cache"), unchanged),
        "cold, writing the cache": (check, forgotten),
        "warm": (check, unchanged),
        "one changed file": (one, changed),
        "ruff": (ruff, unchanged),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in kinds}
    for _ in range(runs + 1):
        for name, (command, prepare) in kinds.items():
            prepare(root)
            costs[name].append(cost(command))
    return {
        name: Cost(*map(statistics.median, zip(*each[1:], strict=True)))
        for name, each in costs.items()
    }


def unchanged(_: Path) -> None:
    """Leave the project as it is."""


def forgotten(root: Path) -> None:
    """Delete the entries of the cache."""
    for entry in root.glob(".celerylint_cache/*/*"):
        entry.unlink()


def changed(root: Path) -> None:
    """Change one file that has to do with Celery."""
    with (root / "shop/part0/prices0.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def cost(command: Sequence[str]) -> Cost:
    """Return what one run of a command cost."""
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=variables, **quiet) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
