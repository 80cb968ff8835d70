"""Command lines that Celery refuses: what is found, what is said, and what hides it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.engine.fix import add_ignores
from celerylint.options.table import Options
from tests.judged import TARGET, Files, fixed, found, in_memory, judged, knowledge

APP = {"shop.py": "from celery import Celery\n\napp = Celery('shop')\n"}
CODES = ("CEL906", "CEL907", "CEL911")


def said(line: str, target: str = "5.6", **files: str) -> list[tuple[str, str, str]]:
    """Return what is found in a Procfile: code, message and help."""
    options = Options(select=CODES, target_version=target)
    report = judged({**APP, "Procfile": f"worker: {line}\n", **files}, options)
    assert report.crashes == ()
    return [(each.code, each.message, each.help) for each in report.findings]


@pytest.mark.parametrize(
    ("line", "names", "order"),
    [
        ("celery worker -A shop", "`-A`", "celery -A shop worker"),
        ("celery worker -Ashop -l info", "`-A`", "celery -Ashop worker"),
        ("celery worker -l info --app=shop -q", "`--app` and `-q`", "celery --app=shop -q worker"),
        ("celery -A shop worker -b redis://", "`-b`", "celery -A shop -b redis:// worker"),
        ("celery --app=shop inspect ping -C", "`-C`", "celery --app=shop -C inspect"),
        ("/bin/celery worker -A $APP", "`-A`", "/bin/celery -A $APP worker"),
    ],
)
def test_option_behind_the_command(line: str, names: str, order: str) -> None:
    ((code, message, advice),) = said(line)

    assert (code, message.partition(" after ")[0]) == ("CEL906", names)
    assert f"Write `{order}`, " in advice


def test_order_in_a_list_is_written_as_one() -> None:
    docker = {**APP, "Dockerfile": 'CMD ["celery", "worker", "-A", "shop"]\n'}

    (finding,) = judged(docker, Options(select=CODES, target_version="5.6")).findings

    assert 'Write `"celery", "-A", "shop", "worker"`, ' in finding.help


def test_flower_goes_without() -> None:
    ((_, message, _),) = said("celery flower -A shop")

    assert message == "`-A` after `flower`: flower ignores it"


@pytest.mark.parametrize(
    "line",
    [
        "celery -A shop worker",
        "celery -q -A shop worker -l info",
        "celery multi start 2 -A shop",
        "celery own-command -A shop",
        "celery $COMMAND -A shop",
        "celery -A",
        "celery --unheard worker -A shop",
        "celery -A shop worker -- -A",
        "celery -A shop flower --broker_api=http://mq",
        "celeryd",
        "celery -A shop worker --max-tasks-per-child=3",
        "celery -A shop beat --no-execv",
        "python manage.py migrate",
        "python manage.py",
    ],
)
def test_nothing_is_wrong_with(line: str) -> None:
    assert said(line) == []


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("celery worker -A shop", "4.4"),
        ("celery worker -A shop", "4.4,5.6"),
        ("celery -A shop worker --maxtasksperchild=3", "4.4"),
        ("celeryd -l info", "3.1"),
        ("python manage.py celery worker", "3.1"),
    ],
)
def test_older_release_takes_it(line: str, target: str) -> None:
    assert said(line, target.partition(",")[0]) == []


@pytest.mark.parametrize(
    ("line", "name", "instead"),
    [
        ("celeryd -A shop", "celeryd", "celery worker"),
        ("/srv/bin/celerybeat -l info", "celerybeat", "celery beat"),
        ("python manage.py celerycam", "manage.py celerycam", "celery events"),
        ("python manage.py celery worker -B", "manage.py celery", "celery"),
    ],
)
def test_command_that_is_gone(line: str, name: str, instead: str) -> None:
    ((code, message, advice),) = said(line)

    assert (code, message.partition(" is ")[0]) == ("CEL907", f"`{name}`")
    assert f"Write `{instead}`" in advice


def test_own_command_of_a_site_is_there() -> None:
    own = {"shop/management/commands/celery.py": ""}

    assert said("python manage.py celery worker", **own) == []


@pytest.mark.parametrize("option", ["--maxtasksperchild", "--maxmemperchild", "--no-execv"])
def test_option_that_the_worker_refuses(option: str) -> None:
    ((code, message, _),) = said(f"celery -A shop worker {option}=9")

    assert (code, f"`{option}`" in message) == ("CEL911", True)


# --- files that are no Python -------------------------------------------------------------------


def test_finding_stands_in_the_file_that_starts_celery() -> None:
    files = {**APP, "docker/Dockerfile": "FROM a\n# b\nCMD celery \\\n  worker \\\n  -A shop\n"}

    report = judged(files)

    assert [each.place.path for each in report.findings] == ["docker/Dockerfile"]
    assert found(report) == ["5 CEL906 None"]


@pytest.mark.parametrize(
    "text",
    [
        "# celerylint: ignore[CEL906] -- later\nworker: celery worker -A shop\n",
        "worker: celery worker -A shop  # celerylint: ignore[CEL906]\n",
        "worker: celery worker -A shop  # noqa: CEL906\n",
        "# celerylint: file-ignore[option-after-command]\nweb: x\nworker: celery worker -A shop\n",
        "# celerylint: ignore[CEL906]\nworker: celery \\\n  worker -A shop\n",
    ],
)
def test_comment_suppresses(text: str) -> None:
    report = judged({**APP, "Procfile": text})

    assert (report.findings, report.suppressed) == ((), 1)


def test_setting_suppresses() -> None:
    options = replace(TARGET, per_file_ignores=(("Procfile", ("CEL906",)),))

    report = judged({**APP, "Procfile": "worker: celery worker -A shop\n"}, options)

    assert (report.findings, report.suppressed) == ((), 1)


def test_unused_comment_is_not_deleted() -> None:
    files = {**APP, "Procfile": "# celerylint: ignore[CEL906]\nworker: celery -A shop worker\n"}

    after = fixed(files)

    assert found(after.report) == ["1 CEL002 None"]
    assert after.changes == {}


def test_no_comment_is_written() -> None:
    files = {**APP, "Procfile": "worker: celery worker -A shop\n"}
    options = replace(TARGET, add_ignore="later")

    after = add_ignores(in_memory(files), options, *knowledge())

    assert after.changes == {}
    assert any("No comment was added for CEL906" in note for note in after.report.notes)


def test_file_that_cannot_be_decoded_is_left_out() -> None:
    files: Files = {**APP, "Procfile": b"worker: celery worker -A shop \xff\n", "run.sh": b"echo\n"}

    assert judged(files).findings == ()


def test_file_that_nobody_asked_for_is_left_alone() -> None:
    files = {**APP, "Procfile": "worker: celery worker -A shop\n"}

    assert judged(files, given=frozenset({"shop.py"})).findings == ()
    assert found(judged(files, given=frozenset({"Procfile"}))) == ["1 CEL906 None"]


def test_rules_that_are_off_read_nothing() -> None:
    report = judged({**APP, "Procfile": "celeryd -B\n"}, replace(TARGET, select=("CEL1",)))

    assert "Procfile" not in report.sources
