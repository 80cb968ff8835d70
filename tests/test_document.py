"""What is generated of the documentation is up to date."""

from __future__ import annotations

from scripts.document import ROOT, documents


def test_generated_documents_are_up_to_date() -> None:
    outdated = [p.name for p, text in documents(ROOT).items() if p.read_text("utf-8") != text]

    assert outdated == [], "run python scripts/document.py"


def test_pages_name_every_rule_and_option() -> None:
    pages = documents(ROOT)

    rules, options = pages[ROOT / "rules" / "README.md"], pages[ROOT / "docs" / "configuration.md"]
    assert "| CEL101 | [old-setting-name](names/old-setting-name.toml) |" in rules
    assert "| `--target-version VERSION` |" in options


def test_readme_is_short_and_shows_what_is_printed() -> None:
    text = documents(ROOT)[ROOT / "README.md"]

    assert text.count("\n") <= 150
    assert "[CEL213]" in text
    assert '+broker_url = os.environ.get("BROKER_URL"' in text
