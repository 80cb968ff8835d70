"""Which files may have to do with Celery: told by their words, for most runs need no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from celerylint.files.walking import Tree

NAMES = "telling.txt"
"""The file of the `rules` folder with the names that tell of Celery."""

# A file with one of these words has to do with Celery, whatever else it says.
_WORDS = frozenset(
    {"config_from_object", "config_from_envvar", "apply_async", "send_task", "kombu"}
)


def rules_folder() -> Path:
    """Return the folder of the rules: within the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def telling(folder: Path) -> frozenset[str]:
    """Return the names that hardly mean anything but Celery, wherever they stand."""
    return frozenset(folder.joinpath(NAMES).read_text(encoding="ascii").split())


def roots(tree: Tree) -> Iterator[str]:
    """Yield the files that may have to do with Celery, from which linking starts."""
    candidates = tree.candidates(telling(rules_folder()) | _WORDS)
    yield from (path for path in candidates if not tree.is_ignored(path))
