"""Cases of an evaluation that are ranked: a family's files in, the genes of its result out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raredx.columns.evaluation import Ranking, TruthCase
from raredx.columns.family import Pedigree
from raredx.columns.records import dataclass
from raredx.errors import InputError, RareDxError, shown
from raredx.pipeline.evaluate_phenotype import bundled_ontology, known_terms
from raredx.pipeline.evaluate_request import EvaluateRequest
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.pedigree import read_pedigrees
from raredx.readers.phenotype_input import parse_terms
from raredx.readers.rankings import decode_ranking
from raredx.readers.text_table import read_text
from raredx.report.tsv import tsv_text
from raredx.report.writing import OutputSet
from raredx.vocabulary import Affection, Sex


@dataclass(frozen=True)
class FamilyRun:
    """One family to rank.

    Attributes
    ----------
    sample : str
    vcf : Path
        Beside it lie `<sample>.ped` and `<sample>.hpo.txt`, where there are such.
    singleton : bool
        Whether the proband alone is judged.
    options : dict
        Of the ranking, beside the files.
    keep : Path or None
        Folder for the result.
    """

    sample: str
    vcf: Path
    singleton: bool
    options: dict[str, Any]
    keep: Path | None


@dataclass(frozen=True)
class FamilyResult:
    """The genes of one family, or why there are none.

    Attributes
    ----------
    ranking : Ranking or None
    fault : str
        Why there is none.
    has_terms : bool
        Whether it has HPO terms.
    n_unknown_terms : int
        Terms that HPO does not know. `raredx rank` refuses a patient's; here they are left out,
        as published cases may be written with a newer HPO.
    """

    ranking: Ranking | None
    fault: str = ""
    has_terms: bool = True
    n_unknown_terms: int = 0


def plan_runs(
    request: EvaluateRequest, cases: Sequence[TruthCase], paths: Sequence[Path | None]
) -> list[FamilyRun]:
    """Say how each case that has a file is run, in the order of the cases."""
    found = []
    for case, path in zip(cases, paths, strict=True):
        if path is None:
            continue
        options: dict[str, Any] = {"panels": request.panels, "ruleset": request.ruleset}
        if request.forget_publication:
            options["forget"] = case.pmid
        if request.without_predictors:
            options["ignore_predictors"] = True
        if request.order:
            options["order"] = request.order
        if request.explained_share is not None:
            options["explained_share"] = request.explained_share
        found.append(FamilyRun(case.sample, path, request.singleton, options, request.keep))
    return found


def run_family(run: FamilyRun) -> FamilyResult:
    """Rank one family as `raredx rank` would, and read its table as a user would.

    A fault of the input is part of the result; a fault of raredx is raised.
    """
    with tempfile.TemporaryDirectory(prefix="raredx-evaluate-") as folder:
        try:
            return _run(run, Path(folder))
        except RareDxError as fault:
            text = shown(f"{fault.where}: {fault.what}" if fault.where else fault.what)
            return FamilyResult(None, text.replace(f"{folder}/", ""))


def _run(run: FamilyRun, folder: Path) -> FamilyResult:
    """Rank one family; the folder takes what must be written for it."""
    options = dict(run.options)
    options["hpo"], has_terms, n_unknown = _terms(run.vcf.with_name(f"{run.sample}.hpo.txt"))
    ped = run.vcf.with_name(f"{run.sample}.ped")
    if ped.is_file():
        pedigree, proband = _family(ped, run)
        has_terms |= bool(pedigree.hpo_terms.get(proband))
        options["ped"], options["proband"] = ped, proband or None
        if run.singleton:
            options["ped"] = folder / ped.name
            options["ped"].write_text(alone(pedigree, proband), encoding="utf-8")
            karyotype = pedigree.karyotypes.get(proband)
            if karyotype:
                options["karyotypes"] = (f"{proband}={karyotype.name}",)
    elif run.singleton:
        options["proband"] = run.sample
    result = rank(RankRequest(vcf=str(run.vcf), output=None, **options), lambda *_: None)
    text = tsv_text(result.table, result.heading)
    if run.keep is not None:
        with OutputSet() as outputs:
            name = str(run.keep / f"{run.sample}.tsv")
            outputs.prepare(name)
            outputs.write_text(name, text)
            outputs.commit()
    ranking = decode_ranking(text, run.sample)
    return FamilyResult(ranking, has_terms=has_terms, n_unknown_terms=n_unknown)


def _terms(path: Path) -> tuple[str, bool, int]:
    """Read the terms of a case: as a list, whether any is observed, and how many are unknown."""
    if not path.is_file():
        return "", False, 0
    stated = parse_terms(read_text(path), lambda line: f"{path}:{line}")
    found = [
        known_terms(bundled_ontology(), [term.term_id for term in terms])
        for terms in (stated.observed, stated.excluded)
    ]
    (observed, n_unknown), (excluded, n_more) = found
    listed = ",".join([*observed, *(f"-{term}" for term in excluded)])
    return listed, bool(observed), n_unknown + n_more


def _family(ped: Path, run: FamilyRun) -> tuple[Pedigree, str]:
    """Find the family and the proband: who is named as the case, else the one affected member.

    The name is empty where the ranking can choose among several.
    """
    pedigrees = read_pedigrees(ped)
    named = [p for p in pedigrees if run.sample in p.members and run.sample not in p.guests]
    if named:
        return named[0], run.sample
    if len(pedigrees) > 1:
        what = f"has {len(pedigrees)} families, and none has a member {run.sample}"
        raise InputError(str(ped), what, "Give each case a PED file of its own.")
    pedigree = pedigrees[0]
    affected = [
        name
        for name, affection in zip(pedigree.members, pedigree.affection.tolist(), strict=True)
        if affection == Affection.AFFECTED
    ]
    if len(affected) == 1:
        return pedigree, affected[0]
    if run.singleton:
        what = f"has {len(affected)} affected members, and none is named {run.sample}"
        raise InputError(str(ped), what, "Name the case by its proband.")
    return pedigree, ""


def alone(pedigree: Pedigree, proband: str) -> str:
    """Write a PED file of the proband alone, parents unknown."""
    place = pedigree.members.index(proband)
    sex, affection = Sex(int(pedigree.sex[place])), Affection(int(pedigree.affection[place]))
    cells = [pedigree.family_id, proband, "0", "0", str(int(sex)), str(int(affection))]
    terms = pedigree.hpo_terms.get(proband, ())
    return "\t".join([*cells, *([",".join(terms)] if terms else [])]) + "\n"
