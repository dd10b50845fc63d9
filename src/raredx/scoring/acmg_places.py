"""Where in a table of reported variants do the criteria look? So that only that much is read."""

from __future__ import annotations

from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_reported import ACCEPTOR_MOTIF
from raredx.scoring.acmg_subject import AcmgReferences, gather_subject
from raredx.scoring.evidence import Evidence

Place = tuple[int, int, int]
"""Contig code, first and last base."""


def places_asked(
    evidence: Evidence, references: AcmgReferences, settings: AcmgSettings
) -> list[Place]:
    """List the stretches of the genome in which reported variants are asked for, sorted.

    Around each variant as far as a hot spot and a splice motif reach; the rest of its codon,
    which may lie beyond an intron; and the whole gene where PP2 is in use.

    Parameters
    ----------
    references : AcmgReferences
        A ClinVar table is not needed yet.
    """
    reach = max(settings.pm1_distance, ACCEPTOR_MOTIF[1] - ACCEPTOR_MOTIF[0])
    found: set[Place] = set()
    for pair in range(len(evidence.genes.variant)):
        subject = gather_subject(evidence, pair, references, "none")
        if not subject.contig:
            continue
        first = max(subject.span[0] - reach, 1)
        found.add((subject.contig, first, subject.span[1] + reach))
        if subject.is_missense and subject.map is not None and subject.coding_base > 0:
            positions = subject.map.codon_positions((subject.coding_base - 1) // 3 + 1)
            found.update((subject.contig, position, position) for position in positions)
        span = references.codes.table.span(subject.gene, references.assembly)
        if settings.use_pp2_bp1 and subject.is_missense and span is not None:
            found.add((subject.contig, span[1], span[2]))
    return sorted(found)
