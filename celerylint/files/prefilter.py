"""Which files may have to do with Celery: told by their words, for most runs need no more."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.files import marks
from celerylint.files.walking import Tree


def roots(tree: Tree) -> Iterator[str]:
    """Yield the files that may have to do with Celery, from which linking starts.

    These are the ones that say so in their name or text, or that cannot be read.
    """
    none = True
    for path in tree.files:
        named = "celery" in path.rpartition("/")[2].lower()
        if (named or tree.marks(path) & marks.CELERY) and not tree.is_ignored(path):
            none = False
            yield path
    if none:
        tree.kept.save()  # nobody else comes to look
