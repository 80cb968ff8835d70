"""The documentation site: built without a warning, complete, and the reader's alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from celerylint.catalogue.settings import Catalogue
from celerylint.options.table import TABLE
from celerylint.rulebook.book import Rulebook
from scripts.document import ROOT

_REQUEST = re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"?(?:https?:)?//[^>]*>")


def build(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site as .ci/run does; with --quiet, MkDocs would not count its warnings."""
    command = (sys.executable, "-m", "mkdocs", "build", "--strict")
    return subprocess.run(
        (*command, "--config-file", config, "--site-dir", folder),
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the text of every page of the site by its path."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.html")}


@pytest.mark.parametrize("target", ["rules/CEL999.md", "settings/broker.md#nothing"])
def test_broken_link_fails_the_build(tmp_path: Path, target: str) -> None:
    docs = shutil.copytree(ROOT / "docs", tmp_path / "docs")
    with docs.joinpath("migration.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[broken]({target})\n")
    config = tmp_path / "mkdocs.yml"
    hooks = ROOT / "scripts" / "site_hooks.py"
    config.write_text(f"INHERIT: {ROOT / 'mkdocs.yml'}\nhooks: [{hooks}]\nwatch: []\n", "utf-8")

    done = build(config, tmp_path / "site")

    assert done.returncode == 1
    assert f"contains a link '{target}'" in done.stderr


def explained(catalogue: Catalogue) -> Iterator[str]:
    """Yield every name that has a place of its own."""
    yield from catalogue.settings
    yield from catalogue.removed
    yield from catalogue.never


def test_every_rule_has_a_page(site: Mapping[str, str], rulebook: Rulebook) -> None:
    for code, rule in rulebook.rules.items():
        assert f"{code} {rule.name}" in site[f"rules/{code}.html"]
        assert f'href="{code}.html"' in site["rules/index.html"]


def test_every_setting_has_a_place(site: Mapping[str, str], catalogue: Catalogue) -> None:
    pages = [text for path, text in site.items() if path.startswith("settings/")]
    places = re.findall(r'id="?([^\s">]+)', "".join(pages))

    assert set(explained(catalogue)) - set(places) == set()


def test_every_old_name_stands_beside_its_setting(
    site: Mapping[str, str], catalogue: Catalogue
) -> None:
    setting = catalogue.settings["worker_concurrency"]
    text = site["settings/worker.html"]

    section = text.partition(f'id="{setting.name}"')[2].partition("<h2")[0]
    rows = re.findall(r"<td>(?:<code>)?(.*?)(?:</code>)?</td>", section)

    assert rows == [
        *("worker_concurrency", "since 4.0.0", "since 4.0.0"),
        *("CELERY_WORKER_CONCURRENCY", "never", "since 4.0.0"),
        *("CELERYD_CONCURRENCY", "always", "since 5.7.0"),
    ]


def test_every_option_is_in_the_configuration(site: Mapping[str, str]) -> None:
    for option in TABLE:
        written = f"--{option.name}" if option.in_command else f"[[tool.celerylint.{option.name}]]"
        assert f"<code>{written}" in site["configuration.html"]


def test_pages_ask_nothing_of_other_hosts(site: Mapping[str, str]) -> None:
    found = {path: _REQUEST.findall(text) for path, text in site.items()}

    assert {path: requests for path, requests in found.items() if requests} == {}


def test_pages_name_no_path_of_this_machine(site: Mapping[str, str]) -> None:
    for text in site.values():
        assert str(ROOT) not in text
        assert str(Path.home()) not in text
