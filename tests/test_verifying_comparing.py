"""What two answers of Celery differ in, and how values are shown."""

from __future__ import annotations

import pytest

from celerylint.verifying.asking import Answer
from celerylint.verifying.comparing import Kind, differences, shown

ONE = ["int", "1"]
TWO = ["int", "2"]


def kinds(before: Answer, after: Answer, *, ordered: bool = True) -> dict[str, Kind]:
    """Return the differences in short."""
    return {each.setting: each.kind for each in differences(before, after, ordered=ordered)}


def answer(value: object, *, explicit: bool = True, name: str = "timezone") -> Answer:
    """Return an answer with one setting."""
    return Answer({name: value}, frozenset((name,) if explicit else ()))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (answer(ONE), answer(ONE), None),
        (answer(ONE), answer(TWO), Kind.CHANGED),
        (answer(ONE), answer(ONE, explicit=False), Kind.LOST),
        (answer(ONE, explicit=False), answer(ONE), None),
        (answer(ONE, explicit=False), answer(TWO), Kind.CHANGED),
        (answer(ONE, explicit=False), answer(TWO, explicit=False), Kind.DEFAULT),
        (answer(ONE), Answer(), Kind.GONE),
        (answer(ONE, explicit=False), Answer(), None),
        (Answer(), answer(ONE), Kind.CHANGED),
        (Answer(), answer(ONE, explicit=False), None),
    ],
)
def test_kind_of_a_difference(before: Answer, after: Answer, kind: Kind | None) -> None:
    assert kinds(before, after) == ({"timezone": kind} if kind else {})


def test_order_of_a_dict_counts_where_both_keep_it() -> None:
    pairs = [[["str", "'a'"], ONE], [["str", "'b'"], ["list", [TWO, ONE]]]]
    before, after = answer(["dict", pairs]), answer(["dict", pairs[::-1]])

    assert kinds(before, after) == {"timezone": Kind.CHANGED}
    assert kinds(before, after, ordered=False) == {}


def test_order_of_a_list_counts_always() -> None:
    before, after = answer(["list", [ONE, TWO]]), answer(["list", [TWO, ONE]])

    assert kinds(before, after, ordered=False) == {"timezone": Kind.CHANGED}


def test_include_that_lay_among_the_imports_is_no_difference() -> None:
    tasks, none = ["list", [["str", "'tasks'"]]], ["tuple", []]
    before = Answer({"imports": tasks, "include": none}, frozenset({"imports"}))
    after = Answer({"imports": none, "include": tasks}, frozenset({"include"}))

    assert kinds(before, after) == {}


def test_import_that_is_lost_is_a_difference() -> None:
    tasks, none = ["list", [["str", "'tasks'"]]], ["tuple", []]

    found = kinds(answer(tasks, name="imports"), answer(none, name="imports", explicit=False))

    assert found == {"imports": Kind.LOST}


@pytest.mark.parametrize(
    ("rendered", "text"),
    [
        (["str", r"'K\xf6ln'"], "'K\xf6ln'"),
        (["NoneType", "None"], "None"),
        (["tuple", [ONE]], "(1,)"),
        (["tuple", [ONE, TWO]], "(1, 2)"),
        (["list", []], "[]"),
        (["set", [ONE]], "set(1)"),
        (["dict", [[["str", "'a'"], ONE]]], "{'a': 1}"),
        (["function", "shop.route"], "shop.route"),
        (["shop.Router", ["dict", [[["str", "'a'"], ONE]]]], "shop.Router({'a': 1})"),
        (["datetime.timedelta", [ONE, TWO]], "datetime.timedelta(1, 2)"),
        (["...", "list"], "list"),
        (None, "no such setting"),
        (["str", "'redis://:hunter2@host/0'"], "'redis://:***@host/0'"),
    ],
)
def test_value_is_shown_as_it_is_written(rendered: object, text: str) -> None:
    assert shown("broker_url", rendered) == text


def test_value_of_a_secret_setting_is_masked() -> None:
    assert "hunter2" not in shown("redis_password", ["str", "'hunter2'"])
