"""Work spread over processes."""

from __future__ import annotations

import os

import pytest

from raredx.errors import InputError
from raredx.pipeline.processes import in_order
from raredx.readers.text_table import read_text


def test_results_come_in_the_order_of_the_work():
    work = ["7", "3", "5", "1"]
    assert list(in_order(int, work, 2)) == list(in_order(int, work, 1)) == [7, 3, 5, 1]


def test_several_processes_do_it():
    who = ["__import__('os').getpid()"] * 2  # what other processes do must be theirs to import
    assert os.getpid() not in in_order(eval, who, 2)
    assert list(in_order(eval, who, 1)) == [os.getpid()] * 2


def test_a_fault_keeps_its_words(tmp_path):
    with pytest.raises(InputError, match=r"none\.tsv: No such file or directory\n  Check the path"):
        list(in_order(read_text, [tmp_path / "none.tsv"] * 2, 2))


def test_no_work():
    assert list(in_order(int, [], 4)) == []
