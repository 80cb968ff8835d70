"""What literals are worth, by their text alone."""

from __future__ import annotations

import ast
import warnings

HIDDEN = b"***"
"""What stands for bytes, and for strings with escapes that Python refuses."""


def evaluated(text: str) -> object:
    """Return what a literal is worth; raise SyntaxError or ValueError where Python refuses it."""
    with warnings.catch_warnings():
        # What Python says about an odd escape, `"\d"`, is for whoever runs the file.
        warnings.simplefilter("ignore")
        return ast.literal_eval(text)


def between_fields(text: str) -> str:
    """Return what a piece of an f-string without escapes stands for."""
    return text.replace("{{", "{").replace("}}", "}")
