"""Which HPO terms are judged for each family, and where they come from.

Those given with the run come first, then those of a phenopacket, then column 7 of the PED file.
The first of them that states an observed term counts, whole; what that leaves aside is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from raredx.columns.family import Family
from raredx.columns.ontology import Ontology
from raredx.columns.phenopacket import Phenopacket, StatedTerm, StatedTerms
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError, named, private
from raredx.readers.phenotype_input import NOTHING_LEFT, read_terms, resolve_terms, terms_file

TYPED = "HPO terms"
"""What a typed list is called in messages."""


@dataclass(frozen=True)
class PhenotypeSources:
    """Where HPO terms may come from.

    Attributes
    ----------
    typed : str
        A list as typed, or the path of a text file; empty where nothing was given.
    packet : Phenopacket or None
    ped : str
        The PED file, for messages.
    """

    typed: str = ""
    packet: Phenopacket | None = None
    ped: str = ""


@dataclass(frozen=True)
class FamilyPhenotype:
    """The phenotype of one proband.

    Attributes
    ----------
    observed, excluded : tuple of int
        Rows of the ontology. Without an observed row the phenotype is not assessed.
    source : str
        Where the terms come from, in words; empty where there are none.
    notes : tuple of str
        What was replaced, left out or contradicts itself.
    """

    observed: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    """Terms of one source, before they are looked up."""

    words: str
    where: str
    terms: StatedTerms
    typed: bool = False
    written_with: str = ""
    lenient: bool = False


def gather_phenotypes(
    sources: PhenotypeSources, families: Sequence[Family], ontology: Callable[[], Ontology]
) -> list[FamilyPhenotype]:
    """Find the HPO terms of each family's proband, in one release of HPO.

    Parameters
    ----------
    sources : PhenotypeSources
    families : sequence of Family
        The families judged; column 7 of the PED file is with them.
    ontology : callable
        Gives the ontology; called only where there is a term to look up.

    Returns
    -------
    list of FamilyPhenotype
        One for each family.

    Raises
    ------
    SettingsError
        If terms or a phenopacket are given and several families are judged; or a typed term
        is unknown.
    InputError
        If a term of a file is unknown.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> from raredx.readers.ontology_cache import read_ontology
    >>> asked = PhenotypeSources(typed="HP:0001250,-HP:0001263")
    >>> (found,) = gather_phenotypes(asked, [singleton("S1")], read_ontology)
    >>> len(found.observed), len(found.excluded), found.source
    (1, 1, 'given with the run')
    """
    shared = _shared_sources(sources, families)
    found = []
    for family in families:
        own = _ped_source(family, sources.ped)
        stated = [source for source in (*shared, own) if source.terms]
        if not stated:
            whom = private(family.proband_id, "a proband")
            note = f"no HPO terms for {whom}: phenotype not assessed"
            found.append(FamilyPhenotype(notes=(note,)))
            continue
        stated.sort(key=lambda source: not source.terms.observed)
        phenotype = _resolve(stated[0], ontology(), family.proband_id)
        aside = tuple(
            f"HPO terms of {other.words} not used: those {_of(stated[0])} come first"
            for other in stated[1:]
            if _ids(other) != _ids(stated[0])
        )
        found.append(replace(phenotype, notes=phenotype.notes + aside))
    return found


def _shared_sources(sources: PhenotypeSources, families: Sequence[Family]) -> list[_Source]:
    """Read the sources that are of one proband; refuse them for several."""
    found = []
    typed, packet = sources.typed.strip(), sources.packet
    if len(families) > 1 and (typed or packet is not None):
        probands = named([family.proband_id for family in families], "of them")
        raise SettingsError(
            TYPED if packet is None else packet.where,
            f"given for one proband, and {len(families)} families are judged (probands {probands})",
            "Name the proband, or write the terms of each in column 7 of the PED file.",
        )
    if typed:
        file = terms_file(typed)
        with_run = _Source(
            f"the file {file}" if file else "given with the run",
            str(file or TYPED),
            _read_typed(typed, is_file=file is not None),
            typed=file is None,
            lenient=file is not None,
        )
        found.append(with_run)
    if packet is not None:
        where = f"{packet.where}: phenotypicFeatures"
        words = f"phenopacket {packet.where}"
        found.append(_Source(words, where, packet.terms, written_with=packet.hpo_version))
    return found


def _read_typed(typed: str, *, is_file: bool) -> StatedTerms:
    """Read what was given with the run; a fault of typing is one of settings, not of a file."""
    try:
        terms = read_terms(typed, TYPED)
    except InputError as fault:
        if is_file:
            raise
        raise SettingsError(fault.where, fault.what, fault.mend) from None
    if not terms:
        raise SettingsError(TYPED, f"{typed[:60]!r} holds no HPO term", "Write HP:0001250.")
    return terms


def _ped_source(family: Family, ped: str) -> _Source:
    """Take the terms of column 7 of the proband's line."""
    line = family.pedigree.line[family.proband]
    terms = StatedTerms(tuple(StatedTerm(term) for term in family.hpo_terms))
    return _Source("column 7 of the PED file", f"{ped}:{line}", terms)


def _resolve(source: _Source, ontology: Ontology, proband: str) -> FamilyPhenotype:
    """Look the terms of a source up, and settle what it says both ways."""
    observed, excluded = source.terms.observed, source.terms.excluded
    try:
        found, absent = (
            resolve_terms(
                ontology,
                terms,
                source.where,
                written_with=source.written_with,
                lenient=source.lenient,
            )
            for terms in (observed, excluded)
        )
    except InputError as fault:
        if not source.typed:
            raise
        raise SettingsError(fault.where, fault.what, fault.mend) from None
    notes = list(found.notes)
    if not observed:
        notes.append(
            f"no observed HPO term for {private(proband, 'a proband')}: phenotype not assessed"
        )
    notes += [note for note in absent.notes if note != NOTHING_LEFT and note not in notes]
    above = {int(row) for term in found.rows for row in ontology.ancestors(term)}
    kept = tuple(row for row in absent.rows if row not in above)
    against = [ontology.named(r) for r in absent.rows if r in above]
    if against:
        shown = ", ".join(against[:5]) + (f" and {len(against) - 5} more" if against[5:] else "")
        notes.append(f"excluded, yet observed itself or by a term below it: {shown}: not excluded")
    return FamilyPhenotype(found.rows, kept, source.words, tuple(notes))


def _of(source: _Source) -> str:
    """Name a source after `those`."""
    return source.words if source.typed else f"of {source.words}"


def _ids(source: _Source) -> tuple[set[str], set[str]]:
    """Give what a source states, to be compared."""
    observed, excluded = source.terms.observed, source.terms.excluded
    return {term.term_id for term in observed}, {term.term_id for term in excluded}
