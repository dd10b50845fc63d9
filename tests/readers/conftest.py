"""Small files to read."""

from __future__ import annotations

import pytest

import vcf_files
from builders import genes


@pytest.fixture
def fx_batch(tmp_path):
    """Write a VCF from its records and read it through an open gate: the one batch."""

    def read(*records, table=None, **parts):
        path = tmp_path / "small.vcf"
        path.write_text(vcf_files.vcf_text(records=records, **parts), encoding="utf-8")
        return vcf_files.read_file(path, table=table or genes())

    return read
