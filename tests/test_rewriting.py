"""Files are written all or none: whatever fails, whoever else writes, wherever a run is killed."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.options.table import UsageError
from celerylint.writing import journal
from celerylint.writing.files import NewFile
from celerylint.writing.journal import Entry, digest, locked, pending
from celerylint.writing.rewriting import Changes, check, settle, write
from tests.killing import NEW

REPOSITORY = Path(__file__).resolve().parents[1]
OLD_FILES = {path: before for path, (before, _) in NEW.items()}
NEW_FILES = {path: after for path, (_, after) in NEW.items()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project with two files that are to be changed."""
    root = tmp_path / "project"
    root.joinpath("sub").mkdir(parents=True)
    for path, content in OLD_FILES.items():
        root.joinpath(path).write_bytes(content)
    root.joinpath("setup.cfg").write_bytes(b"")
    monkeypatch.chdir(root)
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Return the files of a project by path, those without meaning left out."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "setup.cfg"
    }


def refusal(root: Path, files: Mapping[str, tuple[bytes, bytes]] = NEW) -> str:
    """Return why nothing could be written, having seen that nothing was."""
    before = contents(root)
    with pytest.raises(UsageError) as caught:
        write([Changes(root, files)])
    assert contents(root) == before
    return str(caught.value)


# --- all of them ----------------------------------------------------------------------------------


def test_all_files_are_written_and_nothing_is_left_beside_them(project: Path) -> None:
    write([Changes(project, NEW)])

    assert contents(project) == NEW_FILES


def test_nothing_to_write_touches_nothing(project: Path) -> None:
    before = project.stat().st_mtime_ns

    write([Changes(project, {"a.py": (b"a = 1\n", b"a = 1\n")})])

    assert project.stat().st_mtime_ns == before


def test_mode_is_kept(project: Path) -> None:
    project.joinpath("a.py").chmod(0o640)

    write([Changes(project, NEW)])

    assert stat.S_IMODE(project.joinpath("a.py").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_owner_is_kept(project: Path) -> None:
    os.chown(project / "a.py", 12, 34)

    write([Changes(project, NEW)])

    status = project.joinpath("a.py").stat()
    assert (status.st_uid, status.st_gid) == (12, 34)


def test_extended_attributes_are_kept(project: Path) -> None:
    try:
        os.setxattr(project / "a.py", "user.shop", b"1")
    except OSError:
        pytest.skip("the file system has no extended attributes")

    write([Changes(project, NEW)])

    assert os.getxattr(project / "a.py", "user.shop") == b"1"


def test_link_within_the_project_stays_a_link(project: Path) -> None:
    real = project / "sub" / "settings.txt"
    project.joinpath("a.py").rename(real)
    project.joinpath("a.py").symlink_to(real)

    write([Changes(project, NEW)])

    assert project.joinpath("a.py").is_symlink()
    assert real.read_bytes() == NEW_FILES["a.py"]


def test_other_name_of_a_file_keeps_the_old_content(project: Path) -> None:
    project.joinpath("other.txt").hardlink_to(project / "a.py")

    write([Changes(project, NEW)])

    assert contents(project) == {**NEW_FILES, "other.txt": OLD_FILES["a.py"]}


def test_same_change_of_two_projects_is_written_once(project: Path) -> None:
    write([Changes(project, NEW), Changes(project / "sub", {"b.py": NEW["sub/b.py"]})])

    assert contents(project) == NEW_FILES


def test_journal_is_for_its_owner_alone(project: Path) -> None:
    with locked(project) as held:
        assert stat.S_IMODE(held.path.stat().st_mode) == 0o600


# --- none of them ---------------------------------------------------------------------------------


def test_two_changes_of_one_file_are_not_written(project: Path) -> None:
    other = Changes(project, {"a.py": (b"a = 1\n", b"")})

    with pytest.raises(UsageError, match=r"^a\.py and a\.py are one file that is to be changed in"):
        write([Changes(project, NEW), other])

    assert contents(project) == OLD_FILES


@pytest.mark.parametrize("place", ["outside.py", "project/.git/hook.py"])
def test_link_to_a_place_that_is_not_of_the_project_is_not_written(
    project: Path, place: str
) -> None:
    target = project.parent / place
    target.parent.mkdir(exist_ok=True)
    project.joinpath("a.py").rename(target)
    project.joinpath("a.py").symlink_to(target)

    assert refusal(project) == "a.py is a link to a file outside the project; nothing was written"


def test_file_that_has_changed_is_not_written(project: Path) -> None:
    project.joinpath("sub", "b.py").write_bytes(b"b = 2\n")

    message = refusal(project)

    assert message == "sub/b.py has changed since it was read; nothing was written, run again"


def test_file_that_has_gone_is_not_written(project: Path) -> None:
    project.joinpath("a.py").unlink()

    message = refusal(project)

    assert message == "a.py cannot be written: No such file or directory; nothing was written"


def test_read_only_file_is_not_written(project: Path) -> None:
    project.joinpath("a.py").chmod(0o444)

    assert refusal(project) == "a.py is read-only; nothing was written"


def test_file_of_a_project_elsewhere_is_named_in_full(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.joinpath("a.py").chmod(0o444)
    monkeypatch.chdir(project / "sub")

    with pytest.raises(UsageError) as caught:
        check([Changes(project, NEW)])

    assert str(caught.value) == f"{project / 'a.py'} is read-only; nothing was written"


def test_output_that_cannot_be_written_takes_all_back(project: Path) -> None:
    folder = project / "folder"
    folder.mkdir()
    output = NewFile("report", folder, None, b"{}")

    with pytest.raises(UsageError, match=r"^report cannot be written: Is a directory"):
        write([Changes(project, NEW)], [output])

    assert contents(project) == OLD_FILES


AS_NOBODY = """
import os, sys
from pathlib import Path
import celerylint.text.masking  # Nobody may not be allowed to read the libraries of Python.
from celerylint.options.table import UsageError
from celerylint.writing.rewriting import Changes, write
if os.geteuid() == 0:
    os.setuid(65534)
try:
    write([Changes(Path(), {"a.py": (b"a = 1\\n", b"A = 1\\n")})])
except UsageError as error:
    print(error)
"""


@pytest.mark.parametrize(("closed", "name"), [("sub", "a.py"), (".", ".")])
def test_folder_that_is_read_only_is_told_in_one_sentence(closed: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.joinpath("sub").mkdir()
        root.joinpath("sub", "real").write_bytes(b"a = 1\n")
        root.joinpath("sub", "real").chmod(0o666)
        root.joinpath("a.py").symlink_to("sub/real")
        root.chmod(0o777)
        root.joinpath(closed).chmod(0o555)
        command = [sys.executable, "-c", AS_NOBODY]
        environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}

        said = subprocess.run(command, cwd=root, env=environ, stdout=subprocess.PIPE, check=True)

        where = root if name == "." else name
        message = f"{where} cannot be written: Permission denied; nothing was written\n"
        assert said.stdout.decode() == message
        assert contents(root) == {"a.py": b"a = 1\n", "sub/real": b"a = 1\n"}
        root.chmod(0o777)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let no file of this process grow beyond 4096 bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize(("before", "after"), [(10, 5000), (4000, 10)], ids=["file", "journal"])
def test_full_disk_changes_nothing_and_leaves_nothing(
    project: Path, before: int, after: int
) -> None:
    project.joinpath("a.py").write_bytes(b"#" * before)
    files = {**NEW, "a.py": (b"#" * before, b"#" * after)}

    message = refusal(project, files)

    assert message.endswith("cannot be written: File too large; nothing was written")


def in_the_way(root: Path) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """Yield changes, and put a folder where the journal would be."""
    yield from NEW.items()
    root.joinpath(".celerylint-journal").mkdir()


def test_journal_that_cannot_be_made_is_told(project: Path) -> None:
    files = dict(in_the_way(project))

    message = refusal(project, files)

    assert message == f"{project} cannot be written: Is a directory; nothing was written"


def test_journal_that_is_no_file_is_refused(project: Path) -> None:
    os.mkfifo(project / ".celerylint-journal")

    assert "it is not a regular file" in refusal(project)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_journal_of_another_user_is_refused(project: Path) -> None:
    project.joinpath(".celerylint-journal").write_bytes(b"")
    os.chown(project / ".celerylint-journal", 12, 34)

    assert ".celerylint-journal belongs to another user" in refusal(project)


# --- two at once ----------------------------------------------------------------------------------


def test_second_run_gives_up_while_the_first_goes_on(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_PATIENCE", 0.1)

    with locked(project):
        message = refusal(project)

    assert message == f"Another run is writing the files of {project}; run again later"
    assert contents(project) == OLD_FILES


def test_many_runs_at_once_leave_all_files_new(project: Path) -> None:
    command = [sys.executable, "-m", "tests.killing", "0", "write", str(project)]

    runs = [
        subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    errors = [run.communicate()[1] for run in runs]

    assert sorted(run.returncode for run in runs) == [0, 1, 1, 1]
    assert sum("has changed since it was read" in error for error in errors) == 3
    assert contents(project) == NEW_FILES


# --- killed ---------------------------------------------------------------------------------------


def killed(step: int, what: str, root: Path) -> bool:
    """Return whether a run was killed at that step; otherwise it has come to its end."""
    command = [sys.executable, "-m", "tests.killing", str(step), what, str(root)]
    run = subprocess.run(command, cwd=REPOSITORY, check=False)
    assert run.returncode in {0, -signal.SIGKILL}
    return run.returncode != 0


def assert_whole(root: Path) -> None:
    """Assert that every file is there, old or new."""
    found = contents(root)
    for path, versions in NEW.items():
        assert found[path] in versions


def test_run_that_is_killed_is_rolled_back_by_the_next(project: Path) -> None:
    outcomes = set()
    for step in count(1):
        if not killed(step, "write", project):
            break
        assert_whole(project)
        list(settle([project], may_write=True))
        found = contents(project)
        assert found.pop(".celerylint-journal", b"") == b""
        outcomes.add("new" if found == NEW_FILES else "old")
        assert found in (OLD_FILES, NEW_FILES)
        for path, content in OLD_FILES.items():
            project.joinpath(path).write_bytes(content)

    assert step > 10
    assert contents(project) == NEW_FILES
    assert "old" in outcomes


def interrupted(root: Path) -> None:
    """Leave a project as a run does that is killed after its first file."""
    with locked(root) as held:
        entries = [
            Entry(path, f".celerylint-ab-{number}", before, digest(after))
            for number, (path, (before, after)) in enumerate(NEW.items())
        ]
        held.record(entries)
    root.joinpath("a.py").write_bytes(NEW_FILES["a.py"])
    root.joinpath("sub", ".celerylint-ab-1").write_bytes(NEW_FILES["sub/b.py"])


def test_way_back_that_is_killed_is_gone_on_with(project: Path) -> None:
    for step in count(1):
        interrupted(project)
        if not killed(step, "settle", project):
            break
        assert_whole(project)
        list(settle([project], may_write=True))
        assert contents(project) == OLD_FILES

    assert step > 5
    assert contents(project) == OLD_FILES


def test_journal_in_the_making_means_that_nothing_was_changed(project: Path) -> None:
    interrupted(project)
    whole = project.joinpath(".celerylint-journal").read_bytes()

    for length in range(len(whole)):
        project.joinpath(".celerylint-journal").write_bytes(whole[:length])
        assert pending(project) == ()


def test_leftover_of_a_finished_run_is_cleared_away_in_silence(project: Path) -> None:
    project.joinpath(".celerylint-journal").write_bytes(b"")

    assert list(settle([project], may_write=True)) == []
    assert contents(project) == OLD_FILES


def test_project_without_a_journal_has_nothing_pending(project: Path) -> None:
    assert list(settle([project], may_write=False)) == []


def test_run_that_may_not_write_says_how_to_roll_back(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupted(project)
    before = contents(project)

    codes = [main(args) for args in (["check"], ["check", "--diff"], ["check", "sub/b.py"])]

    sentence = f"An earlier run was killed while it wrote 2 files of {project}"
    remedy = f"`celerylint check --fix {project}` rolls it back"
    assert codes == [2, 2, 2]
    assert capsys.readouterr().err == f"celerylint: {sentence}; {remedy}\n" * 3
    assert contents(project) == before


@pytest.mark.parametrize("path", [".", "sub", "sub/b.py"])
def test_next_run_with_fix_rolls_back_from_anywhere(
    project: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    project.joinpath("sub", "setup.cfg").write_bytes(b"")
    interrupted(project)

    assert main(["check", "--fix", path]) == 0

    note = f"note: rolled back a run that was killed in {project}: restored a.py"
    assert note in capsys.readouterr().err
    assert contents(project) == OLD_FILES


def test_journal_of_a_project_below_is_found(project: Path) -> None:
    interrupted(project)

    assert main(["check", str(project)]) == 2


@pytest.mark.parametrize("content", [b"a = 3\n", None])
def test_file_changed_since_is_not_rolled_back(project: Path, content: bytes | None) -> None:
    interrupted(project)
    project.joinpath("a.py").unlink()
    if content is not None:
        project.joinpath("a.py").write_bytes(content)
    before = contents(project)

    with pytest.raises(UsageError) as caught:
        list(settle([project], may_write=True))

    problem = "a.py is no longer as a run left it that was killed; restore the files"
    assert str(caught.value) == f"{problem} from version control and remove .celerylint-journal"
    assert contents(project) == before


def test_run_that_changed_nothing_is_cleared_away(project: Path) -> None:
    interrupted(project)
    project.joinpath("a.py").write_bytes(OLD_FILES["a.py"])

    (note,) = settle([project], may_write=True)

    assert note.endswith("it had changed no file")
    assert contents(project) == OLD_FILES


def test_write_after_a_killed_run_is_refused(project: Path) -> None:
    interrupted(project)

    assert refusal(project).endswith("rolls it back")


@pytest.mark.usefixtures("small_disk")
def test_way_back_that_fails_is_kept_for_later(project: Path) -> None:
    with locked(project) as held:
        held.record([Entry("a.py", ".celerylint-ab-0", b"#" * 2500, digest(b"A = 1\n"))])
    project.joinpath("a.py").write_bytes(b"A = 1\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    with pytest.raises(UsageError, match=r"cannot be rolled back: File too large; `celerylint"):
        list(settle([project], may_write=True))

    assert len(pending(project)) == 1


@pytest.mark.parametrize(
    "entry",
    [
        Entry("../out.py", ".celerylint-ab-0", b"", digest(b"out\n")),
        Entry(".git/hook", ".celerylint-ab-0", b"", digest(b"out\n")),
    ],
)
def test_journal_cannot_reach_out_of_the_project(project: Path, entry: Entry) -> None:
    project.joinpath(".git").mkdir()
    for target in (project.parent / "out.py", project / ".git" / "hook"):
        target.write_bytes(b"out\n")
    with locked(project) as held:
        held.record([entry])

    with pytest.raises(UsageError, match="no longer as a run left it"):
        list(settle([project], may_write=True))

    assert project.parent.joinpath("out.py").read_bytes() == b"out\n"
    assert project.joinpath(".git", "hook").read_bytes() == b"out\n"


@pytest.mark.parametrize("text", [b'[{"path": "a"}]', b"[3]", b"{", b'[{"temporary": "a.py"}]'])
def test_text_that_is_no_journal_is_told(project: Path, text: bytes) -> None:
    path = project / ".celerylint-journal"
    path.write_bytes(text + b"\n" + digest(text).encode())

    with pytest.raises(UsageError, match="is not a journal of celerylint; remove it"):
        pending(project)
