"""List what rules find in projects, one line for each finding, to be judged by a person.

Development use, from the root of the checkout, on projects that lie in folders of their own:

    .venvs/dev/bin/python -m scripts.hits --select CEL601,CEL7 ~/projects/* > hits.tsv

Standard output has columns with a tab between them: project, path and line, code, message. Standard
error has, for each rule, how many findings there are, in how many of the projects. A rule is on by
default when 95 of 100 findings are right, of at least 20 from at least 10 projects, or when
nothing can be wrong about it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Hit(NamedTuple):
    """One finding in a project."""

    project: str
    place: str
    code: str
    message: str


def main() -> int:
    """Print the findings and the rates; return 1 where a project could not be checked, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", type=Path, nargs="+", help="the folder of a project")
    parser.add_argument("--select", default="ALL", help="codes, or beginnings of codes")
    parser.add_argument("--target-version", default="5.6")
    parser.add_argument("--upgrading-from", help="for the hazards of an upgrade, CEL8")
    given = parser.parse_args()
    options = ["--select", given.select, "--target-version", given.target_version]
    if given.upgrading_from:
        options += ["--upgrading-from", given.upgrading_from]
    failed, found = 0, list[Hit]()
    for path in given.paths:
        reported = hits(path, options)
        if reported is None:
            print(f"{path} could not be checked", file=sys.stderr)
            failed = 1
        found += reported or ()
    for hit in found:
        print(*hit, sep="\t")
    for rate in rates(found, len(given.paths)):
        print(rate, file=sys.stderr)
    return failed


def hits(path: Path, options: Iterable[str]) -> tuple[Hit, ...] | None:
    """Return what the rules find in a project, None where the check ends without a report."""
    command = [sys.executable, "-m", "celerylint", "check", str(path), "--isolated"]
    run = subprocess.run(
        [*command, "--output-format", "json", *options], capture_output=True, text=True, check=False
    )
    if run.returncode > 1:
        return None
    return tuple(
        Hit(path.name, f"{found['path']}:{found['line']}", found["code"], found["message"])
        for found in json.loads(run.stdout)["findings"]
    )


def rates(found: Iterable[Hit], projects: int) -> Iterator[str]:
    """Yield, for each rule, how often it speaks and in how many of the projects."""
    by_code = defaultdict[str, list[Hit]](list)
    for hit in found:
        by_code[hit.code].append(hit)
    for code, of_code in sorted(by_code.items()):
        speaking = len({hit.project for hit in of_code})
        yield f"{code}\t{len(of_code)} findings in {speaking} of {projects} projects"


if __name__ == "__main__":
    sys.exit(main())
