"""Where each node of a tree stands in the text."""

from __future__ import annotations

import libcst as cst
from libcst._nodes.internal import CodegenState

from celerylint.finding import Span


class _Recorder(CodegenState):
    """Follow the printing of a tree and note where each node starts and ends.

    LibCST's own position providers cost several times as much: they copy the tree first.
    """

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.offset = 0
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}

    def add_indent_tokens(self) -> None:
        super().add_indent_tokens()
        self.offset += sum(len(token) for token in self.indent_tokens)

    def add_token(self, value: str) -> None:
        super().add_token(value)
        self.offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts[id(node)] = self.offset

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.ends[id(node)] = self.offset


class Spans:
    """The span of every node of one module, in characters, parentheses of the node included.

    `code` is the module as it prints.
    """

    def __init__(self, module: cst.Module) -> None:
        """Print the module once; the module must stay alive, for nodes are known by identity."""
        recorder = _Recorder(module)
        module._codegen(recorder)  # noqa: SLF001 - LibCST has no public way to follow the printing
        self._module = module
        self._starts = recorder.starts
        self._ends = recorder.ends
        self.code = "".join(recorder.tokens)

    def of(self, node: cst.CSTNode) -> Span:
        """Return the span of a node."""
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

    def sign(self, node: cst.BaseBinaryOp | cst.BaseUnaryOp) -> str:
        """Return an operator without the blanks and comments around it."""
        *before, after = map(self.of, node.children)
        start = before[0].end if before else self.of(node).start
        return self.code[start : after.start]
