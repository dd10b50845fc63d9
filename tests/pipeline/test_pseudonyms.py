"""Pseudonyms: no name is left anywhere, nothing else changes, and the key alone decides."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import subprocess
import sys

import pysam
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonym_runs import KEY, Names, back, unpacked, write_key, write_ped, write_vcf
from raredx.cli.main import cli
from raredx.columns.pseudonyms import Pseudonyms
from raredx.errors import RareDxError
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest

MARK = "zqu17x"
NAMES = Names(f"{MARK}-kid.1", f"{MARK}_mum", f"{MARK}dad", f"{MARK} fam")
HEADER = (
    f'##SAMPLE=<ID={NAMES.kid},Description="{NAMES.kid}">',
    f"##PEDIGREE=<Child={NAMES.kid},Father={NAMES.father},Mother={NAMES.mother}>",
    f"##META=<ID={MARK}meta,Type=String,Number=.,Values=[{NAMES.kid}]>",
    f'##GATKCommandLine=<ID=HaplotypeCaller,CommandLine="-I /data/{MARK}/{NAMES.kid}.bam">',
    f"##bcftools_viewCommand=view -s {NAMES.kid} /data/{MARK}/x.vcf.gz; Date=today",
    f"##reference=file:///home/{MARK}/grch38.fa",
    f'##INFO=<ID=GeneticModels,Number=.,Type=String,Description="genmod, of {NAMES.family}">',
    f'##INFO=<ID=denovo,Number=.,Type=String,Description="slivar, from /data/{MARK}/t.ped">',
    f'##INFO=<ID={NAMES.father}_seen,Number=0,Type=Flag,Description="in ~/{MARK}/seen.bed">',
    f'##INFO=<ID=src,Number=1,Type=String,Description="x",Source="{MARK}",Version="{MARK}">',
)
INFO = (
    f";GeneticModels={NAMES.family.replace(' ', '_')}:AD,{NAMES.kid}:AR;denovo={NAMES.kid},"
    f"{NAMES.mother};{NAMES.father}_seen;src=x"
)
"""A blank cannot stand in INFO, so `FAM_1` there is not the family `FAM 1`: see the last test."""
PACKET = {
    "id": f"{MARK}packet",
    "proband": {
        "id": f"{MARK}inner",
        "subject": {"id": f"{MARK}subject", "sex": "MALE", "dateOfBirth": "2001-02-03T00:00:00Z"},
        "phenotypicFeatures": [{"type": {"id": "HP:0001250", "label": "Seizure"}}],
        "metaData": {"phenopacketSchemaVersion": "2.0.0"},
    },
    "relatives": [{"id": f"{MARK}rel", "subject": {"id": f"{MARK}aunt", "sex": "OTHER_SEX"}}],
    "files": [
        {
            "uri": f"file:///data/{MARK}/{MARK}.vcf",
            "individualToFileIdentifiers": {f"{MARK}subject": NAMES.kid},
        }
    ],
    "metaData": {"phenopacketSchemaVersion": "2.0.0"},
}
OUTPUTS = {
    "-o": "c.tsv", "--json": "c.json", "--vcf": "c.bcf", "--html": "{family}.html",
    "--xlsx": "c.xlsx", "--near-misses": "near.tsv", "--phenopacket-out": "{family}.pp.json",
    "--jsonl": "c.jsonl", "--parquet": "c.parquet", "--genes": "genes.tsv",
    "--diseases": "diseases.tsv",
}  # fmt: skip


def run(*words):
    """Run the command line; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, [str(word) for word in words])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def fx_marked(tmp_path_factory):
    """A family whose every name is a mark, in a folder that is one, with a key."""
    folder = tmp_path_factory.mktemp("data") / f"{MARK}dir"
    folder.mkdir()
    info = INFO.replace(NAMES.family.replace(" ", "_") + ":AD,", "")
    name = f"sniffles_{NAMES.kid}_7"
    write_vcf(folder / f"{MARK}.vcf", NAMES, header=HEADER, info=info, name=name)
    write_ped(folder / f"{MARK}.ped", NAMES)
    (folder / f"{MARK}.hpo.txt").write_text("HP:0001250\n")
    (folder / f"{MARK}.json").write_text(json.dumps(PACKET))
    write_key(folder / f"{MARK}key")
    return folder


def inputs_of(folder, *, packet=False, key=True):
    words = ["--ped", folder / f"{MARK}.ped", "--panel", "all"]
    words += ["--phenopacket", folder / f"{MARK}.json"] if packet else []
    words += [] if packet else ["--hpo", folder / f"{MARK}.hpo.txt"]
    words += ["--pseudonyms", folder / f"{MARK}key"] if key else []
    return [*words, folder / f"{MARK}.vcf"]


def outputs_in(folder):
    return [word for flag, name in OUTPUTS.items() for word in (flag, folder / name)]


def marks(text):
    """Where the mark stands in some bytes, with what is around it."""
    raw = text if isinstance(text, bytes) else text.encode()
    at, found = raw.lower().find(MARK.encode()), []
    while at >= 0 and len(found) < 5:
        found.append(raw[max(at - 60, 0) : at + 40])
        at = raw.lower().find(MARK.encode(), at + 1)
    return found


# --- nothing is left -----------------------------------------------------------------------------


@pytest.mark.parametrize("packet", [False, True], ids=["terms", "phenopacket"])
@pytest.mark.parametrize("log", [[], ["--log-json"]], ids=["text", "json"])
def test_no_output_and_no_log_holds_a_name(fx_marked, tmp_path, packet, log):
    place = tmp_path / f"{MARK}out"
    place.mkdir()
    code, out, err = run(
        "rank", *inputs_of(fx_marked, packet=packet), *outputs_in(place), *log,
        "--karyotype", f"{NAMES.kid}=XY", "--proband", NAMES.kid,
    )  # fmt: skip
    assert (code, out) == (0, ""), err
    assert marks(err) == []
    written = sorted(place.iterdir())
    assert len(written) == len(OUTPUTS) + 2
    for path in written:
        assert marks(unpacked(path)) == [], path.name
        assert b"2001-02-03" not in unpacked(path), path.name
    family = Pseudonyms(KEY).family(NAMES.family)
    assert {f"{family}.html", f"{family}.pp.json"} <= {path.name for path in written}


@pytest.mark.parametrize("way", [["--exact"], ["-@", "2"], ["-r", "chr7"]], ids=str)
def test_however_the_file_is_read(fx_marked, tmp_path, way):
    code, out, err = run("rank", *inputs_of(fx_marked), "--vcf", tmp_path / "c.vcf", *way)
    assert code == 0, err
    assert marks(out) == marks(err) == marks(unpacked(tmp_path / "c.vcf")) == []
    columns = next(x for x in (tmp_path / "c.vcf").read_text().splitlines() if x[:2] == "#C")
    assert columns.split("\t")[9:] == [*Pseudonyms(KEY).samples(NAMES.samples)]


def test_without_a_key_every_output_holds_names(fx_marked, tmp_path):
    """So the tests above look where names are."""
    code, _, err = run("rank", *inputs_of(fx_marked, key=False), *outputs_in(tmp_path))
    assert code == 0, err
    for path in tmp_path.iterdir():
        assert marks(unpacked(path)) != [], path.name


def cohort(folder):
    """Write the family among forty others, as BCF, with a second family in the PED file."""
    names = [f"{MARK}c{number:02d}" for number in range(40)]
    lines = []
    for line in (folder / f"{MARK}.vcf").read_text().splitlines():
        cells = line.split("\t")
        if line.startswith("##"):
            lines.append(line)
        elif line.startswith("#"):
            lines.append("\t".join([*cells[:9], *names, *cells[9:]]))
        else:
            lines.append("\t".join([*cells[:9], *["0/0"] * 20, *cells[9:10] * 20, *cells[9:]]))
    text = folder / f"{MARK}cohort.vcf"
    text.write_text("\n".join(lines) + "\n")
    with pysam.VariantFile(str(text)) as source:
        bcf = str(folder / f"{MARK}cohort.bcf")
        with pysam.VariantFile(bcf, "wb", header=source.header) as out:
            for record in source:
                out.write(record)
    ped = folder / f"{MARK}cohort.ped"
    more = f"{MARK}second\t{names[39]}\t0\t0\t1\t2\tHP:0001250\n"
    ped.write_text((folder / f"{MARK}.ped").read_text() + more)
    return text, bcf, ped


@pytest.mark.parametrize("kind", ["text", "bcf", "exact", "stdin"])
def test_families_of_a_cohort(fx_marked, tmp_path, kind):
    text, bcf, ped = cohort(fx_marked)
    words = ["--ped", ped, "--pseudonyms", fx_marked / f"{MARK}key", "--panel", "all"]
    words += outputs_in(tmp_path)
    words += ["--exact"] if kind == "exact" else []
    if kind == "stdin":
        command = [sys.executable, "-m", "raredx", "rank", *map(str, words), "-"]
        with text.open("rb") as file:
            done = subprocess.run(command, stdin=file, capture_output=True, timeout=120)
        code, err = done.returncode, done.stderr.decode()
    else:
        code, _, err = run("rank", *words, text if kind != "bcf" else bcf)
    assert (code, marks(err)) == (0, []), err
    written = {path.name: unpacked(path) for path in tmp_path.iterdir()}
    assert {name: marks(raw) for name, raw in written.items() if marks(raw)} == {}
    given_ = Pseudonyms(KEY)
    families = [given_.family(name) for name in (NAMES.family, f"{MARK}second")]
    assert {f"{family}.html" for family in families} <= set(written)
    header = gzip.decompress((tmp_path / "c.bcf").read_bytes()).decode("latin-1")
    own = [given_.sample(f"{MARK}c39"), *given_.samples(NAMES.samples)]
    assert "FORMAT\t" + "\t".join(own) + "\n" in header


def test_a_phenopacket_in_place_of_a_pedigree(fx_marked, tmp_path):
    packet = PACKET | {"pedigree": {"persons": [
        {"familyId": NAMES.family, "individualId": f"{MARK}subject", "sex": "MALE",
         "paternalId": NAMES.father, "maternalId": NAMES.mother, "affectedStatus": "AFFECTED"},
        {"individualId": NAMES.father, "sex": "MALE", "affectedStatus": "UNAFFECTED"},
        {"individualId": NAMES.mother, "sex": "FEMALE", "affectedStatus": "UNAFFECTED"},
    ]}}  # fmt: skip
    path = fx_marked / f"{MARK}whole.json"
    path.write_text(json.dumps(packet))
    vcf = fx_marked / f"{MARK}.vcf"
    words = ["--phenopacket", path, "--pseudonyms", fx_marked / f"{MARK}key", vcf]
    code, out, err = run("rank", *words, "--json", tmp_path / "c.json")
    assert code == 0, err
    assert marks(out) == marks(err) == marks(unpacked(tmp_path / "c.json")) == []
    assert f"raredx_member={Pseudonyms(KEY).sample(NAMES.kid)} proband male" in out


def test_the_annotated_vcf_keeps_what_records_mean(fx_marked, tmp_path):
    assert run("rank", *inputs_of(fx_marked), "--vcf", tmp_path / "c.vcf", "--quiet")[0] == 0
    lines = (tmp_path / "c.vcf").read_text().splitlines()
    kinds = {line[2:].split("=")[0] for line in lines if line.startswith("##")}
    assert {"fileformat", "contig", "INFO", "FORMAT", "FILTER"} <= kinds
    assert kinds.isdisjoint({"SAMPLE", "PEDIGREE", "META", "GATKCommandLine", "reference"})
    given = Pseudonyms(KEY)
    kid, mother, father = given.samples(NAMES.samples)
    record = next(line.split("\t") for line in lines if not line.startswith("#"))
    info = dict(field.partition("=")[::2] for field in record[7].split(";"))
    assert info["GeneticModels"] == f"{kid}:AR"
    assert info["denovo"] == f"{kid},{mother}"
    assert father.replace("-", "_") + "_seen" in info
    assert "|" in info["CSQ"]


def test_check_and_explain_hold_no_name(fx_marked, tmp_path):
    common = ["--ped", fx_marked / f"{MARK}.ped", "--pseudonyms", fx_marked / f"{MARK}key"]
    vcf = fx_marked / f"{MARK}.vcf"
    said = run(
        "check", *common, vcf, "-o", tmp_path / "x.tsv", "--json", tmp_path / "x.json",
        "--multiqc", tmp_path / "x_mqc.json",
    )  # fmt: skip
    assert said[0] in (0, 4)
    assert Pseudonyms(KEY).sample(NAMES.kid) in said[1]
    for variant in ("chrM-3243-A-G", "chrX-70035380-A-G", "EDA"):
        told = run("explain", *common, "--variant", variant, vcf)
        assert told[0] == 0
        said += told
    texts = [str(part) for part in said] + [unpacked(p).decode() for p in tmp_path.iterdir()]
    assert [marks(text) for text in texts] == [[]] * len(texts)


FAULTS = {
    "no such file": ["--ped", f"{MARK}none.ped"],
    "no such key": ["--pseudonyms", f"{MARK}none"],
    "proband": ["--proband", f"{MARK}nobody"],
    "karyotype": ["--karyotype", f"{MARK}nobody=XXY"],
    "bad karyotype": ["--karyotype", f"{NAMES.kid}={MARK}"],
    "output with a name": ["--json", f"{NAMES.kid}.json"],
    "no such folder": ["--json", f"{MARK}none/x.json"],
    "no such rules": ["--ruleset", f"{MARK}.toml"],
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_tells_a_name(fx_marked, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("rank", *inputs_of(fx_marked), *FAULTS[name])
    assert code in (2, 3)
    assert err.startswith("raredx: ")
    assert marks(out) == marks(err) == []


def test_no_fault_tells_a_name_to_a_program(fx_marked):
    request = RankRequest(
        vcf=str(fx_marked / f"{MARK}.vcf"), ped=fx_marked / f"{MARK}.ped",
        pseudonyms=fx_marked / f"{MARK}key", proband=f"{MARK}nobody",
    )  # fmt: skip
    with pytest.raises(RareDxError) as caught:
        rank(request, lambda *_: None)
    assert marks(str(caught.value)) == []
    assert "pedigree.ped: " in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("\t1\t2\t", f"\t{MARK}\t2\t"), "pedigree.ped:1: sex is no code that is known"),
        ((f"\t{NAMES.father}\t{NAMES.mother}\t", f"\t{NAMES.kid}\t0\t"),
         "pedigree.ped:1: this person is their own father"),
        ((f"{NAMES.family}\t{NAMES.mother}\t0", f"{NAMES.family}\t{NAMES.father}\t0"),
         "pedigree.ped:3: the person in column 2 stands already on line 2"),
        ((f"{NAMES.family}\t{NAMES.mother}\t0", f"{NAMES.family}\t{MARK}other\t0"),
         "pedigree.ped:3: the person in column 2 is not a sample of vcf.vcf (it has 3 samples)"),
    ],
    ids=["sex", "own father", "twice", "no sample"],
)  # fmt: skip
def test_a_bad_pedigree_is_told_by_line(fx_marked, tmp_path, change, said):
    ped = tmp_path / f"{MARK}.ped"
    ped.write_text((fx_marked / f"{MARK}.ped").read_text().replace(*change, 1))
    code, _, err = run("rank", *inputs_of(fx_marked), "--ped", ped)
    assert (code, err.splitlines()[0]) == (3, f"raredx: {said}")
    assert marks(err) == []


# --- nothing else changes ------------------------------------------------------------------------

ODD = ("A", "1", "T", "chr7", "PASS", "GT", "0/1", "CSQ", "S1", "S1-2", "S1.x", "=cmd", "@x",
       "proband", "father", "HIGH", "a b", "Ü-ß", "x" * 90, "AC", "missense_variant", "S-1")  # fmt: skip
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Co"]),
    min_size=1, max_size=12,
)  # fmt: skip
NOT_IDS = {"0", ".", "-9", "-1", "na", "nan", "none"}
NAME = (st.sampled_from(ODD) | TEXT).filter(
    lambda name: name.strip() == name and name.lower() not in NOT_IDS and name[0] != "#"
)


def without(value, names=("candidate_id", "best_candidate")):
    """Leave out what is made of the proband's name by a checksum."""
    if isinstance(value, dict):
        return {key: without(one) for key, one in value.items() if key not in names}
    return [without(one) for one in value] if isinstance(value, list) else value


@settings(max_examples=25)
@given(st.lists(NAME, min_size=3, max_size=3, unique=True), NAME)
def test_only_names_change(tmp_path_factory, people, family):
    names = Names(*people, family)
    folder = tmp_path_factory.mktemp("odd")
    vcf = write_vcf(folder / "trio.vcf", names, contigs=("chr14", "chrM"))
    ped = write_ped(folder / "trio.ped", names)
    key = write_key(folder / "key")
    found = []
    for pseudonyms in (None, key):
        out = folder / f"out{len(found)}.json"
        request = RankRequest(
            vcf=str(vcf), ped=ped, panels=("R59",), output=None, json=str(out),
            vcf_out=str(out.with_suffix(".vcf")), pseudonyms=pseudonyms,
        )  # fmt: skip
        rank(request, lambda *_: None)
        found.append(json.loads(out.read_text()))
    plain, hidden = found
    given_ = Pseudonyms(KEY)
    real = {given_.sample(name): name for name in people} | {given_.family(family): family}
    mapped = without(back(hidden, real))
    plain = without(plain)
    for document in (plain, mapped):
        document["run"].pop("command")
        document["run"]["notes"] = [n for n in document["run"]["notes"] if "pseudonym" not in n]
    assert mapped == plain
    texts = [(folder / f"out{n}.vcf").read_text(encoding="utf-8") for n in (0, 1)]
    bodies = [
        [line.partition(";RAREDX=")[0].split("\t")[:7] for line in text.split("\n") if line[:1] != "#"]
        for text in texts
    ]  # fmt: skip
    assert bodies[0] == bodies[1]
    calls = [
        [line.split("\t")[9:] for line in text.split("\n") if line[:1] not in ("#", "")]
        for text in texts
    ]
    assert calls[0] == calls[1]
    csq = [[line.partition("CSQ=")[2].partition(";")[0] for line in t.split("\n")] for t in texts]
    assert csq[0][-5:] == csq[1][-5:]


def test_same_key_same_bytes_other_key_other_names(fx_marked, tmp_path):
    texts = []
    for number, key in enumerate((KEY, KEY, KEY + b"2")):
        file = write_key(tmp_path / f"key{number}", key)
        _, out, _ = run("rank", *inputs_of(fx_marked, key=False), "--pseudonyms", file, "--quiet")
        texts.append(out)
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
    for text, key in zip(texts, (KEY, KEY, KEY + b"2"), strict=True):
        assert f"gt_{Pseudonyms(key).sample(NAMES.kid)}\t" in text


def test_the_families_keep_their_order(fx_marked):
    _, out, _ = run("rank", *inputs_of(fx_marked), "--quiet")
    members = [x.split("=")[1].split()[:2] for x in out.splitlines() if "raredx_member" in x]
    ids = Pseudonyms(KEY).samples((NAMES.kid, NAMES.father, NAMES.mother))
    assert members == [
        list(pair) for pair in zip(ids, ("proband", "father", "mother"), strict=True)
    ]


# --- key and table -------------------------------------------------------------------------------


def test_the_table_is_written_where_asked_for_and_private(fx_marked, tmp_path):
    table = tmp_path / "names.tsv"
    words = ["-o", tmp_path / "c.tsv", "--quiet", "--pseudonym-table", table]
    assert run("rank", *inputs_of(fx_marked), *words) == (0, "", "")
    assert stat.S_IMODE(os.stat(table).st_mode) == 0o600
    rows = [line.split("\t") for line in table.read_text().splitlines()]
    given_ = Pseudonyms(KEY)
    wanted = {("sample", name, given_.sample(name)) for name in NAMES.samples}
    wanted.add(("family", NAMES.family, given_.family(NAMES.family)))
    assert (rows[0], {tuple(row) for row in rows[1:]}) == (["kind", "name", "pseudonym"], wanted)
    assert "names.tsv" not in (tmp_path / "c.run.json").read_text()


KEYS = {
    "empty": (b"", 3, "KEYFILE: the key is empty"),
    "short": (b"fifteen bytes..", 3, "KEYFILE: the key has 15 bytes, at least 16 are needed"),
    "large": (b"x" * (1 << 20) + b"x", 3, "KEYFILE: is larger than 1 MB, and no key"),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_that_are_refused(fx_marked, tmp_path, name):
    raw, wanted, message = KEYS[name]
    key = write_key(tmp_path / "key", raw)
    code, out, err = run("rank", *inputs_of(fx_marked, key=False), "--pseudonyms", key)
    assert (code, out, err.splitlines()[0]) == (wanted, "", f"raredx: {message}")


def test_an_input_is_no_key(fx_marked):
    ped = fx_marked / f"{MARK}.ped"
    code, _, err = run("rank", *inputs_of(fx_marked, key=False), "--pseudonyms", ped)
    assert code == 2
    assert "is an input of this run, and no key" in err


def test_an_output_never_goes_over_the_key(fx_marked, tmp_path):
    key = write_key(tmp_path / "key.json")
    code, _, err = run("rank", *inputs_of(fx_marked, key=False), "--pseudonyms", key, "--json", key)
    assert (code, key.read_bytes()) == (2, KEY)
    assert "would be overwritten" in err


def test_a_key_that_others_can_read_is_told(fx_marked, tmp_path):
    key = write_key(tmp_path / "key")
    key.chmod(0o644)
    code, _, err = run("rank", *inputs_of(fx_marked, key=False), "--pseudonyms", key)
    assert code == 0
    assert "warning: the file with the key of the pseudonyms can be read by others" in err


def test_a_table_needs_a_key_and_a_file(fx_marked):
    words = [*inputs_of(fx_marked, key=False), "--pseudonym-table"]
    assert "there are no pseudonyms to be listed" in run("rank", *words, "names.tsv")[2]
    code, _, err = run("rank", *inputs_of(fx_marked), "--pseudonym-table", "-")
    assert (code, "cannot go to standard output" in err) == (2, True)


def test_an_output_that_holds_a_name_is_refused_with_another(fx_marked, tmp_path):
    words = ["-o", tmp_path / f"run_{NAMES.kid}.tsv"]
    code, _, err = run("rank", *inputs_of(fx_marked), *words)
    better = f"run_{Pseudonyms(KEY).sample(NAMES.kid)}.tsv"
    assert (code, os.listdir(tmp_path)) == (2, [])
    assert err == (
        "raredx: an output (output): its name holds that of a person, a sample or a family\n"
        f"  Name it {better}, or otherwise.\n"
    )


def test_checksums_of_short_files_of_names_are_keyed(fx_marked, tmp_path):
    assert run("rank", *inputs_of(fx_marked), "-o", tmp_path / "c.tsv", "--quiet")[0] == 0
    inputs = json.loads((tmp_path / "run.json").read_text())["inputs"]
    found = {entry["role"]: entry for entry in inputs}
    digest = hashlib.sha256((fx_marked / f"{MARK}.ped").read_bytes()).hexdigest()
    assert found["ped"]["sha256"] == Pseudonyms(KEY).checksum(digest)
    raw = (fx_marked / f"{MARK}.vcf").read_bytes()
    assert found["vcf"]["sha256"] == hashlib.sha256(raw).hexdigest()
    assert {entry["name"] for entry in inputs} == {"pedigree.ped", "vcf.vcf", "hpo-terms.txt"}
