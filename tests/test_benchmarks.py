"""The benchmark: inputs that depend on the seed alone, and sums that are right."""

import doctest
import gzip
import json
import sys

import pytest

import bench
import kernels
import make_trio

SMALL = make_trio.Options(records=2_000, chunk=150, spike=2)
EXPECTED = {
    "denovo": ("0/1", "0/0", "0/0"),
    "recessive": ("1/1", "0/1", "0/1"),
    "xlinked": ("1", "0", "0/1"),
}


def read_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return lines.read().splitlines()


@pytest.fixture(scope="module")
def fx_made(tmp_path_factory):
    out = tmp_path_factory.mktemp("trio") / "one.vcf.gz"
    make_trio.generate(out, SMALL, workers=1)
    return out


def records_of(path):
    return [line.split("\t") for line in read_lines(path) if not line.startswith("#")]


def test_two_workers_write_the_same_bytes_as_one(fx_made, tmp_path):
    again = tmp_path / "two.vcf.gz"
    make_trio.generate(again, SMALL, workers=2)
    for suffix in (".vcf.gz", ".ped", ".truth.tsv", ".json"):
        one, two = (str(p).removesuffix(".vcf.gz") + suffix for p in (fx_made, again))
        with open(one, "rb") as a, open(two, "rb") as b:
            assert a.read() == b.read(), suffix


def test_another_seed_writes_another_file(fx_made, tmp_path):
    other = tmp_path / "other.vcf.gz"
    make_trio.generate(other, make_trio.Options(records=2_000, chunk=150, spike=2, seed=1))
    assert read_lines(other) != read_lines(fx_made)


def test_records_are_sorted_counted_and_inside_their_contigs(fx_made):
    records = records_of(fx_made)
    order = {name: i for i, name in enumerate(make_trio.CONTIG_LENGTHS)}
    sites = [(order[r[0]], int(r[1])) for r in records]
    assert sites == sorted(set(sites))
    assert all(0 < int(r[1]) < make_trio.CONTIG_LENGTHS[r[0]] for r in records)
    note = json.loads(fx_made.with_name("one.json").read_text())
    assert note["records"] == len(records)


def test_every_entry_has_every_field(fx_made):
    for record in records_of(fx_made):
        entries = record[7].partition("CSQ=")[2].split(",")
        assert {entry.count("|") for entry in entries} == {len(make_trio.CSQ_FIELDS) - 1}
    assert len(make_trio.CSQ_FIELDS) == len(set(make_trio.CSQ_FIELDS)) == 77


def test_counts_agree_with_the_genotypes(fx_made):
    for record in records_of(fx_made):
        info = dict(item.partition("=")[::2] for item in record[7].split(";"))
        genotypes = [call.partition(":")[0].replace("|", "/") for call in record[9:]]
        alleles = [a for g in genotypes for a in g.split("/") if a != "."]
        counts = [alleles.count(str(i + 1)) for i in range(record[4].count(",") + 1)]
        assert info["AC"] == ",".join(map(str, counts)), record[:5]
        assert info["AN"] == str(len(alleles)), record[:5]


def test_planted_answers_are_there_with_good_calls(fx_made):
    records = {(r[0], r[1], r[3], r[4]): r for r in records_of(fx_made)}
    with open(fx_made.with_name("one.truth.tsv"), encoding="utf-8") as lines:
        truth = [line.rstrip("\n").split("\t") for line in lines][1:]
    assert [t[0] for t in truth].count("comphet") == 4
    assert {t[0] for t in truth} == {*EXPECTED, "comphet"}
    pairs = {}
    for mode, chrom, position, ref, alt, gene, consequence in truth:
        record = records[chrom, position, ref, alt]
        calls = [call.split(":") for call in record[9:]]
        genotypes = tuple(call[0] for call in calls)
        assert record[6] == "PASS"
        assert "gnomAD_AF" not in record[7]
        assert all(int(call[3]) >= 40 for call in calls)
        assert f"|{consequence}|" in record[7]
        assert f"|{gene}|" in record[7]
        if mode == "comphet":
            pairs.setdefault(gene, set()).add(genotypes)
        else:
            assert genotypes == EXPECTED[mode]
    both = {("0/1", "0/1", "0/0"), ("0/1", "0/0", "0/1")}
    assert list(pairs.values()) == [both, both]


def test_options_reach_the_file(tmp_path):
    out = tmp_path / "cohort.vcf.gz"
    arguments = ["-n", "500", "-o", str(out), "--samples", "6", "--no-csq", "--procs", "1"]
    assert make_trio.main([*arguments, "--csi", "--bcf"]) == 0
    lines = read_lines(out)
    columns = next(line for line in lines if line.startswith("#CHROM")).split("\t")
    assert columns[9:] == ["proband", "father", "mother", "S0003", "S0004", "S0005"]
    assert not any("CSQ=" in line or "gnomAD" in line for line in lines)
    assert out.with_name("cohort.vcf.gz.csi").exists()
    assert out.with_name("cohort.bcf.csi").exists()
    assert len(out.with_name("cohort.ped").read_text().splitlines()) == 6


# ---------------------------------------------------------------------------------- bench.py


def measured(cpu, wall=1.0, peak=100.0):
    return bench.Measurement(cpu, wall, peak)


def test_the_ratio_is_the_median_of_ratios_not_the_ratio_of_medians():
    rounds = [
        {"bcftools": measured(4.0), "raredx": measured(2.0)},  # 0.50
        {"bcftools": measured(8.0), "raredx": measured(3.2)},  # 0.40
        {"bcftools": measured(5.0), "raredx": measured(4.5)},  # 0.90
    ]
    summary = bench.summarise(rounds, records=1000)
    assert summary["cpu_ratio"] == 0.5
    assert summary["tools"]["raredx"]["cpu_s"] == 3.2
    assert summary["tools"]["bcftools"]["records_per_cpu_s"] == 200
    assert len(summary["rounds"]) == 3


def test_without_bcftools_there_is_no_ratio():
    summary = bench.summarise([{"raredx": measured(2.0)}], records=10)
    assert summary["cpu_ratio"] is None
    assert list(summary["tools"]) == ["raredx"]


def test_memory_growth_compares_the_largest_with_the_smallest():
    sizes = [
        bench.summarise([{"raredx": measured(1.0, peak=peak)}], records=10)
        for peak in (200.0, 230.0)
    ]
    assert bench.memory_growth(sizes) == 1.15
    assert bench.memory_growth(sizes[:1]) is None


def test_rounds_take_turns_after_one_that_is_not_counted():
    seen = []

    def run(command):
        seen.append(command[0])
        return measured(1.0)

    rounds = bench.run_rounds({"bcftools": ["b"], "raredx": ["r"]}, 2, run)
    assert seen == ["b", "r"] * 3
    assert len(rounds) == 2


def test_a_child_is_measured_by_itself():
    busy = "sum(i * i for i in range(2_000_000)); x = b'x' * 60_000_000"
    heavy = bench.measure([sys.executable, "-c", busy])
    light = bench.measure([sys.executable, "-c", ""])
    assert heavy.cpu_s > light.cpu_s > 0
    assert heavy.wall_s > 0
    assert 55 < heavy.peak_mb < 1000


def test_a_failing_command_says_what_it_said():
    failing = [sys.executable, "-c", "import sys; sys.exit('no such panel')"]
    with pytest.raises(bench.BenchError, match=r"exit 1\nno such panel"):
        bench.measure(failing)
    with pytest.raises(bench.BenchError, match="No such file"):
        bench.measure(["/nowhere/raredx"])


def test_the_readme_has_its_markers_and_only_the_table_changes():
    readme = (bench.HERE / "README.md").read_text(encoding="utf-8")
    changed = bench.replace_between(readme, "TABLE")
    start, end = bench.MARKERS
    assert f"{start}\nTABLE\n{end}" in changed
    assert changed.split(start)[0] == readme.split(start)[0]
    assert changed.split(end)[1] == readme.split(end)[1]
    with pytest.raises(bench.BenchError, match="once each"):
        bench.replace_between("no markers", "TABLE")


def test_inputs_are_made_once(tmp_path, monkeypatch):
    monkeypatch.setitem(bench.SIZES, "tiny", 300)
    first = bench.make_input("tiny", tmp_path)
    stamp = first.vcf.stat().st_mtime_ns
    assert bench.make_input("tiny", tmp_path) == first
    assert first.vcf.stat().st_mtime_ns == stamp
    monkeypatch.setattr(bench, "generator_digest", lambda: "changed")
    bench.make_input("tiny", tmp_path)
    assert first.vcf.stat().st_mtime_ns > stamp


def test_main_writes_result_and_table(tmp_path, monkeypatch, capsys):
    fake = tmp_path / "raredx"
    fake.write_text(f"#!{sys.executable}\nprint('raredx 0.0')\n", encoding="utf-8")
    fake.chmod(0o755)
    readme = tmp_path / "README.md"
    readme.write_text("\n".join(bench.MARKERS) + "\n", encoding="utf-8")
    data = bench.Input("tiny", 300, tmp_path / "raredx", tmp_path / "t.ped")
    monkeypatch.setattr(bench, "QUICK", ("tiny",))
    monkeypatch.setattr(bench, "HERE", tmp_path)
    monkeypatch.setattr(bench, "make_input", lambda label, workdir: data)
    monkeypatch.setattr(bench.shutil, "which", lambda name: None)
    arguments = ["--quick", "--write", "--workdir", str(tmp_path), "--raredx", str(fake)]
    assert bench.main([*arguments, "--rounds", "1"]) == 0
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["sizes"][0]["label"] == "tiny"
    assert result["sizes"][0]["cpu_ratio"] is None
    assert result["help_cpu_s"] > 0
    assert {"date", "versions", "cpu_model", "cores"} == set(result["environment"])
    out, err = capsys.readouterr()
    assert "bcftools is not on the PATH" in err
    assert "| tiny | 300 | raredx |" in out
    assert "| tiny | 300 | raredx |" in readme.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", kernels.FAMILIES)
def test_families_of_the_kernel_benchmark_have_their_size_and_no_loop(size):
    pedigree = kernels.make_family(size).pedigree
    assert size <= len(pedigree.members) <= size + 1
    for member in range(size):
        for parent, sex in ((pedigree.father[member], 1), (pedigree.mother[member], 2)):
            assert parent < 0 or pedigree.sex[parent] == sex
            assert parent != member


def test_kernels_are_measured_for_every_stage():
    found = kernels.measure(2_000, kernels.make_family(3))
    assert {"sites", "members", "genotypes_s", "modes_s", "pairs_s", "whole_s"} == set(found)
    assert found["whole_s"] == pytest.approx(
        found["genotypes_s"] + found["modes_s"] + found["pairs_s"], abs=2e-4
    )


@pytest.mark.parametrize("module", [bench, make_trio])
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0
