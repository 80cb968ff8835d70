"""The projects of a run: the files of each, and options that make sense."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from celerylint.files import roots, walking
from celerylint.files.marks import Kept, Remembered
from celerylint.files.walking import Tree
from celerylint.options.loading import Loaded, Wanted, load
from celerylint.options.table import CACHE, Options, UsageError
from celerylint.suppressions import baseline
from celerylint.suppressions.baseline import Baseline

_MANY = 100
"""With fewer files it takes no longer to read them than to look up what is known of them."""


class Project(NamedTuple):
    """One project of a run; `known` are the findings that do not count."""

    tree: Tree
    loaded: Loaded
    known: Baseline

    @property
    def options(self) -> Options:
        """Return the options that count for the project."""
        return self.loaded.options

    @property
    def has_work(self) -> bool:
        """Return whether there is a file to check."""
        return bool(self.tree.files) and self.tree.given != frozenset()


def asked(paths: Sequence[Path], wanted: Wanted) -> tuple[Project, ...]:
    """Return the projects of the paths, and those with a configuration of their own within them."""
    found: list[Project] = []
    pending = list(roots.asked(paths))
    # One configuration for all leaves nothing to tell projects apart by.
    split = not (wanted.isolated or wanted.config)
    while pending:
        asked = pending.pop(0)
        loaded = _loaded(asked.root, wanted)
        said = loaded.options
        tree = walking.tree(
            asked,
            said.exclude,
            force_exclude=said.force_exclude,
            gitignore=said.respect_gitignore,
            split=split,
        )
        tree = tree._replace(kept=_marks(tree, said.cache_dir))
        found.append(Project(tree, loaded, _known(said, wanted)))
        pending += (roots.Asked(asked.root / folder, None) for folder in tree.nested)
    return tuple(sorted(found, key=lambda project: project.tree.root))


def _marks(tree: Tree, folder: str | None) -> Kept:
    """Return where the marks of the files of a tree are kept."""
    if not folder or len(tree.files) < _MANY:
        return Remembered()
    from celerylint.cache.marked import MarksOnDisk  # noqa: PLC0415 - few projects are so large

    return MarksOnDisk(tree.root, Path(folder))


def piped(filename: Path, raw: bytes, wanted: Wanted) -> Project:
    """Return the project of a file whose content was piped in.

    Raise UsageError where the name is that of a folder or holds a password.
    """
    path = wanted.cwd / filename
    name = roots.shown(filename)
    # Every finding would show the password of a URL.
    if path.is_dir() or name != str(filename):
        message = f"--stdin-filename takes the name of a file, which `{name}` is not"
        raise UsageError(message)
    loaded = _loaded(roots.project_root(path), wanted)
    said = loaded.options
    tree = walking.piped(path, raw, said.exclude, force_exclude=said.force_exclude)
    return Project(tree, loaded, _known(said, wanted))


def _known(said: Options, wanted: Wanted) -> Baseline:
    """Return what the baseline lists; nothing where it is to be written anew."""
    if said.write_baseline or not said.baseline:
        return baseline.EMPTY
    return baseline.load(wanted.cwd / said.baseline)


def around(wanted: Wanted) -> Options:
    """Return the options of the current directory, which count for a run as a whole.

    So the output of a hook is the same whichever projects its files belong to.
    """
    return load(roots.project_root(Path(os.path.realpath(wanted.cwd))), wanted).options


def _loaded(root: Path, wanted: Wanted) -> Loaded:
    """Return the options of a project; raise UsageError for a pattern that cannot be used."""
    loaded = load(root, wanted)
    with located(loaded, "exclude"):
        walking.matcher(loaded.options.exclude)
    for pattern, _ in loaded.options.per_file_ignores:
        with located(loaded, "per-file-ignores"):
            walking.matcher((pattern,))
    return loaded._replace(options=_with_cache(loaded.options, root))


def _with_cache(said: Options, root: Path) -> Options:
    """Return the options of a project with the folder of its cache, or with none."""
    if said.no_cache:
        return replace(said, cache_dir=None)
    own = root / CACHE
    # Whoever made a link there would decide where we write.
    return said if said.cache_dir or own.is_symlink() else replace(said, cache_dir=str(own))


@contextlib.contextmanager
def located(loaded: Loaded, name: str, word: str = "") -> Iterator[None]:
    """Say of a mistake where the configuration file makes it."""
    try:
        yield
    except UsageError as error:
        message = f"{loaded.where(name, word)}{error}"
        raise UsageError(message) from error
