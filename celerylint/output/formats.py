"""The formats by name, and what each makes of a run."""

# ruff: noqa: PLC0415 - a run has one format or two, and some need heavy libraries

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from celerylint.options.table import OutputFormat
from celerylint.output.screen import WIDTH
from celerylint.report import Report
from celerylint.rulebook.book import Rulebook

_Writer = Callable[[Sequence[Report], Path], Iterator[str]]


class Surroundings(NamedTuple):
    """What a format may want to know besides the reports.

    `checkout` is the folder of the repository in a CI job, elsewhere the current directory.
    `columns` is how wide a paragraph for people may be.
    """

    cwd: Path
    checkout: Path
    rulebook: Rulebook
    columns: int = WIDTH


def lines(
    kind: OutputFormat, reports: Sequence[Report], surroundings: Surroundings
) -> Iterator[str]:
    """Yield what a format makes of the findings, with colours where it has any."""
    # Who reads the others knows the repository, and not where the run was started.
    local = kind in {OutputFormat.FULL, OutputFormat.CONCISE, OutputFormat.JSON}
    folder = surroundings.cwd if local else surroundings.checkout
    return _writer(kind, surroundings)(reports, folder)


def _writer(kind: OutputFormat, around: Surroundings) -> _Writer:  # noqa: PLR0911 - one a format
    match kind:
        case OutputFormat.FULL:
            from celerylint.output import full

            return partial(full.lines, titles=_titles(around.rulebook), columns=around.columns)
        case OutputFormat.CONCISE:
            from celerylint.output import concise

            return concise.lines
        case OutputFormat.JSON:
            from celerylint.output import json_document

            return json_document.lines
        case OutputFormat.GITHUB:
            from celerylint.output import github

            return github.lines
        case OutputFormat.GITLAB:
            from celerylint.output import gitlab

            return gitlab.lines
        case OutputFormat.JUNIT:
            from celerylint.output import junit

            return junit.lines
        case OutputFormat.RDJSON:
            from celerylint.output import rdjson

            return rdjson.lines
        case OutputFormat.MARKDOWN:
            from celerylint.output import markdown

            return partial(markdown.lines, titles=_titles(around.rulebook))
    from celerylint.output import sarif

    return partial(sarif.lines, rulebook=around.rulebook)


def _titles(rulebook: Rulebook) -> Mapping[str, str]:
    return {code: rule.title for code, rule in rulebook.rules.items()}


def content(found: Iterable[str]) -> bytes:
    """Return lines as a file is to hold them: without colours."""
    text = "".join(f"{click.unstyle(line)}\n" for line in found)
    return text.encode(errors="backslashreplace")
