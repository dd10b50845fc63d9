"""What the page says of one variant: genotypes, transcripts, frequencies, criteria, panels."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from raredx.columns.results import CandidateTable
from raredx.report.html_flags import FLAGS
from raredx.report.html_links import variant_links
from raredx.report.html_text import allele, shortened
from raredx.report.html_words import (
    CHOICES,
    CLASSES,
    OPEN_QUESTIONS,
    ORIGINS,
    PHASES,
    TIERS,
    consequence_words,
    fraction_words,
    plain,
    source_words,
)

LONGEST_NAME = 60
"""Characters of an HGVS name that are written out (our choice)."""
LONGEST_GENOTYPE = 12
"""Characters of a genotype in the pedigree (our choice)."""
LONGEST_WORDS = 200
"""Characters of a consequence in words (our choice)."""
SHOWN_TRANSCRIPTS = 40
"""Transcripts of one variant that are listed; the JSON has them all (our choice)."""
SHOWN_PANELS = 8
"""Green panels of one candidate that are named; the others are counted (our choice)."""


def variant_view(table: CandidateTable, row: int, assembly: str) -> dict[str, Any]:
    """Give everything the page says of one row, in words."""
    cells = {name: column[row] for name, column in table.columns.items()}
    details = table.details[row] if table.details else {}
    return {
        "name": change_name(cells),
        "coding": hgvs_change(cells["hgvs_c"]),
        "place": place_name(cells),
        "words": shortened(consequence_words(cells["consequence"]), LONGEST_WORDS),
        "terms": cells["consequence"].replace("&", ", "),
        "tier": cells["tier"],
        "tier_words": TIERS.get(cells["tier"], cells["tier"]),
        "class": cells["acmg_class"],
        "class_words": CLASSES.get(cells["acmg_class"], shortened(cells["acmg_class"], 30)),
        "temperature": (cells["acmg_temperature"] or "").replace("_", " "),
        "points": cells["acmg_points"],
        "criteria": details.get("acmg", []),
        "criteria_open": cells["acmg_not_assessed"],
        "reason": cells["reason"],
        "questions": _questions(cells, details),
        "origin": ORIGINS.get(cells["parent_of_origin"], ""),
        "phase": PHASES.get(cells["phase"], cells["phase"]),
        "phase_reason": cells["phase_reason"],
        "partner": shortened(cells["partner"], LONGEST_NAME),
        "de_novo": _de_novo(cells),
        "event": cells["event"],
        "transcript": _transcript(cells),
        "others": _transcripts(cells, details),
        "frequencies": _frequencies(cells),
        "predictors": _predictors(cells),
        "clinvar": _clinvar(cells),
        "panels": _panels(cells, details),
        "flags": [FLAGS.get(flag, flag.replace("_", " ")) for flag in cells["flags"]],
        "open": [OPEN_QUESTIONS.get(q, q) for q in cells["not_assessed"]],
        "heteroplasmy": _heteroplasmy(cells),
        "links": variant_links(cells, assembly),
        "calls": [_call(cells, member) for member in table.members],
    }


def hgvs_change(name: str | None) -> str:
    """Give the change of an HGVS name without its accession.

    Examples
    --------
    >>> hgvs_change("ENSP00000349313.5:p.Arg178Ter"), hgvs_change("ENST1:c.3G>A%3D")
    ('p.Arg178Ter', 'c.3G>A=')
    """
    text = unquote((name or "").rpartition(":")[2], errors="replace")
    return shortened(text, LONGEST_NAME)


def change_name(cells: dict[str, Any]) -> str:
    """Name a variant briefly: protein, else coding DNA, else its place."""
    return hgvs_change(cells["hgvs_p"]) or hgvs_change(cells["hgvs_c"]) or place_name(cells)


def place_name(cells: dict[str, Any]) -> str:
    """Write a variant as chrom-pos-ref-alt, long alleles shortened."""
    return f"{cells['chrom']}-{cells['pos']}-{allele(cells['ref'])}-{allele(cells['alt'])}"


def _questions(cells: dict[str, Any], details: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give each question of the rule set, its answer, and what was observed."""
    flags, left_open = cells["flags"], set(cells["not_assessed"])
    fits = {event["mode_fits"] for event in details.get("report_events", [])}
    common = "clinvar_rescued_frequency" in flags
    odd = {"clinvar_rescued_consequence", "consequence_not_tiered"} & set(flags)
    popmax = cells["popmax_af"]
    rare = "no source read" if popmax == "not_assessed" else fraction_words(popmax)
    answers = {
        "filter": (True, cells["filter"]),
        "frequency": (not common, f"highest: {rare}"),
        "consequence": (not odd, consequence_words(cells["consequence"])),
        "carried": (True, "the proband carries it"),
        "segregation": (True, _fit(cells)),
        "panel": ("pass" in fits, _panel_answer(cells, details)),
    }
    return [
        (name, "not assessed" if name in left_open else "pass" if held else "fail", seen)
        for name, (held, seen) in answers.items()
    ]


def _fit(cells: dict[str, Any]) -> str:
    """Say how the variant fits the family."""
    parts = [ORIGINS.get(cells["parent_of_origin"], "origin not known")]
    if cells["penetrance"] == "incomplete":
        parts.append("with incomplete penetrance")
    return ", ".join(parts)


def _panel_answer(cells: dict[str, Any], details: dict[str, Any]) -> str:
    """Say what the applied panels make of the gene."""
    events = details.get("report_events", [])
    if "panel" in cells["not_assessed"] and not events:
        return "no panel applied"
    green = [event for event in events if event["confidence"] == "green"]
    fitting = sum(event["mode_fits"] == "pass" for event in green)
    if not green:
        return "green on no applied panel"
    left = sum(event["mode_fits"] == "not_assessed" for event in green)
    more = f", {left} not assessed" if left else ""
    return f"green on {len(green)}, of which {fitting} fit the mode of inheritance{more}"


def _de_novo(cells: dict[str, Any]) -> str:
    """Say how sure it is that the variant is new."""
    if not cells["de_novo_grade"]:
        return ""
    words = f"{cells['de_novo_grade']} confidence"
    if cells["de_novo_posterior"] is not None:
        words += f", probability {cells['de_novo_posterior']:.3g} of being new"
    doubts = ", ".join(doubt.replace("_", " ") for doubt in cells["de_novo_doubts"])
    return f"{words}; doubts: {doubts}" if doubts else words


def _transcript(cells: dict[str, Any]) -> str:
    """Describe the chosen transcript."""
    parts = [cells["transcript"] or "no name"]
    if cells["mane_refseq"]:
        parts[0] += f" = {cells['mane_refseq']}"
    choice = cells["transcript_choice"]
    parts.append(CHOICES.get(choice, choice))
    if cells["exon"]:
        parts.append(f"exon {cells['exon']}")
    return ", ".join(parts)


def _transcripts(cells: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    """List the other transcripts, and count those that are not listed."""
    found = []
    for entry in details.get("transcripts", []):
        if entry["transcript"] == cells["transcript"]:
            continue
        marks = [CHOICES[key] for key in ("mane_select", "mane_plus_clinical") if entry[key]]
        gene = "" if entry["gene"] == cells["gene"] else entry["gene"]
        found.append(
            {
                "name": " ".join([entry["transcript"] or "no name", *marks, gene]).strip(),
                "terms": entry["consequence"].replace("&", ", ").replace("_variant", ""),
                "change": hgvs_change(entry["hgvs_c"]),
                "protein": hgvs_change(entry["hgvs_p"]),
            }
        )
    return {"shown": found[:SHOWN_TRANSCRIPTS], "more": max(0, len(found) - SHOWN_TRANSCRIPTS)}


def _frequencies(cells: dict[str, Any]) -> list[tuple[str, str]]:
    """List the population frequencies: the highest, which the question asks for, then each."""
    popmax = cells["popmax_af"]
    if popmax == "not_assessed":
        return [("Population frequency", "not assessed: no source could be read")]
    found = []
    for entry in cells["frequencies"]:
        source, _, value = entry.rpartition("=")
        found.append((source_words(source), fraction_words(_number(value))))
    if not found:
        found.append(("All population sources of the file", "not seen"))
    if cells["homozygotes"] is not None:
        found.append(("People with two copies", f"{cells['homozygotes']:,}"))
    return found


def _number(text: str) -> float:
    """Read a number that the table wrote."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _predictors(cells: dict[str, Any]) -> list[tuple[str, str]]:
    """List the predictors that the file has for the variant."""
    names = (("revel", "REVEL"), ("alphamissense", "AlphaMissense"), ("cadd", "CADD"),
             ("spliceai", "SpliceAI"))  # fmt: skip
    found = [(name, plain_score(cells[key])) for key, name in names if cells[key] is not None]
    if cells["loftee"]:
        found.append(("LOFTEE", cells["loftee"]))
    if cells["pli"] is not None:
        found.append(("pLI of the gene", plain(cells["pli"])))
    return found


def plain_score(value: float) -> str:
    """Write a predictor's score with three significant digits.

    Examples
    --------
    >>> plain_score(31.899999618530273), plain_score(0.0)
    ('31.9', '0')
    """
    return f"{value:.3g}"


def _clinvar(cells: dict[str, Any]) -> str:
    """Say what ClinVar says."""
    if cells["clinvar"] == "not_assessed":
        return "not assessed: the file carries no ClinVar"
    if not cells["clinvar"]:
        return "not reported there"
    words = cells["clinvar"].replace("_", " ")
    stars = cells["clinvar_stars"]
    return words if stars is None else f"{words}, {stars} of 4 review stars"


def _panels(cells: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    """Name the green panels of the gene, those whose mode fits first, and count the others."""
    events = details.get("report_events", [])
    green = [event for event in events if event["confidence"] == "green"]
    named = []
    for event in green[:SHOWN_PANELS]:
        version = f" v{event['panel_version']}" if event["panel_version"] else ""
        asks = f", asks for {_moi(event['moi'])}" if event["mode_fits"] == "fail" else ""
        named.append(f"{event['panel_name']}{version}{asks}")
    colours = [event["confidence"] for event in events]
    rest = [f"{colours.count(c)} {c}" for c in ("amber", "red") if c in colours]
    return {
        "green": named,
        "more": max(0, len(green) - SHOWN_PANELS),
        "rest": " and ".join(rest),
        "moi": ", ".join(_moi(moi) for moi in cells["moi"]),
    }


def _moi(moi: str) -> str:
    """Say a panel's mode of inheritance."""
    return moi.replace("_", " ").replace("xlinked", "X-linked")


def _heteroplasmy(cells: dict[str, Any]) -> str:
    """Say the shares of mitochondrial reads."""
    if cells["heteroplasmy"] is None:
        return ""
    words = f"{cells['heteroplasmy'] * 100:.0f} % of the proband’s reads"
    if cells["heteroplasmy_mother"] is not None:
        words += f", {cells['heteroplasmy_mother'] * 100:.0f} % of the mother’s"
    return words


def _call(cells: dict[str, Any], member: str) -> dict[str, Any]:
    """Give genotype, depth, quality and balance of one member."""
    quality, balance = cells[f"gq_{member}"], cells[f"ab_{member}"]
    return {
        "member": member,
        "gt": cells[f"gt_{member}"],
        "short": shortened(cells[f"gt_{member}"] or "", LONGEST_GENOTYPE),
        "dp": cells[f"dp_{member}"],
        "gq": None if quality is None else f"{quality:.3g}",
        "ab": None if balance is None else f"{balance:.2f}",
    }
