"""Django settings in classes are the settings of the modules they stand in."""

from __future__ import annotations

import pytest

from celerylint.model import Configuration, Grade
from tests.projects import APP, linked, names, reasons

LOAD = "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
ENTRY = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf')\n"
PACKAGE = "from configurations import Configuration\n"


def site(text: str) -> Configuration:
    """Return the configuration of a site whose settings module has this text."""
    files = {"app.py": f"{APP}{ENTRY}{LOAD}", "conf.py": text}
    (found,) = [c for c in linked(files, roots=("app.py",)).configurations if c.django]
    return found


def test_class_of_django_configurations_holds_the_settings() -> None:
    text = f"{PACKAGE}class Base(Configuration):\n  A = 1\nclass Live(Base):\n  B = 2\n  c = 3\n"

    found = site(text)

    assert (names(found), found.grade) == (("A", "B"), Grade.LIKELY)
    assert reasons(found) == ("`configurations.Configuration` comes from outside the project",)


def test_classes_that_nothing_chooses_are_alternatives() -> None:
    text = f"{PACKAGE}class Live(Configuration):\n  A = 1\nclass Test(Configuration):\n  B = 2\n"

    assert names(site(text)) == ("A?", "B?")


@pytest.mark.parametrize(
    "text",
    [
        "class K:\n  A = 1\n",
        "class K(object):\n  A = 1\n",
        "class K(K):\n  A = 1\n",
        "class K(f()):\n  A = 1\n",
        "class K(L):\n  A = 1\nclass L(K):\n  A = 1\n",
        "class K(Other):\n  A = 1\nOther = 1\n",
    ],
)
def test_other_classes_hold_none(text: str) -> None:
    assert "A" not in names(site(text))


@pytest.mark.parametrize(
    ("text", "found", "reason"),
    [
        (
            "class Live:\n  A = 1\nLive.load_settings(__name__)\n",
            "A",
            "`Live.load_settings` may set any name of this module",
        ),
        (
            "import dynaconf\nsettings = dynaconf.DjangoDynaconf(__name__)\n",
            "",
            "`dynaconf.DjangoDynaconf` may set any name of this module",
        ),
        ("load(__name__)\n", "", "`load` may set any name of this module"),
        ("load()(__name__)\n", "", "what is called may set any name of this module"),
    ],
)
def test_call_that_is_given_the_module_may_set_its_names(
    text: str, found: str, reason: str
) -> None:
    configuration = site(text)

    assert (names(configuration), reasons(configuration)) == (tuple(found.split()), (reason,))


@pytest.mark.parametrize(
    "text", ["import logging\nlog = logging.getLogger(__name__)\n", "def f():\n  load(__name__)\n"]
)
def test_call_that_only_reads_the_name_sets_none(text: str) -> None:
    assert reasons(site(text)) == ()


def test_site_that_cannot_be_read_is_open() -> None:
    found = site("A = (\n")

    assert (found.settings, reasons(found)) == ((), ("`conf.py` cannot be read",))


# --- settings.configure ---------------------------------------------------------------------------


CONF = "from django.conf import settings\n"


def configured(text: str, **more: str) -> tuple[Configuration, ...]:
    """Return the configurations of an app whose settings come from what a program does."""
    files = {"app.py": f"{APP}{LOAD}", "run.py": CONF + text}
    every = {**files, **{f"{name}.py": content for name, content in more.items()}}
    return tuple(c for c in linked(every, roots=("app.py", "run.py")).configurations if c.django)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("settings.configure(A=1, b=2)\n", "A"),
        ("if not settings.configured:\n  settings.configure(A=1)\n", "A"),
        ("D = {'A': 1}\ndef f():\n  settings.configure(**D, **{'B': 2})\n", "AB"),
        ("import other\nsettings.configure(other, B=2)\n", "AB"),
        ("from other import Site\nsettings.configure(default_settings=Site, B=2)\n", "SB"),
        ("from django import conf\nconf.settings.configure(A=1)\n", "A"),
    ],
)
def test_call_of_configure_holds_the_settings(text: str, found: str) -> None:
    other = "a = 0\nA = 1\nclass Site:\n  s = 0\n  S = 1\n"

    (only,) = configured(text, other=other)

    assert (names(only), only.grade) == (tuple(found), Grade.CERTAIN)
    assert (only.closed, next(each.entry.path for each in only.loadings if each.entry)) == (
        True,
        "run.py",
    )


def test_settings_that_are_handed_on_are_not_all_seen() -> None:
    (only,) = configured("settings.configure(A=1, **options())\n")

    assert (names(only), only.grade) == (("A",), Grade.CERTAIN)
    assert reasons(only) == ("what is loaded cannot be followed",)


def test_call_of_configure_stands_beside_settings_modules() -> None:
    found = configured(f"{ENTRY}settings.configure(A=1)\n", conf="B = 1\n")

    assert [names(each) for each in found] == [("B",), ("A",)]


@pytest.mark.parametrize(
    "text", ["settings.configure()\n", "configure(A=1)\n", "logging.configure(A=1)\n"]
)
def test_other_calls_hold_no_settings_of_django(text: str) -> None:
    (only,) = configured(text)

    assert (names(only), only.grade) == ((), Grade.UNKNOWN)
