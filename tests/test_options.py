"""Options come from `pyproject.toml` and the command line; what makes no sense is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from celerylint.finding import Severity
from celerylint.options import TABLE, Options, OutputFormat, UsageError, load, nearest


def loaded(root: Path, section: str, given: Mapping[str, object] | None = None) -> Options:
    """Return the options of a project with that section."""
    root.joinpath("pyproject.toml").write_text(f"[tool.celerylint]\n{section}", "utf-8")
    return load(root, given or {})


def test_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Options()


def test_file_without_a_section_has_the_defaults(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("tool = 1\n", "utf-8")

    assert load(tmp_path, {}) == Options()


def test_every_option_of_the_file_is_read(tmp_path: Path) -> None:
    options = loaded(
        tmp_path,
        """
        fix = true
        unsafe-fixes = true
        select = ["CEL1"]
        extend-select = ["CEL2"]
        ignore = ["CEL101"]
        exclude = ["old/"]
        force-exclude = true
        target-version = "5.6"
        upgrading-from = "3.1"
        namespace = "CELERY"
        known-settings = ["SHOP_QUEUE"]
        fail-on = "error"
        output-format = "json"
        [tool.celerylint.per-file-ignores]
        "tests/*" = ["CEL102", "CEL103"]
        """,
    )

    assert options == Options(
        fix=True,
        unsafe_fixes=True,
        select=("CEL1",),
        extend_select=("CEL2",),
        ignore=("CEL101",),
        per_file_ignores=(("tests/*", ("CEL102", "CEL103")),),
        exclude=("old/",),
        force_exclude=True,
        target_version="5.6",
        upgrading_from="3.1",
        namespace="CELERY",
        known_settings=("SHOP_QUEUE",),
        fail_on=Severity.ERROR,
        output_format=OutputFormat.JSON,
    )


def test_every_option_of_the_command_line_is_read(tmp_path: Path) -> None:
    options = load(
        tmp_path,
        {
            "diff": True,
            "select": ("CEL1, CEL2", "CEL3"),
            "per-file-ignores": ("tests/*:CEL101,CEL102",),
            "namespace": "none",
            "target-version": "5.6",
            "fail-on": "info",
            "output-format": "concise",
        },
    )

    assert options == Options(
        diff=True,
        select=("CEL1", "CEL2", "CEL3"),
        per_file_ignores=(("tests/*", ("CEL101", "CEL102")),),
        namespace="",
        target_version="5.6",
        fail_on=Severity.INFO,
        output_format=OutputFormat.CONCISE,
    )


def test_options_and_their_table_agree() -> None:
    assert {option.attribute for option in TABLE} == {field.name for field in fields(Options)}


def test_command_line_replaces_the_file(tmp_path: Path) -> None:
    options = loaded(tmp_path, 'exclude = ["a"]', {"exclude": ("b",)})

    assert options.exclude == ("b",)


def test_what_the_command_line_does_not_say_comes_from_the_file(tmp_path: Path) -> None:
    given = {"fix": False, "exclude": (), "namespace": None}

    assert loaded(tmp_path, 'fix = true\nexclude = ["a"]', given).fix
    assert loaded(tmp_path, 'namespace = "none"', given).namespace == ""


def test_command_line_adds_to_what_is_ignored(tmp_path: Path) -> None:
    options = loaded(tmp_path, 'ignore = ["CEL101"]', {"ignore": ("CEL102",)})

    assert options.ignore == ("CEL101", "CEL102")


def test_selection_on_the_command_line_starts_afresh(tmp_path: Path) -> None:
    section = 'select = ["CEL1"]\nextend-select = ["CEL2"]\nignore = ["CEL101"]'

    options = loaded(tmp_path, section, {"select": ("CEL101",)})

    assert (options.select, options.extend_select, options.ignore) == (("CEL101",), (), ())


@pytest.mark.parametrize(
    ("section", "key", "wrong"),
    [
        ("slect = []", "slect", "is no option of celerylint; did you mean `select`?"),
        ("zzz = 1", "zzz", "is no option of celerylint"),
        ("diff = true", "diff", "is no option of celerylint"),
        ('[[tool.celerylint.apps]]\napp = "a"', "apps", "is no option of celerylint"),
        ('fix = "yes"', "fix", "takes true or false, not 'yes'"),
        ("target-version = 5.6", "target-version", "takes text in quotes, not 5.6"),
        ('select = "CEL1"', "select", "takes a list of texts, not 'CEL1'"),
        ("ignore = [1]", "ignore", "takes a list of texts, not [1]"),
        (
            'fail-on = "never"',
            "fail-on",
            'takes one of "error", "warning", "info", not \'never\'',
        ),
        ("fail-on = []", "fail-on", 'takes one of "error", "warning", "info", not []'),
        (
            'per-file-ignores = ["a"]',
            "per-file-ignores",
            "takes a table of patterns, each with a list of rules, not ['a']",
        ),
        (
            '[tool.celerylint.per-file-ignores]\na = "CEL1"',
            "per-file-ignores",
            "takes a table of patterns, each with a list of rules, not {'a': 'CEL1'}",
        ),
    ],
)
def test_mistake_in_the_file_is_named(tmp_path: Path, section: str, key: str, wrong: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, section)

    message = re.sub(r"of \S*pyproject.toml", "of pyproject.toml", str(caught.value))
    assert message == f"`{key}` in [tool.celerylint], line 2 of pyproject.toml, {wrong}"


def test_key_in_an_unusual_place_is_named_without_a_line(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("tool.celerylint.slect = []\n", "utf-8")

    with pytest.raises(UsageError, match=r"`slect` in \[tool.celerylint\], \S*pyproject.toml, is"):
        load(tmp_path, {})


def test_key_of_another_section_is_not_taken_for_ours(tmp_path: Path) -> None:
    text = "[tool.other]\nslect = 1\n[tool.celerylint]\nfix = true\nslect = 1\n"
    tmp_path.joinpath("pyproject.toml").write_text(text, "utf-8")

    with pytest.raises(UsageError, match="line 5"):
        load(tmp_path, {})


def test_broken_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pyproject.toml is not valid TOML: .*line 2"):
        loaded(tmp_path, "select = \n")


def test_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_bytes(b"\xff")

    with pytest.raises(UsageError, match=r"pyproject.toml cannot be read: it is not UTF-8"):
        load(tmp_path, {})


def test_section_that_is_no_table_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("tool.celerylint = 1\n", "utf-8")

    with pytest.raises(UsageError, match="is to be a table"):
        load(tmp_path, {})


@pytest.mark.parametrize("text", ["CEL101", ":CEL101", "tests/*:", "tests/*:,"])
def test_pair_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="--per-file-ignores takes PATTERN:RULES"):
        load(tmp_path, {"per-file-ignores": (text,)})


def test_nearest_word_is_suggested() -> None:
    assert nearest("slect", ("ignore", "select")) == "; did you mean `select`?"
    assert nearest("zzz", ("ignore", "select")) == ""
