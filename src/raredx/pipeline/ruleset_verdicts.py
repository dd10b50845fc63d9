"""What a rule set makes of a variant in a gene: its best candidate, or what drops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from raredx.columns.ruleset_comparison import KEPT, Verdict
from raredx.columns.trail import GeneTrail, ModeTrail, Step, VariantTrail
from raredx.pipeline.trails import Asked, trail_of
from raredx.vocabulary import ClinvarClass

Places = set[tuple[int, int]]
"""Variants, as rows of the batch, and genes, as codes."""


Kept = dict[tuple[int, int], list[int]]
"""Variant and gene to the places of the candidates in the table, the best first."""


def kept_places(asked: Asked) -> Kept:
    """Find the variants and genes that are kept."""
    rows, numbers = asked.judged.rows, np.flatnonzero(asked.kept)
    found: Kept = {}
    for place, row in enumerate(asked.judged.ranking.order.tolist()):
        found.setdefault((int(numbers[rows.variant[row]]), int(rows.gene[row])), []).append(place)
    return found


def verdicts_of(
    asked: Sequence[Asked], kept: Sequence[Kept], variant: int, gene: int
) -> tuple[Verdict, ...]:
    """Give the verdict of each rule set on a variant in a gene.

    Parameters
    ----------
    asked : sequence of Asked
        One for each rule set, of the same family and file.
    kept : sequence of dict
        What each keeps, as `kept_places` gives it.
    variant, gene : int

    Returns
    -------
    tuple of Verdict
        Where one drops it, the question is told of a mode in which another keeps it.
    """
    places = [own.get((variant, gene), []) for own in kept]
    ranked = sorted(
        (one.table["rank"][place], one.table["mode"][place])
        for one, own in zip(asked, places, strict=True)
        for place in own
    )
    modes = [*dict.fromkeys(mode for _, mode in ranked)]
    return tuple(
        _candidate(one, own[0]) if own else _dropped(one, variant, gene, modes)
        for one, own in zip(asked, places, strict=True)
    )


def _candidate(asked: Asked, place: int) -> Verdict:
    """Tell of a row of the candidates."""
    table = asked.table
    return Verdict(KEPT, table["rank"][place], table["tier"][place], table["mode"][place])


def _dropped(asked: Asked, variant: int, gene: int, modes: list[str]) -> Verdict:
    """Tell the question that drops a variant in a gene."""
    trail = trail_of(asked, variant)
    symbol, hgnc_id = asked.context.codes.symbol(gene), asked.context.codes.hgnc_id(gene)
    own = next(t for t in trail.genes if (t.gene, t.hgnc_id) == (symbol, hgnc_id))
    step = _of_variant(trail, own)
    if step is not None:
        return _verdict(step, "")
    return _of_mode(trail, own, modes)


def _of_variant(trail: VariantTrail, gene: GeneTrail) -> Step | None:
    """Find what drops the variant before its modes are asked."""
    steps = [*trail.steps[:-1], gene.consequence, *trail.steps[-1:]]
    against = [step for step in steps if step.is_against]
    named = [step for step in against if step.question == trail.failed]
    return next(iter(named or against), None)


def _of_mode(trail: VariantTrail, gene: GeneTrail, modes: list[str]) -> Verdict:
    """Find what drops it in a mode in which others keep it, the one that came nearest."""

    def order(mode: ModeTrail) -> tuple[int, int]:
        place = modes.index(mode.mode) if mode.mode in modes else len(modes)
        return place, len(mode.against) + bool(mode.note)

    mode = min(gene.modes, key=order, default=None)
    if mode is None:
        return Verdict(trail.failed or "segregation")
    against = [step for step in mode.against if step.question == trail.failed] or mode.against
    if against:
        return _verdict(against[0], mode.mode)
    return Verdict("segregation", mode=mode.mode, observed=mode.note)


def _verdict(step: Step, mode: str) -> Verdict:
    return Verdict(
        step.question, None, "", mode, step.observed, step.threshold, step.rule.partition(": ")[2]
    )


def compared_cells(asked: Asked, variant: int, gene: int) -> dict[str, Any]:
    """Describe a variant in a gene, by the names of `COMPARED_FIELDS`."""
    batch, genes, codes = asked.evidence.batch, asked.evidence.genes, asked.context.codes
    pair = int(np.flatnonzero((genes.variant == variant) & (genes.gene == gene))[0])
    transcripts, entry = batch.transcripts, int(genes.entry[pair])
    known = batch["af"][variant][~np.isnan(batch["af"][variant])]
    unread = batch["clinvar_class"][variant] == ClinvarClass.NOT_ASSESSED
    return {
        "gene": codes.symbol(gene),
        "hgnc_id": codes.hgnc_id(gene),
        "chrom": batch["contig"][variant],
        "pos": int(batch["position"][variant]),
        "ref": batch["ref"][variant],
        "alt": batch["alt"][variant],
        "variant_id": batch["variant_id"][variant],
        "consequence": transcripts.consequence[entry],
        "transcript": transcripts.transcript[entry],
        "hgvs_c": transcripts.hgvs_c[entry],
        "hgvs_p": transcripts.hgvs_p[entry],
        "max_af": float(f"{known.max():.6g}") if known.size else None,
        "clinvar": "not_assessed" if unread else batch["clinvar"][variant],
        "filter": batch["filters"][variant],
        "family_id": asked.judged.family.pedigree.family_id,
        "proband": asked.judged.family.proband_id,
    }
