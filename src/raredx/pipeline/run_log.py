"""What a run tells on standard error: no name of a person, whatever its outputs say."""

from __future__ import annotations

from collections.abc import Iterable

from raredx.columns.records import dataclass
from raredx.pipeline.disguise import Disguise


@dataclass(frozen=True)
class LogLine:
    """One line of a log.

    Attributes
    ----------
    level : str
        `info` or `warning`.
    event : str
        Its kind, for machines.
    text : str
    """

    level: str
    event: str
    text: str


def log_lines(
    disguise: Disguise, warnings: Iterable[str], remarks: Iterable[str], notes: Iterable[str]
) -> tuple[LogLine, ...]:
    """Write warnings, remarks and notes for a log; in all of them names may be marked.

    A text that is left the same twice, as where two probands have no terms, stands once.

    Examples
    --------
    >>> from raredx.errors import private
    >>> from raredx.pipeline.request import RankRequest
    >>> notes = [f"no HPO terms for {private(name, 'a proband')}" for name in ("kid1", "kid2")]
    >>> [line.text for line in log_lines(Disguise(RankRequest("a.vcf")), (), (), notes)]
    ['note: no HPO terms for a proband']
    """
    found = [LogLine("warning", "warning", disguise.log(text)) for text in warnings]
    found += [LogLine("warning", "warning", text) for text in disguise.remarks]
    found += [LogLine("info", "reader", disguise.log(text)) for text in remarks]
    found += [LogLine("info", "note", f"note: {disguise.log(text)}") for text in notes]
    return tuple(dict.fromkeys(found))
