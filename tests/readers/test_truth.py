"""Cases with known answers, and results of any tool."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from raredx.errors import InputError
from raredx.readers.rankings import decode_ranking
from raredx.readers.truth import TruthNeeds, read_truth


def written(folder, text, name="truth.tsv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table(*rows):
    """Rows of words, `.` for an empty cell, as tab-separated lines."""
    lines = ["\t".join("" if w == "." else w for w in row.split()) for row in rows]
    return "\n".join(lines) + "\n"


# --- truth ---------------------------------------------------------------------------------------


def test_cases_with_all_they_may_have(tmp_path):
    path = written(tmp_path, table(
        "sample gene hgnc disease_id pmid stratum obs exc",
        "S1 NBAS HGNC:15625 OMIM:616483 PMID:1 A HP:0001250|HP:0001263 HP:0000252",
        "S2 DBT . . . B . .",
    ))  # fmt: skip
    found = read_truth(path, TruthNeeds())
    first, second = found.cases
    assert (first.sample, first.gene, first.hgnc_id) == ("S1", "NBAS", "HGNC:15625")
    assert (first.disease_id, first.pmid, first.strata) == ("OMIM:616483", "PMID:1", ("A",))
    assert (first.terms, first.excluded) == (("HP:0001250", "HP:0001263"), ("HP:0000252",))
    assert (second.hgnc_id, second.pmid, second.terms) == ("", "", ())
    assert found.by == ("stratum",)  # without being asked


def test_what_is_missing_is_left_out_and_counted(tmp_path):
    path = written(tmp_path, table(
        "case_id gene obs",
        "S1 NBAS HP:0001250",
        "S2 . HP:0001250",
        "S3 DBT .",
    ))  # fmt: skip
    found = read_truth(path, TruthNeeds(terms=True))
    assert [case.sample for case in found.cases] == ["S1"]
    assert (found.without_answer, found.without_terms) == (1, 1)
    assert len(read_truth(path, TruthNeeds()).cases) == 2  # terms are not needed here


def test_columns_to_split_by_in_their_order(tmp_path):
    path = written(tmp_path, table("Sample Gene Sex Stratum", "S1 NBAS F A"))
    found = read_truth(path, TruthNeeds(by=("SEX", "stratum", "sex")))
    assert (found.by, found.cases[0].strata) == (("sex", "stratum"), ("F", "A"))


def test_gzip_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "truth.tsv.gz"
    path.write_bytes(gzip.compress("\ufeffsample\tgene\r\nS1\tNBAS\r\n".encode(), mtime=0))
    assert read_truth(path, TruthNeeds()).cases[0].gene == "NBAS"


def test_the_first_cases_alone(tmp_path):
    path = written(tmp_path, table("sample gene", "S1 A", "S2 B", "S3 C"))
    assert [c.sample for c in read_truth(path, TruthNeeds(limit=2)).cases] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("text", "needs", "message"),
    [
        ("", {}, "truth.tsv: empty: it has no header line"),
        ("sample\tgene\n", {}, "truth.tsv: has no case with an answer"),
        ("sample\tsymbol\nS1\tA\n", {}, "truth.tsv: has no column gene (it has sample, symbol)"),
        ("gene\nA\n", {}, "truth.tsv: has no column sample or case_id (it has gene)"),
        ("sample\tgene\nS1\tA\n", {"by": ("kind",)}, "has no column kind (it has sample, gene)"),
        ("sample\tgene\nS1\tA\n", {"publication": True}, "has no column pmid"),
        ("sample\tgene\nS1\tA\n", {"terms": True}, "has no column obs or hpo"),
        ("sample\tgene\nS1\tA\n", {"disease": True}, "has no column disease_id"),
        ("sample\tgene\nS1\tA\nS2\tB\nS1\tC\n", {}, "truth.tsv:4: S1 stands already on line 2"),
        ("sample\tgene\n\tA\n", {}, "truth.tsv:2: names no sample"),
        ("sample\tgene\nS1\n", {}, "truth.tsv:2: does not fit the header: cells 1, columns 2"),
        ("sample\tgene\tgene\nS1\tA\tB\n", {}, "truth.tsv:1: two columns are named 'gene'"),
    ],
)
def test_truth_that_cannot_be_used(tmp_path, text, needs, message):
    with pytest.raises(InputError) as caught:
        read_truth(written(tmp_path, text), TruthNeeds(**needs))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x1f\x8b\x08\x00 not gzip", "damaged"),
        (gzip.compress(b"sample\tgene\nS1\tA\n", mtime=0)[:-9], "damaged"),
        (b"sample\tgene\nS1\t\xff\xfe\n", "not a text file"),
    ],
)
def test_truth_that_is_no_text(tmp_path, raw, message):
    path = tmp_path / "truth.tsv"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=message):
        read_truth(path, TruthNeeds())


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_truth(tmp_path / "none.tsv", TruthNeeds())


# --- results -------------------------------------------------------------------------------------


def ranks_of(text):
    found = decode_ranking(text, "S1.tsv")
    return dict(zip(found.gene, found.rank.tolist(), strict=True))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("rank gene", "1 A", "2 B"), {"A": 1, "B": 2}),
        (("gene rank", "A 3", "B 2", "A 1"), {"A": 1, "B": 2}),  # the best of its rows
        (("RANK SYMBOL", "1 A,B", "2 C&A"), {"A": 1, "B": 1, "C": 2}),
        (("#RANK GENE_SYMBOL", "1.5 A"), {"A": 1.5}),
        (("##raredx_version=1", "rank gene", "1 A"), {"A": 1}),
        (("rank gene", ". A", ". B"), {"A": 1, "B": 2}),  # without ranks the order of the rows
        (("rank gene", "1 .", "2 A"), {"": 1, "A": 2}),  # rows without a gene are one gene
        (("rank gene",), {}),
    ],
)
def test_ranks_of_genes(rows, expected):
    assert ranks_of(table(*rows)) == expected


def test_probability_of_a_gene_is_that_of_its_distinct_candidates():
    found = decode_ranking(table(
        "rank candidate_id gene probability tier hgnc_id",
        "1 a NBAS 0.5 1 HGNC:15625",
        "1 a NBAS 0.5 2 HGNC:15625",  # the other allele of the pair
        "2 b DBT 0.25 3 HGNC:2698",
        "3 c NBAS 0.125 3 HGNC:15625",
    ), "S1.tsv")  # fmt: skip
    assert found.gene == ("NBAS", "DBT")
    assert found.hgnc_id == ("HGNC:15625", "HGNC:2698")
    assert found.probability.tolist() == [0.625, 0.25]
    assert found.none == 0.125
    assert found.n_tiered == 1


def test_without_candidates_each_row_is_one():
    found = decode_ranking(table("rank gene probability", "1 A 0.5", "2 A 0.25"), "S1.tsv")
    assert (found.probability.tolist(), found.none, found.n_tiered) == ([0.75], 0.25, -1)


def test_a_candidate_in_two_genes_may_be_in_either():
    found = decode_ranking(table("rank gene probability", "1 A,B 0.5"), "S1.tsv")
    assert (found.probability.tolist(), found.none) == ([0.5, 0.5], 0.5)


@pytest.mark.parametrize("sign", [",", "&"])
@pytest.mark.parametrize("ids", ["HGNC:1", "HGNC:1{}HGNC:2"])
def test_identifiers_of_several_genes_in_a_cell_are_nobodys(sign, ids):
    text = table("rank gene hgnc_id", f"1 A{sign}B {ids.format(sign)}", "2 B HGNC:2")
    assert decode_ranking(text, "S1.tsv").hgnc_id == ("", "HGNC:2")


def test_one_probability_that_is_missing_leaves_all_open():
    found = decode_ranking(table("rank gene probability", "1 A 0.5", "2 B ."), "S1.tsv")
    assert found.probability is None
    assert np.isnan(found.none)


def test_no_candidates_with_the_column_is_certainty_of_none():
    found = decode_ranking("rank\tgene\tprobability\n", "S1.tsv")
    assert found.probability is not None
    assert (len(found.probability), found.none) == (0, 1.0)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("gene", "A"), "S1.tsv: has no column rank (it has gene)"),
        (("rank", "1"), "S1.tsv: has no column gene or symbol or gene_symbol (it has rank)"),
        (("rank gene", "first A"), "S1.tsv:2: rank is 'first'"),
        (("rank gene", "1 A", "nan B"), "S1.tsv:3: rank is 'nan'"),
        (("rank gene probability", "1 A 1.5"), "S1.tsv:2: probability is '1.5'"),
        (("rank gene probability", "1 A high"), "S1.tsv:2: probability is 'high'"),
        (
            ("rank gene candidate_id probability", "1 A a 0.5", "1 A a 0.4"),
            "S1.tsv:3: candidate a has two probabilities, 0.5 and 0.4",
        ),
    ],
)
def test_results_that_cannot_be_used(rows, message):
    with pytest.raises(InputError) as caught:
        decode_ranking(table(*rows), "S1.tsv")
    assert message in str(caught.value)
