"""Which ACMG/AMP criteria hold for each row, and what class do they propose?

Richards et al. 2015, doi:10.1038/gim.2015.30, as points; each criterion is judged in a module of
its own, and docs/acmg.md lists them. What cannot be judged for want of data is said. A class is a
proposal, for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence

from raredx.columns.acmg import (
    Answer,
    Assessment,
    Criterion,
    CuratedCriteria,
    CuratedCriterion,
    Open,
)
from raredx.columns.candidates import CandidateRows
from raredx.columns.clinvar import trimmed
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_alleles import Allele, judge_in_gene, judge_other_allele, stand
from raredx.scoring.acmg_de_novo import judge_new
from raredx.scoring.acmg_family import FamilyFacts, FamilyRow, family_rows
from raredx.scoring.acmg_frequency import (
    DOMINANT,
    TWO_COPIES,
    gather_frequencies,
    judge_common,
    judge_rare,
)
from raredx.scoring.acmg_null import judge_length, judge_null
from raredx.scoring.acmg_points import apply_curation, combine, curated_criterion, sum_up
from raredx.scoring.acmg_predictors import judge_predictors
from raredx.scoring.acmg_relatives import RelativeJudge
from raredx.scoring.acmg_reported import judge_reported
from raredx.scoring.acmg_subject import AcmgReferences, Subject, gather_subject
from raredx.scoring.evidence import Evidence
from raredx.scoring.tiers import TierResult
from raredx.vocabulary import UNKNOWN_INDEX, Mode, Outcome

NOT_THE_MECHANISM = "not_lof"
"""A panel's word for a gene in which loss of function does not cause the disease."""

Key = tuple[int, int, str, str]
"""Contig code, position, REF and ALT, trimmed."""


def assess(
    rows: CandidateRows,
    evidence: Evidence,
    family: FamilyFacts,
    references: AcmgReferences,
    settings: AcmgSettings,
    curated: CuratedCriteria = CuratedCriteria(),  # noqa: B008  (it cannot be changed)
) -> list[Assessment]:
    """Judge every criterion of every row.

    Parameters
    ----------
    rows : CandidateRows
    evidence : Evidence
    family : FamilyFacts
    references : AcmgReferences
        Tables that are looked up; what is worked out of them is kept for the next family.
    settings : AcmgSettings
    curated : CuratedCriteria
        What curators say, over what is found.

    Returns
    -------
    list of Assessment
        One for each row.
    """
    judge = _Judge(rows, evidence, family, (references, settings), curated)
    return [judge.assess(row) for row in family_rows(rows)]


def unused_curated(
    curated: CuratedCriteria, rows: CandidateRows, evidence: Evidence
) -> list[CuratedCriterion]:
    """List what curators say of variants that are no candidate in that gene."""
    batch = evidence.batch
    found: dict[Key, set[int]] = {}
    for variant, gene in zip(rows.variant.tolist(), rows.gene.tolist(), strict=True):
        contig, position = int(batch["contig_code"][variant]), int(batch["position"][variant])
        key = (contig, *trimmed(position, batch["ref"][variant], batch["alt"][variant]))
        found.setdefault(key, {UNKNOWN_INDEX}).add(gene)
    return [
        word for word in curated.rows
        if word.gene not in found.get(_key_of(word), ())
    ]  # fmt: skip


def _key_of(word: CuratedCriterion) -> Key:
    """Give the variant of a curated criterion as variants are compared."""
    return (word.contig, *trimmed(word.position, word.ref, word.alt))


class _Judge:
    """Judges rows, and keeps what rows of the same variant and gene share."""

    def __init__(
        self,
        rows: CandidateRows,
        evidence: Evidence,
        family: FamilyFacts,
        tools: tuple[AcmgReferences, AcmgSettings],
        curated: CuratedCriteria,
    ) -> None:
        self._rows, self._evidence, self._family = rows, evidence, family
        self._references, self._settings = tools
        self._frequencies = gather_frequencies(evidence.batch, evidence.limits)
        self._not_mechanism = _not_mechanism(rows, family.tiers)
        self._curated: dict[Key, list[CuratedCriterion]] = {}
        for word in curated.rows:
            self._curated.setdefault(_key_of(word), []).append(word)
        self._pairs = rows.pair.tolist()
        self._pair_of = dict(
            zip(zip(rows.variant.tolist(), rows.gene.tolist(), strict=True), self._pairs,
                strict=True)
        )  # fmt: skip
        self._in_gene: dict[int, list[int]] = {}
        for (_, gene), pair in self._pair_of.items():
            self._in_gene.setdefault(gene, []).append(pair)
        self._relatives = RelativeJudge(family.calls, evidence.batch, self._settings)
        self._subjects: dict[int, Subject] = {}
        self._common: dict[int, list[Answer]] = {}
        self._words: dict[int, list[Criterion]] = {}
        self._alone: dict[tuple[int, bool, bool], Assessment] = {}
        self._alleles: dict[tuple[int, Mode], Allele] = {}

    def assess(self, row: FamilyRow) -> Assessment:
        """Judge one row."""
        pair = self._pairs[row.number]
        relatives = self._family_answers(row, pair)
        if not relatives:
            return self._by_itself(pair, row.mode)
        return self._add_up(pair, [*self._variant_answers(pair, row.mode), *relatives])

    def _subject(self, pair: int) -> Subject:
        """Gather what is asked of a variant in a gene, once."""
        if pair not in self._subjects:
            self._subjects[pair] = gather_subject(
                self._evidence, pair, self._references, self._settings.missense_tool
            )
        return self._subjects[pair]

    def _variant_answers(self, pair: int, mode: Mode) -> list[Answer]:
        """Judge the criteria about the variant; only its rarity depends on the mode."""
        subject, settings, assembly = self._subject(pair), self._settings, self._references.assembly
        if pair not in self._common:
            not_mechanism = subject.gene in self._not_mechanism
            self._common[pair] = [
                *judge_common(subject, self._frequencies, assembly, settings),
                *judge_null(subject, self._references, settings, not_mechanism=not_mechanism),
                *judge_length(subject),
                *judge_predictors(subject, settings),
                *judge_reported(subject, self._references, settings),
            ]
        rare = judge_rare(subject, self._frequencies, assembly, mode, settings)
        return [*self._common[pair], *rare]

    def _by_itself(self, pair: int, mode: Mode) -> Assessment:
        """Add up the criteria about the variant alone."""
        key = (pair, mode in TWO_COPIES, mode in DOMINANT)
        if key not in self._alone:
            self._alone[key] = self._add_up(pair, self._variant_answers(pair, mode))
        return self._alone[key]

    def _add_up(self, pair: int, answers: Sequence[Answer]) -> Assessment:
        """Hear the curators, leave out what would count twice, and add up."""
        words = self._curated_words(pair)
        met = [answer for answer in answers if isinstance(answer, Criterion)]
        left = [answer for answer in answers if isinstance(answer, Open)]
        kept = combine(apply_curation(met, words))
        codes = {criterion.code for criterion in kept}
        if any(criterion.label == "BA1" for criterion in kept):
            left = []
        left += [
            Open(word.code, "curated, but BA1 decides unless a curator sets it aside")
            for word in words
            if word.code not in codes
        ]
        return sum_up(kept, left)

    def _curated_words(self, pair: int) -> list[Criterion]:
        """Give what curators say of a variant in a gene."""
        if not self._curated:
            return []
        if pair not in self._words:
            subject = self._subject(pair)
            key = (subject.contig, subject.position, subject.ref, subject.alt)
            self._words[pair] = [
                curated_criterion(word.code, word.strength, _said(word))
                for word in self._curated.get(key, ())
                if word.gene in (UNKNOWN_INDEX, subject.gene)
            ]
        return self._words[pair]

    def _allele(self, pair: int, mode: Mode) -> Allele:
        """Say how a variant stands without this family."""
        if (pair, mode) not in self._alleles:
            self._alleles[pair, mode] = stand(
                self._evidence.batch,
                self._subject(pair).variant,
                _variant_class(self._by_itself(pair, mode)),
                self._settings.partner_min_stars,
            )
        return self._alleles[pair, mode]

    def _family_answers(self, row: FamilyRow, pair: int) -> list[Answer]:
        """Judge the criteria that the family tells."""
        facts, batch, settings = self._family, self._evidence.batch, self._settings
        validity = self._references.validity(row.gene)
        found = [
            *judge_new(row, facts, batch, validity, settings),
            *self._relatives.judge(row),
        ]
        partner = self._pair_of.get((row.partner, row.gene))
        other = self._allele(partner, row.mode) if partner is not None else None
        found += judge_other_allele(row, other, facts, batch)
        neighbours = self._in_gene[row.gene]
        if len(neighbours) > 1:
            others = [self._allele(p, row.mode) for p in neighbours if p != pair]
            if any(allele.is_pathogenic for allele in others):
                own = self._allele(pair, row.mode)
                dominant = self._references.allows(row.gene, row.mode)
                if facts.tiers.panel[row.number] == Outcome.PASS:
                    dominant = Outcome.PASS
                found += judge_in_gene(row, own, others, facts, batch, dominant)
        return found


def _variant_class(alone: Assessment) -> str:
    """Class of a variant by the criteria about it, without what a curator says of the family."""
    if alone.variant_points == alone.points:
        return alone.acmg_class
    return sum_up(c for c in alone.criteria if c.about == "variant").acmg_class


def _said(word: CuratedCriterion) -> str:
    """Write a curator's comment with name and date."""
    who = ", ".join(part for part in (word.author, word.date) if part)
    return f"{word.comment} ({who})" if word.comment and who else word.comment or who


def _not_mechanism(rows: CandidateRows, tiers: TierResult) -> frozenset[int]:
    """Find the genes of which a green panel says that loss of function is not the mechanism."""
    return frozenset(
        gene
        for gene, events in zip(rows.gene.tolist(), tiers.events, strict=True)
        if any(e.entry.is_green and e.entry.lof_mechanism == NOT_THE_MECHANISM for e in events)
    )
