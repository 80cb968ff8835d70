"""What is not Python is refused with a reason; what is kept of it is told by its looks."""

from __future__ import annotations

from bisect import bisect_left

import pytest

from celerylint.text.source import UnreadableError
from tests.projects import facts_of

_MERGE = "The file has the marks of a merge that was not finished"
_TOO_DEEP = "The file is nested too deeply to be read"


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("# A\nA = = A\n", "The file is not valid Python 3", 2, 1),
        ("A = 1\n<<<<<<< a\n>>>>>>> b\n", _MERGE, 2, 1),
        ("A = " + "(" * 300 + "1" + ")" * 300, _TOO_DEEP, 1, 1),
        ("A = " + "[" * 100_000, _TOO_DEEP, 1, 1),
        ("A = " + "+".join("a" * 2000), _TOO_DEEP, 1, 1),
        ("A = " + "not " * 1000 + "a", _TOO_DEEP, 1, 1),
        ("if a:\n  b\n" + "elif c:\n  d\n" * 1000, _TOO_DEEP, 1, 1),
        ("if a:\n  b\n" + "elif c:\n  d\n" * 20_000, _TOO_DEEP, 1, 1),
        ("A = " + "-" * 50_000 + "a", _TOO_DEEP, 1, 1),
        ("A = a" + ".b()" * 8_000, _TOO_DEEP, 1, 1),
        ("A = " + 'f"{' * 5_000, _TOO_DEEP, 1, 1),
        ("A = f'" + "{a:" * 5_000 + "}" * 5_000 + "'", _TOO_DEEP, 1, 1),
    ],
)
def test_unreadable_text_is_refused(text: str, reason: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        facts_of(text)

    assert (caught.value.reason, caught.value.line, caught.value.column) == (reason, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A = " + "(" * 100 + "1" + ")" * 100,
        "A = [" + "'(', " * 300 + "]",
        "A = [" + "(1), " * 300 + "]",
        "A = " + "+".join("a" * 100),
        "A = [" + "1 + 2,  # three\n" * 1000 + "]",
        "A = '" + "{" * 5000 + "'",
        "A = f'" + "{{" * 5000 + "'",
    ],
)
def test_text_within_the_limits_is_read(text: str) -> None:
    assert len(facts_of(text).bindings) <= 1


def test_own_names_and_what_looks_like_a_setting_are_kept_as_mentions() -> None:
    facts = facts_of("own = 1\nprint(own, other, BROKER, task_routes, a.name, a.task_routes)\n")

    assert [use.name for use in facts.uses] == ["own", "BROKER", "task_routes", "task_routes"]


@pytest.mark.parametrize("tail", ["", "\n", "\n\n   \n", "\n\t", "\r\n\r\n  ", "\n\f\n"])
def test_blanks_at_the_end_do_not_matter(tail: str) -> None:
    facts = facts_of(f"A = 1{tail}")

    assert [binding.name for binding in facts.bindings] == ["A"]


def test_how_deep_a_text_may_be_does_not_depend_on_who_asks() -> None:
    texts = [f"A = {' + '.join(['x'] * count)}\n" for count in range(100, 450)]
    first = bisect_left(texts, True, key=lambda text: not is_readable(text, 0))  # noqa: FBT003

    assert 0 < first < len(texts)
    for text in texts[first - 1 : first + 1]:
        assert is_readable(text, 150) == is_readable(text, 0)


def is_readable(text: str, calls: int) -> bool:
    """Return whether a text can be read from within so many calls."""
    if calls:
        return is_readable(text, calls - 1)
    try:
        facts_of(text)
    except UnreadableError:
        return False
    return True
