"""What runs leave behind that were killed while they wrote files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from celerylint.files.walking import JOURNAL, Tree


def settled(trees: Iterable[Tree], *, may_write: bool) -> tuple[str, ...]:
    """Roll back what killed runs left in these projects, and return what was done.

    Raise UsageError where nothing may be written, or where it cannot be done.
    """
    roots = tuple(dict.fromkeys(root for tree in trees for root in _journalled(tree)))
    if not roots:
        return ()
    from celerylint.writing.rewriting import settle  # noqa: PLC0415 - hardly any run is killed

    return tuple(settle(roots, may_write=may_write))


def _journalled(tree: Tree) -> Iterator[Path]:
    """Yield the folders in and above a project in which a run is writing, or was when killed."""
    yield from (tree.root / folder for folder in tree.journals)
    yield from (folder for folder in tree.root.parents if (folder / JOURNAL).is_file())
