"""The candidate table as a pandas DataFrame, for notebooks and further analysis.

The command line does not load pandas: that alone costs more than reading a small VCF
(docs/decisions/0004).
"""

from __future__ import annotations

import pandas as pd

from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable


def table_frame(table: CandidateTable) -> pd.DataFrame:
    """Give the table with typed columns; lists stay lists, missing values are `pd.NA`.

    Examples
    --------
    >>> from raredx.columns.results import empty_table
    >>> table_frame(empty_table(("S1",))).dtypes["pos"]
    Int64Dtype()
    """
    frame = pd.DataFrame(table.columns, columns=list(table.columns), dtype=object)
    kinds = {field.name: field.kind for field in FIELDS}
    kinds |= {
        f"{field.name}_{member}": field.kind for member in table.members for field in MEMBER_FIELDS
    }
    for name, kind in kinds.items():
        if kind in ("integer", "number"):
            numbers = pd.to_numeric(frame[name].replace("not_assessed", None))
            frame[name] = numbers.astype("Int64" if kind == "integer" else "Float64")
    return frame
