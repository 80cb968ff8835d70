"""Findings for people: frames, labels, help, and the fix before it is asked for."""

from __future__ import annotations

from textwrap import dedent

import pytest

from celerylint.finding import Label, Place, Safety, Severity, Span
from celerylint.output import full
from celerylint.report import Report
from tests.reports import ROOT, finding, place, plain, renaming, report


def printed(*reports: Report) -> str:
    """Return what is printed, without colours."""
    return plain("\n".join(full.lines(reports, ROOT)))


def expected(text: str) -> str:
    """Return a text as it stands in a test."""
    return dedent(text).removeprefix("\n")


def test_finding_shows_its_place() -> None:
    text = "import os\nA_B = 1\n"

    assert printed(report({"a.py": text}, finding(place(text, "A_B")))) == expected("""
        warning[CEL101]: `A` is old
         --> a.py:2:1
          |
        2 | A_B = 1
          | ^^^
        """)


def test_finding_shows_its_help_notes_and_fix() -> None:
    text = "A = 1\nB = 2\n"
    fix = renaming((place(text, "A"), "a"), (place(text, "B"), "b"))
    one = finding(
        place(text, "A"), severity=Severity.ERROR, advice="Rename it", notes=("So it is",), fix=fix
    )
    two = finding(place(text, "B"), severity=Severity.INFO, fix=fix)

    assert printed(report({"a.py": text}, one, two)) == expected("""
        error[CEL101]: `A` is old
         --> a.py:1:1
          |
        1 | A = 1
          | ^
          = help: Rename it
          = note: So it is
          = fix: Rename the settings
        1 - A = 1
        1 + a = 1
        2 - B = 2
        2 + b = 2

        info[CEL101]: `A` is old
         --> a.py:2:1
          |
        2 | B = 2
          | ^
          = fix: renamed together with line 1
        """)


def test_unsafe_fix_says_what_it_changes() -> None:
    text = "A = 1\n"
    fix = renaming((place(text, "A"), "a"), safety=Safety.UNSAFE, reason="`A` takes effect")

    text = printed(report({"a.py": text}, finding(place(text, "A"), fix=fix)))

    assert "  = unsafe fix: Rename the settings (`A` takes effect)\n" in text


def test_paragraphs_are_as_wide_as_asked_for() -> None:
    text = "A = 1\n"
    one = finding(place(text, "A"), advice="Rename it " * 10)
    narrow, wide = (
        [line for line in full.lines([report({"a.py": text}, one)], ROOT, columns=columns) if line]
        for columns in (40, 200)
    )

    assert max(len(plain(line)) for line in narrow) <= 40
    assert "  = help:" + " Rename it" * 10 in map(plain, wide)


def test_labels_of_the_same_file_share_the_frame() -> None:
    text = "A = 1\nx = 2\ny = 3\nB = 4\n"
    labels = (Label(place(text, "B"), "and this"), Label(place(text, "1"), "its value"))

    assert printed(report({"a.py": text}, finding(place(text, "A"), labels=labels))) == expected("""
        warning[CEL101]: `A` is old
         --> a.py:1:1
          |
        1 | A = 1
          | ^
          |     - its value
          ...
        4 | B = 4
          | - and this
        """)


def test_label_of_another_file_has_a_frame_of_its_own() -> None:
    files = {"a.py": "A = 1\n", "b/c.py": "\n" * 9 + "app.config_from_object('a')\n"}
    label = Label(place(files["b/c.py"], "config_from_object", "b/c.py"), "loaded here")

    assert printed(report(files, finding(place("A", "A"), labels=(label,)))) == expected("""
        warning[CEL101]: `A` is old
          --> a.py:1:1
           |
         1 | A = 1
           | ^
          ::: b/c.py:10:5
           |
        10 | app.config_from_object('a')
           |     ------------------ loaded here
        """)


def test_fix_of_several_files_names_the_others() -> None:
    files = {"a.py": "A = 1\n", "b.py": "from a import A\n"}
    fix = renaming((place("A", "A"), "a"), (place("from a import A", "A", "b.py"), "a"))
    one = finding(place("A", "A"), fix=fix)
    two = finding(place("from a import A", "A", "b.py"), code="CEL102", fix=fix)

    text = printed(report(files, one, two))

    assert "1 + a = 1\n ::: b.py\n1 - from a import A\n1 + from a import a\n" in text
    assert text.endswith("  = fix: renamed together with a.py:1\n")


def test_fix_that_is_no_rename_is_made_together_too() -> None:
    text = "A = 1\nB = 2\n"
    fix = renaming((place(text, "A"), "a"))._replace(title="Move the settings")
    one = finding(place(text, "A"), fix=fix)
    two = finding(place(text, "B"), code="CEL102", fix=fix)

    assert printed(report({"a.py": text}, one, two)).endswith(
        "  = fix: fixed together with line 1\n"
    )


def test_long_fix_is_cut() -> None:
    text = "".join(f"A{number} = 1\n" for number in range(9))
    edits = [(place(text, f"A{number}"), f"a{number}") for number in range(9)]

    shown = printed(report({"a.py": text}, finding(place(text, "A0"), fix=renaming(*edits))))

    assert shown.endswith("6 + a5 = 1\n ... 6 more lines: --diff shows them\n")


def test_long_unsafe_fix_names_the_options_that_show_it() -> None:
    text = "".join(f"A{number} = 1\n" for number in range(9))
    edits = [(place(text, f"A{number}"), f"a{number}") for number in range(9)]
    fix = renaming(*edits, safety=Safety.UNSAFE)

    shown = printed(report({"a.py": text}, finding(place(text, "A0"), fix=fix)))

    assert shown.endswith(" ... 6 more lines: --diff --unsafe-fixes shows them\n")


def test_help_is_given_once_for_findings_that_are_fixed_together() -> None:
    text = "A = 1\nB = 2\n"
    fix = renaming((place(text, "A"), "aa"), (place(text, "B"), "bb"))
    both = (
        finding(place(text, name), fix=fix, advice="Rename it", notes=(f"Note on {name}",))
        for name in "AB"
    )

    shown = printed(report({"a.py": text}, *both))

    assert shown.count("= help: Rename it") == 1
    assert shown.count("= note: Note on") == 2


def test_edits_on_one_line_are_shown_together() -> None:
    text = "A = 1; B = 2\n"
    fix = renaming((place(text, "A"), "aa"), (place(text, "B"), "bb"))

    shown = printed(report({"a.py": text}, finding(place(text, "A"), fix=fix)))

    assert shown.endswith("1 - A = 1; B = 2\n1 + aa = 1; bb = 2\n")


def test_deleted_and_added_lines_are_shown() -> None:
    text = "A = 1\nB = 2\nC = 3"
    fix = renaming((place(text, "A = 1\n"), ""), (place(text, "3"), "3\nD = 4"))

    shown = printed(report({"a.py": text}, finding(place(text, "A"), fix=fix)))

    assert shown.endswith("1 - A = 1\n3 + D = 4\n")


def test_lines_that_an_edit_leaves_as_they_are_are_not_shown() -> None:
    text = "A = {\n    1,\n    2,\n}\n"
    fix = renaming((place(text, "{\n    1,\n    2,"), "{\n    1,\n    3,"))

    shown = printed(report({"a.py": text}, finding(place(text, "A"), fix=fix)))

    assert shown.endswith("Rename the settings\n3 -     2,\n3 +     3,\n")


def test_edit_that_changes_nothing_shows_nothing() -> None:
    fix = renaming((place("A = 1\n", "A"), "A"))

    shown = printed(report({"a.py": "A = 1\n"}, finding(place("A = 1\n", "A"), fix=fix)))

    assert shown.endswith("Rename the settings\n")


def test_span_of_several_lines_is_underlined_line_by_line() -> None:
    text = "A = {\n    'b': 1,\n\n    'c': 1,\n    'd': 1,\n}\n"

    shown = printed(report({"a.py": text}, finding(place(text, text.strip()))))

    assert shown == expected("""
        warning[CEL101]: `A` is old
         --> a.py:1:1
          |
        1 | A = {
          | ^^^^^
        2 |     'b': 1,
          |     ^^^^^^^
        3 |
          | ^
        4 |     'c': 1,
          |     ^^^^^^^
        """)


@pytest.mark.parametrize(
    ("line", "shown", "underline"),
    [
        ("\tA = 1", "    A = 1", "    ^"),
        ("'\u4e2d', A", "'\u4e2d', A", "      ^"),
        ("'e\u0301', A", "'e\u0301', A", "     ^"),
        ("'\x1b[1m\u202e', A", "'\ufffd[1m\ufffd', A", "         ^"),
        ("'amqp://u:hunter2@h', A", "'amqp://u:***@h', A", " " * 18 + "^"),
    ],
)
def test_underline_stands_below_what_is_shown(line: str, shown: str, underline: str) -> None:
    text = printed(report({"a.py": line}, finding(place(line, "A"))))

    assert f"1 | {shown}\n  | {underline}\n" in text


@pytest.mark.parametrize(
    ("before", "after", "shown", "underline"),
    [
        ("", "x" * 200, "A" + "x" * 96 + "...", "^"),
        (
            "x" * 200,
            "y" * 200,
            "..." + "x" * 20 + "A" + "y" * 73 + "...",
            " " * 23 + "^",
        ),
        ("x" * 200, "", "..." + "x" * 20 + "A", " " * 23 + "^"),
    ],
)
def test_long_line_is_cut_around_the_place(
    before: str, after: str, shown: str, underline: str
) -> None:
    line = f"{before}A{after}"

    text = printed(report({"a.py": line}, finding(place(line, "A"))))

    assert f"1 | {shown}\n  | {underline}\n" in text


def test_underline_of_a_long_place_ends_with_the_line() -> None:
    line = "A" * 300

    text = printed(report({"a.py": line}, finding(place(line, line))))

    assert "  | " + "^" * 94 + "\n" in text


def test_label_beyond_the_cut_is_drawn_at_the_edge() -> None:
    line = "A" + "x" * 200 + "B"
    label = Label(place(line, "B"), "here")

    text = printed(report({"a.py": line}, finding(place(line, "A"), labels=(label,))))

    assert "  | " + " " * 97 + "- here\n" in text


def test_empty_place_is_underlined_once() -> None:
    text = printed(report({"a.py": "A"}, finding(Place("a.py", Span(1, 1)))))

    assert "1 | A\n  |  ^\n" in text


def test_file_without_a_source_has_no_frame() -> None:
    fix = renaming((place("A", "A"), "a"))

    text = printed(report({}, finding(place("A", "A"), fix=fix)))

    assert text == expected("""
        warning[CEL101]: `A` is old
         --> a.py:1:1
          = fix: Rename the settings
        """)


def test_long_help_is_wrapped() -> None:
    text = printed(report({"a.py": "A"}, finding(place("A", "A"), advice="word " * 30)))

    assert max(map(len, text.splitlines())) <= 80
    assert "\n          word" in text


def test_long_headline_is_wrapped_between_words() -> None:
    name = "CELERYD_MAX_TASKS_PER_CHILD"
    message = f"`{name}` is the Celery 3 name of `worker_max_tasks_per_child`"

    text = printed(report({"a.py": "A"}, finding(place("A", "A"), message=message)))

    assert text.startswith(
        f"warning[CEL101]: `{name}` is the Celery 3 name of\n    `worker_max_tasks_per_child`\n"
    )


def test_blank_note_is_no_crash() -> None:
    assert "= note:" in printed(report({"a.py": "A"}, finding(place("A", "A"), notes=(" ",))))


def test_secrets_are_hidden_everywhere() -> None:
    url = "amqp://u:hunter2@h"
    text = f"A = '{url}'\n"
    fix = renaming((place(text, "A = "), f"a = '{url}' or "))
    label = Label(place(text, f"'{url}'"), url)
    one = finding(place(text, "A"), message=url, advice=url, notes=(url,), labels=(label,), fix=fix)

    shown = printed(report({"a.py": text}, one))

    assert "hunter2" not in shown
    assert shown.count("***") == 8


def test_secret_stays_hidden_in_lines_that_a_fix_comments_out() -> None:
    text = "PASSWORD = (\n    'hunter2'\n)\n"
    fix = renaming((place(text, text), "# PASSWORD = (\n#     'hunter2'\n# )\n"))

    shown = printed(report({"a.py": text}, finding(place(text, "PASSWORD"), fix=fix)))

    assert "hunter2" not in shown
    assert "2 + #     '***'" in shown


def test_paths_are_seen_from_the_current_directory() -> None:
    one = report({"b/a.py": "A"}, finding(place("A", "A", "b/a.py")))

    assert " --> a.py:1:1" in plain("\n".join(full.lines([one], ROOT / "b")))
    assert " --> ../project/b/a.py:1:1" in plain("\n".join(full.lines([one], ROOT.parent / "x")))


def test_no_text_of_a_finding_repeats_a_secret_of_the_file() -> None:
    text = "A = 1\nPASSWORD = 'hUnter2'\n"
    where = place(text, "A")
    label = Label(where, "hUnter2 here")
    fix = renaming((where, "a"), safety=Safety.UNSAFE, reason="hUnter2 goes")
    one = finding(
        where, message="`hUnter2`", advice="hUnter2", notes=("hUnter2",), labels=(label,), fix=fix
    )

    output = printed(report({"a.py": text}, one))

    assert "hUnter2" not in output
    assert output.count("***") == 5
