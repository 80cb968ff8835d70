"""Measure what one small run costs, beside what its parts cost on their own.

    .venvs/dev/bin/python benchmarks/startup.py [--runs 15]

Every command is run in turn, so that a machine that slows down slows all of them; the figures are
medians of CPU time (user and system) of whole processes, as the operating system accounts for them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONFIGURATION = """\
BROKER_URL = "redis://localhost:6379/0"
CELERY_RESULT_BACKEND = BROKER_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERYD_CONCURRENCY = 4
CELERY_ACKS_LATE = True
CELERYBEAT_SCHEDULE = {"close-day": {"task": "orders.close_day", "schedule": 3600}}
"""

CHECK = (sys.executable, "-m", "celerylint", "check")
# What is measured, what it is compared with, and how many times as much it may cost.
PAIRS = (
    ("one small configuration file", "cold", "imports", 1.4),
    ("the same, from the cache", "warm", "python", 6.0),
    ("a file without Celery", "plain", "python", 6.0),
)


def main() -> None:
    """Print a table of the budgets and what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        costs = measured(commands(Path(folder)), runs)
    print("| work | CPU, s | compared with | CPU, s | ratio | budget |")
    print("|---|---|---|---|---|---|")
    for work, name, other, budget in PAIRS:
        ratio = costs[name] / costs[other]
        cells = (work, f"{costs[name]:.3f}", other, f"{costs[other]:.3f}", f"{ratio:.2f}", budget)
        print(f"| {' | '.join(map(str, cells))} |")


def commands(folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the commands by name; make the projects that they look at."""
    for name, text in (("configuration", CONFIGURATION), ("plain", "currency = 'NOK'\n")):
        project = folder / name
        project.mkdir()
        (project / "requirements.txt").write_text("celery>=5.2\n")
        file = "celeryconfig.py" if name == "configuration" else "shop.py"
        (project / file).write_text(text)
    return {
        "cold": (*CHECK, "--no-cache", str(folder / "configuration")),
        "warm": (*CHECK, str(folder / "configuration")),
        "imports": (sys.executable, "-c", "import libcst, click"),
        "plain": (*CHECK, str(folder / "plain")),
        "python": (sys.executable, "-c", "pass"),
    }


def measured(commands: Mapping[str, Sequence[str]], runs: int) -> Mapping[str, float]:
    """Return the median CPU time of each command in seconds, after one run that does not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            seconds = cpu_seconds(command)
            if turn:
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def cpu_seconds(command: Sequence[str]) -> float:
    """Return the user and system time of one run of a command, in seconds."""
    # Whoever runs it a second time runs what Python has compiled.
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=variables, **quiet) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
