"""`raredx evaluate`: on small results made by hand, on the demonstration family, on terms."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from conftest import DEMO
from raredx.cli.main import cli
from raredx.evidence_settings import PhenotypeSettings
from raredx.readers.ontology_cache import read_ontology
from raredx.scoring.phenotype import score_phenotype

HEAD = "rank\tcandidate_id\tgene\tprobability\ttier\n"
RESULTS = {
    # case: rows of rank, candidate, gene, probability, tier
    "S1": "1\ta\tNBAS\t0.6\t1\n1\ta\tNBAS\t0.6\t2\n2\tb\tDBT\t0.3\t3\n",
    "S2": "1\ta\tTTN\t0.5\t3\n2\tb\tDBT\t0.2\t3\n2\tc\tMUC6\t0.2\t3\n",
    "S3": "1\ta\tTTN\t0.4\t3\n",
}
TRUTH = "sample\tgene\tpmid\tstratum\nS1\tNBAS\tPMID:1\tx\nS2\tDBT\tPMID:2\ty\nS3\tEDA\t\ty\n"


def evaluate(*words, code=0):
    """Run in this process; give standard output and standard error."""
    ran = CliRunner().invoke(cli, ["evaluate", *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    assert ran.exit_code == code, ran.stderr
    return ran.stdout, ran.stderr


def results(folder, cases=RESULTS, head=HEAD, truth=TRUTH):
    """Write a truth and a folder of results."""
    (folder / "truth.tsv").write_text(truth)
    (folder / "out").mkdir()
    for sample, rows in cases.items():
        (folder / "out" / f"{sample}.tsv").write_text(head + rows)
    return folder / "truth.tsv", folder / "out"


def cases_of(path):
    """The lines of cases of a TSV, by sample."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("##")]
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    return {row["sample"]: row for row in rows}


# --- results that are there ----------------------------------------------------------------------


def test_every_output_at_once(tmp_path):
    truth, folder = results(tmp_path)
    out = {name: tmp_path / f"x.{name}" for name in ("tsv", "json", "svg", "md")}
    said, err = evaluate(
        truth, folder, "-o", out["tsv"], "--json", out["json"], "--svg", out["svg"],
        "--markdown", out["md"],
    )  # fmt: skip
    assert err == ""
    assert said.startswith("3 cases, results as given\n")
    assert sorted(os.listdir(tmp_path)) == ["out", "truth.tsv", "x.json", "x.md", "x.svg", "x.tsv"]
    document = json.loads(out["json"].read_text())
    figures = {f["name"]: f for f in document["figures"]}
    assert list(figures) == ["all", "genes seen once", "stratum=x", "stratum=y"]
    everything = figures["all"]
    assert everything["top1"]["value"] == pytest.approx(100 / 3, rel=1e-5)
    assert everything["top3"]["value"] == pytest.approx(200 / 3, rel=1e-5)
    assert everything["mrr"]["value"] == pytest.approx((1 + 1 / 2.5) / 3, rel=1e-5)
    assert everything["median_rank"] == 2.5
    assert everything["to_answer"] == 2.0  # 1 of the first, all 3 of the second
    assert everything["candidates"] == 2.0
    assert everything["tier_1_or_2"] == pytest.approx(1 / 3, rel=1e-5)
    best, every, none = document["calibration"]["parts"]
    assert (best["n"], best["predicted"], best["observed"]) == (3, 0.5, pytest.approx(1 / 3, 1e-5))
    assert (every["n"], none["n"]) == (6, 3)
    assert none["predicted"] == pytest.approx((0.1 + 0.1 + 0.6) / 3, rel=1e-5)
    assert ElementTree.parse(out["svg"]).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "| all | 3 | 33.3 (0–100) | 66.7 |" in out["md"].read_text()


def test_one_line_for_each_case(tmp_path):
    truth, folder = results(tmp_path)
    evaluate(truth, folder, "-o", tmp_path / "x.tsv")
    found = cases_of(tmp_path / "x.tsv")
    shown = {s: (row["rank"], row["probability"], row["candidates"], row["to_answer"],
                 row["best_probability"], row["none_probability"]) for s, row in found.items()}  # fmt: skip
    assert shown == {
        "S1": ("1", "0.6", "2", "1", "0.6", "0.1"),
        "S2": ("2.5", "0.2", "3", "3", "0.5", "0.1"),
        "S3": ("", "0", "1", "", "0.4", "0.6"),
    }
    assert found["S2"]["stratum"] == "y"
    assert "##raredx_command=raredx evaluate" in (tmp_path / "x.tsv").read_text()


def test_results_without_probabilities_leave_calibration_open(tmp_path):
    cases = {"S1": "1\tNBAS\n", "S2": "1\tTTN\n2\tDBT\n", "S3": "1\tEDA\n"}
    truth, folder = results(tmp_path, cases, head="rank\tgene\n")
    said, _ = evaluate(truth, folder, "--json", tmp_path / "x.json", "--svg", tmp_path / "x.svg")
    assert "Calibration: not assessed, no result has a column probability" in said
    assert json.loads((tmp_path / "x.json").read_text())["calibration"] == {
        "cases": 0, "cases_not_assessed": 3, "parts": [],
    }  # fmt: skip
    assert "not assessed: the results have no probabilities" in (tmp_path / "x.svg").read_text()


def test_a_result_that_is_missing_is_a_miss_with_a_warning(tmp_path):
    truth, folder = results(tmp_path, {"S1": RESULTS["S1"]})
    said, _ = evaluate(truth, folder, "-o", tmp_path / "x.tsv")
    warning = "counted as a miss: 2 cases (S2: no result, S3: no result)"
    assert f"warning: {warning}\n" in said
    assert f"##raredx_warning={warning}\n" in (tmp_path / "x.tsv").read_text()
    found = cases_of(tmp_path / "x.tsv")["S2"]
    assert (found["rank"], found["fault"], found["candidates"]) == ("", "no result", "")


def test_a_gene_that_was_renamed_is_found(tmp_path):
    truth, folder = results(
        tmp_path, {"S1": "1\tKMT2A\n"}, "rank\tgene\n", "sample\tgene\nS1\tMLL\n"
    )
    said, _ = evaluate(truth, folder)
    assert "warning: found under another name: 1 case (MLL as KMT2A)\n" in said


def test_probabilities_above_one_in_all_are_told(tmp_path):
    cases = {**RESULTS, "S3": "1\ta\tTTN\t0.9\t3\n2\tb\tEDA\t0.8\t3\n"}
    truth, folder = results(tmp_path, cases)
    said, _ = evaluate(truth, folder)
    assert "warning: probabilities add up to more than 1: 1 case (S3)\n" in said


def test_quiet_tells_warnings_alone(tmp_path):
    truth, folder = results(tmp_path, {"S1": RESULTS["S1"]})
    said, err = evaluate("--quiet", truth, folder)
    told = "warning: counted as a miss: 2 cases\nwarning: without probabilities: 2 cases\n"
    assert (said, err) == ("", told)


def test_a_table_on_standard_output_leaves_it_to_itself(tmp_path):
    truth, folder = results(tmp_path)
    said, err = evaluate(truth, folder, "-o", "-")
    assert said.startswith("##raredx_version=")
    assert err.startswith("3 cases, results as given\n")


def test_other_suffixes(tmp_path):
    truth, folder = results(tmp_path)
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(".genes.tsv"))
    said, _ = evaluate("--suffix", ".genes.tsv", truth, folder)
    assert said.startswith("3 cases, results as given\n")


# --- what cannot be -------------------------------------------------------------------------------


def refused(code, message, *words):
    said, err = evaluate(*words, code=code)
    assert said == ""
    assert message in err
    assert err.startswith(("raredx: ", "Usage: "))


def test_an_empty_folder(tmp_path):
    truth, folder = results(tmp_path, {})
    refused(3, "holds no file of a case, such as S1.tsv (it has no files)", truth, folder)


def test_a_folder_of_other_samples(tmp_path):
    truth, folder = results(tmp_path, {"X1": "", "X2": ""})
    refused(3, "such as S1.tsv (it has X1.tsv, X2.tsv)", truth, folder)


def test_no_such_folder(tmp_path):
    truth, folder = results(tmp_path)
    refused(3, "No such file", truth, folder / "none")


def test_no_folder(tmp_path):
    truth, _ = results(tmp_path)
    refused(2, "no folder is given", truth)


def test_an_unreadable_result(tmp_path):
    truth, folder = results(tmp_path)
    (folder / "S2.tsv").write_text("rank\tgene\none\tDBT\n")
    refused(3, "S2.tsv:2: rank is 'one'", truth, folder)


def test_truth_without_its_columns(tmp_path):
    truth, folder = results(tmp_path, truth="sample\tsymbol\nS1\tNBAS\n")
    refused(3, "truth.tsv: has no column gene (it has sample, symbol)", truth, folder)


def test_results_and_variants_in_one_folder(tmp_path):
    truth, folder = results(tmp_path)
    (folder / "S1.vcf.gz").touch()
    refused(2, "holds results (S1.tsv) and variants (of S1)", truth, folder)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--singleton"], "holds results, and singletons need VCF files"),
        (["--forget-publication", "--panel", "R59"], "panels and forgotten publications need"),
        (["--diseases"], "only a ranking by phenotype ranks diseases"),
    ],
)
def test_options_that_results_cannot_heed(tmp_path, words, message):
    truth, folder = results(tmp_path)
    refused(2, message, truth, folder, *words)


def test_options_that_terms_cannot_heed(tmp_path):
    truth, folder = results(tmp_path)
    refused(2, "is not read", "--phenotype-only", truth, folder)
    refused(2, "no variants are ranked, which singletons need",
            "--phenotype-only", "--singleton", truth)  # fmt: skip


def test_two_outputs_to_standard_output(tmp_path):
    truth, folder = results(tmp_path)
    refused(2, "Two outputs cannot both go to '-'", truth, folder, "-o", "-", "--json", "-")


def test_no_input_is_overwritten(tmp_path):
    truth, folder = results(tmp_path)
    for name in (truth, folder / "S1.tsv"):
        refused(2, "is an input of this run and would be overwritten", truth, folder, "-o", name)


def test_two_files_for_one_case(tmp_path):
    truth, folder = results(tmp_path, {})
    (folder / "S1.vcf").touch()
    (folder / "S1.bcf").touch()
    refused(3, "holds S1.vcf and S1.bcf for one case", truth, folder)


def test_nothing_is_written_where_something_is_wrong(tmp_path):
    truth, folder = results(tmp_path)
    (folder / "S2.tsv").write_text("rank\tgene\none\tDBT\n")
    evaluate(truth, folder, "-o", tmp_path / "x.tsv", "--json", tmp_path / "x.json", code=3)
    assert sorted(os.listdir(tmp_path)) == ["out", "truth.tsv"]


# --- variants that are ranked here ----------------------------------------------------------------


@pytest.fixture
def fx_families(tmp_path):
    """The demonstration family twice, with one answer that it has and one that it has not."""
    folder = tmp_path / "in"
    folder.mkdir()
    for sample in ("demo1", "demo2"):
        shutil.copy(DEMO / "family.vcf.gz", folder / f"{sample}.vcf.gz")
        shutil.copy(DEMO / "family.ped", folder / f"{sample}.ped")
    (folder / "demo1.hpo.txt").write_text("HP:0001250\nHP:0001263, HP:0000252\n")
    truth = tmp_path / "truth.tsv"
    truth.write_text("sample\tgene\tpmid\ndemo1\tFOXG1\tPMID:1\ndemo2\tCLN3\tPMID:2\n")
    return truth, folder


def test_the_demonstration_family(fx_families, tmp_path):
    truth, folder = fx_families
    kept = tmp_path / "kept"
    said, _ = evaluate(
        truth, folder, "--panel", "all", "--keep", kept, "-o", tmp_path / "x.tsv"
    )  # fmt: skip
    assert said.startswith("2 cases, variants\n")
    found = cases_of(tmp_path / "x.tsv")
    assert float(found["demo1"]["rank"]) <= 3
    assert int(found["demo1"]["tier_1_or_2"]) >= 7  # planted, see the demonstration's README
    assert (found["demo2"]["rank"], found["demo2"]["fault"]) == ("", "")  # in cis: no candidate
    assert sorted(os.listdir(kept)) == ["demo1.tsv", "demo2.tsv"]
    evaluate(truth, kept, "-o", tmp_path / "again.tsv")
    assert cases_of(tmp_path / "again.tsv") == found


def test_any_number_of_processes_gives_the_same_bytes(fx_families, tmp_path):
    truth, folder = fx_families
    for jobs in (1, 2):
        evaluate("--jobs", jobs, truth, folder, "--json", tmp_path / f"{jobs}.json",
                 "-o", tmp_path / f"{jobs}.tsv")  # fmt: skip
    for kind in ("json", "tsv"):
        one, two = (tmp_path / f"{jobs}.{kind}" for jobs in (1, 2))
        assert one.read_bytes() == two.read_bytes()


def test_a_singleton_is_judged_without_the_parents(fx_families, tmp_path):
    truth, folder = fx_families
    n_candidates = {}
    for name, words in (("trio", []), ("singleton", ["--singleton"])):
        evaluate(*words, truth, folder, "-o", tmp_path / f"{name}.tsv")
        n_candidates[name] = int(cases_of(tmp_path / f"{name}.tsv")["demo1"]["candidates"])
    assert n_candidates["singleton"] > n_candidates["trio"]
    assert (folder / "demo1.ped").read_bytes() == (DEMO / "family.ped").read_bytes()
    assert "singleton" in (tmp_path / "singleton.tsv").read_text().split("\n")[1]


def test_a_case_that_cannot_be_run_is_a_miss_and_named(fx_families, tmp_path):
    truth, folder = fx_families
    (folder / "demo2.ped").write_text("family\tnobody\t0\t0\t1\t2\n")
    said, _ = evaluate("--jobs", 2, truth, folder, "-o", tmp_path / "x.tsv")
    assert "warning: counted as a miss: 1 case (demo2: " in said
    assert "nobody is not a sample of" in cases_of(tmp_path / "x.tsv")["demo2"]["fault"]


def test_terms_newer_than_this_hpo_are_left_out_and_counted(fx_families):
    truth, folder = fx_families
    (folder / "demo1.hpo.txt").write_text("HP:0001250\nHP:9999999\n")
    said, _ = evaluate(truth, folder)
    assert "warning: terms not in HPO, left out: 1\n" in said
    assert "counted as a miss" not in said


def test_where_no_case_can_be_run_there_is_no_evaluation(fx_families):
    truth, folder = fx_families
    for sample in ("demo1", "demo2"):
        (folder / f"{sample}.ped").write_text("family\tnobody\t0\t0\t1\t2\n")
    refused(3, "none of 2 cases could be run; the first: ", truth, folder)


def test_a_case_without_files_is_a_miss(fx_families):
    truth, folder = fx_families
    (folder / "demo2.vcf.gz").unlink()
    said, _ = evaluate(truth, folder)
    assert "warning: counted as a miss: 1 case (demo2: no VCF file)\n" in said


def test_no_temporary_files_are_left(fx_families, tmp_path):
    truth, folder = fx_families
    place = tmp_path / "temporary"
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "raredx", "evaluate", "--jobs", "2", "--singleton", truth, folder],
        capture_output=True, text=True, timeout=240, env={**os.environ, "TMPDIR": str(place)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert os.listdir(place) == []
    assert len(os.listdir(folder)) == 5


# --- terms alone ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_terms(tmp_path_factory):
    """Cases whose terms are the first eight of a disease's own profile."""
    ontology = read_ontology()
    rows = ["case_id\tgene\tdisease_id\tpmid\tobs\texc"]
    wanted = {"OMIM:154700": "FBN1", "OMIM:612164": "STXBP1", "OMIM:219700": "CFTR"}
    for disease, gene in wanted.items():
        row = list(ontology.disease_id).index(disease)
        start = int(ontology.profile_start[row])
        stop = min(start + 8, int(ontology.profile_start[row + 1]))
        terms = "|".join(ontology.term_id(int(t)) for t in ontology.profile_term[start:stop])
        rows.append(f"{gene}/1\t{gene}\t{disease}\tPMID:1\t{terms}\t")
    rows += [
        "unknown gene\tOR4F5\tOMIM:1\tPMID:2\tHP:0001250\t",
        "no gene\t\tOMIM:154700\tPMID:2\tHP:0001250\t",
        "no terms\tFBN1\tOMIM:154700\tPMID:2\t\t",
        "former term\tFBN1\tOMIM:154700\tPMID:2\tHP:0001250|HP:9999999\t",
    ]
    path = tmp_path_factory.mktemp("terms") / "cases.tsv"
    path.write_text("\n".join(rows) + "\n")
    return path


def slow_rank(scores, place):
    """Those that score higher, and the middle of those that score the same."""
    higher = sum(score > scores[place] for score in scores)
    equal = sum(score == scores[place] for score in scores)
    return higher + (equal + 1) / 2


def test_ranks_of_genes_by_terms_alone(fx_terms, tmp_path):
    said, _ = evaluate("--phenotype-only", fx_terms, "-o", tmp_path / "x.tsv")
    assert said.startswith("5 cases, all genes of HPO, by the terms alone\n")
    assert "warning: terms not in HPO, left out: 1\n" in said
    assert "warning: gene unknown to HPO, counted as a miss: 1 case (unknown gene)\n" in said
    assert "warning: no answer, left out: 1 case\n" in said
    assert "warning: no terms, left out: 1 case\n" in said
    found = cases_of(tmp_path / "x.tsv")
    assert found["unknown gene"]["rank"] == ""
    ontology = read_ontology()
    for case in ("FBN1/1", "STXBP1/1", "former term"):
        line = next(x for x in fx_terms.read_text().splitlines() if x.startswith(case))
        ids = line.split("\t")[4].split("|")
        rows = [ontology.row(i) for i in ids if ontology.row(i) >= 0]
        scores = score_phenotype(ontology, rows, [], PhenotypeSettings()).gene.tolist()
        place = list(ontology.gene_symbol).index(found[case]["gene"])
        assert float(found[case]["rank"]) == slow_rank(scores, place)
    assert float(found["FBN1/1"]["rank"]) <= 20


def test_ranks_of_diseases_are_among_those_of_their_source(fx_terms, tmp_path):
    said, _ = evaluate("--phenotype-only", "--diseases", fx_terms, "-o", tmp_path / "x.tsv")
    assert "all diseases of HPO" in said
    assert "diseases seen once" in said
    ontology = read_ontology()
    omim = [name for name in ontology.disease_id if name.startswith("OMIM:")]
    found = cases_of(tmp_path / "x.tsv")
    assert {row["candidates"] for row in found.values()} == {str(len(omim))}
    assert float(found["FBN1/1"]["rank"]) <= 20
    assert found["unknown gene"]["rank"] == ""
    assert "no gene" in found  # it has a disease


def test_processes_and_order_of_terms_change_nothing(fx_terms, tmp_path):
    for jobs in (1, 2):
        evaluate("--phenotype-only", "--forget-publication", "--jobs", jobs, fx_terms,
                 "-o", tmp_path / f"{jobs}.tsv")  # fmt: skip
    assert (tmp_path / "1.tsv").read_bytes() == (tmp_path / "2.tsv").read_bytes()


def test_a_forgotten_publication_lowers_who_it_described(tmp_path):
    """A case with all that its own paper reported, before and after that paper is forgotten."""
    ontology = read_ontology()
    references = list(ontology.reference)
    counts = np.bincount(ontology.line_reference, minlength=len(references))
    alone = [n for n, name in enumerate(references) if name.startswith("PMID:") and ";" not in name]
    paper = max(alone, key=lambda n: counts[n])
    lines = np.flatnonzero(ontology.line_reference == paper)
    disease = int(np.bincount(ontology.line_disease[lines]).argmax())
    lines = lines[ontology.line_disease[lines] == disease][:10]
    terms = "|".join(ontology.term_id(int(t)) for t in ontology.line_term[lines])
    truth = tmp_path / "cases.tsv"
    truth.write_text(
        "case_id\tgene\tdisease_id\tpmid\tobs\n"
        f"S1\tx\t{ontology.disease_id[disease]}\t{references[paper]}\t{terms}\n"
    )
    ranks = []
    for words in ([], ["--forget-publication"]):
        evaluate("--phenotype-only", "--diseases", *words, truth, "-o", tmp_path / "x.tsv")
        text = cases_of(tmp_path / "x.tsv")["S1"]["rank"]
        ranks.append(float(text) if text else math.inf)
    assert ranks[0] < ranks[1]


# --- beside the scorer of the shared data ---------------------------------------------------------


def scored(truth, folder, ranks, *words):
    """Run score.py; give its figures by line, and the rank of each case."""
    script = Path(words[0])
    done = subprocess.run(
        [sys.executable, script, truth, folder, "--ranks", ranks, *words[1:]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures, name = {}, ""
    for line in done.stdout.splitlines():
        if "n=" in line:
            name = f"{name} macro" if "macro" in line else line.split(" n=")[0].strip()
        if "CI" in line:
            words_ = [word for word in line.split() if "=[" in word]
            figures[name.replace(" macro", " CI")] = dict(w.split("=", 1) for w in words_)
        else:
            text = line.split("n=", 1)[1].split()[1:]
            figures[name] = {k: float(v) for k, v in (word.split("=") for word in text)}
    rows = [line.split("\t") for line in ranks.read_text().splitlines()[1:]]
    return figures, {row[0]: row[2] for row in rows}


@pytest.fixture
def fx_random_results(tmp_path):
    """Results drawn at random: ties, misses, several genes in a row, missing files."""
    generator = np.random.default_rng(11)
    genes = sorted(f"GENE{n}" for n in range(40))
    (tmp_path / "out").mkdir()
    truth = []
    for number in range(120):
        gene = genes[int(generator.integers(0, 40) * generator.random())]
        truth.append((gene, f"S{number:03d}", "xyz"[number % 3]))
        if number % 17 == 5:
            continue
        size = int(generator.integers(0, 30))
        ranks = np.sort(generator.integers(1, 12, size))
        names = [",".join(generator.choice(genes, 1 + (row % 7 == 0), replace=False))
                 for row in range(size)]  # fmt: skip
        rows = "".join(f"{rank}\t{name}\n" for rank, name in zip(ranks, names, strict=True))
        (tmp_path / "out" / f"S{number:03d}.tsv").write_text("rank\tgene\n" + rows)
    lines = [f"{sample}\t{gene}\t{stratum}\n" for gene, sample, stratum in sorted(truth)]
    (tmp_path / "truth.tsv").write_text("sample\tgene\tstratum\n" + "".join(lines))
    return tmp_path / "truth.tsv", tmp_path / "out"


def test_figures_are_those_of_the_shared_scorer(fx_shared, fx_random_results, tmp_path):
    """Number for number, intervals included: both draw genes in the order of their names."""
    truth, folder = fx_random_results
    scorer = fx_shared / "evaluation" / "score.py"
    theirs, their_ranks = scored(truth, folder, tmp_path / "ranks", scorer, "--by", "stratum")
    evaluate(truth, folder, "--json", tmp_path / "x.json", "-o", tmp_path / "x.tsv")
    ours = cases_of(tmp_path / "x.tsv")
    for sample, rank in their_ranks.items():
        assert (float(rank) if rank else None) == (
            float(ours[sample]["rank"]) if ours[sample]["rank"] else None
        )
    document = json.loads((tmp_path / "x.json").read_text())
    compared = 0
    for figures in document["figures"]:
        name = {"all": "ALL"}.get(figures["name"], figures["name"])
        if name not in theirs:
            continue
        for theirs_name, value in theirs[name].items():
            mine = {"MRR": "mrr", "median": "median_rank"}.get(theirs_name, theirs_name)
            found = figures[mine] if mine == "median_rank" else figures[mine]["value"]
            assert found == pytest.approx(value, abs=0.051 if mine != "mrr" else 0.00051)
            compared += 1
        for theirs_name, value in theirs[f"{name} macro"].items():
            mine = figures["macro"][theirs_name.lower()]["value"]
            assert mine == pytest.approx(value, abs=0.051 if theirs_name != "MRR" else 0.00051)
        for theirs_name, text in theirs[f"{name} CI"].items():
            found = figures[theirs_name.lower()]
            assert text == f"[{found['low']:.3g},{found['high']:.3g}]"
    assert compared == 4 * 8


def test_ranks_of_spiked_families_are_those_of_the_shared_scorer(fx_shared, tmp_path):
    """Ten families of the development set, ranked here and kept, then scored by score.py."""
    with tarfile.open(fx_shared / "evaluation" / "spiked_dev.tar.gz") as archive:
        wanted = tuple(f"dev_trio/case0000{n}." for n in range(10))
        members = [m for m in archive if m.name.startswith((*wanted, "dev_trio/truth"))]
        archive.extractall(tmp_path, members, filter="data")
    truth = tmp_path / "dev_trio" / "truth.tsv"
    evaluate("--limit", 10, truth, tmp_path / "dev_trio", "--keep", tmp_path / "kept",
             "-o", tmp_path / "x.tsv")  # fmt: skip
    for path in (tmp_path / "kept").iterdir():  # score.py takes no heading lines
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("##")))
    short = tmp_path / "short.tsv"
    short.write_text("".join(truth.read_text().splitlines(keepends=True)[:11]))
    scorer = fx_shared / "evaluation" / "score.py"
    _, theirs = scored(short, tmp_path / "kept", tmp_path / "ranks", scorer)
    ours = {s: row["rank"] for s, row in cases_of(tmp_path / "x.tsv").items()}
    assert len(ours) == 10
    assert {s: float(r or 0) for s, r in ours.items()} == {
        s: float(r or 0) for s, r in theirs.items()
    }
