"""The trail of a variant in one family: what a run asks of it, put in words.

Every answer is that of the functions which make the candidates: `ask_each_variant`,
`gather_evidence`, `judge_modes`, `judge_pairs`, `judge_entry`, `judge_family`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, cached_property

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable
from raredx.columns.trail import GeneTrail, KeptRow, ModeTrail, VariantTrail
from raredx.pipeline.family import RunContext, calls_of, imprinted_genes
from raredx.pipeline.plan import Plan
from raredx.pipeline.questions import ASKED, VariantAnswers
from raredx.pipeline.rule_set_steps import (
    FewAnswers,
    ask_few,
    call_quality_steps,
    row_steps,
    rows_in_mode,
    unasked_mode_step,
    unpaired_term_step,
    with_required_panel,
)
from raredx.pipeline.trail_conclusion import UNNAMED, conclude
from raredx.pipeline.trail_pairs import own_failures, pair_step
from raredx.pipeline.trail_steps import (
    carried_step,
    consequence_step,
    filter_step,
    frequency_step,
    panel_lines,
    panel_step,
    region_steps,
    segregation_step,
    transcript_answers,
    variant_name,
)
from raredx.readers.panels import read_all_panels
from raredx.scoring.acmg_subject import AcmgReferences
from raredx.scoring.candidates import origin_of
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.judged import Judged
from raredx.scoring.mode_answers import SINGLE_MODES, ModeAnswers, judge_modes
from raredx.scoring.pairs import PairAnswers, judge_pairs
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.row_questions import FAMILY_QUESTIONS
from raredx.scoring.segregation_answers import mode_exists
from raredx.scoring.transcripts import entry_classes
from raredx.vocabulary import MODE_NAMES, Mode, Outcome, Region, Sex


@dataclass(frozen=True)
class Asked:
    """One family, with what a run found, ready for any of its variants.

    Attributes
    ----------
    evidence : Evidence
        Of every variant that was read.
    answers : VariantAnswers
    dropped : tuple of str
        For each variant what drops it while a run reads; empty where nothing does.
    kept : bool, shape (variant,)
        Which variants a run judges in the family: nothing drops them before.
    calls : FamilyCalls
    modes : ModeAnswers
    origin : int8, shape (variant, 2)
    classes : int8, shape (entry,)
        `ConsequenceClass` of every transcript entry.
    judged : Judged
        The candidates.
    table : CandidateTable
        The same, described.
    plan : Plan
    bundled : callable
        Gives every bundled panel; called only where a gene is green on no applied one.
    few : FewAnswers
        To the questions that only some rule sets ask.
    """

    evidence: Evidence
    answers: VariantAnswers
    dropped: tuple[str, ...]
    kept: NDArray[np.bool_]
    calls: FamilyCalls
    modes: ModeAnswers
    origin: NDArray[np.int8]
    classes: NDArray[np.int8]
    judged: Judged
    table: CandidateTable
    plan: Plan
    bundled: Callable[[], AppliedPanels]
    few: FewAnswers

    @property
    def context(self) -> RunContext:
        """What is the same for every family."""
        return self.plan.context

    @cached_property
    def rows(self) -> dict[int, list[OwnRow]]:
        """The rows of the candidates that each variant makes."""
        rows, numbers = self.judged.rows, np.flatnonzero(self.kept)
        found: dict[int, list[OwnRow]] = {}
        for place, row in enumerate(self.judged.ranking.order.tolist()):
            own = OwnRow(
                int(rows.gene[row]), Mode(int(rows.mode[row])), bool(rows.complete[row]),
                _kept_row(self.table, place),
            )  # fmt: skip
            found.setdefault(int(numbers[rows.variant[row]]), []).append(own)
        return found


@dataclass(frozen=True)
class OwnRow:
    """One row of the candidates, with what its questions were asked under."""

    gene: int
    mode: Mode
    complete: bool
    row: KeptRow


def _kept_row(table: CandidateTable, row: int) -> KeptRow:
    """Take of a row of the candidates what a trail tells."""
    return KeptRow(
        table["gene"][row], table["mode"][row], table["penetrance"][row], table["tier"][row],
        table["score"][row], table["acmg_class"][row], tuple(table["acmg_criteria"][row]),
        table["partner"][row], tuple(table["flags"][row]), table["reason"][row],
    )  # fmt: skip


def ask_family(
    asked: tuple[Evidence, VariantAnswers, tuple[str, ...]],
    kept: NDArray[np.bool_],
    judged: Judged,
    table: CandidateTable,
    plan: Plan,
    references: AcmgReferences,
) -> Asked:
    """Ask what the run asks of each variant of a family."""
    evidence, answers, dropped = asked
    batch, context = evidence.batch, plan.context
    rules = context.rules
    calls = calls_of(batch, judged.family, context)
    relaxes_known = rules.known_pathogenic.incomplete_penetrance
    modes = judge_modes(calls, rules.segregation, relaxes_known=relaxes_known)
    told = np.flatnonzero(kept), judged.grade
    few = ask_few(evidence, calls, context, references, told)
    classes = entry_classes(batch.transcripts, context.codes, rules.consequence)
    return Asked(
        evidence, answers, dropped, kept, calls, modes, origin_of(calls), classes, judged, table,
        plan, cache(lambda: AppliedPanels(read_all_panels(plan.read.codes.table))), few,
    )  # fmt: skip


def trail_of(asked: Asked, variant: int) -> VariantTrail:
    """Give the trail of one variant.

    Parameters
    ----------
    asked : Asked
    variant : int
        Row of the batch of everything that was read.
    """
    batch, family = asked.evidence.batch, asked.judged.family
    genes = asked.evidence.genes
    read = asked.plan.read
    steps = (
        *region_steps(batch, variant, read.regions, asked.context.rules),
        filter_step(asked.evidence, variant, asked.context),
        frequency_step(asked.evidence, variant, None, asked.context),
        carried_step(asked.calls, asked.evidence, variant, asked.context),
        *call_quality_steps(asked.few, asked.calls, variant),
    )
    carried = bool(asked.calls.carried[variant])
    own = np.flatnonzero(genes.variant == variant).tolist()
    pairs = _pairs_with(asked, variant) if carried else None
    trails = tuple(_gene_trail(asked, pair, pairs) for pair in own)
    rows = tuple(own_row.row for own_row in asked.rows.get(variant, ()))
    return VariantTrail(
        variant_name(batch, variant),
        batch["variant_id"][variant],
        family.pedigree.family_id,
        family.proband_id,
        steps,
        trails,
        rows,
        "" if rows else first_failed(asked, variant),
        conclude(steps, trails, rows),
    )


def first_failed(asked: Asked, variant: int) -> str:
    """Name the question at which the run counts the variant as dropped."""
    if asked.dropped[variant]:
        return asked.dropped[variant]
    for name in ASKED:
        if getattr(asked.answers, name)[variant] == Outcome.FAIL:
            return name
    if not asked.kept[variant]:
        return "segregation"
    own = int(np.count_nonzero(asked.kept[:variant]))
    return FAMILY_QUESTIONS[int(asked.judged.answers.reached[own])]


def _pairs_with(asked: Asked, variant: int) -> PairAnswers:
    """Judge the pairs of a variant, whatever it fails itself, with the alleles of its genes.

    With those that fail nothing, and with those that fail one question of their own: a partner
    that is nearly there.
    """
    evidence, genes = asked.evidence, asked.evidence.genes
    mine = genes.variant == variant
    own = np.isin(genes.gene, genes.gene[mine])
    kept = asked.kept[genes.variant] & evidence.reportable
    nearly = own_failures(evidence, asked.answers, asked.calls, asked.few) == 1
    known = evidence.known | ~asked.kept
    known[variant] = True
    reportable = mine | (own & (kept | nearly))
    # what is asked again of known variants in a mode is told by the step of frequency
    settings = structs.replace(evidence.limits.settings, known_by_mode={})
    limits = replace(evidence.limits, settings=settings)
    eligible = replace(evidence, known=known, reportable=reportable, limits=limits)
    return judge_pairs(eligible, asked.calls, asked.context.rules.segregation)


def _gene_trail(asked: Asked, pair: int, pairs: PairAnswers | None) -> GeneTrail:
    """Give the questions in one gene; `pairs` is none where the proband does not carry it."""
    gene = int(asked.evidence.genes.gene[pair])
    codes = asked.context.codes
    modes: list[ModeTrail] = []
    if pairs is not None:
        modes += [_mode_trail(asked, pair, mode) for mode in _single_modes(asked, pair)]
        modes += _relaxed_trails(asked, pair)
        paired = _pair_mode(asked, pair)
        if paired is not None:
            modes.append(_paired_trail(asked, pair, paired, pairs))
    return GeneTrail(
        codes.symbol(gene),
        codes.hgnc_id(gene),
        panel_lines(gene, asked.context, asked.bundled),
        consequence_step(asked.evidence, pair, asked.context),
        transcript_answers(asked.evidence, pair, asked.classes, asked.context),
        tuple(modes),
    )


def _single_modes(asked: Asked, pair: int) -> list[Mode]:
    """List the modes in which one variant is enough and which exist at the place."""
    region = int(asked.calls.region[asked.evidence.genes.variant[pair]])
    woman = asked.calls.sexes[0, 0] != Sex.MALE
    return [
        mode
        for mode in SINGLE_MODES
        if mode_exists(mode, region) and (woman or mode is not Mode.X_LINKED_HET_FEMALE)
    ]


def _pair_mode(asked: Asked, pair: int) -> Mode | None:
    """Give the mode of pairs at the place; none where there are no two copies."""
    region = int(asked.calls.region[asked.evidence.genes.variant[pair]])
    if region in (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL):
        return Mode.COMPOUND_HET
    woman = asked.calls.sexes[0, 0] != Sex.MALE
    return Mode.X_LINKED_COMPOUND_HET if region == Region.X and woman else None


def _is_kept(asked: Asked, pair: int, mode: Mode, *, complete: bool) -> bool:
    """Whether the variant makes a row in a gene under a mode."""
    genes = asked.evidence.genes
    gene, variant = int(genes.gene[pair]), int(genes.variant[pair])
    return any(
        (row.gene, row.mode, row.complete) == (gene, mode, complete)
        for row in asked.rows.get(variant, ())
    )


def _mode_trail(asked: Asked, pair: int, mode: Mode, *, complete: bool = True) -> ModeTrail:
    """Give the questions under a mode in which one variant is enough."""
    variant = int(asked.evidence.genes.variant[pair])
    answers = asked.modes.complete if complete else asked.modes.relaxed
    row = rows_in_mode(asked.evidence, [pair], mode)
    panel = panel_step(asked.evidence, pair, mode, asked.origin, asked.context)
    steps = (
        frequency_step(asked.evidence, variant, mode, asked.context),
        unasked_mode_step(mode, asked.context)
        or segregation_step(
            asked.calls, variant, mode, Outcome(int(answers[mode][variant])), asked.context,
            complete=complete,
        ),
        with_required_panel(panel, asked.few, row),
        *row_steps(asked.few, row),
    )  # fmt: skip
    kept = _is_kept(asked, pair, mode, complete=complete)
    note = "" if kept else _why_no_row(asked, pair, mode, complete=complete)
    penetrance = "complete" if complete else "incomplete"
    return ModeTrail(MODE_NAMES[mode], penetrance, steps, note, kept)


def _why_no_row(asked: Asked, pair: int, mode: Mode, *, complete: bool) -> str:
    """Say why a mode makes no row though none of its questions may have failed."""
    variant = int(asked.evidence.genes.variant[pair])
    told = asked.modes.told_elsewhere
    if complete and mode in told and told[mode][variant]:
        return (
            "a parent was not sequenced: the dominant mode says de_novo_possible instead"
            if mode is Mode.DE_NOVO
            else "another mode on X says more"
        )
    if asked.evidence.near[pair]:
        if mode is Mode.DE_NOVO:
            return "no rule names the consequence: shown only where the reads bear a new allele out"
        if mode is not Mode.AUTOSOMAL_RECESSIVE_HOM:
            return UNNAMED
        return "no rule names the consequence: shown only where its frequency is known"
    relaxed = asked.context.rules.segregation.incomplete_penetrance
    if not (complete or relaxed or _is_relaxed_as_known(asked, variant, mode)):
        return "asked because the gene is imprinted: its panel entries do not fit"
    return ""


def _relaxed_trails(asked: Asked, pair: int) -> list[ModeTrail]:
    """Give the modes under incomplete penetrance, where the rule set or an imprinted gene asks."""
    context, variant = asked.context, int(asked.evidence.genes.variant[pair])
    gene, region = int(asked.evidence.genes.gene[pair]), int(asked.calls.region[variant])
    always = context.rules.segregation.incomplete_penetrance
    imprinted = gene in imprinted_genes(context)

    def asks(mode: Mode) -> bool:
        of_gene = imprinted and mode is Mode.AUTOSOMAL_DOMINANT
        return always or of_gene or _is_relaxed_as_known(asked, variant, mode)

    return [
        _mode_trail(asked, pair, mode, complete=False)
        for mode, answer in asked.modes.relaxed.items()
        if mode_exists(mode, region)
        and asks(mode)
        and asked.modes.of(mode)[variant] == Outcome.FAIL
        and answer[variant] != Outcome.FAIL
    ]


def _is_relaxed_as_known(asked: Asked, variant: int, mode: Mode) -> bool:
    """Whether unaffected carriers do not exclude it because ClinVar calls it pathogenic."""
    relaxes = asked.context.rules.known_pathogenic.incomplete_penetrance
    return relaxes and bool(asked.evidence.known_in(mode)[variant])


def _paired_trail(asked: Asked, pair: int, mode: Mode, pairs: PairAnswers) -> ModeTrail:
    """Give the questions under the mode that asks for two alleles."""
    variant = int(asked.evidence.genes.variant[pair])
    kept = _is_kept(asked, pair, mode, complete=True)
    step, partners = pair_step(asked.few, (asked.answers, asked.kept), asked.calls, pair, pairs)
    row = rows_in_mode(asked.evidence, [pair], mode)
    as_pairs = rows_in_mode(asked.evidence, [pair] * len(partners), mode, partners)
    panel = panel_step(asked.evidence, pair, mode, asked.origin, asked.context)
    steps = (
        frequency_step(asked.evidence, variant, mode, asked.context),
        unasked_mode_step(mode, asked.context) or unpaired_term_step(asked.few, pair) or step,
        with_required_panel(panel, asked.few, row),
        *(row_steps(asked.few, as_pairs) if partners else ()),
    )
    note = ""
    if not kept and asked.evidence.near[pair]:
        note = UNNAMED
    return ModeTrail(MODE_NAMES[mode], "complete", steps, note, kept)
