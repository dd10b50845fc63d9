"""What a rule set asks of a candidate beside frequency and segregation, one question each.

Each gives an `Outcome` and lets everything pass where the rule set does not ask, as `gel` does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows, VariantGenes
from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.columns.terms import canonical_term
from raredx.scoring.de_novo import parents_matter
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.panel_match import ALLOWED, AppliedPanels, PanelEntry, judge_entry
from raredx.scoring.reads import trio_samples
from raredx.settings import DeNovoSettings, PanelSettings, RuleSet
from raredx.vocabulary import (
    DE_NOVO_GRADE_NAMES,
    MODE_NAMES,
    UNKNOWN_INDEX,
    ClinvarClass,
    Confidence,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Moi,
    Outcome,
)

_ON_X = (Moi.XLINKED_BIALLELIC, Moi.XLINKED_MONOALLELIC)
_LEVELS = {"amber": Confidence.AMBER, "green": Confidence.GREEN}


def asked_modes(names: tuple[str, ...]) -> frozenset[Mode]:
    """Give the modes of a list of names.

    Examples
    --------
    >>> asked_modes(("y_linked",))
    frozenset({<Mode.Y_LINKED: 7>})
    """
    return frozenset(mode for mode, name in MODE_NAMES.items() if name in names)


def narrow_family(family: Family, relatives: str) -> Family:
    """Look at the proband with both parents, or alone; `relatives` is `segregation.relatives`.

    The others are taken out of the pedigree, so that nothing is concluded from their status.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> narrow_family(singleton("S1"), "none").pedigree.members
    ('S1',)
    """
    if relatives == "all":
        return family
    tree, parents = family.pedigree, (family.father, family.mother)
    kept = [family.proband, *(p for p in parents if p >= 0 and relatives == "parents")]
    names = [tree.members[member] for member in kept]
    index = {member: place for place, member in enumerate(kept)}
    father, mother = (
        np.array([index.get(p, UNKNOWN_INDEX), *[UNKNOWN_INDEX] * (len(kept) - 1)], np.int16)
        for p in parents
    )
    pedigree = replace(
        tree,
        members=tuple(names),
        father=father,
        mother=mother,
        sex=tree.sex[kept],
        affection=tree.affection[kept],
        line=tuple(tree.line[member] for member in kept),
        hpo_terms={name: tree.hpo_terms[name] for name in names if name in tree.hpo_terms},
        karyotypes={name: tree.karyotypes[name] for name in names if name in tree.karyotypes},
        guests=tree.guests.intersection(names),
    )
    return Family(pedigree, 0, family.sample[kept])


def judge_required_panel(
    rows: CandidateRows,
    panels: AppliedPanels,
    origin: NDArray[np.int8],
    settings: PanelSettings,
) -> NDArray[np.int8]:
    """Ask whether an applied panel lists the gene well enough, and for the mode if need be.

    Parameters
    ----------
    rows : CandidateRows
    panels : AppliedPanels
    origin : int8, shape (variant, 2)
        Whether father and mother can have given each variant: 1, 0, -1 not known.
    settings : PanelSettings

    Returns
    -------
    int8, shape (row,)
        `Outcome`; NOT_ASSESSED where no panel is applied, or where an imprinted gene asks for
        an origin that is not known.
    """
    if settings.required == "none":
        return np.full(len(rows), Outcome.PASS, np.int8)
    if not panels.n_panels:
        return np.full(len(rows), Outcome.NOT_ASSESSED, np.int8)
    out = np.full(len(rows), Outcome.FAIL, np.int8)
    for row in range(len(rows)):
        mode, (father, mother) = Mode(int(rows.mode[row])), origin[rows.variant[row]].tolist()
        answers = {
            _judge_listed(entry, mode, (father, mother), settings)
            for entry in panels.of(int(rows.gene[row]))
            if entry.confidence >= _LEVELS[settings.required]
        }
        for answer in (Outcome.NOT_ASSESSED, Outcome.PASS):
            if answer in answers:
                out[row] = answer
    return out


def _judge_listed(
    entry: PanelEntry, mode: Mode, origin: tuple[int, int], settings: PanelSettings
) -> Outcome:
    """Judge whether a mode fits an entry that is listed well enough."""
    if not settings.mode_must_fit:
        return Outcome.PASS
    if mode is Mode.X_LINKED_HET_FEMALE and entry.moi in _ON_X and settings.x_het_female_fits:
        return Outcome.PASS
    if entry.is_green:
        return judge_entry(entry, mode, origin)
    return Outcome.PASS if mode in ALLOWED[entry.moi] else Outcome.FAIL


def judge_grade(
    batch: VariantBatch,
    calls: FamilyCalls,
    grade: NDArray[np.int8],
    least: str,
    settings: DeNovoSettings,
) -> NDArray[np.int8]:
    """Ask of every variant, as if it were de novo, whether its grade is enough.

    Parameters
    ----------
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    least : str
        `de_novo.kept_min_grade` or `de_novo.moderate_min_grade`.

    Returns
    -------
    int8, shape (variant,)
        `Outcome`. A parent's GQ below `parent_min_gq` fails too; one that is missing leaves a
        grade that is enough NOT_ASSESSED. Nothing is asked where any grade will do.
    """
    if least == "any":
        return np.full(len(batch), Outcome.PASS, np.int8)
    lowest = next(g for g in DeNovoGrade if DE_NOVO_GRADE_NAMES[g] == least)
    out = np.where(grade >= lowest, Outcome.PASS, Outcome.FAIL).astype(np.int8)
    if settings.parent_min_gq > 0:
        gq = batch["gq"][:, trio_samples(calls)[1:]]
        asked = parents_matter(calls) == 1
        low = (gq < np.float32(settings.parent_min_gq)) & asked
        unknown = (np.isnan(gq) & asked).any(axis=1)
        out[unknown & (out == Outcome.PASS)] = Outcome.NOT_ASSESSED
        out[low.any(axis=1)] = Outcome.FAIL
    return out


def may_pair(evidence: Evidence, not_in_pairs: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which rows of `evidence.genes` have a term that lets them be part of a pair.

    Parameters
    ----------
    not_in_pairs : tuple of str
        `consequence.not_in_pairs`: terms that are not enough, as the rule set spells them.

    Returns
    -------
    bool, shape (pair,)
    """
    skipped = {canonical_term(term) for term in not_in_pairs}
    genes: VariantGenes = evidence.genes
    if not skipped:
        return np.full(genes.variant.shape, True)
    texts = evidence.batch.transcripts.consequence[genes.tier_entry].tolist()
    return np.array([not skipped.issuperset(text.split("&")) for text in texts], bool)


@dataclass(frozen=True)
class ConsequenceFacts:
    """What may make a moderate consequence count where it alone does not.

    Attributes
    ----------
    new : int8, shape (variant,)
        `judge_grade` of `de_novo.moderate_min_grade`.
    inherited : bool, shape (variant,)
        Whether a parent carries the allele.
    same_residue : int8, shape (row,)
        `Outcome`: whether PM5 or PS1 holds.
    """

    new: NDArray[np.int8]
    inherited: NDArray[np.bool_]
    same_residue: NDArray[np.int8]


def judge_consequence_in_mode(
    rows: CandidateRows, evidence: Evidence, facts: ConsequenceFacts, rules: RuleSet
) -> NDArray[np.int8]:
    """Ask whether the consequence of each row is enough under its mode.

    A high impact and a known pathogenic variant always are. A moderate one is in the modes of
    `consequence.moderate_modes`, de novo if its grade is enough; or with PM5. In a pair another
    one is enough beside an allele that is by itself: from an AlphaMissense score, or by ClinVar.
    Rows without any term are not asked: `consequence.untiered` and `min_spliceai` decide. Nothing
    is asked where `moderate_modes` are all modes.

    Returns
    -------
    int8, shape (row,)
        `Outcome`. NOT_ASSESSED where a grade is not known, where PM5 cannot be judged, or where
        the score of a partner that is asked for is missing.
    """
    if asked_modes(rules.consequence.moderate_modes) == frozenset(Mode):
        return np.full(len(rows), Outcome.PASS, np.int8)
    alone = _enough_alone(rows, evidence, facts, rules)
    paired = rows.partner != UNKNOWN_INDEX
    if not paired.any():
        return alone
    support = np.maximum(_order(alone), _order(_supports(rows, evidence, rules)))
    out = np.where(paired, _outcome(support), alone)
    for candidate in np.unique(rows.candidate[paired]):
        pair = np.flatnonzero(rows.candidate == candidate)
        best = _outcome(_order(alone[pair]).max())  # one of them must be enough by itself
        worst = _outcome(np.minimum(_order(out[pair]), _order(best)))
        out[pair] = worst
    return np.asarray(out, np.int8)


def _enough_alone(
    rows: CandidateRows, evidence: Evidence, facts: ConsequenceFacts, rules: RuleSet
) -> NDArray[np.int8]:
    """Whether the consequence of each row is enough without a partner."""
    settings = rules.consequence
    strength = evidence.genes.consequence_class[rows.pair]
    weak = np.isin(strength, (ConsequenceClass.MODERATE, ConsequenceClass.NONCODING_GENE))
    weak &= ~evidence.known[rows.variant]
    modes = asked_modes(settings.moderate_modes)
    out = np.where(weak & ~np.isin(rows.mode, list(modes)), Outcome.FAIL, Outcome.PASS)
    # an allele that is new counts as de novo in a pair too
    if Mode.DE_NOVO in modes:
        lone = rows.mode == Mode.DE_NOVO
        paired = (rows.partner != UNKNOWN_INDEX) & ~facts.inherited[rows.variant]
        as_new = weak & (lone | (paired & (out == Outcome.FAIL)))
        out = np.where(as_new, facts.new[rows.variant], out)
    if settings.moderate_with_pm5:
        out = np.where(weak & (facts.same_residue == Outcome.PASS), Outcome.PASS, out)
        unknown = (out == Outcome.FAIL) & (facts.same_residue == Outcome.NOT_ASSESSED)
        out = np.where(weak & unknown, Outcome.NOT_ASSESSED, out)
    return np.asarray(out, np.int8)


def _supports(rows: CandidateRows, evidence: Evidence, rules: RuleSet) -> NDArray[np.int8]:
    """Whether each row is enough beside an allele that is by itself."""
    batch, out = evidence.batch, np.full(len(rows), Outcome.FAIL, np.int8)
    least = rules.consequence.partner_min_alphamissense
    if least is not None:
        score = batch["alphamissense"][rows.variant]
        texts = batch.transcripts.consequence[evidence.genes.tier_entry[rows.pair]].tolist()
        missense = np.array(["missense_variant" in text.split("&") for text in texts], bool)
        out[np.isnan(score) & missense] = Outcome.NOT_ASSESSED  # no other change has one
        out[score >= np.float32(least)] = Outcome.PASS
    stars = rules.known_pathogenic.partner_min_stars
    if stars is not None:
        classes = [ClinvarClass[name.upper()] for name in rules.known_pathogenic.classes]
        said = np.isin(batch["clinvar_class"][rows.variant], classes)
        out[said & (np.maximum(batch["clinvar_stars"][rows.variant], 0) >= stars)] = Outcome.PASS
    return out


def _order(outcome: NDArray[np.int8]) -> NDArray[np.int8]:
    """FAIL below NOT_ASSESSED below PASS, as 0, 1, 2."""
    return np.asarray(np.array([1, 0, 2], np.int8)[np.asarray(outcome) + 1], np.int8)


def _outcome(order: NDArray[np.int8]) -> NDArray[np.int8]:
    """Turn `_order` back."""
    codes = [Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS]
    return np.asarray(np.array(codes, np.int8)[np.asarray(order)], np.int8)


def kept_candidates(rows: CandidateRows, outcomes: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Say which rows belong to candidates of which no row fails.

    Parameters
    ----------
    rows : CandidateRows
    outcomes : int8, shape (row,)

    Returns
    -------
    bool, shape (row,)
    """
    lost = np.unique(rows.candidate[outcomes == Outcome.FAIL])
    return np.asarray(~np.isin(rows.candidate, lost), bool)
