"""A shell is offered commands, options, rules and settings."""

from __future__ import annotations

import pytest

from celerylint.cli import main


def offered(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """Return what bash is offered at the end of a line."""
    monkeypatch.setenv("_CELERYLINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    return [text.partition(",")[2] for text in capsys.readouterr().out.split()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("celerylint se", ["setting"]),
        ("celerylint ru", ["rule", "rules"]),
        ("celerylint check --iso", ["--isolated"]),
        ("celerylint check --fail-on e", ["error"]),
        ("celerylint check --select cel10", [f"CEL10{number}" for number in range(1, 10)]),
        ("celerylint check --ignore CEL101,unread-", ["CEL101,unread-setting"]),
        ("celerylint rule old-setting", ["old-setting-name"]),
        ("celerylint setting broker_hos", ["BROKER_HOST", "broker_host"]),
        ("celerylint check --exclude x", []),
    ],
)
def test_words_that_fit_are_offered(
    line: str,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert offered(line, monkeypatch, capsys) == words


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_is_told_how_to_ask(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_CELERYLINT_COMPLETE", f"{shell}_source")

    with pytest.raises(SystemExit) as ended:
        main([])

    assert ended.value.code == 0
    assert f"_CELERYLINT_COMPLETE={shell}_complete" in capsys.readouterr().out
