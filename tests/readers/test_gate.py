"""Gate and sieve drop nothing that the exact path keeps: whole runs with and without them."""

from __future__ import annotations

import tempfile
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
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.consequences import is_variant_allele
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_tsv import encode_panel
from raredx.vocabulary import Confidence, Moi
from vcf_files import csq, csq_line, info_line, vcf_text


class SlowGate:
    """Judges FILTER, which only the gate does, and lets everything else pass."""

    def __init__(self, gate: Any, sources: Any, counts: Any, codes: Any) -> None:
        self._pass, self._key, self._counts = gate.pass_filters, sources.layout.key, counts

    def filter(self, records: Any) -> Iterator[tuple[Any, str]]:
        counts = self._counts
        for record in records:
            counts.records += 1
            counts.unfiltered_records += not record.FILTERS
            if set(record.FILTERS) - self._pass:
                n = sum(is_variant_allele(alt) for alt in record.ALT)
                counts.alleles += n
                counts.drop("filter", n)
                continue
            yield record, record.INFO.get(self._key) or ""


PED = "F1 kid dad mum {sex} 2\nF1 dad 0 0 1 {father}\nF1 mum 0 0 2 1\n"
INFO = (
    csq_line(),
    info_line("gnomad_AF", "A", "Float", "gnomAD"),
    info_line("EXACAF", "1", "Float", "ExAC"),
    info_line("CLNSIG", ".", "String", "ClinVar"),
    info_line(
        "SpliceAI", ".", "String", "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"
    ),
)
GENES = {"CFTR": "green", "BRCA2": "green", "EDA": "green", "MT-TL1": "green", "RNU4ATAC": "green",
         "TTN": "amber", "ACTN3": ""}  # fmt: skip
TERMS = (
    "missense_variant", "stop_gained", "frameshift_variant", "synonymous_variant",
    "intron_variant", "initiator_codon_variant", "upstream_gene_variant", "5_prime_UTR_variant",
    "splice_region_variant&intron_variant", "non_coding_transcript_exon_variant",
    "splice_polypyrimidine_tract_variant&intron_variant", "protein_altering_variant",
    "intergenic_variant", "3_prime_UTR_variant", "splice_donor_5th_base_variant",
)  # fmt: skip
AF = ("", "", "0", "0.0005", "0.001", "0.005", "0.01", "0.02", "0.049", "0.06", "0.5")
DELTA = ("0.00", "0.00", "0.10", "0.19", "0.1999999999", "0.20", "0.21", "0.99", ".", "")
ENTRY_AF = (*AF, "0.02&0.1", ".")
PLACES = ("chr7", "chr7", "chr13", "chrX", "chrX", "chrY", "chrM", "chr7_KI270803v1_alt")
CALLS = ("0/0", "0/0", "0/0", "0/1", "0/1", "1/1", "1", "0", "./.", "./1", "./0", ".", "1|0")
TWO_ALT_CALLS = (*CALLS, "1/2", "0/2", "2/2", "./2")


@st.composite
def records(draw: Any) -> list[str]:
    """Records that come near every border of the gate."""

    def pick(words: Any) -> Any:
        return draw(st.sampled_from(words))

    made = []
    for number in range(draw(st.integers(1, 12))):
        ref, alt = pick([("A", "T"), ("A", "T"), ("AT", "A"), ("A", "AC"), ("A", "T,G"),
                         ("A", "T,*"), ("A", "<DEL>"), ("A", "*,T")])  # fmt: skip
        alts = alt.split(",")
        written = {"A": "-", "AC": "C"}
        entries = []
        for one in draw(st.lists(st.sampled_from(alts), max_size=4)):
            coding = pick(["protein_coding", "protein_coding", "snRNA"])
            entries.append(
                csq(
                    Allele=written.get(one, one), Consequence=pick(TERMS), SYMBOL=pick([*GENES]),
                    Gene="", BIOTYPE=coding, gnomADe_AF=pick(ENTRY_AF),
                    CLIN_SIG=pick(["", "", "", "pathogenic", "benign", "benign&pathogenic"]),
                )
            )  # fmt: skip
        about = [f"CSQ={','.join(entries)}"] if entries else []
        if pick([True, False]):
            about.append("gnomad_AF=" + ",".join(pick(AF) or "." for _ in alts))
        if pick([True, False, False]):
            about.append(f"EXACAF={pick(AF) or '.'}")
        if pick([True, False, False]):
            about.append("CLNSIG=" + pick(["Pathogenic", "Benign", "5", "2", "Likely_benign",
                                           "Conflicting_classifications_of_pathogenicity"]))  # fmt: skip
        if pick([True, False, False]):
            about.append(f"SpliceAI={pick(alts)}|CFTR|{pick(DELTA)}|0.00|{pick(DELTA)}|.|1|-2|3|40")
        place = pick(PLACES)
        position = {"chrX": pick([1_000_000, 70_000_000])}.get(place, 1000) + 100 * number
        calls = [pick(TWO_ALT_CALLS if len(alts) == 2 else CALLS) for _ in range(3)]
        filters = pick(["", "", "", ";.", ";LowQual"])
        made.append(f"{place} {position} {ref} {alt}{filters} {';'.join(about) or '.'} GT " + " ".join(calls))  # fmt: skip
    return made


@pytest.fixture(scope="module")
def fx_folder():
    """A panel and a pedigree of each kind."""
    moi = {"CFTR": Moi.BIALLELIC, "EDA": Moi.XLINKED_BIALLELIC, "MT-TL1": Moi.MITOCHONDRIAL}
    rows = [
        PanelRecord("gene", "", name, Confidence.GREEN if kind == "green" else Confidence.AMBER,
                    moi.get(name, Moi.MONOALLELIC_AND_BIALLELIC), "", "")
        for name, kind in GENES.items() if kind
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        header = PanelHeader(panel_id="mine", name="Mine", version="1.0")
        (folder / "panel.tsv").write_text(encode_panel(PanelDraft(header, rows)))
        yield folder


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


BCSQ_INFO = (
    info_line("BCSQ", ".", "String", "From BCFtools/csq. Format: Consequence|gene|transcript|"
              "biotype|strand|amino_acid_change|dna_change"),
    info_line("gnomad_AF", "A", "Float", "gnomAD"),
)  # fmt: skip


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
