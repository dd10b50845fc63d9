"""The benchmark: inputs that depend on the seed alone, and sums that are right."""

import doctest
import gzip
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import bench
import bench_compare
import bench_inputs
import bench_measure
import bench_panel
import bench_plot
import bench_rows
import bench_slivar
import bench_table
import bench_targets
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


def test_without_frequencies_the_rest_is_the_same(fx_made, tmp_path):
    out = tmp_path / "one.vcf.gz"
    arguments = ["-n", "2000", "-o", str(out), "--chunk", "150", "--spike", "2", "--procs", "1"]
    assert make_trio.main([*arguments, "--no-frequencies"]) == 0
    left_out = [i for i, name in enumerate(make_trio.CSQ_FIELDS) if name in make_trio.FREQUENCIES]
    assert len(left_out) == 24
    for with_them, without in zip(records_of(fx_made), records_of(out), strict=True):
        assert with_them[:7] + with_them[8:] == without[:7] + without[8:]
        (info, entries), (bare, left) = (r[7].split(";CSQ=") for r in (with_them, without))
        assert bare.split(";") == [i for i in info.split(";") if "gnomAD" not in i]
        for entry, short in zip(entries.split(","), left.split(","), strict=True):
            cells = entry.split("|")
            assert [c for i, c in enumerate(cells) if i not in left_out] == short.split("|")
    header = "".join(line for line in read_lines(out) if line.startswith("##"))
    assert "gnomAD" not in header
    assert "|PolyPhen|DOMAINS|HGVS_OFFSET|CLIN_SIG|" in header


def test_the_note_of_a_usual_file_says_nothing_new(fx_made):
    note = json.loads(fx_made.with_name("one.json").read_text())
    assert "frequencies" not in note["request"]


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


# ---------------------------------------------------------------------------------- measuring


def measured(cpu, wall=1.0, peak=100.0):
    return bench_measure.Measurement(cpu, wall, peak)


def test_the_ratio_is_the_median_of_ratios_not_the_ratio_of_medians():
    rounds = [
        {"bcftools": measured(4.0), "raredx": measured(2.0)},  # 0.50
        {"bcftools": measured(8.0), "raredx": measured(3.2)},  # 0.40
        {"bcftools": measured(5.0), "raredx": measured(4.5)},  # 0.90
    ]
    assert bench_measure.ratio_of(rounds, ("cpu_s", "raredx", "bcftools")) == 0.5
    tools = bench_measure.summarise(rounds, records=1000)
    assert tools["raredx"]["cpu_s"] == 3.2
    assert tools["bcftools"]["records_per_cpu_s"] == 200
    assert len(bench_measure.every_run(rounds)) == 3


def test_without_bcftools_there_is_no_ratio():
    rounds = [{"raredx": measured(2.0)}]
    assert bench_measure.ratio_of(rounds, ("cpu_s", "raredx", "bcftools")) is None
    assert list(bench_measure.summarise(rounds, records=10)) == ["raredx"]


def test_rounds_take_turns_after_one_that_is_not_counted():
    seen = []

    def run(command):
        seen.append(command[0])
        return measured(1.0)

    rounds = bench_measure.run_rounds({"bcftools": ["b"], "raredx": ["r"]}, 2, run)
    assert seen == ["b", "r"] * 3
    assert len(rounds) == 2


def test_a_child_is_measured_by_itself():
    busy = "sum(i * i for i in range(2_000_000)); x = b'x' * 60_000_000"
    heavy = bench_measure.measure([sys.executable, "-c", busy])
    light = bench_measure.measure([sys.executable, "-c", ""])
    assert heavy.cpu_s > light.cpu_s > 0
    assert heavy.wall_s > 0
    assert heavy.peak_mb > 55  # never below that of the process that starts it


def test_the_steps_of_a_shell_command_count():
    busy = "sum(i * i for i in range(2_000_000))"
    step = f"{sys.executable} -c '{busy}'"
    one = bench_measure.measure(["sh", "-c", step])
    two = bench_measure.measure(["sh", "-c", f"{step} && {step}"])
    assert two.cpu_s > 1.3 * one.cpu_s


def test_a_failing_command_says_what_it_said():
    failing = [sys.executable, "-c", "import sys; sys.exit('no such panel')"]
    with pytest.raises(bench_measure.BenchError, match=r"exit 1\nno such panel") as caught:
        bench_measure.measure(failing)
    assert caught.value.exit_code == 1
    with pytest.raises(bench_measure.BenchError, match="No such file"):
        bench_measure.measure(["/nowhere/raredx"])


def test_children_may_keep_compiled_modules(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("RAREDX_SOMETHING", "kept")
    found = bench_measure.child_environment()
    assert "PYTHONDONTWRITEBYTECODE" not in found
    assert found["RAREDX_SOMETHING"] == "kept"


def test_the_measuring_process_stays_small():
    code = f"import sys; sys.path.insert(0, {str(bench.HERE)!r}); import bench; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "bench_targets" in done.stdout.split()
    assert not {"numpy", "pysam", "raredx", "gzip", "xml"} & set(done.stdout.split())


# ------------------------------------------------------------------------------------- inputs


def simulate_here(recipe, out):
    """Simulate in this process, where the genes have been invented already."""
    asked = ["-n", str(recipe.records), *recipe.options, "-o", str(out), "--procs", "1"]
    assert make_trio.main(asked) == 0


@pytest.fixture
def fx_tiny(monkeypatch):
    """Make every input of the quick benchmark tiny, and at once."""
    monkeypatch.setattr(bench_inputs, "simulate", simulate_here)
    for name in (row.quick for row in bench_rows.ROWS.values() if row.quick):
        recipe = bench_inputs.RECIPES[name]
        tiny = bench_inputs.Recipe(300, recipe.options, recipe.bcf_of)
        monkeypatch.setitem(bench_inputs.RECIPES, name, tiny)


def test_inputs_are_made_once(tmp_path, monkeypatch, fx_tiny):
    first = bench_inputs.make_input("trio-20k", tmp_path)
    stamp = first.path.stat().st_mtime_ns
    assert bench_inputs.make_input("trio-20k", tmp_path) == first
    assert first.path.stat().st_mtime_ns == stamp
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f"trio-20k.{end}" for end in ("json", "made", "ped", "truth.tsv", "vcf.gz", "vcf.gz.tbi")
    ]
    monkeypatch.setattr(bench_inputs, "generator_digest", lambda: "changed")
    bench_inputs.make_input("trio-20k", tmp_path)
    assert first.path.stat().st_mtime_ns > stamp


def test_the_generator_runs_by_itself(tmp_path):
    bench_inputs.simulate(bench_inputs.Recipe(60, ("--no-csq",)), tmp_path / "x.vcf.gz")
    note = json.loads((tmp_path / "x.json").read_text())
    assert note["records"] == len(records_of(tmp_path / "x.vcf.gz")) > 0
    assert note["request"]["csq"] is False


def test_a_generator_that_fails_leaves_nothing(tmp_path, monkeypatch):
    broken = bench_inputs.Recipe(300, ("--no-such-option",))
    monkeypatch.setitem(bench_inputs.RECIPES, "trio-20k", broken)
    (tmp_path / "trio-20k.made").write_text("{}", encoding="utf-8")  # of a file since deleted
    with pytest.raises(subprocess.CalledProcessError):
        bench_inputs.make_input("trio-20k", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("by", ["bcftools", "pysam"])
def test_the_bcf_holds_the_records_of_the_vcf(tmp_path, monkeypatch, fx_tiny, by):
    if by == "bcftools" and not shutil.which("bcftools"):
        pytest.skip("bcftools is not on the PATH")
    if by == "pysam":
        monkeypatch.setattr(bench_inputs.shutil, "which", lambda name: None)
    bcf = bench_inputs.make_input("bcf-20k", tmp_path)
    vcf = bench_inputs.make_input("trio-20k", tmp_path)
    assert bcf.records == vcf.records
    assert bcf.ped.read_bytes() == vcf.ped.read_bytes()
    assert bcf.path.with_name("bcf-20k.bcf.csi").exists()
    sites = []
    for path in (bcf.path, vcf.path):
        with make_trio.pysam.VariantFile(str(path)) as records:
            sites.append([(r.chrom, r.pos, r.alleles) for r in records])
    assert sites[0] == sites[1]


def test_the_panel_has_300_coding_genes_with_a_locus(tmp_path):
    genes = bench_inputs.make_panel(tmp_path / "p.txt").read_text().splitlines()[1:]
    assert len(set(genes)) == bench_panel.PANEL_GENES == 300
    done = [sys.executable, "-m", "raredx", "panels", "show", str(tmp_path / "p.txt")]
    shown = subprocess.run(done, capture_output=True, text=True, check=True).stdout
    assert "Genes found: 300 by symbol." in shown


def test_the_panel_leaves_out_other_genes_and_genes_without_a_locus(tmp_path):
    columns = {
        "symbol": ["CODING", "RNA", "LOST", "ODD"],
        "locus_type": ["gene with protein product", "RNA, long non-coding"]
        + ["gene with protein product"] * 2,
        "chromosome": ["1", "2", "", "Y"],
        "grch38_start": ["10", "20", "0", "30"],
    }
    lines = ["##layout=1", *("\t".join([f"#{name}", *values]) for name, values in columns.items())]
    with gzip.open(tmp_path / "genes.gz", "wt", encoding="utf-8") as table:
        table.write("\n".join(lines) + "\n")
    panel = bench_panel.make_panel(tmp_path / "p.txt", tmp_path / "genes.gz")
    assert panel.read_text().splitlines()[1:] == ["CODING"]


# --------------------------------------------------------------------------------------- rows


def tools_of(**changes):
    usual = {"raredx": Path("raredx"), "bcftools": "bcftools", "slivar": None}
    return bench_rows.Tools(**{**usual, "options": frozenset({"--panel-only"}), **changes})


def test_every_row_has_its_inputs_and_every_target_its_row():
    for row in bench_rows.ROWS.values():
        assert {row.full, row.quick} <= {"", *bench_inputs.RECIPES}, row.name
    for target in bench_targets.TARGETS:
        assert target.row in {*bench_rows.ROWS, "growth"}
    assert "trio-5M" not in bench_rows.QUICK
    assert {"trio-100k", "trio-500k", "trio-1M", "trio-5M"} < set(bench_rows.USUAL)


@pytest.mark.parametrize("name", [row.name for row in bench_rows.OTHERS])
def test_raredx_knows_the_options_of_every_row(tmp_path, name):
    row = bench_rows.ROWS[name]
    ped = tmp_path / "t.ped"
    ped.write_text("a\nb\nc\nd\n", encoding="utf-8")
    data = bench_inputs.Input(row.quick, 300, tmp_path / "t.vcf.gz", ped)
    found = bench_rows.commands(row, data, tools_of(slivar="slivar"), tmp_path / "out")
    asked = {word for tool in ("raredx", "raredx -@ 2") for word in found.get(tool, ())}
    asked = {word for word in asked if word.startswith("--")} - {"--help", row.needs}
    done = [sys.executable, "-m", "raredx", "rank", "--help"]
    shown = subprocess.run(done, capture_output=True, text=True, check=True).stdout
    assert asked <= bench_rows.options_of(shown)


def test_one_thread_unless_two_are_meant_and_all_panels_unless_one_is(tmp_path):
    data = bench_inputs.Input("t", 300, tmp_path / "t.vcf.gz", tmp_path / "t.ped")
    data.ped.write_text("a\nb\nc\nd\n", encoding="utf-8")
    found = {
        name: bench_rows.commands(bench_rows.ROWS[name], data, tools_of(), tmp_path / "out")
        for name in ("trio-1M", "threads", "cohort", "panel")
    }
    for name, tools in found.items():
        ours = " ".join(tools["raredx"])
        assert " -@ 1 " in ours, name
        assert (" --panel all " in ours) == (name != "panel")
    assert " -@ 2 " in " ".join(found["threads"]["raredx -@ 2"])
    assert " --panel-only " in " ".join(found["panel"]["raredx"])
    assert found["trio-1M"]["bcftools"][1:3] == ["view", "-Ou"]
    assert (tmp_path / "out.ped").read_text() == "a\nb\nc\n"


def test_a_row_whose_option_is_missing_is_not_measured(tmp_path):
    found = bench_rows.run_row(
        bench_rows.ROWS["panel"], tools_of(options=frozenset()), tmp_path, rounds=1
    )
    assert found["not_measured"] == "no such option: --panel-only"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "exit_code", "refused"), [("bare", 3, True), ("bare", 1, False), ("nofreq", 3, False)]
)
def test_only_a_row_that_may_be_refused_is(tmp_path, fx_tiny, name, exit_code, refused):
    def run(tools, rounds):
        said = "raredx: x.vcf.gz: no consequences: none is declared\nAnnotate"
        raise bench_measure.BenchError(f"raredx rank: exit {exit_code}\n{said}", exit_code)

    tools = tools_of(options=frozenset({"--allow-missing-frequency"}))
    row = bench_rows.ROWS[name]
    if refused:
        found = bench_rows.run_row(row, tools, tmp_path, 1, quick=True, run=run)
        assert found["not_measured"] == "refused: no consequences: none is declared"
    else:
        with pytest.raises(bench_measure.BenchError, match=f"exit {exit_code}"):
            bench_rows.run_row(row, tools, tmp_path, 1, quick=True, run=run)


# ------------------------------------------------------------------------------------ targets


def trio(records, cpu, peak):
    tool = {"cpu_s": cpu, "wall_s": cpu, "peak_mb": peak, "records_per_cpu_s": round(records / cpu)}
    floor = {**tool, "cpu_s": 2 * cpu, "peak_mb": 18.0}
    figures = {"cpu_ratio": 0.5, "cpu_s": cpu, "peak_mb": peak}
    name = f"trio-{records}"
    tools = {"bcftools": floor, "raredx": tool}
    size = {"records": records, "compressed_mb": 1.0}
    return {"about": name, "input": name, "tools": tools, "figures": figures, **size}


def test_growth_that_is_not_linear_is_seen():
    rows = {"trio-500k": trio(500_000, 1.0, 100.0), "trio-1M": trio(1_000_000, 2.0, 100.0)}
    rows["trio-5M"] = trio(5_000_000, 20.0, 130.0)
    found = bench_targets.growth(rows)["figures"]
    assert found == {"memory": 1.3, "speed": 0.5, "marginal": 2.25}
    judged = {t["figure"]: t for t in bench_targets.judge_all({"growth": {"figures": found}}, True)}
    assert [judged[name]["verdict"] for name in ("memory", "speed")] == ["MISS", "MISS"]
    assert judged["speed"]["target"] == "0.85 to 1.15"


def test_growth_wants_its_sizes():
    row = bench_targets.growth({"trio-1M": trio(1_000_000, 2.0, 100.0), "trio-5M": {}})
    for target in bench_targets.judge_all({"growth": row}, True):
        assert target["verdict"] == "not measured"
        assert target["note"] == "needs trio-5M, and trio-1M or trio-500k"


@pytest.mark.parametrize(
    ("free", "wall", "verdict"),
    [
        (1.95, 0.6, "PASS"),
        (1.95, 0.7, "MISS"),
        (1.2, 0.6, "not measured"),
        (1.2, 0.9, "not measured"),
    ],
)
def test_two_threads_are_judged_where_two_cores_were_free(free, wall, verdict):
    row = {
        "input": "trio-1M",
        "figures": {"wall_ratio": wall, "cpu_ratio": 1.0, "free_cores": free},
    }
    found = {t["figure"]: t for t in bench_targets.judge_all({"threads": row}, True)}
    assert found["wall_ratio"]["verdict"] == verdict
    assert found["wall_ratio"]["value"] == wall
    assert found["cpu_ratio"]["verdict"] == "PASS"


def test_missing_bcftools_is_the_reason_for_a_missing_ratio():
    found = bench_targets.judge_all({"bcf": {"input": "bcf-1M", "figures": {"cpu_s": 1.0}}}, True)
    assert [(t["verdict"], t["note"]) for t in found] == [
        ("not measured", "bcftools is not on the PATH")
    ]


# ------------------------------------------------------------------------------ slivar's answer

VCF_HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
FAKE_SLIVAR = """
import sys
out = sys.argv[sys.argv.index("--out-vcf") + 1]
rows = {"expr": ["chr1 10 denovo=kid", "chr1 20 comphet_side=kid", "chr2 5 AC=1;recessive=kid"],
        "compound-hets": ["chr1 30 slivar_comphet=kid/G/1"]}[sys.argv[1]]
with open(out, "w") as file:
    file.write(HEAD)
    for chrom, pos, info in map(str.split, rows):
        file.write("\\t".join((chrom, pos, ".", "A", "C", ".", "PASS", info)) + "\\n")
"""


def executable(path, code):
    path.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_differences_with_slivar_are_listed(tmp_path):
    slivar = executable(tmp_path / "slivar", FAKE_SLIVAR.replace("HEAD", repr(VCF_HEAD)))
    stem = tmp_path / "out"
    command = bench_slivar.slivar_command(str(slivar), tmp_path / "a b.vcf", tmp_path / "p", stem)
    bench_measure.measure(command)
    assert "function rare(limit)" in stem.with_suffix(".js").read_text()
    table = tmp_path / "out.tsv"
    table.write_text("##x=1\nrank\tchrom\tpos\n1\tchr1\t10\n2\tchr1\t30\n3\tchr9\t7\n")
    said = bench_slivar.write_differences(table, stem)
    assert said == ("2 sites in both, 1 in raredx alone, 1 in slivar alone (out.differences.tsv)")
    assert stem.with_suffix(".differences.tsv").read_text().splitlines() == [
        "only_in\tchrom\tpos",
        "raredx\tchr9\t7",
        "slivar\tchr2\t5",
    ]


# ----------------------------------------------------------------------- table, plot, comparison


def result_of(rows, **changes):
    about = {"versions": {"raredx": "raredx 0"}, "cpu_model": "a CPU", "cores": 2, "date": "today"}
    usual = {"format": bench_compare.FORMAT, "environment": about, "rounds": 3, "quick": False}
    return {**usual, "rows": rows, "targets": bench_targets.judge_all(rows, True), **changes}


def test_the_readme_has_its_markers_and_only_the_table_changes():
    readme = (bench.HERE / "README.md").read_text(encoding="utf-8")
    changed = bench_table.replace_between(readme, "TABLE")
    start, end = bench_table.MARKERS
    assert f"{start}\nTABLE\n{end}" in changed
    assert changed.split(start)[0] == readme.split(start)[0]
    assert changed.split(end)[1] == readme.split(end)[1]
    with pytest.raises(bench_measure.BenchError, match="once each"):
        bench_table.replace_between("no markers", "TABLE")


def test_the_table_shows_verdicts_ratios_machine_and_versions():
    rows = {"trio-1M": trio(1_000_000, 2.0, 260.0), "panel": {"not_measured": "no such option"}}
    text = bench_table.table(result_of(rows), "growth.svg")
    assert "| trio-1M | CPU of raredx over that of bcftools | ≤ 0.6 | 0.50 | PASS |" in text
    assert "| panel | CPU, start included | ≤ 1.2 s | – | not measured: no such option |" in text
    assert "| trio-1M | 1,000,000 | 1.00 | raredx | 2.00 | 2.00 | 500,000 | 260 | 0.50 |" in text
    assert "a CPU, 2 cores. raredx: raredx 0." in text
    assert "(growth.svg)" in text


def test_the_plot_is_drawn_to_scale_and_always_the_same():
    rows = {f"trio-{n}": trio(n, n / 500_000, 100.0) for n in (1_000_000, 5_000_000)}
    text = bench_plot.growth_svg(rows)
    assert text == bench_plot.growth_svg(dict(reversed(rows.items())))
    drawing = ElementTree.fromstring(text)
    words = [t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for wanted in ("records (millions)", "CPU seconds", "megabytes", "raredx", "bcftools"):
        assert wanted in words
    lines = [p.get("points") for p in drawing.iter("{http://www.w3.org/2000/svg}polyline")]
    ours, floor, memory, _ = ([tuple(map(float, p.split(","))) for p in x.split()] for x in lines)
    ground = bench_plot.TOP + bench_plot.PANEL_HEIGHT
    for small, large in (ours, floor):  # proportional to the records, from 0
        assert (ground - large[1]) / (ground - small[1]) == pytest.approx(5, rel=0.02)
        assert (large[0] - 70) / (small[0] - 70) == pytest.approx(5, rel=0.02)
    assert (ground - floor[1][1]) / (ground - ours[1][1]) == pytest.approx(2, rel=0.02)
    assert memory[0][1] == memory[1][1]
    assert bench_plot.growth_svg({"trio-1M": trio(1_000_000, 2.0, 1.0)}) == ""


def changed_by(factor, **figures):
    return {name: value * factor for name, value in figures.items()}


def test_changes_of_more_than_a_tenth_are_marked():
    old, new = (
        result_of(
            {
                "bcf": {"input": "bcf-1M", "figures": changed_by(f, cpu_ratio=1.5, cpu_s=2.0)},
                "slivar": {"input": "trio-1M", "figures": changed_by(f, speedup=12.0)},
            }
        )
        for f in (1.0, 1.2)
    )
    lines = bench_compare.compare(old, new)
    assert [line.split()[:2] + line.split()[-1:] for line in lines[1:4]] == [
        ["bcf", "cpu_ratio", "worse"],
        ["bcf", "cpu_s", "worse"],
        ["slivar", "speedup", "better"],
    ]
    assert lines[4:] == ["  bcf cpu_ratio: PASS -> MISS"]
    assert all("+0.0 %" in line and "*" not in line for line in bench_compare.compare(old, old)[1:])


def test_seconds_of_another_machine_and_rows_on_other_inputs_are_not_compared():
    figures = {"cpu_ratio": 1.5, "cpu_s": 2.0}
    old = result_of({"bcf": {"input": "bcf-1M", "figures": figures}})
    new = result_of({"bcf": {"input": "bcf-1M", "figures": figures}})
    new["environment"] = {**new["environment"], "cpu_model": "another CPU"}
    assert [f[:2] for f in bench_compare.figures_in_both(old, new)] == [("bcf", "cpu_ratio")]
    new["rows"]["bcf"]["input"] = "bcf-20k"
    assert bench_compare.compare(old, new)[1:] == ["  nothing in common"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "it is not JSON"), ('{"sizes": []}', "another version"), ("[]", "another version")],
)
def test_what_is_no_result_cannot_be_compared_with(tmp_path, text, said):
    path = tmp_path / "old.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(bench_measure.BenchError, match=said):
        bench_compare.read_result(path)
    with pytest.raises(bench_measure.BenchError, match="No such file"):
        bench_compare.read_result(tmp_path / "none.json")


# ----------------------------------------------------------------------------- the whole of it

FAKE_RAREDX = """
import sys
words = sys.argv[1:]
if words == ["--version"]:
    print("raredx 0.0")
elif words == ["rank", "--help"]:
    print("  --ped FILE  Pedigree.\\n  --allow-missing-frequency  Go on.")
elif words[0] == "rank":
    if "bare" in words[-1]:
        print("raredx: x: no consequences: none is declared\\n  Annotate.", file=sys.stderr)
        sys.exit(3)
    if "bcf" in words[-1]:
        sys.exit("a fault")
    with open(words[words.index("-o") + 1], "w") as file:
        file.write("chrom\\tpos\\nchr1\\t10\\n")
"""


@pytest.fixture
def fx_bench(tmp_path, monkeypatch, fx_tiny):
    """Run the benchmark on tiny inputs with an imitation of raredx; without other tools."""
    monkeypatch.setattr(bench_rows.shutil, "which", lambda name: None)
    monkeypatch.setattr(bench, "HERE", tmp_path)
    monkeypatch.setattr(bench_rows, "BUSY", "")
    fake = executable(tmp_path / "raredx", FAKE_RAREDX)
    workdir = tmp_path / "work"

    def run(*arguments):
        usual = ["--workdir", str(workdir), "--raredx", str(fake), "--rounds", "1"]
        code = bench.main([*arguments, *usual])
        path = workdir / "result.json"
        return code, json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    return run


def test_selected_rows_are_measured_and_the_rest_left_out(fx_bench, capsys):
    code, result = fx_bench("--quick", "--only", "trio-20k", "bare", "panel", "help")
    assert code == 0
    assert list(result["rows"]) == ["trio-20k", "bare", "panel", "help"]
    assert {t["row"]: (t["verdict"], t["note"]) for t in result["targets"]} == {
        "bare": ("not measured", "refused: no consequences: none is declared"),
        "panel": ("not measured", "no such option: --panel-only"),
        "help": ("not judged", "fewer than 3 rounds"),
    }
    assert "kernels" not in result
    assert not any(str(bench.HERE) in text for text in json.dumps(result).split('"'))
    out, err = capsys.readouterr()
    assert "bcftools is not on the PATH" in err
    assert "| help | CPU | ≤ 0.12 s |" in out


def test_a_row_that_fails_does_not_end_the_others(fx_bench, capsys):
    code, result = fx_bench("--quick", "--only", "bcf", "threads", "slivar", "demo")
    assert code == 1
    assert result["rows"]["bcf"]["not_measured"] == "failed, see the messages"
    assert result["rows"]["slivar"]["not_measured"] == "slivar is not on the PATH"
    assert result["rows"]["demo"]["figures"]["wall_s"] > 0
    assert result["rows"]["threads"]["notes"][0].startswith("the same bytes from both; ")
    assert list(result["rows"]["threads"]["tools"]) == ["raredx", "raredx -@ 2"]
    assert "bench: bcf: " in capsys.readouterr().err


def test_threads_that_change_the_result_are_a_failure(fx_bench, tmp_path, capsys):
    text = 'file.write("chrom\\tpos\\nchr1\\t10\\n")'
    broken = FAKE_RAREDX.replace(text, 'file.write(words[words.index("-@") + 1])')
    assert broken != FAKE_RAREDX
    executable(tmp_path / "raredx", broken)
    code, result = fx_bench("--quick", "--only", "threads")
    assert code == 1
    assert result["rows"]["threads"]["not_measured"] == "failed, see the messages"
    assert "differ: threads change the result" in capsys.readouterr().err


def test_the_committed_result_is_compared_with(fx_bench, capsys):
    fx_bench("--quick", "--only", "help")
    kept = bench.HERE / "result.json"
    (bench.HERE / "work" / "result.json").rename(kept)
    capsys.readouterr()
    assert fx_bench("--quick", "--only", "help")[0] == 0
    out = capsys.readouterr().out
    assert "Against raredx 0.0 of " in out
    assert "  help             cpu_s" in out
    assert fx_bench("--quick", "--only", "help", "--compare", str(bench.HERE / "none"))[0] == 1
    assert "none: cannot be compared with: No such file" in capsys.readouterr().err


def test_an_old_committed_result_does_not_end_the_benchmark(fx_bench, capsys):
    (bench.HERE / "result.json").write_text('{"sizes": []}', encoding="utf-8")
    assert fx_bench("--quick", "--only", "help")[0] == 0
    out, err = capsys.readouterr()
    assert "written by another version of this benchmark; nothing is compared" in err
    assert "Against" not in out


def test_a_failure_keeps_what_was_published(fx_bench, monkeypatch, capsys):
    monkeypatch.setattr(bench, "USUAL", ("bcf", "help"))
    monkeypatch.setitem(bench_inputs.RECIPES, "trio-1M", bench_inputs.Recipe(300))
    monkeypatch.setattr(bench, "MIN_ROUNDS", 1)
    assert fx_bench("--write")[0] == 1
    assert "bench: a row failed, so nothing was written" in capsys.readouterr().err
    assert not (bench.HERE / "result.json").exists()


def test_inputs_alone_are_made_without_measuring(fx_bench, capsys):
    code, result = fx_bench("--quick", "--only", "trio-20k", "help", "--inputs-only")
    assert code == 0
    assert result is None
    (line,) = capsys.readouterr().out.splitlines()
    assert "trio-20k.vcf.gz: " in line
    assert " records, 0 MB, made in " in line


def test_only_the_whole_benchmark_is_published(fx_bench, capsys):
    for some in (["--quick"], ["--only", "help"], []):  # the last: too few rounds
        with pytest.raises(SystemExit) as caught:
            fx_bench(*some, "--write")
        assert caught.value.code == 2
        assert "--write wants the whole benchmark and 3 rounds or more" in capsys.readouterr().err


def test_publishing_renews_readme_plot_and_result(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "HERE", tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text("before\n" + "\n".join(bench_table.MARKERS) + "\n", encoding="utf-8")
    result = result_of({"trio-1M": trio(1_000_000, 2.0, 260.0)})
    bench.publish(result, "TABLE", "<svg/>")
    assert "before\n<!-- bench: start -->\nTABLE\n" in readme.read_text(encoding="utf-8")
    assert (tmp_path / "growth.svg").read_text() == "<svg/>"
    assert bench_compare.read_result(tmp_path / "result.json") == result


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


EXAMPLES = [
    bench_compare, bench_measure, bench_panel, bench_plot, bench_rows, bench_table, bench_targets,
]  # fmt: skip


@pytest.mark.parametrize("module", EXAMPLES, ids=lambda module: module.__name__)
def test_examples_in_docstrings(module):
    found = doctest.testmod(module)
    assert found.failed == 0
    assert found.attempted > 0
