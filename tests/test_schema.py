"""The schema for editors takes what celerylint takes, and nothing that it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import tomli

from celerylint.options.table import TABLE
from scripts.document import ROOT

GOOD = """
fix = true
select = ["ALL", "CEL1", "old-setting-name"]
exclude = ["old/"]
target-version = "5.6"
fail-on = "error"
output = ["sarif:report.sarif"]
[per-file-ignores]
"tests/*" = ["CEL101"]
"""


@pytest.fixture(scope="module")
def validator() -> Any:  # noqa: ANN401 - it ships no types
    """Return what validates against the schema, which is itself checked."""
    schema = json.loads(ROOT.joinpath("celerylint.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("text", ["", GOOD])
def test_good_configuration_is_valid(validator: Any, text: str) -> None:  # noqa: ANN401 - as above
    assert list(validator.iter_errors(tomli.loads(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "slect = []",
        "diff = true",
        'fix = "yes"',
        'select = "CEL1"',
        'select = ["no-such-rule"]',
        'exclude = [""]',
        "target-version = 5.6",
        'fail-on = "never"',
        'output = ["report.sarif"]',
        'per-file-ignores = {"a" = "CEL1"}',
    ],
)
def test_wrong_configuration_is_invalid(validator: Any, text: str) -> None:  # noqa: ANN401 - as above
    assert len(list(validator.iter_errors(tomli.loads(text)))) == 1


def test_every_key_is_described(validator: Any) -> None:  # noqa: ANN401 - as above
    described = validator.schema["properties"]

    assert set(described) == {option.name for option in TABLE if option.in_file}
    assert all(each["description"] for each in described.values())


def test_documented_configuration_is_valid(validator: Any) -> None:  # noqa: ANN401 - as above
    readme = ROOT.joinpath("docs/configuration.md").read_text("utf-8")
    texts = re.findall(r"```toml\n(\[tool\.celerylint\].*?)```", readme, re.DOTALL)

    sections = [tomli.loads(text)["tool"]["celerylint"] for text in texts]

    assert sections
    assert [error for each in sections for error in validator.iter_errors(each)] == []
