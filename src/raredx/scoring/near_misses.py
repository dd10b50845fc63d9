"""Variants that fail exactly one question, and by how much: what a rule set nearly kept.

In the genes that are green on an applied panel, or of any panel where none is applied, and
known pathogenic variants anywhere. The answers are those that make candidates; here one of
them, and only one, may be FAIL:

* filter: any other FILTER;
* frequency: up to `NEAR_FACTOR` times the limit of the mode;
* consequence: a splice prediction that BP4 does not call benign, a place beside a splice site
  without any prediction, or a tiered consequence on a transcript that was not judged;
* segregation: members whose genotype contradicts; one heterozygous allele where two are needed.

A mode counts where a green entry of the gene allows it; in a gene that is green nowhere, where a
known pathogenic variant alone is looked for, every mode does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.terms import SEVERITY
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.frequency import FrequencyLimits, find_popmax, judge_frequency
from raredx.scoring.known import is_of_known_class
from raredx.scoring.mode_answers import ModeAnswers
from raredx.scoring.pairs import judge_pairs
from raredx.scoring.panel_match import ALLOWED, AppliedPanels
from raredx.scoring.requirements import asked_modes
from raredx.scoring.segregation_answers import answer_by_member, mode_exists
from raredx.scoring.transcripts import ask_each_gene
from raredx.settings import RuleSet
from raredx.vocabulary import MODE_NAMES, Genotype, Mode, Outcome, Region, Sex

NEAR_FACTOR = 5.0
"""How many times its limit a frequency may be: five times the recessive 1 % is 5 %, above which an
allele is benign by itself (BA1; Richards 2015, doi:10.1038/gim.2015.30)."""

LISTED = 100
"""Near misses listed for a family (our choice)."""

QUESTIONS = (
    "filter", "frequency", "consequence", "segregation", "call_quality", "de_novo_grade", "panel",
    "consequence_in_mode",
)  # fmt: skip
"""The questions that a near miss may fail; the last four are asked by some rule sets alone."""

SPLICE_NEIGHBOURS = frozenset({
    "splice_region_variant", "splice_donor_5th_base_variant", "splice_donor_region_variant",
    "splice_polypyrimidine_tract_variant",
})  # fmt: skip
"""Terms of places beside a splice site (Sequence Ontology SO:0001630, SO:0001787, SO:0002170,
SO:0002169): without a prediction nobody knows what a variant there does."""

_MODES = (
    Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_DOMINANT, Mode.Y_LINKED, Mode.MITOCHONDRIAL,
)  # fmt: skip


@dataclass(frozen=True)
class NearMiss:
    """One variant in one gene that fails one question.

    Attributes
    ----------
    pair : int
        Row of `VariantGenes`.
    mode : Mode
    question : str
    size : float
        How far it is off: times the limit, members that contradict, or the share of the splice
        prediction that lacks; smaller is nearer.
    partner : int
        Variant with which it would be a pair; of one that lacks its partner, the one that is
        nearest to it. -1 none.
    partner_fails : str
        Why that one is none: `phase`, or the question of its own that it fails.
    """

    pair: int
    mode: Mode
    question: str
    size: float
    partner: int = -1
    partner_fails: str = ""


@dataclass(frozen=True)
class NearScope:
    """In which genes near misses are looked for.

    Attributes
    ----------
    genes : frozenset of int
        Gene codes.
    panels : AppliedPanels
        With none every mode fits.
    """

    genes: frozenset[int]
    panels: AppliedPanels

    def fits(self, gene: int, mode: Mode) -> bool:
        """Whether a green entry of the gene allows a mode."""
        if not self.panels.n_panels:
            return gene in self.genes
        return any(e.is_green and mode in ALLOWED[e.moi] for e in self.panels.of(gene))


def wider_limits(limits: FrequencyLimits) -> FrequencyLimits:
    """Give the limits up to which a frequency is a near miss."""
    factor = np.float32(NEAR_FACTOR)
    return replace(
        limits,
        dominant=limits.dominant * factor,
        recessive=limits.recessive * factor,
        mitochondrial=limits.mitochondrial * factor,
        by_mode={mode: own * factor for mode, own in limits.by_mode.items()},
    )


def find_near_misses(
    evidence: Evidence,
    calls: FamilyCalls,
    answers: ModeAnswers,
    scope: NearScope,
    rules: RuleSet,
    shown: NDArray[np.bool_],
) -> list[NearMiss]:
    """Find the near misses of one family.

    Parameters
    ----------
    evidence : Evidence
        Of variants that fail none or a few questions.
    calls : FamilyCalls
    answers : ModeAnswers
    scope : NearScope
    rules : RuleSet
    shown : bool, shape (variant,)
        Which variants are candidates already.

    Returns
    -------
    list of NearMiss
        The nearest of each variant and gene, in the order of `VariantGenes`.
    """
    facts = _facts(evidence, calls, scope, rules, shown)
    asked, complete = asked_modes(rules.segregation.modes), answers.complete
    found = [
        miss
        for mode in _MODES
        if mode in asked
        for miss in _single(evidence, calls, complete[mode], mode, facts, scope)
    ]
    in_pairs, partners = _in_pairs(evidence, calls, facts, scope, rules)
    return nearest([*found, *in_pairs, *_unpaired(evidence, calls, facts, scope, partners)])


def nearest(misses: list[NearMiss]) -> list[NearMiss]:
    """Keep the nearest miss of each variant and gene, the first of equals; in their order."""
    found: dict[int, NearMiss] = {}
    for miss in misses:
        old = found.get(miss.pair)
        if old is None or _distance(miss) < _distance(old):
            found[miss.pair] = miss
    return [found[pair] for pair in sorted(found)]


def _distance(miss: NearMiss) -> tuple[float, int]:
    return miss.size, QUESTIONS.index(miss.question)


@dataclass(frozen=True)
class _Facts:
    """Answers that do not depend on the mode.

    Attributes
    ----------
    asked : bool, shape (pair,)
        In scope, carried, and no candidate already.
    known : bool, shape (variant,)
        Of a known pathogenic class, and no more than `NEAR_FACTOR` times as frequent as one that
        is rescued.
    filter_fails : bool, shape (variant,)
    consequence : int8, shape (pair,)
        `Outcome`; FAIL where it is near.
    near : bool, shape (pair,)
        Whether the consequence is nearly one that counts.
    size : float64, shape (pair,)
        How far the consequence is off.
    wide : FrequencyLimits
    """

    asked: NDArray[np.bool_]
    known: NDArray[np.bool_]
    filter_fails: NDArray[np.bool_]
    consequence: NDArray[np.int8]
    near: NDArray[np.bool_]
    size: NDArray[np.float64]
    wide: FrequencyLimits


def _facts(
    evidence: Evidence,
    calls: FamilyCalls,
    scope: NearScope,
    rules: RuleSet,
    shown: NDArray[np.bool_],
) -> _Facts:
    """Ask what does not depend on the mode."""
    genes, batch = evidence.genes, evidence.batch
    variant = genes.variant
    popmax, _ = find_popmax(batch["af"], evidence.limits)
    most = np.float32(NEAR_FACTOR) * np.float32(rules.frequency.known_pathogenic)
    known = is_of_known_class(batch, rules) & ~(popmax > most)
    severity = batch.transcripts.severity[genes.entry].astype(np.int64)
    hardest = np.full(len(batch), np.iinfo(np.int64).max)
    np.minimum.at(hardest, variant, severity)
    passes = evidence.reportable | (known[variant] & (severity == hardest[variant]))
    splice, least = batch["spliceai"][variant], rules.consequence.min_spliceai
    inside = severity < SEVERITY["upstream_gene_variant"]
    splicing = inside & (splice > np.float32(rules.acmg.splice_benign))
    near = genes.other_worse | splicing | _beside_splice_site(evidence)
    size = np.where(genes.other_worse, 1.0, 2.0 - np.nan_to_num(splice) / max(least, 1e-9))
    listed = ask_each_gene(genes.gene, scope.genes.__contains__) | known[variant]
    asked = listed & calls.carried[variant] & ~shown[variant] & (passes | near)
    return _Facts(
        asked, known, batch["filter_outcome"] == Outcome.FAIL,
        np.where(passes, Outcome.PASS, Outcome.FAIL).astype(np.int8), near & ~passes, size,
        wider_limits(evidence.limits),
    )  # fmt: skip


def _beside_splice_site(evidence: Evidence) -> NDArray[np.bool_]:
    """Say which rows lie beside a splice site, and have no prediction that tells more."""
    genes, batch = evidence.genes, evidence.batch
    terms = batch.transcripts.consequence[genes.entry]
    beside = np.array([not SPLICE_NEIGHBOURS.isdisjoint(t.split("&")) for t in terms], bool)
    return np.asarray(beside & np.isnan(batch["spliceai"][genes.variant]), bool)


def _frequency(
    evidence: Evidence, facts: _Facts, mode: Mode
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Say which variants are too frequent under a mode, which of them by little, how far off."""
    af, limits = evidence.batch["af"], evidence.limits.of(mode)
    fails = (evidence.frequency(mode) == Outcome.FAIL) & ~evidence.known_in(mode)
    near = judge_frequency(af, facts.wide.of(mode)) != Outcome.FAIL
    most: dict[str, int] = dict(evidence.limits.settings.max_homozygotes.items())
    if MODE_NAMES[mode] in most:
        few = NEAR_FACTOR * max(most[MODE_NAMES[mode]], 1)
        near &= evidence.batch["homozygotes"] <= few
    near |= facts.known
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(np.isnan(af) | np.isnan(limits), 0.0, af / limits)
    times: NDArray[np.float64] = (
        ratio.max(axis=1).astype(np.float64) if af.shape[1] else np.zeros(af.shape[0])
    )
    return fails, fails & near, times


def _single(
    evidence: Evidence,
    calls: FamilyCalls,
    segregation: NDArray[np.int8],
    mode: Mode,
    facts: _Facts,
    scope: NearScope,
) -> list[NearMiss]:
    """Find the near misses of a mode in which one variant is enough."""
    genes = evidence.genes
    variant = genes.variant
    frequent, nearly, times = _frequency(evidence, facts, mode)
    contradicts = segregation == Outcome.FAIL
    # an inherited variant does not nearly fail to be new
    asked = facts.asked & ~(contradicts[variant] & (mode is Mode.DE_NOVO))
    cons = facts.consequence == Outcome.FAIL
    fails = np.stack(
        [facts.filter_fails[variant], frequent[variant], cons, contradicts[variant]]
    ).astype(np.int64)
    fits = ask_each_gene(genes.gene, lambda gene: scope.fits(gene, mode))
    fits |= ~ask_each_gene(genes.gene, scope.genes.__contains__)
    found = []
    for pair in np.flatnonzero(asked & fits & (fails.sum(axis=0) == 1)).tolist():
        question, v = QUESTIONS[int(fails[:, pair].argmax())], int(variant[pair])
        size = 1.0
        if question == "frequency":
            if not nearly[v]:
                continue
            size = float(times[v])
        elif question == "consequence":
            size = float(facts.size[pair])
        elif question == "segregation":
            against = _against(calls, v, mode)
            if not against:
                continue
            size = float(against)
        found.append(NearMiss(pair, mode, question, size))
    return found


def _against(calls: FamilyCalls, variant: int, mode: Mode) -> int:
    """Count what contradicts a mode; none where it does not exist there or the proband is it."""
    if not mode_exists(mode, int(calls.region[variant])):
        return 0
    answers = answer_by_member(calls, variant, mode, complete=True)
    if answers[0].outcome is Outcome.FAIL:
        return 0
    return sum(answer.outcome is Outcome.FAIL for answer in answers)


def _in_pairs(
    evidence: Evidence, calls: FamilyCalls, facts: _Facts, scope: NearScope, rules: RuleSet
) -> tuple[list[NearMiss], dict[int, tuple[int, str]]]:
    """Find alleles that would pair with one that fails nothing, but for one question of theirs.

    Also gives, for alleles that fail nothing, the variant that is nearest to a partner, and
    why it is none.
    """
    genes = evidence.genes
    variant = genes.variant
    scoped = ask_each_gene(genes.gene, scope.genes.__contains__) & calls.carried[variant]
    passes = facts.consequence == Outcome.PASS
    wider = replace(
        evidence,
        limits=facts.wide,
        known=evidence.known | facts.known,
        reportable=(passes | facts.near) & scoped,
        near=np.zeros(passes.size, bool),
    )
    judged = judge_pairs(wider, calls, rules.segregation)
    frequent, times = _frequency_in_pairs(evidence, calls, facts)
    questions = np.stack([facts.filter_fails[variant], frequent[variant], ~passes])
    n_fails = questions.sum(axis=0)
    found: list[NearMiss] = []
    partners: dict[int, tuple[int, str]] = {}
    both = judged.rows[judged.pairs]
    rows = np.concatenate([both, both[:, ::-1]])
    outcomes = np.concatenate([judged.outcome, judged.outcome])
    on_x = np.tile(judged.on_x[judged.pairs[:, 0]], 2)
    wanted = facts.asked[rows[:, 0]] & (n_fails[rows].sum(axis=1) <= 1)
    for place in np.flatnonzero(wanted).tolist():
        pair, other = rows[place].tolist()
        in_cis = outcomes[place] == Outcome.FAIL
        mode = Mode.X_LINKED_COMPOUND_HET if on_x[place] else Mode.COMPOUND_HET
        if n_fails[pair] == 0 and in_cis == (n_fails[other] == 0):
            why = "phase" if in_cis else QUESTIONS[int(questions[:, other].argmax())]
            partners.setdefault(pair, (int(variant[other]), why))
        elif n_fails[pair] == 1 and not in_cis and scope.fits(int(genes.gene[pair]), mode):
            question = QUESTIONS[int(questions[:, pair].argmax())]
            sizes = {"frequency": times[variant[pair]], "consequence": facts.size[pair]}
            size = float(sizes.get(question, 1.0))
            found.append(NearMiss(pair, mode, question, size, int(variant[other])))
    return found, partners


def _frequency_in_pairs(
    evidence: Evidence, calls: FamilyCalls, facts: _Facts
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say which variants are too frequent for a pair, and how far off they are."""
    frequent, _, times = _frequency(evidence, facts, Mode.COMPOUND_HET)
    if not evidence.limits.by_mode and not evidence.limits.settings.max_homozygotes:
        return frequent, times
    on_x = calls.region == Region.X
    frequent_x, _, times_x = _frequency(evidence, facts, Mode.X_LINKED_COMPOUND_HET)
    return np.where(on_x, frequent_x, frequent), np.where(on_x, times_x, times)


def _unpaired(
    evidence: Evidence,
    calls: FamilyCalls,
    facts: _Facts,
    scope: NearScope,
    partners: dict[int, tuple[int, str]],
) -> list[NearMiss]:
    """Find alleles that lack nothing but a second one, in genes where two are needed."""
    genes = evidence.genes
    variant = genes.variant
    frequent, _ = _frequency_in_pairs(evidence, calls, facts)
    one_copy = np.isin(calls.proband, (Genotype.HETEROZYGOUS, Genotype.CARRIER))
    sound = one_copy & ~facts.filter_fails & ~frequent
    asked = facts.asked & (facts.consequence == Outcome.PASS) & sound[variant]
    found = []
    for pair in np.flatnonzero(asked).tolist():
        region = int(calls.region[variant[pair]])
        mode = Mode.X_LINKED_COMPOUND_HET if region == Region.X else Mode.COMPOUND_HET
        if region == Region.X and calls.sexes[0, 0] == Sex.MALE:
            continue
        paired = region in (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL, Region.X)
        if paired and scope.fits(int(genes.gene[pair]), mode):
            found.append(NearMiss(pair, mode, "segregation", 2.0, *partners.get(pair, (-1, ""))))
    return found
