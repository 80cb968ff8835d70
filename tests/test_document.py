"""What is generated of the documentation is up to date."""

from __future__ import annotations

from scripts.document import ROOT, documents


def test_generated_documents_are_up_to_date() -> None:
    outdated = [p.name for p, text in documents(ROOT).items() if p.read_text("utf-8") != text]

    assert outdated == [], "run python scripts/document.py"


def test_readme_names_every_rule_and_option() -> None:
    text = documents(ROOT)[ROOT / "README.md"]

    assert "| CEL101 | [old-setting-name](rules/names/old-setting-name.toml) |" in text
    assert "| `--target-version VERSION` |" in text
