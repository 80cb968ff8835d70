"""A dotted module name leads to the file that Python would import."""

from __future__ import annotations

import pytest

from celerylint.linking.modules import Found, Layout, Modules
from celerylint.model import Grade

FILES = (
    "celery.py",
    "manage.py",
    "conf/one.py",
    "deep/er/unique.py",
    "deep/er/twice.py",
    "deep/twice.py",
    "proj/__init__.py",
    "proj/app.py",
    "proj/celery.py",
    "proj/sub/__init__.py",
    "proj/sub/tasks.py",
    "script/beside.py",
    "script/run.py",
    "src/lib/__init__.py",
    "src/lib/conf.py",
)


def found(name: str, asking: str) -> str | None:
    """Return the path of a module as `asking` sees it, with a question mark where it is likely."""
    module = Modules(FILES).find(name, asking)
    if module is None:
        return None
    return module.path if module.grade is Grade.CERTAIN else f"{module.path}?"


@pytest.mark.parametrize(
    ("name", "asking", "path"),
    [
        ("manage", "proj/app.py", "manage.py"),
        ("proj", "manage.py", "proj/__init__.py"),
        ("proj.app", "proj/sub/tasks.py", "proj/app.py"),
        ("proj.sub", "manage.py", "proj/sub/__init__.py"),
        ("conf.one", "manage.py", "conf/one.py"),
        ("beside", "script/run.py", "script/beside.py"),
        ("lib.conf", "src/lib/__init__.py", "src/lib/conf.py"),
        ("lib.conf", "manage.py", "src/lib/conf.py"),
        ("app", "proj/celery.py", "proj/app.py?"),
        ("unique", "manage.py", "deep/er/unique.py?"),
        ("er.unique", "manage.py", "deep/er/unique.py?"),
        ("twice", "manage.py", None),
        ("missing", "manage.py", None),
        ("proj.missing", "manage.py", None),
        ("celery", "manage.py", None),
        ("celery", "proj/app.py", None),
        ("django.conf", "manage.py", None),
        ("proj.celery", "manage.py", "proj/celery.py"),
    ],
)
def test_absolute_name(name: str, asking: str, path: str | None) -> None:
    assert found(name, asking) == path


@pytest.mark.parametrize(
    ("name", "asking", "path"),
    [
        (".", "proj/app.py", "proj/__init__.py"),
        (".app", "proj/celery.py", "proj/app.py"),
        (".app", "proj/__init__.py", "proj/app.py"),
        (".sub.tasks", "proj/__init__.py", "proj/sub/tasks.py"),
        ("..app", "proj/sub/tasks.py", "proj/app.py"),
        ("..", "proj/sub/__init__.py", "proj/__init__.py"),
        (".celery", "manage.py", "celery.py"),
        (".", "manage.py", None),
        (".missing", "proj/app.py", None),
    ],
)
def test_relative_name(name: str, asking: str, path: str | None) -> None:
    assert found(name, asking) == path


@pytest.mark.parametrize("name", ["", "a b", "conf/one", "../manage", "conf..one", "conf.one."])
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    assert found(name, "manage.py") is None


def test_package_at_the_root_has_no_name() -> None:
    assert Modules(("__init__.py",)).find("", "a.py") is None


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.py", ("conf/a.py",)),
        ("../b.py", ("b.py",)),
        ("*.py", ("conf/a.py", "conf/live.py")),
        ("gone.py", ()),
        ("gone*.py", ()),
    ],
)
def test_file_is_found_from_the_folder_of_another(pattern: str, found: tuple[str, ...]) -> None:
    modules = Modules(("conf/a.py", "conf/live.py", "b.py"))

    assert modules.files(pattern, "conf/live.py") == found


def test_second_name_of_a_file_leads_to_the_first() -> None:
    modules = Modules(("real.py", "x.py"), Layout(links={"conf/alias.py": "real.py"}))

    assert modules.find("conf.alias", "x.py") == Found("real.py", Grade.CERTAIN)
    assert modules.find("alias", "x.py") == Found("real.py", Grade.LIKELY)
    assert modules.files("conf/alias.py", "x.py") == ("real.py",)


@pytest.mark.parametrize(
    "pattern",
    ["conf.py.dist", "conf.py-dist", "conf.py.example", "conf.example.py", "conf_sample.py"],
)
def test_absent_module_has_a_pattern(pattern: str) -> None:
    inside = (pattern,) if pattern.endswith(".py") else ()
    outside = () if inside else (pattern,)
    modules = Modules(("x.py", *inside), Layout(copies=outside))

    assert modules.find("conf", "x.py") is None
    assert modules.copy("conf", "x.py") == Found(pattern, Grade.LIKELY)
    assert modules.copy("other", "x.py") is None


def test_project_does_not_see_into_one_that_lies_within_it() -> None:
    modules = Modules(
        ("x.py", "inner/x.py", "inner/a/conf.py"), Layout(nested=frozenset({"inner"}))
    )

    assert modules.find("conf", "x.py") is None
    assert modules.find("conf", "inner/x.py") == Found("inner/a/conf.py", Grade.LIKELY)
    assert modules.find("conf", "compose.yml") == Found("inner/a/conf.py", Grade.LIKELY)


def test_module_that_a_package_hides_is_known() -> None:
    modules = Modules(("conf.py", "conf/__init__.py", "x.py"))

    assert modules.hidden == (("conf.py", "conf/__init__.py"),)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("proj/__init__.py", "proj"),
        ("proj/app.py", "proj.app"),
        ("proj/sub/tasks.py", "proj.sub.tasks"),
        ("src/lib/conf.py", "lib.conf"),
        ("site/shop/app.py", "shop.app"),
        ("celery.py", None),
        ("script/run.py", None),
        ("ns/pkg/mod.py", None),
    ],
)
def test_module_knows_its_name_in_a_package_that_begins_where_programs_start(
    path: str, name: str | None
) -> None:
    more = ("site/manage.py", "site/shop/__init__.py", "site/shop/app.py")
    files = (*FILES, *more, "ns/pkg/__init__.py", "ns/pkg/mod.py")

    assert Modules(files).name_of(path) == name
