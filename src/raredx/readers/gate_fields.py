"""What the gate asks of the fields of a record: which keys, up to which limits."""

from __future__ import annotations

import math
from typing import Any

from raredx.readers.annotations import AnnotationSources
from raredx.readers.consequences import is_variant_allele
from raredx.readers.gate import KNOWN_WORDS, Gate


def splice_keys(sources: AnnotationSources) -> tuple[tuple[str, int, int], ...]:
    """Give INFO keys of SpliceAI, with the fields that hold scores: four in its own format."""
    found = [(name, 0, 0) for name in sources.info.predictors.get("spliceai", ())]
    if sources.spliceai_info:
        found.append((sources.spliceai_info, 2, 5))
    return tuple(found)


def says_known(significance: str) -> bool:
    """Whether a class stands there in words, or as code 4 or 5 of old files; or may do so."""
    return any(part in significance for part in KNOWN_WORDS)


def sequences(record: Any) -> int:
    """Count the ALT alleles that are sequences."""
    return sum(is_variant_allele(alt) for alt in record.ALT)


def limits_of(frequencies: dict[str, str], gate: Gate) -> list[tuple[str, float, float]]:
    """Field, loosest limit and limit of rescue, for the sources that are judged."""
    return [
        (
            name,
            gate.limits[source],
            math.inf if source in gate.spared else max(gate.limits[source], gate.known_limit),
        )
        for name, source in frequencies.items()
        if source in gate.limits
    ]
