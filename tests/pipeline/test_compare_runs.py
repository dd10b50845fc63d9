"""Pairs of real runs in which one thing was changed: the cause that is named must be that one."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from evidence_files import PED, clinvar_vcf, curated_tsv, small_vcf
from raredx.columns.run_changes import Cause, Change, Ground
from raredx.errors import InputError
from raredx.pipeline.request import RankRequest
from raredx.pipeline.why_not import RunAsker
from raredx.readers.run_candidates import read_candidates
from recorded_runs import (
    change_of,
    compare,
    edited_vcf,
    panel_file,
    ranked,
    rule_file,
    with_call,
    with_csq,
)

TMEM132B, NBAS_MISSENSE, NHEJ1 = 125350344, 15394320, 219146736


class Pair:
    """The answers of the demonstration family, ranked; and again with something changed."""

    def __init__(self, folder):
        self.folder = folder
        self.vcf = small_vcf(folder)
        self.ped = folder / "family.ped"
        self.ped.write_text(PED.replace("1\t2\n", "1\t2\tHP:0001250;HP:0000252\n", 1))
        panel = panel_file(folder / "panel.json")
        self.request = RankRequest(vcf=str(self.vcf), ped=self.ped, panels=(panel,))
        self.base = ranked(folder / "base", self.request)
        self.made = 0

    def run(self, **changes):
        self.made += 1
        return ranked(self.folder / f"run{self.made}", self.request, **changes)

    def edited(self, pos, edit, source=None):
        self.made += 1
        path = self.folder / f"edited{self.made}.vcf"
        return edited_vcf(source or self.vcf, path, pos, edit)

    def against(self, **changes):
        return compare(self.base, self.run(**changes), RunAsker())


@pytest.fixture(scope="module")
def fx_pair(tmp_path_factory):
    return Pair(tmp_path_factory.mktemp("pairs"))


def causes(diff):
    """Causes of all changes but of those that only the others moved."""
    return {one.reason.cause for one in diff.changes} - {Cause.OTHERS}


# --- nothing ---------------------------------------------------------------------------------------


def test_the_same_run_twice(fx_pair):
    diff = fx_pair.against()
    assert (diff.differences, diff.changes, diff.other_columns) == ((), (), 0)
    assert diff.unchanged == diff.old.candidates == 8


@pytest.mark.parametrize("changes", [{"threads": 2}, {"exact": True}, {"batch_rows": 3}], ids=str)
def test_what_changes_no_result_is_no_difference(fx_pair, changes):
    diff = fx_pair.against(**changes)
    assert (diff.differences, diff.changes) == ((), ())


def test_a_copy_of_a_file_is_the_same_file(fx_pair, tmp_path):
    copy = shutil.copy(fx_pair.vcf, tmp_path / "copy.vcf")
    assert fx_pair.against(vcf=str(copy)).differences == ()


def test_a_comment_in_a_rule_set_is_no_difference(fx_pair, tmp_path):
    path = rule_file(tmp_path / "own.toml")
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n# as decided\n")
    assert fx_pair.against(ruleset=path).differences == ()


# --- one thing -------------------------------------------------------------------------------------


def test_a_gene_that_was_green_is_amber(fx_pair, tmp_path):
    panel = panel_file(tmp_path / "panel.json", amber="NHEJ1", version="1.1")
    diff = fx_pair.against(panels=(panel,))
    assert {one.cause for one in diff.differences} == {Cause.PANEL}
    assert causes(diff) == {Cause.PANEL}
    moved = change_of(diff, "NHEJ1")
    assert (moved.change, moved.tier_old, moved.tier_new) == (Change.MOVED, "1", "3")
    assert (moved.reason.ground, moved.reason.certain) == (Ground.COLUMNS, True)
    assert "(green) -> " in moved.reason.words
    assert "(amber)" in moved.reason.words
    assert [one.name for one in moved.addends] == ["panel"]


def test_a_stricter_frequency_limit(fx_pair, tmp_path):
    """CFTR is common and rescued by ClinVar, up to a limit of its own."""
    rules = rule_file(tmp_path / "own.toml", frequency__known_pathogenic="0.001")
    diff = fx_pair.against(ruleset=rules)
    (difference,) = diff.differences
    assert difference.words == "frequency.known_pathogenic: 0.05 -> 0.001"
    gone = change_of(diff, "CFTR")
    assert gone.change is Change.VANISHED
    assert gone.reason.cause is Cause.RULE
    assert gone.reason.words.startswith("rule (frequency.known_pathogenic: 0.05 -> 0.001)")
    assert causes(diff) == {Cause.RULE}


def test_a_weight_of_the_score(fx_pair, tmp_path):
    rules = rule_file(tmp_path / "own.toml", score__de_novo_high="1.39")
    diff = fx_pair.against(ruleset=rules)
    moved = change_of(diff, "FOXG1")
    assert moved.reason.cause is Cause.RULE
    assert moved.reason.words == "rule (score.de_novo_high: 0.39 -> 1.39), +1.00 (segregation)"
    assert moved.score_delta == 1.0


def test_the_share_of_explained_families(fx_pair):
    diff = fx_pair.against(explained_share=0.3)
    assert causes(diff) == {Cause.RULE}
    assert len(diff.changes) == diff.old.candidates
    assert {one.addends[0].name for one in diff.changes} == {"prior"}


def test_the_order(fx_pair, tmp_path):
    """A gene that is not green, and scores high."""
    panels = (panel_file(tmp_path / "panel.json", amber="NHEJ1"),)
    old, new = (fx_pair.run(panels=panels, order=order) for order in ("score", "tier"))
    diff = compare(old, new)
    assert causes(diff) == {Cause.RULE}
    assert {one.reason.words for one in diff.changes} == {"rule (order: score -> tier)"}


def test_an_hpo_term(fx_pair):
    diff = fx_pair.against(hpo="HP:0001250")
    (difference,) = diff.differences
    assert difference.cause is Cause.HPO
    assert difference.words == "HPO terms of proband: HP:0000252 Microcephaly -> none"
    assert causes(diff) == {Cause.HPO}
    moved = change_of(diff, "FOXG1")
    assert [one.name for one in moved.addends] == ["phenotype"]


def test_a_clinvar_file(fx_pair, tmp_path):
    """Two releases of ClinVar, one of which knows a variant of which the annotation says nothing."""
    one, other = tmp_path / "old", tmp_path / "new"
    one.mkdir()
    other.mkdir()
    place = f"2 {NBAS_MISSENSE} A G"
    files = [clinvar_vcf(one, f"{place} Uncertain_significance"),
             clinvar_vcf(other, f"{place} Pathogenic")]  # fmt: skip
    old, new = (fx_pair.run(clinvar=file) for file in files)
    diff = compare(old, new, RunAsker())
    assert {one.cause for one in diff.differences} == {Cause.CLINVAR}
    moved = change_of(diff, "NBAS")
    assert moved.reason.cause is Cause.CLINVAR
    words = "clinvar: uncertain -> pathogenic"
    assert words in moved.reason.words
    assert "(reported)" in moved.reason.words
    assert causes(diff) == {Cause.CLINVAR}


def test_clinvar_of_the_annotation(fx_pair):
    def edit(cells):
        cells[7] = cells[7].replace("CLNSIG=Pathogenic", "CLNSIG=Uncertain_significance")

    diff = fx_pair.against(vcf=fx_pair.edited(NHEJ1, edit))
    moved = change_of(diff, "NHEJ1")
    words = "ClinVar (clinvar: Pathogenic -> Uncertain_significance), -1.27 (reported)"
    assert (moved.reason.cause, moved.reason.words) == (Cause.CLINVAR, words)


def test_a_frequency_that_moves(fx_pair):
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.00005", MAX_AF="0.00005")
    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit))
    moved = change_of(diff, "TMEM132B")
    assert moved.reason.cause is Cause.FREQUENCY
    assert moved.reason.words.startswith("population frequency (popmax_af: 0 -> 5e-05)")
    assert causes(diff) == {Cause.FREQUENCY}


def test_a_frequency_that_excludes(fx_pair):
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.05", MAX_AF="0.05")
    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit))
    gone = change_of(diff, "TMEM132B")
    assert (gone.change, gone.reason.cause) == (Change.VANISHED, Cause.FREQUENCY)
    assert gone.reason.certain
    assert "gnomADg_AF: none -> 0.05" in gone.reason.words


def test_a_genotype_that_changes_the_mode(fx_pair):
    """The mother carries it after all: no longer new, and a candidate in another mode."""
    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, with_call(1, "0/1")))
    found = {one.change: one for one in diff.changes if one.gene == "TMEM132B"}
    assert {one.reason.cause for one in found.values()} == {Cause.GENOTYPE}
    assert found[Change.VANISHED].mode == "de_novo"
    assert "gt of mother: 0/0 -> 0/1" in found[Change.VANISHED].reason.words
    assert causes(diff) == {Cause.GENOTYPE}


def test_a_genotype_that_excludes(fx_pair):
    """A father who is homozygous for it as well."""
    diff = fx_pair.against(vcf=fx_pair.edited(NHEJ1, with_call(2, "1/1")))
    gone = change_of(diff, "NHEJ1")
    assert (gone.change, gone.reason.cause) == (Change.VANISHED, Cause.GENOTYPE)
    assert "gt of father: 0/1 -> 1/1" in gone.reason.words


def test_a_filter(fx_pair):
    def edit(cells):
        cells[6] = "LowQual"

    gone = change_of(fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit)), "TMEM132B")
    assert (gone.change, gone.reason.cause) == (Change.VANISHED, Cause.GENOTYPE)
    assert "filter: PASS -> LowQual" in gone.reason.words


def test_a_predictor(fx_pair):
    edit = with_csq(fx_pair.vcf, REVEL="0.95")
    diff = fx_pair.against(vcf=fx_pair.edited(NBAS_MISSENSE, edit))
    moved = change_of(diff, "NBAS")
    assert moved.reason.cause is Cause.PREDICTOR
    assert moved.class_old == "uncertain + likely_pathogenic"
    assert moved.class_new == "likely_pathogenic + likely_pathogenic"


def test_a_consequence(fx_pair):
    """The missense of a pair becomes synonymous: the pair goes, and its near misses mislead nobody."""
    edit = with_csq(fx_pair.vcf, Consequence="synonymous_variant", IMPACT="LOW", REVEL="")
    diff = fx_pair.against(vcf=fx_pair.edited(NBAS_MISSENSE, edit))
    gone = change_of(diff, "NBAS")
    assert gone.change is Change.VANISHED
    assert Cause.ANNOTATION in gone.reason.causes
    assert set(gone.reason.causes) <= {Cause.ANNOTATION, Cause.PREDICTOR}


def test_a_variant_that_is_in_one_file_alone(fx_pair):
    def edit(cells):
        cells[1] = str(TMEM132B + 7)

    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit))
    found = {one.change: one for one in diff.changes if one.gene == "TMEM132B"}
    assert {one.reason.cause for one in found.values()} == {Cause.VARIANTS}
    assert "in the VCF -> not in the VCF" in found[Change.VANISHED].reason.words
    assert "not in the VCF -> in the VCF" in found[Change.APPEARED].reason.words


def test_the_affection_of_a_parent(fx_pair, tmp_path):
    ped = tmp_path / "family.ped"
    ped.write_text(
        fx_pair.ped.read_text().replace("demo\tfather\t0\t0\t1\t1", "demo\tfather\t0\t0\t1\t2")
    )
    diff = fx_pair.against(ped=ped)
    (difference,) = diff.differences
    assert difference.words == "affection of father: unaffected -> affected"
    assert causes(diff) == {Cause.PEDIGREE}
    assert change_of(diff, "FOXG1").change is Change.VANISHED


def test_curated_criteria(fx_pair, tmp_path):
    table = curated_tsv(tmp_path, f"chr12-{TMEM132B}-G-A PS3 strong assay")
    diff = fx_pair.against(curated=table)
    moved = change_of(diff, "TMEM132B")
    assert moved.reason.cause is Cause.CURATED
    assert "curated: none -> PS3" in moved.reason.words
    assert causes(diff) == {Cause.CURATED}


def test_regions(fx_pair):
    diff = fx_pair.against(regions=("chr14",))
    assert causes(diff) == {Cause.REGIONS}
    assert {one.change for one in diff.changes} == {Change.VANISHED, Change.MOVED}


def test_predictors_left_out(fx_pair):
    assert causes(fx_pair.against(ignore_predictors=True)) == {Cause.PREDICTOR}


def test_another_version_of_raredx(fx_pair, tmp_path):
    """Recorded by hand, since there is only this version: the score moved, nothing else did."""
    new = fx_pair.run()
    document = {**new.document, "raredx": "9.9.9"}
    found = compare(fx_pair.base, replace(new, document=document))
    assert [one.words for one in found.differences] == ["raredx: 0.1.0 -> 9.9.9"]
    assert found.changes == ()


def test_only_the_others_moved(fx_pair):
    diff = fx_pair.against(vcf=fx_pair.edited(NHEJ1, with_call(2, "1/1")))
    pushed = [one for one in diff.changes if one.reason.cause is Cause.OTHERS]
    assert len(pushed) > 3
    for one in pushed:
        assert one.rank_new == one.rank_old - 1
        words = "no longer above it: NHEJ1 autosomal_recessive_hom (vanished)"
        assert one.reason.words.endswith(words)


# --- two things ------------------------------------------------------------------------------------


def test_a_limit_and_a_frequency_are_told_apart(fx_pair, tmp_path):
    """The new limit drops one variant, a new frequency another; each is blamed for its own."""
    rules = rule_file(tmp_path / "own.toml", frequency__known_pathogenic="0.001")
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.05", MAX_AF="0.05")
    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit), ruleset=rules)
    assert {one.cause for one in diff.differences} == {Cause.VARIANTS, Cause.RULE}
    gone = change_of(diff, "TMEM132B")
    assert gone.reason.cause is Cause.FREQUENCY
    assert change_of(diff, "CFTR").reason.cause is Cause.RULE


def test_two_causes_of_one_move(fx_pair):
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.00005", MAX_AF="0.00005")
    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit), hpo="HP:0000252")
    moved = change_of(diff, "TMEM132B")
    assert moved.reason.cause in (Cause.FREQUENCY, Cause.SEVERAL)
    assert Cause.FREQUENCY in moved.reason.causes
    foxg1 = change_of(diff, "FOXG1")
    assert foxg1.reason.cause is Cause.HPO
    edit = with_csq(fx_pair.vcf, gnomADe_AF="0.0001", MAX_AF="0.0001")
    foxg1 = change_of(
        fx_pair.against(vcf=fx_pair.edited(28767732, edit), hpo="HP:0000252"), "FOXG1"
    )
    assert (foxg1.reason.cause, set(foxg1.reason.causes)) == (
        Cause.SEVERAL, {Cause.FREQUENCY, Cause.HPO},
    )  # fmt: skip
    assert foxg1.reason.certain
    assert {one.name for one in foxg1.addends} >= {"rarity", "phenotype"}
    assert sum(one.share for one in foxg1.addends) == pytest.approx(1, abs=1e-3)
    assert sum(one.delta for one in foxg1.addends) == pytest.approx(foxg1.score_delta, abs=1e-3)


def test_a_run_is_asked_where_several_things_differ(fx_pair, tmp_path):
    """The affected father drops the new variant; the stricter limit would not."""
    ped = tmp_path / "family.ped"
    text = fx_pair.ped.read_text()
    ped.write_text(text.replace("demo\tfather\t0\t0\t1\t1", "demo\tfather\t0\t0\t1\t2"))
    rules = rule_file(tmp_path / "own.toml", frequency__known_pathogenic="0.001")
    new = fx_pair.run(ped=ped, ruleset=rules, json=None)
    gone = change_of(compare(fx_pair.base, new, RunAsker()), "FOXG1")
    assert (gone.reason.cause, gone.reason.ground) == (Cause.PEDIGREE, Ground.EXPLANATION)
    assert "segregation of chr14-28767732-C-CG in " in gone.reason.words
    both = change_of(compare(fx_pair.base, new, RunAsker()), "CFTR")
    assert set(both.reason.causes) == {Cause.PEDIGREE, Cause.RULE}
    assert both.reason.certain
    for silent in (RunAsker(0), None):
        gone = change_of(compare(fx_pair.base, new, silent), "FOXG1")
        assert (gone.reason.cause, gone.reason.certain) == (Cause.SEVERAL, False)
    ped.write_text(ped.read_text() + "\n")  # not what the run read: it is not asked any more
    gone = change_of(compare(fx_pair.base, new, RunAsker()), "FOXG1")
    assert gone.reason.ground is Ground.NONE


def test_what_nothing_tells_is_one_of_several(fx_pair, tmp_path):
    """Without the other file and without explanations, both are named, and neither is blamed."""
    rules = rule_file(tmp_path / "own.toml", frequency__known_pathogenic="0.001")
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.05", MAX_AF="0.05")
    vcf = fx_pair.edited(TMEM132B, edit)
    new = fx_pair.run(vcf=vcf, ruleset=rules, json=None)
    (fx_pair.folder / vcf).unlink()
    gone = change_of(compare(fx_pair.base, new), "TMEM132B")
    assert (gone.reason.cause, gone.reason.certain) == (Cause.SEVERAL, False)
    assert gone.reason.causes == (Cause.VARIANTS, Cause.RULE)
    assert gone.reason.words.startswith("one of: variant file (VCF: ")


def test_swapped_the_comparison_is_the_mirror_image(fx_pair, tmp_path):
    rules = rule_file(tmp_path / "own.toml", frequency__known_pathogenic="0.001")
    edit = with_csq(fx_pair.vcf, gnomADg_AF="0.00005", MAX_AF="0.00005")
    new = fx_pair.run(vcf=fx_pair.edited(TMEM132B, edit), ruleset=rules, hpo="HP:0000252")
    there, back = compare(fx_pair.base, new, RunAsker()), compare(new, fx_pair.base, RunAsker())
    turned = {Change.APPEARED: Change.VANISHED, Change.VANISHED: Change.APPEARED,
              Change.MOVED: Change.MOVED}  # fmt: skip
    assert there.unchanged == back.unchanged

    def keyed(diff, mirrored):
        return {
            (turned[one.change] if mirrored else one.change, one.gene, one.mode, one.variants): (
                (one.rank_new, one.rank_old) if mirrored else (one.rank_old, one.rank_new),
                set(one.reason.causes), one.reason.certain,
                {(a.name, round(-a.delta if mirrored else a.delta, 4)) for a in one.addends},
            )
            for one in diff.changes
        }  # fmt: skip

    assert keyed(there, False) == keyed(back, True)
    assert {(d.cause, d.what, d.new, d.old) for d in there.differences} == {
        (d.cause, d.what, d.old, d.new) for d in back.differences
    }


# --- where candidates are read ---------------------------------------------------------------------


def test_from_the_tsv_as_from_the_json(fx_pair):
    """Calls, numbers and lists are the same in both, so that formats can be mixed."""
    old, new = fx_pair.base, fx_pair.run(json=None)
    diff = compare(old, new)
    assert (diff.changes, diff.other_columns) == ((), 0)
    assert [one.name for one in read_candidates(old)] == [one.name for one in read_candidates(new)]


def test_without_chr_they_are_the_same_candidates(fx_pair, tmp_path):
    text = fx_pair.vcf.read_text().replace("##contig=<ID=chr", "##contig=<ID=")
    lines = [line.removeprefix("chr") for line in text.splitlines()]
    path = tmp_path / "bare.vcf"
    path.write_text("\n".join(lines).replace("\nM\t", "\nMT\t").replace("<ID=M,", "<ID=MT,") + "\n")
    diff = fx_pair.against(vcf=str(path))
    assert diff.changes == ()


def test_a_longer_spelling_is_the_same_allele(fx_pair):
    """One base more at the end of REF and ALT."""

    def edit(cells):
        cells[3], cells[4] = cells[3] + "A", cells[4] + "A"

    diff = fx_pair.against(vcf=fx_pair.edited(TMEM132B, edit))
    assert [one for one in diff.changes if one.change is not Change.MOVED] == []


def test_a_run_that_wrote_no_candidates_to_a_file(fx_pair, tmp_path):
    made = ranked(tmp_path / "run", fx_pair.request)
    new = replace(made, document={**made.document, "outputs": []})
    message = "the run wrote its candidates neither as JSON nor as TSV to a file"
    with pytest.raises(InputError, match=message):
        compare(fx_pair.base, new)


def test_candidates_that_changed_since(fx_pair):
    new = fx_pair.run()
    path = fx_pair.folder / f"run{fx_pair.made}" / "c.json"
    path.write_text(path.read_text().replace("FOXG1", "FOXG2"))
    with pytest.raises(InputError, match=r"is not what .* recorded: its size or SHA-256 differs"):
        compare(fx_pair.base, new)


def test_candidates_that_are_gone(fx_pair):
    new = fx_pair.run()
    for name in ("c.json", "c.tsv"):
        (fx_pair.folder / f"run{fx_pair.made}" / name).unlink()
    with pytest.raises(InputError, match=r"its candidates are missing: .*c\.tsv, .*c\.json"):
        compare(fx_pair.base, new)


def test_runs_that_were_moved(fx_pair, tmp_path):
    """Candidates are found beside the record."""
    new = fx_pair.run(explained_share=0.3)
    moved = shutil.move(fx_pair.folder / f"run{fx_pair.made}", tmp_path / "elsewhere")
    found = compare(fx_pair.base, replace(new, path=f"{moved}/run.json"))
    assert causes(found) == {Cause.RULE}


def test_other_assemblies_are_refused(fx_pair):
    heading = {**fx_pair.base.heading, "assembly": "GRCh37"}
    other = replace(fx_pair.base, document={**fx_pair.base.document, "heading": heading})
    with pytest.raises(InputError, match="Only runs of one assembly have positions in common"):
        compare(fx_pair.base, other)


def test_another_family(fx_pair, tmp_path):
    ped = tmp_path / "other.ped"
    ped.write_text(fx_pair.ped.read_text().replace("demo\t", "other\t"))
    diff = fx_pair.against(ped=ped)
    assert {one.change for one in diff.changes} == {Change.APPEARED, Change.VANISHED}
    assert causes(diff) == {Cause.PEDIGREE}
    gone = diff.of(Change.VANISHED)[0]
    assert gone.reason.words.startswith("family demo with proband proband is not in ")


# --- the real trio ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"panels": ("402",)}, Cause.PANEL),
        ({"hpo": "HP:0001250"}, Cause.HPO),
        ({"explained_share": 0.3}, Cause.RULE),
        ({"ruleset": "gel-incomplete"}, Cause.RULE),
    ],
    ids=str,
)
def test_the_scout_trio(fx_shared, tmp_path, changes, cause):
    folder = fx_shared / "data" / "families" / "scout_643594"
    request = RankRequest(
        vcf=str(folder / "643594.clinical.vcf.gz"), ped=folder / "643594.ped", panels=("all",),
        hpo="HP:0001250,HP:0001263",
    )  # fmt: skip
    old = ranked(tmp_path / "old", request)
    new = ranked(tmp_path / "new", request, **changes)
    diff = compare(old, new, RunAsker())
    assert {one.cause for one in diff.differences} == {cause}
    assert diff.changes
    assert causes(diff) <= {cause}
