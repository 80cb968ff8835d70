"""From the files of a project to what is understood of it; nothing is checked."""

from __future__ import annotations

from celerylint.cache.store import opened
from celerylint.catalogue.settings import Catalogue
from celerylint.engine.check import Lookup, Run
from celerylint.engine.description import Description
from celerylint.files.prefilter import roots
from celerylint.files.walking import Tree
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook


def understand(
    tree: Tree, options: Options, rulebook: Rulebook, catalogue: Catalogue
) -> Description:
    """Return what is understood of a project. Raise UsageError for options without sense."""
    files, versions = opened(tree, options), Lookup(tree, options, catalogue)
    run = Run(options, rulebook, catalogue, files, versions)
    return run.understood(tree, tuple(roots(tree)))
