"""The files of a project are found, those the user named are known, and few are looked into."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from celerylint.files.prefilter import roots
from celerylint.files.roots import Asked
from celerylint.files.walking import Tree, matcher, piped, tree
from celerylint.options.table import UsageError


def write(root: Path, *paths: str) -> None:
    """Write empty files."""
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("", "utf-8")


def whole(root: Path, *exclude: str) -> Tree:
    """Return the tree of a whole project."""
    return tree(Asked(root, None), exclude)


def test_python_files_are_found_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b/c.py", "b.py", "a.pyw", "b/d.txt", "README.md")

    assert whole(tmp_path).files == ("a.pyw", "b.py", "b/c.py")


@pytest.mark.parametrize(
    "folder", [".git", ".venv", "node_modules", "__pycache__", ".tox", "build", "a/site-packages"]
)
def test_foreign_folder_is_left_out(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/x.py", "y.py")

    assert whole(tmp_path).files == ("y.py",)


def test_virtual_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "env-3.11/pyvenv.cfg", "env-3.11/lib/x.py", "y.py")

    assert whole(tmp_path).files == ("y.py",)


def test_pattern_excludes_files_and_folders(tmp_path: Path) -> None:
    write(tmp_path, "old/x.py", "a/old/x.py", "a/x_pb2.py", "a/x.py")

    assert whole(tmp_path, "/old/", "*_pb2.py").files == ("a/old/x.py", "a/x.py")


def test_pattern_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="The pattern cannot be used"):
        matcher(("!",))


def test_piped_file_below_a_link_in_a_loop_is_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    assert piped(tmp_path / "loop/a.py", b"x = 1").given == frozenset({"a.py"})


def test_dependency_files_are_found(tmp_path: Path) -> None:
    manifests = (
        "Pipfile",
        "Pipfile.lock",
        "a/b/poetry.lock",
        "constraints.txt",
        "environment.yml",
        "pyproject.toml",
        "requirements-dev.txt",
        "requirements.in",
        "requirements/base.txt",
        "setup.cfg",
        "setup.py",
    )
    write(tmp_path, *manifests, "notes.txt", "docs/notes.in")

    assert whole(tmp_path).manifests == manifests


def test_linked_folder_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "a/x.py")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)

    assert whole(tmp_path).files == ("a/x.py",)


def test_link_within_the_project_counts_and_one_that_leaves_it_does_not(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "x.py")
    write(tmp_path, "outside.py")
    write(root, "build/real.py")
    (root / "inside.py").symlink_to("build/real.py")
    (root / "leaving.py").symlink_to(tmp_path / "outside.py")
    (root / "dangling.py").symlink_to("nothing.py")

    assert whole(root).files == ("inside.py", "x.py")


def test_folder_that_cannot_be_listed_is_noted(tmp_path: Path) -> None:
    assert whole(tmp_path / "gone").unlisted == (".",)


# --- what the user names --------------------------------------------------------------------------


def test_named_files_are_given_and_the_others_are_still_seen(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "a/b.py", "a/c.py", "d.py")

    found = tree(Asked(tmp_path, (tmp_path / "a", tmp_path / "d.py")))

    assert found.files == ("a/b.py", "a/c.py", "d.py", "setup.py")
    assert found.given == frozenset(("a/b.py", "a/c.py", "d.py"))


def test_named_folder_stands_for_what_starts_programs_in_it(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "docker/x.py", "docker/Dockerfile", "Procfile")

    found = tree(Asked(tmp_path, (tmp_path / "docker",)))

    assert found.files == ("docker/x.py", "setup.py")
    assert found.given == frozenset(("docker/Dockerfile", "docker/x.py"))


def test_named_file_counts_whatever_its_name_and_the_patterns(tmp_path: Path) -> None:
    write(tmp_path, "old/x.py", "settings.py.dist", "build/y.py")
    paths = (tmp_path / "old/x.py", tmp_path / "settings.py.dist", tmp_path / "build")

    found = tree(Asked(tmp_path, paths), ("old/",))

    assert found.files == ("build/y.py", "old/x.py", "settings.py.dist")
    assert found.given == frozenset(found.files)


def test_force_exclude_leaves_named_files_out(tmp_path: Path) -> None:
    write(tmp_path, "old/x.py", "build/y.py", "z.py")
    paths = (tmp_path / "old/x.py", tmp_path / "build", tmp_path / "z.py")

    found = tree(Asked(tmp_path, paths), ("old/",), force_exclude=True)

    assert found.given == frozenset(("z.py",))


def test_piped_text_takes_the_place_of_a_file(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "a/b.py")

    found = piped(tmp_path / "a/b.py", b"x = 1")

    assert (found.root, found.given) == (tmp_path, frozenset(("a/b.py",)))
    assert found.read("a/b.py") == b"x = 1"


def test_piped_text_may_stand_for_a_new_file(tmp_path: Path) -> None:
    write(tmp_path, "setup.py")

    assert piped(tmp_path / "new/b.py", b"").files == ("new/b.py", "setup.py")


def test_piped_text_of_an_excluded_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "old/a.py")

    found = piped(tmp_path / "old/a.py", b"x", ("old/",), force_exclude=True)

    assert (found.given, found.files) == (frozenset(), ("setup.py",))


# --- contents -------------------------------------------------------------------------------------


def test_content_comes_from_the_disk(tmp_path: Path) -> None:
    tmp_path.joinpath("a.py").write_bytes(b"x\r\n")

    assert whole(tmp_path).read("a.py") == b"x\r\n"


def test_overlay_counts_instead_of_the_disk(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py")

    found = whole(tmp_path).overlaid({"a.py": b"1"}).overlaid({"b.py": b"2"})

    assert (found.read("a.py"), found.read("b.py")) == (b"1", b"2")
    assert tmp_path.joinpath("a.py").read_bytes() == b""


@pytest.mark.parametrize(
    ("path", "raw", "concerned"),
    [
        ("a.py", b"import Celery", True),
        ("a.py", b"broker_url = 1", True),
        ("a.py", b"BROKER_URL = 1", True),
        ("a.py", b"my_broker_url = 1", False),
        ("a.py", b"broker_urls = 1", False),
        ("a.py", b"timezone = 1", False),
        ("a.py", b"x = 1", False),
        ("a.py", b"x = celery", True),
        ("celeryconfig.py", b"", True),
        ("a/celery.py", b"", True),
        ("celery/a.py", b"", False),
    ],
)
def test_candidate_has_to_do_with_celery(path: str, raw: bytes, concerned: bool) -> None:
    found = Tree(Path(), (path,), overlay={path: raw})

    assert any(roots(found)) is concerned


def test_file_that_cannot_be_read_is_a_candidate(tmp_path: Path) -> None:
    assert list(roots(Tree(tmp_path, ("gone.py",)))) == ["gone.py"]


def test_odd_file_name_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a b/ü\n.py")

    assert whole(tmp_path).files == ("a b/ü\n.py",)


# --- links and what is no file --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.py", "requirements.txt", "pyproject.toml", "x.yml"])
def test_pipe_of_any_name_is_no_file_of_the_project(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.py")
    os.mkfifo(tmp_path / name)
    (tmp_path / "link.py").symlink_to(name)

    found = whole(tmp_path)

    assert (found.files, found.manifests, found.launchers) == (("a.py",), (), ())


def test_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OSError, match="not a regular file"):
        whole(tmp_path).read("pipe")


def test_link_beside_its_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "b.py")
    (tmp_path / "a.py").symlink_to("b.py")

    assert whole(tmp_path).files == ("b.py",)


def test_second_link_to_a_file_that_is_no_python_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "text.txt")
    (tmp_path / "a.py").symlink_to("text.txt")
    (tmp_path / "b.py").symlink_to("text.txt")

    assert whole(tmp_path).files == ("a.py",)


def test_named_link_stays(tmp_path: Path) -> None:
    write(tmp_path, "b.py")
    (tmp_path / "a.py").symlink_to("b.py")

    found = tree(Asked(tmp_path, (tmp_path / "a.py",)))

    assert (found.files, found.given) == (("a.py", "b.py"), frozenset(("a.py",)))


def test_link_that_is_named_with_its_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "b.py")
    (tmp_path / "a.py").symlink_to("b.py")

    found = tree(Asked(tmp_path, (tmp_path / "a.py", tmp_path / "b.py")))

    assert (found.files, found.given) == (("b.py",), frozenset(("b.py",)))


def test_link_in_a_named_folder_counts_where_its_file_is_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "folder/c.py")
    (tmp_path / "folder/a.py").symlink_to("../b.py")
    (tmp_path / "folder/d.py").symlink_to("c.py")

    found = tree(Asked(tmp_path, (tmp_path / "folder",)))

    assert found.given == frozenset(("folder/a.py", "folder/c.py"))
