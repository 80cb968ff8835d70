"""When it is said that Django never imports the app, and when it is not."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import found, judged

SITE = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'INSTALLED_APPS = ["orders"]\nCELERY_BROKER_URL = "redis://h/0"\n',
    "shop/celery.py": (
        'from celery import Celery\n\napp = Celery("shop")\n'
        'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
        "app.autodiscover_tasks()\n"
    ),
    "orders/__init__.py": "",
    "orders/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef ship(order): ...\n",
    "orders/views.py": "from orders.tasks import ship\n\n\ndef order(_):\n    ship.delay(1)\n",
}
APP = SITE["shop/celery.py"]
OPTIONS = Options(select=("CEL623",), target_version="5.6")


def said(**files: str) -> list[str]:
    """Return what is said of the site with other texts for some of its files."""
    return found(judged({**SITE, **files}, OPTIONS))


def test_app_that_nothing_imports_is_found() -> None:
    assert said() == ["3 CEL623 None"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("orders/tests/test_views.py", "from shop.celery import app\n"),
        ("shop/__init__.py", "from celery import shared_task\n"),
        ("orders/views.py", "import celery\nfrom orders import tasks\n\n\ntasks.ship.delay(1)\n"),
        ("orders/apps.py", "from orders.management import celery_names\n"),
        ("k8s.yaml", "command: celery -A shop worker\n"),
    ],
)
def test_what_imports_no_app_does_not_count(path: str, text: str) -> None:
    extra = {"orders/other.py": SITE["orders/views.py"]} if path == "orders/views.py" else {}

    assert said(**{path: text}, **extra) == ["3 CEL623 None"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/__init__.py", "from .celery import app as celery_app\n"),
        ("shop/__init__.py", "from . import celery\n"),
        ("shop/wsgi.py", "import shop.celery\n"),
        ("shop/wsgi.py", "from shop import (\n    settings,\n    celery,\n)\n"),
        ("shop/urls.py", "from shop.celery import app\n"),
        ("orders/apps.py", "import_module('shop.celery')\n"),
        ("orders/apps.py", 'autodiscover_modules("celery")\n'),
        ("orders/apps.py", 'import_module(".celery", "shop")\n'),
        ("shop/settings.py", SITE["shop/settings.py"] + "from .celery import app\n"),
        ("celeryconfig.py", "broker_url = 'redis://h/0'\n"),
        (".env", "CELERY_BROKER_URL=redis://h/0\n"),
        (
            "shop/settings.py",
            "import os\nINSTALLED_APPS = []\nCELERY_BROKER_URL = os.environ['CELERY_BROKER_URL']\n",
        ),
        ("orders/views.py", "from orders.tasks import ship\n\nship(1)\n"),
        (
            "other.py",
            "from celery import Celery\n\nother = Celery('other', broker='redis://h/1')\n",
        ),
        (
            "shop/celery.py",
            'from celery import Celery\n\napp = Celery("shop", broker="redis://h")\n',
        ),
        (
            "orders/tasks.py",
            "from celery import Celery\nmine = Celery()\n\n\n@mine.task\ndef ship(order): ...\n",
        ),
    ],
)
def test_nothing_is_said(path: str, text: str) -> None:
    assert said(**{path: text}) == []


def test_app_in_a_package_is_imported_with_it() -> None:
    files = {**SITE, "shop/__init__.py": APP}
    del files["shop/celery.py"]

    assert found(judged(files, OPTIONS)) == []


def test_app_in_a_module_without_a_package_is_found() -> None:
    files = {**SITE, "worker.py": APP}
    del files["shop/celery.py"]

    assert found(judged(files, OPTIONS)) == ["3 CEL623 None"]
    assert found(judged({**files, "shop/wsgi.py": "import worker\n"}, OPTIONS)) == []
