"""What a GA4GH phenopacket says of a proband, and HPO terms as somebody stated them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from raredx.columns.family import Pedigree
from raredx.columns.records import dataclass
from raredx.vocabulary import Karyotype, Sex


@dataclass(frozen=True)
class StatedTerm:
    """An HPO term as it was written, before any ontology was asked.

    Attributes
    ----------
    term_id : str
        `HP:0001250`; or the words that stand in its place, which are then refused.
    label : str
        The name written with it, if any.
    where : str
        Place for messages; empty where the place of the whole list is all that is known.
    """

    term_id: str
    label: str = ""
    where: str = ""


@dataclass(frozen=True)
class StatedTerms:
    """HPO terms of one person, observed and excluded, in the order in which they were written."""

    observed: tuple[StatedTerm, ...] = ()
    excluded: tuple[StatedTerm, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.observed or self.excluded)


@dataclass(frozen=True)
class FileLink:
    """A file that a phenopacket points to.

    Attributes
    ----------
    uri : str
    assembly : str
        As it is written, `GRCh38`; empty where it is not stated.
    sample_of : dict
        Id of an individual to the name of the sample in the file.
    """

    uri: str
    assembly: str = ""
    sample_of: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Last part of the address.

        Examples
        --------
        >>> FileLink("file:///data/my%20trio.vcf.gz").name
        'my trio.vcf.gz'
        """
        return PurePath(unquote(urlsplit(self.uri).path)).name


@dataclass(frozen=True)
class Phenopacket:
    """One phenopacket or family of version 2, without what would give the answer away.

    Diseases, interpretations, measurements, biosamples and medical actions are not here: they
    may hold the diagnosis, and a ranking must come to it by itself.

    Attributes
    ----------
    where : str
        The file, for messages.
    packet_id : str
    proband : str
        Id of the subject.
    sex : Sex
    karyotype : Karyotype
    deceased : bool
        Whether the proband is stated to have died.
    observed, excluded : tuple of str
        HPO ids of the proband as written, each once, in order. Not looked up in any ontology.
    labels : dict
        HPO id to the label beside it.
    pedigree : Pedigree or None
        Of a family that has one, with the ids of the phenopacket. `Pedigree.line` counts its
        persons, from 1.
    files : tuple of FileLink
        Those of the family before those of the proband.
    publications : tuple of str
        `PMID:…` of what is cited, in order.
    hpo_version : str
        Version of HPO named among the resources; empty where there is none.
    notes : tuple of str
        What was left out, in words.
    """

    where: str
    packet_id: str
    proband: str
    sex: Sex = Sex.UNKNOWN
    karyotype: Karyotype = Karyotype.UNKNOWN
    observed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    pedigree: Pedigree | None = None
    files: tuple[FileLink, ...] = ()
    publications: tuple[str, ...] = ()
    hpo_version: str = ""
    notes: tuple[str, ...] = ()
    deceased: bool = False

    @property
    def terms(self) -> StatedTerms:
        """The HPO terms of the proband with their labels."""
        observed, excluded = (
            tuple(StatedTerm(term, self.labels.get(term, "")) for term in terms)
            for terms in (self.observed, self.excluded)
        )
        return StatedTerms(observed, excluded)

    def sample_name(self, individual: str, samples: Sequence[str], vcf: str) -> str:
        """Name the sample of an individual in a VCF.

        What the phenopacket says of this very file comes first, then a sample of the
        individual's own name, then what it says of other files.

        Returns
        -------
        str
            The name of a sample; the individual's id where no sample is theirs.

        Examples
        --------
        >>> link = FileLink("file:///data/trio.vcf.gz", sample_of={"kid": "S7"})
        >>> packet = Phenopacket("case.json", "1", "kid", files=(link,))
        >>> packet.sample_name("kid", ["S7", "kid"], "run/trio.vcf.gz")
        'S7'
        >>> packet.sample_name("kid", ["S7", "kid"], "other.vcf.gz")
        'kid'
        """
        mapped = [f for f in self.files if individual in f.sample_of]
        here = [f.sample_of[individual] for f in mapped if f.name == PurePath(vcf).name]
        others = [f.sample_of[individual] for f in mapped]
        known = (name for name in (*here, individual, *others) if name in samples)
        return next(known, individual)
