"""Where each node of a tree stands in the text."""

from __future__ import annotations

from types import NoneType

import libcst as cst

from celerylint.finding import Span
from celerylint.reading.layouts import Varying, layout

_LINES = frozenset(
    {cst.EmptyLine, cst.Newline, cst.ParenthesizedWhitespace, cst.TrailingWhitespace}
)
_ABSENT = frozenset({NoneType, bool, cst.MaybeSentinel})


class UnplacedError(Exception):
    """A tree that is not written as its text is."""


class Spans:
    """The span of every node of one module, in characters, parentheses of the node included.

    LibCST tells positions by printing the whole tree again. Here each node is as long as its parts,
    and every word of it has to stand in the text where that says it does.
    """

    def __init__(self, module: cst.Module, text: str) -> None:
        """Place the nodes of a module; it must stay alive, for nodes are known by identity.

        Raise UnplacedError where the tree is not that of the text.
        """
        self.code = text
        self._module = module
        self._indent = 0
        self._indented = module.default_indent
        self._newline = module.default_newline
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        try:
            end = self._place(module, 0)
        except KeyError as error:
            # A kind of node that is newer than we are.
            raise UnplacedError from error
        if end != len(text):
            raise UnplacedError

    def of(self, node: cst.CSTNode) -> Span:
        """Return the span of a node, which is no blank."""
        return Span(self._starts[id(node)], self._ends[id(node)])

    def bare(self, node: cst.Name | cst.SimpleString) -> Span:
        """Return the span of a node without its parentheses."""
        start = self.of(node.lpar[-1]).end if node.lpar else self.of(node).start
        end = self.of(node.rpar[0]).start if node.rpar else self.of(node).end
        return Span(start, end)

    def text_of(self, node: cst.CSTNode) -> str:
        """Return the text of a node."""
        span = self.of(node)
        return self.code[span.start : span.end]

    @staticmethod
    def sign(node: cst.BaseBinaryOp | cst.BaseUnaryOp) -> str:
        """Return an operator without the blanks and comments around it."""
        return layout(type(node)).sign

    # --- placing --------------------------------------------------------------------------------

    def _place(self, node: cst.CSTNode, at: int) -> int:
        """Note where a node starts and ends that stands at `at`, and return the end."""
        self._starts[id(node)] = at
        values, gaps, last, _ = layout(type(node))
        outer = self._indent
        for gap, value in zip(gaps, values(node), strict=True):
            if gap:
                at += gap if isinstance(gap, int) else self._varying(gap, node, at)
            kind = type(value)
            if kind is cst.SimpleWhitespace:
                at = self._word(value.value, at) if value.value else at
            elif kind is list or kind is tuple:
                for each in value:
                    at = self._blank(each, at) if type(each) in _LINES else self._place(each, at)
            elif kind is str:
                at = self._word(value, at)
            elif kind in _LINES:
                at = self._blank(value, at)
            elif kind not in _ABSENT:
                at = self._place(value, at)
        self._indent = outer
        at += last
        self._ends[id(node)] = at
        return at

    def _word(self, text: str, at: int) -> int:
        if not self.code.startswith(text, at):
            raise UnplacedError
        return at + len(text)

    def _blank(self, node: cst.CSTNode, at: int) -> int:
        """Return where lines without code end that start at `at`."""
        match node:
            case cst.Newline():
                return self._word(node.value or self._newline, at)
            case cst.TrailingWhitespace():
                return self._line(node, at)
            case cst.EmptyLine():
                return self._line(node, at + self._indent * node.indent)
            case _:
                lines = cst.ensure_type(node, cst.ParenthesizedWhitespace)
                at = self._line(lines.first_line, at)
                for line in lines.empty_lines:
                    at = self._line(line, at + self._indent * line.indent)
                at += self._indent * lines.indent
                return self._word(cst.ensure_type(lines.last_line, cst.SimpleWhitespace).value, at)

    def _line(self, line: cst.TrailingWhitespace | cst.EmptyLine, at: int) -> int:
        at = self._word(line.whitespace.value, at)
        if line.comment:
            at = self._word(line.comment.value, at)
        return self._word(line.newline.value or self._newline, at)

    def _varying(self, gap: Varying, node: cst.CSTNode, at: int) -> int:
        """Return how long a gap is in a node."""
        match gap.kind:
            case "^":
                return self._indent + gap.length
            case ">":
                indent = node.indent if isinstance(node, cst.IndentedBlock | cst.Match) else None
                self._indent += len(self._indented if indent is None else indent)
                return 0
            case "if":
                text = "elif" if self.code.startswith("elif", at + self._indent) else "if"
                return self._indent + len(text)
            case ":":
                return len("->" if self.code.startswith("->", at) else ":")
            case _:
                given = getattr(node, gap.field) is not None
                return gap.length * (given is (gap.kind == "?"))
