"""The two paths, asked the same: what a reader gives, what a whole run writes, and what differs."""

from __future__ import annotations

import importlib
import re
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from copy import copy
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import numpy as np
import pysam

import raredx.pipeline.plan
from fuzz.cases import Case, structured
from raredx.columns.batch import TranscriptColumns, VariantBatch, concatenate_batches
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.errors import RareDxError
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import make_plan
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.pipeline.sample_tap import open_sample
from raredx.readers.bgzf import DamagedBlockError
from raredx.readers.genes import read_gene_table
from raredx.readers.htslib import catch_messages
from raredx.readers.panel_tsv import encode_panel
from raredx.readers.sieve import Sieve
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.settings import read_ruleset
from raredx.vocabulary import Confidence, Moi

ALWAYS = {"raredx.readers.sieve:LEAST_BYTES": 0, "raredx.readers.sieve:LEAST_TO_COMPILE": 0}
"""Small files are not sifted otherwise."""

KNOBS: dict[str, tuple[int, ...]] = {
    "raredx.readers.sieve:HELD_BYTES": (1, 300, 5000, 4 << 20),
    "raredx.readers.chunks:DATA_BYTES": (1, 500, 1 << 20),
    "raredx.readers.chunks:TEXT_BYTES": (1 << 16, 1 << 17, 4 << 20),
    "raredx.readers.chunks:_LINES": (1, 2, 7, 1 << 15),
    "raredx.readers.chunks:_MOST_BLOCKS": (1, 3, 4096),
}
"""Module and name of what only says how much is read at a time, and values for it."""

PLAIN_TEXT_BYTES = (1, 60, 700, 5000, 1 << 16)
"""Values for `TEXT_BYTES` where there are no blocks, which must fit."""

_FAULTS = (Exception, DamagedBlockError, UnicodeDecodeError)
"""What cyvcf2 and our reader raise for a file that cannot be read; any other is a bug of ours."""

_WARNED = re.compile(rb',?\n *"htslib: (.*)"')
_EMPTIED = re.compile(rb'"warnings": \[\s*\]')
_OF_THE_WAY = re.compile(rb'\n "(arguments|resources)": \{.*?\n \}', re.DOTALL)
"""In run.json. Of END before POS htslib says only of the first such record of a whole process; the
arguments hold the way itself, and time and memory differ between any two runs."""

GENES = {"CFTR": Moi.BIALLELIC, "EDA": Moi.XLINKED_BIALLELIC, "MT-TL1": Moi.MITOCHONDRIAL,
         "RNU4ATAC": Moi.MONOALLELIC_AND_BIALLELIC}  # fmt: skip
AMBER = {"TTN": Moi.MONOALLELIC_AND_BIALLELIC}


@dataclass(frozen=True)
class Way:
    """How one side is run.

    Attributes
    ----------
    exact : bool
    threads, batch_rows : int
    knobs : dict
        Values for some of `KNOBS`.
    """

    exact: bool
    threads: int = 1
    batch_rows: int = 4096
    knobs: dict[str, int] = field(default_factory=dict)


EXACT = Way(exact=True)


def draw_fast(rng: Random, case: Case) -> Way:
    """Draw a way to run the fast path."""
    knobs = {}
    if rng.random() < 0.8:
        knobs = {name: rng.choice(values) for name, values in KNOBS.items()}
    if knobs and case.blocks == "plain":
        knobs["raredx.readers.chunks:TEXT_BYTES"] = rng.choice(PLAIN_TEXT_BYTES)
    return Way(False, rng.choice((1, 1, 1, 2)), rng.choice((1, 3, 4096, 4096)), knobs)


@dataclass
class Answer:
    """What one side says.

    Attributes
    ----------
    refusal : str
        Error class, exit code, place, fact and remedy; empty where the file was read.
    found : dict
        Everything that must be the same.
    sifted : bool
        Whether the fast path was taken at all.
    """

    refusal: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    sifted: bool = False


class Bench:
    """A folder in which cases are written and run; loads once what is the same for all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table = read_gene_table()
        rows = [
            PanelRecord("gene", "", name, confidence, moi, "", "")
            for confidence, genes in ((Confidence.GREEN, GENES), (Confidence.AMBER, AMBER))
            for name, moi in genes.items()
        ]
        header = PanelHeader(panel_id="mine", name="Mine", version="1.0")
        (folder / "panel.tsv").write_text(encode_panel(PanelDraft(header, rows)))
        rules = Path(raredx.__file__).parent / "data" / "rulesets" / "gel.toml"
        own = rules.read_text().replace('["PASS"]', '["PASS", "q10", "new"]')
        own = own.replace('name = "gel"', 'name = "own"').replace("= 0.01\n", "= 0.02\n")
        (folder / "own.toml").write_text(own)

    def warm(self) -> None:
        """Have every kernel compiled, before children are forked."""
        case = structured(Random(0))
        self.put(case)
        for way in (EXACT, Way(False)):
            self.rank(case, way)

    def beside(self, number: int) -> Bench:
        """Open another bench in a folder of this one; what was loaded is shared."""
        other = copy(self)
        other.folder = self.folder / str(number)
        other.folder.mkdir(exist_ok=True)
        for name in ("panel.tsv", "own.toml"):
            shutil.copy(self.folder / name, other.folder)
        return other

    def put(self, case: Case) -> None:
        """Write the files of a case."""
        path = self.folder / case.name
        path.write_bytes(case.data)
        (self.folder / "x.ped").write_text(case.ped)
        for ending in (".tbi", ".csi"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        if case.request.get("index") and case.blocks not in ("plain", "gzip"):
            preset = "bcf" if case.blocks == "bcf" else "vcf"
            with catch_messages(), suppress(Exception):  # of an unsorted file there is none
                pysam.tabix_index(str(path), preset=preset, force=True)

    def request(self, case: Case, way: Way) -> RankRequest:
        """Say what a case asks for."""
        asked = dict(case.request)
        panel, ruleset = asked.pop("panel", False), asked.pop("ruleset", "gel")
        asked["regions"] = tuple(asked.get("regions", ()))
        asked.pop("index", None)
        near = asked.pop("near", False)
        place = str(self.folder)
        return RankRequest(
            vcf=f"{place}/{case.name}",
            ped=self.folder / "x.ped" if case.ped else None,
            panels=(f"{place}/panel.tsv",) if panel else (),
            ruleset=f"{place}/own.toml" if ruleset == "own" else ruleset,
            output=f"{place}/out.tsv",
            vcf_out=f"{place}/out.vcf" if case.request.get("panel") else None,
            near_misses=f"{place}/near.tsv" if near else None,
            threads=way.threads,
            batch_rows=way.batch_rows,
            exact=way.exact,
            command="raredx rank",
            **asked,
        )

    @contextmanager
    def _prepared(self, way: Way, answer: Answer) -> Iterator[None]:
        """Turn the knobs, see whether a sieve is used, and do not read the gene table again."""
        records, unreadable = Sieve.records, VcfFile.unreadable

        def unmasked(file: VcfFile, fault: Exception, n_read: int) -> Exception:
            if type(fault) not in _FAULTS:
                raise fault
            return unreadable(file, fault, n_read)

        def seen(*arguments: Any, **named: Any) -> Any:
            answer.sifted = True
            return records(*arguments, **named)

        with ExitStack() as stack:
            stack.enter_context(
                mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=self._table)
            )
            stack.enter_context(mock.patch.object(Sieve, "records", seen))
            stack.enter_context(mock.patch.object(VcfFile, "unreadable", unmasked))
            for name, value in (ALWAYS | way.knobs).items():
                module, _, attribute = name.partition(":")
                where = importlib.import_module(module)
                stack.enter_context(mock.patch.object(where, attribute, value))
            yield

    def read(self, case: Case, way: Way) -> Answer:
        """Read the file as a run does, up to the columns; `put` comes first."""
        request = self.request(case, way)
        answer = Answer()
        with self._prepared(way, answer), catch_messages() as messages:
            try:
                _read(request, messages, answer)
            except RareDxError as fault:
                answer.refusal = refusal_of(fault)
            except Exception as bug:  # a traceback: never right, but perhaps of both sides
                answer.refusal = traceback_of(bug)
        return answer

    def rank(self, case: Case, way: Way) -> Answer:
        """Run the whole; give what was written, byte by byte."""
        request = self.request(case, way)
        answer = Answer()
        with self._prepared(way, answer):
            try:
                rank(request, lambda *_: None)
            except RareDxError as fault:
                answer.refusal = refusal_of(fault)
            except Exception as bug:
                answer.refusal = traceback_of(bug)
        for name in ("out.tsv", "out.run.json", "run.json", "out.vcf", "near.tsv"):
            path = self.folder / name
            if path.is_file():
                answer.found[name] = path.read_bytes()
                path.unlink()
        _part_warnings(answer)
        return answer


def _part_warnings(answer: Answer) -> None:
    """Take what htslib warned of out of run.json, to be compared on its own."""
    for name in ("out.run.json", "run.json"):
        if name in answer.found:
            text = _OF_THE_WAY.sub(b"", answer.found[name])
            warned = _WARNED.findall(text)
            answer.found[name] = _EMPTIED.sub(b'"warnings": []', _WARNED.sub(b"", text))
            said = [line.decode() for line in warned if b" is smaller than POS " not in line]
            answer.found["warnings"] = said


def refusal_of(fault: RareDxError) -> str:
    """Put a refusal in one text."""
    return f"{type(fault).__name__} ({fault.exit_code}) {fault}"


def traceback_of(bug: Exception) -> str:
    """Name an exception that is no refusal, and where it was raised."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(last.filename).name} in {last.name}"
    return f"traceback {type(bug).__name__}: {bug} ({place})"


def _read(request: RankRequest, messages: Any, answer: Answer) -> None:
    """Do what a run does until its batches are complete; add all of it to the answer."""
    loaded = read_ruleset(request.ruleset)
    file = VcfFile(request.vcf, request.vcf_name, messages, request.threads, exact=request.exact)
    plan = make_plan(request, file, loaded, InputList())
    file.set_samples(plan.read.samples)
    answer.found["header"] = file.header_text()
    sample = open_sample(file.header, request.vcf_name)
    stream = VariantStream(file, plan.read, sample)
    batches = list(stream.batches())
    file.close()
    kept = sample.close(plan.read.assembly)
    batch = concatenate_batches(batches)
    answer.found |= {f"counts.{k}": v for k, v in asdict(stream.counts).items()}
    answer.found["unmatched"] = stream.n_unmatched_entries
    answer.found["warnings"] = [
        text
        for text in messages.warnings()
        if not re.search("not defined in|smaller than POS", text)
    ][:5]
    answer.found |= _columns_of(batch, plan.read.codes)
    if kept is not None:
        answer.found |= {f"sample.{k}": _plain(v) for k, v in kept.columns.items()}


def _columns_of(batch: VariantBatch, codes: Any) -> dict[str, Any]:
    """Give the arrays of a batch by name; genes by their names."""
    found = {f"variant.{name}": _plain(array) for name, array in batch.columns.items()}
    for one in fields(TranscriptColumns):
        found[f"transcript.{one.name}"] = _plain(getattr(batch.transcripts, one.name))
    genes = batch.transcripts.gene
    found["transcript.gene"] = [codes.symbol(int(code)) for code in genes]
    found["records"] = batch.records
    return found


def _plain(array: Any) -> Any:
    """Make an array comparable, NaN and all."""
    return (
        array.tolist()
        if array.dtype == object
        else (str(array.dtype), array.shape, array.tobytes())
    )


@contextmanager
def open_bench() -> Iterator[Bench]:
    """Open a bench in a temporary folder. Not below /dev: such files are not sifted."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        yield Bench(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(exact: Answer, fast: Answer, ignore: tuple[str, ...] = ()) -> str:
    """Say what differs, all names first, then the first difference; empty where nothing does."""
    if exact.refusal != fast.refusal:
        return f"refusal: exact {exact.refusal!r}, fast {fast.refusal!r}"
    names = sorted({*exact.found, *fast.found} - {*ignore})
    parted = [name for name in names if exact.found.get(name) != fast.found.get(name)]
    if not parted:
        return ""
    first = _first_difference(exact.found.get(parted[0]), fast.found.get(parted[0]))
    return f"{' '.join(parted)}: {first}"


def _first_difference(a: Any, b: Any) -> str:
    """Show where two values part."""
    if isinstance(a, bytes) and isinstance(b, bytes):
        a, b = a.decode("utf-8", "replace").splitlines(), b.decode("utf-8", "replace").splitlines()
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) == 3 and a[1] == b[1]:
        a, b = (np.frombuffer(v[2], v[0]).tolist() for v in (a, b))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        if len(a) != len(b):
            return f"exact has {len(a)} items, fast {len(b)}: exact {a!r:.300}, fast {b!r:.300}"
        for number, (one, other) in enumerate(zip(a, b, strict=True)):
            if repr(one) != repr(other):
                return f"item {number}: exact {one!r:.400}, fast {other!r:.400}"
    return f"exact {a!r:.400}, fast {b!r:.400}"
