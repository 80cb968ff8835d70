"""The command line: arguments in, exit code out.

Exit codes: 0 nothing is left to fail on, 1 findings remain or the diff is not empty, 2 the run
itself failed. Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

import click

from celerylint import __version__
from celerylint.completion import completer
from celerylint.options.shared import PLANNING, VERIFYING
from celerylint.options.table import (
    PLAN_FORMATS,
    RUN,
    TABLE,
    Kind,
    Option,
    Show,
    UsageError,
    nearest,
)
from celerylint.terminal import progress, wants_color, width

_FAILED = 2
_INTERRUPTED = 130
"""What shells return for a program that Ctrl-C ended."""


class _Commands(click.Group):
    """The commands, of which `check` may be left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no command for the arguments of `check`."""
        own = {"--version", *ctx.help_option_names, *self.commands}
        # A shell that completes the first word is to be offered the commands.
        named = args[0] in own if args else ctx.resilient_parsing
        if args and not named and not ctx.resilient_parsing:
            _demand_path(args[0], self.commands)
        return super().parse_args(ctx, args if named else ["check", *args])


def _demand_path(word: str, names: Iterable[str]) -> None:
    """Raise UsageError for a first argument that is neither an option, a command nor a path."""
    if word.isidentifier() and not Path(word).exists():
        message = f"No command or path `{word}`{nearest(word, names)}"
        raise UsageError(message)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Check and migrate the Celery configuration of a project."""


def main(args: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of the process, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # A run leaves hardly any cycles behind, and looking for them costs a tenth of its time.
    gc.disable()
    try:
        return int(commands.main(args, prog_name="celerylint", standalone_mode=False) or 0)
    except click.ClickException as error:
        return _fail(error.format_message())
    except UsageError as error:
        return _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("celerylint: Interrupted", err=True)
        return _INTERRUPTED
    except OSError as error:
        return _fail(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the exit code is to say so
        from celerylint.text.masking import defect  # noqa: PLC0415 - most runs do not fail

        return _fail(f"internal error, please report it: {defect(error)}")
    finally:
        # The process ends here; Python would look at every object once more before it does.
        gc.freeze()
        gc.enable()


def _fail(message: str) -> int:
    from celerylint.text.masking import mask  # noqa: PLC0415 - most runs do not fail

    click.echo(f"celerylint: {mask(' '.join(message.split()))}", err=True)
    return _FAILED


def _echo(lines: Iterable[str], *, err: bool = False, choice: str | None = None) -> None:
    color = wants_color(choice, os.environ)
    for line in lines:
        click.echo(line, err=err, color=color)


# --- check -------------------------------------------------------------------------------------


def _check(  # noqa: PLR0913 - what click hands over, one by one
    paths: tuple[Path, ...],
    stdin_filename: Path,
    *,
    config: str | None,
    isolated: bool,
    show_settings: bool,
    show_files: bool,
    show_project: bool,
    quiet: bool,
    exit_zero: bool,
    **given: object,
) -> int:
    """Check the Celery configuration below PATHS, by default the current directory.

    The path - is stdin. Exit codes: 0 nothing is left to fail on, 1 findings remain or the diff is
    not empty, 2 the run itself failed.
    """
    from celerylint.commands import ci_job  # noqa: PLC0415 - as above
    from celerylint.commands.outcome import Request  # noqa: PLC0415 - as above
    from celerylint.commands.session import run, write  # noqa: PLC0415 - as above
    from celerylint.options.loading import Wanted  # noqa: PLC0415 - --help and --version run nothing

    said = {option.name: given[option.attribute] for option in TABLE if option.in_command}
    wanted = Wanted(said, Path.cwd(), Path(config) if config else None, isolated)
    asked = {
        Show.SETTINGS: show_settings,
        Show.FILES: show_files,
        Show.PROJECT: show_project,
    }
    show = _show(tuple(each for each, wanted in asked.items() if wanted))
    request = Request(
        paths or (Path(),),
        stdin_filename,
        wanted,
        show,
        ci_job.checkout(),
        quiet,
        exit_zero,
        ci_job.summary(),
        width(sys.stdout, os.environ),
    )
    with progress(sys.stderr, os.environ):
        outcome = run(request, _piped_in)
    color = str(said["color"] or "")
    _echo(outcome.out, choice=color)
    click.echo(outcome.raw, nl=False)
    _echo(outcome.talk, err=True, choice=color)
    write(outcome)
    return outcome.code


def _show(asked: tuple[Show, ...]) -> Show | None:
    if len(asked) > 1:
        options = " and ".join(f"--show-{each.value}" for each in asked)
        message = f"{options} exclude each other; leave all but one out"
        raise UsageError(message)
    return asked[0] if asked else None


def _piped_in() -> bytes:
    # Python has no stream for a stdin that is closed, which the type does not tell.
    stdin: TextIO | None = sys.stdin
    if stdin is None:
        message = "- stands for stdin, which is closed; pipe a file into it or name one"
        raise UsageError(message)
    return stdin.buffer.read()


def _parameter(option: Option) -> click.Option:
    return click.Option(
        [*option.switches, option.attribute],
        help=option.help,
        metavar=option.metavar or None,
        is_flag=option.kind is Kind.FLAG,
        default=None,
        multiple=option.kind in {Kind.WORDS, Kind.TEXTS, Kind.TABLE, Kind.REMARK},
        type=_type(option),
        envvar=option.variable or None,
        show_envvar=bool(option.variable),
        shell_complete=completer(option.metavar),
    )


def _type(option: Option) -> click.Path | click.IntRange | click.Choice[str] | None:
    if option.kind is Kind.PATH:
        return click.Path()
    if option.kind is Kind.NUMBER:
        return click.IntRange(min=1)
    return click.Choice(option.choices) if option.kind is Kind.CHOICE else None


_STDIN_FILENAME = click.Option(
    ["--stdin-filename"],
    type=click.Path(path_type=Path),
    default=Path("celeryconfig.py"),
    show_default=True,
    help="The file that stdin stands for.",
)


class _Check(click.Command):
    """The command `check`, some options of which may go without their value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give those that stand alone an empty value: the next argument is none of theirs."""
        alone = {f"--{option.name}" for option in TABLE if option.kind is Kind.REMARK}
        return super().parse_args(ctx, [f"{arg}=" if arg in alone else arg for arg in args])


commands.add_command(
    _Check(
        "check",
        callback=_check,
        help=_check.__doc__,
        params=[
            click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
            *(_parameter(option) for option in (*TABLE, *RUN) if option.in_command),
            _STDIN_FILENAME,
        ],
    )
)


# --- verify ------------------------------------------------------------------------------------


def _verify(  # noqa: PLR0913 - as in check
    paths: tuple[Path, ...],
    python: Path,
    against: Path | None,
    *,
    seconds: float,
    config: str | None,
    isolated: bool,
    **given: object,
) -> int:
    """Ask the real Celery whether the fixes change what the project sets.

    Runs the code of the project: in a copy of it, each configuration below PATHS is loaded as it is
    and as check --fix leaves it. Exit codes: 0 no effective setting changes, 1 some do, 2 a
    configuration could not be verified.
    """
    from celerylint.commands.verification import Question, run  # noqa: PLC0415 - as in check
    from celerylint.options.loading import Wanted  # noqa: PLC0415 - as in check

    _echo(["celerylint: note: verify runs the code of the project, in a copy of it"], err=True)
    said = {option.name: given.get(option.attribute) for option in TABLE}
    wanted = Wanted(said, Path.cwd(), Path(config) if config else None, isolated)
    outcome = run(Question(paths or (Path(),), wanted, python, against, seconds))
    _echo(outcome.out)
    _echo(outcome.talk, err=True)
    return outcome.code


_PYTHONS = click.Path(path_type=Path)

commands.add_command(
    click.Command(
        "verify",
        callback=_verify,
        help=_verify.__doc__,
        params=[
            click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
            click.Option(
                ["--python"],
                type=_PYTHONS,
                default=Path(sys.executable),
                help="The Python, or virtual environment, that loads the project.  [default: "
                "the one that runs celerylint]",
            ),
            click.Option(
                ["--against"],
                type=_PYTHONS,
                help="Another Python, with another Celery, that loads it after the fix.",
            ),
            click.Option(
                ["--timeout", "seconds"],
                type=click.FloatRange(min=0, min_open=True),
                default=60,
                show_default=True,
                metavar="SECONDS",
                help="How long loading one configuration may take.",
            ),
            *(_parameter(option) for option in (*TABLE, *RUN) if option.name in VERIFYING),
        ],
    )
)


# --- plan --------------------------------------------------------------------------------------


def _plan(paths: tuple[Path, ...], *, config: str | None, isolated: bool, **given: object) -> int:
    """Say how to upgrade Celery in stages: what is automatic, to decide, and to watch.

    The stages go from --upgrading-from to --target-version, and can be deployed one by one.
    Nothing is changed.
    """
    from celerylint.commands.planning import run  # noqa: PLC0415 - as in check
    from celerylint.options.loading import Wanted  # noqa: PLC0415 - as in check

    said = {option.name: given[option.attribute] for option in _OF_PLAN}
    wanted = Wanted(said, Path.cwd(), Path(config) if config else None, isolated)
    with progress(sys.stderr, os.environ):
        planned = run(paths or (Path(),), wanted)
    _echo(planned.lines)
    _echo((f"celerylint: internal error, please report it: {c}" for c in planned.crashes), err=True)
    return _FAILED if planned.crashes else 0


_OF_PLAN = tuple(
    option._replace(choices=PLAN_FORMATS) if option.name == "output-format" else option
    for option in TABLE
    if option.name in PLANNING | {"output-format"}
)
"""The options of `check` that a plan can use."""

commands.add_command(
    click.Command(
        "plan",
        callback=_plan,
        help=_plan.__doc__,
        params=[
            click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
            *map(_parameter, _OF_PLAN),
            *(_parameter(option) for option in RUN if option.name in {"config", "isolated"}),
        ],
    )
)


# --- what is known -----------------------------------------------------------------------------


@commands.command("rule")
@click.argument("rule", metavar="CODE|NAME", shell_complete=completer("RULES"))
def _rule(rule: str) -> None:
    """Explain a rule."""
    from celerylint.output.pages import rule_page  # noqa: PLC0415 - as in check
    from celerylint.rulebook.book import Rulebook, rules_folder  # noqa: PLC0415 - as in check

    _echo(rule_page(Rulebook(rules_folder()).find(rule)))


@commands.command("rules")
def _rules() -> None:
    """List the rules."""
    from celerylint.output.pages import rules_table  # noqa: PLC0415 - as in check
    from celerylint.rulebook.book import Rulebook, rules_folder  # noqa: PLC0415 - as in check

    _echo(rules_table(Rulebook(rules_folder())))


@commands.command("setting")
@click.argument("name", shell_complete=completer("SETTINGS"))
def _setting(name: str) -> None:
    """Say what Celery does with a name, old or new, at each version."""
    from celerylint.catalogue.settings import load_catalogue  # noqa: PLC0415 - as in check
    from celerylint.output.pages import setting_page  # noqa: PLC0415 - as in check
    from celerylint.rulebook.book import rules_folder  # noqa: PLC0415 - as in check
    from celerylint.text.masking import mask  # noqa: PLC0415 - as in check

    _echo(setting_page(mask(name), load_catalogue(rules_folder())))
