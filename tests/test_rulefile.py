"""What a rule declares is read as data, and refused with the file, the line and the key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook, rules_folder
from celerylint.rulebook.conditions import IsSet, Label, Presence
from celerylint.rulebook.declared_fix import Change, Fix
from celerylint.rulebook.rule import RuleError
from celerylint.rulebook.rulefile import check_names, read_users_rule
from tests.judged import knowledge

HEAD = """code = "OPS001"
name = "time-limit"
title = "No time limit"
message = "`{setting}` is not set"
severity = "error"
"""
RULEBOOK, CATALOGUE = knowledge()


def written(folder: Path, text: str) -> Path:
    """Return the path of a new rule file."""
    path = folder / "rule.toml"
    path.write_text(text, "utf-8")
    return path


def test_users_rule_needs_little(tmp_path: Path) -> None:
    text = f"""{HEAD}safety = "unsafe"
at = "app"
celery = ">=5.0,<5.7"

[when]
unset = "task_time_limit"

[[label]]
at = "broker"
text = "here"

[fix]
set = {{ task_time_limit = 60 }}
"""

    rule = read_users_rule(written(tmp_path, text))

    assert rule.when == IsSet("task_time_limit", Presence.UNSET)
    assert rule.labels == (Label("broker", "here"),)
    assert rule.fix == Fix(Change.SET, "task_time_limit", 60)
    assert (rule.at, rule.default, rule.examples) == ("app", True, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, ": `when` is missing"),
        ("when = 1\n" + HEAD, ", line 1: `when` is to be a table of conditions"),
        (f"{HEAD}[when]\n", ", line 6: `when` is to be a table of conditions"),
        (
            f'{HEAD}[when]\nsett = "a"',
            ", line 7: `when.sett` is not a condition; did you mean `set`",
        ),
        (f"{HEAD}[when]\nset = 1", ", line 7: `when.set` is to be a name, or a list of names"),
        (f"{HEAD}[when]\nset = []", ", line 7: `when.set` is to be a name, or a list of names"),
        (f"{HEAD}[when]\nequals = 1", "`when.equals` is to be a table of settings, each with text"),
        (f"{HEAD}[when]\nequals = {{ a = [] }}", "`when.equals.a` is to be text, a number, true"),
        (f"{HEAD}[when]\nin = {{ a = [] }}", "`when.in.a` is to be a list of texts, numbers"),
        (f"{HEAD}[when]\nbelow = {{ a = '1' }}", "`when.below.a` is to be a number"),
        (
            f"{HEAD}[when]\nexceeds = 1",
            "`when.exceeds` is to be a table of settings, each with the",
        ),
        (f"{HEAD}[when]\nexceeds = {{ a = 1 }}", "`when.exceeds` is to be a table of settings"),
        (f"{HEAD}[when]\nabove = {{ a = true }}", "`when.above.a` is to be a number"),
        (f"{HEAD}[when]\ntype = {{ a = 'str' }}", "`when.type.a` is to be one of none, bool, int"),
        (f"{HEAD}[when]\nany = {{}}", "`when.any` is to be a list of tables of conditions"),
        (f"{HEAD}[when]\nany = [{{ a = 1 }}]", "`when.any[1].a` is not a condition"),
        (f"{HEAD}[when]\nnot = 1", "`when.not` is to be a table of conditions"),
        (f"{HEAD}[when]\ncelery = '5.6'", "`when.celery` is to be a range such as `>=5.3,<5.7`"),
        (f"{HEAD}celery = 'new'\n[when]\nset = 'a'", "`celery` is to be a range such as"),
        (f"{HEAD}[when]\ncrossing = '>=5'", "`when.crossing` is to be a release such as"),
        (f"{HEAD}[when]\ncrossing = 5", "`when.crossing` is to be a release such as"),
        (f"{HEAD}[when]\nhas = {{ a = [1] }}", "`when.has.a` is to be text, a number, true"),
        (
            f"{HEAD}help = '{{new}}'\n[when]\nset = 'a'",
            "`help` may leave open only backend, before",
        ),
        (
            f"{HEAD}[when]\nbroker = 'redis'",
            "line 4: `message` may leave open only backend, broker",
        ),
        (f"{HEAD}[when]\nset = 'a'\n[fix]\nremove = 'a'", "`safety` is to be unsafe, as the fix"),
        (f"{HEAD}[when]\nset = 'a'\n[[label]]\nat = 1", "`label[1].at` is to be text"),
        (
            HEAD.replace("OPS", "CEL") + "[when]\nset = 'a'",
            "line 1: `code` is to have a prefix other",
        ),
    ],
)
def test_malformed_rule_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_users_rule(written(tmp_path, text))

    assert message in str(caught.value)
    assert "rule.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        ("move = 'a'", "`fix` is to be a table with one of set, set-none, pin, remove"),
        ("remove = 1", "`fix.remove` is to be the name of a setting"),
        ("set = 'a'", "`fix.set` is to be a table of one setting"),
        ("set = {}", "`fix.set` is to be a table of one setting"),
        ("set = { a = 1, b = 2 }", "`fix.set` is to be a table of one setting, or of keys of one"),
        ("set = { 'a.x' = 1, 'b.x' = 2 }", "`fix.set` is to be a table of one setting, or of keys"),
        ("rename = { 'a.x' = 'b' }", "`fix.rename` is to be a table of one setting, or of keys"),
        ("set = { a = { b = {} } }", "`fix.set.a` is to be text, a number, true, false, or a list"),
        ("set-none = 1", "`fix.set-none` is to be the name of a setting"),
        ("pin = {}", "`fix.pin` is to be a table of settings"),
        ("rename = { a = 1 }", "`fix.rename.a` is to be the new name"),
    ],
)
def test_malformed_fix_is_refused(tmp_path: Path, fix: str, message: str) -> None:
    text = f"{HEAD}safety = 'unsafe'\n[when]\nset = 'a'\n[fix]\n{fix}\n"

    with pytest.raises(RuleError) as caught:
        read_users_rule(written(tmp_path, text))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "set = 'task_tim_limit'",
            "line 7: `task_tim_limit` is no setting of Celery; did you mean",
        ),
        ("any = [{ on = 'nothing' }]", "line 7: `nothing` is no setting of Celery"),
        ("broker = 'rabbitmq'", "line 7: `rabbitmq` is no transport; there are SLMQ, SQS, amqplib"),
        ("backend = 'magic'", "line 7: `magic` is no result backend"),
        (
            "not = { backend = 'rediss' }",
            "line 7: `rediss` is no result backend; there are amqp, arangodb",
        ),
    ],
)
def test_rule_about_what_there_is_not_is_refused(tmp_path: Path, when: str, message: str) -> None:
    head = HEAD.replace("`{setting}` is not set", "Not set")
    rule = read_users_rule(written(tmp_path, f"{head}[when]\n{when}\n"))

    with pytest.raises(RuleError) as caught:
        check_names(rule, CATALOGUE.settings, RULEBOOK.connections)

    assert message in str(caught.value)


def test_own_rules_are_about_what_there_is() -> None:
    for rule in RULEBOOK.rules.values():
        check_names(rule, CATALOGUE.settings, RULEBOOK.connections)


def test_users_rules_are_read_beside_ours(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD}[when]\nset = 'task_time_limit'\n")

    for given in (tmp_path, path):
        book = Rulebook(rules_folder(), (given,))
        book.demand(CATALOGUE)
        own = Options(rule_paths=(str(given),))
        assert book.chosen(own) - book.chosen(Options()) == {"OPS001"}


def test_rule_file_that_two_projects_name_is_one_rule(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD}[when]\nset = 'task_time_limit'\n")

    assert Rulebook(rules_folder(), (tmp_path, path)).rules["OPS001"].path == path


@pytest.mark.parametrize(
    ("name", "message"),
    [("gone", "does not exist"), ("empty", r"holds no rule file \(\*\.toml\)")],
)
def test_path_without_rules_is_refused(tmp_path: Path, name: str, message: str) -> None:
    tmp_path.joinpath("empty").mkdir()

    with pytest.raises(RuleError, match=message):
        Rulebook(rules_folder(), (tmp_path / name,)).rules  # noqa: B018 - reads the files


def test_candidates_say_which_of_them_are_judged() -> None:
    lines = rules_folder().joinpath("CANDIDATES.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    listed = {row[0]: (row[1], row[4]) for row in rows if row[0].startswith("CEL")}

    assert {code for code, (_, judged) in listed.items() if judged == "yes"} == set(RULEBOOK.rules)
    assert all(listed[code][0] == rule.name for code, rule in RULEBOOK.rules.items())


def test_documented_example_is_a_rule(tmp_path: Path) -> None:
    readme = rules_folder().parent.joinpath("docs/configuration.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(# ops/.*?)```", readme, re.DOTALL)

    assert read_users_rule(written(tmp_path, text)).code == "OPS001"
