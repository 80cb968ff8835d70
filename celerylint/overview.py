"""From the files of a project to what is understood of it; nothing is checked."""

from __future__ import annotations

from celerylint.catalogue.settings import Catalogue
from celerylint.files.walking import Tree
from celerylint.judging import Lookup, Run
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook
from celerylint.seen import Understanding
from celerylint.store import opened
from celerylint.telling import roots


def understand(
    tree: Tree, options: Options, rulebook: Rulebook, catalogue: Catalogue
) -> Understanding:
    """Return what is understood of a project. Raise UsageError for options without sense."""
    files, versions = opened(tree, options), Lookup(tree, options, catalogue)
    run = Run(options, rulebook, catalogue, files, versions)
    return run.understood(tree, tuple(roots(tree)))
