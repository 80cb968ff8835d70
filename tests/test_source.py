"""Bytes become text as Python would decode them, and edits leave the rest as it is."""

from __future__ import annotations

import pytest

from celerylint.finding import Edit, Place, Span
from celerylint.text.source import OverlapError, Position, Source, UnreadableError, apply, decode


def source(text: str) -> Source:
    return decode("a.py", text.encode())


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(Place("a.py", Span(start, end)), text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"A = 1\r\nB = 2\r", "A = 1\r\nB = 2\r"),
        (b"\xef\xbb\xbfA = 1\n", "A = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
        (b"# coding: latin-1\nA = '\xe9'\n", "# coding: latin-1\nA = '\xe9'\n"),
        ("A = 'é'\n".encode(), "A = 'é'\n"),
        ("#!/bin/python\n# vim: set fileencoding=cp1252 :\n€".encode("cp1252"), None),
    ],
)
def test_bytes_survive_the_way_to_text_and_back(raw: bytes, text: str | None) -> None:
    found = decode("a.py", raw)

    assert found.encode(found.text) == raw
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("raw", "reason", "line"),
    [
        (b"A = 1\nB = '\0'\n", "The file holds a null byte", 2),
        (b"# coding: klingon\n", "The encoding cannot be used: unknown encoding: klingon", 1),
        (b"# coding: rot13\n", "The encoding cannot be used: rot13", 1),
        (b"# coding: undefined\n", "The encoding cannot be used: undefined", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "The encoding cannot be used: encoding problem", 1),
        (b"A = 1\nB = 2\nC = '\xe9'\n", "The file is not valid utf-8, the encoding it is", 3),
        (b"# coding: utf-7\nA = '+AGE-'\n", "The file does not survive a round trip", 1),
    ],
)
def test_bytes_that_are_no_text_are_refused(raw: bytes, reason: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        decode("a.py", raw)

    assert caught.value.reason.startswith(reason)
    assert caught.value.line == line


def test_text_that_the_encoding_lacks_is_refused() -> None:
    found = decode("a.py", b"# coding: latin-1\n")

    with pytest.raises(UnicodeEncodeError):
        found.encode("€")


@pytest.mark.parametrize(
    ("offset", "position"),
    [(0, (1, 1)), (2, (1, 3)), (4, (2, 1)), (6, (3, 1)), (8, (4, 1)), (9, (4, 2))],
)
def test_positions_count_lines_of_every_kind(offset: int, position: tuple[int, int]) -> None:
    found = source("aa\r\nb\rc\nd").position(offset)

    assert found == Position(*position)


def test_line_spans_leave_the_line_end_out() -> None:
    found = source("aa\r\nb\rc\nd")

    spans = [found.line_span(number) for number in range(1, found.line_count() + 1)]

    assert [found.text[span.start : span.end] for span in spans] == ["aa", "b", "c", "d"]


def test_text_after_the_last_line_end_is_a_line() -> None:
    assert source("a\n").line_count() == 2
    assert source("a\n").line_span(2) == Span(2, 2)


def test_edits_count_in_the_original_text() -> None:
    edits = [edit(4, 5, "two"), edit(0, 1, "x"), edit(5, 5, "!")]

    assert apply("A = 1\n", edits) == "x = two!\n"


def test_equal_edits_count_once() -> None:
    assert apply("A = 1\n", [edit(0, 1, "x"), edit(0, 1, "x")]) == "x = 1\n"


def test_edits_that_touch_are_refused() -> None:
    with pytest.raises(OverlapError, match=r"character 2 of a\.py"):
        apply("ABCD", [edit(0, 3, "x"), edit(2, 4, "y")])
