"""The table of names and pseudonyms: written only where it is asked for, for its owner alone."""

from __future__ import annotations

from raredx.errors import SettingsError
from raredx.pipeline.disguise import Disguise
from raredx.pipeline.request import RankRequest
from raredx.report.spreadsheet_cells import tsv_cell
from raredx.report.writing import OutputSet

_OWNER_ALONE = 0o600


def prepare_table(request: RankRequest, outputs: OutputSet) -> None:
    """Make the file of the table before anything is read, readable by its owner alone.

    Raises
    ------
    OutputError, SettingsError
        If it cannot be written, or would go to standard output.
    """
    name = request.pseudonym_table
    if name is None:
        return
    if name == "-":
        raise SettingsError(
            "pseudonym table", "cannot go to standard output", "Give it a file, which is private."
        )
    outputs.prepare(name)
    if not outputs.is_file(name):  # a device or a pipe, which others may read
        raise SettingsError(
            "pseudonym table", "is no plain file", "Give it a file, which is private."
        )
    with outputs.guard(name) as place:
        place.chmod(_OWNER_ALONE)


def write_table(request: RankRequest, disguise: Disguise, outputs: OutputSet) -> None:
    """Write kind, name and pseudonym of everybody in the inputs.

    run.json does not mention the table: whoever had its checksum could try names out.
    """
    if request.pseudonym_table is None or disguise.pseudonyms is None:
        return
    lines = [("kind", "name", "pseudonym"), *disguise.pseudonyms.table()]
    text = "".join("\t".join(tsv_cell(cell) for cell in line) + "\n" for line in lines)
    outputs.write_text(request.pseudonym_table, text)
