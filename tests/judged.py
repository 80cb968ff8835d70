"""Projects that exist in memory only, judged and fixed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from celerylint.catalogue.settings import Catalogue, load_catalogue
from celerylint.engine.fix import fix
from celerylint.engine.run import judge
from celerylint.files.kinds import is_launcher
from celerylint.files.walking import Tree
from celerylint.finding import Finding
from celerylint.options.table import Options
from celerylint.report import Fixed, Report
from celerylint.rulebook.book import Rulebook, rules_folder

ROOT = Path("/project")
TARGET = Options(target_version="5.6")
"""What a project is judged with unless a test says otherwise."""

Files = Mapping[str, str | bytes]


@functools.cache
def knowledge() -> tuple[Rulebook, Catalogue]:
    """Return the rules and the settings of the checkout, read once."""
    folder = rules_folder()
    return Rulebook(folder), load_catalogue(folder)


def in_memory(files: Files, given: frozenset[str] | None = None) -> Tree:
    """Return the tree of a project whose files are texts, by path; `given` are those named."""
    raw = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    launchers = tuple(sorted(path for path in raw if is_launcher(path.rpartition("/")[2])))
    python = tuple(sorted(raw.keys() - launchers))
    return Tree(ROOT, python, given, overlay=raw, launchers=launchers)


def judged(files: Files, options: Options = TARGET, given: frozenset[str] | None = None) -> Report:
    """Return the report on a project."""
    return judge(in_memory(files, given), options, *knowledge())


def fixed(files: Files, options: Options = TARGET, given: frozenset[str] | None = None) -> Fixed:
    """Return a project after its fixes."""
    return fix(in_memory(files, given), options, *knowledge())


def line(report: Report, finding: Finding) -> int:
    """Return the line on which a finding begins."""
    return report.sources[finding.place.path].position(finding.place.span.start).line


def found(report: Report) -> list[str]:
    """Return the findings in short: line, code and setting."""
    return [f"{line(report, each)} {each.code} {each.setting}" for each in report.findings]


def doubts(files: Files, options: Options = TARGET) -> list[str]:
    """Return the reasons for which the only fix of a project is unsafe; it has to change something.

    Blocked fixes have no reasons: see `notes`.
    """
    assert fixed(files, options).changes == {}
    assert fixed(files, replace(options, unsafe_fixes=True)).changes
    reasons = dict.fromkeys(f.fix.reason for f in judged(files, options).findings if f.fix)
    (reason,) = reasons
    return reason.split("; ")


def notes(report: Report) -> list[str]:
    """Return what keeps the fixes from being made, each once."""
    return list(dict.fromkeys(note for each in report.findings for note in each.notes))
