"""What SARIF 2.1.0 demands of the objects that celerylint writes, as a JSON schema.

It is written after the specification and stricter than its own schema: of the many properties only
those that celerylint uses are allowed, so that a mistake in a name is found.
"""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 1}


def _object(required: dict[str, Any], **optional: object) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


_MESSAGE = _object({"text": _TEXT})
_LEVEL: dict[str, Any] = {"enum": ["none", "note", "warning", "error"]}
_ARTIFACT = _object(
    # A relative reference: no scheme, no leading slash, nothing that is to be percent-encoded.
    {
        "uri": {"type": "string", "pattern": r"^(?!/)(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"},
        "uriBaseId": {"const": "%SRCROOT%"},
    }
)
_REGION = _object(
    {"startLine": _NUMBER, "startColumn": _NUMBER, "endLine": _NUMBER, "endColumn": _NUMBER}
)
_PHYSICAL = _object({"artifactLocation": _ARTIFACT, "region": _REGION})
_REPLACEMENT = _object(
    {"deletedRegion": _REGION, "insertedContent": _object({"text": {"type": "string"}})}
)
_CHANGE = _object({"artifactLocation": _ARTIFACT, "replacements": _list(_REPLACEMENT, 1)})
_FIX = _object({"description": _MESSAGE, "artifactChanges": _list(_CHANGE, 1)})
_RESULT = _object(
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": _list(_object({"physicalLocation": _PHYSICAL}), 1),
        "relatedLocations": _list(
            _object({"id": {"type": "integer"}, "physicalLocation": _PHYSICAL}, message=_MESSAGE)
        ),
        "partialFingerprints": {"type": "object", "additionalProperties": _TEXT},
    },
    fixes=_list(_FIX, 1),
    properties=_object({"safety": _TEXT, "changeSet": _TEXT}, omitted=_TEXT),
)
_RULE = _object(
    {
        "id": _TEXT,
        "name": _TEXT,
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _object({"text": _TEXT, "markdown": _TEXT}),
        "defaultConfiguration": _object({"level": _LEVEL, "enabled": {"type": "boolean"}}),
        # What GitHub reads besides: docs.github.com, "SARIF support for code scanning".
        "properties": _object(
            {
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "tags": _list(_TEXT, 1),
            },
            **{"security-severity": {"type": "string", "pattern": r"^\d+\.\d$"}},
        ),
    },
    helpUri={"type": "string", "pattern": "^https://"},
)
_RUN = _object(
    {
        "tool": _object(
            {
                "driver": _object(
                    {
                        "name": _TEXT,
                        "version": _TEXT,
                        "informationUri": {"type": "string", "pattern": "^https://"},
                        "rules": _list(_RULE),
                    }
                )
            }
        ),
        "invocations": _list(_object({"executionSuccessful": {"type": "boolean"}}), 1),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "newlineSequences": _list(_TEXT, 1),
        "originalUriBaseIds": _object({"%SRCROOT%": _object({"description": _MESSAGE})}),
        "results": _list(_RESULT),
    }
)

SCHEMA = _object({"$schema": _TEXT, "version": {"const": "2.1.0"}, "runs": _list(_RUN, 1)})
