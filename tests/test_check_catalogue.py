"""The comparison of the catalogue with Celery's releases, without a network."""

from __future__ import annotations

import inspect
import tarfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import celery
import pytest
from celery.app import defaults

from celerylint.catalogue.settings import Catalogue, parse_release
from scripts.check_catalogue import (
    DEFAULTS,
    Listed,
    check,
    differences,
    expected_table,
    find_archive,
    read_member,
    read_table,
    requirement_difference,
    unknown_releases,
)

# The table of Celery 3 in small: one level of names in capitals, and Python 2.
OLD_STYLE = """
from __future__ import absolute_import
from celery.utils import strtobool
from celery.utils.functional import memoize
class Option(object):
    typemap = dict(bool=strtobool)
    def __init__(self, default=None, *args, **kwargs):
        self.default = default
        self.type = kwargs.get('type') or 'string'
NAMESPACES = {'BROKER': {'URL': Option(), 'POOL_LIMIT': Option(10, type='int')}}
def flatten(d, ns=''):
    for group, options in d.iteritems():
        for key, value in options.iteritems():
            yield ns + group + '_' + key, value
@memoize(maxsize=None)
def find(name):
    return None
"""


def test_a_table_of_celery_3_is_read() -> None:
    assert read_table(OLD_STYLE) == {
        "BROKER_URL": Listed("string", "None", None),
        "BROKER_POOL_LIMIT": Listed("int", "10", None),
    }


def test_the_table_of_the_installed_celery_is_read_and_is_ours(catalogue: Catalogue) -> None:
    release = parse_release(celery.__version__)

    table = read_table(inspect.getsource(defaults))

    assert table["broker_url"] == Listed("string", "None", "BROKER_URL")
    assert list(differences(catalogue, release, table)) == []


@pytest.mark.parametrize(
    ("theirs", "line"),
    [
        (
            Listed("int", "None", "BROKER_URL"),
            "broker_url: the type is int in Celery, string in the catalogue",
        ),
        (
            Listed("string", "'x'", "BROKER_URL"),
            "broker_url: the default is 'x' in Celery, None in the catalogue",
        ),
        (
            Listed("string", "None", None),
            "broker_url: the old name is None in Celery, BROKER_URL in the catalogue",
        ),
    ],
)
def test_each_fact_that_differs_gives_a_line(
    catalogue: Catalogue, theirs: Listed, line: str
) -> None:
    release = parse_release("5.7.0")
    ours = {name: listed for name, listed in expected_table(catalogue, release).items() if listed}

    found = differences(catalogue, release, {**ours, "broker_url": theirs})

    assert list(found) == [line]


def test_names_on_one_side_only_give_a_line_each(catalogue: Catalogue) -> None:
    release = parse_release("5.7.0")
    table = {name: listed for name, listed in expected_table(catalogue, release).items() if listed}
    del table["broker_url"]
    table["brand_new"] = Listed("int", "1", "BRAND_NEW")

    assert list(differences(catalogue, release, table)) == [
        "brand_new: in Celery's table, not in the catalogue",
        "broker_url: in the catalogue, not in Celery's table",
    ]


def test_celery_3_is_expected_to_list_old_and_removed_names(catalogue: Catalogue) -> None:
    table = expected_table(catalogue, parse_release("3.1.25"))

    assert len(table) == 129
    assert table["BROKER_URL"] == Listed("string", "None", None)
    assert table["CELERY_CHORD_PROPAGATES"] is None
    # Read by the code of 3.1, and in no table of it.
    assert "CASSANDRA_OPTIONS" not in table
    assert "BROKER_BACKEND" not in table


def test_only_the_name_of_a_removed_setting_is_compared(catalogue: Catalogue) -> None:
    release = parse_release("3.1.25")
    anything = Listed("any", "...", None)
    theirs = {n: ours or anything for n, ours in expected_table(catalogue, release).items()}

    assert list(differences(catalogue, release, theirs)) == []


METADATA = """\
Name: celery
Requires-Dist: kombu {versions}
Requires-Dist: kombu[sqs] (>=9) ; extra == 'sqs'
"""


@pytest.mark.parametrize("versions", ["(>=5.5.2,<5.6)", "<5.6,>=5.5.2"])
def test_the_same_versions_of_kombu_may_be_written_in_any_way(
    catalogue: Catalogue, versions: str
) -> None:
    metadata = METADATA.format(versions=versions)

    assert list(requirement_difference(catalogue, (5, 5, 3), metadata)) == []


def test_other_versions_of_kombu_give_a_line(catalogue: Catalogue) -> None:
    metadata = METADATA.format(versions=">=6.0")

    assert list(requirement_difference(catalogue, (5, 7, 0), metadata)) == [
        "kombu: >=6.0 in Celery, >=5.7.0 in the catalogue"
    ]


def test_final_releases_beyond_the_newest_known_are_found(catalogue: Catalogue) -> None:
    index = "celery (9.10.0)\nAvailable versions: 9.10.0, 9.10.0rc1, 9.9.0, 5.7.0, 3.1.25\nmore"

    assert unknown_releases(catalogue, index) == ["9.9.0", "9.10.0"]


def test_no_index_means_no_new_release(catalogue: Catalogue) -> None:
    assert unknown_releases(catalogue, "") == []


def test_a_file_is_read_from_a_wheel(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "9.9.0", "text")

    assert read_member(wheel, DEFAULTS) == "text"
    assert read_member(wheel, "missing") == ""


def test_a_file_is_read_from_a_source_archive(tmp_path: Path) -> None:
    path = tmp_path / "celery-9.9.0.tar.gz"
    with tarfile.open(path, "w:gz") as bundle:
        entry = tarfile.TarInfo(f"celery-9.9.0/{DEFAULTS}")
        entry.size = 4
        bundle.addfile(entry, BytesIO(b"text"))

    assert read_member(path, DEFAULTS) == "text"
    assert read_member(path, "missing") == ""


def test_an_archive_that_is_there_is_not_downloaded(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "9.9.0", "text")

    assert find_archive("9.9.0", tmp_path) == wheel


def test_a_release_without_differences_gives_no_line(catalogue: Catalogue, tmp_path: Path) -> None:
    write_wheel(tmp_path, celery.__version__, inspect.getsource(defaults))

    assert check(catalogue, celery.__version__, tmp_path) == []


def write_wheel(folder: Path, release: str, table: str) -> Path:
    path = folder / f"celery-{release}-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        wheel.writestr(DEFAULTS, table)
    return path
