"""Comments silence findings where they stand, and are themselves looked after."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from celerylint.finding import Finding, Place, Span
from celerylint.rulebook import Rulebook
from celerylint.source import Source, apply, decode
from celerylint.suppress import Suppressed, ignored_per_file, suppressions
from celerylint.suppress import apply as suppressed

ALL_RUN = ("CEL002", "CEL004", "CEL101", "CEL102")


def source(text: str, path: str = "a.py") -> Source:
    """Return a source."""
    return decode(path, text.encode())


def at(text: str, what: str, rulebook: Rulebook, code: str = "CEL101") -> Finding:
    """Return a finding about the first place of `what` in a text."""
    start = text.index(what)
    place = Place("a.py", Span(start, start + len(what)))
    return Finding(code, rulebook[code].name, rulebook[code].severity, "It is so", place)


def run(
    text: str, rulebook: Rulebook, *findings: Finding, ran: Collection[str] = ALL_RUN
) -> Suppressed:
    """Return what the comments of a text make of findings."""
    return suppressed(findings, {"a.py": source(text)}, rulebook, ran)


def codes(findings: Collection[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    "comment",
    [
        "# celerylint: ignore[CEL101]",
        "#celerylint:ignore[CEL101]",
        "# celerylint: ignore[CEL1]",
        "# celerylint: ignore[old-setting-name]",
        "# celerylint: ignore[ CEL102 , CEL101 ]",
        "# celerylint: ignore[CEL101] -- see #12, it is needed",
        "# noqa: E501  # celerylint: ignore[CEL101]",
        "# celerylint: ignore[CEL101]  # noqa: E501",
        "# celerylint: file-ignore[CEL101]",
    ],
)
def test_comment_silences_a_finding_on_its_line(rulebook: Rulebook, comment: str) -> None:
    text = f"A = 1  {comment}\n"

    result = run(text, rulebook, at(text, "A", rulebook), ran=("CEL101",))

    assert (codes(result.findings), codes(result.hidden)) == ([], ["CEL101"])


@pytest.mark.parametrize(
    "comment",
    ["# celerylint: ignore[CEL102]", "# celerylint: ignore", "# celerylint: ignore[ALL]", "# x"],
)
def test_other_comment_silences_nothing(rulebook: Rulebook, comment: str) -> None:
    text = f"A = 1  {comment}\n"

    result = run(text, rulebook, at(text, "A", rulebook), ran=("CEL101",))

    assert (codes(result.findings), codes(result.hidden)) == (["CEL101"], [])


def test_comment_on_any_line_of_what_is_found_silences_it(rulebook: Rulebook) -> None:
    text = "A = [\n  1,\n]  # celerylint: ignore[CEL101]\nB = 1\n"
    finding = at(text, text[: text.index("]") + 1], rulebook)

    assert run(text, rulebook, finding).hidden == (finding,)


def test_comment_on_another_line_does_not(rulebook: Rulebook) -> None:
    text = "A = 1\nB = 1  # celerylint: ignore[CEL101]\n"
    finding = at(text, "A = 1\n", rulebook)

    result = run(text, rulebook, finding)

    assert codes(result.findings) == ["CEL101", "CEL002"]


def test_comment_for_the_file_may_stand_anywhere(rulebook: Rulebook) -> None:
    text = "A = 1\n\n# celerylint: file-ignore[CEL101] -- kept for Celery 3\n"

    assert codes(run(text, rulebook, at(text, "A", rulebook)).hidden) == ["CEL101"]


def test_comment_of_another_file_does_not_count(rulebook: Rulebook) -> None:
    text = "# celerylint: file-ignore[CEL101]\n"
    sources = {"a.py": source("A = 1\n"), "b.py": source(text, "b.py")}

    result = suppressed((at("A = 1", "A", rulebook),), sources, rulebook, ("CEL101",))

    assert codes(result.findings) == ["CEL101"]


def test_finding_of_a_file_without_source_stays(rulebook: Rulebook) -> None:
    result = suppressed((at("A", "A", rulebook),), {}, rulebook, ALL_RUN)

    assert codes(result.findings) == ["CEL101"]


@pytest.mark.parametrize(
    "text",
    ["A = '# celerylint: ignore[CEL101]'\n", "'''\n# celerylint: ignore[CEL101]\n'''\n"],
)
def test_string_is_no_comment(rulebook: Rulebook, text: str) -> None:
    assert suppressions(source(text), rulebook) == ()


@pytest.mark.parametrize("broken", ["A = (\n", "if x:\n  a\n b\n", "A = '''\n"])
def test_comment_of_a_broken_file_counts(rulebook: Rulebook, broken: str) -> None:
    text = f"A = 1  # celerylint: ignore[CEL101]\n{broken}"

    assert codes(run(text, rulebook, at(text, "A", rulebook)).hidden) == ["CEL101"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_comment_is_found_whatever_the_line_ends(rulebook: Rulebook, newline: str) -> None:
    text = f"'ü'{newline}{newline}\t# celerylint: ignore[CEL101]{newline}B = 2{newline}"

    (comment,) = suppressions(source(text), rulebook)

    assert comment.line == 3
    assert text[comment.span.start : comment.span.end] == "# celerylint: ignore[CEL101]"


# --- unused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A = 1  # celerylint: ignore[CEL101]\nB = 2\n", "A = 1\nB = 2\n"),
        ("A = 1  # celerylint: ignore[CEL101] -- why", "A = 1"),
        ("A = 1  # celerylint: ignore[CEL101]  # noqa\n", "A = 1  # noqa\n"),
        ("A = 1  # noqa  # celerylint: ignore[CEL101]\n", "A = 1  # noqa\n"),
        ("  # celerylint: file-ignore[CEL101]\r\nA = 1\r\n", "A = 1\r\n"),
        ("A = 1\n# celerylint: file-ignore[CEL101]", "A = 1\n"),
        ("A = 1  # celerylint: ignore[CEL101, CEL999]\n", "A = 1  # celerylint: ignore[CEL999]\n"),
    ],
)
def test_unused_suppression_is_deleted_by_its_fix(
    rulebook: Rulebook, before: str, after: str
) -> None:
    finding = run(before, rulebook, ran=("CEL002", "CEL101")).findings[0]

    assert (finding.code, finding.message) == ("CEL002", "Unused suppression of `CEL101`")
    assert finding.fix is not None
    assert apply(before, finding.fix.edits) == after


def test_only_the_unused_code_is_deleted(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL102]\n"

    (finding,) = run(text, rulebook, at(text, "A", rulebook)).findings

    assert finding.message == "Unused suppression of `CEL102`"
    assert finding.fix is not None
    assert apply(text, finding.fix.edits) == "A = 1  # celerylint: ignore[CEL101]\n"


@pytest.mark.parametrize("selector", ["CEL103", "CEL1", "CEL002", "CEL004"])
def test_suppression_of_what_was_not_run_is_not_unused(rulebook: Rulebook, selector: str) -> None:
    assert run(f"A = 1  # celerylint: ignore[{selector}]\n", rulebook).findings == ()


def test_unused_suppressions_are_not_looked_for_unless_asked(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL999]\n"

    assert run(text, rulebook, ran=("CEL101",)).findings == ()


def test_unused_suppression_can_be_silenced(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL002]\n"

    result = run(text, rulebook)

    assert (codes(result.findings), codes(result.hidden)) == ([], ["CEL002"])


# --- not understood -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "place", "reason"),
    [
        ("# celerylint: ignore", "# celerylint: ignore", "it names no rule"),
        ("# celerylint: ignore[]", "# celerylint: ignore[]", "it names no rule"),
        ("# celerylint: ignore[CEL999]", "CEL999", "`CEL999` is no rule; did you mean"),
        ("# celerylint: ignore[zzz]", "zzz", "`zzz` is no rule"),
        ("# celerylint: ignore[ALL]", "ALL", "`ALL` stands for every rule"),
        ("# celerylint: file-ignore[CEL]", "CEL]", "`CEL` stands for every rule"),
        ("# celerylint: ignroe[CEL101]", "# celerylint: ignroe[CEL101]", "`ignroe` is no word"),
        ("# celerylint: disable[zzz]", "# celerylint: disable[zzz]", "`disable` is no word"),
    ],
)
def test_suppression_that_cannot_be_understood_is_found(
    rulebook: Rulebook, comment: str, place: str, reason: str
) -> None:
    (finding,) = run(f"A = 1  {comment}\n", rulebook).findings

    assert finding.code == "CEL004"
    assert reason in finding.message
    assert finding.place.span.start == f"A = 1  {comment}\n".index(place)


def test_prose_about_us_is_no_suppression(rulebook: Rulebook) -> None:
    assert suppressions(source("# celerylint: see the manual\n"), rulebook) == ()


# --- per file -------------------------------------------------------------------------------------


def test_rules_are_ignored_in_the_files_of_a_pattern(rulebook: Rulebook) -> None:
    one, two = at("AB", "A", rulebook), at("AB", "B", rulebook, "CEL102")

    result = ignored_per_file((one, two), (("*.py", ("CEL101",)), ("b/", ("CEL102",))), rulebook)

    assert (result.findings, result.hidden) == ((two,), (one,))
