"""Which sex chromosomes does a sample have, by its calls and depths on X and Y?"""

from __future__ import annotations

import math

from raredx.checks.answers import Basis
from raredx.checks.sample_counts import Counted, ratio
from raredx.columns.records import dataclass
from raredx.kernels import site_calls as kernels
from raredx.settings import CheckSettings
from raredx.vocabulary import Karyotype, Sex

_UNKNOWN = -1
_KARYOTYPES = {
    (2, 0): Karyotype.XX, (1, 1): Karyotype.XY, (1, 0): Karyotype.X0, (2, 1): Karyotype.XXY,
    (1, 2): Karyotype.XYY, (3, 0): Karyotype.XXX,
}  # fmt: skip


@dataclass(frozen=True)
class SexEvidence:
    """Figures on X and Y, and what they amount to.

    Attributes
    ----------
    x_sites, y_sites : int
        ALT-carrying calls on X; rows on Y at which the sample is not heterozygous.
    x_het_rate : float
        Heterozygous share of the former.
    y_called_rate, y_alt_rate : float
        Usable calls over rows on Y, and those of them that carry ALT over rows.
    x_depth, y_depth : float
        Mean depth over that of the autosomes.
    x_copies, y_copies : int
        -1 where the figures do not tell.
    karyotype : Karyotype
    sex : Sex
        By the presence of Y; by the copies of X where Y does not tell.
    reason : str
        Why there is no sex; empty otherwise.
    """

    x_sites: int
    x_het_rate: float
    y_sites: int
    y_called_rate: float
    y_alt_rate: float
    x_depth: float
    y_depth: float
    x_copies: int
    y_copies: int
    karyotype: Karyotype
    sex: Sex
    reason: str


def infer_sex(counted: Counted, basis: Basis) -> SexEvidence:
    """Tell the sex chromosomes of a sample.

    X: heterozygotes among the calls that carry ALT, so that relatives in the file change
    nothing; few stand for one copy. Depth then tells two from three copies. Where common
    variants were taken out, or where that cannot be told, X does not tell: a man keeps his
    artefacts, and they are heterozygous. Y: usable calls over the rows of Y, and depth; both
    must agree where both are known.
    """
    settings = basis.settings
    x_sites = counted[kernels.X_HET] + counted[kernels.X_HOM]
    y_sites = counted[kernels.Y_SITES]
    auto = counted.depth(kernels.AUTO_DEPTH, kernels.AUTO_DEPTH_N)
    x_depth = ratio(counted.depth(kernels.X_DEPTH, kernels.X_DEPTH_N), auto)
    y_depth = ratio(counted.depth(kernels.Y_DEPTH, kernels.Y_DEPTH_N), auto)
    x_het = ratio(counted[kernels.X_HET], x_sites)
    y_called = ratio(counted[kernels.Y_USED], y_sites)
    x_copies = _UNKNOWN
    if basis.selection.judged and not basis.selection.rare_only:
        x_copies = _x_copies(x_sites, x_het, x_depth, settings)
    y_copies = _y_copies(y_sites, y_called, y_depth, settings)
    sex = _sex(x_copies, y_copies)
    return SexEvidence(
        x_sites=x_sites, x_het_rate=x_het, y_sites=y_sites, y_called_rate=y_called,
        y_alt_rate=ratio(counted[kernels.Y_ALT], y_sites), x_depth=x_depth, y_depth=y_depth,
        x_copies=x_copies, y_copies=y_copies,
        karyotype=_KARYOTYPES.get((x_copies, y_copies), Karyotype.UNKNOWN), sex=sex,
        reason="" if sex is not Sex.UNKNOWN else _why_not((x_sites, y_sites), x_copies, basis),
    )  # fmt: skip


def _x_copies(sites: int, het: float, depth: float, settings: CheckSettings) -> int:
    """Tell the copies of X, -1 where unclear."""
    if sites < settings.min_x_sites:
        return _UNKNOWN
    if het <= settings.one_x_max_het:
        # Two alike copies (isodisomy, or parents who are related) have the depth of two.
        return 1 if math.isnan(depth) or depth <= settings.one_x_max_depth else _UNKNOWN
    if (
        not settings.two_x_min_het <= het <= settings.two_x_max_het
        or depth <= settings.one_x_max_depth
    ):
        return _UNKNOWN
    return 3 if depth >= settings.three_x_min_depth else 2


def _y_copies(sites: int, called: float, depth: float, settings: CheckSettings) -> int:
    """Tell the copies of Y, -1 where unclear."""
    if sites < settings.min_y_sites:
        return _UNKNOWN
    if called >= settings.y_present_min_called and not depth < settings.y_present_min_depth:
        return 2 if depth >= settings.two_y_min_depth else 1
    if called <= settings.y_absent_max_called or depth <= settings.y_absent_max_depth:
        return 0
    return _UNKNOWN


def _sex(x_copies: int, y_copies: int) -> Sex:
    """Tell the sex: Y decides, and X where Y does not tell; one X without Y is left open."""
    if y_copies > 0:
        return Sex.MALE
    if x_copies == 1:
        return Sex.UNKNOWN if y_copies == 0 else Sex.MALE
    return Sex.FEMALE if x_copies > 1 else Sex.UNKNOWN


def _why_not(sites: tuple[int, int], x_copies: int, basis: Basis) -> str:
    """Say why no sex was told, from the sites on X and Y."""
    (x_sites, y_sites), settings = sites, basis.settings
    if x_copies == 1:
        return "one X and no Y"
    if x_sites < settings.min_x_sites and y_sites < settings.min_y_sites:
        return (
            f"{x_sites} variants on X and {y_sites} sites on Y; "
            f"{settings.min_x_sites} or {settings.min_y_sites} are needed"
        )
    if basis.selection.rare_only:
        return basis.selection.why_rare
    if not basis.selection.judged:
        return f"{basis.selection.carried} autosomal variant calls, too few to tell a filtered file"
    return "calls on X and Y lie between those of men and women"
