"""Where a project makes no app itself, djcelery or a command line tells of one."""

from __future__ import annotations

import pytest

from celerylint.linking.django_modules import Search
from celerylint.linking.project import Project, link
from celerylint.model import FoundBy, Grade
from tests.judged import judged
from tests.judged import notes as told
from tests.projects import APP, facts_of, linked, names, reasons, tells

DJCELERY = "import djcelery\ndjcelery.setup_loader()\n"


def started(command: str, **files: str) -> Project:
    """Return a project with a file that holds a command line."""
    texts = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    both = {**texts, "Procfile": command}
    search = Search(tuple(texts), ("Procfile",), lambda path: both[path].encode())
    return link(lambda path: facts_of(texts[path], path), tuple(texts), tells, search)


def test_djcelery_loads_the_settings_of_django() -> None:
    files = {
        "manage.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n",
        "conf.py": f"{DJCELERY}A = 1\nb = 2\n",
    }

    (found,) = linked(files).configurations

    assert (names(found), found.django, found.namespace) == (("A",), True, None)
    assert (found.app.found_by, found.grade) == (FoundBy.DEFAULT_APP, Grade.CERTAIN)


def test_djcelery_without_settings_is_open() -> None:
    (found,) = linked({"start.py": DJCELERY}).configurations

    assert reasons(found) == ("Django's settings module is not found",)


def test_djcelery_can_be_given_no_namespace() -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n",
        "conf.py": f"{DJCELERY}CELERY_TASK_SERIALIZER = 'json'\n",
    }

    report = judged(files)

    assert {finding.fix for finding in report.findings} == {None}
    reason = "no call that takes a namespace loads the settings here"
    assert any(note.startswith(f"Not fixed: {reason}: Celery reads") for note in told(report))


def test_djcelery_counts_for_nothing_beside_an_app() -> None:
    (found,) = linked({"app.py": APP, "start.py": DJCELERY}).configurations

    assert found.app.found_by is FoundBy.CALL


@pytest.mark.parametrize(
    "command",
    [
        "worker: celery -A shop.tasks:queue worker",
        "worker: celery worker --app=shop.tasks:queue",
        "worker: celery --app shop.tasks:queue worker",
        'CMD ["celery", "-A", "shop.tasks:queue", "worker"]',
        "worker: python -m celery -A shop.tasks:queue worker -l info",
    ],
)
def test_app_is_found_by_the_command_that_starts_it(command: str) -> None:
    tasks = "from other import make\nqueue = make()\nqueue.conf.update(a=1)\n"

    (found,) = started(command, shop__tasks=tasks).configurations

    assert (names(found), found.grade) == (("a",), Grade.LIKELY)
    assert found.app.found_by is FoundBy.COMMAND_LINE


@pytest.mark.parametrize(
    "files",
    [
        {"shop__tasks": "app = make()\n"},
        {"shop__tasks": "celery = make()\n"},
        {"shop__tasks____init__": "", "shop__tasks__celery": "app = make()\n"},
    ],
)
def test_app_without_a_name_is_looked_for_as_celery_does(files: dict[str, str]) -> None:
    (found,) = started("celery -A shop.tasks worker", **files).configurations

    assert found.app.entity.name in {"app", "celery"}


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("celery -A shop.gone worker", "app = make()\n"),
        ("celery -A shop.tasks:gone worker", "app = make()\n"),
        ("celery -A shop.tasks worker", "from other import app\n"),
        ("celery -A shop.tasks:app.main worker", "other = 1\n"),
        ("tar -A shop.tasks", "app = make()\n"),
        ("celery worker; grep -A shop.tasks", "app = make()\n"),
    ],
)
def test_command_that_starts_nothing_of_the_project_tells_nothing(command: str, text: str) -> None:
    assert started(command, shop__tasks=text).configurations == ()


def test_command_counts_for_nothing_beside_an_app() -> None:
    found = started("celery -A shop.tasks worker", shop__tasks="app = make()\n", main=APP)

    assert [c.app.entity.path for c in found.configurations] == ["main.py"]
