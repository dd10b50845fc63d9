"""Panels: every format, every trap, and the ones that come with the package."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from raredx.columns.genes import GeneTable
from raredx.columns.panel import Panel
from raredx.errors import InputError, SettingsError
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_formats import read_draft
from raredx.readers.panel_terms import DISEASE_GROUPS, disease_group_of, parse_confidence
from raredx.readers.panel_tsv import encode_panel
from raredx.readers.panels import list_panels, parse_moi, read_all_panels, read_panel
from raredx.vocabulary import Confidence, Moi

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
AUTOSOMAL = "autosomal or pseudoautosomal"
NOT_LOF = (
    "Loss-of-function variants (as defined in pop up message) DO NOT cause this phenotype"
    " - please provide details in the comments"
)
G, A, R, N = Confidence.GREEN, Confidence.AMBER, Confidence.RED, Confidence.NONE


@pytest.fixture(scope="module")
def genes() -> GeneTable:
    return read_gene_table()


@pytest.fixture
def read(tmp_path, genes):
    """Write a file and read it as a panel."""

    def read_text(text: str | bytes, name: str = "my panel.txt") -> Panel:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_panel(path, genes)

    return read_text


# --- modes of inheritance -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "moi"),
    [
        (f"MONOALLELIC, {AUTOSOMAL}, NOT imprinted", Moi.MONOALLELIC_NOT_IMPRINTED),
        (f"monoallelic {AUTOSOMAL} not imprinted.", Moi.MONOALLELIC_NOT_IMPRINTED),
        (f"MONOALLELIC, {AUTOSOMAL}, imprinted status unknown", Moi.MONOALLELIC),
        (
            f"MONOALLELIC, {AUTOSOMAL}, maternally imprinted (paternal allele expressed)",
            Moi.MONOALLELIC_MATERNALLY_IMPRINTED,
        ),
        (
            f"MONOALLELIC, {AUTOSOMAL}, paternally imprinted (maternal allele expressed)",
            Moi.MONOALLELIC_PATERNALLY_IMPRINTED,
        ),
        (f"BIALLELIC, {AUTOSOMAL}", Moi.BIALLELIC),
        (f"BOTH monoallelic and biallelic, {AUTOSOMAL}", Moi.MONOALLELIC_AND_BIALLELIC),
        (
            "BOTH monoallelic and biallelic (but BIALLELIC mutations cause a more SEVERE disease "
            f"form), {AUTOSOMAL}",
            Moi.MONOALLELIC_AND_MORE_SEVERE_BIALLELIC,
        ),
        (
            "X-LINKED: hemizygous mutation in males, biallelic mutations in females",
            Moi.XLINKED_BIALLELIC,
        ),
        (
            "X-LINKED: hemizygous mutation in males, monoallelic mutations in females may cause "
            "disease (may be less severe, later onset than males)",
            Moi.XLINKED_MONOALLELIC,
        ),
        ("MITOCHONDRIAL", Moi.MITOCHONDRIAL),
        ("Unknown", Moi.UNKNOWN),
        ("", Moi.UNKNOWN),
        ("Other - please specify in evaluation comments", Moi.UNKNOWN),
        ("biallelic", Moi.BIALLELIC),
        ("monoallelic", Moi.MONOALLELIC),
        ("hemizygous", Moi.XLINKED_BIALLELIC),
        ("x-linked dominant", Moi.XLINKED_MONOALLELIC),
        ("x-linked over-dominance", Moi.XLINKED_MONOALLELIC),
        ("imprinted", Moi.MONOALLELIC),
        ("mosaic", Moi.MONOALLELIC),
        ("digenic", Moi.UNKNOWN),
        ("biallelic,monoallelic", Moi.MONOALLELIC_AND_BIALLELIC),
        ("biallelic,digenic", Moi.UNKNOWN),
        ("biallelic_autosomal", Moi.BIALLELIC),
        ("monoallelic_autosomal", Moi.MONOALLELIC),
        ("biallelic_PAR", Moi.BIALLELIC),
        ("monoallelic_PAR", Moi.MONOALLELIC),
        ("monoallelic_Y_hemizygous", Moi.YLINKED),
        ("monoallelic_Y_hem", Moi.YLINKED),
        ("monoallelic_X", Moi.XLINKED_MONOALLELIC),
        ("monoallelic_X_het", Moi.XLINKED_MONOALLELIC),
        ("monoallelic_X_heterozygous", Moi.XLINKED_MONOALLELIC),
        ("monoallelic_X_hem", Moi.XLINKED_BIALLELIC),
        ("monoallelic_X_hemizygous", Moi.XLINKED_BIALLELIC),
        ("AD", Moi.MONOALLELIC),
        ("AR ", Moi.BIALLELIC),
        ("AD/AR", Moi.MONOALLELIC_AND_BIALLELIC),
        ("XL", Moi.XLINKED_MONOALLELIC),
        ("XLR; XLD", Moi.XLINKED_MONOALLELIC),
        ("AD;XL", Moi.UNKNOWN),
        ("MT", Moi.MITOCHONDRIAL),
        ("NA", Moi.UNKNOWN),
        ("HP:0000007", Moi.BIALLELIC),
    ],
)
def test_words_for_modes_of_inheritance(words, moi):
    assert parse_moi(words) is moi


@pytest.mark.parametrize("moi", list(Moi))
def test_our_own_words_are_read_back(moi):
    assert parse_moi(moi.value) is moi


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (G, ["4", "3", "confirmed", "both RD and IF", "definitive", "strong", "moderate"]),
        (G, ["probable", "Expert Review Green"]),
        (A, ["2", "limited", "possible", "child IF"]),
        (R, ["1", "disputed", "refuted"]),
        (N, ["0", "removed"]),
        (None, ["5", "", "maybe"]),
    ],
)
def test_words_for_confidence(confidence, words):
    assert [parse_confidence(word) for word in words] == [confidence] * len(words)


def test_old_and_new_groups_are_one():
    assert disease_group_of("Renal") == disease_group_of("Renal and urinary tract disorders")


@pytest.mark.parametrize(
    ("symbol", "words", "moi"),
    [
        ("CDKL5", f"MONOALLELIC, {AUTOSOMAL}, NOT imprinted", Moi.XLINKED_MONOALLELIC),
        ("CDKL5", f"BOTH monoallelic and biallelic, {AUTOSOMAL}", Moi.XLINKED_MONOALLELIC),
        ("BTK", f"BIALLELIC, {AUTOSOMAL}", Moi.XLINKED_BIALLELIC),
        ("SHOX", f"MONOALLELIC, {AUTOSOMAL}, NOT imprinted", Moi.MONOALLELIC_NOT_IMPRINTED),
        ("CSF2RA", f"BIALLELIC, {AUTOSOMAL}", Moi.BIALLELIC),
        ("SRY", "XL", Moi.YLINKED),
        ("BRCA1", f"BIALLELIC, {AUTOSOMAL}", Moi.BIALLELIC),
        ("BTK", "", Moi.UNKNOWN),
    ],
)
def test_modes_fit_the_chromosome(read, symbol, words, moi):
    panel = read(api_panel([api_gene(symbol, moi=words)]))
    assert panel.moi == (moi,)
    assert panel.moi_exact == (words,)


# --- PanelApp API -------------------------------------------------------------------------------


def api_gene(symbol="BRCA1", hgnc_id=None, level="3", moi=f"BIALLELIC, {AUTOSOMAL}", **more):
    return {
        "gene_data": {"gene_symbol": symbol, "hgnc_id": hgnc_id},
        "entity_type": "gene",
        "entity_name": symbol,
        "confidence_level": level,
        "mode_of_inheritance": moi,
        "mode_of_pathogenicity": None,
        "penetrance": None,
    } | more


def api_panel(genes_, **more) -> str:
    panel = {
        "id": 7,
        "name": "Test panel",
        "version": "2.1",
        "version_created": "2026-01-23T10:57:05Z",
        "disease_group": "Cardiology",
        "disease_sub_group": "",
        "relevant_disorders": ["R127.2", "Long QT"],
        "genes": genes_,
        "strs": [],
        "regions": [],
    }
    return json.dumps(panel | more, indent=1)


def test_api_panel(read):
    panel = read(
        api_panel(
            [
                api_gene("OLDNAME", "HGNC:1100", penetrance="Incomplete"),
                api_gene("BRCA2", level=4, mode_of_pathogenicity=NOT_LOF),
                api_gene("TTN", level="2", mode_of_pathogenicity="Other"),
                api_gene("PROSC", level="1"),
                api_gene("GJA1", level="0", moi=None),
            ]
        )
    )
    assert (panel.panel_id, panel.name, panel.version) == ("panelapp-7", "Test panel", "2.1")
    assert (panel.date, panel.r_codes, panel.aliases) == ("2026-01-23", ("R127",), ("Long QT",))
    assert (panel.disease_group, panel.source_disease_group) == ("cardiovascular", "Cardiology")
    assert panel.moi_source == "exact"
    assert panel.confidence.tolist() == [G, G, A, R, N]
    assert panel.lof_mechanism == ("yes", "not_lof", "other", "yes", "yes")
    assert panel.penetrance[0] == "incomplete"
    assert panel.match.how == ("hgnc_id", "symbol", "symbol", "previous", "symbol")
    assert (panel.gene_index >= 0).all()


def test_api_repeats_and_regions_are_kept_apart_from_genes(read):
    repeat = {
        "gene_data": {"gene_symbol": "HTT", "hgnc_id": "HGNC:4851"},
        "entity_name": "HTT_CAG",
        "confidence_level": "3",
        "mode_of_inheritance": f"MONOALLELIC, {AUTOSOMAL}, NOT imprinted",
        "repeated_sequence": "CAG",
        "chromosome": "4",
        "grch37_coordinates": None,
        "grch38_coordinates": [3074877, 3074933],
        "normal_repeats": 26,
        "pathogenic_repeats": 40,
    }
    region = {
        "gene_data": None,
        "entity_name": "ISCA-1-Loss",
        "verbose_name": "a; region",
        "confidence_level": "2",
        "required_overlap_percentage": 60,
        "type_of_variants": "cnv_loss",
        "chromosome": "15",
        "grch38_coordinates": [1, 2],
    }
    panel = read(api_panel([api_gene()], strs=[repeat], regions=[region]))
    assert panel.symbol == ("BRCA1",)
    htt, loss = panel.loci
    assert (htt.symbol, htt.grch37_start, htt.grch38_start) == ("HTT", "", "3074877")
    assert htt.details == "locus=HTT_CAG;repeat=CAG;normal_repeats=26;pathogenic_repeats=40"
    assert (loss.symbol, loss.confidence, loss.hgnc_id) == ("ISCA-1-Loss", A, "")
    assert loss.details == "name=a, region;required_overlap_percentage=60;type=cnv_loss"


def test_a_super_panel_keeps_what_differs_and_drops_what_repeats(read):
    both = api_gene(moi=f"BOTH monoallelic and biallelic, {AUTOSOMAL}")
    panel = read(api_panel([api_gene(), api_gene(), both, api_gene(level="1")]))
    assert len(panel) == 3
    assert (panel.count(G), panel.count(R)) == (1, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"genes": [', r"my panel.txt:1: is no JSON: expecting value"),
        ('{"genes":\n [}', r"my panel.txt:2: is no JSON: expecting value"),
        ('{"detail": "Not found."}', r"holds PanelApp's answer 'Not found\.', not a panel"),
        ('{"count": 1, "results": []}', "is one page of a PanelApp list, not a panel"),
        ("[]", "is JSON, but not a PanelApp panel"),
        ("[" * 100_000, "is nested too deeply|is no JSON"),
        ('{"genes": 5}', "genes: is not a list"),
        ('{"genes": [5]}', r"genes\[0\]: is not an object"),
        ('{"genes": [{"gene_data": [1]}]}', r"genes\[0\]: has gene_data that is not an object"),
        ('{"genes": [{"confidence_level": "x"}]}', r"has confidence level 'x', not 0 to 4"),
        ('{"genes": [{"confidence_level": 3}]}', r"genes\[0\]: has no symbol"),
        (api_panel([]), "lists no gene"),
    ],
)
def test_hostile_json(read, text, message):
    with pytest.raises(InputError, match=message) as caught:
        read(text)
    assert caught.value.mend


# --- PanelApp export ----------------------------------------------------------------------------

EXPORT = (
    "Entity Name\tEntity type\tGene Symbol\tSources(; separated)\tLevel4\tLevel3\tLevel2\t"
    "Model_Of_Inheritance\tPhenotypes\tGEL_Status\tversion\tMode of pathogenicity\t"
    "EnsemblId(GRch37)\tEnsemblId(GRch38)\tHGNC\tPosition Chromosome\tPosition GRCh37 Start\t"
    "Position GRCh37 End\tPosition GRCh38 Start\tPosition GRCh38 End\tSTR Repeated Sequence\t"
    "STR Normal Repeats\tSTR Pathogenic Repeats\tRegion Verbose Name\n"
)


def test_export(read):
    panel = read(
        EXPORT
        + "BRCA1\tgene\tBRCA1\tExpert Review Red\tBreast\tSub\tTumour syndromes\t"
        + f'"BIALLELIC, {AUTOSOMAL}"\t"a ""quoted"" one"\t3\t1.2\t{NOT_LOF}\t\t\tHGNC:1100'
        + "\t" * 9
        + "\nHTT_CAG\tstr\tHTT\t\tBreast\t\t\tMITOCHONDRIAL\t\t2\t1.2\t\t\t\tHGNC:4851\t4"
        + "\t1\t2\t3\t4\tCAG\t26\t40\t\n"
        + "ISCA-1\tregion\t\t\tBreast\t\t\t\t\t1\t1.2\t\t\t\t\t15\t\t\t3\t4\t\t\t\tfar away\n"
    )
    assert (panel.name, panel.version, panel.disease_group) == ("Breast", "1.2", "tumour_syndromes")
    assert panel.panel_id == "my-panel"
    assert (panel.symbol, panel.confidence.tolist()) == (("BRCA1",), [G])
    assert (panel.moi, panel.lof_mechanism) == ((Moi.BIALLELIC,), ("not_lof",))
    assert [locus.symbol for locus in panel.loci] == ["HTT", "ISCA-1"]
    assert (
        panel.loci[0].details == "locus=HTT_CAG;repeat=CAG;normal_repeats=26;pathogenic_repeats=40"
    )


@pytest.mark.parametrize("first", ["Entity Name", "Entity Symbol", "Gene_Symbol"])
def test_exports_with_older_headings_and_colours_among_the_sources(read, first):
    rows = [("BRCA1", "Green"), ("BRCA2", "Amber"), ("TTN", "Red"), ("GJA1", "Removed")]
    text = f"{first}\tSources(; separated)\tLevel4\tModel_Of_Inheritance\n" + "".join(
        f"{symbol}\tNHS GMS;Expert Review {colour}\tOld\tUnknown\n" for symbol, colour in rows
    )
    panel = read(text + "HTT\tLiterature\tOld\t\n")
    assert panel.confidence.tolist() == [G, A, R, N, N]
    assert panel.lof_mechanism == ("",) * 5


@pytest.mark.parametrize("swapped", [False, True])
def test_swapped_ensembl_columns(read, swapped):
    identifiers = ["ENSG00000999999", "ENSG00000012048.3"]
    cells = "\t".join(reversed(identifiers) if swapped else identifiers)
    text = "Gene_Symbol\tGEL_Status\tEnsemblId(GRch37)\tEnsemblId(GRch38)\nUNHEARD\t3\t" + cells
    panel = read(text)
    assert panel.match.how == ("ensembl",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Gene_Symbol\tGEL_Status\nA\t9\n", ":2: GEL_Status '9' is not 0 to 4"),
        ("Gene_Symbol\tGEL_Status\n\t3\n", ":2: has no gene symbol"),
        ("Gene_Symbol\tGEL_Status\nA\t3\tx\n", ":2: has 3 cells where the header row has 2"),
        ("Gene_Symbol\tGEL_Status\tLevel4\nA\t3\tP\nB\t3\tQ", "holds 2 panels: P, Q"),
        ("Gene_Symbol\tEntity type\tGEL_Status\nA\tprotein\t3\n", "entity type 'protein' is not"),
        ("Gene_Symbol\tGEL_Status\n", "lists no gene"),
    ],
)
def test_hostile_exports(read, text, message):
    with pytest.raises(InputError, match=message):
        read(text)


# --- Gene2Phenotype -----------------------------------------------------------------------------


def test_old_gene2phenotype(read):
    panel = read(
        '"gene symbol","gene mim","disease name","DDD category","allelic requirement",'
        '"mutation consequence",phenotypes,panel,"prev symbols","hgnc id"\n'
        'CEP290,1,"JOUBERT, 5",confirmed,biallelic,"loss of function",HP:1;HP:2,DD,,29021\n'
        "CDKL5,1,X,probable,x-linked dominant,activating,,DD,,11411\n"
        "BTK,1,X,possible,hemizygous,uncertain,,DD,,1133\n"
        'TTN,1,X,both RD and IF,"biallelic,monoallelic",,,DD,,12403\n'
    )
    assert (panel.name, panel.source, panel.moi_source) == ("DD", "Gene2Phenotype", "exact")
    assert panel.hgnc_id[0] == "HGNC:29021"
    assert panel.confidence.tolist() == [G, G, A, G]
    assert [moi.value for moi in panel.moi] == [
        "biallelic",
        "xlinked_monoallelic",
        "xlinked_biallelic",
        "monoallelic_and_biallelic",
    ]
    assert panel.lof_mechanism == ("yes", "other", "", "")


def test_current_gene2phenotype(read):
    panel = read(
        "g2p id,gene symbol,gene mim,hgnc id,previous gene symbols,disease name,"
        "allelic requirement,cross cutting modifier,confidence,variant consequence,"
        "molecular mechanism,panel\n"
        "G2P1,CEP290,1,29021,,d,biallelic_autosomal,,definitive,absent,loss of function,Eye; DD\n"
        "G2P2,CEP290,1,29021,,e,monoallelic_autosomal,,limited,altered,dominant negative,Eye\n"
        "G2P3,BTK,1,1133,,f,monoallelic_X_hemizygous,,refuted,absent,undetermined,Eye\n"
    )
    assert panel.confidence.tolist() == [G, A, R]
    assert panel.moi == (Moi.BIALLELIC, Moi.MONOALLELIC, Moi.XLINKED_BIALLELIC)
    assert panel.lof_mechanism == ("yes", "other", "")
    assert (panel.name, panel.count(G)) == ("my panel", 1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,sure,biallelic", ":2: confidence 'sure' is not a Gene2Phenotype category"),
        (",confirmed,biallelic", ":2: has no gene symbol"),
        ("A,confirmed,biallelic,x,y", ":2: has 5 cells where the header row has 3"),
        ('A,confirmed,"bi' + "x" * 140_000, ":2: cannot be split into cells"),
    ],
)
def test_hostile_gene2phenotype(read, row, message):
    with pytest.raises(InputError, match=message):
        read("gene symbol,DDD category,allelic requirement\n" + row + "\n")


# --- plain lists and anything else --------------------------------------------------------------


def test_a_list_of_genes(read):
    panel = read(
        "\ufeff# my genes\r\nGene\r\nBRCA1  # breast\r\n\r\nHGNC:1101\r\nENSG00000155657.28\r\n"
        "MLL5\r\nBRCA1\r\nnosuchgene\r\n"
    )
    assert panel.match.how == ("symbol", "hgnc_id", "ensembl", "previous", "unmatched")
    assert panel.match.names("unmatched") == ("nosuchgene",)
    assert panel.match.counts["symbol"] == 1
    assert set(panel.moi) == {Moi.UNKNOWN}
    assert set(panel.confidence.tolist()) == {G}
    assert (panel.panel_id, panel.name, panel.moi_source) == ("my-panel", "my panel", "none")


def test_an_ambiguous_gene_is_named_with_its_alternatives(read):
    panel = read("BRCA1\nNAC1\n")
    assert panel.match.names("ambiguous") == ("NAC1",)
    assert panel.match.alternatives == {"NAC1": ("NACC1", "SCN1A")}
    assert panel.gene_index[1] == -1


def test_gzip_is_read(read):
    assert read(gzip.compress(b"BRCA1\n", mtime=0), "genes.txt.gz").panel_id == "genes"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "my panel.txt: is empty"),
        (b" \n\n", "is empty"),
        (b"# only a comment\n", "lists no gene"),
        (b"BRCA1\nnot a gene name\n", ":2: 'not a gene name' is not one gene symbol"),
        (b"BRCA1\n\xff\xfe\n", ":2: is not UTF-8 text"),
        (b"BRCA1\0\n", "is a binary file"),
        (b"\x1f\x8bnonsense", "cannot be read"),
        (b"a,b,c\n1,2,3\n", r"has a format we do not know \(first line 'a,b,c'\)"),
        (b"a\tb\n1\t2\n", "has a format we do not know"),
    ],
)
def test_files_that_are_no_panel(read, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read(content)
    assert caught.value.mend


def test_a_folder_or_missing_file_is_told(tmp_path, genes):
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read_panel(tmp_path, genes)
    with pytest.raises(InputError, match=r"none\.tsv: cannot be read \(No such file"):
        read_panel(str(tmp_path / "none.tsv"), genes)


# --- our own format -----------------------------------------------------------------------------

OURS = "##panel_id=p\n##name=P\nentity_type\tsymbol\tconfidence\tmoi\n"


def test_our_format_is_read_back_as_written(tmp_path, read):
    first = read(api_panel([api_gene(), api_gene("TTN", mode_of_pathogenicity=NOT_LOF)]))
    path = tmp_path / "again.tsv"
    draft = read_draft(tmp_path / "my panel.txt")
    path.write_text(encode_panel(draft))
    again = read_draft(path)
    assert (again.header, list(again.records)) == (draft.header, list(draft.records))
    assert first.symbol == ("BRCA1", "TTN")


def test_our_format_takes_other_words_for_modes(read):
    assert read(OURS + "gene\tBRCA1\tgreen\tAD/AR\n").moi == (Moi.MONOALLELIC_AND_BIALLELIC,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("##name=P\nentity_type\n", "has no ##panel_id line"),
        ("##panel_id=p\n", "ends after its ## lines"),
        ("##panel_id=p\nsymbol\tmoi\n", ":2: has no column entity_type, confidence"),
        (OURS, "lists no gene"),
        (OURS + "gene\tBRCA1\tgreen\n", ":4: has 3 cells where the header row has 4"),
        (OURS + "gene\tBRCA1\tblue\tbiallelic\n", ":4: confidence 'blue' is not one of"),
        (OURS + "exon\tBRCA1\tgreen\tbiallelic\n", ":4: entity type 'exon' is not one of"),
    ],
)
def test_hostile_files_of_our_format(read, text, message):
    with pytest.raises(InputError, match=message):
        read(text)


# --- the bundled panels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["panelapp-402", "PanelApp-402", "402", " R59 ", "r59.3", "early onset or syndromic EPILEPSY"],
)
def test_names_of_a_bundled_panel(genes, name):
    panel = read_panel(name, genes)
    assert (panel.panel_id, panel.version, panel.moi_source) == ("panelapp-402", "8.125", "exact")


def test_unknown_panels_name_the_nearest(genes):
    with pytest.raises(SettingsError) as caught:
        read_panel("Monogenic hearing los", genes)
    assert str(caught.value) == (
        "panel: no panel or file is called 'Monogenic hearing los'\n"
        "  Nearest: panelapp-126 (Monogenic hearing loss), panelapp-472 (Monogenic diabetes). "
        "`raredx panels list` names all panels."
    )
    with pytest.raises(SettingsError, match="`raredx panels list` names all panels"):
        read_panel("", genes)


def test_a_name_of_several_panels_is_refused(genes):
    names = Counter(panel.name.lower() for panel in list_panels())
    twice = [name for name, n in names.items() if n > 1]
    for name in twice:
        with pytest.raises(SettingsError, match="means several panels"):
            read_panel(name, genes)


def test_every_group_has_several_panels():
    panels = list_panels()
    counted = Counter(panel.disease_group for panel in panels if panel.n_green)
    assert len(panels) == sum(counted.values()) >= 440
    for group in set(DISEASE_GROUPS) - {"rheumatological", "other"}:
        assert counted[group] >= 3, group
    names = {panel.name for panel in panels}
    assert {"Intellectual disability", "Inherited breast cancer and ovarian cancer"} <= names
    assert all(panel.source and panel.licence for panel in panels)


def test_all_panels_agree_with_their_index(genes):
    for panel, summary in zip(read_all_panels(genes), list_panels(), strict=True):
        assert panel.panel_id == summary.panel_id
        assert (panel.name, panel.version) == (summary.name, summary.version)
        assert (panel.count(G), panel.count(A)) == (summary.n_green, summary.n_amber)
        assert not panel.match.names("ambiguous")
        assert panel.moi_source in {"exact", "reduced"}


def test_reduced_modes_are_said_to_be_reduced(genes):
    panel = read_panel("285", genes)
    assert (panel.moi_source, panel.version, panel.date) == ("reduced", "", "")
    assert set(panel.moi_exact) == {""}
    mecp2 = panel.symbol.index("MECP2")
    assert panel.moi[mecp2] is Moi.XLINKED_MONOALLELIC


def test_acmg_says_what_is_to_be_reported(genes):
    panel = read_panel("acmg-sf", genes)
    assert (panel.version, panel.count(G)) == ("3.1", 78)
    assert panel.details[panel.symbol.index("HFE")] == "report=p.C282Y homozygotes only"


def test_reading_panels_loads_neither_pandas_nor_numba():
    code = (
        "import sys; from raredx.readers.panels import read_all_panels;"
        "from raredx.readers.genes import read_gene_table; read_all_panels(read_gene_table());"
        "print([m for m in ('pandas', 'numba', 'cyvcf2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# --- real data ----------------------------------------------------------------------------------

needs_shared = pytest.mark.skipif(
    not (SHARED / "data" / "panels").is_dir(), reason="no data beside the checkout"
)


@pytest.mark.shared
@needs_shared
def test_building_again_gives_the_same_bytes(tmp_path):
    script = ROOT / "scripts" / "build_panels.py"
    command = [sys.executable, script, SHARED / "data", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in (ROOT / "data" / "panels").glob("*.tsv")}
    assert made == kept


@pytest.mark.shared
@needs_shared
def test_real_gene2phenotype_files_join_by_identifier(genes):
    for path in sorted((SHARED / "data/panels/gene2phenotype").glob("*.csv")):
        panel = read_panel(path, genes)
        assert len(panel) > 50
        assert set(panel.match.counts) == {"hgnc_id"}


@pytest.mark.shared
@needs_shared
def test_real_api_files_keep_every_green_gene(genes):
    for path in sorted((SHARED / "data/panels/panelapp").glob("panel_*.json")):
        found = json.loads(path.read_text())
        if not found["genes"]:
            continue
        green = {
            gene["gene_data"]["gene_symbol"]
            for gene in found["genes"]
            if int(gene["confidence_level"]) >= 3
        }
        panel = read_panel(path, genes)
        rows = zip(panel.symbol, panel.confidence.tolist(), strict=True)
        assert {symbol for symbol, confidence in rows if confidence == G} == green
