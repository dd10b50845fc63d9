"""From the options of a command to a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raredx.pipeline.request import RankRequest

_OUTPUTS = ("output", "vcf_out", "genes_out", "diseases_out", "html", "xlsx", "near_misses",
            "phenopacket_out", "jsonl", "parquet", "pseudonym_table")  # fmt: skip
_ANALYSIS = ("vcf", "ped", "proband", "karyotypes", "hpo", "phenopacket", "hpo_data", "panels",
             "ruleset", "order", "explained_share", "clinvar", "curated", "regions",
             "regions_file", "panel_only", "threads", "allow_missing_frequency",
             "allow_unsequenced", "strict", "exact", "pseudonyms")  # fmt: skip


def rank_request(options: dict[str, Any], command: str) -> RankRequest:
    """Make the request of a ranking; a command without outputs leaves them out."""
    from raredx.pipeline.request import RankRequest
    from raredx.vocabulary import Assembly

    given = {name: options[name] for name in (*_ANALYSIS, *_OUTPUTS) if name in options}
    return RankRequest(
        **given,
        json=options.get("json_out"),
        assembly=Assembly(options["assembly"]) if options["assembly"] else None,
        command=command,
    )
