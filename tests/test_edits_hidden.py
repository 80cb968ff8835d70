"""What uses names behind the back of a rename makes it unsafe."""

from __future__ import annotations

import pytest

from tests.judged import TARGET, doubts, fixed, judged, notes

APP = "from celery import Celery\napp = Celery('shop')\napp.config_from_object('celeryconfig')\n"
CONFIG = "BROKER_URL = 'memory://'\nCELERY_ALWAYS_EAGER = True\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys\nsys.modules['celeryconfig'].BROKER_URL\n", "taken from sys.modules"),
        (
            "import celeryconfig as c\nc.__dict__.get('BROKER_URL')\n",
            "`c.__dict__` holds all names",
        ),
        ("exec(open('celeryconfig.py').read(), {})\n", "`celeryconfig.py` is used as a file"),
        ("import runpy\nrunpy.run_path('./celeryconfig.py')\n", "is used as a file"),
    ],
)
def test_other_code_that_reads_the_module_is_in_the_way(code: str, reason: str) -> None:
    found = doubts({"celeryconfig.py": CONFIG, "app.py": APP + code})

    assert any(reason in each for each in found)


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.modules['os'].NAME_OF\n",
        "import os\nos.__dict__.get('BROKER_URL')\n",
        "open('other.py')\nopen(NAME)\n",
    ],
)
def test_other_code_that_reads_something_else_is_not(code: str) -> None:
    assert notes(judged({"celeryconfig.py": CONFIG, "app.py": APP + code})) == []


@pytest.mark.parametrize(
    "name", ["def __getattr__(name): return 1\n", "def __dir__(): return []\n"]
)
def test_module_that_answers_for_its_names_is_in_the_way(name: str) -> None:
    (found,) = doubts({"celeryconfig.py": CONFIG + name, "app.py": APP})

    assert "decides about names" in found


def test_class_with_slots_is_in_the_way() -> None:
    config = "class C:\n    __slots__ = ('BROKER_URL',)\n    def __init__(self):\n"
    config += "        self.BROKER_URL = 'memory://'\n"
    app = "from celery import Celery\napp = Celery('shop')\napp.config_from_object(C())\n"

    assert "`__slots__` decides about names (app.py:2)" in doubts({"app.py": config + app})


@pytest.mark.parametrize(
    ("exports", "plain"),
    [
        ("__all__ = ['BROKER_URL']\n", True),
        ("__all__ = ['BROKER_URL'] + ['CELERY_ALWAYS_EAGER']\n", True),
        ("import other\n__all__ = other.__all__ + ['BROKER_URL']\n", True),
        ("__all__ = ['BROKER_' + 'URL']\n", False),
        ("__all__ = [name for name in NAMES]\n", False),
    ],
)
def test_computed_exports_are_in_the_way(exports: str, plain: bool) -> None:
    files = {"celeryconfig.py": CONFIG + exports, "app.py": APP, "other.py": ""}

    assert bool(fixed(files).changes) is plain
    assert plain or doubts(files) == ["`__all__` is computed (celeryconfig.py:3)"]


@pytest.mark.parametrize(
    "config",
    ["BROKER_URL = 1\nX = \uff22ROKER_URL\n", "\uff22ROKER_URL = 1\nBROKER_URL = 2\n"],
)
def test_name_in_other_letters_is_in_the_way(config: str) -> None:
    report = judged({"celeryconfig.py": config, "app.py": APP})

    assert any("the same name in other letters" in note for note in notes(report))


def test_key_that_conf_is_asked_for_is_renamed() -> None:
    app = APP + "X = 'BROKER_URL' in app.conf\nY = 'BROKER_URL' not in app.conf == Z\n"

    changes = fixed({"celeryconfig.py": CONFIG, "app.py": app}).changes

    assert changes["app.py"].decode() == (
        APP + "X = 'broker_url' in app.conf\nY = 'broker_url' not in app.conf == Z\n"
    )


def test_import_that_counted_as_a_setting_makes_way_on_request_only() -> None:
    config = "from datetime import timezone\nCELERY_TIMEZONE = 'UTC'\nX = timezone.utc\n"
    report = judged({"celeryconfig.py": config, "app.py": APP}, TARGET)
    fix = next(each.fix for each in report.findings if each.code == "CEL101")

    assert fix is not None
    assert fix.reason == "`timezone` is no longer the import of that name"
