"""What CONTRIBUTING shows works, and what it names is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from celerylint import checks
from celerylint.catalogue.settings import load_catalogue
from celerylint.engine.run import judge
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook, rules_folder
from tests.judged import in_memory

ROOT = Path(__file__).resolve().parents[1]
TEXT = ROOT.joinpath("CONTRIBUTING.md").read_text("utf-8")
FOLDERS = ("", "celerylint", "celerylint/cache", "celerylint/fixes", "fixtures/app-aliases")


def block(language: str, start: str) -> str:
    """Return the block of a language that begins with a text."""
    (found,) = re.findall(
        rf"^```{language}\n({re.escape(start)}.*?)^```", TEXT, re.DOTALL | re.MULTILINE
    )
    return str(found)


def test_worked_example_finds_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(rules_folder(), tmp_path / "rules")
    file = folder / "results" / "expires-within-time-limit.toml"
    file.write_text(block("toml", 'code = "CEL498"'), "utf-8")
    module = ModuleType("expiry")
    exec(block("python", '"""Results that expire'), vars(module))  # noqa: S102 - our own text
    known = checks.modules("results")
    monkeypatch.setattr(checks, "modules", lambda _: (*known, module))
    rulebook, catalogue = Rulebook(folder), load_catalogue(folder)
    (example,) = rulebook["CEL498"].examples

    chosen = Options(select=("CEL498",), target_version="5.6")

    found = [
        [each.code for each in judge(in_memory(files), chosen, rulebook, catalogue).findings]
        for files in (example.bad, example.good)
    ]

    assert found == [["CEL498"], []]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:\w+/)+(?:\w+\.(?:py|toml|md))?)`", TEXT)))
)
def test_path_is_there(path: str) -> None:
    shown = {"celerylint/checks/results/expiry.py", "rules/results/expires-within-time-limit.toml"}

    assert path in shown or any(ROOT.joinpath(folder, path).exists() for folder in FOLDERS)


@pytest.mark.parametrize(
    ("owner", "name"), sorted(set(re.findall(r"`(view|work|outcome|value)\.(\w+)", TEXT)))
)
def test_attribute_is_there(owner: str, name: str) -> None:
    from celerylint.analysis.app_view import AppView  # noqa: PLC0415
    from celerylint.analysis.code_view import CodeView  # noqa: PLC0415
    from celerylint.analysis.effective import EffectiveConfig  # noqa: PLC0415
    from celerylint.values import Value  # noqa: PLC0415

    kinds = {"view": AppView, "work": CodeView, "outcome": EffectiveConfig, "value": Value}
    assert hasattr(kinds[owner], name)
