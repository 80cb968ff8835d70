"""What is known in part only is asked about, and answered with certainty or not at all."""

from __future__ import annotations

import datetime as dt

import pytest

from celerylint.analysis.wording import shown
from celerylint.urls import Url, urls
from celerylint.values import (
    ANYTHING,
    UNKNOWN,
    Answer,
    Made,
    Some,
    Text,
    Value,
    all_of,
    alternatives,
    any_of,
    compare,
    entry,
    exceeds,
    is_a,
    is_equal,
    is_on,
    known,
    some,
)

YES, NO, OPEN = Answer.YES, Answer.NO, Answer.UNKNOWN
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("answers", "all_", "any_"),
    [
        ((), YES, NO),
        ((YES, YES), YES, YES),
        ((YES, NO), NO, YES),
        ((NO, OPEN), NO, OPEN),
        ((YES, OPEN), OPEN, YES),
    ],
)
def test_answers_are_three_valued(answers: tuple[Answer, ...], all_: Answer, any_: Answer) -> None:
    assert (all_of(answers), any_of(answers)) == (all_, any_)


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        (1, YES),
        (0, NO),
        (None, NO),
        ("False", YES),
        (ANYTHING, OPEN),
        (Some(int), OPEN),
        (Text("a\0"), YES),
        (Text("\0"), OPEN),
        (Made("kombu.Queue"), YES),
    ],
)
def test_whether_something_is_on(pattern: object, answer: Answer) -> None:
    assert is_on(pattern) is answer


@pytest.mark.parametrize(
    ("pattern", "other", "answer"),
    [
        (60, 60, YES),
        (60.0, 60, YES),
        (True, 1, NO),
        (1, True, NO),
        (True, True, YES),
        (HOUR, 3600, YES),
        ("60", 60, NO),
        ("a", "a", YES),
        (ANYTHING, 1, OPEN),
        (Some(int), 1, OPEN),
        (Some(str), 1, NO),
        (Text("redis://\0"), "redis://h", OPEN),
        (Text("redis://\0"), "amqp://h", NO),
        (Text("ab\0bc"), "abc", NO),
        (("a",), "a", NO),
    ],
)
def test_whether_something_is_equal(pattern: object, other: object, answer: Answer) -> None:
    assert is_equal(pattern, other) is answer


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        (3, YES),
        (5, NO),
        (True, NO),
        ("3", NO),
        (HOUR, NO),
        (Some(int), OPEN),
        (Some(str), NO),
        (ANYTHING, OPEN),
    ],
)
def test_whether_something_is_below_5(pattern: object, answer: Answer) -> None:
    assert compare(pattern, lambda value: value < 5) is answer


@pytest.mark.parametrize(
    ("pattern", "kinds", "answer"),
    [
        (True, (int,), NO),
        (1, (int, float), YES),
        (Text("a\0"), (str,), YES),
        (Made("a"), (str,), NO),
        (ANYTHING, (str,), OPEN),
    ],
)
def test_type_of_a_pattern(pattern: object, kinds: tuple[type, ...], answer: Answer) -> None:
    assert is_a(pattern, kinds) is answer


def test_question_about_a_value_is_answered_where_all_options_agree() -> None:
    assert Value((1, 2), complete=True).ask(is_on) is YES
    assert Value((1, 0), complete=True).ask(is_on) is OPEN
    assert Value((1,)).ask(is_on) is OPEN
    assert UNKNOWN.ask(is_on) is OPEN


def test_alternatives_with_an_unknown_one_may_be_anything() -> None:
    assert alternatives([known(1), UNKNOWN]) == Value((1,))
    assert alternatives([known(1), some(int)]) == Value((1,), rest=(Some(int),))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (known({"a": 1}), known(1)),
        (known({"b": 1}), None),
        (Value(rest=({"a": UNKNOWN},)), UNKNOWN),
        (Value(({"a": 1}, {"a": 2}), complete=True), Value((1, 2), complete=True)),
        (Value(({"a": 1}, {}), complete=True), UNKNOWN),
        (known(1), UNKNOWN),
    ],
)
def test_entry_of_a_dict(value: Value, found: Value | None) -> None:
    assert entry(value, "a") == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("redis://h:1/0", (Url("redis", "", password=False, host="h:1", path="0", query=""),)),
        (
            "sqla+sqlite:///f?a=b",
            (Url("sqla+sqlite", "", password=False, host="", path="f", query="a=b"),),
        ),
        (
            "a://h;b://h",
            (
                Url("a", "", password=False, host="h", path="", query=""),
                Url("b", "", password=False, host="h", path="", query=""),
            ),
        ),
        ("localhost", (Url(""),)),
        (Text("\0"), (Url(None),)),
        (Text("\0://h"), (Url(None),)),
        (Text("amqp://u:\0@h/v"), (Url("amqp", "u", password=True, host="h", path="v", query=""),)),
        (Text("amqp://\0@h"), (Url("amqp", None, None, "h", "", ""),)),
        (
            Text("amqp://\0/\0?\0"),
            (Url("amqp", "", password=False, host=None, path=None, query=None),),
        ),
        (("redis://h", UNKNOWN), None),
        ((known("redis://h"),), (Url("redis", "", password=False, host="h", path="", query=""),)),
        (Some(str), None),
        (Made("a"), None),
        (None, ()),
    ],
)
def test_urls_of_a_broker(pattern: object, found: tuple[Url, ...] | None) -> None:
    assert urls(pattern) == found


def test_transport_of_a_url_is_what_stands_before_the_driver() -> None:
    assert Url("sqla+sqlite").transport == "sqla"
    assert Url(None).transport is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (known(60), "60"),
        (known(None), "None"),
        (known(dt.timedelta(days=1)), "1 day"),
        (known(dt.timedelta(minutes=90)), "90 minutes"),
        (known(dt.timedelta(seconds=7)), "7 s"),
        (known(dt.timedelta()), "0 s"),
        (known(("json", "pickle")), "['json', 'pickle']"),
        (Value(rest=(("a", UNKNOWN),)), "['a', …]"),
        (known({"a": 1}), "a dict"),
        (Value((1, 2), complete=True), "1 or 2"),
        (some(int), "some int"),
        (UNKNOWN, "a value that is not known"),
        (Value(rest=(Text("redis://\0"),)), "'redis://…'"),
        (known("redis://:s3cret@host"), "'redis://:***@host'"),
        (known("a" * 60), "'" + "a" * 38 + "…"),
    ],
)
def test_value_in_words(value: Value, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (known(2), known(1), YES),
        (known(1), known(1), NO),
        (known(HOUR), known(60), YES),
        (known(60), known(HOUR), NO),
        (known("2"), known(1), NO),
        (known(2), known(None), NO),
        (known(2), Value((True,), complete=True), NO),
        (known(2), UNKNOWN, OPEN),
        (UNKNOWN, known(1), OPEN),
        (Value((2, 3), complete=True), known(1), YES),
        (Value((2, 0), complete=True), known(1), OPEN),
    ],
)
def test_one_value_exceeds_another(value: Value, limit: Value, expected: Answer) -> None:
    assert exceeds(value, limit) is expected
