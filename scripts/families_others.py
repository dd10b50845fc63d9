"""Hold raredx against Jannovar's, slivar's and hail's answers on their own small families."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from families_engine import judge, parents_by_role, read_records, table
from families_sites import mendel_answer, read_sites
from raredx.kernels import site_calls
from raredx.readers.pedigree import read_pedigrees
from raredx.vocabulary import Region, Sex


def affected_fathers(ped: str) -> str:
    r"""Write every father of a PED text as affected.

    Examples
    --------
    >>> affected_fathers("F kid dad mum 2 2\nF dad 0 0 1 1\n")
    'F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t2\n'
    """
    rows = [line.split() for line in ped.splitlines() if line.strip()]
    fathers = {row[2] for row in rows}
    return "".join(
        "\t".join([*row[:5], "2" if row[1] in fathers else row[5]]) + "\n" for row in rows
    )


def jannovar_rows(folder: Path, place: Path) -> list[tuple[object, ...]]:
    """Compare record by record: file, record, calls, Jannovar's answer, raredx's, agreement.

    Jannovar's output under AD was made with an affected father, under AR with healthy
    parents; its PED beside them has the sexes of the parents the wrong way round.
    """
    text = parents_by_role((folder / "family.ped").read_text())
    found: list[tuple[object, ...]] = []
    for name, ped_text in (("jv_ad", affected_fathers(text)), ("jv_ar", text)):
        vcf, ped = folder / f"pedigree_vars.{name}.vcf", place / "family.ped"
        ped.write_text(ped_text)
        records = read_records(vcf, lambda info: (info["GENE"],))
        (verdict,) = judge(vcf, ped, records, place)
        for record in records:
            theirs = set(record.info.get("INHERITANCE", "").split(",")) - {""}
            answers = verdict.modes.get((record.number, 1), {})
            ours = {
                model
                for model, modes in (
                    ("AD", ("autosomal_dominant",)),
                    ("AR", ("autosomal_recessive_hom", "compound_het")),
                )
                if any(mode in answers for mode in modes)
            }
            words = ", ".join(f"{mode} {answer}" for mode, answer in sorted(answers.items()))
            who = "both" if theirs == ours else "only raredx" if ours > theirs else "only Jannovar"
            who += "" if "ANN" in record.info else ", no gene for Jannovar"
            found.append((
                name, record.name, record.gt(*verdict.members), ", ".join(theirs) or "-",
                words or "-", who,
            ))  # fmt: skip
    return found


def slivar_rows(shared: Path, place: Path) -> list[tuple[object, ...]]:
    """Compare slivar's expected compound heterozygotes: record, what is expected, raredx's."""
    families = shared / "data" / "families"
    vcf = families / "slivar_cases" / "comphet.vcf"
    records = read_records(vcf, lambda info: (info["BCSQ"].split("|")[1],))
    (verdict,) = judge(vcf, families / "ashkenazi_trio" / "ashk-trio.ped", records, place)
    phases: dict[int, list[str]] = {}
    for (a, b), (_, phase, _) in verdict.pairs.items():
        for number in (a[0], b[0]):
            phases.setdefault(number, []).append(phase)
    return [
        (record.name, record.genes[0], record.gt(*verdict.members), record.info["expect"],
         verdict.answer(record.number, "compound_het"),
         ", ".join(sorted(set(phases.get(record.number, ["-"])))))
        for record in records
    ]  # fmt: skip


def slivar_de_novo(shared: Path, place: Path) -> Counter[tuple[str, str]]:
    """Count slivar's de novo marks by raredx's answer, for the trio's child."""
    families = shared / "data" / "families"
    vcf = families / "slivar_cases" / "with-bcsq.vcf"
    records = read_records(vcf)
    (verdict,) = judge(vcf, families / "ashkenazi_trio" / "ashk-trio.ped", records, place)
    return Counter(
        ("de novo" if record.info.get("denovo") == verdict.proband else "-",
         verdict.answer(record.number, "de_novo"))
        for record in records
    )  # fmt: skip


def hail_code(copies: str, father: int, mother: int, child: int) -> int:
    """Give hail's documented code of a Mendelian error, 0 for none; -1 stands for no call.

    Parameters
    ----------
    copies : str
        `Auto`, `HemiX` or `HemiY`, hail's copy state.

    Examples
    --------
    >>> hail_code("Auto", 0, 0, 1), hail_code("Auto", 0, -1, 2), hail_code("HemiX", 1, 2, 0)
    (2, 3, 9)
    """
    if copies == "Auto":
        if child == 1:
            return {(2, 2): 1, (0, 0): 2}.get((father, mother), 0)
        wrong, first = (0, 3) if child == 2 else (2, 6)
        if child < 0 or wrong not in (father, mother):
            return 0
        return first + (2 if father == mother else 0 if father == wrong else 1)
    parent = mother if copies == "HemiX" else father
    if (parent, child) not in ((2, 0), (0, 2)):
        return 0
    return (9 if copies == "HemiX" else 11) + (child == 2)


def hail_mendel(folder: Path, place: Path) -> list[tuple[object, ...]]:
    """Compare every site of every child: child, contig, position, hail's code, raredx, class."""
    ped = place / "mendel.ped"
    ped.write_text(parents_by_role((folder / "mendel.fam").read_text()))
    sites = read_sites(folder / "mendel.vcf")
    batch = sites.batch
    found: list[tuple[object, ...]] = []
    raw = batch["dosage"].astype(int)
    raw[batch["missing"] > 0] = -1
    for pedigree in read_pedigrees(ped):
        for member, parents in enumerate(zip(pedigree.father, pedigree.mother, strict=True)):
            names = [pedigree.members[m] for m in (member, *parents) if m >= 0]
            if len(names) < 3:
                continue
            columns = [sites.samples.index(name) for name in names]
            son = pedigree.sex[member] == Sex.MALE
            for row in range(len(batch)):
                region, kind = int(batch["region"][row]), int(sites.kind[row])
                hemi = {Region.X: "HemiX", Region.Y: "HemiY"}.get(Region(region), "Auto")
                child, father, mother = (int(raw[row, c]) for c in columns)
                code = hail_code(hemi if son else "Auto", father, mother, child)
                used = [int(sites.codes[row, c]) for c in columns]
                ours = mendel_answer(kind, (used[0], used[1], used[2]), son=son)
                if code or ours:
                    at = (int(batch["contig_code"][row]), int(batch["position"][row]))
                    why = _where(region, kind, son=son)
                    found.append((names[0], *at, code, ours or "-", why))
    return found


def _where(region: int, kind: int, *, son: bool) -> str:
    """Name places where the two tools mean different things."""
    if region == Region.Y and not son:
        return "Y of a daughter"
    return "Y pseudo-autosomal" if kind == site_calls.OFF else ""


def transmissions(folder: Path) -> tuple[int, int]:
    """Count hail's TDT rows, and those whose counts our own reading of the calls repeats."""
    sites = read_sites(folder / "tdt.vcf")
    counts: dict[tuple[int, int], tuple[int, int]] = {}
    pedigrees = [p for p in read_pedigrees(folder / "tdt.fam") if max(p.father) >= 0]
    for row in range(len(sites.batch)):
        told = untold = 0
        for pedigree in pedigrees:
            child = next(m for m in range(len(pedigree.members)) if pedigree.father[m] >= 0)
            trio = (child, int(pedigree.father[child]), int(pedigree.mother[child]))
            codes = [int(sites.of(pedigree.members[m])[row]) for m in trio]
            on_x = bool(sites.batch["region"][row] == Region.X)
            hemi = on_x and bool(pedigree.sex[child] == Sex.MALE)
            gave, kept = _transmitted(*codes, hemi=hemi, on_x=on_x)
            told, untold = told + gave, untold + kept
        key = (int(sites.batch["contig_code"][row]), int(sites.batch["position"][row]))
        counts[key] = told, untold
    lines = [x.split("\t") for x in (folder / "tdt_results.tsv").read_text().splitlines()[1:]]
    same = sum(
        counts.get((23 if cells[0] == "X" else int(cells[0]), int(cells[1])))
        == (int(cells[4]), int(cells[5]))
        for cells in lines
    )
    return len(lines), same


def _transmitted(
    child: int, father: int, mother: int, *, hemi: bool, on_x: bool
) -> tuple[int, int]:
    """Count ALT alleles that heterozygous parents gave and kept; errors of Mendel's laws none."""
    if min(child, mother) < 0 or (father < 0 and not hemi):
        return 0, 0
    if hemi:
        if mother != 1 or child == 1 or father == 1:
            return 0, 0
        return (1, 0) if child == 2 else (0, 1)
    hets = (father == 1) + (mother == 1)
    if not hets or (on_x and father == 1):
        return 0, 0
    given = child - (father == 2) - (mother == 2)
    if not 0 <= given <= hets:
        return 0, 0
    return given, hets - given


def report(shared: Path, place: Path) -> str:
    """Write the comparisons as Markdown."""
    families = shared / "data" / "families"
    mendel = hail_mendel(families / "hail", place)
    classes = Counter(
        (row[0], "both" if row[3] and row[4] != "-" else "only hail" if row[3] else "only raredx",
         row[4], row[5])
        for row in mendel
    )  # fmt: skip
    rows, same = transmissions(families / "hail")
    return "\n\n".join((
        "## Jannovar",
        table(("output", "record", "calls", "Jannovar", "raredx", "agree"),
              jannovar_rows(families / "jannovar", place)),
        "## slivar",
        table(("record", "gene", "calls", "expected", "raredx", "phase"),
              slivar_rows(shared, place)),
        f"de novo marks: {dict(slivar_de_novo(shared, place))}",
        "## hail",
        f"{sum(1 for row in mendel if row[3])} errors by hail's codes",
        table(("child", "who", "raredx", "place", "sites"),
              [(*key, n) for key, n in sorted(classes.items())]),
        f"transmissions: {same} of {rows} rows of tdt_results.tsv alike",
    ))  # fmt: skip
