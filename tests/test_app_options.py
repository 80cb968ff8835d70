"""`[[tool.celerylint.apps]]` is read, and mistakes in it are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.options.app_options import AppOption, app_options
from celerylint.options.option_file import read
from celerylint.options.table import UsageError


@pytest.mark.parametrize(
    ("table", "option"),
    [
        ({"app": "shop:app"}, AppOption("shop:app")),
        ({"settings": ["a", "b"]}, AppOption("", ("a", "b"))),
        ({"settings": "a"}, AppOption("", ("a",))),
        ({"app": "a", "namespace": "CELERY"}, AppOption("a", (), "CELERY")),
        ({"app": "a", "namespace": "none"}, AppOption("a", (), "")),
    ],
)
def test_table_describes_an_app(table: dict[str, object], option: AppOption) -> None:
    assert app_options([table]) == (option,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"app": "a"}, "is to be written as"),
        (["a"], "is to be written as"),
        ([{"ap": "a"}], "has no key `ap`"),
        ([{"app": 1}], "`app` takes text"),
        ([{"app": "a", "settings": 1}], "`settings` takes a list"),
        ([{"app": "a", "settings": [1]}], "`settings` takes a list"),
        ([{"app": "a", "namespace": False}], "`namespace` takes text"),
        ([{}], "is to say which"),
        ([{"namespace": "CELERY"}], "is to say which"),
    ],
)
def test_mistake_is_named(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        app_options(value)


def test_apps_are_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[[tool.celerylint.apps]]\napp = "a"\n[[tool.celerylint.apps]]\napp = "b"\n')

    assert read(file).values == {"apps": (AppOption("a"), AppOption("b"))}


def test_mistake_in_the_file_names_the_file_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("\n[[tool.celerylint.apps]]\nap = 1\n")

    with pytest.raises(
        UsageError, match=r"`apps` in .*line 2 of .*pyproject.toml, has no key `ap`"
    ):
        read(file)


def test_apps_are_shown_among_the_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '[[apps]]\nsettings = ["a", "b"]\nnamespace = "none"\n[[apps]]\napp = "c"\n'
    (tmp_path / "celerylint.toml").write_text(text)

    assert main(["check", "--show-settings"]) == 0

    wanted = 'apps = [{ settings = ["a", "b"], namespace = "none" }, { app = "c" }]'
    assert wanted in capsys.readouterr().out


def test_app_that_is_not_there_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "celerylint.toml").write_text('[[apps]]\napp = "shop:app"\n')
    (tmp_path / "a.py").write_text("")

    assert main(["check"]) == 2

    assert capsys.readouterr().err == (
        'celerylint: `app = "shop:app"` in [[tool.celerylint.apps]] cannot be used: '
        "there is no module `shop` in the project\n"
    )
