"""Every file of a project is read once, and what cannot be read is known by its reason."""

from __future__ import annotations

from pathlib import Path

from celerylint.cache.memory import Memory
from celerylint.cache.store import Store
from celerylint.files.roots import Asked
from celerylint.files.walking import Tree, tree


def store(folder: Path, files: dict[str, bytes], memory: Memory) -> Store:
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    return Store(tree(Asked(folder, None)), memory)


def test_facts_come_with_their_source(tmp_path: Path) -> None:
    found = store(tmp_path, {"a.py": b"A = 1\n"}, Memory())

    facts = found.facts("a.py")

    assert facts is not None
    assert [binding.name for binding in facts.bindings] == ["A"]
    assert found.sources["a.py"].text == "A = 1\n"


def test_known_facts_are_not_read_again(tmp_path: Path) -> None:
    memory = Memory()
    first = store(tmp_path, {"a.py": b"A = 1\n"}, memory).facts("a.py")

    assert store(tmp_path, {}, memory).facts("a.py") is first


def test_content_that_is_laid_over_a_file_counts(tmp_path: Path) -> None:
    memory = Memory()
    first = store(tmp_path, {"a.py": b"A = 1\n"}, memory).facts("a.py")
    changed = tree(Asked(tmp_path, None)).overlaid({"a.py": b"B = 1\n"})

    assert Store(changed, memory).facts("a.py") != first


def test_file_is_read_once_in_a_run(tmp_path: Path) -> None:
    memory = Memory()
    first = store(tmp_path, {"a.py": b"A = 1\n"}, memory).peek("a.py")

    assert store(tmp_path, {"a.py": b"B = 1\n"}, memory).peek("a.py") == first


def test_file_that_does_not_parse_is_a_failure_that_is_remembered(tmp_path: Path) -> None:
    memory = Memory()
    files = {"a.py": b"# A\nA = = 1\n"}

    for found in (store(tmp_path, files, memory), store(tmp_path, files, memory)):
        assert found.facts("a.py") is None
        assert found.failures["a.py"].line == 2
        assert found.sources["a.py"].text == "# A\nA = = 1\n"


def test_file_that_is_no_text_can_still_be_shown(tmp_path: Path) -> None:
    found = store(tmp_path, {"a.py": b"A = '\xe9'\n"}, Memory())

    assert found.facts("a.py") is None
    assert found.sources["a.py"].text == "A = '\xe9'\n"


def test_file_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    found = store(tmp_path, {"a.py": b"A = 1\n"}, Memory())
    (tmp_path / "a.py").unlink()

    assert found.facts("a.py") is None
    assert found.failures["a.py"].reason.startswith("The file cannot be read: ")
    assert not found.sources["a.py"].text


def test_bytes_of_a_file_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    tree = Tree(tmp_path, ("gone.py",), overlay={"here.py": b"A = 1"})

    assert [Store(tree, Memory()).peek(path) for path in ("here.py", "gone.py")] == [b"A = 1", b""]
