"""The diff can be applied, whatever the line ends, encodings and names; secrets are masked."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.files.walking import Tree
from celerylint.output.diff import Diff, diff
from celerylint.report import Fixed, Report
from tests.reports import ROOT, SUMMARY

GIT = shutil.which("git") or "git"


def fixed(before: dict[str, bytes], after: dict[str, bytes], root: Path = ROOT) -> Fixed:
    """Return a fix that turns the one into the other."""
    tree = Tree(root, tuple(before), overlay=before)
    empty = Report(tree, (), {}, 0, SUMMARY)
    return Fixed(empty, empty, after, ())


def applied(folder: Path, before: dict[str, bytes], patch: bytes) -> dict[str, bytes]:
    """Return the files after `git apply`."""
    for path, raw in before.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
    command = (GIT, "apply", "--whitespace=nowarn", "-")
    subprocess.run(command, input=patch, cwd=folder, check=True, capture_output=True)
    return {path: (folder / path).read_bytes() for path in before}


def test_diff_is_unified() -> None:
    before = b"".join(b"line %d\n" % number for number in range(20))
    after = before.replace(b"line 5\n", b"LINE 5\n").replace(b"line 15\n", b"")

    assert diff([fixed({"a.py": before}, {"a.py": after})], ROOT).content.decode() == (
        "--- a/a.py\n+++ b/a.py\n"
        "@@ -3,7 +3,7 @@\n line 2\n line 3\n line 4\n-line 5\n+LINE 5\n line 6\n line 7\n line 8\n"
        "@@ -13,7 +13,6 @@\n line 12\n line 13\n line 14\n-line 15\n"
        " line 16\n line 17\n line 18\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"A = 1\n", b"a = 1\n"),
        (b"A = 1", b"a = 1"),
        (b"A = 1", b"A = 1\n"),
        (b"A = 1\r\nB = 2\r\n", b"a = 1\r\nB = 2\r\n"),
        (b"A = 1\rB = 2\nC = 3\n", b"A = 1\rB = 2\nc = 3\n"),
        (b"\xef\xbb\xbfA = 1\n", b"\xef\xbb\xbfa = 1\n"),
        (b"# coding: latin-1\nA = '\xfc'\n", b"# coding: latin-1\na = '\xfc'\n"),
        (b"A = '\x0c\xe2\x80\xa8'\n", b"a = '\x0c\xe2\x80\xa8'\n"),
        (b"A = 1\n", b""),
        (b"", b"A = 1\n"),
    ],
)
def test_diff_can_be_applied(tmp_path: Path, before: bytes, after: bytes) -> None:
    shown = diff([fixed({"a.py": before}, {"a.py": after})], ROOT)

    assert applied(tmp_path, {"a.py": before}, shown.content) == {"a.py": after}
    assert shown.masked == ()


def test_diff_of_names_with_spaces_and_accents_can_be_applied(tmp_path: Path) -> None:
    before = {"a b/c d.py": b"A = 1\n", "ü.py": b"B = 1\n"}
    after = {path: raw.lower() for path, raw in before.items()}

    shown = diff([fixed(before, after)], ROOT)

    assert applied(tmp_path, before, shown.content) == after


@pytest.mark.parametrize(
    "name", ["a\tb.py", "a\nb.py", 'a"b.py', "a\\b.py", "a \x7f\x01b.py", "ü\r.py"]
)
def test_diff_of_a_name_that_would_upset_it_can_be_applied(tmp_path: Path, name: str) -> None:
    before, after = {name: b"A = 1\n"}, {name: b"a = 1\n"}

    shown = diff([fixed(before, after)], ROOT)

    assert applied(tmp_path, before, shown.content) == after


def test_name_in_a_diff_is_quoted_as_git_does() -> None:
    shown = diff([fixed({"x\ty/\x7f.py": b"A\n"}, {"x\ty/\x7f.py": b"a\n"})], ROOT).content

    assert shown.startswith(b'--- "a/x\\ty/\\177.py"\n+++ "b/x\\ty/\\177.py"\n@@')


@given(
    st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12),
    st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12),
)
def test_hunks_hold_both_texts(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)

    content = diff([fixed({"a": before.encode()}, {"a": after.encode()})], ROOT).content.decode()

    lines = [line for line in content.split("\n")[2:] if line[:1] in {"-", "+"}]
    assert (not lines) == (before == after)
    assert sum(line[0] == "-" for line in lines) <= len(old)


def test_file_that_stays_the_same_is_left_out() -> None:
    assert diff([fixed({"a.py": b"A\n"}, {"a.py": b"A\n"})], ROOT) == Diff(b"", ())


def test_secret_in_the_diff_is_masked_and_said() -> None:
    before = b"A = 1\nURL = 'amqp://u:hunter2@h'\n"

    shown = diff([fixed({"a.py": before}, {"a.py": before.lower()})], ROOT)

    assert b"hunter2" not in shown.content
    assert b"+url = 'amqp://u:***@h'\n" in shown.content
    assert shown.masked == ("a.py",)


def test_secret_of_several_lines_is_masked_on_each() -> None:
    before = b"A = 1\r\nPASSWORD = '''one\r\ntwo\r\n'''\r\n"

    shown = diff([fixed({"a.py": before}, {"a.py": before.replace(b"A =", b"a =")})], ROOT)

    assert shown.content.split(b"\n", 3)[3] == (
        b"-A = 1\r\n+a = 1\r\n PASSWORD = '''***\n ***\n '''\r\n"
    )


def test_secret_that_a_fix_comments_out_is_masked() -> None:
    before = b"PASSWORD = (\n    'hunter2'\n)\n"
    after = b"# PASSWORD = (\n#     'hunter2'\n# )\n"

    assert b"hunter2" not in diff([fixed({"a.py": before}, {"a.py": after})], ROOT).content


def test_secret_far_from_the_changes_does_not_matter() -> None:
    before = b"A = 1\n" + b"\n" * 9 + b"URL = 'amqp://u:hunter2@h'\n"

    shown = diff([fixed({"a.py": before}, {"a.py": before.replace(b"A", b"a")})], ROOT)

    assert shown.masked == ()


def test_paths_are_seen_from_the_current_directory_or_the_root() -> None:
    one = fixed({"b/a.py": b"A\n"}, {"b/a.py": b"a\n"})

    assert diff([one], ROOT.parent).content.startswith(b"--- a/project/b/a.py\n")
    assert diff([one], ROOT / "b").content.startswith(b"--- a/a.py\n")
    assert diff([one], ROOT / "c").content.startswith(b"--- a/b/a.py\n")
