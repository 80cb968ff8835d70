"""The pages about rules and settings."""

from __future__ import annotations

import pytest

from celerylint.catalogue.settings import Catalogue
from celerylint.output.pages import rule_page, rules_table, setting_page
from celerylint.rulebook.book import Example, Rulebook
from tests.reports import plain


def page(name: str, catalogue: Catalogue) -> str:
    """Return the page of a setting."""
    return plain("\n".join(setting_page(name, catalogue)))


def test_rule_page_explains_the_rule(rulebook: Rulebook) -> None:
    rule = rulebook["CEL101"]

    text = plain("\n".join(rule_page(rule)))

    assert text.startswith(f"CEL101: {rule.name}\n{rule.title}\n\nSeverity: {rule.severity.value}")
    assert rule.why in text
    assert f"Seen on Celery {', '.join(rule.verified)}:\n  - {rule.evidence[0]}" in text


def test_rule_page_leaves_out_what_is_not_known(rulebook: Rulebook) -> None:
    example = Example({"a.py": "\nA = 1\n\n"}, {"b.py": "b = 1"}, {})
    rule = rulebook["CEL101"]._replace(
        why="So.",
        celery="",
        safety=None,
        default=False,
        evidence=(),
        examples=(example,),
    )

    lines = [plain(line) for line in rule_page(rule)]

    assert lines[3:] == [
        f"Severity: {rule.severity.value}",
        "On by default: no",
        "Fix: none",
        f"Since celerylint: {rule.since}",
        "",
        "So.",
        "",
        "Found, a.py:",
        "    A = 1",
        "",
        "In order, b.py:",
        "    b = 1",
    ]


def test_rule_page_names_versions_and_the_fix(rulebook: Rulebook) -> None:
    example = Example({"a.py": "A = 1"}, {}, {"a.py": "a = 1"})
    rule = rulebook["CEL101"]._replace(celery=">=4", verified=(), examples=(example,))

    text = plain("\n".join(rule_page(rule)))

    assert "\nCelery: >=4\n" in text
    assert "\nFixed, a.py:\n    a = 1\n" in text
    assert "\nSeen:\n" in text


def test_table_has_a_line_for_each_rule(rulebook: Rulebook) -> None:
    lines = list(rules_table(rulebook))

    assert lines[0].split() == ["code", "name", "severity", "fix", "title"]
    assert len(lines) == len(rulebook.rules) + 3
    assert any(line.startswith("CEL101*") for line in lines)
    assert lines[-1] == "* on by default"


def test_old_name_is_explained(catalogue: Catalogue) -> None:
    text = page("BROKER_URL", catalogue)

    assert 'Write it as broker_url; under namespace="CELERY" as CELERY_BROKER_URL' in text
    assert "Default: " in text
    assert "no namespaces yet" in text


def test_new_name_is_explained(catalogue: Catalogue) -> None:
    assert "the name of a setting, read" in page("broker_url", catalogue)


def test_removed_name_says_why(catalogue: Catalogue) -> None:
    removed = next(iter(catalogue.removed.values()))

    assert removed.why in page(removed.name, catalogue)


def test_invented_name_says_what_to_do(catalogue: Catalogue) -> None:
    never = next(iter(catalogue.never.values()))

    assert never.instead in page(never.name, catalogue)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("brokr_url", "Celery reads no setting of this name; did you mean broker_url?"),
        ("shop_frobnication", "Celery reads no setting of this name\n"),
    ],
)
def test_unknown_name_is_answered(catalogue: Catalogue, name: str, text: str) -> None:
    assert text in page(name, catalogue)
