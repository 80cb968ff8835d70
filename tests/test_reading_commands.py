"""Command lines of Celery, in the files that people start it from."""

from __future__ import annotations

import pytest

from celerylint.reading.commands import commands


@pytest.mark.parametrize(
    "text",
    [
        "worker: celery worker -A shop\n",
        'CMD ["celery", "worker", "-A", "shop"]\n',
        "CMD ['poetry', 'run', 'celery', 'worker', '-A', 'shop']\n",
        'ENTRYPOINT [\n  "celery", "worker",  # first\n  "-A", "shop"\n]\n',
        "HEALTHCHECK --interval=5s CMD celery worker -A shop\n",
        "command = /srv/env/bin/celery worker -A shop\n",
        "command=%(ENV_HOME)s/bin/celery worker -A shop\r\nuser=www\r\n",
        "ExecStart=-/usr/bin/celery worker -A shop\n",
        "    command: >\n      celery worker\n      -A shop\n    restart: always\n",
        "command:\n  - celery\n  - worker\n  # the app\n  - '-A'\n  - shop # here\nother:\n- x\n",
        "- tini\n- --\n- celery\n- worker\n- -A\n- shop\n",
        "  test: [CMD-SHELL, 'celery worker -A shop']\n",
        "exec celery worker \\\n  -A shop\necho done\n",
        'sh -c "cd /srv && celery worker -A shop"\n',
        "su -m www -c 'celery worker -A shop'\n",
        "DEBUG=1 nohup celery worker -A shop > /dev/null &\n",
        "LEVEL=info\nif true; then celery worker -A shop; fi\n",
        "exec gosu www celery worker -A shop\n",
        "sudo -u www celery worker -A shop # in production\n",
        "python3.12 -m celery worker -A shop\n",
        "\t@$(VENV)/bin/celery worker -A shop\n",
        "- {{ env }}/bin/celery worker -A shop\n",
        'nohup --command="celery worker -A shop"\n',
        'command: "celery worker -A shop\n',
        "a=\\' celery worker -A shop\n",
    ],
)
def test_command_is_read(text: str) -> None:
    found = [each for each in commands(text) if len(each.words) > 1]

    assert [[word.text for word in each.words[1:]] for each in found] == [["worker", "-A", "shop"]]
    assert [(each.program, each.runs) for each in found] == [("celery", True)]
    assert text[slice(*found[0].words[1].span)].strip("\"'") == "worker"


@pytest.mark.parametrize(
    "text",
    [
        'echo "celery worker -A shop"\n',
        "pkill -f 'celery worker -A shop'\n",
        "docker-compose up celery worker -A\n",
        "description: celery worker -A shop\n",
        "tmux send-keys 'celery worker -A shop' C-m\n",
        "alias x='celery worker -A shop'\n",
        "- pip\n- install\n- celery\n- worker\n",
        "[program:celery]\n",
        'depth: "a \'b \\"celery worker\\" c\' d"\n',
    ],
)
def test_mention_is_no_command(text: str) -> None:
    assert [each for each in commands(text) if each.runs and len(each.words) > 1] == []


@pytest.mark.parametrize(
    "text", ["", "# celery worker -A shop\n", "; celery worker\n", "worker: gunicorn shop\n"]
)
def test_nothing_is_read(text: str) -> None:
    assert list(commands(text)) == []


def test_comments_between_entries_cost_no_more_than_their_length() -> None:
    between = "# a comment # with # many # marks\n" * 200

    *_, whole = commands(f"- celery\n{between}- worker\n")
    apart = list(commands(f"- celery\n{between}key:\n- worker\n"))

    assert [word.text for word in whole.words] == ["celery", "worker"]
    assert {word.text for each in apart for word in each.words} == {"celery"}
