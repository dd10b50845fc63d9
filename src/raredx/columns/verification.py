"""Whether a recorded run still stands: its files, the versions, and what running it again gave."""

from __future__ import annotations

from raredx.columns.records import dataclass
from raredx.columns.runs import FileState, FoundFile


@dataclass(frozen=True)
class VersionPair:
    """A version as it was recorded, and as it is installed; empty where there is none."""

    name: str
    recorded: str
    installed: str

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return self.recorded == self.installed


@dataclass(frozen=True)
class Rerun:
    """What running it again gave.

    Attributes
    ----------
    asked : bool
        Whether it was to be run again.
    made : bool
        Whether it was.
    reason : str
        Why not.
    outputs : tuple of FoundFile
        Each recorded output, and whether the same bytes came out; last the record itself, but for
        time and memory.
    """

    asked: bool = False
    made: bool = False
    reason: str = ""
    outputs: tuple[FoundFile, ...] = ()


@dataclass(frozen=True)
class Verification:
    """Whether a run still stands.

    Attributes
    ----------
    run : str
        The record.
    command : str
        Its command line.
    inputs, outputs : tuple of FoundFile
    versions : tuple of VersionPair
        raredx, Python, packages, rule set and tables that come with raredx; all of them.
    rerun : Rerun
    """

    run: str
    command: str
    inputs: tuple[FoundFile, ...]
    outputs: tuple[FoundFile, ...]
    versions: tuple[VersionPair, ...]
    rerun: Rerun = Rerun()

    def count(self, *states: FileState) -> int:
        """Count the files of these states, those of the second run included."""
        files = (*self.inputs, *self.outputs, *self.rerun.outputs)
        return sum(file.state in states for file in files)

    @property
    def stands(self) -> bool:
        """Whether nothing that could be looked at has changed or is missing."""
        return self.count(FileState.CHANGED, FileState.MISSING) == 0

    @property
    def inputs_stand(self) -> bool:
        """Whether every input is what it was, as far as it can be looked at."""
        gone = (FileState.CHANGED, FileState.MISSING)
        return not any(file.state in gone for file in self.inputs)
