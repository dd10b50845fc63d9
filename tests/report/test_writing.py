"""Outputs appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from raredx.errors import OutputError
from raredx.report.writing import OutputSet

FOLDER = "Check that the folder exists and can be written to."


def test_nothing_appears_before_the_commit(tmp_path):
    name = str(tmp_path / "out.tsv")
    with OutputSet() as outputs:
        outputs.prepare(name)
        outputs.write_text(name, "done\n")
        assert not Path(name).exists()
        assert outputs.place(name).name.endswith(".tmp.tsv")
        outputs.commit()
    assert Path(name).read_text() == "done\n"
    assert os.listdir(tmp_path) == ["out.tsv"]


def test_nothing_is_left_after_a_fault(tmp_path):
    def fail():
        with OutputSet() as outputs:
            for name in ("a.tsv", "b.vcf.gz"):
                outputs.prepare(str(tmp_path / name))
            outputs.write_text(str(tmp_path / "a.tsv"), "half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert os.listdir(tmp_path) == []


def test_the_old_output_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "out.tsv"
    path.write_text("old\n")

    def fail():
        with OutputSet() as outputs:
            outputs.prepare(str(path))
            outputs.write_text(str(path), "new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old\n"


def refuse(name, *, write=False):
    def attempt():
        with OutputSet() as outputs:
            outputs.prepare(str(name))
            if write:
                outputs.write_text(str(name), "x" * 100_000)

    with pytest.raises(OutputError) as caught:
        attempt()
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_a_folder_that_is_not_there(tmp_path):
    name = tmp_path / "none" / "out.tsv"
    assert refuse(name) == f"{name}: cannot be written: No such file or directory\n  {FOLDER}"


def test_a_folder_in_place_of_a_file(tmp_path):
    assert refuse(tmp_path) == f"{tmp_path}: cannot be written: Is a directory\n  {FOLDER}"


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "file").touch()
    name = tmp_path / "file" / "out.tsv"
    assert refuse(name) == f"{name}: cannot be written: Not a directory\n  {FOLDER}"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    name = tmp_path / "out.tsv"
    assert refuse(name) == f"{name}: cannot be written: Permission denied\n  {FOLDER}"
    tmp_path.chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk():
    assert refuse("/dev/full", write=True) == (
        "/dev/full: cannot be written: No space left on device\n"
        "  Free some space, or write elsewhere."
    )


def test_a_device_is_written_not_replaced():
    with OutputSet() as outputs:
        outputs.prepare("/dev/null")
        outputs.write_text("/dev/null", "x")
        outputs.commit()
    assert not Path("/dev/null").is_file()


def test_standard_output(capsys):
    with OutputSet() as outputs:
        outputs.prepare("-")
        outputs.write_text("-", "to the screen\n")
        outputs.commit()
    assert capsys.readouterr().out == "to the screen\n"
