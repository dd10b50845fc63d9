"""What differs between two recorded runs, apart from their results?

Every difference names the one cause it can be. What cannot change a result is none: threads, names
of files with the same content, the text of a rule set with the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from raredx.columns.run_changes import Cause, Difference
from raredx.columns.runs import RecordedRun

_SHOWN = 4
"""Names that are listed before the rest is counted: our choice."""
_SHA_SHOWN = 12
_NO_RULE = ("name", "version", "description", "sources")
"""Keys of a rule set that decide nothing."""

FamilyName = tuple[str, str]


def run_differences(old: RecordedRun, new: RecordedRun) -> tuple[Difference, ...]:
    """List what differs between two runs, in a fixed order of causes.

    Parameters
    ----------
    old, new : RecordedRun

    Returns
    -------
    tuple of Difference
        `libraries` last: they are held to change no result, and are taken for a cause only where
        nothing else differs.
    """
    found = [
        *_variant_files(old, new),
        *_annotation(old, new),
        *_clinvar(old, new),
        *_panels(old, new),
        *_rules(old, new),
        *_phenotypes(old, new),
        *_pedigrees(old, new),
        *_asked(old, new),
        *_versions(old, new),
    ]
    return tuple(dict.fromkeys(found))


def families_of(run: RecordedRun) -> dict[FamilyName, Mapping[str, Any]]:
    """Give the families of a run by id and proband."""
    return {(one["family_id"], one["proband"]): one for one in run.heading["families"]}


def _file(run: RecordedRun, role: str) -> tuple[str, str]:
    """Give name and checksum of an input; empty without one."""
    record = run.first_input(role)
    return (record.name, record.sha256) if record is not None else ("", "")


def _by_content(
    cause: Cause, what: str, role: str, runs: tuple[RecordedRun, RecordedRun]
) -> Iterator[Difference]:
    """Compare an input by its content."""
    (old_name, old_sha), (new_name, new_sha) = (_file(run, role) for run in runs)
    if old_sha != new_sha:
        yield Difference(cause, what, _named(old_name, old_sha), _named(new_name, new_sha))


def _named(name: str, sha256: str) -> str:
    """Write name and checksum of a file; empty without one."""
    return f"{name} (sha256 {sha256[:_SHA_SHOWN]}…)" if sha256 else ""


def _variant_files(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    yield from _by_content(Cause.VARIANTS, "VCF", "vcf", (old, new))


def _annotation(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare what the variant files declare."""
    one, other = old.heading, new.heading
    for cause, what, key in (
        (Cause.ANNOTATION, "consequences", "consequences"),
        (Cause.CLINVAR, "ClinVar in the VCF", "clinvar"),
    ):
        if one[key] != other[key]:
            yield Difference(cause, what, str(one[key]), str(other[key]))
    for cause, what, key in (
        (Cause.FREQUENCY, "frequency sources", "frequency_sources"),
        (Cause.PREDICTOR, "predictors", "predictors"),
    ):
        yield from _sets(cause, what, one[key], other[key])


def _sets(cause: Cause, what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Difference]:
    """Compare two sets of names: what was taken away, and what was added."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    gone = [name for name in before if name not in after]
    came = [name for name in after if name not in before]
    if gone or came:
        yield Difference(cause, what, _listed(gone), _listed(came))


def _listed(names: Sequence[str]) -> str:
    """List names, and count those beyond the first."""
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _sources(run: RecordedRun) -> dict[str, Mapping[str, str]]:
    """Give what evidence was looked up in, by name."""
    return {source["name"]: source for source in run.document["knowledge"]}


def _source_words(source: Mapping[str, str] | None) -> str:
    """Write one source."""
    if source is None:
        return ""
    release = f"{source['release']}, " if source["release"] else ""
    digest = f" (sha256 {source['sha256'][:_SHA_SHOWN]}…)" if source["sha256"] else ""
    return f"{release}{source['source']}{digest}"


def _knowledge(
    cause: Cause, what: str, name: str, runs: tuple[RecordedRun, RecordedRun]
) -> Iterator[Difference]:
    """Compare one source of evidence; a file that was given is compared by its content."""
    old, new = (_sources(run).get(name) for run in runs)
    given = any(source is not None and not source["sha256"] for source in (old, new))
    digests = [source["sha256"] if source is not None else "" for source in (old, new)]
    if given:
        role = {"hpo": "hpo_data"}.get(name, name)
        digests = [d or _file(run, role)[1] for d, run in zip(digests, runs, strict=True)]
    if digests[0] != digests[1]:
        yield Difference(cause, what, _source_words(old), _source_words(new))


def _clinvar(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    yield from _knowledge(Cause.CLINVAR, "ClinVar", "clinvar", (old, new))


def _panels(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare the applied panels: which, and each by version and content."""
    before, after = (
        {panel["panel_id"]: panel for panel in run.heading["panels"]} for run in (old, new)
    )
    found = list(_sets(Cause.PANEL, "panels applied", before, after))
    changed = []
    for name, panel in before.items():
        if name in after and _panel_words(panel) != _panel_words(after[name]):
            one, other = _panel_words(panel), _panel_words(after[name])
            changed.append(Difference(Cause.PANEL, f"panel {name}", one, other))
    found += changed[:_SHOWN]
    if len(changed) > _SHOWN:
        found.append(Difference(Cause.PANEL, f"{len(changed) - _SHOWN} more panels", "", "changed"))
    files = [
        {file.sha256: _named(file.name, file.sha256) for file in run.inputs if file.role == "panel"}
        for run in (old, new)
    ]
    if files[0].keys() != files[1].keys():
        words = [
            [name for digest, name in one.items() if digest not in other]
            for one, other in (files, files[::-1])
        ]
        found.append(Difference(Cause.PANEL, "panel files", *map(_listed, words)))
    if not found and before:
        yield from _knowledge(Cause.PANEL, "bundled panels", "panels", (old, new))
    yield from found


def _panel_words(panel: Mapping[str, Any]) -> str:
    """Write version and size of a panel."""
    version = f"version {panel['version']}" if panel["version"] else "no version"
    date = f" of {panel['date']}" if panel["date"] else ""
    return f"{version}{date}, {panel['green']} of {panel['genes']} genes green"


def _rules(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare the settings in force, key by key, and the order."""
    before, after = (_flat(run.document["settings"]["rules"]) for run in (old, new))
    for key in dict.fromkeys((*before, *after)):
        if key not in _NO_RULE and before.get(key) != after.get(key):
            yield Difference(Cause.RULE, key, before.get(key, ""), after.get(key, ""))
    if old.heading["order"] != new.heading["order"]:
        yield Difference(Cause.RULE, "order", old.heading["order"], new.heading["order"])


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Give nested settings one dotted key each."""
    found: dict[str, str] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= _flat(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for one in value:  # limits of some sources: named by the first of them
                found |= _flat(one, f"{name}[{one['sources'][0]}].")
        elif isinstance(value, list):
            found[name] = ", ".join(map(str, value))
        else:
            found[name] = _setting(value)
    return found


def _setting(value: Any) -> str:
    """Write the value of a setting."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _phenotypes(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare the HPO terms of each family that both runs have, and HPO itself."""
    before, after = families_of(old), families_of(new)
    for name, family in before.items():
        if name in after:
            for key, what in (("observed", "HPO terms"), ("excluded", "excluded HPO terms")):
                about = f"{what} of {name[1]}"
                for one in _sets(Cause.HPO, about, family[key], after[name][key]):
                    yield replace(one, family=name[0])
    if old.heading["hpo"] and new.heading["hpo"]:
        if old.heading["hpo"] != new.heading["hpo"]:
            yield Difference(Cause.HPO, "release", old.heading["hpo"], new.heading["hpo"])
        else:
            yield from _knowledge(Cause.HPO, "HPO", "hpo", (old, new))


def _pedigrees(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare families and their members."""
    before, after = families_of(old), families_of(new)
    names = [
        [f"{family} (proband {proband})" for family, proband in one] for one in (before, after)
    ]
    found = list(_sets(Cause.PEDIGREE, "families", *names))
    for name in before:
        if name in after:
            own = _members(before[name], after[name])
            found += [replace(one, family=name[0]) for one in own]
    if not found and not any(True for _ in _phenotypes(old, new)):
        found += _by_content(Cause.PEDIGREE, "PED file", "ped", (old, new))
        found += _by_content(Cause.PEDIGREE, "phenopacket", "phenopacket", (old, new))
    yield from found
    stated = [run.arguments.get("karyotypes", []) for run in (old, new)]
    yield from _sets(Cause.PEDIGREE, "karyotypes", *stated)


def _members(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the members of one family."""
    before, after = ({m["individual"]: m for m in one["members"]} for one in (old, new))
    yield from _sets(Cause.PEDIGREE, f"members of {old['family_id']}", before, after)
    for name, member in before.items():
        for key in ("role", "sex", "affection", "sequenced"):
            if name in after and member[key] != after[name][key]:
                one, other = str(member[key]).lower(), str(after[name][key]).lower()
                yield Difference(Cause.PEDIGREE, f"{key} of {name}", one, other)


def _asked(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare what was asked beside that: regions, curated criteria, and what was left out."""
    one, other = old.arguments, new.arguments
    yield from _sets(Cause.REGIONS, "regions", one.get("regions", ()), other.get("regions", ()))
    yield from _by_content(Cause.REGIONS, "regions file", "regions", (old, new))
    yield from _by_content(Cause.CURATED, "curated criteria", "curated", (old, new))
    for cause, what, key in (
        (Cause.REGIONS, "panel genes only", "panel_only"),
        (Cause.PREDICTOR, "predictors left out", "ignore_predictors"),
        (Cause.HPO, "publication left out", "forget"),
    ):
        if one.get(key) != other.get(key):
            yield Difference(cause, what, str(one.get(key, "")), str(other.get(key, "")))


def _versions(old: RecordedRun, new: RecordedRun) -> Iterator[Difference]:
    """Compare raredx, what comes with it, and the libraries."""
    one, other = old.document, new.document
    if one["raredx"] != other["raredx"]:
        yield Difference(Cause.CODE, "raredx", one["raredx"], other["raredx"])
    checks = [_flat(run["settings"]["checks"]) for run in (one, other)]
    for key in dict.fromkeys((*checks[0], *checks[1])):
        if checks[0].get(key) != checks[1].get(key):
            values = (side.get(key, "") for side in checks)
            yield Difference(Cause.CODE, f"sample check {key}", *values)
    for name, what in (
        ("genes", "gene table"), ("coding", "coding transcripts"), ("gene_facts", "gene facts"),
    ):  # fmt: skip
        yield from _knowledge(Cause.KNOWLEDGE, what, name, (old, new))
    libraries = [{"python": run["python"], **run["packages"]} for run in (one, other)]
    for name in dict.fromkeys((*libraries[0], *libraries[1])):
        if libraries[0].get(name) != libraries[1].get(name):
            versions = (side.get(name, "") for side in libraries)
            yield Difference(Cause.LIBRARIES, name, *versions)
