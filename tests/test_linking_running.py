"""Files that a module runs in its own names are part of it."""

from __future__ import annotations

import pytest

from celerylint.model import Configuration
from tests.judged import doubts
from tests.projects import APP, linked, names, reasons

INCLUDE = "from split_settings.tools import include, optional\n"


def loaded(text: str, **others: str) -> Configuration:
    """Return the configuration of an app that loads a module with this text."""
    files = {
        "app.py": f"{APP}app.config_from_object('conf.live')\n",
        "conf/__init__.py": "",
        "conf/live.py": text,
        **{f"conf/{name}.py": content for name, content in others.items()},
    }
    (found,) = linked(files, roots=("app.py",)).configurations
    return found


@pytest.mark.parametrize(
    "text",
    [
        "exec(open('more.py').read())",
        "exec(Path('more.py').read_text())",
        "exec(compile(open('more.py', 'rb').read(), 'more.py', 'exec'))",
        "execfile('more.py')",
        f"{INCLUDE}include('more.py')",
        f"{INCLUDE}include('mo*.py', scope=globals())",
        f"{INCLUDE}include(optional('more.py'))",
        "import split_settings.tools as ss\nss.include('more.py')",
    ],
)
def test_file_that_is_run_is_part_of_the_module(text: str) -> None:
    found = loaded(f"A = 1\n{text}\nC = 3\n", more="B = 2\n")

    assert [n for n in names(found) if len(n) == 1] == ["A", "B", "C"]


def test_file_that_is_run_in_a_branch_counts_there() -> None:
    found = loaded("if x:\n  exec(open('more.py').read())\n", more="B = 2\n")

    assert (names(found), reasons(found)) == (("B?",), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exec(open('gone.py').read())", "there is no file `gone.py` in the project"),
        ("exec(open(path).read())", "`exec` runs a file that is not known"),
        ("exec(load('more.py').read())", "exec may set any name"),
        ("exec(compile(text, 'x', 'exec'))", "exec may set any name"),
        ("exec(compile())", "exec may set any name"),
        ("exec(text.read())", "exec may set any name"),
        ("exec(text)", "exec may set any name"),
        ("exec()", "exec may set any name"),
        (f"{INCLUDE}include(optional('gone.py'))", "there is no file `gone.py` in the project"),
        (f"{INCLUDE}include(path)", "`include` runs a file that is not known"),
        (f"{INCLUDE}include(*paths)", "`include` runs a file that is not known"),
        (f"{INCLUDE}include('none*.py')", "there is no file `none*.py` in the project"),
    ],
)
def test_file_that_is_not_known_leaves_the_module_open(text: str, reason: str) -> None:
    assert reasons(loaded(text, more="B = 2\n")) == (reason,)


@pytest.mark.parametrize(
    "text",
    ["def f():\n  exec(open('more.py').read())\n", "include('more.py')", "x.include('more.py')"],
)
def test_other_calls_run_nothing(text: str) -> None:
    assert "B" not in names(loaded(text, more="B = 2\n"))


def test_names_of_a_file_that_is_run_are_renamed_on_request() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('conf')\n",
        "conf.py": "exec(open('more.py').read())\nprint(BROKER_URL)\n",
        "more.py": "BROKER_URL = 'redis://'\n",
    }

    assert "a file is run in the names of another one here (conf.py:1)" in doubts(files)
