"""`raredx explain`: what a ranking asked of one variant, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from raredx import __version__
from raredx.columns.counts import QUESTIONS
from raredx.columns.genome import OTHER_CODE, contig_code
from raredx.columns.pseudonyms import Pseudonyms
from raredx.columns.trail import Coverage, Explanation, VariantTrail
from raredx.columns.variant_query import VariantQuery, bare_accession, read_query
from raredx.errors import SettingsError
from raredx.pipeline.disguise import disguised
from raredx.pipeline.explain_targets import Targets, find_targets, is_on
from raredx.pipeline.explain_window import OUTSIDE, WindowReader, ask_window
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import make_plan
from raredx.pipeline.questions import ASKED
from raredx.pipeline.request import RankRequest
from raredx.pipeline.trails import Asked, first_failed, trail_of
from raredx.readers.gene_regions import gene_regions
from raredx.readers.htslib import catch_messages
from raredx.readers.jumps import choose_by_index
from raredx.readers.regions import Interval, in_every_naming
from raredx.readers.site_records import places_of_text, records_spanning
from raredx.readers.vcf_file import VcfFile
from raredx.report.explanation import explanation_json, explanation_text
from raredx.settings import read_ruleset, with_explained_share
from raredx.vocabulary import MODE_NAMES, UNKNOWN_INDEX, Mode, Outcome, Sex

REACH = 200
"""Bases around a place in which the same change may stand under another position: more than the
repeats in which callers and normalisers disagree (our choice)."""

POINTER_REACH = 20_000
"""The same where consequences may point to another record's (BCSQ): bcftools csq joins what lies
in one transcript and haplotype, mostly one codon; a pointer beyond is not followed (our choice)."""

MOST_TRAILS = 12
"""Alleles that are explained in full; a gene's others are counted (our choice)."""

FEW_READS = 10
"""Depth below which a call of no allele is said to be little to go by (our choice)."""


def explain(request: RankRequest, asked: str) -> Explanation:
    """Answer why a variant is, or is not, among the candidates of a request.

    Parameters
    ----------
    request : RankRequest
        As for the ranking; outputs are not looked at.
    asked : str
        An allele, a place, HGVS, a gene, or an rsID.

    Raises
    ------
    RareDxError
        For anything that the user can put right.
    """
    with disguised(request) as disguise:
        return disguise.result(_explain(disguise.named(request), asked, disguise.pseudonyms))


def _explain(request: RankRequest, asked: str, pseudonyms: Pseudonyms | None) -> Explanation:
    """Explain, with people called as outputs may call them."""
    if request.vcf == "-":
        raise SettingsError(
            "standard input", "cannot be looked up: an explanation goes to a place", "Give a file."
        )
    # near misses ask for a wider gate, which shows partners that are nearly there
    request = replace(request, near_misses="-", threads=1)
    loaded = with_explained_share(read_ruleset(request.ruleset), request.explained_share)
    with catch_messages() as messages:
        file = VcfFile(request.vcf, request.vcf_name, messages, exact=True, pseudonyms=pseudonyms)
        plan = make_plan(request, file, loaded, InputList())
        contigs = tuple(file.header.contigs)
        file.close()
        reader = WindowReader(request, messages, plan, contigs, pseudonyms)
        query = read_query(asked, plan.read.codes.table, plan.read.assembly)
        places = _places(query, reader)
        return _explain_at(query, reader, places)


def _places(query: VariantQuery, reader: WindowReader) -> tuple[Interval, ...]:
    """Say where in the file to look; nowhere where the file cannot hold what was asked for."""
    read, contigs = reader.plan.read, reader.contigs
    reach = POINTER_REACH if read.sources.layout.kind == "BCSQ" else REACH
    if query.kind in ("allele", "place"):
        first = max(1, query.position - reach)
        wanted = [Interval(query.contig, first, query.last + reach)]
    elif query.gene != UNKNOWN_INDEX:
        wanted = list(gene_regions(read.codes.table, [query.gene], read.assembly).regions)
    else:
        wanted = []
    if not wanted:
        name = query.accession if query.kind == "identifier" else bare_accession(query.accession)
        if query.kind == "gene":
            name = read.codes.symbol(query.gene)
        wanted = [
            Interval(place.contig, max(1, place.first - reach), place.last + reach)
            for place in places_of_text(reader.request.vcf, name, in_id=query.kind == "identifier")
        ]
    named = [w for w in wanted if any(is_on(w.contig, name) for name in contigs)]
    if not wanted:
        return ()
    # records may stand on contigs that the header forgot
    return reader.fit(named) if named else in_every_naming(wanted)


def _has_contig(query: VariantQuery, reader: WindowReader) -> bool:
    """Whether the file declares the contig of a place.

    Raises
    ------
    SettingsError
        If neither the file nor the genome has it.
    """
    contigs = reader.contigs
    if not (query.contig and contigs) or any(is_on(query.contig, name) for name in contigs):
        return True
    if contig_code(query.contig) == OTHER_CODE:
        shown = ", ".join(contigs[:4])
        raise SettingsError(
            f"variant {query.text}",
            f"{reader.request.vcf_name} has no contig {query.contig} (it has {shown}, …)",
            "Write the contig as the file does.",
        )
    return False


def _explain_at(
    query: VariantQuery, reader: WindowReader, places: tuple[Interval, ...]
) -> Explanation:
    """Read the places and the genes around them, and explain what was meant."""
    if not places:
        return _not_found(query, reader, places, Targets([], ""))
    window = reader.read(places)
    targets = find_targets(query, window.batch, reader.plan)
    if not targets.rows:
        return _not_found(query, reader, places, targets)
    window = reader.with_genes(window, places, targets.rows)
    trails: list[VariantTrail] = []
    overview: tuple[str, ...] = ()
    for asked in ask_window(reader.request, reader.plan, window):
        own = targets.rows
        if query.kind in ("gene", "place"):
            own, lines = _of_interest(asked, targets.rows, query)
            overview += lines
        trails += [trail_of(asked, variant) for variant in own[:MOST_TRAILS]]
    conclusion = trails[0].conclusion if len(trails) == 1 else _together(trails, overview)
    notes = (*targets.notes, *_notes(reader, places, trails))
    return Explanation(
        query.text, targets.how, tuple(trails), overview, targets.others, (), notes, conclusion
    )


def _of_interest(
    asked: Asked, targets: list[int], query: VariantQuery
) -> tuple[list[int], tuple[str, ...]]:
    """Count what became of the variants of a gene, and choose those to explain in full.

    What is kept first, then what fails fewest questions; of a gene only what the proband carries.
    """
    by_question: dict[str, int] = {}
    distance: dict[int, int] = {}
    for variant in targets:
        fails = [n for n in ASKED if getattr(asked.answers, n)[variant] == Outcome.FAIL]
        is_carried = bool(asked.calls.carried[variant])
        is_kept = variant in asked.rows
        distance[variant] = 0 if is_kept else 1 + len(fails) + 9 * (not is_carried)
        word = "kept" if is_kept else first_failed(asked, variant)
        word = word if is_carried else "carried"
        by_question[word] = by_question.get(word, 0) + 1
    order = ("kept", OUTSIDE, *(q for q in QUESTIONS if q != "carried"), "carried")
    words = {"kept": "candidates", "carried": "not carried by the proband",
             OUTSIDE: "outside the regions of the run"}  # fmt: skip
    counts = [
        f"{by_question[word]} {words.get(word, f'dropped by {word}')}"
        for word in sorted(by_question, key=order.index)
    ]
    near = [v for v in targets if distance[v] < 9 or query.kind == "place"]
    near.sort(key=lambda v: (distance[v], v))
    family = asked.judged.family
    line = f"family {family.pedigree.family_id}: {', '.join(counts)}"
    if len(near) > MOST_TRAILS:
        line += f"; the {MOST_TRAILS} that fail least are explained"
    return near, (line,)


def _notes(
    reader: WindowReader, places: tuple[Interval, ...], trails: Sequence[VariantTrail] = ()
) -> tuple[str, ...]:
    """Say what differs from a whole run."""
    plan = reader.plan
    found = ["samples are not checked here: that takes the whole file"]
    unknown = [
        f.pedigree.members[m] for f in plan.families for m in f.sequenced
        if f.pedigree.sex[m] == Sex.UNKNOWN
    ]  # fmt: skip
    if unknown:
        found.append(
            f"sex of {', '.join(unknown)} is not stated: a ranking takes it from the whole file, "
            "and so may answer otherwise on X and Y"
        )
    if any(row.mode == MODE_NAMES[Mode.DE_NOVO] for trail in trails for row in trail.rows):
        found.append(
            "whether the parents are the proband's is not looked at: where a ranking shows it, a "
            "new allele gets PS2 for PM6, and a higher score and class"
        )
    choice = choose_by_index(reader.request.vcf, places, reader.contigs)
    found += choice.warnings
    return tuple(found)


def _together(trails: list[VariantTrail], overview: tuple[str, ...]) -> str:
    """Say what became of several."""
    kept = [trail.variant for trail in trails if trail.kept]
    if not trails:
        return f"No allele there is a candidate: {'; '.join(overview)}."
    names = list(dict.fromkeys(trail.variant for trail in trails))
    if not kept:
        nearest = trails[0]
        return (
            f"None of the {len(names)} explained is a candidate. Of {nearest.variant}: "
            f"{nearest.conclusion}"
        )
    shown = ", ".join(dict.fromkeys(kept))
    return f"{len(set(kept))} of the {len(names)} explained are candidates: {shown}."


def _not_found(
    query: VariantQuery, reader: WindowReader, places: tuple[Interval, ...], targets: Targets
) -> Explanation:
    """Say that it is not in the file, and whether the place is covered."""
    coverage: list[Coverage] = []
    if query.position and places:
        place = Interval(places[0].contig, query.position, query.last)
        names = {name: name for name in reader.plan.read.samples}
        if reader.pseudonyms is not None:
            names = {name: reader.pseudonyms.real(name) for name in names}
        coverage = records_spanning(reader.request.vcf, place, names)
    probands = [f.proband_id for f in reader.plan.families]
    where = _where(query, coverage, probands, is_there=_has_contig(query, reader))
    if query.alt == "*" or query.alt.startswith("<"):
        where = f"{query.alt} is no sequence, and alleles that are none are not judged"
    return Explanation(
        query.text,
        "not in the file",
        others=targets.others,
        coverage=tuple(coverage),
        notes=(*targets.notes, *_notes(reader, places)),
        conclusion=f"It is not in the file, so no question was asked of it: {where}.",
    )


def _where(
    query: VariantQuery, coverage: list[Coverage], probands: list[str], *, is_there: bool
) -> str:
    """Say what the file holds in its stead."""
    if not is_there:
        return f"the file has no contig {query.contig}"
    if not query.position:
        named = "annotation puts an allele there" if query.kind == "gene" else "annotation names it"
        return f"no ID or {named}" if query.kind == "identifier" else f"no {named}"
    if not coverage:
        return (
            "no record spans the place, and whether it was sequenced cannot be told from this "
            "file (a gVCF would tell)"
        )
    is_reference = coverage[0].is_reference
    said = [
        f"{call.name}'s call in it is {call.genotype}"
        + (f" with {call.depth} reads" if call.depth >= 0 else "")
        + (", too few to go by" if 0 <= call.depth < FEW_READS else "")
        for call in coverage[0].calls
        if call.name in probands
    ]
    kind = "a reference block covers the place" if is_reference else "another record spans it"
    return f"{kind}; {', '.join(said)}" if said else kind


def explanation_of(explanation: Explanation, request: RankRequest, *, as_json: bool) -> str:
    """Write an explanation, with what it was asked under."""
    with disguised(request) as disguise:
        heading = {"raredx": __version__, "command": disguise.named(request).command}
    write = explanation_json if as_json else explanation_text
    return write(explanation, heading)
