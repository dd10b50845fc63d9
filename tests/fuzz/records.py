"""Records of generated files: valid, and near every border of what a fast reader may drop."""

from __future__ import annotations

from random import Random

import numpy as np

from fuzz.layouts import Layout

LIMITS = (0.001, 0.002, 0.003, 0.01, 0.05, 0.1)
"""Frequencies that some rule compares with."""


def _near_limits() -> tuple[str, ...]:
    """Write each limit, its neighbours in 32 bits, and numbers just off it, in many ways."""
    found = []
    for limit in LIMITS:
        single = np.float32(limit)
        steps = [np.nextafter(single, np.float32(to)) for to in (0, 1)]
        values = [limit, float(single), *map(float, steps), limit * (1 + 1e-9), limit * (1 + 1e-6),
                  limit * (1 - 1e-9), limit * 1.01, limit * 0.99]  # fmt: skip
        for value in values:
            found += [
                f"{value:.6g}",
                f"{value:.10f}",
                f"{value:.17g}",
                f"{value:e}",
                f"{value:.8E}",
            ]
    return tuple(dict.fromkeys(found))


NEAR_LIMITS = _near_limits()
PLAIN = ("0", "0.5", "0.25", "0.3", "0.9", "1", "1.0", "0.02", "0.03", "0.07", "0.0005", "0.005", "1e-5",
         "0.123456", "0.999999", "0.0", "0.060001")  # fmt: skip
ODD = (".", "", ".5", "5.", "1e-3", "5E-1", "5e-01", "+0.5", "-0.5", "-1", "00.5", "0.5e0", "2", "10",
       "1e400", "1e-400", "nan", "inf", "-inf", "NaN", "0.50000000000000000000001", "0.5e+00",
       "0.0100000000000000000000000000001", "00000000000000000000.5", "0x1p-1")  # fmt: skip
BROKEN = (
    "0.5x",
    "x",
    " 0.5",
    "0.5 ",
    "0.5.5",
    "1e",
    "e5",
    "0,5,",
    ",",
    ",,",
    "0.5,",
    ",0.5",
    "0_5",
)
ALTS = ("G", "C", "T", "AT", "ACG", "g", "a", "N", "R")
OTHER_ALTS = (
    "*",
    "<DEL>",
    "<*>",
    "<NON_REF>",
    "G]chr2:5]",
    "]chr1:9]A",
    ".A",
    "A.",
    "<INS:ME:ALU>",
)
FILTERS = ("PASS",) * 24 + (".", ".", ".", "q10", "q10", "q10", "LowQual", "q10;LowQual", "a.b", "new", "new2",
                            "s50;new", "0")  # fmt: skip
ODD_FILTERS = (
    "PASS;q10",
    "q10;q10",
    "PASS;",
    ".;q10",
    "pass",
    "PASSx",
    "q",
    "PASS;PASS",
    ";q10",
    "",
)
SIGNIFICANCES = ("Pathogenic", "Likely_pathogenic", "Benign", "Conflicting_classifications_of_pathogenicity",
                 "pathogenic", "5", "2", "4|2", "255", ".", "not_provided", "Uncertain_significance",
                 "Benign,Pathogenic", "PATHOGENIC", "CONFLICTING")  # fmt: skip
IN_ENTRIES = ("", "", "", "", "pathogenic", "benign", "conflicting_interpretations_of_pathogenicity",
              "likely_pathogenic&benign", "Pathogenic")  # fmt: skip
TERMS = (
    "intron_variant", "intron_variant", "intergenic_variant", "synonymous_variant", "upstream_gene_variant",
    "missense_variant", "missense_variant", "stop_gained", "frameshift_variant", "3_prime_UTR_variant",
    "splice_region_variant&intron_variant", "splice_polypyrimidine_tract_variant&intron_variant",
    "non_coding_transcript_exon_variant", "non_coding_transcript_variant", "inframe_deletion",
    "start_lost", "initiator_codon_variant", "protein_altering_variant", "mature_miRNA_variant",
    "coding_sequence_variant", "splice_donor_5th_base_variant", "TF_binding_site_variant",
    "transcript_ablation", "regulatory_region_variant", "sequence_feature", "",
)  # fmt: skip
BCF_TERMS = ("missense", "intron", "synonymous", "*missense", "stop_gained", "non_coding", "splice_region",
             "frameshift", "5_prime_utr", "inframe_altering", "start_lost", "@100", "@104")  # fmt: skip
GENES = (
    "CFTR",
    "BRCA2",
    "TTN",
    "EDA",
    "RNU4ATAC",
    "MT-TL1",
    "SRY",
    "ACTN3",
    "NOGENE",
    "",
    "DMD",
    "GBA1",
)


def make_records(rng: Random, layout: Layout, n: int) -> list[str]:
    """Draw so many records, without line ends."""
    contigs = sorted({rng.randrange(len(layout.contigs)) for _ in range(rng.choice((1, 2, 3, 6)))})
    place, position, made = 0, 100, []
    rough = rng.choice((0.0, 0.0, 0.02, 0.1))
    for _ in range(n):
        if rng.random() < len(contigs) / n and place < len(contigs) - 1:
            place, position = place + 1, 100
        position += rng.choice((0, 0, 1, 1, 3, 50, 1000, 100_000))
        contig = layout.contigs[contigs[place]]
        if rng.random() < rough:
            contig = rng.choice(layout.contigs)
        made.append(_record(rng, layout, (contig, position)))
    return made


def _record(rng: Random, layout: Layout, site: tuple[str, int]) -> str:
    """Draw one record."""
    contig, position = site
    ref, alts = _alleles(rng)
    if rng.random() < 0.01:
        position = rng.choice((0, 1, 248956422, 300_000_000, 2_000_000_000))
    info = _info(rng, layout, (position, ref, alts))
    chance = rng.random()
    filters = rng.choice(ODD_FILTERS) if chance < 0.01 else rng.choice(FILTERS)
    name = (
        "." if chance < 0.6 else rng.choice(("rs1", "rs1;rs2", ".;gnomAD_AF=0.9;", "PASS", "COSM1"))
    )
    qual = (
        "50"
        if chance < 0.8
        else rng.choice((".", "0", "30.5", "1e3", "99999", "-1", "inf", "nan", "1e-9"))
    )
    calls = _calls(rng, layout, len(alts))
    return "\t".join(
        (contig, str(position), name, ref, ",".join(alts), qual, filters, info, *calls)
    )


def _alleles(rng: Random) -> tuple[str, list[str]]:
    """Draw REF and ALT."""
    ref = (
        "A"
        if rng.random() < 0.75
        else rng.choice(("AC", "ACGT", "a", "N", "AT", "C", "ACGTACGTACGTACGTACGT"))
    )
    chance = rng.random()
    if chance < 0.7:
        return ref, [rng.choice(ALTS)]
    if chance < 0.85:
        return ref, [rng.choice(ALTS + OTHER_ALTS) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
    if chance < 0.95:
        return ref, [rng.choice(OTHER_ALTS) for _ in range(rng.choice((1, 1, 2)))]
    if chance < 0.96:
        return ref, ["A" * n + "G" for n in range(rng.choice((9, 11, 50, 101, 200)))]
    return ref, [rng.choice((".", "G", "C"))]


def _number(rng: Random) -> str:
    """Write a frequency."""
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(PLAIN)
    if chance < 0.9:
        return rng.choice(NEAR_LIMITS)
    return rng.choice(ODD) if chance < 0.995 else rng.choice(BROKEN)


def _frequency(rng: Random, key: str, number: str, n_alts: int) -> str:
    """Write one frequency field: mostly as many values as are declared."""
    chance = rng.random()
    if chance < 0.02:
        return rng.choice((key, f"{key}=", f"{key}=.", f"{key}==0.5", f"{key}=0.5={key}=0.1"))
    n = {"A": n_alts, "R": n_alts + 1, "1": 1, "0": 1}.get(number, rng.choice((1, n_alts)))
    if chance < 0.05:
        n = rng.choice((1, 2, n_alts + 1))
    if n > 5:
        return f"{key}=" + ",".join([_number(rng)] * n)
    return f"{key}=" + ",".join([_number(rng) for _ in range(n)])


def _info(rng: Random, layout: Layout, site: tuple[int, str, list[str]]) -> str:
    """Draw INFO."""
    if rng.random() < 0.02:
        return "."
    n_alts = len(site[2])
    found = []
    for key, number, _ in layout.frequencies:
        if rng.random() < 0.85:
            found.append(_frequency(rng, key, number, n_alts))
    for key, kind, fields in layout.annotations:
        if rng.random() < 0.9:
            found.append(f"{key}={_consequences(rng, kind, fields, site)}")
    if layout.significance and rng.random() < 0.3:
        found.append(f"{layout.significance}={rng.choice(SIGNIFICANCES)}")
    if layout.splice and rng.random() < 0.6:
        found.append(_splice(rng, layout.splice, site[2]))
    chance = rng.random()
    if chance < 0.3:
        found.append(rng.choice(("DB", "DP=30", "AF=0.5", "XgnomAD_AF=0.9", "gnomAD_AFX=0.9", "gnomAD", "F=0.9",
                                 "NEW=3", "NEWFLAG", "OLD_MULTIALLELIC=chr1:5:A/G/T", "SVTYPE=DEL", "END=200",
                                 "NOTE=gnomAD_AF", "NOTE=missense_variant,stop_", "gnomAD_AF_nhomalt=3")))  # fmt: skip
        if chance < 0.02 and layout.frequencies:  # a key that is given twice
            found.append(_frequency(rng, layout.frequencies[0][0], "A", n_alts))
        if chance < 0.01:
            found.append(
                rng.choice(("", ";", "=", "=0.5", "DB=1", "DP", "DP=", "DP=x", "END=50", "END="))
            )
    if chance > 0.3:
        rng.shuffle(found)
    if chance > 0.998:
        found.append("NOTE=" + "N" * rng.choice((5_000, 70_000, 70_000, 1_100_000)))
    return ";".join(found) or "."


SPLICE_SCORES = ("0.00", "0.00", "0.01", "0.19", "0.2", "0.20", "0.1999999", "0.19999999999", "0.21", "0.9",
                 "1", ".", "", "2e-1", "0.2.1", "x")  # fmt: skip


def _splice(rng: Random, key: str, alts: list[str]) -> str:
    """Write a splice prediction, in SpliceAI's own format or as one number."""
    if key != "SpliceAI":
        return f"{key}=" + ",".join(rng.choice(SPLICE_SCORES) for _ in alts[: rng.choice((1, 5))])
    entries = []
    for alt in alts[:5]:
        scores = [rng.choice(SPLICE_SCORES) for _ in range(4)]
        entries.append(
            "|".join([alt, "CFTR", *scores, "28", "-2", "5", "0"][: rng.choice((3, 10, 10))])
        )
    return "SpliceAI=" + ",".join(entries)


def _consequences(
    rng: Random, kind: str, fields: tuple[str, ...], site: tuple[int, str, list[str]]
) -> str:
    """Draw the entries of one consequence annotation."""
    chance = rng.random()
    if chance < 0.02:
        return rng.choice(("", ".", "|", ",", "missense_variant", "G|missense_variant"))
    position, ref, alts = site
    entries = []
    for _ in range(1 if chance < 0.6 else rng.choice((2, 3, 8))):
        alt = alts[0] if len(alts) == 1 else rng.choice(alts)
        if kind == "BCSQ":
            entry = [rng.choice(BCF_TERMS), rng.choice(GENES), "T1", "protein_coding", "+", "1A>1B",
                     f"{position}{ref}>{alt}"]  # fmt: skip
            entries.append("|".join(entry[: rng.choice((1, 4, 7, 7, 7))]))
            continue
        trimmed = len(alt) != len(ref) and kind == "CSQ" and alt[0] == ref[0]
        allele = (alt[1:] or "-") if trimmed else alt
        entry = [allele if chance < 0.97 else "Z", rng.choice(TERMS), "IMPACT", rng.choice(GENES), "",
                 "Transcript", "T1", rng.choice(("protein_coding", "protein_coding", "snRNA")),
                 "1/2", "c.1A>G", "p.1"]  # fmt: skip
        for name in fields[11:]:
            if name == "CLIN_SIG":
                entry.append(rng.choice(IN_ENTRIES))
            elif name.startswith("SpliceAI"):
                entry.append(rng.choice(SPLICE_SCORES) if rng.random() < 0.5 else "")
            else:
                entry.append("" if rng.random() < 0.5 else _entry_number(rng))
        entries.append("|".join(entry))
    return ",".join(entries)


def _entry_number(rng: Random) -> str:
    """Write a frequency of an entry, perhaps two of one allele."""
    return _number(rng).replace(",", "&") + ("&0.5" if rng.random() < 0.03 else "")


FORMATS = ("GT",) * 6 + ("GT:AD:DP:GQ",) * 8 + ("GT:DP", "GT:GQ:DP:AD", "GT:PS", "DP:GT", "AD:GT:DP", "DP",
                                               "GT:FT:AD", "GT:NEW")  # fmt: skip
REFERENCE = ("0/0",) * 12 + ("0|0", "0", "0/0/0", "0/0/0/0")
UNCALLED = ("./.", ".", ".|.", "./0", "0/.", "./././.", "0|.")
CARRIED = (
    "0/1",
    "0/1",
    "0/1",
    "1/1",
    "0|1",
    "1|0",
    "1",
    "./1",
    "1/.",
    "0/0/1",
    "0/1/1/1",
    "1|1",
    "1/0",
    "0/0/0/1",
)


def _calls(rng: Random, layout: Layout, n_alts: int) -> list[str]:
    """Draw FORMAT and the samples."""
    about = rng.choice(FORMATS)
    names = about.split(":")
    chance = rng.random()
    cells = [about]
    for column in range(len(layout.samples)):
        if chance < 0.35:  # no proband carries it
            pool = CARRIED if column not in layout.probands and rng.random() < 0.5 else REFERENCE
        elif chance < 0.42:
            pool = UNCALLED if rng.random() < 0.5 else REFERENCE
        elif chance < 0.6:
            pool = CARRIED if column in layout.probands else REFERENCE
        else:
            pool = rng.choice((REFERENCE, CARRIED, CARRIED, UNCALLED))
        gt = rng.choice(pool)
        if n_alts > 1 and pool is CARRIED:
            gt = gt.replace("1", str(rng.randrange(n_alts) + 1))
        cells.append(_call(rng, gt, names, n_alts))
    return cells


def _call(rng: Random, gt: str, names: list[str], n_alts: int) -> str:
    """Write one sample; trailing fields may be missing."""
    if len(names) == 1:
        return gt if names[0] == "GT" else rng.choice(("3", "."))
    cells = []
    for name in names:
        if name == "GT":
            cells.append(gt)
        elif name == "AD":
            depth = rng.choice(("10", "0", "20"))
            cells.append(f"{depth},8" if n_alts == 1 else ",".join([depth] * (n_alts + 1)))
        else:
            cells.append({"DP": "18", "GQ": "99", "PS": "7", "FT": "PASS"}.get(name, "5"))
    chance = rng.random()
    if chance < 0.06:
        # Not without GT: where no sample has it, htslib ends the whole process.
        least = names.index("GT") + 1 if "GT" in names else 1
        cells = cells[: max(least, rng.randrange(len(cells)) + 1)]
    elif chance < 0.1:
        place = rng.randrange(len(cells))
        cells[place] = "." if names[place] != "AD" else rng.choice((".", ".,.", "5"))
    return ":".join(cells)
