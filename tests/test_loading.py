"""Options come from the configuration file and the command line, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.finding import Severity
from celerylint.options.loading import Loaded, Wanted, load
from celerylint.options.table import TABLE, Option, Options, OutputFormat, UsageError


def loaded(root: Path, section: str, given: Mapping[str, object] | None = None) -> Options:
    """Return the options of a project with that section."""
    return fully_loaded(root, section, given).options


def fully_loaded(root: Path, section: str, given: Mapping[str, object] | None = None) -> Loaded:
    """Return the options of a project with that section, and their origin."""
    root.joinpath("pyproject.toml").write_text(f"[tool.celerylint]\n{section}", "utf-8")
    return load(root, Wanted(given or {}, root))


def option(name: str) -> Option:
    """Return the option of that name."""
    return next(option for option in TABLE if option.name == name)


def test_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, Wanted({}, tmp_path)) == Loaded(Options())


def test_file_without_a_section_has_the_defaults(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_text("tool = 1\n", "utf-8")

    assert load(tmp_path, Wanted({}, tmp_path)) == Loaded(Options())


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
        respect-gitignore = false
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
        respect_gitignore=False,
        target_version="5.6",
        upgrading_from="3.1",
        namespace="CELERY",
        known_settings=("SHOP_QUEUE",),
        fail_on=Severity.ERROR,
        output_format=OutputFormat.JSON,
    )


def test_every_option_of_the_command_line_is_read(tmp_path: Path) -> None:
    options = loaded(
        tmp_path,
        "",
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


def test_command_line_replaces_the_file(tmp_path: Path) -> None:
    options = loaded(tmp_path, 'exclude = ["a"]', {"exclude": ("b",)})

    assert options.exclude == ("b",)


def test_what_the_command_line_does_not_say_comes_from_the_file(tmp_path: Path) -> None:
    given = {"fix": None, "exclude": (), "namespace": None}

    assert loaded(tmp_path, 'fix = true\nexclude = ["a"]', given).fix
    assert loaded(tmp_path, 'namespace = "none"', given).namespace == ""


def test_command_line_adds_to_what_is_ignored(tmp_path: Path) -> None:
    options = loaded(tmp_path, 'ignore = ["CEL101"]', {"ignore": ("CEL102",)})

    assert options.ignore == ("CEL101", "CEL102")


def test_selection_on_the_command_line_starts_afresh(tmp_path: Path) -> None:
    section = 'select = ["CEL1"]\nextend-select = ["CEL2"]\nignore = ["CEL101"]'

    options = loaded(tmp_path, section, {"select": ("CEL101",)})

    assert (options.select, options.extend_select, options.ignore) == (("CEL101",), (), ())


def test_flag_of_the_file_is_undone_by_the_command_line(tmp_path: Path) -> None:
    assert not loaded(tmp_path, "fix = true", {"fix": False}).fix


@pytest.mark.parametrize("text", ["CEL101", ":CEL101", "tests/*:", "tests/*:,"])
def test_pair_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="--per-file-ignores takes PATTERN:RULES"):
        loaded(tmp_path, "", {"per-file-ignores": (text,)})


# --- which file -----------------------------------------------------------------------------------


def test_named_file_counts_instead_of_that_of_the_project(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").write_text("fix = true\n", "utf-8")
    tmp_path.joinpath("ci.toml").write_text('namespace = "CI"\n', "utf-8")

    found = load(tmp_path, Wanted({}, tmp_path, config=Path("ci.toml"))).options

    assert found == Options(namespace="CI")


def test_isolated_run_reads_no_file(tmp_path: Path) -> None:
    tmp_path.joinpath("celerylint.toml").write_text("fix = 1\n", "utf-8")

    assert load(tmp_path, Wanted({}, tmp_path, isolated=True)) == Loaded(Options())


def test_named_file_and_isolation_exclude_each_other(tmp_path: Path) -> None:
    wanted = Wanted({}, tmp_path, config=Path("ci.toml"), isolated=True)

    with pytest.raises(UsageError, match="--config and --isolated exclude each other"):
        load(tmp_path, wanted)


# --- patterns -------------------------------------------------------------------------------------


def test_patterns_are_relative_to_their_file_or_to_the_current_directory(tmp_path: Path) -> None:
    root = tmp_path / "backend"
    root.joinpath("shop").mkdir(parents=True)
    text = 'exclude = ["/backend/old", "/old"]\nper-file-ignores = {"backend/a/*" = ["CEL1"]}\n'
    tmp_path.joinpath("celerylint.toml").write_text(text, "utf-8")
    given = {"per-file-ignores": ("/b.py:CEL2",)}

    found = load(root, Wanted(given, root / "shop")).options

    assert found.exclude == ("/old",)
    assert found.per_file_ignores == (("/a/*", ("CEL1",)), ("/shop/b.py", ("CEL2",)))


def test_patterns_of_a_named_file_are_relative_to_the_current_directory(tmp_path: Path) -> None:
    tmp_path.joinpath("ci").mkdir()
    tmp_path.joinpath("ci/ci.toml").write_text('exclude = ["/old"]\n', "utf-8")

    found = load(tmp_path, Wanted({}, tmp_path, config=Path("ci/ci.toml"))).options

    assert found.exclude == ("/old",)


# --- where a value comes from ---------------------------------------------------------------------


def test_origins_of_values_are_known(tmp_path: Path) -> None:
    section = 'fix = true\nignore = ["CEL1"]\nnamespace = "A"\n'

    found = fully_loaded(tmp_path, section, {"ignore": ("CEL2",), "namespace": "B"})

    file = "pyproject.toml"
    assert [origin.endswith(file) for origin in found.origins(option("fix"))] == [True]
    assert [origin.endswith(file) for origin in found.origins(option("ignore"))] == [True, False]
    assert found.origins(option("namespace")) == ("the command line",)
    assert found.origins(option("select")) == ()


def test_what_a_selection_on_the_command_line_replaces_is_no_origin(tmp_path: Path) -> None:
    found = fully_loaded(tmp_path, 'ignore = ["CEL1"]\n', {"select": ("CEL2",)})

    assert found.origins(option("ignore")) == ()


def test_place_of_a_value_of_the_file_is_known(tmp_path: Path) -> None:
    found = fully_loaded(tmp_path, 'ignore = ["CEL1"]\n', {"select": ("CEL2",)})

    assert found.where("ignore", "CEL1").startswith("`ignore` in [tool.celerylint], line 2 of ")
    assert found.where("select", "CEL2") == ""
    assert found.where("exclude") == ""
    assert Loaded(Options()).where("exclude") == ""
