"""What the rules about command lines claim, asked of the parsers of Celery itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from celerylint.catalogue.command_lines import load_command_lines
from celerylint.rulebook.book import rules_folder
from tests.evidence import outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

KNOWN = load_command_lines(rules_folder())
_LATER = ("--version", "--skip-checks")
_PROGRAM = """
from celery import Celery
from celery.bin.celery import celery
from click.testing import CliRunner

app = Celery("x", broker="memory://")

def refused(*words):
    result = CliRunner().invoke(celery, words)
    return result.exit_code == 2 and "No such option" in result.output
"""

TRIALS: Mapping[str, tuple[str, object]] = {
    "CEL906 options of celery itself": (
        f"""{_PROGRAM}
taken = [(name, not each.is_flag) for each in celery.params for name in each.opts]
outcome = repr(sorted(each for each in taken if each[0] not in {_LATER}))
""",
        repr(sorted(KNOWN.options.items())),
    ),
    "CEL906 commands that take one of them": (
        f"""{_PROGRAM}
outcome = repr([
    (name, option)
    for name in {sorted(KNOWN.commands)}
    for option in {sorted(KNOWN.options)}
    if not refused(name, option, "main")
])
""",
        "[]",
    ),
    "CEL907 programs that are installed": (
        f"""{_PROGRAM}
from importlib.metadata import distribution

scripts = distribution("celery").entry_points
outcome = repr([each.name for each in scripts if each.group == "console_scripts"])
""",
        "['celery']",
    ),
    "CEL911 options that the worker takes": (
        f"""{_PROGRAM}
outcome = repr([name for name in {sorted(KNOWN.worker)} if not refused("worker", name)])
""",
        "[]",
    ),
}


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    return outcomes(python_of(request.param), TRIALS, tmp_path_factory.mktemp("commands"))


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(seen: Mapping[str, object], claim: str) -> None:
    assert seen[claim] == wanted(TRIALS[claim][1])
