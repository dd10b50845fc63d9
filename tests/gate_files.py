"""Small files that come near every border of the gate, and a panel of some of their genes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.readers.panel_tsv import encode_panel
from raredx.vocabulary import Confidence, Moi
from vcf_files import csq, csq_line, info_line

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


BCSQ_INFO = (
    info_line("BCSQ", ".", "String", "From BCFtools/csq. Format: Consequence|gene|transcript|"
              "biotype|strand|amino_acid_change|dna_change"),
    info_line("gnomad_AF", "A", "Float", "gnomAD"),
)  # fmt: skip


def write_panel(folder: Path) -> Path:
    """Write a panel of the genes as panel.tsv; give the folder."""
    moi = {"CFTR": Moi.BIALLELIC, "EDA": Moi.XLINKED_BIALLELIC, "MT-TL1": Moi.MITOCHONDRIAL}
    rows = [
        PanelRecord("gene", "", name, Confidence.GREEN if kind == "green" else Confidence.AMBER,
                    moi.get(name, Moi.MONOALLELIC_AND_BIALLELIC), "", "")
        for name, kind in GENES.items() if kind
    ]  # fmt: skip
    header = PanelHeader(panel_id="mine", name="Mine", version="1.0")
    (folder / "panel.tsv").write_text(encode_panel(PanelDraft(header, rows)))
    return folder
