"""The releases a project runs on, and those it is judged for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from celerylint.catalogue.names import Release, parse_release
from celerylint.dependencies.versions import (
    Dependency,
    Versions,
    current_releases,
    judged,
    spread,
    target_releases,
)
from celerylint.files.walking import Tree
from celerylint.options.table import UsageError

KNOWN: tuple[Release, ...] = (
    (3, 1, 25),
    (3, 1, 26, 1),
    (4, 0, 2),
    (4, 4, 7),
    (5, 2, 7),
    (5, 6, 0),
    (5, 6, 3),
    (5, 7, 0),
)


def current(folder: str = "", **files: str) -> Dependency | None:
    """Return what dependency files say, each named with `/` and `.` as `__` and `_`."""
    named = {
        name.replace("__", "/").replace("_txt", ".txt").replace("_lock", ".lock"): text.encode()
        for name, text in files.items()
    }
    tree = Tree(Path("/nowhere"), (), overlay=named, manifests=tuple(sorted(named)))
    return current_releases(tree, KNOWN, folder)


def test_pin_is_the_current_release() -> None:
    assert current(requirements_txt="redis\ncelery==5.2.7\n") == Dependency(
        ((5, 2, 7),), "requirements.txt", 2, "celery==5.2.7"
    )


def test_range_allows_the_known_releases_in_it() -> None:
    found = current(requirements_txt="celery>=4.4,<5.6.3")

    assert found is not None
    assert found.releases == ((4, 4, 7), (5, 2, 7), (5, 6, 0))


def test_requirements_are_taken_together() -> None:
    found = current(requirements_txt="celery>=4.4", constraints_txt="celery<5.6")

    assert found is not None
    assert (found.releases, found.conflicting) == (((4, 4, 7), (5, 2, 7)), False)


def test_requirement_that_says_most_is_named() -> None:
    found = current(requirements_txt="celery>=4\ncelery==4.4.7")

    assert found is not None
    assert (found.line, found.text) == (2, "celery==4.4.7")


def test_requirements_that_exclude_each_other_all_count() -> None:
    found = current(requirements_txt="celery==4.4.7; python_version<'3'\ncelery==5.2.7")

    assert found is not None
    assert (found.releases, found.conflicting) == (((4, 4, 7), (5, 2, 7)), True)


def test_lock_file_outweighs_the_others() -> None:
    lock = '[[package]]\nname = "celery"\nversion = "5.6.0"\n'

    found = current(requirements_txt="celery<5", uv_lock=lock)

    assert found is not None
    assert (found.releases, found.path) == (((5, 6, 0),), "uv.lock")


def test_django_celery_means_celery_3() -> None:
    found = current(requirements_txt="django-celery==3.2.2\ncelery")

    assert found is not None
    assert found.releases == KNOWN[:2]


@pytest.mark.parametrize("line", ["celery", "celery>=3.1", "celery==what", "redis"])
def test_requirement_that_allows_everything_says_nothing(line: str) -> None:
    assert current(requirements_txt=line) is None


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ("celery==4.4.9", (4, 4, 7)),
        ("celery==9.0", (5, 7, 0)),
        ("celery>=9,<10", (5, 7, 0)),
        ("celery==2.5", (3, 1, 25)),
        ("celery[s3]==4.4.9", (4, 4, 7)),
        ("celery===x", (5, 7, 0)),
    ],
)
def test_unknown_release_counts_as_the_one_before_it(line: str, release: Release) -> None:
    found = current(requirements_txt=line)

    assert found is not None
    assert found.releases == (release,)


def test_nearest_dependency_file_counts() -> None:
    files = {
        "requirements_txt": "celery==4.4.7",
        "backend__requirements__base_txt": "celery==5.2.7",
    }

    below, above = current("backend/shop", **files), current("frontend", **files)

    assert below is not None
    assert below.releases == ((5, 2, 7),)
    assert above is not None
    assert above.releases == ((4, 4, 7),)


def test_dependency_file_two_folders_below_the_root_counts_for_all() -> None:
    found = current("shop", a__b__requirements_txt="celery==4.4.7")

    assert found is not None
    assert found.releases == ((4, 4, 7),)
    assert current("shop", a__b__c__requirements_txt="celery==4.4.7") is None


def written(folder: Path, **files: str) -> None:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_txt", ".txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def above(root: Path) -> tuple[str, tuple[Release, ...]] | None:
    """Return what is said above a project that names no Celery itself."""
    root.mkdir(parents=True, exist_ok=True)
    found = current_releases(Tree(root, ()), KNOWN)
    return found and (found.path, found.releases)


def test_dependency_file_above_the_root_counts_where_the_project_has_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    written(
        tmp_path,
        requirements__base_txt="-r ../pins.txt",
        pins_txt="celery==4.4.7",
        other__requirements_txt="celery==5.6.3",
        web__requirements_txt="django",
    )

    assert above(tmp_path / "web" / "backend") == ("../../pins.txt", ((4, 4, 7),))
    written(tmp_path, web__requirements_txt="celery==5.2.7")
    assert above(tmp_path / "web" / "backend") == ("../requirements.txt", ((5, 2, 7),))


def test_dependency_file_outside_the_repository_says_nothing(tmp_path: Path) -> None:
    written(tmp_path, requirements_txt="celery==4.4.7")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "constraints.txt").symlink_to(tmp_path / "requirements.txt")
    assert above(tmp_path / "shop" / "backend") is None

    (tmp_path / "shop" / ".git").touch()

    assert above(tmp_path / "shop" / "backend") is None
    assert above(tmp_path / "shop") is None


@pytest.mark.parametrize(
    ("releases", "text"),
    [
        (((5, 6, 3),), "5.6.3"),
        (((3, 1, 26, 1),), "3.1.26.post1"),
        (((5, 6, 0), (5, 6, 3)), "5.6"),
        (((4, 0, 2), (5, 7, 0)), "4.0 to 5.7"),
    ],
)
def test_releases_are_told_in_short(releases: tuple[Release, ...], text: str) -> None:
    assert spread(releases) == text


@pytest.mark.parametrize(
    ("text", "releases"),
    [
        ("5.6", KNOWN[5:7]),
        ("5", KNOWN[4:]),
        (" 5.6.3 ", ((5, 6, 3),)),
        ("v5.6.3", ((5, 6, 3),)),
        ("3.1.26.post1", ((3, 1, 26, 1),)),
        ("5.2-5.6", KNOWN[4:7]),
        ("4.4.7 - 5.2", KNOWN[3:5]),
        (">=5.2,<5.7", KNOWN[4:7]),
        ("==5.6.*", KNOWN[5:7]),
    ],
)
def test_target_names_releases(text: str, releases: tuple[Release, ...]) -> None:
    assert target_releases(text, KNOWN) == (releases, "")


@pytest.mark.parametrize(
    ("text", "stand_in", "name"),
    [("5.9", (5, 7, 0), "5.7.0"), ("4.3", (4, 0, 2), "4.0.2"), (">=6", (5, 7, 0), "5.7.0")],
)
def test_unknown_target_is_judged_as_the_one_before_it(
    text: str, stand_in: Release, name: str
) -> None:
    releases, note = target_releases(text, KNOWN)

    assert releases == (stand_in,)
    assert note == f"Celery {text} is not known and judged as {name}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2.5", "No Celery of version `2.5` is known; celerylint knows 3.1.25 to 5.7.0"),
        ("newest", "`newest` is not a Celery version; write it as 5.6, 5.2-5.6 or >=5.2,<5.7"),
        (">=a", "`>=a` is not a version range; write it as >=5.2,<5.7"),
    ],
)
def test_target_without_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        target_releases(text, KNOWN)

    assert str(caught.value) == message


def test_nothing_known_is_judged_from_4_0_on() -> None:
    versions = judged(None, None, None, KNOWN)

    assert (versions.before, versions.target) == (KNOWN[2:], KNOWN[2:])
    assert versions.note == "No dependency file names a Celery, so 4.0 to 5.7 are judged"
    assert str(versions) == "Celery 4.0 to 5.7, as no dependency file names one"


def test_current_releases_are_the_default_target() -> None:
    versions = judged(None, None, Dependency(KNOWN[5:7], "uv.lock", 1, "celery==5.6"), KNOWN)

    assert versions == Versions(KNOWN[5:7], KNOWN[5:7], "uv.lock")
    assert str(versions) == "Celery 5.6, from uv.lock"


def test_target_asked_for_comes_after_the_current_releases() -> None:
    dependency = Dependency(KNOWN[:2], "setup.py", 1, "celery<4")

    versions = judged("5.6", None, dependency, KNOWN)

    assert versions == Versions(KNOWN[:2], KNOWN[5:7], "--target-version")


def test_upgrade_begins_where_the_user_says() -> None:
    dependency = Dependency(KNOWN[3:4], "setup.py", 1, "celery<5")

    assert judged("5.6", "3.1", dependency, KNOWN).before == KNOWN[:2]


def test_doubts_are_noted() -> None:
    dependency = Dependency(KNOWN[3:5], "setup.py", 1, "celery", conflicting=True)

    assert judged(None, "4.3", dependency, KNOWN).note == (
        "The requirements of Celery exclude each other: see setup.py; "
        "Celery 4.3 is not known and judged as 4.0.2"
    )


# --- what makes no sense --------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [21, 5000])
@pytest.mark.parametrize("begin", ["", "5.", "5.6-", ">=", "==5.6,<"])
def test_version_with_endless_digits_makes_no_sense(begin: str, digits: int) -> None:
    with pytest.raises(UsageError, match=r"^`.{1,43}` is not a Celery version; write it as 5\.6,"):
        target_releases(begin + "9" * digits, KNOWN)


@pytest.mark.parametrize("digits", [21, 5000])
def test_requirement_with_endless_digits_says_nothing(digits: int) -> None:
    assert current(requirements_txt="celery==" + "9" * digits) is None


@pytest.mark.parametrize("spec", ["^.", "^5..6", "~" + "9" * 5000])
def test_poetry_constraint_that_makes_no_sense_says_nothing(spec: str) -> None:
    text = f'[tool.poetry.dependencies]\ncelery = "{spec}"\n'
    tree = Tree(
        Path("/nowhere"),
        (),
        overlay={"pyproject.toml": text.encode()},
        manifests=("pyproject.toml",),
    )

    assert current_releases(tree, KNOWN) is None


@pytest.mark.parametrize("text", [">=5,<4", "5.6-4.0", "5.6.3-5.5", ">5.6,<5.6", "==5.6,!=5.6"])
def test_empty_range_makes_no_sense(text: str) -> None:
    with pytest.raises(UsageError, match=rf"^`{re.escape(text)}` holds no version; write it as"):
        target_releases(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "stand_in"),
    [
        (">5.6.3,<5.7", (5, 6, 3)),
        ("==5.7.1rc1", (5, 7, 0)),
        (">=5.9", (5, 7, 0)),
        ("5.8-5.9", (5, 7, 0)),
    ],
)
def test_range_of_unknown_versions_is_not_empty(text: str, stand_in: Release) -> None:
    assert target_releases(text, KNOWN)[0] == (stand_in,)


def test_release_with_endless_digits_is_no_version() -> None:
    with pytest.raises(ValueError, match="is not a version"):
        parse_release("5." + "9" * 21)
