"""The configuration file that counts is found and read; a mistake in it is named with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.options.option_file import OptionFile, configuration_of, demand_section, find, read
from celerylint.options.table import UsageError

SECTION = "[tool.celerylint]\n"


def told(root: Path, section: str) -> Mapping[str, object]:
    """Return what a section of `pyproject.toml` says."""
    root.joinpath("pyproject.toml").write_text(SECTION + section, "utf-8")
    return read(root / "pyproject.toml").values


# --- which one counts -----------------------------------------------------------------------------


def test_project_without_a_file_has_none(tmp_path: Path) -> None:
    assert find(tmp_path) is None


@pytest.mark.parametrize("text", ["", "tool = 1", "[tool.celerylin]\n", "needs = ['celerylint']"])
def test_file_that_says_nothing_to_us_does_not_count(tmp_path: Path, text: str) -> None:
    tmp_path.joinpath("pyproject.toml").write_text(text, "utf-8")

    assert find(tmp_path) is None


def test_broken_file_that_does_not_name_us_does_not_count(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_bytes(b"\xff[[")

    assert find(tmp_path) is None


def test_of_several_files_in_a_folder_the_hidden_one_counts_then_our_own(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text(SECTION, "utf-8")
    assert configuration_of(tmp_path) == tmp_path / "pyproject.toml"

    tmp_path.joinpath("celerylint.toml").write_text("", "utf-8")
    assert configuration_of(tmp_path) == tmp_path / "celerylint.toml"

    tmp_path.joinpath(".celerylint.toml").write_text("", "utf-8")
    assert configuration_of(tmp_path) == tmp_path / ".celerylint.toml"


def test_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    tmp_path.joinpath("celerylint.toml").write_text("", "utf-8")
    assert find(inner) == tmp_path / "celerylint.toml"

    inner.joinpath("pyproject.toml").write_text("[project]\n", "utf-8")
    assert find(inner) == tmp_path / "celerylint.toml"

    inner.parent.joinpath("pyproject.toml").write_text(SECTION, "utf-8")
    assert find(inner) == tmp_path / "a/pyproject.toml"


def test_file_beyond_the_repository_does_not_count(tmp_path: Path) -> None:
    inner = tmp_path / "repository/a"
    inner.mkdir(parents=True)
    inner.parent.joinpath(".git").mkdir()
    tmp_path.joinpath("celerylint.toml").write_text("", "utf-8")

    assert find(inner) is None


# --- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "key", "wrong"),
    [
        ("slect = []", "slect", "is not an option of celerylint; did you mean `select`?"),
        ("zzz = 1", "zzz", "is not an option of celerylint"),
        ("diff = true", "diff", "is not an option of celerylint"),
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
        told(tmp_path, section)

    message = re.sub(r"of \S*pyproject.toml", "of pyproject.toml", str(caught.value))
    assert message == f"`{key}` in [tool.celerylint], line 2 of pyproject.toml, {wrong}"


def test_key_of_another_section_is_not_taken_for_ours(tmp_path: Path) -> None:
    text = "[tool.other]\nslect = 1\n[tool.celerylint]\nfix = true\nslect = 1\n"
    tmp_path.joinpath("pyproject.toml").write_text(text, "utf-8")

    with pytest.raises(UsageError, match="line 5"):
        read(tmp_path / "pyproject.toml")


def test_broken_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pyproject.toml is not valid TOML: .*line 2"):
        told(tmp_path, "select = \n")


def test_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_bytes(b"\xff")

    with pytest.raises(UsageError, match=r"pyproject.toml cannot be read: it is not UTF-8"):
        read(tmp_path / "pyproject.toml")


def test_section_that_is_no_table_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("tool.celerylint = 1\n", "utf-8")

    with pytest.raises(UsageError, match="is to be a table"):
        read(tmp_path / "pyproject.toml")


def test_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").mkdir()

    with pytest.raises(UsageError, match=r"celerylint\.toml is not a file and cannot be read"):
        read(tmp_path / "celerylint.toml")


def test_pipe_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")

    with pytest.raises(UsageError, match=r"pyproject\.toml is not a file and cannot be read"):
        find(tmp_path)


def test_link_to_nothing_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").symlink_to("gone")

    with pytest.raises(UsageError, match=r"celerylint\.toml cannot be read: No such file"):
        read(tmp_path / "celerylint.toml")


def test_key_of_our_own_file_is_named_without_a_section(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").write_text("\nslect = []\n", "utf-8")

    with pytest.raises(
        UsageError, match=r"^`slect` in line 2 of \S*celerylint\.toml, is not an option"
    ):
        read(tmp_path / "celerylint.toml")


def test_section_of_pyproject_is_no_key_of_our_own_file(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").write_text(f"{SECTION}fix = true\n", "utf-8")

    refusal = r"^`tool` in line 1 of \S*celerylint\.toml, is not an option"
    with pytest.raises(UsageError, match=refusal):
        read(tmp_path / "celerylint.toml")


def test_file_that_is_named_has_to_say_something(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("", "utf-8")
    tmp_path.joinpath("other.toml").write_text("", "utf-8")

    with pytest.raises(UsageError, match=r"pyproject\.toml has no \[tool\.celerylint\]$"):
        demand_section(tmp_path / "pyproject.toml")
    demand_section(tmp_path / "other.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tool.celerylint.slect = []\n", 1),
        ("[tool]\ncelerylint.slect = 1\n", 2),
        ("[tool]\ncelerylint = {fix = true, slect = 1}\n", 2),
        ("[tool.\"celerylint\"]\n'slect' = 1\n", 2),
        ("[tool.celerylint] # slect\n# slect = 1\n\n  slect = [\n\n ]\n", 4),
        ('x = """\n[tool.celerylint]\nslect = 1\n"""\n[tool.celerylint]\nslect = """\n"""\n', 6),
        ("[[tool.celerylint.slect]]\na = 1\n", 1),
        ("[tool.celerylint]\r\nslect = 1\r\n", 2),
        ("[tool.celerylint]\nfix = false\n[tool.celerylint.slect]\n", 3),
        ('[tool.celerylint]\n"sl\\u0065ct" = 1\n', 0),
        ("[tool.celerylint]\nslect = [" + "\n" * 300 + "]\n", 0),
    ],
)
def test_line_of_a_key_is_found_however_it_is_written(tmp_path: Path, text: str, line: int) -> None:
    tmp_path.joinpath("pyproject.toml").write_bytes(text.encode())

    with pytest.raises(UsageError) as caught:
        read(tmp_path / "pyproject.toml")

    where = re.search(r"line (\d+) of", str(caught.value))
    assert (int(where[1]) if where else 0) == line


def test_line_of_a_word_is_found_within_its_value() -> None:
    text = 'a = ["CEL1"]\nselect = [\n  "CEL1",\n  \'CEL2\',\n]\n'
    file = OptionFile(Path("celerylint.toml"), text, {})

    assert file.where("select", "CEL1") == "line 3 of celerylint.toml"
    assert file.where("select", "CEL2") == "line 4 of celerylint.toml"
    assert file.where("select", "CEL3") == "line 2 of celerylint.toml"
