"""What git ignores in a project, by its `.gitignore` files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_MOST_ASTERISKS = 4


class _Spec(NamedTuple):
    """The patterns of one file, and the path of their folder below the repository."""

    folder: str
    check: Callable[[str], bool | None]


class Ignored:
    """Say whether git ignores a path of a project; nothing is read before somebody asks.

    Outside a repository nothing is ignored. The user's own excludes of all repositories do not
    count: the answer is to be the same on every machine.
    """

    def __init__(self, root: Path, named: Sequence[str] = ()) -> None:
        """Look from a project's root; `named` are the paths that the user named, which count."""
        self._root = root
        self._named = named
        self._answers: dict[str, bool] = {}
        self._specs: dict[str, tuple[_Spec, ...]] = {}
        self._repository: Path | None = None
        self._looked = False

    def __call__(self, path: str) -> bool:
        """Return whether a file, given by its path from the root, is ignored."""
        if not self._looked:
            self._looked = True
            self._repository = repository_of(self._root)
        if self._repository is None or path in self._named:
            return False
        below = self._root.relative_to(self._repository).as_posix()
        prefix = "" if below == "." else f"{below}/"
        # Git does not look into an ignored folder; who names one wants what is in it.
        inside = max((n for n in self._named if path.startswith(f"{n}/")), default="", key=len)
        if inside and self._is_ignored(f"{prefix}{inside}/"):
            return False
        return self._is_ignored(prefix + path)

    def _is_ignored(self, path: str) -> bool:
        """Return whether a path from the repository is ignored; a folder's ends with a slash."""
        if path not in self._answers:
            folder = path.rstrip("/").rpartition("/")[0]
            above = bool(folder) and self._is_ignored(f"{folder}/")
            self._answers[path] = above or self._matched(path, folder)
        return self._answers[path]

    def _matched(self, path: str, folder: str) -> bool:
        for spec in self._around(folder):
            found = spec.check(path[len(spec.folder) :])
            if found is not None:
                return found
        return False

    def _around(self, folder: str) -> tuple[_Spec, ...]:
        """Return the patterns that count in a folder of the repository, the nearest first."""
        if folder not in self._specs:
            self._specs[folder] = tuple(self._specs_of(folder))
        return self._specs[folder]

    def _specs_of(self, folder: str) -> Iterator[_Spec]:
        repository = self._repository or self._root
        prefix = f"{folder}/" if folder else ""
        yield from _specs(repository / folder / ".gitignore", prefix)
        if folder:
            yield from self._around(folder.rpartition("/")[0])
        else:
            yield from _specs(_common(repository) / "info" / "exclude", "")


def repository_of(root: Path) -> Path | None:
    """Return the repository that a folder lies in, None outside of one."""
    return next((f for f in (root, *root.parents) if (f / ".git").exists()), None)


def _common(repository: Path) -> Path:
    """Return the folder of the repository's own files, which a worktree has elsewhere."""
    git = repository / ".git"
    if git.is_dir():
        return git
    git = repository / _line(git).removeprefix("gitdir: ")
    return git / _line(git / "commondir")


def _specs(path: Path, folder: str) -> Iterator[_Spec]:
    lines = [line for line in _lines(path) if line.strip() and not line.startswith("#")]
    if lines:
        yield _Spec(folder, _checker(lines))


def _checker(lines: Sequence[str]) -> Callable[[str], bool | None]:
    import pathspec  # noqa: PLC0415 - most runs meet nothing that could be ignored

    spec = pathspec.GitIgnoreSpec.from_lines(filter(_is_pattern, lines))
    return lambda path: spec.check_file(path).include


def _is_pattern(line: str) -> bool:
    """Return whether a line is a pattern; git passes over others.

    So are those with more asterisks than anybody writes: each of them multiplies the time it takes
    to say that a path does not match.
    """
    import pathspec  # noqa: PLC0415 - as above

    if line.replace("**/", "*").replace("/**", "*").count("*") > _MOST_ASTERISKS:
        return False
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _line(path: Path) -> str:
    return next(iter(_lines(path)), "")


def _lines(path: Path) -> list[str]:
    try:
        return os.fsdecode(path.read_bytes()).splitlines() if path.is_file() else []
    except OSError:
        return []
