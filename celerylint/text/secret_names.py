"""Which names are those of secrets, and which texts are too common to be hidden everywhere."""

from __future__ import annotations

import re
import unicodedata

from celerylint.misspelt import by_length, closest

# What is no secret: RabbitMQ's own default, and what has no value.
WELL_KNOWN = frozenset(("guest", "True", "False", "None", "true", "false", "null"))

HARMLESS_KEYS = frozenset(
    (
        *("acks_late", "args", "backend", "bind", "compression", "countdown", "day_of_month"),
        *("day_of_week", "delivery_mode", "engine", "exchange", "exchange_type", "expires"),
        *("hour", "host", "ignore_result", "kwargs", "max_retries", "minute", "month_of_year"),
        *("name", "options", "port", "priority", "queue", "rate_limit", "relative", "retry"),
        *("routing_key", "schedule", "serializer", "soft_time_limit", "task", "time_limit"),
        *("type", "visibility_timeout"),
    )
)
"""Keys whose values are no secrets, whatever the dict around them is called."""

COMMON = (
    WELL_KNOWN
    | HARMLESS_KEYS
    | frozenset(
        (
            *(
                "admin",
                "broker",
                "celery",
                "crontab",
                "database",
                "debug",
                "default",
                "demo",
                "dev",
            ),
            *("development", "django", "example", "file", "flask", "high", "json", "local"),
            *("localhost", "low", "main", "message", "messages", "password", "pickle", "postgres"),
            *("prod", "production", "queues", "rabbitmq", "redis", "result", "root", "secret"),
            *("settings", "staging", "tasks", "test", "testing", "token", "user", "worker", "yaml"),
        )
    )
)
"""Words that are hidden where they are a password, but not wherever else they stand."""

_SECRET_NAME = re.compile(
    r"passw(?:or)?d?s?|passphrases?|p[as]*wd|secrets?(?:_?keys?)?|tokens?|credentials?"
    r"|api_?keys?|access_?keys?|account_?keys?|auth_?keys?|private_?keys?|signatures?"
    r"|authorization|basic_?auth|(?:^|_)(?:pw|pass|creds?|sig|sas)(?:$|(?=_))",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"_(?:age|algorithm|algorithms|backend|backends|cache|class|classes|count|days|enabled|endpoint"
    r"|exchange|expiration|expire|expires|expiry|field|file|filename|form|forms|hashers?|header"
    r"|hours|interval|length|lifetime|limit|limits|minutes|model|path|permission|policy|prefix"
    r"|queue|queues|required|reset|rotation|route|routes|schedule|seconds|serializer|task|tasks"
    r"|template|timeout|ttl|types?|validation|validators?|view)(?:_|$)",
    re.IGNORECASE,
)
"""What makes of the name of a secret a name of something else: `PASSWORD_HASHERS`, `TOKEN_TTL`."""

_MISSPELT = by_length({word: word for word in ("credential", "password", "secret")})
_MISSPELT_LIKE = re.compile(r"(?:(?<=_)|(?<![^\W_]))[cps][a-z]{4,10}(?![^\W_])")
"""Words that make a name secret even where they are not quite spelt so.

The first letter is hardly ever the wrong one, and to compare every word would take too long.
"""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def looks_secret(name: str) -> bool:
    """Return whether a setting, variable or key of this name holds a secret."""
    # Python takes names that look alike for the same (PEP 3131).
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    words = _CAMEL.sub("_", plain).replace("-", "_")
    found = [match.end() for match in _SECRET_NAME.finditer(words)]
    if found:
        return not _TAIL.match(words, found[-1])
    near = _MISSPELT_LIKE.findall(words.lower())
    return bool(near and closest(near, _MISSPELT))


_TASK_NAME = re.compile(
    r"(?:\w+\.)*tasks?\.[\w.]+"
    r"|(?:[\w-]+[./])+(?:archive|change|check|clean|clear|collect|create|delete|drop|expire|fetch"
    r"|flush|generate|invalidate|issue|notify|process|prune|purge|refresh|remove|renew|reset|revoke"
    r"|rotate|send|sync|update|validate|verify|warn)\w*"
    r"|[\w.-]*[*?][\w.*?-]*"
)


def names_secret(key: str) -> bool:
    """Return whether a key is that of a secret, and not the name of a task."""
    return looks_secret(key) and not _TASK_NAME.fullmatch(key)


_DOTTED = re.compile(r"[a-z_]\w*(?:\.[A-Za-z_]\w*)+")
_LONG_NUMBER = 8
_SHORTEST = 3


def is_telling(text: str) -> bool:
    """Return whether a secret is such that it is to be hidden wherever else it stands.

    Common words, the dotted names of Python and numbers stand for other things as well.
    """
    if len(text) < _SHORTEST or text.lower() in COMMON:
        return False
    return not _DOTTED.fullmatch(text) and (not text.isdigit() or len(text) >= _LONG_NUMBER)
