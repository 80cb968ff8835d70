"""From the files of a project to a report: read, link, check, suppress."""

from __future__ import annotations

from collections import Counter

from celerylint.cache.memory import Memory
from celerylint.catalogue.settings import Catalogue
from celerylint.files.prefilter import roots
from celerylint.files.walking import Tree
from celerylint.options.table import Options
from celerylint.report import Report, Summary, nothing_found
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions import baseline
from celerylint.suppressions.baseline import Baseline


def judge(  # noqa: PLR0913, PLR0917 - what is known comes from as many places
    tree: Tree,
    options: Options,
    rulebook: Rulebook,
    catalogue: Catalogue,
    memory: Memory | None = None,
    known: Baseline = baseline.EMPTY,
) -> Report:
    """Return the report on a project. Nothing is written, and nothing of the project is run.

    `memory` keeps the facts of files between runs; `known` are findings that do not count. Raise
    UsageError for rules that there are not.
    """
    found = tuple(roots(tree))
    if not (found or options.apps or known.entries):
        # Most files that a hook is given have nothing to check: no rule is read for them.
        return nothing_found(tree)
    from celerylint.suppressions import baselined  # noqa: PLC0415 - most files have nothing to check

    selected = rulebook.chosen(options)
    looked_at = baselined.Run(tree, rulebook.rules.keys() - selected)
    if not found and not options.apps:
        notes = baselined.notes(known, Counter(known.entries), looked_at)
        return nothing_found(tree, notes)
    from celerylint.cache import store  # noqa: PLC0415 - as above
    from celerylint.engine import check, select, unparsed, unseen_names  # noqa: PLC0415 - as above

    versions = check.Lookup(tree, options, catalogue)
    files = store.opened(tree, options, memory)
    run = check.Run(options, rulebook, catalogue, files, versions)
    findings = unseen_names.doubted(tuple(run.findings(tree, found, selected)), tree, files.sources)
    unknown = unparsed.unread(files)
    tree.kept.save()
    chosen = select.choose(findings, tree, unknown, rulebook, options, selected, known)
    return Report(
        tree,
        chosen.shown,
        files.sources,
        chosen.suppressed,
        Summary(run.apps, len(run.settings), len(tree.files), versions.spoken(), len(run.unseen)),
        (*versions.notes(), *baselined.notes(known, chosen.left, looked_at)),
        tuple(run.crashes),
        chosen.baselined,
        chosen.elsewhere,
    )


def demand_versions(options: Options, catalogue: Catalogue) -> None:
    """Raise UsageError where an option names no version, even if no file would ask."""
    if options.target_version or options.upgrading_from:
        from celerylint.dependencies.versions import judged  # noqa: PLC0415 - most runs name none

        judged(options.target_version, options.upgrading_from, None, catalogue.releases)
