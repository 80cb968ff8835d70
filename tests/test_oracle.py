"""The oracle notices every kind of harm that a migration can do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.oracle import CELERY_VERSIONS, Answer, Job, OracleError, ask, effective, python_of
from tests.oracle.migration import complaints

NAMESPACED = """
from celery import Celery

app = Celery("shop")
app.config_from_object("settings", namespace="CELERY")
"""


def answer(folder: Path, files: Mapping[str, str], load: str, celery: str = "5.6.3") -> Answer:
    """Return what Celery makes of a project of these files."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return effective(folder, load, celery)


def changes(tmp_path: Path, before: str, after: str, celery: str = "5.6.3") -> list[str]:
    """Return the complaints about a migration of one configuration module."""
    first, second = (
        answer(tmp_path / name, {"celeryconfig.py": text}, "module:celeryconfig", celery)
        for name, text in (("before", before), ("after", after))
    )
    return list(complaints(first, second, ()))


def test_right_migration_is_without_complaint(tmp_path: Path) -> None:
    assert changes(tmp_path, "CELERY_ACKS_LATE = True", "task_acks_late = True") == []


@pytest.mark.parametrize(
    ("before", "after", "setting"),
    [
        ("CELERY_ACKS_LATE = True", "task_ack_late = True", "task_acks_late"),
        ("CELERYD_CONCURRENCY = '4'", "worker_concurrency = 4", "worker_concurrency"),
        ("CELERY_IMPORTS = ['os']", "imports = ('os',)", "imports"),
        ("CELERY_ENABLE_UTC = False", "enable_utc = False", "enable_utc"),
        ("CELERY_TIMEZONE = None", "timezone_ = None", "timezone"),
    ],
    ids=["invented name", "other type", "tuple for list", "life for a dead name", "default"],
)
def test_harm_is_named(tmp_path: Path, before: str, after: str, setting: str) -> None:
    (complaint,) = changes(tmp_path, before, after)

    assert complaint.startswith(f"`{setting}` changes: ")


def test_order_of_routes_counts(tmp_path: Path) -> None:
    before = "task_routes = {'a.*': 'x', 'a.b.*': 'y'}"
    after = "task_routes = {'a.b.*': 'y', 'a.*': 'x'}"

    assert len(changes(tmp_path, before, after)) == 1


def test_mixed_names_are_refused(tmp_path: Path) -> None:
    text = "broker_url = 'memory://'\nCELERY_ACKS_LATE = True\n"

    result = answer(tmp_path / "p", {"celeryconfig.py": text}, "module:celeryconfig")

    assert result.error is not None
    assert result.error.startswith("ImproperlyConfigured: ")


@pytest.mark.parametrize(("celery", "expected"), [("5.6.3", False), ("5.7.0", True)])
def test_releases_disagree_about_old_names_under_a_namespace(
    tmp_path: Path, celery: str, expected: bool
) -> None:
    files = {"main.py": NAMESPACED, "settings.py": "BROKER_URL = 'redis://prod/0'\n"}

    result = answer(tmp_path / "p", files, "app:main:app", celery)

    assert ("broker_url" in result.explicit) is expected


@pytest.mark.parametrize("celery", CELERY_VERSIONS)
def test_namespace_of_a_module_is_given_to_celery(tmp_path: Path, celery: str) -> None:
    files = {"settings.py": "SHOP_TIMEZONE = 'UTC'\n"}

    result = answer(tmp_path / "p", files, "module:settings namespace=SHOP", celery)

    assert result.explicit == {"timezone"}


def test_environment_of_the_caller_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://elsewhere/0")
    files = {"celeryconfig.py": "broker_url = 'redis://prod/0'\n"}

    result = answer(tmp_path / "p", files, "default-loader")

    assert result.settings["broker_url"] == ["str", "'redis://prod/0'"]


def test_behaviour_is_compared_where_it_is_watched(tmp_path: Path) -> None:
    for name, value in (("before", "1"), ("after", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "celeryconfig.py").write_text(f"LIMIT = {value}\n", "utf-8")
    jobs = [
        Job(tmp_path / name, "module:celeryconfig", watch=("celeryconfig:LIMIT",))
        for name in ("before", "after")
    ]

    before, after = ask(python_of("5.6.3"), jobs).answers

    assert len(list(complaints(before, after, ()))) == 1


def test_missing_environment_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERYLINT_ORACLE_VENVS", "/nowhere")

    with pytest.raises(OracleError, match=r"run `python3 scripts/test\.py`"):
        python_of("5.6.3")
