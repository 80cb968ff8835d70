"""Every fixture gives the findings that it states, and the fix that stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from celerylint.catalogue.settings import Catalogue
from celerylint.engine.fix import fix
from celerylint.engine.run import judge
from celerylint.files.roots import Asked
from celerylint.files.walking import Tree, tree
from celerylint.finding import Finding
from celerylint.options.table import Options
from celerylint.report import Fixed
from celerylint.rulebook.book import Rulebook
from celerylint.text.source import decode
from tests.fixture import Expected, Fixture, read_fixtures
from tests.judged import ROOT, knowledge

FIXTURES = read_fixtures()
RULEBOOK, _ = knowledge()

Fix = Callable[[Fixture, Path], Fixed]

each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)


def options_of(fixture: Fixture) -> Options:
    """Return the options that a fixture is checked with."""
    return Options(
        fix=True,
        unsafe_fixes=fixture.fix == "unsafe",
        target_version=fixture.target_version,
        upgrading_from=fixture.upgrading_from,
        namespace="" if fixture.namespace == "none" else fixture.namespace,
        extend_select=fixture.extend_select,
        ignore=tuple(c for c in RULEBOOK.rules if not c.startswith(fixture.families)),
        known_settings=fixture.known_settings,
    )


def tree_of(folder: Path) -> Tree:
    """Return the files of a project, all of which the user named, as if it stood for itself.

    Where it stands, the dependency files of this checkout would speak for it.
    """
    found = tree(Asked(folder, None))
    paths = (*found.files, *found.manifests, *found.launchers, *found.copies)
    return found._replace(root=ROOT, overlay={path: found.read(path) for path in paths})


def line_of(project: Tree, finding: Finding) -> int:
    """Return the line on which a finding begins."""
    source = decode(finding.place.path, project.read(finding.place.path))
    return source.position(finding.place.span.start).line


def seen(project: Tree, finding: Finding, expected: Expected | None) -> Expected:
    """Return a finding in the terms of a fixture, as far as `expected` looks at it."""
    fix_kind = finding.fix.safety.value if finding.fix else "none"
    blocked = expected.blocked if expected else None
    reason = expected.reason if expected else None
    return Expected(
        finding.place.path,
        line_of(project, finding),
        finding.code,
        finding.setting,
        fix_kind if expected and expected.fix else None,
        blocked if blocked and any(blocked in note for note in finding.notes) else None,
        reason if reason and finding.fix and reason in finding.fix.reason else None,
    )


@pytest.fixture(scope="session")
def run_fix(rulebook: Rulebook, catalogue: Catalogue) -> Fix:
    """Return a function that fixes the project in a folder, as its fixture says, in memory."""

    def run(fixture: Fixture, folder: Path) -> Fixed:
        return fix(tree_of(folder), options_of(fixture), rulebook, catalogue)

    return run


@each_fixture
def test_findings_are_the_stated_ones(
    fixture: Fixture, rulebook: Rulebook, catalogue: Catalogue
) -> None:
    project = tree_of(fixture.folder / "before")
    stated = {(e.path, e.line, e.code, e.setting): e for e in fixture.findings}

    report = judge(project, options_of(fixture), rulebook, catalogue)

    found = []
    for finding in report.findings:
        key = (finding.place.path, line_of(project, finding), finding.code, finding.setting)
        found.append(seen(project, finding, stated.get(key)))
    assert sorted(found, key=repr) == sorted(fixture.findings, key=repr)


@each_fixture
def test_fix_gives_the_stated_files(fixture: Fixture, run_fix: Fix) -> None:
    fixed = run_fix(fixture, fixture.folder / "before")

    assert dict(fixed.changes) == fixture.after()


@each_fixture
def test_second_fix_changes_nothing(fixture: Fixture, run_fix: Fix, tmp_path: Path) -> None:
    folder = fixture.copy(tmp_path / fixture.name, fixed=True)

    assert dict(run_fix(fixture, folder).changes) == {}


@each_fixture
def test_fixture_holds_only_files_that_the_fix_changes(fixture: Fixture) -> None:
    before = fixture.before()

    assert [path for path, raw in fixture.after().items() if before.get(path) == raw] == []
    assert fixture.after().keys() <= before.keys()
