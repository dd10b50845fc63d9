"""Gate and sieve drop nothing that the exact path keeps: whole runs with and without them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import raredx.pipeline.plan
import raredx.readers.vcf
import raredx.readers.vcf_file
from gate_files import BCSQ_INFO, INFO, PED, records, write_panel
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.consequences import is_variant_allele
from raredx.readers.genes import read_gene_table
from vcf_files import csq, info_line, vcf_text


class SlowGate:
    """Judges FILTER, which only the gate does, and lets everything else pass.

    What fails FILTER may be a near miss: where those are shown it is yielded too, apart.
    """

    def __init__(self, gate: Any, sources: Any, counts: Any, codes: Any) -> None:
        self._pass, self._key, self._counts = gate.pass_filters, sources.layout.key, counts
        self._shows_near_misses = gate.wide is not None

    def sort(self, records: Any) -> Iterator[tuple[Any, str, bool]]:
        counts = self._counts
        for record in records:
            counts.records += 1
            counts.unfiltered_records += not record.FILTERS
            if set(record.FILTERS) - self._pass:
                n = sum(is_variant_allele(alt) for alt in record.ALT)
                counts.alleles += n
                counts.drop("filter", n)
                if self._shows_near_misses:
                    yield record, record.INFO.get(self._key) or "", False
                continue
            yield record, record.INFO.get(self._key) or "", True


@pytest.fixture(scope="module")
def fx_folder(tmp_path_factory):
    """A panel of some of the genes."""
    return write_panel(tmp_path_factory.mktemp("gate"))


TABLE = read_gene_table()


def run(folder: Path, text: str, *, panel: bool, ruleset: str = "gel", exact: bool = False) -> str:
    """Rank the family; give the JSON."""
    (folder / "x.vcf").write_text(text)
    request = RankRequest(
        vcf=str(folder / "x.vcf"), ped=folder / "x.ped", output=None, ruleset=ruleset, exact=exact,
        json=str(folder / "out.json"), panels=(str(folder / "panel.tsv"),) if panel else (),
    )  # fmt: skip
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        rank(request, lambda *_: None)
    return (folder / "out.json").read_text()


def same_with_and_without(folder: Path, text: str, **options: Any) -> str:
    """Rank with no gate, the gate, and the sieve; ask for the same of all; give the JSON."""
    gated = run(folder, text, exact=True, **options)
    with mock.patch.object(raredx.readers.vcf, "GatedRecords", SlowGate):
        slow = run(folder, text, exact=True, **options)
    with mock.patch.object(raredx.readers.vcf_file.Sieve, "pays", return_value=True):
        sifted = run(folder, text, **options)
    assert gated == slow
    assert sifted == gated
    return gated


@settings(max_examples=300)
@given(
    records(), st.booleans(), st.sampled_from("12"), st.sampled_from("12"),
    st.sampled_from([INFO, INFO[::-1]]),
)  # fmt: skip
def test_the_gate_changes_no_result(fx_folder, made, panel, sex, father, info):
    (fx_folder / "x.ped").write_text(PED.format(sex=sex, father=father))
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=info)
    same_with_and_without(fx_folder, text, panel=panel)


@pytest.mark.parametrize(
    ("limit", "call", "where"),
    [
        (limit, call, where)
        for limit, call in (("0.01", "1/1 0/1 0/1"), ("0.001", "0/1 0/0 0/0"))
        for where in ("INFO", "CSQ")
    ],
)  # fmt: skip
def test_a_frequency_at_the_limit_passes(fx_folder, limit, call, where):
    """The largest value that passes, as it is written in the file."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    entry = csq(SYMBOL="CFTR", Gene="", gnomADe_AF=limit if where == "CSQ" else "")
    info = f";gnomad_AF={limit}" if where == "INFO" else ""
    text = vcf_text(
        records=[f"chr7 1000 A T CSQ={entry}{info} GT {call}"],
        samples=("kid", "dad", "mum"), info=INFO,
    )  # fmt: skip
    assert same_with_and_without(fx_folder, text, panel=False).count('"pos"') == 1


def test_some_candidates_are_found_at_all(fx_folder):
    """The comparison above would hold for two empty tables too."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    made = [
        f"chr7 1000 A T CSQ={csq(SYMBOL='CFTR', Gene='')} GT 1/1 0/1 0/1",
        f"chr7 2000 A T CSQ={csq(SYMBOL='TTN', Gene='', Consequence='stop_gained')} GT 0/1 0/0 0/0",
        f"chr7 3000 A T CSQ={csq(SYMBOL='TTN', Gene='', Consequence='intron_variant')} GT 1/1 0/1 0/1",
    ]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    for panel, expected in ((False, 2), (True, 3)):
        assert same_with_and_without(fx_folder, text, panel=panel).count('"pos"') == expected


NONCODING = {"Consequence": "non_coding_transcript_exon_variant", "Gene": ""}


@pytest.mark.parametrize(
    ("gene", "biotype", "panel", "expected"),
    [
        ("RNU4ATAC", "snRNA", False, 1),  # known for a disease: needs no panel
        ("RNU4ATAC", "snRNA", True, 1),
        ("RMRP", "lncRNA", False, 1),
        ("MALAT1", "lncRNA", False, 0),  # known for none
        ("CFTR", "retained_intron", False, 0),  # no exon of a non-coding gene
    ],
)
def test_noncoding_genes_known_for_a_disease_pass(fx_folder, gene, biotype, panel, expected):
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    entry = csq(SYMBOL=gene, BIOTYPE=biotype, **NONCODING)
    made = [f"chr7 1000 A T CSQ={entry} GT 0/1 0/0 0/0"]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    assert same_with_and_without(fx_folder, text, panel=panel).count('"pos"') == expected


@pytest.mark.parametrize(("score", "expected"), [("0.19", 0), ("0.1999999999", 1), ("0.20", 1)])
@pytest.mark.parametrize("panel", [False, True])
def test_a_high_splice_prediction_passes(fx_folder, score, expected, panel):
    """In a gene of no panel; as far as single precision tells the score from the limit."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    entry = csq(SYMBOL="ACTN3", Gene="", Consequence="intron_variant")
    about = f"CSQ={entry};SpliceAI=T|ACTN3|0.00|{score}|.|0.00|1|2|3|4"
    text = vcf_text(
        records=[f"chr7 1000 A T {about} GT 0/1 0/0 0/0"], samples=("kid", "dad", "mum"), info=INFO
    )
    assert same_with_and_without(fx_folder, text, panel=panel).count('"pos"') == expected


@pytest.mark.parametrize("word", ["missense", "stop_gained", "*missense", "non_coding", "splice_donor",
                                  "start_lost", "inframe_altering"])  # fmt: skip
def test_bcftools_terms_pass(fx_folder, word):
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    made = [f"chr7 1000 A T BCSQ={word}|RNU4ATAC|T1|snRNA GT 1/1 0/1 0/1"]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=BCSQ_INFO)
    same_with_and_without(fx_folder, text, panel=True)


@pytest.mark.parametrize("field", ["EXACAF", "gnomad_AF"])
def test_one_frequency_of_two_alleles_drops_neither(fx_folder, field):
    """Nobody knows whose frequency it is: the exact path keeps both as not assessed."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    entries = ",".join(csq(Allele=a, SYMBOL="CFTR", Gene="") for a in "TG")
    made = [f"chr7 1000 A T,G CSQ={entries};{field}=0.5 GT 1/2 0/1 0/2"]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    assert same_with_and_without(fx_folder, text, panel=False).count('"pos"') == 2


def test_bcftools_pointers_pass(fx_folder):
    """`@1000` names no consequence: what it points to may count."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    made = [
        "chr7 1000 A T BCSQ=missense|CFTR|T1|protein_coding|+|1A>1B|1000A>T+1001C>G GT 1/1 0/1 0/1",
        "chr7 1001 C G BCSQ=@1000 GT 1/1 0/1 0/1",
    ]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=BCSQ_INFO)
    assert same_with_and_without(fx_folder, text, panel=False).count('"pos"') == 2


def test_two_filters_that_both_pass(fx_folder):
    """A user's rule set may let several FILTER values pass; a record may have two of them."""
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    rules = Path(raredx.__file__).parent / "data" / "rulesets" / "gel.toml"
    own = rules.read_text().replace(
        'pass_filters = ["PASS"]', 'pass_filters = ["PASS", "q10", "s50"]'
    )
    (fx_folder / "own.toml").write_text(own)
    entry = csq(SYMBOL="CFTR", Gene="")
    made = [f"chr7 {p} A T;{f} CSQ={entry} GT 1/1 0/1 0/1" for p, f in ((1, "q10"), (2, "q10;s50"))]
    contigs = ["##FILTER=<ID=q10,Description=x>", "##FILTER=<ID=s50,Description=x>"]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=[*INFO, *contigs])
    found = same_with_and_without(fx_folder, text, panel=False, ruleset=str(fx_folder / "own.toml"))
    assert found.count('"pos"') == 2


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("gnomad_AF", "0.05", 1),  # the most that ClinVar rescues
        ("gnomad_AF", "5.00000007E-02", 1),  # the same in single precision
        ("gnomad_AF", "0.051", 0),
        ("gnomad_genomes_AF_ami", "0.2", 1),  # few people: kept out of popmax, so of rescue
    ],
)
def test_what_clinvar_rescues_passes(fx_folder, field, value, expected):
    (fx_folder / "x.ped").write_text(PED.format(sex="1", father="1"))
    info = (*INFO, info_line("gnomad_genomes_AF_ami", "A", "Float", "gnomAD genomes, Amish"))
    entry = csq(SYMBOL="CFTR", Gene="")
    made = [f"chr7 1000 A T CSQ={entry};{field}={value};CLNSIG=Pathogenic GT 1/1 0/1 0/1"]
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=info)
    found = json.loads(same_with_and_without(fx_folder, text, panel=True))
    assert sum(len(family["candidates"]) for family in found["families"]) == expected
