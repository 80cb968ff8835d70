"""Names of tasks in settings that are said to be misspelt."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import judged

OPTIONS = Options(select=("CEL717",), target_version="5.6")
APP = """from celery import Celery

app = Celery("shop", broker="redis://h/0")
app.conf.update({settings})


@app.task({options})
def mail(to): ...
"""


def said(settings: str, options: str = "", path: str = "shop.py", more: str = "") -> list[str]:
    """Return what is said of the settings of an app, with the names that are proposed."""
    app = APP.format(settings=settings, options=options) + more
    report = judged({path: app}, OPTIONS)
    return [f"{finding.message}: {finding.help}" for finding in report.findings]


@pytest.mark.parametrize(
    ("settings", "options", "expected"),
    [
        (
            "task_routes={'mail': {'queue': 'a'}}",
            "",
            "No task is called `mail`: the route is ignored: Write `shop.mail`",
        ),
        (
            "task_annotations={'mail': {'rate_limit': 3}}",
            "",
            "No task is called `mail`: they are ignored: Write `shop.mail`",
        ),
        (
            "task_routes={'shop.mial': 'a'}",
            "",
            "No task is called `shop.mial`: the route is ignored: Write `shop.mail`",
        ),
        (
            "beat_schedule={'a': {'task': 'letters.sned', 'schedule': 3}}",
            "name='letters.send'",
            "No task is called `letters.sned`: workers drop it: Write `letters.send`",
        ),
    ],
)
def test_misspelt_name_is_found(settings: str, options: str, expected: str) -> None:
    assert said(settings, options) == [expected]


@pytest.mark.parametrize(
    ("settings", "options", "path"),
    [
        ("task_routes={'shop.mail': 'a'}", "", "shop.py"),
        ("task_routes={'shop.mail': 'a'}", "", "src/shop.py"),
        ("task_routes={'src.shop.mail': 'a'}", "", "shop.py"),
        ("task_routes={'mail': 'a'}", "name='mail'", "shop.py"),
        ("task_routes={'mail': 'a'}", "name='post'", "shop.py"),
        ("task_routes={'mail*': 'a'}", "", "shop.py"),
        ("task_routes={'billing.pay': 'a'}", "", "shop.py"),
        ("task_routes={'shop.mial': 'a'}", "name=NAME", "shop.py"),
        ("task_routes={'shop.mial': 'a'}", "**OPTIONS", "shop.py"),
        ("task_routes={NAME: 'a'}", "", "shop.py"),
        ("task_routes=ROUTES", "", "shop.py"),
        ("beat_schedule={'a': {'task': NAME, 'schedule': 3}}", "", "shop.py"),
        ("beat_schedule={'a': {'schedule': 3}}", "", "shop.py"),
    ],
)
def test_nothing_is_said(settings: str, options: str, path: str) -> None:
    assert said(settings, options, path) == []


def test_name_that_is_written_elsewhere_may_be_given_to_a_task() -> None:
    assert said("task_routes={'shop.mial': 'a'}", more="\n\nregister('shop.mial')\n") == []


def test_project_without_tasks_is_left_alone() -> None:
    text = "task_routes = {'shop.mail': 'a'}\n"

    assert judged({"celeryconfig.py": text}, OPTIONS).findings == ()


def test_app_that_names_its_tasks_itself_is_left_alone() -> None:
    more = (
        "\n\nclass App(Celery):\n    def gen_task_name(self, name, module):\n        return name\n"
    )

    assert said("task_routes={'mail': 'a'}", more=more) == []
