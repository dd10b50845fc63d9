"""Called sites: every kind of call, reads from wherever they stand, no batch border to be seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raredx.columns.sites import SITE_COLUMNS
from raredx.errors import InputError
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.htslib import catch_messages
from raredx.readers.record_facts import RecordFacts
from raredx.readers.regions import Interval
from raredx.readers.sites import SitePlan, SiteStream
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly, Outcome, Region
from vcf_files import FORMATS, compress, csq, csq_line, info_line, vcf_text

GNOMAD = info_line("gnomAD_AF", "A", "Float", "frequency")
POPMAX = info_line("gnomAD_AF_popmax", "A", "Float", "frequency")
OTHER_COUNTS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=RO,Number=1,Type=Integer,Description="REF reads">',
    '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="ALT reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##FORMAT=<ID=DV,Number=1,Type=Integer,Description="ALT reads">',
)


def read_sites(path, *, samples=None, regions=(), batch_sites=4096):
    """Read a file; give its batches and the facts of its records."""
    with catch_messages() as messages:
        file = VcfFile(str(path), path.name, messages)
        probe = AnnotationProbe(file.header, where=path.name)
        facts = RecordFacts(probe, Assembly.GRCH38, None, None)
        names = samples or file.header.samples
        plan = SitePlan(names, Assembly.GRCH38, probe, regions=regions, batch_sites=batch_sites)
        file.set_samples(names)
        batches = list(SiteStream(file, plan, facts).batches())
        file.close()
    return batches, facts.finish()


def read_calls(tmp_path, *calls, alt="T", formats=FORMATS, key="GT:AD:DP:GQ"):
    """Read one record on chr1 with these calls; give its batch."""
    samples = [f"s{n}" for n in range(len(calls))]
    path = tmp_path / "calls.vcf"
    record = f"chr1 1000 C {alt} . {key} {' '.join(calls)}"
    text = vcf_text(records=[record], samples=samples, info=[], formats=formats)
    path.write_text(text.replace("\t.\tGT", "\t.\tGT"))
    (batch,), _ = read_sites(path)
    return batch


CALLS = [
    # GT, alleles of the record; copies of the first ALT, alleles not called, ploidy
    ("0/0", 0, 0, 2),
    ("0/1", 1, 0, 2),
    ("1|0", 1, 0, 2),
    ("1/1", 2, 0, 2),
    ("./.", -1, 2, 2),
    (".", -1, 1, 1),
    ("./1", 1, 1, 2),
    ("./0", 0, 1, 2),
    ("1", 1, 0, 1),
    ("0", 0, 0, 1),
    ("0/0/1", 1, 0, 3),
]


@pytest.mark.parametrize(("gt", "dosage", "missing", "ploidy"), CALLS)
def test_calls(tmp_path, gt, dosage, missing, ploidy):
    batch = read_calls(tmp_path, gt, "0/1", key="GT")
    found = [int(batch[name][0, 0]) for name in ("dosage", "missing", "ploidy")]
    assert found == [dosage, missing, ploidy]
    assert batch["dosage"][0, 1] == 1, "the other sample is read as it stands"


def test_each_sequence_allele_has_its_row(tmp_path):
    batch = read_calls(tmp_path, "1/2:3,10,12:25:99", "0/3:9,0,0:20:50", alt="T,CA,*")
    assert batch["dosage"].tolist() == [[1, 0], [1, 0]]
    assert batch["biallelic"].tolist() == [False, False]
    assert batch["is_snv"].tolist() == [True, False]
    assert batch["alt_reads"].tolist() == [[-1, -1], [-1, -1]], "AD fits no ALT: three of four"


def test_reads_of_each_allele(tmp_path):
    batch = read_calls(tmp_path, "1/2:3,10,12:25:99", "./.:.:.:.", alt="T,G")
    assert batch["ref_reads"].tolist() == [[3, -1], [3, -1]]
    assert batch["alt_reads"].tolist() == [[10, -1], [12, -1]]
    assert batch["depth"].tolist() == [[25, -1], [25, -1]]
    assert batch["gq"][0].tolist() == pytest.approx([99, math.nan], nan_ok=True)


def test_reads_of_one_record_and_none_of_another(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(
        records=["chr1 1 A G . GT:AD 0/1:8,9", "chr1 2 A G,T,C . GT 2/3"], info=[]
    ))  # fmt: skip
    (batch,), _ = read_sites(path)
    assert batch["alt_reads"][:, 0].tolist() == [9, -1, -1, -1]
    assert batch["dosage"][:, 0].tolist() == [1, 0, 1, 1]


def test_depth_is_the_sum_of_reads_where_there_is_none(tmp_path):
    batch = read_calls(tmp_path, "0/1:8,9", "0/0:20,0", key="GT:AD")
    assert batch["depth"].tolist() == [[17, 20]]
    assert np.isnan(batch["gq"]).all()


def test_reads_of_freebayes(tmp_path):
    batch = read_calls(tmp_path, "0/1:8:9:17", key="GT:RO:AO:DP", formats=OTHER_COUNTS)
    assert (batch["ref_reads"][0, 0], batch["alt_reads"][0, 0]) == (8, 9)


def test_reads_of_samtools(tmp_path):
    batch = read_calls(tmp_path, "0/1:17:9", key="GT:DP:DV", formats=OTHER_COUNTS)
    assert (batch["ref_reads"][0, 0], batch["alt_reads"][0, 0]) == (8, 9)


def test_what_a_site_is(tmp_path):
    path = tmp_path / "x.vcf"
    call = "0/1:8,9:17:99"
    records = [
        f"chr1 100 A G gnomAD_AF=0.2 {call}",
        f"chr1 101 A C;LowQual gnomAD_AF=. {call}",
        f"chr1 102 AT GC;. gnomAD_AF=0.1,0.3 {call}",
        f"chr1 103 c t . {call}",
        f"chrX 20000 A T gnomAD_AF=0.5 {call}",
        f"chrX 9000000 A T . {call}",
        f"chrY 9000000 A T . {call}",
        f"chrM 100 A T . {call}",
        f"chr1_random 100 A T . {call}",
        f"chr1 200 A <DEL> . {call}",
    ]
    contigs = ["##contig=<ID=chr1>", "##contig=<ID=chr1_random>"]
    path.write_text(vcf_text(records=records, info=[GNOMAD], contigs=contigs))
    (batch,), facts = read_sites(path)
    assert batch["position"].tolist()[:4] == [100, 101, 102, 103]
    assert len(batch) == 9, "a symbolic allele has no row"
    assert batch["is_snv"].tolist()[:4] == [True, True, False, True]
    assert batch["is_transition"].tolist()[:4] == [True, False, False, True]
    assert batch["passed"].tolist()[:4] == [
        Outcome.PASS, Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS
    ]  # fmt: skip
    assert batch["region"].tolist()[4:] == [
        Region.PSEUDOAUTOSOMAL, Region.X, Region.Y, Region.MITOCHONDRIAL, Region.OTHER
    ]  # fmt: skip
    assert batch["af"].tolist()[:4] == pytest.approx([0.2, 0, math.nan, 0], nan_ok=True)
    assert (facts.records, facts.alleles) == (10, 9)
    assert (facts.kinds["filtered"].n, facts.kinds["unfiltered"].n) == (1, 1)


def test_the_highest_frequency_counts(tmp_path):
    path = tmp_path / "x.vcf"
    info = "gnomAD_AF=0.1,0.2;gnomAD_AF_popmax=0.3,."
    path.write_text(vcf_text(
        records=[f"chr1 100 A G,T {info} 1/2:1,8,9:18:99"], info=[GNOMAD, POPMAX]
    ))  # fmt: skip
    (batch,), _ = read_sites(path)
    assert batch["af"].tolist() == pytest.approx([0.3, 0.2])


def test_frequencies_of_the_consequences_serve_where_info_has_none(tmp_path):
    path = tmp_path / "x.vcf"
    entry = csq(gnomADe_AF="0.25")
    path.write_text(vcf_text(
        records=[f"chr1 100 A T CSQ={entry} 0/1:8,9:17:99", "chr1 101 A T . 0/1:8,9:17:99"],
        info=[csq_line()],
    ))  # fmt: skip
    (batch,), _ = read_sites(path)
    assert batch["af"].tolist() == pytest.approx([0.25, math.nan], nan_ok=True)


def test_records_without_genotype_are_counted_and_not_called(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=["chr1 100 A T . DP 17", "chr1 101 A T . 0/1:8,9:17:99"]))
    (batch,), facts = read_sites(path)
    assert batch["dosage"][:, 0].tolist() == [-1, 1]
    assert batch["ploidy"][:, 0].tolist() == [0, 2]
    assert (facts.kinds["no_genotype"].n, facts.kinds["no_genotype"].examples) == (1, ["chr1:100"])


def many_records(n=40):
    """Records of all kinds, one after the other, of two samples."""
    calls = ("0/1:8,9:17:99", "1:0,9:9:50", "./.:.:.:.", "1/1:0,20:20:60", "0/0/1:9,3:12:40")
    alts = ("G", "G,T", "GA", "<DEL>", "*", "G,*")
    rows = []
    for k in range(n):
        alt = alts[k % len(alts)]
        pair = (calls[k % 5], calls[(k * 3 + 1) % 5])
        if "," in alt:
            pair = ("1/2:1,8,9:18:70", "0/2:9,0,7:16:80")
        rows.append(f"chr{1 + k // 15} {100 + k} A {alt} . {pair[0]} {pair[1]}")
    return rows


@pytest.mark.parametrize("batch_sites", [1, 2, 7, 10_000])
def test_no_batch_border_is_seen(tmp_path, batch_sites):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=many_records(), samples=("a", "b"), info=[]))
    whole, facts = read_sites(path)
    parts, again = read_sites(path, batch_sites=batch_sites)
    assert facts == again
    assert all(len(part) >= batch_sites for part in parts[:-1])
    for column in SITE_COLUMNS:
        joined = np.concatenate([part[column.name] for part in parts])
        np.testing.assert_array_equal(joined, whole[0][column.name], err_msg=column.name)


def test_samples_and_regions(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=many_records(), samples=("a", "b"), info=[]))
    (whole,), _ = read_sites(path)
    (second,), _ = read_sites(path, samples=("b",))
    np.testing.assert_array_equal(second["dosage"][:, 0], whole["dosage"][:, 1])
    (part,), facts = read_sites(compress(path), regions=(Interval("chr2", 116, 118),))
    assert facts.records == 3
    assert part["position"].tolist() == [117, 118], "the ALT of 116 is `*`"
    assert part["contig_code"].tolist() == [2, 2]


def test_a_damaged_record_is_refused(tmp_path):
    path = tmp_path / "x.vcf"
    text = vcf_text(records=["chr1 100 A T . 0/1:8,9:17:99", "chr1 x A T . 0/1:8,9:17:99"], info=[])
    path.write_text(text)
    with pytest.raises(InputError, match="cannot be read after 1 records"):
        read_sites(path)


def test_a_file_without_records_is_refused(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=[], info=[]))
    with pytest.raises(InputError, match="holds no variant records"):
        read_sites(path)
