"""Text is cut into tokens, whole or broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.text.lexing import COMMENT, NAME, NEWLINE, STRING, tokens_of


def kinds(text: str) -> list[tuple[str, str]]:
    """Return the kinds and contents of the tokens of a text."""
    return [(token.kind, token.content) for token in tokens_of(text)]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        ("''", ""),
        ("'''a'b'''", "a'b"),
        ('"""a"b"""', 'a"b'),
        ("rb'a'", "a"),
        ("F'''a'''", "a"),
        (r"'a\'b'", r"a\'b"),
        ("'a\\\nb'", "a\\\nb"),
        ("'a\\\r\nb'", "a\\\r\nb"),
        ("'open", "open"),
        ("'''open\n", "open\n"),
        ("'''open\\", "open\\"),
        ("'", ""),
    ],
)
def test_string_has_its_content(text: str, content: str) -> None:
    assert kinds(text) == [(STRING, content)]


def test_open_string_ends_with_its_line() -> None:
    assert kinds("'open\nx") == [(STRING, "open"), (NEWLINE, "\n"), (NAME, "x")]


def test_comment_ends_with_its_line() -> None:
    assert kinds("# it's\r\nx") == [(COMMENT, "# it's"), (NEWLINE, "\r\n"), (NAME, "x")]


def test_continued_line_has_no_end() -> None:
    assert kinds("x \\\n y") == [(NAME, "x"), (NAME, "y")]


def test_binding_is_one_token() -> None:
    assert [text for _, text in kinds("a==b:=c+=d!=e=f")][1::2] == ["==", ":=", "+=", "!=", "="]


def test_name_before_quotes_is_no_prefix() -> None:
    assert kinds("print'x'") == [(NAME, "print"), (STRING, "x")]


@given(st.text(alphabet="ab'\"#\\\n\r= ft", max_size=60))
def test_tokens_follow_each_other(text: str) -> None:
    tokens = list(tokens_of(text))

    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(text[t.content_start : t.content_end] == t.content for t in tokens)
    ends = [0, *(token.end for token in tokens)]
    assert all(end <= token.start for end, token in zip(ends, tokens, strict=False))
