"""What is known of Celery in a run, and whether the options of its projects make sense."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from celerylint.catalogue.settings import Catalogue, load_catalogue
from celerylint.engine.projects import Project, located
from celerylint.engine.run import demand_versions
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook, rules_folder


def read(found: Iterable[Project]) -> tuple[Rulebook, Catalogue]:
    """Return the rules, with those of the projects' own, and the settings.

    Raise UsageError where an option names a rule or a version that there is not.
    """
    found = tuple(found)
    users = dict.fromkeys(path for project in found for path in project.options.rule_paths)
    rulebook = Rulebook(rules_folder(), tuple(map(Path, users)))
    catalogue = load_catalogue(rules_folder())
    rulebook.demand(catalogue)
    for project in found:
        demand_sense(project, rulebook, catalogue)
    return rulebook, catalogue


def demand_sense(project: Project, rulebook: Rulebook, catalogue: Catalogue) -> None:
    """Raise UsageError where an option names a rule or a version that there is not."""
    loaded, said = project.loaded, project.options
    for name, selectors in (
        ("select", said.select),
        ("extend-select", said.extend_select),
        ("ignore", said.ignore),
        ("fixable", said.fixable),
        ("unfixable", said.unfixable),
        *(("per-file-ignores", selectors) for _, selectors in said.per_file_ignores),
    ):
        for selector in selectors:
            with located(loaded, name, selector):
                rulebook.select((selector,), (), ())
    for name, version in (
        ("target-version", said.target_version),
        ("upgrading-from", said.upgrading_from),
    ):
        with located(loaded, name):
            demand_versions(Options(target_version=version), catalogue)
