"""One run of `verify`: from the paths to what is printed and returned. Nothing is written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.cache.store import opened
from celerylint.catalogue.settings import Catalogue, load_catalogue
from celerylint.commands.knowledge import demand_sense
from celerylint.commands.outcome import Exit
from celerylint.commands.outcome import Outcome as Printed
from celerylint.engine import projects
from celerylint.engine.check import Lookup, Run
from celerylint.engine.fix import fix
from celerylint.engine.projects import Project
from celerylint.files.prefilter import roots
from celerylint.options.loading import Wanted
from celerylint.options.table import OutputFormat, UsageError
from celerylint.output import verified as output
from celerylint.rulebook.book import Rulebook, rules_folder
from celerylint.text.masking import all_secrets
from celerylint.verifying.asking import interpreter
from celerylint.verifying.starts import starts
from celerylint.verifying.verdict import Judges, Outcome, Verdict, verified
from celerylint.writing import leftovers

# Names of Celery 3.1 that later tables leave out, though the setting lives on under this name.
_CARRIED_OVER = {"CELERY_ENABLE_UTC": "enable_utc"}


class Question(NamedTuple):
    """Which projects are loaded, by which Pythons before and after their fixes, and for how long.

    `seconds` is the time that one load may take.
    """

    paths: tuple[Path, ...]
    wanted: Wanted
    python: Path
    against: Path | None
    seconds: float


def run(question: Question) -> Printed:
    """Load each configuration before and after its fixes, and say what has changed.

    Raise UsageError where there is nothing to load, or nothing to load it with.
    """
    if question.wanted.given.get("output-format") not in {None, "full", "json"}:
        message = "verify prints `full` or `json`; --output-format takes one of them"
        raise UsageError(message)
    before = interpreter(question.python)
    after = interpreter(question.against) if question.against else before
    rulebook, catalogue = Rulebook(rules_folder()), load_catalogue(rules_folder())
    judges = Judges(before, after, question.seconds, _aliases(catalogue))
    found = projects.asked(question.paths, question.wanted)
    for project in found:
        demand_sense(project, rulebook, catalogue)
    leftovers.settled((project.tree for project in found), may_write=False)
    verdicts = [_verdict(project, judges, rulebook, catalogue) for project in found]
    if not any(verdict.configurations for verdict in verdicts):
        message = "No Celery configuration is found, so there is nothing to verify"
        raise UsageError(message)
    cwd = question.wanted.cwd
    is_json = projects.around(question.wanted).output_format is OutputFormat.JSON
    lines = output.as_json(verdicts, cwd) if is_json else output.text(verdicts, cwd)
    return Printed(_code(verdicts), tuple(lines), talk=tuple(output.talk(verdicts, cwd)))


def _verdict(project: Project, judges: Judges, rulebook: Rulebook, catalogue: Catalogue) -> Verdict:
    fixed = fix(project.tree, project.options, rulebook, catalogue, project.known)
    tree, options = project.tree, project.options
    versions = Lookup(tree, options, catalogue)
    run = Run(options, rulebook, catalogue, opened(tree, options), versions)
    ways = starts(run.linked(tree, tuple(roots(tree))), tree.files)
    # What Celery and the project say may quote them.
    told = all_secrets((source.text for source in fixed.before.sources.values()), os.environ)
    return verified(tree.root, ways, fixed.changes, judges._replace(told=told))


def _aliases(catalogue: Catalogue) -> dict[str, str]:
    """Return the present names of the settings of Celery 3."""
    old = {old.name: each.name for each in catalogue.settings.values() for old in each.old}
    return {**_CARRIED_OVER, **old}


def _code(verdicts: Sequence[Verdict]) -> Exit:
    found = {each.outcome for verdict in verdicts for each in verdict.configurations}
    if Outcome.FAILED in found or not found & {Outcome.SAME, Outcome.CHANGED}:
        return Exit.FAILED
    return Exit.FOUND if Outcome.CHANGED in found else Exit.CLEAN
