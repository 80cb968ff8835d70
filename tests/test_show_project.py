"""`--show-project` tells what is understood of a project, and what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.engine.description import Description
from celerylint.engine.overview import understand
from celerylint.engine.run import judge
from celerylint.files.roots import Asked
from celerylint.files.walking import tree
from celerylint.options.table import Options
from celerylint.output import project as page
from tests.judged import ROOT, TARGET, in_memory, knowledge
from tests.projects import APP
from tests.reports import plain

LOAD = "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.live')\n",
    "shop/__init__.py": "",
    "shop/celery.py": f"{APP}{LOAD}app.conf.task_acks_late = True\n",
    "shop/base.py": "from .local import *\nCELERY_TIMEZONE = 'UTC'\nOTHER = 1\n",
    "shop/live.py": "from .base import *\nCELERY_BROKER_URL = 'redis://:hunter2@host'\n",
    "shop/test.py": "from .base import *\n",
}


def understood(files: Mapping[str, str], options: Options = TARGET) -> Description:
    """Return what is understood of a project."""
    return understand(in_memory(files), options, *knowledge())


def told(files: Mapping[str, str], options: Options = TARGET) -> str:
    """Return the page on a project."""
    return plain("\n".join(page.lines([understood(files, options)], ROOT)))


def test_page_on_a_site_of_django() -> None:
    assert told(DJANGO).splitlines() == [
        ". (6 Python files)",
        "",
        "  App `app` in shop/celery.py:2",
        "    found by     the call that makes it",
        "    Celery       5.6, from --target-version",
        "    namespace    CELERY (shop/celery.py:3)",
        "    loads        one of 2 at shop/celery.py:3",
        "                 shop/live.py (certain, 2 settings); named at manage.py:2; with",
        "                 shop/base.py",
        "                 shop/test.py (certain, 1 setting); star-imports one of the",
        "                 others; with shop/base.py",
        "    on conf      1 more setting on the app itself",
        "    not followed shop/base.py:1: there is no module `.local` in the project",
        "    so           nothing is called unset or dead, and no fix is safe",
    ]


def test_page_is_80_columns_wide() -> None:
    assert max(map(len, told(DJANGO).splitlines())) <= 80


def test_secret_is_shown_by_no_format() -> None:
    document = page.document([understood(DJANGO)], ROOT)

    assert "hunter2" not in document
    assert "hunter2" not in told(DJANGO)


def test_document_holds_the_same() -> None:
    (project,) = json.loads(page.document([understood(DJANGO)], ROOT))["projects"]

    (app,) = project["apps"]
    assert (project["root"], project["files"], app["name"]) == (".", 6, "app")
    assert (app["namespace"], app["namespace_known"]) == ("CELERY", True)
    assert [source["module"] for source in app["sources"]] == ["shop/live.py", "shop/test.py"]
    assert app["sources"][0]["files"] == ["shop/live.py", "shop/base.py"]
    assert app["gaps"][0]["where"] == "shop/base.py:1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "    namespace    none"),
        ("", "    loads        no module, class or dict"),
        ("app.config_from_object('conf')", "    loads        conf.py (certain, 1 setting) at"),
        ("app.config_from_object(x)", "    loads        something that was not found at app.py:3"),
        (
            "app.config_from_object('conf', namespace=x)",
            "    namespace    not known, as it is computed (app.py:3)",
        ),
        (
            "app.config_from_object('conf', namespace='A')\napp.namespace = 'B'",
            "    namespace    not known, as several are given (app.py:4, app.py:3)",
        ),
        (
            "app.config_from_object('conf', namespace=x)",
            "    so           only what is right with and without a namespace is judged",
        ),
        ("app.conf.broker_url = settings.BROKER", "    passes on    BROKER as broker_url"),
        (
            "app.config_from_object(x)",
            "    so           nothing is fixed, as it is not certain that this is what is",
        ),
    ],
)
def test_page_says(text: str, line: str) -> None:
    page = told({"app.py": f"{APP}{text}\n", "conf.py": "timezone = 'UTC'\n"}).splitlines()

    assert any(each.startswith(line) for each in page)


def test_many_gaps_are_counted() -> None:
    text = "".join(f"app.conf.update(x{number})\n" for number in range(9))

    shown = told({"app.py": f"{APP}{text}"})

    assert (shown.count("not followed"), "and 3 more" in shown) == (6, True)


def test_many_files_are_counted() -> None:
    stars = "".join(f"from part{number} import *\n" for number in range(6))
    parts = {f"part{number}.py": "" for number in range(6)}
    files = {"app.py": f"{APP}app.config_from_object('conf')\n", "conf.py": stars, **parts}

    assert "part3.py and 2 more" in " ".join(told(files).split())


def test_configuration_without_an_app_is_shown() -> None:
    shown = told({"celeryconfig.py": "timezone = 'UTC'\n"})

    assert "  Configuration in celeryconfig.py:1\n" in shown
    assert "celeryconfig.py (certain, 1 setting); as Celery does by default" in shown


def test_app_that_is_bound_to_no_name_is_shown() -> None:
    files = {"app.py": "from celery import Celery\nregistry['celery'] = Celery('shop')\n"}

    assert "  App without a name, app.py:2\n" in told(files)


def test_call_that_gives_django_its_settings_is_shown() -> None:
    given = "from django.conf import settings\n\nsettings.configure(CELERY_TIMEZONE='UTC')\n"

    shown = told({"app.py": APP + LOAD, "run.py": given})

    assert "run.py (certain, 1 setting); given to settings.configure at run.py:3" in " ".join(
        shown.split()
    )


def test_default_app_is_shown() -> None:
    files = {"conf.py": "import djcelery\ndjcelery.setup_loader()\nINSTALLED_APPS = []\n"}

    assert "  Default app, conf.py:2\n" in told(files)
    assert "a guess: nothing names a settings module" in " ".join(told(files).split())


def test_settings_that_nothing_loads_are_shown() -> None:
    shown = told({"shop/conf.py": "CELERYD_CONCURRENCY = 1\n"})

    assert "  Settings that no app is seen to load\n    shop/conf.py:1\n" in shown


def test_nothing_is_said_so() -> None:
    assert told({"a.py": ""}).splitlines() == [". (1 Python file)", "  No Celery configuration"]


def test_version_of_the_upgrade_is_shown() -> None:
    options = Options(target_version="5.6.3", upgrading_from="3.1.25")

    assert "Celery       5.6.3, from --target-version; upgrading from 3.1.25" in told(
        {"app.py": APP}, options
    )


def test_version_that_nobody_names_is_shown() -> None:
    assert ", as no dependency file names one" in told({"app.py": APP}, Options())


def test_module_that_is_not_there_is_one_line() -> None:
    files = {**DJANGO, "wsgi.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.gone'\n"}

    assert told(files).splitlines()[-1] == (
        "  wsgi.py:1 names the settings module `shop.gone`, which is not in the project"
    )


def test_file_that_hides_an_app_is_one_line() -> None:
    files = {
        "a.py": APP,
        "work.py": "from celery import Celery\n<<<<<<< ours\n=======\n>>>>>>> theirs\n",
    }

    assert told(files).splitlines()[-1] == (
        "  work.py cannot be read, so what it has of Celery is not seen"
    )


def test_circular_star_imports_are_one_line() -> None:
    load = f"{APP}app.config_from_object('one')\n"
    files = {"app.py": load, "one.py": "from two import *\n", "two.py": "from one import *\n"}

    assert told(files).splitlines()[-1] == (
        "  two.py:1 star-imports one.py, which is still being imported"
    )


def test_two_files_of_one_name_are_one_line() -> None:
    files = {"app.py": APP, "conf.py": "", "conf/__init__.py": ""}

    assert "  conf.py cannot be imported, as conf/__init__.py has the same name" in told(files)


def test_several_projects_are_apart() -> None:
    both = [understood({"a.py": ""}), understood({"a.py": APP})]

    lines = [plain(line) for line in page.lines(both, ROOT)]

    assert lines.count("") == 2
    assert lines[2:4] == ["", ". (1 Python file)"]


@pytest.mark.parametrize("arguments", [[], ["--output-format", "json"]])
def test_command_line_checks_nothing(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "celeryconfig.py").write_text("CELERY_TIMEZONE = 'UTC'\nrubish = 1\n")

    code = main(["check", str(tmp_path), "--show-project", *arguments])

    assert code == 0
    assert "celeryconfig.py" in capsys.readouterr().out


def test_links_in_a_loop_are_no_harm(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "up").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "app.py").write_text(APP)

    found = understand(tree(Asked(tmp_path, None)), TARGET, *knowledge())

    assert [app.where for app in found.seen.apps] == ["app.py:2"]


def test_module_known_by_the_name_of_a_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("timezone = 'UTC'\n")
    (tmp_path / "conf.py").symlink_to(tmp_path / "real.py")
    (tmp_path / "app.py").write_text(f"{APP}app.config_from_object('conf')\n")

    found = understand(tree(Asked(tmp_path, None)), TARGET, *knowledge())

    assert [source.module for source in found.seen.apps[0].sources] == ["real.py"]


def test_pattern_is_read_where_the_module_is_absent(tmp_path: Path) -> None:
    (tmp_path / "conf.py.dist").write_text("timezone = 'UTC'\n")
    (tmp_path / "app.py").write_text(f"{APP}app.config_from_object('conf')\n")

    (app,) = understand(tree(Asked(tmp_path, None)), TARGET, *knowledge()).seen.apps

    assert (app.sources[0].module, app.grade) == ("conf.py.dist", "likely")
    assert app.gaps[0].reason == "there is no module `conf` in the project"


def test_pattern_that_is_not_python_yet_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "conf.py.dist").write_text("{{ broker }}: 1 = 2\n")
    (tmp_path / "app.py").write_text(f"{APP}app.config_from_object('conf')\n")

    assert judge(tree(Asked(tmp_path, None)), TARGET, *knowledge()).findings == ()


def test_file_that_cannot_be_read_is_named() -> None:
    files = {"app.py": f"{APP}app.config_from_object('conf')\n", "conf.py": "A = (\n"}

    assert "    not followed conf.py: `conf.py` cannot be read" in told(files)


def test_namespace_of_what_was_not_followed_is_not_known() -> None:
    files = {"app.py": f"{APP}app.config_from_object(x)\n", "celeryconfig.py": "A = 1\n"}

    assert "not known, as not everything that is loaded could" in " ".join(told(files).split())


def test_page_on_a_module_that_the_variable_names() -> None:
    files = {
        "options.py": "CELERYD_CONCURRENCY = 4\n",
        "run.sh": "export CELERY_CONFIG_MODULE=options\ncelery worker\n",
    }

    assert told(files).splitlines()[2:7] == [
        "  Configuration in options.py:1",
        "    found by     CELERY_CONFIG_MODULE",
        "    Celery       5.6, from --target-version",
        "    namespace    none",
        "    loads        options.py (certain, 1 setting); as Celery does by default",
    ]
