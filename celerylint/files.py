"""Which files a project has, which of them the user named, and what they hold."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from celerylint.masking import mask
from celerylint.options import UsageError

ROOT_MARKS = (
    ".git",
    ".hg",
    "pyproject.toml",
    "celerylint.toml",
    "setup.py",
    "setup.cfg",
    "manage.py",
    "requirements.txt",
)

# The folders that ruff leaves out by default, and our own cache.
_SKIPPED = frozenset(
    (
        ".bzr",
        ".celerylint_cache",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "buck-out",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    )
)

_MANIFESTS = frozenset(
    (
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "Pipfile",
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "environment.yml",
        "environment.yaml",
    )
)
_REQUIREMENTS = ("*requirements*.txt", "*requirements*.in", "constraints*.txt")


_LAUNCHER = re.compile(
    r"(?:Dockerfile|Procfile|\.env)[\w.-]*|[\w.-]*\.(?:ini|cfg|toml|ya?ml|env|sh|conf|service)"
)


class Asked(NamedTuple):
    """What the user named in one project; `paths` is None for the whole of it."""

    root: Path
    paths: tuple[Path, ...] | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one project, relative to its root, with forward slashes and sorted.

    `files` are the Python files, `manifests` those that may name dependencies, `launchers` those
    that start programs or configure them. `given` are the
    files the user named, None for all. `overlay` holds contents that count instead of the disk's.
    `unlisted` are the folders that could not be listed.
    """

    root: Path
    files: tuple[str, ...]
    given: frozenset[str] | None = None
    overlay: Mapping[str, bytes] = field(default_factory=dict)
    manifests: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()

    def has(self, file: Path) -> bool:
        """Return whether a file is one of those that a run may read."""
        known = {*self.files, *self.manifests, *self.launchers}
        return file.is_relative_to(self.root) and file.relative_to(self.root).as_posix() in known

    def read(self, path: str) -> bytes:
        """Return the content of a file, the overlay's first; raise OSError as reading does."""
        if path in self.overlay:
            return self.overlay[path]
        place = os.path.join(self.root, path)  # noqa: PTH118 - pathlib costs five times as much here
        if not stat.S_ISREG(os.stat(place).st_mode):  # noqa: PTH116 - as above
            raise OSError(errno.EINVAL, "it is no regular file", path)
        with open(place, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read()

    def overlaid(self, changes: Mapping[str, bytes]) -> Tree:
        """Return the same tree with other contents, which may be those of new files."""
        files = tuple(sorted({*self.files, *changes}))
        return replace(self, files=files, overlay={**self.overlay, **changes})

    def candidates(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """Return the files that may have to do with Celery.

        These are the ones that say "celery" in their name or text, in any case, that hold one of
        the identifiers as a whole word, or that cannot be read.
        """
        words = _by_beginning(name.encode() for name in identifiers)
        return tuple(path for path in self.files if self._concerns(path, words))

    def _concerns(self, path: str, words: Mapping[bytes, Sequence[bytes]]) -> bool:
        if "celery" in path.rpartition("/")[2].lower():
            return True
        try:
            raw = self.read(path)
        except OSError:
            return True
        lowered = raw.lower()
        if b"celery" in lowered:
            return True
        begun = (names for beginning, names in words.items() if beginning in lowered)
        return any(_is_word(name, raw) for names in begun for name in names if name in raw)


def _by_beginning(names: Iterable[bytes]) -> Mapping[bytes, Sequence[bytes]]:
    """Return the names by what those with the same first word begin with, in lower case.

    Few and long beginnings are quick to look for; names that say "celery" are found without.
    """
    groups: dict[bytes, list[bytes]] = {}
    for name in sorted(names):
        first, underscore, _ = name.lower().partition(b"_")
        if b"celery" not in name.lower():
            groups.setdefault(first + underscore, []).append(name)
    return {
        group[0].lower() if len(group) == 1 else beginning: group
        for beginning, group in groups.items()
    }


def _is_word(name: bytes, raw: bytes) -> bool:
    """Return whether the name stands somewhere in the text without being part of another."""
    return re.search(rb"(?<![A-Za-z0-9_])%b(?![A-Za-z0-9_])" % name, raw) is not None


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return the test of a relative path against patterns as in `.gitignore`.

    Raise UsageError for a pattern that cannot be used.
    """
    if not patterns:
        return lambda _: False
    import pathspec  # noqa: PLC0415 - most projects exclude nothing

    try:
        return pathspec.GitIgnoreSpec.from_lines(patterns).match_file
    except ValueError as error:
        message = f"The pattern cannot be used: {error}"
        raise UsageError(message) from error


def project_root(path: Path) -> Path:
    """Return the nearest folder at or above `path` that looks like a project's root.

    Where none does, it is the folder itself, or the folder of the file.
    """
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in ROOT_MARKS):
            return folder
    return start


def asked(paths: Sequence[Path]) -> tuple[Asked, ...]:
    """Return the paths by project root, sorted, without those that lie within others.

    Raise UsageError for a path that does not exist or cannot be read.
    """
    resolved = sorted({_checked(path) for path in paths})
    outermost = [path for path in resolved if not any(o in path.parents for o in resolved)]
    groups: dict[Path, list[Path]] = {}
    for path in outermost:
        groups.setdefault(project_root(path), []).append(path)
    return tuple(
        Asked(root, None if root in named else tuple(named))
        for root, named in sorted(groups.items())
    )


def _checked(path: Path) -> Path:
    try:
        # The folder is resolved but not the file: a link counts as the file that it is called.
        folder = path.is_dir()
        resolved = path.resolve() if folder else path.parent.resolve() / path.name
        if folder:
            os.scandir(resolved).close()
        elif stat.S_ISREG(resolved.stat().st_mode):
            resolved.open("rb").close()
        else:
            # What is read only once, such as a pipe, could not be looked into for Celery first.
            message = f"{shown(path)} is no regular file; pass - to read stdin"
            raise UsageError(message)
    except FileNotFoundError as error:
        message = f"{shown(path)} does not exist"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{shown(path)} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    return resolved


def shown(path: Path) -> str:
    """Return a path as a message may show it.

    A URL that is given by mistake has lost a slash as a path, and its password is masked.
    """
    url = str(path).replace(":/", "://")
    masked = mask(url)
    return str(path) if masked == url else masked


def tree(asked: Asked, exclude: Sequence[str] = (), *, force_exclude: bool = False) -> Tree:
    """Walk a project and return its tree.

    `exclude` are patterns as in `.gitignore`, relative to the root. A file that the user named is
    part of the tree whatever its name and the patterns, unless `force_exclude` says otherwise.
    """
    excluded = _Excluded(exclude)
    whole = _walk(asked.root, "", excluded)
    if asked.paths is None:
        return _grown(asked.root, whole, None)
    named: set[str] = set()
    for path in asked.paths:
        relative = path.relative_to(asked.root).as_posix()
        if force_exclude and excluded.leaves_out(relative):
            continue
        inner = _Walked([relative], links=[relative] * path.is_symlink())
        if path.is_dir():
            inner = _walk(asked.root, relative, excluded)
        named.update(inner.files)
        whole.links += inner.links
    return _grown(asked.root, whole, frozenset(named))


def piped(
    path: Path, raw: bytes, exclude: Sequence[str] = (), *, force_exclude: bool = False
) -> Tree:
    """Return the tree of the project that `path` lies in, with `raw` as the content of that file.

    The file counts as the one the user named; it need not exist.
    """
    absolute = path.parent.resolve() / path.name
    root = project_root(absolute)
    relative = absolute.relative_to(root).as_posix()
    whole = tree(Asked(root, None), exclude)
    if force_exclude and _Excluded(exclude).leaves_out(relative):
        return replace(whole, given=frozenset())
    return replace(whole.overlaid({relative: raw}), given=frozenset((relative,)))


def _grown(root: Path, walked: _Walked, named: frozenset[str] | None) -> Tree:
    paths = {*walked.files, *(named or ())}
    second = _second_names(root, paths, walked.links, named)
    return Tree(
        root,
        tuple(sorted(paths - second)),
        None if named is None else named - second,
        manifests=tuple(sorted(walked.manifests)),
        unlisted=tuple(sorted(walked.unlisted)),
        launchers=tuple(sorted(walked.launchers)),
    )


def _second_names(
    root: Path, files: set[str], links: Iterable[str], named: frozenset[str] | None
) -> set[str]:
    """Return the links whose file is among the files under another name, the first of several.

    A link that the user named stays where that other name was not.
    """
    second: set[str] = set()
    inside = files & set(links)
    real = os.path.realpath(root)
    names = {os.path.normpath(os.path.join(real, p)): p for p in files - inside} if inside else {}  # noqa: PTH118 - as in Tree.read
    for path in sorted(inside):
        name = names.setdefault(os.path.realpath(root / path), path)
        if name != path and (named is None or path not in named or name in named):
            second.add(path)
    return second


class _Excluded:
    """The patterns of what is left out, besides the folders that always are."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._match = matcher(patterns)

    def matches(self, relative: str) -> bool:
        """Return whether a pattern matches; a folder's path ends with a slash."""
        return self._match(relative)

    def leaves_out(self, relative: str) -> bool:
        """Return whether a walk from the root would not meet the path."""
        return not _SKIPPED.isdisjoint(relative.split("/")) or self.matches(relative)


@dataclass(slots=True)
class _Walked:
    """What a walk met."""

    files: list[str] = field(default_factory=list)
    manifests: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    launchers: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def _walk(root: Path, start: str, excluded: _Excluded) -> _Walked:
    """Walk the folder `start` of the root; linked folders are not entered, so it ends."""
    walked = _Walked()
    real_root = os.path.realpath(root)
    pending = [start]
    while pending:
        folder = pending.pop()
        prefix = f"{folder}/" if folder else ""
        for entry in _entries(root, folder, walked):
            relative = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and not excluded.matches(f"{relative}/"):
                    pending.append(relative)
            elif _is_ours(entry, real_root) and not excluded.matches(relative):
                _note(walked, relative, entry.name)
                if entry.is_symlink():
                    walked.links.append(relative)
    return walked


def _entries(root: Path, folder: str, walked: _Walked) -> list[os.DirEntry[str]]:
    """Return what is in a folder, nothing if that is a virtual environment."""
    try:
        with os.scandir(os.path.join(root, folder)) as listing:  # noqa: PTH118 - as in Tree.read
            entries = list(listing)
    except OSError:
        walked.unlisted.append(folder or ".")
        return []
    return [] if any(entry.name == "pyvenv.cfg" for entry in entries) else entries


def _is_ours(entry: os.DirEntry[str], real_root: str) -> bool:
    """Return whether this is a regular file whose content lies within the root."""
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    target = os.path.realpath(entry.path)
    return target.startswith(real_root + os.sep) and os.path.isfile(target)  # noqa: PTH113 - as in Tree.read


def _note(walked: _Walked, relative: str, name: str) -> None:
    if name.endswith((".py", ".pyw")):
        walked.files.append(relative)
    if name in _MANIFESTS or _is_requirements(relative, name):
        walked.manifests.append(relative)
    if _LAUNCHER.fullmatch(name):
        walked.launchers.append(relative)


def _is_requirements(relative: str, name: str) -> bool:
    if not name.endswith((".txt", ".in")):
        return False
    folder = relative.rpartition("/")[0].rpartition("/")[2]
    return "requirements" in (folder, name) or any(fnmatchcase(name, p) for p in _REQUIREMENTS)
