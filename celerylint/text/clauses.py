"""Which strings of a Python text belong to the name of a secret, or to a URL in pieces.

It goes as far into Python as that takes: to statements, and to what stands between two commas of a
bracket. It follows no value, so it hides too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from celerylint.text.lexing import COMMENT, NAME, NEWLINE, STRING, Token
from celerylint.text.secret_names import looks_secret, names_secret

_AUTH_NAME = re.compile(r"(?:^|_)(?:auth|(?P<pair>login))$", re.IGNORECASE)
"""The name of a password, or of a user with one, where it has texts and nothing else."""

_SHORTEST_WORD = 5

_WORD = re.compile(r"[\w.-]+")
BINDING = frozenset(("=", ":=", "+=", "|=", "==", "!="))
_BLOCKS = frozenset(
    [
        "if",
        "elif",
        "else",
        "for",
        "while",
        "with",
        "try",
        "except",
        "finally",
        "def",
        "class",
        "async",
        "match",
        "case",
    ]
)
_RESTARTS = frozenset(("def", "class", "import"))
"""What stands at the margin in no bracket: one before it was never closed."""

_NO_SECRET = frozenset(
    (
        *("signature", "subtask", "send_task", "task", "periodic_task", "shared_task", "crontab"),
        *("add_periodic_task", "timedelta", "solar", "Queue", "Exchange", "binding", "getLogger"),
        *("get_logger", "autodiscover_tasks", "config_from_object", "reverse", "path", "re_path"),
    )
)
"""Functions whose texts name tasks, queues, modules, pages: `Queue("password_reset")`."""

_FILLERS = frozenset(("format", "format_map", "substitute", "safe_substitute"))
"""What fills in a template."""

_TABLE = re.compile(
    r"(?:\w+_)?(?:annotations|imports?|includes?|queues|routes?|schedule)", re.IGNORECASE
)
"""What has names of tasks, entries, modules or queues for its keys, or for all that is in it."""

_APPS = re.compile(r"(?:\w+_)?(?:APPS|BACKENDS|MIDDLEWARE)")
"""What lists modules of a site, such as `rest_framework.authtoken`."""

_PLAIN_KEY = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*")

LOOKUPS = frozenset(("environ", "getenv", "get", "pop", "env", "config", "getattr"))
"""What is called with, or indexed by, the name of a secret rather than the secret."""


@dataclass(slots=True)
class Item:
    """A statement, or what stands between two commas of a bracket; counted in tokens.

    From the token `secret` on, strings in it are secret; so are so many `texts` or more where
    they are its whole value, unless that is 0. Names before `seen` are judged. `keyed` says that it
    has a name of its own, `paired` that it follows the name of a secret, `listed` that it begins
    with a list of such names. `value` is the first token behind its name, `bracket` the one that
    opened its bracket, -1 for a statement. `lists` is what says that its brackets list names of
    tasks or modules, and `within` the same of the bracket that it is in.
    """

    parent: Item | None
    first: int
    seen: int
    bracket: int
    last: int = 0
    keyed: bool = False
    paired: bool = False
    listed: bool = False
    value: int = 0
    secret: int | None = None
    texts: int = 0
    lists: re.Pattern[str] | None = None
    within: re.Pattern[str] | None = None

    def brackets(self, opener: str) -> re.Pattern[str] | None:
        """Return what says that a bracket that is opened in this item lists such names."""
        if self.keyed and self.within:
            return None
        listing = self.lists or self.within
        return None if opener == "{" and listing is _APPS else listing


class Cutter:
    """Cuts tokens into items, and knows in which item each string stands.

    Its own tokens are without comments and line ends.
    """

    def __init__(
        self,
        tokens: Iterable[Token],
        *,
        templates: bool,
        strays: bool,
        also: Collection[str] = (),
    ) -> None:
        """Take tokens; `templates` and `strays` are as `in_statements` has them.

        `also` are names whose values are secret, though they do not say so.
        """
        self._also = also
        self._templates = templates
        self.strays = strays
        self.tokens: list[Token] = []
        self.items: list[Item] = []
        self.homes: dict[int, Item] = {}
        self._item = self._opened(None, -1)
        previous = None
        for token in tokens:
            if token.kind == NEWLINE:
                self._end_of_line()
            elif token.kind != COMMENT:
                self._take(token, at_margin=_margin(previous, token))
            previous = token
        self._next_statement()

    def _opened(self, parent: Item | None, bracket: int, *, paired: bool = False) -> Item:
        first = len(self.tokens)
        secret = first if paired else None
        item = Item(parent, first, first, bracket, paired=paired, value=first, secret=secret)
        if parent:
            item.within = parent.brackets(self.tokens[bracket].text)
        self.items.append(item)
        return item

    def _closed(self) -> None:
        item = self._item
        item.last = len(self.tokens)
        self._item = item.parent or item
        # `["user", "password"]`: what follows the list may be their values.
        if item.parent and self.tokens[item.parent.first].text in {"(", "["}:
            item.parent.listed = item.parent.listed or self._is_named(item)

    def _is_named(self, item: Item) -> bool:
        """Return whether the item that ends here is no more than the name of a secret."""
        alone = self.tokens[item.first :] if item.first >= len(self.tokens) - 2 else []
        return item.listed or any(self._is_secret(item, token) for token in alone)

    def _is_secret(self, item: Item, token: Token) -> bool:
        """Return whether a token is the name of a secret, and of no task, queue or module."""
        dotted = token.kind == STRING and "." in token.content
        if item.within is _TABLE or (item.within and dotted) or self.is_harmless_call(item):
            return False
        return names_secret(token.content) and looks_secret(_lone_name(token))

    def is_harmless_call(self, item: Item) -> bool:
        """Return whether an item is an argument of what takes names of tasks, queues, pages."""
        return item.bracket > 0 and self.tokens[item.bracket - 1].text in _NO_SECRET

    def _take(self, token: Token, *, at_margin: bool) -> None:
        if at_margin and token.text in _RESTARTS:
            self._next_statement()
        if token.text in {")", "]", "}"}:
            self._closed()
        elif token.text in BINDING or token.text == ":":
            self._named(token.text)
        filling = self._templates and self._fills(token)
        self.tokens.append(token)
        if token.kind in {STRING, NAME}:
            self._mentioned(token)
        if token.kind == STRING:
            self.homes[len(self.tokens) - 1] = self._item
        elif token.text in {"(", "[", "{"}:
            self._item = self._opened(self._item, len(self.tokens) - 1, paired=filling)
        elif filling and self._item.secret is None:
            self._item.secret = len(self.tokens)
        elif token.text == "," and self._item.parent:
            self._next_item()
        elif token.text == ";":
            self._end_of_line()

    def _fills(self, token: Token) -> bool:
        """Return whether what follows the token goes into a template."""
        if token.text == "(":
            return bool(self.tokens) and self.tokens[-1].text in _FILLERS
        return token.text in {"%", "%="}

    def _mentioned(self, token: Token) -> None:
        """Take all strings beside the name of a secret for secret, those before it included."""
        item, index = self._item, len(self.tokens) - 1
        listing = (each for each in (_TABLE, _APPS) if each.fullmatch(name_of(token)))
        item.lists = item.lists or next(listing, None)
        if item.secret is not None or self.is_lookup(index) or token.text in _NO_SECRET:
            return
        if not self._is_secret(item, token):
            return
        alone = item.value == index
        item.secret = index + 1 if alone else item.value

    def _end_of_line(self) -> None:
        if not self._item.parent:
            self._next_statement()

    def _next_statement(self) -> None:
        while self._item.parent:
            self._closed()
        self._closed()
        self._item = self._opened(None, -1)

    def _next_item(self) -> None:
        item = self._item
        named = self._is_named(item)
        self._closed()
        self._item = self._opened(item.parent, item.bracket, paired=item.paired or named)

    def _named(self, operator: str) -> None:
        item = self._item
        if operator == ":" and not item.parent:
            if item.first < len(self.tokens) and self.tokens[item.first].text in _BLOCKS:
                self._next_statement()
            return
        before = self.tokens[item.seen :]
        item.seen = len(self.tokens)
        item.keyed = item.keyed or operator in {":", "="}
        item.value = item.seen + 1 if operator in {":", "=", ":="} else item.value
        # `conf["PASSWORD"] =` has the name within, `f(password=` right before.
        names = before[-1:] if item.parent else before
        listed = _TABLE in {item.within, item.lists}
        if item.secret is None and not listed and any(map(self._binds_secret, names)):
            item.secret = len(self.tokens)
        elif operator in {":", "="} and before:
            said = next((t for t in reversed(before) if t.kind in {STRING, NAME}), before[-1])
            auth = _AUTH_NAME.search(said.content)
            item.texts = 1 + bool(auth["pair"]) if auth else 0

    def _binds_secret(self, token: Token) -> bool:
        if token.content in self._also:
            return True
        return names_secret(token.content) and looks_secret(name_of(token))

    def is_lookup(self, index: int) -> bool:
        """Return whether a string is the name under which something is looked up."""
        opener, owner = (self.tokens[i] if i >= 0 else None for i in (index - 1, index - 2))
        if opener is None or owner is None or opener.text not in {"(", "["}:
            return False
        if opener.text == "[":
            return owner.kind == NAME or owner.text in {")", "]"}
        if owner.text == "str":
            return index > 2 and self.tokens[index - 3].text == "."  # noqa: PLR2004 - `env.str(`
        return owner.text in LOOKUPS

    def is_key(self, index: int) -> bool:
        """Return whether a string is a word, and the key of a dict."""
        following = self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""
        opener = self.tokens[self.homes[index].bracket].text
        plain = following == ":" and opener == "{"
        return plain and _PLAIN_KEY.fullmatch(self.tokens[index].content) is not None


def _margin(previous: Token | None, token: Token) -> bool:
    return previous is None or (previous.kind == NEWLINE and previous.end == token.start)


def name_of(token: Token) -> str:
    """Return the name that a token is or quotes, of a dotted one the last; empty for none."""
    text = token.content
    return text.rpartition(".")[2] if _WORD.fullmatch(text) else ""


def _lone_name(token: Token) -> str:
    """Return the same where nothing is bound to it: a host such as `mail.pw` is no name."""
    name = name_of(token)
    return "" if "." in token.content and len(name) < _SHORTEST_WORD else name
