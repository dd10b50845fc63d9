"""What of a VCF's own text may name people: its header, and strings in its records.

With pseudonyms, of the header only the lines are kept that say what the records mean, and of these
only what the VCF specification knows. Annotators write names into strings too (`GeneticModels` of
genmod, `denovo` of slivar, `hiConfDeNovo` of GATK), and nothing declares which: so every string is
searched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from raredx.columns.pseudonyms import Pseudonyms

_DECLARED = re.compile(r"##(INFO|FORMAT|FILTER|ALT|contig)=<(.*)>\s*$")
_PLAIN = re.compile(r"(?:^|,)(ID|Number|Type|length|assembly|md5)=([^,\"]*)")
_DESCRIPTION = re.compile(r'(?:^|,)Description="((?:[^"\\]|\\.)*)"')
_PLAIN_WORD = re.compile(r"[\w.+:*-]+")
_FILE_TYPES = "vcf|bcf|ped|fam|bam|cram|bed|tsv|txt|csv|json|ya?ml|fa|fasta|toml|db|gz"
_PATH = re.compile(
    rf"(?:file:/+|(?<![\w:/~.])(?:~|\.{{1,2}})?/)[^\s\"',;|<>()]*/[^\s\"',;|<>()]+"
    rf"|[^\s\"',;|<>()=]+\.(?:{_FILE_TYPES})\b[\w.]*"
)
_NO_PATH = "(path)"
_ANNOTATIONS = frozenset({
    "CSQ", "ANN", "BCSQ", "vep", "LOF", "NMD", "AA", "OLD_MULTIALLELIC", "OLD_VARIANT",
    "OLD_CLUMPED", "CLNSIG", "CLNREVSTAT", "CLNDN", "CLNDISDB", "CLNHGVS", "CLNVC", "GENEINFO",
    "MC", "RS", "SVTYPE", "culprit", "FT", "PID", "PGT", "HP", "PS",
})  # fmt: skip
"""Strings of alleles, genes and words: a sample called `A`, `1` or `PASS` is not meant there. Names
that can be nothing else are looked for all the same. Our choice, of keys in wide use."""


def anonymous_header(text: str, pseudonyms: Pseudonyms) -> str:
    r"""Keep of a VCF header what says what records mean, with pseudonyms for samples.

    Examples
    --------
    >>> lines = ["##fileformat=VCFv4.2", "##SAMPLE=<ID=kid1>", "##contig=<ID=1,length=9,URL=/kid1>"]
    >>> columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT kid1".replace(" ", "\t")
    >>> given = Pseudonyms(b"a key of 16 bytes or more")
    >>> for line in anonymous_header("\n".join([*lines, columns]), given).splitlines():
    ...     print(line.replace("\t", " "))
    ##fileformat=VCFv4.2
    ##contig=<ID=1,length=9>
    #CHROM POS ID REF ALT QUAL FILTER INFO FORMAT S-5TT5C6CJ9C
    """
    kept = []
    for line in text.splitlines():
        if line.startswith("##"):
            kept += _kept_line(line, pseudonyms)
        elif line.startswith("#"):
            cells = line.split("\t")
            kept.append("\t".join([*cells[:9], *pseudonyms.samples(cells[9:])]))
    return "\n".join(kept) + "\n"


def n_left_out(text: str) -> int:
    """Count the header lines that `anonymous_header` does not keep."""
    kept = sum(_DECLARED.match(line) is not None for line in text.splitlines())
    return sum(line.startswith("##") for line in text.splitlines()) - kept - 1


def _kept_line(line: str, pseudonyms: Pseudonyms) -> list[str]:
    """Write a line anew, if it says what records mean."""
    if line.startswith("##fileformat="):
        return [line]
    declared = _DECLARED.match(line)
    if declared is None:
        return []
    kind, text = declared.groups()
    description = _DESCRIPTION.search(text)
    found = dict(_PLAIN.findall(text[: description.start()] if description else text))
    name = found.get("ID", "")
    if kind in ("INFO", "FORMAT"):
        found["ID"] = _key(name, pseudonyms)
    parts = [f"{key}={value}" for key, value in found.items() if _PLAIN_WORD.fullmatch(value)]
    if description is not None:
        words = _PATH.sub(_NO_PATH, description[1])
        sure = name in _ANNOTATIONS or "Format:" in words
        parts.append(f'Description="{pseudonyms.hide(words, sure=sure)}"')
    return [f"##{kind}=<{','.join(parts)}>"]


def _key(name: str, pseudonyms: Pseudonyms) -> str:
    """Write the key of a field; a key may hold no dash (VCF 4.3, section 1.6.1)."""
    if name in _ANNOTATIONS:
        return name
    hidden = pseudonyms.hide(name)
    return name if hidden == name else hidden.replace("-", "_")


class AnonymousText:
    """Strings of the records of one file, without the names of people.

    Parameters
    ----------
    pseudonyms : Pseudonyms or None
        Without them nothing is changed.
    info, calls : mapping
        Key of INFO and of FORMAT to Number, Type and Description, as the header declares it.
    """

    def __init__(
        self,
        pseudonyms: Pseudonyms | None,
        info: Mapping[str, tuple[str, str, str]],
        calls: Mapping[str, tuple[str, str, str]],
    ) -> None:
        self._pseudonyms = pseudonyms
        self._sure = _ANNOTATIONS.union(
            key for key, (_, _, words) in [*info.items(), *calls.items()] if "Format:" in words
        )
        self._texts, self._calls = (
            {key: kind in ("String", "Character") for key, (_, kind, _) in declared.items()}
            for declared in (info, calls)
        )

    def identifier(self, text: str) -> str:
        """Give an ID of a record: callers of structural variants write names into it."""
        return text if self._pseudonyms is None else self._pseudonyms.hide(text)

    def record(self, line: str) -> str:
        """Give a record as a line of VCF: ID, and every string of INFO and of the calls."""
        if self._pseudonyms is None:
            return line
        cells = line.split("\t")
        cells[2] = self.identifier(cells[2])
        cells[7] = ";".join(self._field(field) for field in cells[7].split(";"))
        if len(cells) > 9:
            keys = cells[8].split(":")
            cells[8] = ":".join(_key(key, self._pseudonyms) for key in keys)
            cells[9:] = [self._call(keys, call) for call in cells[9:]]
        return "\t".join(cells)

    def _field(self, field: str) -> str:
        """Write one field of INFO."""
        assert self._pseudonyms is not None
        key, equals, value = field.partition("=")
        if self._texts.get(key, True):
            value = self._value(key, value)
        return _key(key, self._pseudonyms) + equals + value

    def _call(self, keys: list[str], call: str) -> str:
        """Write the call of a sample."""
        values = call.split(":")
        for place, key in enumerate(keys[: len(values)]):
            if key != "GT" and self._calls.get(key, True):
                values[place] = self._value(key, values[place])
        return ":".join(values)

    def _value(self, key: str, value: str) -> str:
        assert self._pseudonyms is not None
        return self._pseudonyms.hide(value, sure=key in self._sure)
