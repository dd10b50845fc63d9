"""PED files: six columns, tabs or blanks, with what people add to them.

A header line, comments, blank lines, `-9`, extra columns and a seventh column of HPO terms
are read. A file that cannot be a pedigree is refused with its line and what to mend.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from raredx.columns.family import Family, Pedigree, choose_proband
from raredx.columns.records import dataclass
from raredx.errors import InputError, named, private
from raredx.readers.persons import NOBODY, Person, join_persons
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Karyotype, Sex

_UNKNOWN = ("0", "-9", "-1", ".", "", "u", "unknown", "na", "nan")
_SEX = {"1": Sex.MALE, "m": Sex.MALE, "male": Sex.MALE} | {
    "2": Sex.FEMALE, "f": Sex.FEMALE, "female": Sex.FEMALE,
} | dict.fromkeys((*_UNKNOWN, "3", "other"), Sex.UNKNOWN)  # fmt: skip
_AFFECTION = {"1": Affection.UNAFFECTED, "unaffected": Affection.UNAFFECTED} | {
    "2": Affection.AFFECTED, "affected": Affection.AFFECTED,
} | dict.fromkeys(_UNKNOWN, Affection.UNKNOWN)  # fmt: skip
_KARYOTYPE_COLUMNS = {"karyotype", "sexkaryotype", "sex_karyotype", "sexchromosomes"}
_VITAL_COLUMNS = {"vital_status", "vitalstatus", "deceased"}
_DECEASED = {"deceased": True, "dead": True, "yes": True, "true": True, "1": True} | dict.fromkeys(
    ("alive", "living", "no", "false", "unknown_status", *_UNKNOWN), False
)
_HPO = re.compile(r"HP:\d{7}")
_COLUMN_2 = "the person in column 2"
"""What a log calls the person of a line."""
_HEADER_WORDS = {"family", "familyid", "family_id", "fid", "fam", "famid", "#family", "kindred"}


@dataclass(frozen=True)
class _Line:
    """One line of a PED file."""

    number: int
    family_id: str
    name: str
    father: str
    mother: str
    sex: Sex
    affection: Affection
    hpo_terms: tuple[str, ...]
    karyotype: Karyotype = Karyotype.UNKNOWN
    deceased: bool = False


@dataclass(frozen=True)
class _Columns:
    """Places of the columns that only a header names, -1 where there is none."""

    karyotype: int = -1
    vital: int = -1


def read_karyotype(text: str, *, where: str) -> Karyotype:
    """Read a sex karyotype: `XXY`, `47,XXY`, `X0`, `XO` or `45,X`; empty and `.` are unknown.

    Raises
    ------
    InputError
        If it is none that is known.

    Examples
    --------
    >>> read_karyotype("45,X", where="family.ped:2").name
    'X0'
    """
    bare = re.sub(r"^4[5678],", "", text.strip().upper())
    if bare.lower() in (*_UNKNOWN, "none"):
        return Karyotype.UNKNOWN
    name = {"X": "X0", "XO": "X0"}.get(bare, bare)
    known = [karyotype.name for karyotype in Karyotype if karyotype]
    if name not in known:
        raise InputError(
            where, f"karyotype is {_quoted(text)}", f"Write one of {', '.join(known)}."
        )
    return Karyotype[name]


def read_hpo_terms(text: str, *, where: str) -> tuple[str, ...]:
    """Read HPO ids separated by commas, semicolons, bars or blanks; order kept, once each.

    Raises
    ------
    InputError
        If a word is not `HP:` and seven digits.

    Examples
    --------
    >>> read_hpo_terms("HP:0001250, HP:0001263;HP:0001250", where="--hpo")
    ('HP:0001250', 'HP:0001263')
    """
    words = [word for word in re.split(r"[,;|\s]+", text) if word]
    for word in words:
        if not _HPO.fullmatch(word):
            raise InputError(where, f"{word!r} is not an HPO term", "Write it as HP:0001250.")
    return tuple(dict.fromkeys(words))


def read_pedigrees(path: Path) -> list[Pedigree]:
    """Read every family of a PED file, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, a line has too few columns or a code that is none, a
        person stands twice, is their own ancestor, or has a parent of the wrong sex.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise InputError(str(path), fault.strerror or str(fault)) from None
    except UnicodeDecodeError:
        raise InputError(str(path), "not a text file", "Save the pedigree as UTF-8.") from None
    lines: list[_Line] = []
    columns = _Columns()
    for number, row in enumerate(text.splitlines(), start=1):
        line = _read_line(row, f"{path}:{number}", number, lines, columns)
        if line is not None:
            lines.append(line)
        elif not lines:
            columns = _named_columns(row, columns)
    if not lines:
        raise InputError(str(path), "no pedigree line", "Give six columns for each person.")
    _check_once(lines, path)
    families: dict[str, list[_Line]] = {}
    for found in lines:
        families.setdefault(found.family_id, []).append(found)
    by_name = {found.name: found for found in lines}
    return [_build(_with_parents(own, by_name), path) for own in families.values()]


def _cells(row: str) -> list[str]:
    """Cut a line into its cells."""
    return [c.strip() for c in (row.split("\t") if "\t" in row.strip() else row.split())]


def _named_columns(row: str, before: _Columns) -> _Columns:
    """Find karyotype and vital status in a line that names the columns."""
    names = [name.lower().lstrip("#").replace(" ", "") for name in _cells(row)]
    found = (
        next((n for n, name in enumerate(names) if n > 5 and name in known), -1)
        for known in (_KARYOTYPE_COLUMNS, _VITAL_COLUMNS)
    )
    karyotype, vital = found
    return _Columns(max(before.karyotype, karyotype), max(before.vital, vital))


def _read_line(
    row: str, where: str, number: int, before: list[_Line], columns: _Columns
) -> _Line | None:
    """Read one line; None for comments, blank lines and a header."""
    if not row.strip() or row.lstrip().startswith("#"):
        return None
    cells = _cells(row)
    heading = cells[0].lower().replace(" ", "") in _HEADER_WORDS and len(cells) > 4
    if not before and heading and cells[4].lower() not in _SEX:
        return None
    if len(cells) < 6:
        raise InputError(
            where,
            f"{len(cells)} columns, not 6",
            "Give family, individual, father, mother, sex and phenotype.",
        )
    sex, affection = _SEX.get(cells[4].lower()), _AFFECTION.get(cells[5].lower())
    if sex is None:
        raise InputError(
            where, f"sex is {_quoted(cells[4])}", "Write 1 male, 2 female or 0 unknown."
        )
    if affection is None:
        raise InputError(
            where,
            f"phenotype is {_quoted(cells[5])}",
            "Write 1 unaffected, 2 affected or 0 unknown.",
        )
    if not cells[1] or cells[1].lower() in NOBODY:
        raise InputError(where, f"individual id is {cells[1]!r}", "Name the person in column 2.")
    seventh = cells[6] if len(cells) > 6 else ""
    terms = read_hpo_terms(seventh, where=where) if seventh.startswith("HP:") else ()
    stated, vital = (
        cells[at] if 0 <= at < len(cells) else "" for at in (columns.karyotype, columns.vital)
    )
    karyotype = read_karyotype(stated, where=where)
    return _Line(
        number, cells[0], cells[1], cells[2], cells[3], sex, affection, terms, karyotype,
        _is_deceased(vital, where),
    )  # fmt: skip


def _quoted(text: str) -> str:
    """Quote a cell; a log does not, since a name may have slipped into the column."""
    return private(repr(text), "no code that is known")


def _is_deceased(text: str, where: str) -> bool:
    """Read a vital status; whoever is not stated to have died is not."""
    found = _DECEASED.get(text.lower())
    if found is None:
        raise InputError(
            where, f"vital status is {_quoted(text)}", "Write deceased or alive, or 0 for unknown."
        )
    return found


def _check_once(lines: list[_Line], path: Path) -> None:
    """Refuse a person who stands twice, in one family or in two."""
    seen: dict[str, _Line] = {}
    for line in lines:
        before = seen.setdefault(line.name, line)
        if before is not line:
            same = before.family_id == line.family_id
            raise InputError(
                f"{path}:{line.number}",
                f"{private(line.name, _COLUMN_2)} stands already on line {before.number}"
                + (
                    ""
                    if same
                    else f", in {private(f'family {before.family_id}', 'another family')}"
                ),
                "Remove one of the lines." if same else "Give each person one family.",
            )


def _with_parents(own: list[_Line], by_name: dict[str, _Line]) -> list[_Line]:
    """Add the ancestors whose line stands under another family: their facts count here too."""
    found = list(own)
    names = {line.name for line in own}
    for line in found:  # grows while it is read
        for name in (line.father, line.mother):
            if name in by_name and name not in names:
                names.add(name)
                found.append(by_name[name])
    return found


def _build(lines: list[_Line], path: Path) -> Pedigree:
    """Join the lines of one family into index arrays, and check them."""
    persons = [
        Person(
            f"{path}:{line.number}", line.name, line.father, line.mother, line.sex,
            line.affection, line.karyotype, line.deceased,
        )
        for line in lines
    ]  # fmt: skip
    pedigree = join_persons(lines[0].family_id, persons)
    extra = len(pedigree.members) - len(lines)
    return replace(
        pedigree,
        line=tuple([line.number for line in lines] + [0] * extra),
        hpo_terms={line.name: line.hpo_terms for line in lines if line.hpo_terms},
        guests=frozenset(x.name for x in lines if x.family_id != lines[0].family_id),
    )


@dataclass(frozen=True)
class SampleList:
    """The samples of a VCF, and how strictly a pedigree must agree with them.

    Attributes
    ----------
    names : tuple of str
        Sample names, in file order.
    vcf : str
        The file, for messages.
    allow_unsequenced : bool
        Whether a member with a PED line may lack a sample.
    """

    names: tuple[str, ...]
    vcf: str
    allow_unsequenced: bool = False

    def described(self) -> str:
        """Name the first samples, for messages."""
        return named(self.names, "samples")


def choose_families(
    pedigrees: list[Pedigree], samples: SampleList, proband: str | None, path: Path
) -> list[Family]:
    """Choose the families to judge, their probands, and the samples to read.

    Parameters
    ----------
    pedigrees : list of Pedigree
        All families of the PED file.
    samples : SampleList
    proband : str or None
        Individual id; with it, only that person's family is judged.
    path : Path
        The PED file, for messages.

    Returns
    -------
    list of Family
        `Family.sample` counts columns of the VCF. Families without an affected member who
        was sequenced are left out, unless that leaves none.

    Raises
    ------
    InputError
        If the proband is in no family or was not sequenced, a member is not a sample, or no
        affected member of any family was sequenced.
    """
    if proband is not None:
        pedigrees = [p for p in pedigrees if proband in p.members and proband not in p.guests]
        if not pedigrees:
            raise InputError(
                str(path),
                f"{private(proband, 'the proband')} is in no family",
                "Correct the proband's id.",
            )
        if proband not in samples.names:
            raise InputError(
                str(path),
                f"{private(f'the proband {proband}', 'the proband')} is not a sample of "
                f"{samples.vcf} (it has {samples.described()})",
                "Correct the id in the PED file or add the sample to the VCF.",
            )
    families = []
    for pedigree in pedigrees:
        columns = _sample_columns(pedigree, samples, path)
        if proband is not None:
            chosen = pedigree.members.index(proband)
        else:
            chosen = choose_proband(pedigree, set(samples.names))
        if chosen != UNKNOWN_INDEX:
            families.append(Family(pedigree, chosen, columns))
    if not families:
        first = pedigrees[0]
        raise InputError(
            f"{path}:{first.line[0]}",
            f"{private(f'family {first.family_id}', 'the family')} has no affected member "
            "with a sample",
            "Write phenotype 2 for the proband, or name the proband.",
        )
    return families


def _sample_columns(pedigree: Pedigree, samples: SampleList, path: Path) -> NDArray[np.int16]:
    """Find each member's column; refuse a PED line without a sample unless that is allowed."""
    column = {name: number for number, name in enumerate(samples.names)}
    for member, name in enumerate(pedigree.members):
        if name not in column and pedigree.line[member] and not samples.allow_unsequenced:
            raise InputError(
                f"{path}:{pedigree.line[member]}",
                f"{private(name, _COLUMN_2)} is not a sample of {samples.vcf} "
                f"(it has {samples.described()})",
                "Correct the id in the PED file, add the sample to the VCF, "
                "or allow unsequenced relatives.",
            )
    return np.array([column.get(name, UNKNOWN_INDEX) for name in pedigree.members], np.int16)
