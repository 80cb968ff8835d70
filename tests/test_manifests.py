"""What every kind of dependency file says about Celery is read, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.dependencies.manifests import Requirement, requirements
from celerylint.files.walking import Tree

LOCK = """
[[package]]
name = "amqp"
version = "5.2.0"

[[package]]
name = "celery"
version = "5.3.6"
"""


def read(path: str, text: str, **others: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return line, text and alternatives of what a file says."""
    overlay = {path: text.encode(), **{name: other.encode() for name, other in others.items()}}
    found = requirements(Tree(Path("/nowhere"), (), overlay=overlay), path)
    return [(each.line, each.text, each.alternatives) for each in found]


@pytest.mark.parametrize(
    ("line", "text", "spec"),
    [
        ("celery==4.4.7", "celery==4.4.7", "==4.4.7"),
        ("Celery >= 4.4, < 5", "Celery >= 4.4, < 5", ">=4.4,<5"),
        ("celery[redis,msgpack]~=5.2.0  # why", "celery[redis,msgpack]~=5.2.0", "~=5.2.0"),
        ("celery (>=4)", "celery (>=4)", ">=4"),
        ("celery==4.4.7 ; python_version<'3.7'", "celery==4.4.7", "==4.4.7"),
        ("celery==4.4.7;python_version<'3.7'", "celery==4.4.7", "==4.4.7"),
        ("celery==4.4.7 --hash=sha256:0", "celery==4.4.7", "==4.4.7"),
        ("celery==4.4.7 \\", "celery==4.4.7", "==4.4.7"),
        ("celery==4.*", "celery==4.*", "==4.*"),
        ("celery", "celery", ""),
        ("celery[redis]", "celery[redis]", ""),
        ("celery @ git+https://example.org/celery", "celery", ""),
        ("django-celery==3.2.2", "django-celery==3.2.2", "<4"),
        ("django_celery", "django_celery", "<4"),
    ],
)
def test_requirement_line_is_read(line: str, text: str, spec: str) -> None:
    assert read("requirements.txt", f"redis\n{line}\n") == [(2, text, (spec,))]


def test_what_is_asked_for_on_windows_alone_says_nothing() -> None:
    text = "celery<4; sys_platform == 'win32'\ncelery>=5.2; sys_platform != 'win32'\n"

    assert read("requirements.txt", text) == [(2, "celery>=5.2", (">=5.2",))]


@pytest.mark.parametrize(
    "line", ["# celery==4", "celery-redbeat==2", "pytest-celery", "-e git+x#egg=celery", "celery_x"]
)
def test_other_line_says_nothing(line: str) -> None:
    assert read("requirements.txt", line) == []


def test_included_files_are_read() -> None:
    files = {"base.txt": "celery==4.4.7", "more/x.txt": "-c ../constraints.txt"}

    found = read(
        "requirements/dev.txt",
        "-r ../base.txt\n--requirement=../more/x.txt  # more\n",
        **files,
        **{"constraints.txt": "celery<5\n-r requirements/dev.txt"},
    )

    assert found == [(1, "celery==4.4.7", ("==4.4.7",)), (1, "celery<5", ("<5",))]


def test_included_file_that_is_missing_or_outside_says_nothing() -> None:
    assert read("requirements.txt", "-r gone.txt\n-r ../../etc/x.txt\n-r /etc/x.txt") == []


def test_pyproject_is_read() -> None:
    text = """[project]
dependencies = [
  "celery[redis]>=5.2",
]
[project.optional-dependencies]
worker = ["celery<5.5"]
[dependency-groups]
dev = ["celery!=5.3.0", {include-group = "x"}]
[tool.pdm.dev-dependencies]
test = ["celery>5"]
[tool.uv]
dev-dependencies = ["celery>5.1"]
"""

    assert read("pyproject.toml", text) == [
        (3, "celery[redis]>=5.2", (">=5.2",)),
        (6, "celery<5.5", ("<5.5",)),
        (8, "celery!=5.3.0", ("!=5.3.0",)),
        (10, "celery>5", (">5",)),
        (12, "celery>5.1", (">5.1",)),
    ]


@pytest.mark.parametrize(
    ("constraint", "alternatives"),
    [
        ('"^5.2"', (">=5.2,<6",)),
        ('"^5"', (">=5,<6",)),
        ('"~5.2.1"', (">=5.2.1,<5.3",)),
        ('"~5"', (">=5,<6",)),
        ('"5.2.7"', ("==5.2.7",)),
        ('"5.2.*"', ("==5.2.*",)),
        ('"*"', ("",)),
        ('">=5.2,<5.4"', (">=5.2,<5.4",)),
        ('">=5.2 <5.4"', (">=5.2,<5.4",)),
        ('"^4.4 || ^5.2"', (">=4.4,<5", ">=5.2,<6")),
        ('{version = "^5.2", extras = ["redis"]}', (">=5.2,<6",)),
        ('{git = "https://example.org"}', ("",)),
    ],
)
def test_poetry_constraint_is_read(constraint: str, alternatives: tuple[str, ...]) -> None:
    text = f'[tool.poetry.dependencies]\npython = "^3.10"\ncelery = {constraint}\n'

    ((line, _, found),) = read("pyproject.toml", text)

    assert (line, found) == (3, alternatives)


def test_poetry_constraints_by_python_version_are_read() -> None:
    text = '[tool.poetry.group.a.dependencies]\nCelery = [{version = "4.4.7"}, {version = "^5"}]\n'

    assert read("pyproject.toml", text) == [
        (2, 'Celery = "4.4.7"', ("==4.4.7",)),
        (2, 'Celery = "^5"', (">=5,<6",)),
    ]


def test_django_celery_in_poetry_asks_for_celery_3() -> None:
    text = '[tool.poetry.dev-dependencies]\ndjango-celery = "*"\n'

    assert read("pyproject.toml", text) == [(2, 'django-celery = "*"', ("<4",))]


@pytest.mark.parametrize(
    "text",
    [
        "[project\ncelery",
        "project = 'celery'",
        "[project]\ndependencies = 'celery'",
        "[project]\ndependencies = [1, 'amqp', 'celery-redbeat']",
        "[tool.poetry]\ndependencies = 'celery'",
    ],
)
def test_pyproject_of_another_shape_says_nothing(text: str) -> None:
    assert read("pyproject.toml", text) == []


def test_setup_cfg_is_read() -> None:
    text = (
        "[options]\ninstall_requires =\n    amqp\n    celery>=4.4\n[x]\ntests_require = celery<5\n"
    )

    assert read("setup.cfg", text) == [
        (4, "celery>=4.4", (">=4.4",)),
        (6, "celery<5", ("<5",)),
    ]


def test_setup_py_is_read() -> None:
    text = "setup(\n  install_requires=['celery>=3.1,<4', 'amqp'],\n  python=3)\n"

    assert read("setup.py", text) == [(2, "celery>=3.1,<4", (">=3.1,<4",))]


@pytest.mark.parametrize("text", ["print 'celery==3.1'", "x = 'celery==3.1'\0"])
def test_setup_py_that_cannot_be_parsed_says_nothing(text: str) -> None:
    assert read("setup.py", text) == []


def test_pipfile_is_read() -> None:
    text = '[packages]\ncelery = "==5.2.*"\n[dev-packages]\ncelery = {version = "*"}\n'

    assert read("Pipfile", text) == [
        (2, 'celery = "==5.2.*"', ("==5.2.*",)),
        (2, 'celery = "*"', ("",)),
    ]


@pytest.mark.parametrize("name", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_lock_file_is_read(name: str) -> None:
    assert read(name, LOCK) == [(8, "celery==5.3.6", ("==5.3.6",))]


def test_pipfile_lock_is_read() -> None:
    text = '{"default": {\n"celery": {"version": "==5.2.7"}}, "_meta": {"hash": 1}}'

    assert read("Pipfile.lock", text) == [(2, "celery==5.2.7", ("==5.2.7",))]


def test_broken_pipfile_lock_says_nothing() -> None:
    assert read("Pipfile.lock", '{"celery"') == []


def test_only_what_a_lock_file_says_of_celery_itself_is_locked() -> None:
    text = LOCK.replace('"celery"', '"django-celery"')
    tree = Tree(Path("/nowhere"), (), overlay={"uv.lock": text.encode()})

    assert requirements(tree, "uv.lock") == (
        Requirement("uv.lock", 8, "django-celery==5.3.6", ("<4",)),
    )


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("  - celery=4.4", "==4.4.*"),
        ("  - conda-forge::celery=5.2.7=py38_0", "==5.2.7.*"),
        ("  - celery>=5", ">=5"),
        ('    - "celery==5.2.7"', "==5.2.7"),
    ],
)
def test_conda_environment_is_read(line: str, spec: str) -> None:
    ((number, _, alternatives),) = read("environment.yml", f"dependencies:\n  - python=3.8\n{line}")

    assert (number, alternatives) == (3, (spec,))


# --- what makes no sense --------------------------------------------------------------------------


def test_files_that_include_each_other_are_read_once() -> None:
    names = [f"r{number}.txt" for number in range(30)]
    text = "".join(f"-r {name}\n" for name in names)

    found = read("r0.txt", text, **dict.fromkeys(names, f"celery\n{text}"))

    assert len(found) == len(names)


def test_long_chain_of_includes_is_followed() -> None:
    chain = {f"r{number}.txt": f"-r r{number + 1}.txt\n" for number in range(5000)}

    assert read("r.txt", "-r r0.txt", **chain, **{"r5000.txt": "celery==5.6.3"}) == [
        (1, "celery==5.6.3", ("==5.6.3",))
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "celery = " + "[" * 100_000),
        ("pyproject.toml", "celery = " + "1" * 5000),
        ("Pipfile.lock", '{"celery":' * 100_000),
        ("setup.py", "celery = " + "-" * 100_000 + "1"),
        ("requirements.txt", "-r celery\0.txt"),
    ],
    ids=["nested TOML", "long number", "nested JSON", "nested Python", "impossible name"],
)
def test_file_that_no_parser_takes_says_nothing(path: str, text: str) -> None:
    assert read(path, text) == []


@pytest.mark.parametrize("spec", ["^.", "^5..6", "~" + "9" * 5000])
def test_poetry_constraint_that_makes_no_sense_is_left_as_it_is(spec: str) -> None:
    found = read("pyproject.toml", f'[tool.poetry.dependencies]\ncelery = "{spec}"\n')

    assert [alternatives for _, _, alternatives in found] == [(spec,)]
