"""Every rule file proves itself: its examples are found, silent, fixed, and suppressed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from inspect import isfunction

import pytest

from celerylint import checks
from celerylint.engine.run import judge
from celerylint.finding import Finding
from celerylint.options.table import Options
from celerylint.report import Report
from celerylint.rulebook.book import Example, Rule, Rulebook
from tests.fixture import read_fixtures
from tests.judged import Files, fixed, judged, knowledge, line
from tests.test_fixtures import options_of, tree_of

RULES = knowledge()[0].rules
EXAMPLES = tuple((rule, example) for rule in RULES.values() for example in rule.examples)

# These are found before and after the checks: by reading, and by what is done with findings.
ELSEWHERE = frozenset({"CEL001", "CEL002", "CEL004"})
LONGEST_HEADLINE = 100
LONGEST_TITLE = 60

each_example = pytest.mark.parametrize(
    ("rule", "example"),
    EXAMPLES,
    ids=[f"{rule.code}-{rule.examples.index(example)}" for rule, example in EXAMPLES],
)
each_fixed = pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule, example in EXAMPLES if example.fixed],
    ids=[f"{r.code}-{r.examples.index(e)}" for r, e in EXAMPLES if e.fixed],
)
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)

Twin = Callable[[str], bytes]


def crlf(text: str) -> bytes:
    """Return a text with the line ends of Windows."""
    return text.replace("\n", "\r\n").encode()


def bom(text: str) -> bytes:
    """Return a text that begins with a byte order mark."""
    return codecs.BOM_UTF8 + text.encode()


def tabs(text: str) -> bytes:
    """Return a text that is indented with tabs."""
    return re.sub("(?m)^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), text).encode()


each_twin = pytest.mark.parametrize("twin", [crlf, bom, tabs])


def options_for(rule: Rule, example: Example, *, alone: bool = False) -> Options:
    """Return the options that an example is checked with."""
    return Options(
        select=(rule.code,) if alone else (),
        extend_select=() if alone or rule.default else (rule.code,),
        target_version=example.target,
        namespace="" if example.namespace == "none" else example.namespace,
        upgrading_from=example.upgrading_from,
    )


def twins(files: Mapping[str, str], twin: Twin) -> Files:
    """Return the files of an example, written another way."""
    return {path: twin(text) for path, text in files.items()}


def of_rule(report: Report, rule: Rule) -> list[Finding]:
    """Return the findings of one rule."""
    return [finding for finding in report.findings if finding.code == rule.code]


def told(report: Report) -> list[tuple[str, str, int, str]]:
    """Return what a report says, but for the columns and the fixes."""
    return [(f.code, f.place.path, line(report, f), f.message) for f in report.findings]


def texts(files: Files) -> dict[str, bytes]:
    """Return the files as bytes."""
    return {p: text.encode() if isinstance(text, str) else text for p, text in files.items()}


def fixing(rule: Rule, example: Example) -> Options:
    """Return the options that fix an example: unsafe fixes of the rule and of old names."""
    options = options_for(rule, example)
    return replace(options, select=(rule.code, "CEL101"), extend_select=(), unsafe_fixes=True)


# --- examples -----------------------------------------------------------------------------------


@pytest.mark.parametrize("alone", [True, False])
@each_example
def test_bad_example_is_found(rule: Rule, example: Example, *, alone: bool) -> None:
    report = judged(example.bad, options_for(rule, example, alone=alone))

    # Of suppressions it can only be told whether they are unused where other rules are run.
    assert of_rule(report, rule) or (alone and rule.code == "CEL002")
    assert report.crashes == ()


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule, example in EXAMPLES if example.good],
    ids=[f"{r.code}-{r.examples.index(e)}" for r, e in EXAMPLES if e.good],
)
def test_good_example_is_silent(rule: Rule, example: Example) -> None:
    assert judged(example.good, options_for(rule, example)).findings == ()


@each_fixed
def test_fix_of_bad_example_is_the_fixed_one(rule: Rule, example: Example) -> None:
    options = fixing(rule, example)
    result = fixed(example.bad, options)

    after = {**example.bad, **example.fixed}
    assert {**texts(example.bad), **result.changes} == texts(after)
    assert fixed(after, options).changes == {}
    for path, text in after.items():
        compile(text, path, "exec")


@each_example
def test_example_of_a_rule_with_a_fix_shows_it(rule: Rule, example: Example) -> None:
    report = judged(example.bad, options_for(rule, example))
    has_fix = any(finding.fix for finding in of_rule(report, rule))

    assert has_fix == bool(example.fixed)
    assert rule.safety is not None or not has_fix


@each_twin
@each_example
def test_twin_of_bad_example_is_found(rule: Rule, example: Example, twin: Twin) -> None:
    options = options_for(rule, example)

    assert told(judged(twins(example.bad, twin), options)) == told(judged(example.bad, options))


@each_twin
@each_fixed
def test_twin_of_bad_example_is_fixed(rule: Rule, example: Example, twin: Twin) -> None:
    bad = twins(example.bad, twin)
    result = fixed(bad, fixing(rule, example))

    assert {**texts(bad), **result.changes} == twins({**example.bad, **example.fixed}, twin)


@each_example
def test_finding_is_suppressed_by_a_comment_on_its_line(rule: Rule, example: Example) -> None:
    options = options_for(rule, example)
    report = judged(example.bad, options)
    silenced = dict(example.bad)
    for finding in of_rule(report, rule):
        path, number = finding.place.path, line(report, finding)
        silenced[path] = commented(silenced[path], number, rule.code)

    after = judged(silenced, options)

    assert of_rule(after, rule) == []
    assert after.suppressed >= len(of_rule(report, rule))


def commented(text: str, number: int, code: str) -> str:
    """Return a text with a suppression at the end of a line, counted from 1."""
    lines = text.split("\n")
    mark = f"celerylint: ignore[{code}]"
    if mark not in lines[number - 1]:
        lines[number - 1] += f"  # {mark}"
    return "\n".join(lines)


# --- the book -----------------------------------------------------------------------------------


def test_every_rule_has_a_condition_or_a_function_of_its_name(rulebook: Rulebook) -> None:
    without = {code for code, rule in rulebook.rules.items() if not checks.check_of(rule)}

    assert without == {code for code, rule in rulebook.rules.items() if rule.when} | ELSEWHERE


@pytest.mark.parametrize("family", sorted({rule.path.parent.name for rule in RULES.values()}))
def test_every_public_function_of_a_family_is_called_as_one_of_its_rules(family: str) -> None:
    names = {
        rule.name.replace("-", "_") for rule in RULES.values() if rule.path.parent.name == family
    }
    functions = [
        name
        for module in checks.modules(family)
        for name, value in vars(module).items()
        if isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]

    assert set(functions) <= names
    assert len(functions) == len(set(functions))


@each_rule
def test_rule_is_complete(rule: Rule) -> None:
    assert rule.examples
    assert rule.help
    assert bool(rule.verified) == bool(rule.evidence)
    assert re.match("[A-Z`]", rule.title)
    assert not rule.title.endswith(".")
    assert len(rule.title) <= LONGEST_TITLE
    assert not re.search(r"\b(that|which|whose)\b", rule.title)


def said() -> Iterator[Finding]:
    """Yield all findings of all examples and fixtures."""
    for rule, example in EXAMPLES:
        yield from judged(example.bad, options_for(rule, example)).findings
    rulebook, catalogue = knowledge()
    for fixture in read_fixtures():
        tree = tree_of(fixture.folder / "before")
        yield from judge(tree, options_of(fixture), rulebook, catalogue).findings


def test_messages_are_in_the_house_form() -> None:
    for finding in said():
        assert len(finding.message) <= LONGEST_HEADLINE, finding.message
        assert re.match("[A-Z0-9`]", finding.message), finding.message
        assert not finding.message.endswith("."), finding.message
        assert re.match("[A-Z`]", finding.help), finding.help
        assert not finding.help.endswith("."), finding.help
        assert "  " not in finding.message + finding.help
        assert all(re.match("Not fixed: [`A-Za-z]", note) for note in finding.notes), finding.notes


def test_what_a_fix_writes_fits_any_encoding(rulebook: Rulebook) -> None:
    _, catalogue = knowledge()
    why = [each.why for each in catalogue.removed.values()]
    notes = [each.note for each in catalogue.settings.values() if each.note]

    assert rulebook.rules
    assert [text for text in (*why, *notes) if not text.isascii()] == []
