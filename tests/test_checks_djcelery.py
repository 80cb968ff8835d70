"""Leftover of django-celery: which names are found, and what is said to do instead."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import found, judged

TARGET = Options(select=("CEL833",), target_version="5.6")
APP = "from celery import Celery\n\napp = Celery('shop')\n"


def lines(text: str, target: str = "5.6") -> list[str]:
    """Return the lines of a module of settings that are found."""
    options = Options(select=("CEL833",), target_version=target)
    report = judged({"settings.py": text}, options)
    assert report.crashes == ()
    return [each.split()[0] for each in found(report)]


@pytest.mark.parametrize(
    "text",
    [
        "import djcelery\n",
        "import djcelery.models\n",
        "from djcelery import setup_loader\n",
        "import celery, kombu.transport.django as transport\n",
        "import celery\nfrom kombu.transport.django.models import Message\n",
        "def f():\n    import djcelery\n",
        "INSTALLED_APPS = ('djcelery', 'shop')\n",
        "import celery\nINSTALLED_APPS = ['shop'] + ['kombu.transport.django']\n",
        "THIRD_APPS = ['djcelery']\nINSTALLED_APPS = list(THIRD_APPS)\n",
        "INSTALLED_APPS = []\nINSTALLED_APPS += ('djcelery',)\n",
        "CELERYBEAT_SCHEDULER = 'djcelery.schedulers.DatabaseScheduler'\n",
        "CELERY_RESULT_BACKEND = 'djcelery.backends.database:DatabaseBackend'\n",
        "CELERY_RESULT_BACKEND = X or 'djcelery.backends.cache:CacheBackend'\n",
        "TEST_RUNNER = 'djcelery.contrib.test_runner.CeleryTestSuiteRunner'\n",
        "CELERY = {'beat_scheduler': 'djcelery.schedulers.DatabaseScheduler'}\n",
        f"{APP}app.conf.update(result_backend='djcelery.backends.cache:CacheBackend')\n",
        f"{APP}app.conf.beat_scheduler = 'djcelery.schedulers.DatabaseScheduler'\n",
    ],
)
def test_django_celery_is_found_once(text: str) -> None:
    assert len(lines(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "INSTALLED_APPS = ['django_celery_beat', 'djcelery_email', 'djcelery_model']\n",
        "import djcelery_email\nimport kombu.transport.redis\n",
        "from .djcelery import x\n",
        "INSTALLED_APPS = ['djcelery' '_email', f'djcelery{SUFFIX}']\n",
        "INSTALLED_APPS = [app for app in INSTALLED_APPS if app != 'djcelery']\n",
        "try:\n    import djcelery\nexcept ImportError:\n    djcelery = None\n",
        "if OLD:\n    INSTALLED_APPS = ['djcelery']\n    A = 'djcelery.contrib.test_runner'\n",
        f"{APP}if OLD:\n    app.conf.beat_scheduler = 'djcelery.schedulers.DatabaseScheduler'\n",
        "SKIPPED_APPS = ['djcelery']\nLOGGERS = {'djcelery': {}, 'djcelery.schedulers': {}}\n",
        "operations = [('to', 'djcelery.PeriodicTask')]\n",
        "ROOT_URLCONF = 'djcelery.urls'\nA: str\nB = 1\n",
    ],
)
def test_others_are_left_alone(text: str) -> None:
    assert lines(text) == []


def test_package_of_the_project_itself_is_left_alone() -> None:
    files = {
        "djcelery/__init__.py": "from djcelery.celery import app\n",
        "djcelery/celery.py": APP,
        "djcelery/settings.py": "INSTALLED_APPS = ['djcelery']\n",
    }

    assert judged(files, TARGET).findings == ()


@pytest.mark.parametrize(
    ("target", "count"), [("3.1", 0), ("3.1-5.6", 0), ("4.0", 1), ("5.6", 1), ("5.7", 1)]
)
def test_celery_3_is_what_django_celery_is_for(target: str, count: int) -> None:
    assert len(lines("import djcelery\n", target)) == count


@pytest.mark.parametrize(
    ("text", "headline", "remedy"),
    [
        (
            "import djcelery\n",
            "`djcelery` is of django-celery, which requires Celery below 4",
            "namespace='CELERY'",
        ),
        (
            "INSTALLED_APPS = ['djcelery']\n",
            "`djcelery` is of django-celery, which requires Celery below 4",
            "`django_celery_beat` for schedules",
        ),
        (
            "import celery\nINSTALLED_APPS = ['kombu.transport.django']\n",
            "`kombu.transport.django` is gone since kombu 4, which Celery 4 needs",
            "Redis or RabbitMQ",
        ),
        (
            "A = 'djcelery.backends.cache'\n",
            "`djcelery.backends.cache` is of django-celery, which requires Celery below 4",
            "`django-cache`",
        ),
        (
            "import os\nos.environ['CELERY_LOADER'] = 'django'\n",
            "`CELERY_LOADER` asks for the loader of django-celery, which requires Celery below 4",
            "needs no loader",
        ),
        (
            "import os\nos.environ.setdefault('CELERY_LOADER', 'djcelery.loaders.DjangoLoader')\n",
            "`CELERY_LOADER` asks for the loader of django-celery, which requires Celery below 4",
            "needs no loader",
        ),
        (
            "from djcelery.models import PeriodicTask\n",
            "`djcelery.models.PeriodicTask` is of django-celery, which requires Celery below 4",
            "`django_celery_beat.models`",
        ),
    ],
)
def test_finding_says_what_comes_instead(text: str, headline: str, remedy: str) -> None:
    (finding,) = judged({"settings.py": text}, TARGET).findings

    assert finding.message == headline
    assert remedy in finding.help
    assert finding.fix is None


def test_broker_in_the_database_of_django_is_found_once() -> None:
    files = {
        "celeryconfig.py": "broker_url = 'django://'\n",
        "app.py": f"{APP}app.config_from_object('celeryconfig')\n",
    }

    (finding,) = judged(files).findings

    assert finding.code == "CEL205"
    assert finding.help.startswith("Run Redis or RabbitMQ")


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['CELERY_LOADER'] = 'shop.loaders:Own'\n",
        "import os\nif old:\n    os.environ['CELERY_LOADER'] = 'django'\n",
    ],
)
def test_other_loaders_are_left_alone(text: str) -> None:
    assert judged({"wsgi.py": text}, TARGET).findings == ()
