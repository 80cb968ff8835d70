"""The plan of an upgrade: its stages, what is in them, and how it is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from celerylint.checks.upgrade import configurations
from celerylint.cli import main

CONFIG = """\
BROKER_URL = "redis://shop:geheim@localhost/0"
CELERY_DEFAULT_QUEUE = "shop"
CELERY_TASK_RESULT_EXPIRES = -1
CELERYD_LOG_LEVEL = "INFO"
"""
FROM_3 = ("--upgrading-from", "3.1")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project on Celery 3.1, which is the current directory."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("setup.cfg").write_text("", "utf-8")
    tmp_path.joinpath("celeryconfig.py").write_text(CONFIG, "utf-8")
    tmp_path.joinpath("tasks.py").write_text("from celery.task import periodic_task\n", "utf-8")
    return tmp_path


def planned(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Return the plan that is printed."""
    assert main(["plan", *args]) == 0
    return capsys.readouterr().out


def stages(text: str) -> list[str]:
    """Return the titles of the stages."""
    return [line for line in text.splitlines() if line.startswith("Stage ")]


@pytest.mark.parametrize(
    ("before", "target", "expected"),
    [
        ("3.1", "5.6", ["3.1 to 4.4.7", "4.4.7 to 5.2.7", "5.2.7 to 5.6"]),
        ("3.1", "5.7", ["3.1 to 4.4.7", "4.4.7 to 5.2.7", "5.2.7 to 5.6.3", "5.6.3 to 5.7"]),
        ("3.1.10", "4.0", ["3.1.10 to 4.0"]),
        ("4.4", "5.2", ["4.4 to 5.2"]),
        ("5.6", "5.7", ["5.6 to 5.7"]),
    ],
)
def test_stages_are_those_on_the_way(
    capsys: pytest.CaptureFixture[str], before: str, target: str, expected: list[str]
) -> None:
    text = planned(capsys, "--upgrading-from", before, "--target-version", target)

    numbered = [f"Stage {n}: Celery {stage}" for n, stage in enumerate(expected, 1)]
    assert stages(text) == numbered


def test_each_finding_stands_in_the_stage_that_brings_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    args = ("--target-version", "5.6", "--output-format", "json")
    document = json.loads(planned(capsys, *FROM_3, *args))

    first, second, third = document["stages"]
    assert "CEL101" in {each["code"] for each in first["automatic"]}
    assert "CEL804" in {each["code"] for each in first["decide"]}
    assert [each["code"] for each in second["decide"]] == ["CEL802"]
    assert [each["code"] for each in second["watch"]] == ["CEL819"]
    assert [each["code"] for each in third["watch"]] == ["CEL809"]
    codes = [each["code"] for stage in document["stages"] for each in stage["decide"]]
    assert "CEL403" not in codes, "what was wrong before has nothing to do with the upgrade"


def test_command_of_a_stage_makes_its_safe_fixes(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    text = planned(capsys, *FROM_3, "--target-version", "5.6", "celeryconfig.py")
    command, following = (line.strip() for line in text.splitlines() if "check --fix cel" in line)
    assert following == f"Next: {command}"

    main([*command.split()[1:]])

    assert "broker_url" in project.joinpath("celeryconfig.py").read_text("utf-8")


@pytest.mark.parametrize("kind", ["full", "markdown", "json"])
def test_plan_tells_no_password(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    text = planned(capsys, *FROM_3, "--target-version", "5.6", "--output-format", kind)

    assert "CEL819" in text
    assert "geheim" not in text


def test_markdown_is_a_checklist(capsys: pytest.CaptureFixture[str]) -> None:
    text = planned(capsys, *FROM_3, "--target-version", "4.4", "--output-format", "markdown")

    assert "## Stage 1: Celery 3.1 to 4.4\n\n### Automatic\n\n- [ ] " in text
    assert "- [ ] `celeryconfig.py:2` CEL807 Celery 4 binds `CELERY_DEFAULT_QUEUE`" in text
    assert text.endswith("- [ ] Deploy Celery 4.4\n")


def test_what_is_alike_is_told_once(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    for name in ("tasks.py", "more.py"):
        project.joinpath(name).write_text("from celery.task import periodic_task\n", "utf-8")

    text = planned(capsys, "--upgrading-from", "4.4", "--target-version", "5.2")

    assert (
        """

    CEL802 Celery 5.2 has no `celery.task.periodic_task`: the import raises
           ImportError
      more.py:1
      tasks.py:1
      = help: Decorate with `shared_task`, and put the period into
              `beat_schedule` under the task's name
"""
        in text
    )


def test_fixes_that_are_alike_are_told_once(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    for name in ("tasks.py", "more.py"):
        project.joinpath(name).write_text("from celery.task import task\n", "utf-8")

    text = planned(capsys, "--upgrading-from", "4.4", "--target-version", "5.2")

    assert "      more.py:1\n      tasks.py:1\n      = unsafe fix: Import from `celery`" in text


def test_lines_fit_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = planned(capsys, *FROM_3, "--target-version", "5.6", "celeryconfig.py")

    assert "= unsafe fix: Set `CELERY_DEFAULT_EXCHANGE`" in text
    assert (
        "and the versions of their stage\n\nNext: celerylint check --fix celeryconfig.py " in text
    )
    assert max(len(line) for line in text.splitlines() if "--fix cel" not in line) <= 80


def test_names_that_cannot_be_renamed_are_work_of_hands(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    hidden = "BROKER_URL = ''  # celerylint: ignore[CEL101]\n"
    config = f"CELERY_ACKS_LATE = True\nCELERY_IGNORE_RESULT = True\n{hidden}"
    project.joinpath("celeryconfig.py").write_text(config, "utf-8")

    args = (*FROM_3, "--target-version", "5.6", "--output-format", "markdown")
    text = planned(capsys, *args)

    assert "- [ ] CEL101: 2 alike\n  - [ ] `celeryconfig.py:1` CEL101 `CELERY_ACKS_LATE`" in text
    assert "  - Note: Not fixed: " in text
    assert text.count("CEL101 `CELERY") == 2


def test_checklist_has_a_box_for_each_place(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    project.joinpath("more.py").write_text("from celery.task import periodic_task\n", "utf-8")

    text = planned(capsys, *FROM_3, "--target-version", "5.6", "--output-format", "markdown")

    assert "raises ImportError\n  - [ ] `more.py:1`\n  - [ ] `tasks.py:1`\n  - Help: " in text


def test_fix_of_several_findings_is_told_once(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    site = (
        "import os\nfrom celery import Celery\n\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
        "app = Celery()\napp.config_from_object('django.conf:settings')\n"
    )
    project.joinpath("app.py").write_text(site, "utf-8")
    settings = "BROKER_URL = 'redis://h'\nCELERYD_CONCURRENCY = 4\nfrom local import *\n"
    project.joinpath("settings.py").write_text(settings, "utf-8")
    project.joinpath("celeryconfig.py").unlink()

    args = (*FROM_3, "--target-version", "4.4", "--output-format", "markdown")
    text = planned(capsys, *args)

    assert text.count("Move the settings under namespace") == 1
    assert ": 3 together\n" in text


def test_stage_without_findings_says_so(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    project.joinpath("celeryconfig.py").write_text("", "utf-8")
    project.joinpath("tasks.py").write_text("", "utf-8")

    assert planned(capsys, "--upgrading-from", "4.4", "--target-version", "5.2") == (
        "Stage 1: Celery 4.4 to 5.2\n\n  Nothing to do\n"
    )
    markdown = planned(
        capsys, "--upgrading-from", "4.4", "--target-version", "5.6", "--output-format", "markdown"
    )
    assert "Automatic" not in markdown


@pytest.mark.parametrize(("config", "places"), [("f()", "1 place"), ("f(), **g()", "2 places")])
def test_stage_says_that_places_could_not_be_followed(
    capsys: pytest.CaptureFixture[str], project: Path, config: str, places: str
) -> None:
    project.joinpath("celeryconfig.py").unlink()
    calls = "".join(f"app.conf.update({each.strip()})\n" for each in config.split(","))
    text = f"from celery import Celery\napp = Celery('shop')\n{calls}"
    project.joinpath("tasks.py").write_text(text, "utf-8")
    args = ("--upgrading-from", "4.4", "--target-version", "5.2", "--select", "CEL101")

    said = " ".join(planned(capsys, *args).split())
    listed = planned(capsys, *args, "--output-format", "markdown")

    assert "Nothing to do" not in said
    assert f"Not judged: what comes from {places} that could not be followed" in said
    assert f"- [ ] Not judged: what comes from {places}" in listed


def test_projects_within_are_told_apart(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    inner.joinpath("celerylint.toml").write_text('output-format = "github"\n', "utf-8")
    inner.joinpath("celeryconfig.py").write_text(CONFIG, "utf-8")

    text = planned(capsys, *FROM_3, "--target-version", "4.4")

    assert stages(text)[1] == "Stage 2: Celery 3.1 to 4.4 of inner"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--target-version", "5.6"),
            "A plan needs --upgrading-from, such as 3.1: no dependency file names a Celery",
        ),
        (
            ("--upgrading-from", "5.6", "--target-version", "5.2"),
            "--upgrading-from 5.6 is not older than --target-version 5.2",
        ),
    ],
)
def test_plan_without_an_upgrade_exits_2(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], message: str
) -> None:
    assert main(["plan", *args]) == 2
    assert capsys.readouterr().err == f"celerylint: {message}\n"


def test_crash_of_a_rule_exits_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> list[object]:
        raise RuntimeError

    monkeypatch.setattr(configurations, "redis_username_sent", crash)

    assert main(["plan", *FROM_3, "--target-version", "5.6"]) == 2
    assert "CEL819 failed with RuntimeError" in capsys.readouterr().err


def test_plan_goes_from_the_pin_to_the_newest(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    project.joinpath("requirements.txt").write_text("celery==5.6.0\n", "utf-8")

    assert stages(planned(capsys)) == ["Stage 1: Celery 5.6.0 to 5.7"]


PINS = {
    "requirements.txt": "celery==3.1.25  # kombu==1\nDjango==1.8\nredis<3\nkombu\n",
    "pyproject.toml": '[project]\ndependencies = ["django-celery>=3", "celery[redis]~=3.1"]\n',
    "Pipfile": '[packages]\nflower = "*"\nvine = "==1.3"\n',
    "poetry.lock": '[[package]]\nname = "celery"\nversion = "3.1.25"\n',
    "setup.py": "install_requires = ['amqp>=1.4,<2', 'mycelery==1']\n",
}


def test_plan_names_the_requirements_to_change(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    for name, text in PINS.items():
        project.joinpath(name).write_text(text, "utf-8")

    text = planned(capsys, *FROM_3, "--target-version", "4.4")
    checklist = planned(capsys, *FROM_3, "--target-version", "4.4", "--output-format", "markdown")
    document = json.loads(
        planned(capsys, *FROM_3, "--target-version", "5.6", "--output-format", "json")
    )

    listed = [line.split() for line in text.partition("\n\n")[0].splitlines()[1:]]
    assert sorted(listed) == [
        ["Pipfile:3", "vine", "=", '"==1.3"'],
        ["pyproject.toml:2", "celery[redis]~=3.1"],
        ["pyproject.toml:2", "django-celery>=3"],
        ["requirements.txt:1", "celery==3.1.25"],
        ["requirements.txt:3", "redis<3"],
        ["setup.py:1", "amqp>=1.4,<2"],
    ]
    assert "## Dependencies\n\n- [ ] `" in checklist
    assert [len(stage["dependencies"]) for stage in document["stages"]] == [6, 0, 0]


def test_unreadable_requirements_are_passed_over(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    project.joinpath("requirements.txt").symlink_to(project / "requirements.txt")

    assert "Dependencies" not in planned(capsys, *FROM_3, "--target-version", "4.4")


def test_name_that_one_stage_renames_is_not_told_in_the_next(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    text = "CELERY_ENABLE_UTC = False\nBROKER_URL = 'redis://h'\n"
    project.joinpath("celeryconfig.py").write_text(text, "utf-8")

    assert "CELERY_ENABLE_UTC" not in planned(capsys, *FROM_3, "--target-version", "5.6")


def test_next_command_only_checks_where_nothing_is_automatic(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    project.joinpath("celeryconfig.py").unlink()

    text = planned(capsys, "--upgrading-from", "4.4", "--target-version", "5.2")

    assert text.endswith("Next: celerylint check . --upgrading-from 4.4 --target-version 5.2\n")
