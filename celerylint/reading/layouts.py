"""How the nodes of LibCST are written: their fields in the order of the text, and what is between.

In a layout `'...'` is text that always stands there, `'...'?field` text that stands there if the
field is given, `'...'!field` if it is not. `^` is the indentation of the block, which `>` makes
deeper; `:` is what begins an annotation, `:` or `->`; `if` is the indentation with `if` or `elif`.
How a field itself is written is told by its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import libcst as cst


class Varying(NamedTuple):
    """A gap whose length depends on the node or on where it stands.

    `kind` is `>` where the indentation becomes that of `indent`, `^` for the indentation and
    `length` characters more, `if` for the indentation and `if` or `elif`, `:` for `:` or `->`, `?`
    for `length` characters if `field` is given, `!` if it is not.
    """

    kind: str
    length: int = 0
    field: str = ""


Gap = int | Varying
"""What stands between two fields: how many characters, or what that depends on."""


class Layout(NamedTuple):
    """The fields of a kind of node, the gap before each of them, and how much comes last.

    `sign` is the text that always stands between the fields.
    """

    values: Callable[[cst.CSTNode], tuple[Any, ...]]
    gaps: tuple[Gap, ...]
    last: int
    sign: str


_BLOCK = "whitespace_before_colon ':' body"
_FIELD_OF_STRING = (
    "'{' whitespace_before_expression expression equal whitespace_after_expression "
    "'!'?conversion conversion ':'?format_spec format_spec '}'"
)
_TRY = f"leading_lines ^ 'try' {_BLOCK} handlers orelse finalbody"
_IMPORT = "'import' whitespace_after_import names semicolon"
_IMPORT_FROM = (
    "'from' whitespace_after_from relative module whitespace_before_import 'import' "
    "whitespace_after_import lpar names rpar semicolon"
)
_EXPRESSIONS = {
    "Name": "value",
    "Ellipsis": "'...'",
    "Integer": "value",
    "Float": "value",
    "Imaginary": "value",
    "SimpleString": "value",
    "FormattedString": "start parts end",
    "TemplatedString": "start parts end",
    "ConcatenatedString": "left whitespace_between right",
    "Comparison": "left comparisons",
    "UnaryOperation": "operator expression",
    "BinaryOperation": "left operator right",
    "BooleanOperation": "left operator right",
    "Attribute": "value dot attr",
    "Subscript": "value whitespace_after_value lbracket slice rbracket",
    "Lambda": "'lambda' whitespace_after_lambda params colon body",
    "Call": "func whitespace_after_func '(' whitespace_before_args args ')'",
    "Await": "'await' whitespace_after_await expression",
    "IfExp": (
        "body whitespace_before_if 'if' whitespace_after_if test "
        "whitespace_before_else 'else' whitespace_after_else orelse"
    ),
    "Yield": "'yield' whitespace_after_yield value",
    "Tuple": "elements",
    "List": "lbracket elements rbracket",
    "Set": "lbrace elements rbrace",
    "Dict": "lbrace elements rbrace",
    "GeneratorExp": "elt for_in",
    "ListComp": "lbracket elt for_in rbracket",
    "SetComp": "lbrace elt for_in rbrace",
    "DictComp": "lbrace key whitespace_before_colon ':' whitespace_after_colon value for_in rbrace",
    "StarredDictComp": "lbrace '**' whitespace_before_value value for_in rbrace",
    "NamedExpr": "target whitespace_before_walrus ':=' whitespace_after_walrus value",
}
"""Nodes that may stand in parentheses of their own."""

_LAYOUTS = {
    # What stands between the tokens.
    "LeftSquareBracket": "'[' whitespace_after",
    "RightSquareBracket": "whitespace_before ']'",
    "LeftCurlyBrace": "'{' whitespace_after",
    "RightCurlyBrace": "whitespace_before '}'",
    "LeftParen": "'(' whitespace_after",
    "RightParen": "whitespace_before ')'",
    "Asynchronous": "'async' whitespace_after",
    "ImportStar": "'*'",
    "IsNot": "whitespace_before 'is' whitespace_between 'not' whitespace_after",
    "NotIn": "whitespace_before 'not' whitespace_between 'in' whitespace_after",
    "NotEqual": "whitespace_before value whitespace_after",
    # Parts of expressions.
    "FormattedStringText": "value",
    "TemplatedStringText": "value",
    "FormattedStringExpression": _FIELD_OF_STRING,
    "TemplatedStringExpression": _FIELD_OF_STRING,
    "ComparisonTarget": "operator comparator",
    "Index": "star whitespace_after_star value",
    "Slice": "lower first_colon upper second_colon step",
    "SubscriptElement": "slice comma",
    "Annotation": "whitespace_before_indicator : whitespace_after_indicator annotation",
    "ParamStar": "'*' comma",
    "ParamSlash": "'/' whitespace_after comma",
    "Param": (
        "star whitespace_after_star name annotation equal default comma whitespace_after_param"
    ),
    "Parameters": "posonly_params posonly_ind params star_arg kwonly_params star_kwarg",
    "Arg": "star whitespace_after_star keyword equal value comma whitespace_after_arg",
    "From": "whitespace_before_from 'from' whitespace_after_from item",
    "Element": "value comma",
    "DictElement": "key whitespace_before_colon ':' whitespace_after_colon value comma",
    "StarredElement": "lpar '*' whitespace_before_value value rpar comma",
    "StarredDictElement": "'**' whitespace_before_value value comma",
    "CompFor": (
        "whitespace_before asynchronous 'for' whitespace_after_for target "
        "whitespace_before_in 'in' whitespace_after_in iter ifs inner_for_in"
    ),
    "CompIf": "whitespace_before 'if' whitespace_before_test test",
    # Small statements.
    "Del": "'del' whitespace_after_del target semicolon",
    "Pass": "'pass' semicolon",
    "Break": "'break' semicolon",
    "Continue": "'continue' semicolon",
    "Return": "'return' whitespace_after_return value semicolon",
    "Expr": "value semicolon",
    "Import": _IMPORT,
    "ImportFrom": _IMPORT_FROM,
    "LazyImport": f"'lazy' whitespace_after_lazy {_IMPORT}",
    "LazyImportFrom": f"'lazy' whitespace_after_lazy {_IMPORT_FROM}",
    "ImportAlias": "name asname comma",
    "AsName": "whitespace_before_as 'as' whitespace_after_as name",
    "Assign": "targets value semicolon",
    "AssignTarget": "target whitespace_before_equal '=' whitespace_after_equal",
    "AnnAssign": "target annotation equal value semicolon",
    "AugAssign": "target operator value semicolon",
    "Raise": "'raise' whitespace_after_raise exc cause semicolon",
    "Assert": "'assert' whitespace_after_assert test comma msg semicolon",
    "NameItem": "name comma",
    "Global": "'global' whitespace_after_global names semicolon",
    "Nonlocal": "'nonlocal' whitespace_after_nonlocal names semicolon",
    "TypeAlias": (
        "'type' whitespace_after_type name whitespace_after_name type_parameters "
        "whitespace_after_type_parameters '=' whitespace_after_equals value semicolon"
    ),
    "TypeVar": "name colon bound",
    "TypeVarTuple": "'*' whitespace_after_star name",
    "ParamSpec": "'**' whitespace_after_star name",
    "TypeParam": "param equal star whitespace_after_star default comma",
    "TypeParameters": "lbracket params rbracket",
    # Compound statements.
    "Module": "header body footer",
    "IndentedBlock": "header > body footer",
    "SimpleStatementLine": "leading_lines ^ body trailing_whitespace",
    "SimpleStatementSuite": "leading_whitespace body trailing_whitespace",
    "If": ("leading_lines if whitespace_before_test test whitespace_after_test ':' body orelse"),
    "Else": f"leading_lines ^ 'else' {_BLOCK}",
    "For": (
        "leading_lines ^ asynchronous 'for' whitespace_after_for target whitespace_before_in 'in' "
        f"whitespace_after_in iter {_BLOCK} orelse"
    ),
    "While": f"leading_lines ^ 'while' whitespace_after_while test {_BLOCK} orelse",
    "Try": _TRY,
    "TryStar": _TRY,
    "ExceptHandler": f"leading_lines ^ 'except' whitespace_after_except type name {_BLOCK}",
    "ExceptStarHandler": (
        "leading_lines ^ 'except' whitespace_after_except '*' whitespace_after_star type name "
        f"{_BLOCK}"
    ),
    "Finally": f"leading_lines ^ 'finally' {_BLOCK}",
    "With": (f"leading_lines ^ asynchronous 'with' whitespace_after_with lpar items rpar {_BLOCK}"),
    "WithItem": "item asname comma",
    "Decorator": "leading_lines ^ '@' whitespace_after_at decorator trailing_whitespace",
    "FunctionDef": (
        "leading_lines decorators lines_after_decorators ^ asynchronous 'def' whitespace_after_def "
        "name whitespace_after_name type_parameters whitespace_after_type_parameters '(' "
        f"whitespace_before_params params ')' returns {_BLOCK}"
    ),
    "ClassDef": (
        "leading_lines decorators lines_after_decorators ^ 'class' whitespace_after_class name "
        "whitespace_after_name type_parameters whitespace_after_type_parameters lpar bases "
        f"keywords rpar {_BLOCK}"
    ),
    # Pattern matching.
    "Match": (
        "leading_lines ^ 'match' whitespace_after_match subject whitespace_before_colon ':' "
        "whitespace_after_colon > cases footer"
    ),
    "MatchCase": (
        "leading_lines ^ 'case' whitespace_after_case pattern whitespace_before_if 'if'?guard "
        f"whitespace_after_if guard {_BLOCK}"
    ),
    "MatchValue": "value",
    "MatchSingleton": "value",
    "MatchSequenceElement": "value comma",
    "MatchStar": "'*' whitespace_before_name '_'!name name comma",
    "MatchList": "lpar lbracket patterns rbracket rpar",
    "MatchTuple": "lpar patterns rpar",
    "MatchMappingElement": ("key whitespace_before_colon ':' whitespace_after_colon pattern comma"),
    "MatchMapping": (
        "lpar lbrace elements '**'?rest whitespace_before_rest rest trailing_comma rbrace rpar"
    ),
    "MatchKeywordElement": ("key whitespace_before_equal '=' whitespace_after_equal pattern comma"),
    "MatchClass": (
        "lpar cls whitespace_after_cls '(' whitespace_before_patterns patterns kwds "
        "whitespace_after_kwds ')' rpar"
    ),
    "MatchAs": (
        "lpar pattern whitespace_before_as 'as'?pattern whitespace_after_as '_'!name name rpar"
    ),
    "MatchOrElement": "pattern separator",
    "MatchOr": "lpar patterns rpar",
}
_OPERATORS = {
    "Add": "+",
    "AddAssign": "+=",
    "And": "and",
    "AssignEqual": "=",
    "BitAnd": "&",
    "BitAndAssign": "&=",
    "BitOr": "|",
    "BitOrAssign": "|=",
    "BitXor": "^",
    "BitXorAssign": "^=",
    "Colon": ":",
    "Comma": ",",
    "Divide": "/",
    "DivideAssign": "/=",
    "Dot": ".",
    "Equal": "==",
    "FloorDivide": "//",
    "FloorDivideAssign": "//=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
    "In": "in",
    "Is": "is",
    "LeftShift": "<<",
    "LeftShiftAssign": "<<=",
    "LessThan": "<",
    "LessThanEqual": "<=",
    "MatrixMultiply": "@",
    "MatrixMultiplyAssign": "@=",
    "Modulo": "%",
    "ModuloAssign": "%=",
    "Multiply": "*",
    "MultiplyAssign": "*=",
    "Or": "or",
    "Power": "**",
    "PowerAssign": "**=",
    "RightShift": ">>",
    "RightShiftAssign": ">>=",
    "Semicolon": ";",
    "Subtract": "-",
    "SubtractAssign": "-=",
}
_UNARY = {"BitInvert": "~", "Minus": "-", "Not": "not", "Plus": "+"}

_WRITTEN = {
    **_LAYOUTS,
    **{name: f"lpar {written} rpar" for name, written in _EXPRESSIONS.items()},
    **{name: f"whitespace_before '{sign}' whitespace_after" for name, sign in _OPERATORS.items()},
    **{name: f"'{sign}' whitespace_after" for name, sign in _UNARY.items()},
}
_PART = re.compile(r"'(?P<text>[^']+)'(?:(?P<case>[?!])(?P<field>\w+))?|(?P<other>\S+)")


_KINDS = frozenset({"^", ">", ":", "if"})


@cache
def layout(kind: type[cst.CSTNode]) -> Layout:
    """Return how a kind of node is written; raise KeyError for one that is not known."""
    names: list[str] = []
    gaps: list[Gap] = []
    signs: list[str] = []
    before: Gap = 0
    for part in _PART.finditer(_WRITTEN[kind.__name__]):
        if part["case"]:
            before = Varying(part["case"], len(part["text"]), part["field"])
        elif part["text"]:
            before = _longer(before, len(part["text"]))
            signs.append(part["text"])
        elif part["other"] in _KINDS:
            before = Varying(part["other"])
        else:
            names.append(part["other"])
            gaps.append(before)
            before = 0
    last = before if isinstance(before, int) else 0
    return Layout(_values(names), tuple(gaps), last, "".join(signs))


def _longer(gap: Gap, length: int) -> Gap:
    if isinstance(gap, int):
        return gap + length
    return gap._replace(length=gap.length + length)


def _values(names: list[str]) -> Callable[[cst.CSTNode], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: tuple(getattr(node, name) for name in names)
