"""Which files a project has, which of them the user named, and what they hold."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from celerylint.files import kinds
from celerylint.files.ignoring import Ignored
from celerylint.files.marks import ALL, Forgetful, Has, Kept, marks_of
from celerylint.files.roots import Asked, project_root
from celerylint.options.option_file import NAMES, configuration_of
from celerylint.options.table import CACHE, UsageError

# Why a path is left out.
EXCLUDED = "excluded"
FOREIGN = "a folder of tools"
NO_PYTHON = "no Python file"

JOURNAL = ".celerylint-journal"  # lies in the root while files are written

# The folders that ruff leaves out by default, and our own cache.
SKIPPED = frozenset(
    (
        ".bzr",
        CACHE,
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


def _never(_: str) -> bool:
    return False


class Tree(NamedTuple):
    """The files of one project, relative to its root, with forward slashes and sorted.

    `files` are the Python files, `manifests` those that may name dependencies, `launchers` those
    that start programs or configure them. `given` are the files the user named, None for all.
    `overlay` holds contents that count instead of the disk's. `links` are second names of `files`,
    which are not among them; `copies` are patterns that a module is to be made from. `unlisted` are
    the folders that could not be listed, `left_out` what was left out, with why, `nested` the
    folders that are projects of their own, by a configuration file, and `journals` those with a
    journal. `is_ignored` says of a file that nobody wants to hear of it: it is read where the
    project loads it, but nothing in it is reported or changed. `kept` are marks of files that are
    known.
    """

    root: Path
    files: tuple[str, ...]
    given: frozenset[str] | None = None
    overlay: Mapping[str, bytes] = MappingProxyType({})
    manifests: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()
    links: Mapping[str, str] = MappingProxyType({})
    copies: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    nested: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    is_ignored: Callable[[str], bool] = _never
    kept: Kept = Forgetful()

    def concerns(self, path: str) -> bool:
        """Return whether the user wants to hear of a file, and have it changed."""
        return (self.given is None or path in self.given) and not self.is_ignored(path)

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
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        with open(place, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read()

    def overlaid(self, changes: Mapping[str, bytes]) -> Tree:
        """Return the same tree with other contents, which may be those of new files."""
        files = tuple(sorted({*self.files, *changes}))
        return self._replace(files=files, overlay={**self.overlay, **changes})

    def marks(self, path: str) -> int:
        """Return the marks of a file, all of them where it cannot be read."""
        if path in self.overlay:
            return marks_of(self.overlay[path])
        known = self.kept.get(path)
        if known is not None:
            return known
        try:
            found = marks_of(self.read(path))
        except OSError:
            return ALL
        self.kept.put(path, found)
        return found

    def anywhere(self, word: str, files: Sequence[str], has: Has) -> bool:
        """Return whether any of these files has a word, as `has` tells of a path."""
        piped = [path for path in files if path in self.overlay]
        others = [path for path in files if path not in self.overlay]
        return any(map(has, piped)) or self.kept.anywhere(word, others, has)


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


def tree(
    asked: Asked,
    exclude: Sequence[str] = (),
    *,
    force_exclude: bool = False,
    gitignore: bool = False,
    split: bool = False,
) -> Tree:
    """Walk a project and return its tree.

    `exclude` are patterns as in `.gitignore`, relative to the root. A file that the user named is
    part of the tree whatever its name and the patterns, unless `force_exclude` says otherwise; one
    that the judgement of the project depends on, without being Python, stands for all of it.
    `gitignore` heeds what git ignores; `split` leaves folders with a configuration file of their
    own to themselves.
    """
    walk = _Walk(asked.root, exclude, split=split)
    whole = walk.from_folder("")
    named = None
    if asked.paths is not None:
        named = _named(walk, whole, asked.paths, force_exclude=force_exclude)
    found = _grown(asked.root, whole, named)
    paths = [path.relative_to(asked.root).as_posix() for path in asked.paths or ()]
    return found._replace(is_ignored=Ignored(asked.root, paths)) if gitignore else found


def _named(
    walk: _Walk, whole: _Walked, paths: Sequence[Path], *, force_exclude: bool
) -> frozenset[str] | None:
    """Return the files that the user named, with launchers of folders; None for all of them."""
    named: set[str] = set()
    launchers: set[str] = set()
    depended_on = False
    whole.nested.clear()
    for path in paths:
        relative = path.relative_to(walk.root).as_posix()
        if force_exclude and (reason := walk.leaves_out(relative)):
            whole.left_out.append((relative, reason))
        elif path.is_dir():
            inner = walk.from_folder(relative)
            named.update(inner.files)
            launchers.update(inner.launchers)
            whole.links += inner.links
            whole.nested += inner.nested
        elif kinds.is_manifest(relative) or (kinds.is_launcher(path.name) and _tells(path)):
            depended_on = True
        elif kinds.is_named_python(path.name, _beginning(path)):
            named.add(relative)
            whole.links += [relative] * path.is_symlink()
        else:
            whole.left_out.append((relative, NO_PYTHON))
    whole.files += named
    return None if depended_on else frozenset(named | launchers)


def is_script(path: Path) -> bool:
    """Return whether this is a script without an ending that Python runs."""
    if not kinds.may_be_script(path.name):
        return False
    try:
        return kinds.is_script(_beginning(path))
    except OSError:
        return False


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.readline(128)


def _tells(path: Path) -> bool:
    """Return whether a file that starts programs has to do with Celery or Django's settings."""
    raw = path.read_bytes()
    return b"celery" in raw.lower() or b"DJANGO_SETTINGS_MODULE" in raw


def piped(
    path: Path,
    raw: bytes,
    exclude: Sequence[str] = (),
    *,
    force_exclude: bool = False,
) -> Tree:
    """Return the tree of the project that `path` lies in, with `raw` as the content of that file.

    The file counts as the one the user named; it need not exist.
    """
    absolute = Path(os.path.realpath(path.parent), path.name)
    root = project_root(absolute)
    relative = absolute.relative_to(root).as_posix()
    whole = tree(Asked(root, None), exclude)
    if force_exclude and _Walk(root, exclude).leaves_out(relative):
        return whole._replace(given=frozenset())
    return whole.overlaid({relative: raw})._replace(given=frozenset((relative,)))


def _grown(root: Path, walked: _Walked, named: frozenset[str] | None) -> Tree:
    paths = set(walked.files)
    second = _second_names(root, paths, walked.links, named)
    return Tree(
        root,
        tuple(sorted(paths - second.keys())),
        None if named is None else named - second.keys(),
        manifests=tuple(sorted(walked.manifests)),
        unlisted=tuple(sorted(walked.unlisted)),
        launchers=tuple(sorted(walked.launchers)),
        links=second,
        copies=tuple(sorted(walked.copies)),
        left_out=tuple(sorted(set(walked.left_out))),
        nested=tuple(sorted(walked.nested)),
        journals=tuple(sorted(walked.journals)),
    )


def _second_names(
    root: Path, files: set[str], links: Iterable[str], named: frozenset[str] | None
) -> dict[str, str]:
    """Return the links whose file is among the files under another name, with that name.

    Of several links one stays. One that the user named stays where that other name was not.
    """
    second: dict[str, str] = {}
    inside = files & set(links)
    real = os.path.realpath(root)
    names = {os.path.normpath(os.path.join(real, p)): p for p in files - inside} if inside else {}  # noqa: PTH118 - as in Tree.read
    for path in sorted(inside):
        name = names.setdefault(os.path.realpath(root / path), path)
        if name != path and (named is None or path not in named or name in named):
            second[path] = name
    return second


class _Walked:
    """What a walk met."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.manifests: list[str] = []
        self.unlisted: list[str] = []
        self.launchers: list[str] = []
        self.links: list[str] = []
        self.copies: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self.nested: list[str] = []
        self.journals: list[str] = []


class _Walk:
    """How the folders of a root are walked; linked ones are not entered, so it ends."""

    def __init__(self, root: Path, exclude: Sequence[str], *, split: bool = False) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._matches = matcher(exclude)
        self._split = split

    def leaves_out(self, relative: str) -> str:
        """Return why a walk from the root would not meet the path; nothing if it would."""
        if not SKIPPED.isdisjoint(relative.split("/")):
            return FOREIGN
        return EXCLUDED if self._matches(relative) else ""

    def from_folder(self, start: str) -> _Walked:
        """Return what lies below a folder of the root."""
        walked = _Walked()
        pending = [start]
        while pending:
            folder = pending.pop()
            prefix = f"{folder}/" if folder else ""
            for entry in self._entries(folder, start, walked):
                relative = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if reason := self._reason(entry.name, f"{relative}/"):
                        walked.left_out.append((f"{relative}/", reason))
                    else:
                        pending.append(relative)
                elif _is_ours(entry, self._real_root):
                    self._note(walked, relative, entry)
        return walked

    def _reason(self, name: str, relative: str) -> str:
        """Return why a folder is not entered; nothing if it is."""
        if name in SKIPPED:
            return FOREIGN
        return EXCLUDED if self._matches(relative) else ""

    def _note(self, walked: _Walked, relative: str, entry: os.DirEntry[str]) -> None:
        if self._matches(relative):
            if kinds.is_python(entry.name):
                walked.left_out.append((relative, EXCLUDED))
            return
        if kinds.is_python(entry.name) or is_script(Path(entry.path)):
            walked.files.append(relative)
        if kinds.is_pattern(entry.name):
            walked.copies.append(relative)
        if kinds.is_manifest(relative):
            walked.manifests.append(relative)
        if kinds.is_launcher(entry.name):
            walked.launchers.append(relative)
        if entry.name == JOURNAL:
            walked.journals.append(relative.rpartition("/")[0])
        if entry.is_symlink():
            walked.links.append(relative)

    def _entries(self, folder: str, start: str, walked: _Walked) -> list[os.DirEntry[str]]:
        """Return what is in a folder, nothing where that is no part of the project."""
        try:
            with os.scandir(os.path.join(self.root, folder)) as listing:  # noqa: PTH118 - as in Tree.read
                entries = list(listing)
        except OSError:
            walked.unlisted.append(folder or ".")
            return []
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:
            walked.left_out.append((f"{folder}/", "a virtual environment"))
            return []
        if folder != start and self._split and self._is_nested(folder, names):
            walked.nested.append(folder)
            walked.left_out.append((f"{folder}/", "a project with a configuration of its own"))
            return []
        return entries

    def _is_nested(self, folder: str, names: set[str]) -> bool:
        return not names.isdisjoint(NAMES) and configuration_of(self.root / folder) is not None


def _is_ours(entry: os.DirEntry[str], real_root: str) -> bool:
    """Return whether this is a regular file whose content lies within the root."""
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    target = os.path.realpath(entry.path)
    return target.startswith(real_root + os.sep) and os.path.isfile(target)  # noqa: PTH113 - as in Tree.read
