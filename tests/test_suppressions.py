"""Comments silence findings where they stand, and are themselves looked after."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest

from celerylint.finding import Finding, Place, Span
from celerylint.report import Sifted, Silenced
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions import hiding
from celerylint.suppressions.comments import suppressions
from celerylint.text.source import Source, apply, decode

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
) -> Sifted:
    """Return what the comments of a text make of findings."""
    return hiding.by_comment(findings, {"a.py": source(text)}, rulebook, ran)


def codes(findings: Iterable[Finding | Silenced]) -> list[str]:
    """Return the codes of findings, silenced or not."""
    return [f.finding.code if isinstance(f, Silenced) else f.code for f in findings]


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

    assert (codes(result.kept), codes(result.hidden)) == ([], ["CEL101"])


@pytest.mark.parametrize(
    "comment",
    ["# celerylint: ignore[CEL102]", "# celerylint: ignore", "# celerylint: ignore[ALL]", "# x"],
)
def test_other_comment_silences_nothing(rulebook: Rulebook, comment: str) -> None:
    text = f"A = 1  {comment}\n"

    result = run(text, rulebook, at(text, "A", rulebook), ran=("CEL101",))

    assert (codes(result.kept), codes(result.hidden)) == (["CEL101"], [])


def test_comment_on_any_line_of_what_is_found_silences_it(rulebook: Rulebook) -> None:
    text = "A = [\n  1,\n]  # celerylint: ignore[CEL101]\nB = 1\n"
    finding = at(text, text[: text.index("]") + 1], rulebook)

    assert run(text, rulebook, finding).hidden[0].finding == finding


def test_comment_on_another_line_does_not(rulebook: Rulebook) -> None:
    text = "A = 1\nB = 1  # celerylint: ignore[CEL101]\n"
    finding = at(text, "A = 1\n", rulebook)

    result = run(text, rulebook, finding)

    assert codes(result.kept) == ["CEL101", "CEL002"]


def test_comment_for_the_file_may_stand_anywhere(rulebook: Rulebook) -> None:
    text = "A = 1\n\n# celerylint: file-ignore[CEL101] -- kept for Celery 3\n"

    assert codes(run(text, rulebook, at(text, "A", rulebook)).hidden) == ["CEL101"]


def test_comment_of_another_file_does_not_count(rulebook: Rulebook) -> None:
    text = "# celerylint: file-ignore[CEL101]\n"
    sources = {"a.py": source("A = 1\n"), "b.py": source(text, "b.py")}

    result = hiding.by_comment((at("A = 1", "A", rulebook),), sources, rulebook, ("CEL101",))

    assert codes(result.kept) == ["CEL101"]


def test_finding_of_a_file_without_source_stays(rulebook: Rulebook) -> None:
    result = hiding.by_comment((at("A", "A", rulebook),), {}, rulebook, ALL_RUN)

    assert codes(result.kept) == ["CEL101"]


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

    assert comment.lines == (3, 4)
    start, end = comment.place.span
    assert text[start:end] == "# celerylint: ignore[CEL101]"


# --- what a comment holds for ---------------------------------------------------------------------

OWN = "# celerylint: ignore[CEL101]"


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\nA = 1\n",
        f"{OWN} -- why\n\n# prose\nA = 1\n",
        f"{OWN}\n# celerylint: ignore[CEL102]\nA = 1\n",
        f"{OWN}\nX = {{\n  'b': 1,\n  A: 2,\n}}\n",
        f"{OWN}\nX = 1 + \\\n  A\n",
        f"{OWN}\nX = '''\n''', [\n A]\n",
        f"if x:\n  {OWN}\n  A = 1\n",
        f"X = {{\n  {OWN}\n  A: [\n 1, 2],\n}}\n",
        f"X = {{\n  {OWN}\n  'b': [\n 1, A],\n}}\n",
        f"X = f(\n  {OWN}\n  b=1 + A)\n",
        f"{OWN}\r\nA = 1\r\n",
        f"{OWN}\nX = f'{{x}}(' + A\n",
    ],
)
def test_comment_on_its_own_line_holds_for_what_comes_next(rulebook: Rulebook, text: str) -> None:
    finding = at(text, "A", rulebook)

    assert codes(run(text, rulebook, finding, ran=("CEL101",)).hidden) == ["CEL101"]


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\nx = 1\nA = 2\n",
        f"{OWN}\nclass X:\n  A = 1\n",
        f"X = {{\n  {OWN}\n  'b': 1,\n  A: 2,\n}}\n",
        f"X = {{\n  'b': 1,\n  {OWN}\n}}\nA = 1\n",
        f"X = [{{\n  'b': 1,\n  {OWN}\n}},\nA]\n",
        f"A = 1\n{OWN}\n",
        f"{OWN}\nx = f'{{x}}('\nA = 1\n",
        "# noqa: CEL101\nA = 1\n",
    ],
)
def test_comment_on_its_own_line_holds_for_no_more(rulebook: Rulebook, text: str) -> None:
    finding = at(text, "A = " if "A = " in text else "A", rulebook)
    start = text.rindex("A", 0, finding.place.span.end)
    finding = finding._replace(place=Place("a.py", Span(start, start + 1)))

    assert codes(run(text, rulebook, finding, ran=("CEL101",)).kept) == ["CEL101"]


@pytest.mark.parametrize(
    "text",
    [
        "A = '''\n\n'''  # {}\n",
        "A = \\\n  1  # {}\n",
        "x = [\n  A, '''\n''',  # {}\n]\n",
    ],
)
@pytest.mark.parametrize("comment", ["celerylint: ignore[CEL101]", "noqa: CEL101"])
def test_comment_holds_for_all_lines_that_are_one(
    rulebook: Rulebook, text: str, comment: str
) -> None:
    text = text.format(comment)

    assert codes(run(text, rulebook, at(text, "A", rulebook)).hidden) == ["CEL101"]


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\nA = (\n",
        f"x = (\n{OWN}\nA\n",
        f"{OWN}\nA = 1\nx = '''\n",
        f"))  \n{OWN}\nA = (",
    ],
)
def test_comment_of_a_broken_file_holds_for_what_comes_next(rulebook: Rulebook, text: str) -> None:
    finding = at(text, "A", rulebook)
    start = text.index("\nA") + 1
    finding = finding._replace(place=Place("a.py", Span(start, start + 1)))

    assert codes(run(text, rulebook, finding, ran=("CEL101",)).hidden) == ["CEL101"]


# --- noqa -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: CEL101",
        "#noqa:cel101",
        "# NOQA : E501,CEL101",
        "# noqa: E501 W291 CEL101 -- see #12",
        "# noqa: CEL1",
        "# type: ignore  # noqa: CEL101, E501",
    ],
)
def test_noqa_with_our_code_silences_its_line(rulebook: Rulebook, comment: str) -> None:
    text = f"A = 1  {comment}\n"
    finding = at(text, "A", rulebook)

    assert codes(run(text, rulebook, finding, ran=("CEL101",)).hidden) == ["CEL101"]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: E501",
        "# noqa: CELERY1",
        "# noqa: see CEL101",
        "# ruff: noqa: CEL101",
        "# noqa CEL101",
    ],
)
def test_other_noqa_is_none_of_ours(rulebook: Rulebook, comment: str) -> None:
    text = f"A = 1  {comment}\n"

    result = run(text, rulebook, at(text, "A", rulebook))

    assert (codes(result.kept), result.hidden) == (["CEL101"], ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# noqa: CEL101", ""),
        ("# noqa: CEL101 -- why", ""),
        ("# noqa: CEL101  # type: ignore", "  # type: ignore"),
        ("# noqa: CEL101, E501", "  # noqa: E501"),
        ("# noqa: E501,CEL101", "  # noqa: E501"),
        ("# noqa:E501,cel101,CEL102 W291 why", "  # noqa:E501 W291 why"),
        ("# noqa: CEL101, CEL102, E501,W291", "  # noqa: E501,W291"),
        ("# noqa: CEL101, some-rule", "  # noqa: some-rule"),
        ("# noqa: CEL101,", ""),
    ],
)
def test_unused_code_in_noqa_is_deleted_alone(rulebook: Rulebook, before: str, after: str) -> None:
    text = f"A = 1  {before}\n"

    (finding,) = run(text, rulebook).kept

    assert finding.code == "CEL002"
    assert finding.fix is not None
    assert apply(text, finding.fix.edits) == f"A = 1{after}\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("CEL999", "`CEL999` is not a rule; did you mean"),
        ("cel1O1", "`CEL1O1` is not a rule; did you mean `CEL"),
        ("CEL", "`CEL` stands for every rule"),
    ],
)
def test_unknown_code_in_noqa_is_found(rulebook: Rulebook, code: str, reason: str) -> None:
    text = f"A = 1  # noqa: E501, {code}\n"

    (finding,) = run(text, rulebook).kept

    assert finding.code == "CEL004"
    assert reason in finding.message
    assert finding.place.span.start == text.index(code, text.index("E501"))


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
        ("A = 1\n\\\n# celerylint: file-ignore[CEL101]\n", "A = 1\n\\\n\n"),
        ("A = 1  # celerylint: ignore[CEL101, CEL999]\n", "A = 1  # celerylint: ignore[CEL999]\n"),
    ],
)
def test_unused_suppression_is_deleted_by_its_fix(
    rulebook: Rulebook, before: str, after: str
) -> None:
    finding = run(before, rulebook, ran=("CEL002", "CEL101")).kept[0]

    assert (finding.code, finding.message) == ("CEL002", "Unused suppression of `CEL101`")
    assert finding.fix is not None
    assert apply(before, finding.fix.edits) == after


def test_only_the_unused_code_is_deleted(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL102]\n"

    (finding,) = run(text, rulebook, at(text, "A", rulebook)).kept

    assert finding.message == "Unused suppression of `CEL102`"
    assert finding.fix is not None
    assert apply(text, finding.fix.edits) == "A = 1  # celerylint: ignore[CEL101]\n"


@pytest.mark.parametrize("selector", ["CEL103", "CEL1", "CEL002", "CEL004"])
def test_suppression_of_what_was_not_run_is_not_unused(rulebook: Rulebook, selector: str) -> None:
    assert run(f"A = 1  # celerylint: ignore[{selector}]\n", rulebook).kept == ()


def test_unused_suppressions_are_not_looked_for_unless_asked(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL999]\n"

    assert run(text, rulebook, ran=("CEL101",)).kept == ()


def test_unused_suppression_can_be_silenced(rulebook: Rulebook) -> None:
    text = "A = 1  # celerylint: ignore[CEL101, CEL002]\n"

    result = run(text, rulebook)

    assert (codes(result.kept), codes(result.hidden)) == ([], ["CEL002"])


# --- not understood -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "place", "reason"),
    [
        ("# celerylint: ignore", "# celerylint: ignore", "it names no rule"),
        ("# celerylint: ignore[]", "# celerylint: ignore[]", "it names no rule"),
        ("# celerylint: ignore[CEL999]", "CEL999", "`CEL999` is not a rule; did you mean"),
        ("# celerylint: ignore[zzz]", "zzz", "`zzz` is not a rule"),
        ("# celerylint: ignore[ALL]", "ALL", "`ALL` stands for every rule"),
        ("# celerylint: file-ignore[CEL]", "CEL]", "`CEL` stands for every rule"),
        ("# celerylint: ignroe[CEL101]", "# celerylint: ignroe[CEL101]", "`ignroe` is not a"),
        ("# celerylint: disable[zzz]", "# celerylint: disable[zzz]", "`disable` is not a"),
    ],
)
def test_suppression_that_cannot_be_understood_is_found(
    rulebook: Rulebook, comment: str, place: str, reason: str
) -> None:
    (finding,) = run(f"A = 1  {comment}\n", rulebook).kept

    assert finding.code == "CEL004"
    assert reason in finding.message
    assert finding.place.span.start == f"A = 1  {comment}\n".index(place)


def test_prose_about_us_is_no_suppression(rulebook: Rulebook) -> None:
    assert suppressions(source("# celerylint: see the manual\n"), rulebook) == ()


# --- per file -------------------------------------------------------------------------------------


def test_rules_are_ignored_in_the_files_of_a_pattern(rulebook: Rulebook) -> None:
    one, two = at("AB", "A", rulebook), at("AB", "B", rulebook, "CEL102")

    result = hiding.by_file((one, two), (("*.py", ("CEL101",)), ("b/", ("CEL102",))), rulebook)

    assert (result.kept, codes(result.hidden)) == ((two,), ["CEL101"])
