"""Fix whole projects and look that nothing else happens to them.

Development use, from the root of the checkout, on projects that lie in folders of their own, which
are copied and stay as they are:

    nice .venvs/dev/bin/python -m scripts.harmless ~/projects/*

Each copy is fixed with the options given after `--`, by default with all fixes of an upgrade from
3.1. Harm is a traceback or an exit code of 2, a file that is changed though the diff does not say
so, bytes that `patch` does not make of the diff, a Python file that compiles no longer, a change by
a second run, and anything left over.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

UPGRADE = ("--upgrading-from", "3.1", "--target-version", "5.6", "--unsafe-fixes")
_FAILED = 2


def main() -> int:
    """Print what each project came to; return 1 where one came to harm, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", type=Path, nargs="+", help="the folder of a project")
    parser.add_argument("--options", default=" ".join(UPGRADE), help="options of check")
    given = parser.parse_args()
    files = changed = 0
    harmed: list[str] = []
    for path in given.paths:
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder) / path.name
            shutil.copytree(path, here, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            before = contents(here)
            harm = tuple(harms(here, before, given.options.split()))
            now = contents(here)
        edited = sum(before.get(name) != now[name] for name in now)
        files += sum(name.endswith(".py") for name in before)
        changed += edited
        harmed += [str(path)] if harm else []
        print(f"{path}: {edited} files changed", *harm, sep="\n    ", flush=True)
    print(f"{len(given.paths)} projects, {files} Python files, {changed} changed")
    print("harmed:", *(harmed or ["none"]))
    return 1 if harmed else 0


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, without the cache."""
    paths = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    inside = {p.relative_to(folder).as_posix(): p for p in paths}
    return {n: p.read_bytes() for n, p in inside.items() if ".celerylint_cache" not in p.parts}


def harms(folder: Path, before: Mapping[str, bytes], options: Sequence[str]) -> Iterator[str]:
    """Fix a project and yield what came to harm."""
    diff = run(folder, "--diff", *options)
    if contents(folder) != before:
        yield "--diff writes"
    fixed = run(folder, "--fix", "--exit-zero", *options)
    for each in (diff, fixed):
        if each.returncode >= _FAILED or b"Traceback" in each.stderr + each.stdout:
            yield f"exit code {each.returncode}: {each.stderr.decode(errors='replace')}"
    after = contents(folder)
    yield from _beside(before, after, diff.stdout, masked=b"hides a secret" in diff.stderr)
    for name, raw in after.items():
        if raw != before.get(name) and compiles(before.get(name, b"")) and not compiles(raw):
            yield f"{name} compiles no longer"
    run(folder, "--fix", *options)
    if contents(folder) != after:
        yield "a second run changes something"


def _beside(
    before: Mapping[str, bytes], after: Mapping[str, bytes], diff: bytes, *, masked: bool
) -> Iterator[str]:
    """Yield the differences between what was written and what the diff makes of the files."""
    if before.keys() != after.keys():
        yield f"files came or went: {sorted(before.keys() ^ after.keys())}"
    if masked:
        named = {name for name in before if f"+++ b/{name}\n".encode() in diff}
        wrong = sorted(n for n in before if before[n] != after.get(n) and n not in named)
    else:
        patched = patch(before, diff)
        wrong = sorted(name for name in patched if patched[name] != after.get(name))
    if wrong:
        yield f"the diff says something else: {wrong}"


def patch(before: Mapping[str, bytes], diff: bytes) -> dict[str, bytes]:
    """Return the files as `patch` changes them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in before.items():
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
        command = ["patch", "--strip=1", "--binary", "--silent", "--no-backup-if-mismatch"]
        subprocess.run(command, input=diff, cwd=folder, check=False)
        return contents(Path(folder))


def compiles(raw: bytes) -> bool:
    """Return whether this Python can compile a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(raw, "file", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            return False
    return True


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Return how a check of a project ended."""
    command = [sys.executable, "-m", "celerylint", "check", ".", "--isolated", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
