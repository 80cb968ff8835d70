"""Literals are worth what Python makes of them, without their passwords."""

from __future__ import annotations

import pytest

from celerylint.facts import Constant, Opaque, Operation
from tests.projects import expression_of, facts_of


def constant(text: str) -> Constant:
    found = expression_of(f"X = {text}\n")
    assert isinstance(found, Constant)
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("u'a'", "a"),
        (r"r'\d'", r"\d"),
        (r"'\d'", r"\d"),
        (r"'\x41'", "A"),
        (r"'\N{BULLET}'", "•"),
        ("'a' \"b\" '''c'''", "abc"),
        ("('a'\n  'b')", "ab"),
        ("'''a\r\nb'''", "a\nb"),
        ("1_000", 1000),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("2j", 2j),
        ("True", True),
        ("None", None),
    ],
)
def test_literal_has_its_value(text: str, value: object) -> None:
    found = constant(text)

    assert (found.value, found.masked) == (value, False)


@pytest.mark.parametrize("text", ["'a'", "u'a'", r"r'\d'", "'''a'''", "( # 'a'\n 'a')"])
def test_plain_string_knows_what_stands_between_its_quotes(text: str) -> None:
    source = f"X = {text}\n"

    found = constant(text)

    assert found.inner is not None
    assert source[found.inner.start : found.inner.end] == found.value


@pytest.mark.parametrize("text", ["'a' 'b'", r"'\x41'", "'''a\nb'''", "1", "None"])
def test_other_literals_have_no_plain_inside(text: str) -> None:
    assert constant(text).inner is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'redis://:s3cret@host/0'", "redis://:***@host/0"),
        ("'redis://:s3' 'cret@host/0'", "redis://:***@host/0"),
        ("b'any bytes'", b"***"),
        ("b'a' b'b'", b"***"),
        (r"'\N{no such name}'", b"***"),
        (r"'\xzz'", b"***"),
    ],
)
def test_what_may_hold_a_secret_or_no_value_is_masked(text: str, value: object) -> None:
    found = constant(text)

    assert (found.value, found.masked) == (value, True)


def test_number_with_too_many_digits_has_no_value() -> None:
    assert isinstance(expression_of(f"X = {'9' * 6000}\n"), Opaque)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("f'a{b}c'", ["a", "b", "c"]),
        ("f'{{{b}}}'", ["{", "b", "}"]),
        (r"rf'\d{b}'", [r"\d", "b"]),
        (r"f'\d{b}'", [None, "b"]),
        ("f'{b!r}{b:>3}{b=}'", [None, None, None]),
        ("f'redis://:pw@{b}'", ["redis://:***@", "b"]),
        ("""f"{f'{b}'}" """, [None]),
    ],
)
def test_f_string_has_pieces(text: str, pieces: list[str | None]) -> None:
    found = expression_of(f"X = {text}\n")

    assert isinstance(found, Operation)
    known = [getattr(piece, "value", getattr(piece, "name", None)) for piece in found.operands]
    assert known == pieces


def test_adjacent_f_strings_are_joined() -> None:
    found = expression_of("X = 'a' f'{b}' 'c'\n")

    assert isinstance(found, Operation)
    assert found.operator == "f"
    assert isinstance(found.operands[0], Constant)


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD = 'hunter2'",
        "PASSWORD = x or 'hunter2'",
        "PASSWORD = 'hunter' + '2'",
        "PASSWORD = ['a', 'hunter2']",
        "PASSWORD = Secret('hunter2')",
        "PASSWORD = os.environ.get('PASSWORD', 'hunter2')",
        "x.password = 'hunter2'",
        "x['password'] = 'hunter2'",
        "setattr(x, 'password', 'hunter2')",
        "X = {'password': 'hunter2'}",
        "X = f(password='hunter2')",
    ],
)
def test_what_is_bound_to_the_name_of_a_secret_is_not_kept(text: str) -> None:
    facts = facts_of(f"{text}\n")

    bound = [each.value for each in facts.bindings] + [each.value for each in facts.writes]
    assert bound
    assert "hunter" not in str(bound)
    assert "***" in str(bound)


def test_what_a_secret_is_looked_up_by_is_kept() -> None:
    found = expression_of("PASSWORD = env('DB', default='guest')\n", "PASSWORD")

    assert "'DB'" in str(found)
    assert "'guest'" in str(found)
