"""Rule files become rules; selectors choose among them; a malformed file is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from celerylint.finding import ChangeSet, Finding, Label, Place, Safety, Severity, Span
from celerylint.options.table import UsageError
from celerylint.rulebook.book import Example, FixSafety, Rule, Rulebook, RuleError, rules_folder

PLACE = Place("a.py", Span(0, 3))

TEMPLATE = """
code = "{code}"
name = "{name}"
title = "Old name"
message = "`{{setting}}` is old"
severity = "warning"
default = {default}
since = "0.1.0"
why = '''
Because.
'''

[[example]]
bad = "A = 1"
"""

Write = Callable[..., Rulebook]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that makes a rulebook of rule files, by code."""

    def made(**rules: str) -> Rulebook:
        for code, text in rules.items():
            target = tmp_path / "names" / f"{code}.toml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
        return Rulebook(tmp_path)

    return made


def rule(code: str, name: str, *, default: bool = True) -> str:
    """Return the text of a rule file."""
    return TEMPLATE.format(code=code, name=name, default=str(default).lower())


@pytest.fixture
def book(write: Write) -> Rulebook:
    """Return a rulebook of four rules, of which CEL202 is off by default."""
    return write(
        CEL101=rule("CEL101", "old-name"),
        CEL102=rule("CEL102", "removed"),
        CEL201=rule("CEL201", "bad-value"),
        CEL202=rule("CEL202", "odd-value", default=False),
    )


def test_rule_file_is_read_in_full(write: Write) -> None:
    text = """
code = "CEL101"
name = "old-name"
title = "Old name"
message = "`{setting}` is now `{new}`"
severity = "error"
default = false
safety = "depends"
celery = ">=4.0"
since = "0.1.0"
why = '''
Because.

So.
'''
help = "Write `{new}`"
evidence = ["Seen."]
verified = ["5.6.3"]

[[example]]
bad = "A = 1"
target = "5.6"
namespace = "CELERY"
upgrading-from = "3.1"

[[example]]
bad = { "a.py" = "A = 1", "b.py" = "B = 1" }
good = "B = 1"
fixed = { "a.py" = "C = 1" }
"""

    book = write(CEL101=text)

    assert book["CEL101"] == Rule(
        code="CEL101",
        name="old-name",
        title="Old name",
        message="`{setting}` is now `{new}`",
        severity=Severity.ERROR,
        default=False,
        safety=FixSafety.DEPENDS,
        celery=">=4.0",
        since="0.1.0",
        why="Because.\n\nSo.",
        help="Write `{new}`",
        evidence=("Seen.",),
        verified=("5.6.3",),
        examples=(
            Example({"celeryconfig.py": "A = 1"}, {}, {}, "5.6", "CELERY", "3.1"),
            Example(
                {"a.py": "A = 1", "b.py": "B = 1"}, {"celeryconfig.py": "B = 1"}, {"a.py": "C = 1"}
            ),
        ),
        path=book.folder / "names" / "CEL101.toml",
    )


def test_rules_are_in_the_order_of_their_codes(write: Write) -> None:
    book = write(a=rule("CEL201", "two"), b=rule("CEL101", "one"))

    assert list(book.rules) == ["CEL101", "CEL201"]


def test_catalogue_of_settings_is_no_rule(write: Write, tmp_path: Path) -> None:
    tmp_path.joinpath("settings").mkdir()
    tmp_path.joinpath("settings", "broker.toml").write_text("x = 1", "utf-8")

    assert list(write(a=rule("CEL101", "one")).rules) == ["CEL101"]


def test_rules_of_the_checkout_are_found(rulebook: Rulebook) -> None:
    assert rules_folder().joinpath("settings").is_dir()
    assert "CEL101" in rulebook.rules


# --- findings -------------------------------------------------------------------------------------


def test_finding_speaks_in_the_words_of_its_rule(write: Write) -> None:
    text = rule("CEL101", "old-name").replace("since", 'help = "Write `{new}`"\nsince')
    fix = ChangeSet("Rename", Safety.SAFE, ())

    finding = write(CEL101=text)["CEL101"].finding(
        PLACE, setting="A{b}", new="b", labels=[Label(PLACE, "here")], notes=["so"], fix=fix
    )

    assert finding == Finding(
        code="CEL101",
        name="old-name",
        severity=Severity.WARNING,
        message="`A{b}` is old",
        place=PLACE,
        setting="A{b}",
        help="Write `b`",
        labels=(Label(PLACE, "here"),),
        notes=("so",),
        fix=fix,
    )


def test_finding_may_have_a_severity_and_help_of_its_own(book: Rulebook) -> None:
    finding = book["CEL101"].finding(PLACE, severity=Severity.INFO, help="{x}", setting="A")

    assert (finding.severity, finding.help) == (Severity.INFO, "{x}")


def test_finding_demands_a_value_for_each_placeholder(book: Rulebook) -> None:
    with pytest.raises(KeyError, match="setting"):
        book["CEL101"].finding(PLACE)


# --- selecting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "codes"),
    [
        ("", "", "", "CEL101 CEL102 CEL201"),
        ("CEL101", "", "", "CEL101"),
        ("old-name odd-value", "", "", "CEL101 CEL202"),
        ("CEL1", "", "", "CEL101 CEL102"),
        ("ALL", "", "", "CEL101 CEL102 CEL201 CEL202"),
        ("", "CEL202", "", "CEL101 CEL102 CEL201 CEL202"),
        ("CEL1", "CEL202", "", "CEL101 CEL102 CEL202"),
        ("", "", "CEL1", "CEL201"),
        ("", "", "ALL", ""),
        ("ALL", "", "CEL2", "CEL101 CEL102"),
        ("CEL1", "", "ALL", "CEL101 CEL102"),
        ("CEL1", "", "old-name", "CEL102"),
        ("CEL101", "", "CEL1", "CEL101"),
        ("CEL101", "", "CEL101", ""),
        ("old-name", "", "CEL101", "CEL101"),
    ],
)
def test_selectors_choose_rules(
    book: Rulebook, select: str, extend: str, ignore: str, codes: str
) -> None:
    chosen = book.select(select.split(), extend.split(), ignore.split())

    assert chosen == frozenset(codes.split())


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("CEL103", "`CEL103` selects no rule; did you mean `CEL10[12]`?"),
        ("oldname", "`oldname` selects no rule; did you mean `old-name`?"),
        ("cel101", "`cel101` selects no rule; did you mean `CEL101`?"),
        ("zzz", "`zzz` selects no rule$"),
    ],
)
def test_selector_of_no_rule_is_refused(book: Rulebook, selector: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        book.select((), (), (selector,))


@pytest.mark.parametrize("word", ["CEL101", "cel101", "old-name"])
def test_rule_is_found_by_code_and_name(book: Rulebook, word: str) -> None:
    assert book.find(word).code == "CEL101"


def test_rule_that_there_is_not_is_refused(book: Rulebook) -> None:
    with pytest.raises(UsageError, match=r"There is no rule `remove`; did you mean `removed`\?"):
        book.find("remove")


# --- malformed files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "CEL101"', 'code = "101"', "`code` is to be capitals and three digits"),
        ('code = "CEL101"', "", "`code` is missing"),
        ('name = "old"', 'name = "Old"', "`name` is to be lower-case words with hyphens"),
        ('title = "Old name"', "title = 1", "`title` is to be text"),
        ('title = "Old name"', 'title = " "', "`title` is to be text"),
        ("{setting}", "{sitting}", "`message` is to be text whose placeholders are among advice,"),
        ("{setting}", "{setting!r}", "`message` is to be text whose placeholders"),
        ("{setting}", "{setting:>5}", "`message` is to be text whose placeholders"),
        ("{setting}", "{setting", "`message` is to be text whose placeholders"),
        ('message = "`{setting}` is old"', "message = 1", "`message` is to be text whose"),
        ('"warning"', '"bad"', "`severity` is to be one of error, warning, info"),
        ("true", '"yes"', "`default` is to be true or false"),
        ("since", 'safety = "sure"\nsince', "`safety` is to be one of safe, unsafe, depends"),
        ("since", "verified = [5.6]\nsince", "`verified` is to be a list of texts"),
        ("since", 'sinse = "1"\nsince', "`sinse` is not a key of a rule; did you mean `since`?"),
        ("[[example]]", "[example]", "`example` is to be a list of tables"),
        ('bad = "A = 1"', "", "`example.bad` is missing"),
        ('bad = "A = 1"', "bad = {}", "`example.bad` is to be text, or a table of file names"),
        ('bad = "A = 1"', "bad = [1]", "`example.bad` is to be text, or a table of file names"),
        ('bad = "A = 1"', 'bat = "A"', "`example.bat` is not a key of a rule; did you mean `bad`?"),
        ("default", "default =", "cannot be read as a rule: "),
    ],
)
def test_malformed_rule_file_is_refused(write: Write, old: str, new: str, message: str) -> None:
    text = rule("CEL101", "old")
    assert old in text

    with pytest.raises(RuleError) as caught:
        write(broken=text.replace(old, new, 1)).rules  # noqa: B018 - reads the files

    assert "broken.toml" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize("second", [rule("CEL101", "two"), rule("CEL102", "one")])
def test_two_rules_share_neither_code_nor_name(write: Write, second: str) -> None:
    with pytest.raises(RuleError, match=r"b\.toml uses `(CEL101|one)`, which .*a\.toml has"):
        write(a=rule("CEL101", "one"), b=second).rules  # noqa: B018 - reads the files
