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
