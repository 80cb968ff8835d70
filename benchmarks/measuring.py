"""What commands cost: CPU time and memory of whole processes, run in turn, or instructions."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """User and system time of one run in seconds, and the most memory a process of it took, MiB."""

    seconds: float
    memory: float


def _nothing() -> None:
    pass


class Work(NamedTuple):
    """A command to be measured, and what is done before each run without being measured."""

    command: Sequence[str]
    prepare: Callable[[], object] = _nothing


def measured(works: Mapping[str, Work], runs: int) -> Mapping[str, Cost]:
    """Return the medians of what works cost, after one run of each that does not count.

    They are run in turn, so that a machine that slows down slows all of them.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for turn in range(runs + 1):
        for name, work in works.items():
            work.prepare()
            each = cost(work.command)
            if turn:
                costs[name].append(each)
    return {name: _median(each) for name, each in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


def cost(command: Sequence[str]) -> Cost:
    """Return what one run of a command cost, and the processes that it waited for."""
    # Whoever runs it a second time runs what Python has compiled.
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=variables, stdout=quiet, stderr=quiet) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:  # linters return 1 where they find something
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def instructions(command: Sequence[str]) -> int:
    """Return how many instructions a command takes, which no other program on the machine changes.

    It takes fifty times as long as the command. Raise OSError where Valgrind is not installed.
    """
    counter = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    # What Python does with sets of texts would differ from run to run.
    variables = {**os.environ, "PYTHONHASHSEED": "0"}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run((*counter, *command), env=variables, capture_output=True, check=False)
    found = re.search(rb"Collected : (\d+)", run.stderr)
    if found is None:
        raise OSError(run.stderr.decode("utf-8", "replace"))
    return int(found[1])
