"""Write what is generated of the documentation, or say what is out of date.

    python scripts/document.py            write rules/README.md, rules/telling.txt, the schema of
                                          the configuration file, the table of options in docs/,
                                          the examples in README.md, the address of the repository
    python scripts/document.py --check    write nothing; exit 1 if something is out of date

The tables come from `rules/`, and from the table of options in `celerylint/options/table.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli

from celerylint.catalogue.settings import load_catalogue
from celerylint.files.marks import NAMES
from celerylint.options.table import RUN, TABLE, Kind, Option, Options, OutputFormat
from celerylint.rulebook.book import Rule, Rulebook, rules_folder

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the documents that are out of date, or with `--check` only name them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    outdated = {p: text for p, text in documents(ROOT).items() if _present(p) != text}
    for path, text in outdated.items():
        print(f"{path.relative_to(ROOT)} {'is out of date' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(outdated))


def _present(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def documents(root: Path) -> Mapping[Path, str]:
    """Return the text that each generated document should have."""
    rules = tuple(Rulebook(rules_folder()).rules.values())
    readme, configuration = root / "README.md", root / "docs" / "configuration.md"
    pages = {path: path.read_text("utf-8") for path in (readme, *root.glob("docs/*.md"))}
    pages[configuration] = _filled(pages[configuration], "options", _option_table())
    pages[readme] = _with_examples(pages[readme])
    catalogue = load_catalogue(rules_folder())
    known = catalogue.identifiers - catalogue.invented
    telling = sorted(name for name in known if not catalogue.is_generic(name))
    return {
        **{path: _addressed(text) for path, text in pages.items()},
        root / "rules" / NAMES: "\n".join(telling) + "\n",
        root / "rules" / "README.md": "\n".join(_index(rules)) + "\n",
        root / "celerylint.schema.json": json.dumps(schema(rules), indent=2) + "\n",
    }


def _filled(text: str, mark: str, lines: Iterable[str]) -> str:
    """Return the text with new lines between `<!-- mark -->` and `<!-- end of mark -->`."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    table = "\n".join((begin, "", *lines, "", end))
    return re.sub(f"{begin}.*?{end}", lambda _: table, text, flags=re.DOTALL)


_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
_ADDRESS = re.compile(r"https://github\.com/[\w.-]+/celerylint")
_ACTION = re.compile(r"uses: [\w.-]+/celerylint@")
_UPGRADE = ("--upgrading-from", "3.1", "--target-version", "5.6")


def _with_examples(text: str) -> str:
    """Return the README with what celerylint says about the Python that it shows."""
    checked, migrated = _PYTHON.findall(text)[:2]
    finding = _printed(checked, "--no-cache", "--quiet", "--target-version", "5.6")
    text = _filled(text, "finding", ("```text", *finding, "```"))
    diff = _printed(migrated, "--no-cache", "--quiet", *_UPGRADE, "--diff")
    return _filled(text, "diff", ("```diff", *diff, "```"))


def _printed(source: str, *options: str) -> list[str]:
    """Return the lines that `celerylint check` prints about a configuration module."""
    with TemporaryDirectory() as folder:
        Path(folder, "celeryconfig.py").write_text(source, "utf-8")
        command = (sys.executable, "-m", "celerylint", "check", *options)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
        run = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, check=False
        )
    return run.stdout.rstrip().splitlines()


def _addressed(text: str) -> str:
    """Return a page with the address of the repository that pyproject.toml names."""
    project = tomli.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))["project"]
    address = project["urls"]["Repository"]
    owner = address.rsplit("/", 2)[1]
    return _ACTION.sub(f"uses: {owner}/celerylint@", _ADDRESS.sub(address, text))


def _index(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "One TOML file a rule: what it says, why, what is known of it, and examples that are run"
    yield "as tests. This page is generated by `scripts/document.py`."
    yield ""
    yield from rule_table(rules, "")
    for rule in rules:
        yield ""
        yield f"## {rule.code} {rule.name}"
        yield ""
        yield f"{rule.title}."
        yield ""
        yield rule.why


def rule_table(rules: tuple[Rule, ...], folder: str) -> Iterator[str]:
    """Yield the table of rules; `folder` leads to `rules/` from where the table stands."""
    yield "| code | name | what it finds | severity | fix | on by default |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        path = f"{folder}{rule.path.parent.name}/{rule.path.name}"
        fix = rule.safety.value if rule.safety else "-"
        default = "yes" if rule.default else "no"
        name = f"[{rule.name}]({path})"
        cells = (rule.code, name, rule.title, rule.severity.value, fix, default)
        yield f"| {' | '.join(cells)} |"


def _option_table() -> Iterator[str]:
    yield "| option | what it does | in `[tool.celerylint]` |"
    yield "|---|---|---|"
    for option in (*TABLE, *RUN):
        key = f"`{option.name}`" if option.in_file else "-"
        yield f"| `{_usage(option)}` | {option.help} | {key} |"


def _usage(option: Option) -> str:
    if not option.in_command:
        return f"[[tool.celerylint.{option.name}]]"
    if option.kind is Kind.FLAG:
        return ", ".join(option.switches).replace("/", " / ")
    values = option.metavar or "|".join(option.choices)
    space = "" if option.kind is Kind.REMARK else " "
    return f"--{option.name}{space}{values}".replace("|", "\\|")


# --- the schema of the configuration file ------------------------------------------------------


def schema(rules: tuple[Rule, ...]) -> dict[str, Any]:
    """Return the JSON schema of `celerylint.toml`, and of `[tool.celerylint]`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "celerylint",
        "description": "Configuration of celerylint: celerylint.toml, or [tool.celerylint]",
        "type": "object",
        "additionalProperties": False,
        "properties": {o.name: _described(o) for o in TABLE if o.in_file},
        "$defs": {"rules": _rules_schema(rules), "text": {"type": "string", "minLength": 1}},
    }


def _described(option: Option) -> dict[str, Any]:
    default = getattr(Options(), option.attribute)
    known = {"default": default} if isinstance(default, bool) else {}
    known = {"default": default.value} if isinstance(default, Enum) else known
    return {"description": option.help, **_type(option), **known}


def _type(option: Option) -> dict[str, Any]:
    rules, text = {"$ref": "#/$defs/rules"}, {"$ref": "#/$defs/text"}
    formats = "|".join(each.value for each in OutputFormat)
    output = {"type": "string", "pattern": f"^({formats}):.+"}
    types: Mapping[Kind, dict[str, Any]] = {
        Kind.FLAG: {"type": "boolean"},
        Kind.TEXT: text,
        Kind.PATH: text,
        Kind.WORDS: rules if option.metavar == "RULES" else {"type": "array", "items": text},
        Kind.TEXTS: {"type": "array", "items": output},
        Kind.TABLE: {"type": "object", "additionalProperties": rules},
        Kind.CHOICE: {"enum": list(option.choices)},
        Kind.APPS: {"type": "array", "items": _app_schema()},
    }
    return types[option.kind]


def _app_schema() -> dict[str, Any]:
    text = {"$ref": "#/$defs/text"}
    keys = {"app": text, "settings": {"type": "array", "items": text}, "namespace": text}
    return {"type": "object", "additionalProperties": False, "properties": keys}


def _rules_schema(rules: tuple[Rule, ...]) -> dict[str, Any]:
    known = ["ALL", *(rule.code for rule in rules), *(rule.name for rule in rules)]
    prefix = {"type": "string", "pattern": "^[A-Z]+[0-9]*$"}
    return {"type": "array", "items": {"anyOf": [{"enum": known}, prefix]}}


if __name__ == "__main__":
    sys.exit(main())
