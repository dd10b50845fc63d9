"""PP3, BP4 and BP7: every border of the calibrated intervals, and what splicing adds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acmg_cases import Variant, judge, labels, opens
from builders import read_table
from raredx.columns.acmg import LADDER
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_predictors import INTERVALS

NO_CAP = AcmgSettings(bp4_max_strength="very_strong")

# Clinical rules 4.4: (a,b] includes b, [a,b) includes a. The score just inside, and just outside.
BORDERS = """
tool          | score  | label
revel         | 0.0    | BP4_VeryStrong
revel         | 0.003  | BP4_VeryStrong
revel         | 0.004  | BP4_Strong
revel         | 0.016  | BP4_Strong
revel         | 0.017  | BP4_Moderate
revel         | 0.183  | BP4_Moderate
revel         | 0.184  | BP4
revel         | 0.290  | BP4
revel         | 0.291  |
revel         | 0.643  |
revel         | 0.644  | PP3
revel         | 0.772  | PP3
revel         | 0.773  | PP3_Moderate
revel         | 0.931  | PP3_Moderate
revel         | 0.932  | PP3_Strong
revel         | 1.0    | PP3_Strong
cadd          | 0.15   | BP4_Strong
cadd          | 0.16   | BP4_Moderate
cadd          | 17.3   | BP4_Moderate
cadd          | 17.4   | BP4
cadd          | 22.7   | BP4
cadd          | 22.8   |
cadd          | 25.2   |
cadd          | 25.3   | PP3
cadd          | 28.0   | PP3
cadd          | 28.1   | PP3_Moderate
cadd          | 60     | PP3_Moderate
cadd          | 20     | BP4             # never PP3
alphamissense | 0.05   | BP4_Moderate    # three points in the paper
alphamissense | 0.070  | BP4_Moderate
alphamissense | 0.099  | BP4_Moderate
alphamissense | 0.100  | BP4
alphamissense | 0.169  | BP4
alphamissense | 0.170  |
alphamissense | 0.791  |
alphamissense | 0.792  | PP3
alphamissense | 0.905  | PP3
alphamissense | 0.906  | PP3_Moderate
alphamissense | 0.989  | PP3_Moderate
alphamissense | 0.990  | PP3_Strong
"""


@pytest.mark.parametrize("row", read_table(text=BORDERS), ids=lambda r: f"{r['tool']} {r['score']}")
def test_borders_of_the_intervals(row):
    """Scores are read as the decimal numbers they were written as, in single precision."""
    variant = Variant(**{row["tool"]: float(row["score"])})
    found = judge(
        variant, settings=AcmgSettings(missense_tool=row["tool"], bp4_max_strength="very_strong")
    )
    assert labels(found, "PP3", "BP4") == row["label"].split()


@given(tool=st.sampled_from([*INTERVALS]), one=st.floats(0, 60), other=st.floats(0, 60))
def test_higher_scores_never_speak_more_for_benign(tool, one, other):
    def points(score):
        code, strength = INTERVALS[tool].judge(score)
        return (LADDER.index(strength) + 1) * (1 if code == "PP3" else -1) if code else 0

    low, high = sorted((one, other))
    assert points(low) <= points(high)


def test_one_tool_and_never_the_best_of_several():
    loud = Variant(revel=0.5, alphamissense=0.999, cadd=45.0)
    for tool, expected in (("revel", []), ("alphamissense", ["PP3_Strong"]),
                           ("cadd", ["PP3_Moderate"]), ("none", [])):  # fmt: skip
        found = judge(loud, settings=AcmgSettings(missense_tool=tool))
        assert labels(found, "PP3", "BP4") == expected


def test_missing_score_of_the_tool_is_not_replaced():
    found = judge(Variant(alphamissense=0.999, cadd=45.0))
    assert labels(found, "PP3", "BP4") == []
    assert opens(found, "PP3") == ["no REVEL score"]
    assert opens(found, "BP4") == ["no REVEL score"]


def test_no_tool_is_said():
    found = judge(Variant(revel=0.99), settings=AcmgSettings(missense_tool="none"))
    assert opens(found, "PP3") == ["no predictor for missense variants is set"]


def test_no_predictor_makes_benign_by_itself():
    """The strongest interval of REVEL is very strong, and held at strong unless set otherwise."""
    assert labels(judge(Variant(revel=0.001)), "BP4") == ["BP4_Strong"]
    assert labels(judge(Variant(revel=0.001), settings=NO_CAP), "BP4") == ["BP4_VeryStrong"]
    capped = AcmgSettings(bp4_max_strength="supporting")
    assert labels(judge(Variant(revel=0.001), settings=capped), "BP4") == ["BP4"]


MISSENSE_AND_SPLICING = """
revel | spliceai | label
0.95  | 0.9      | PP3_Strong      # from one of the two
0.70  | 0.9      | PP3
0.50  | 0.2      | PP3             # from SpliceAI
0.50  | 0.19     |
0.10  | 0.2      | PP3             # no BP4 where splicing is predicted
0.10  | 0.19     | BP4_Moderate
0.10  | 0.0      | BP4_Moderate
0.10  |          | BP4_Moderate
      | 0.2      | PP3
      | 0.0      |
"""


@pytest.mark.parametrize("row", read_table(text=MISSENSE_AND_SPLICING), ids=str)
def test_missense_takes_pp3_from_one_of_two(row):
    scores = {name: float(row[name] or "nan") for name in ("revel", "spliceai")}
    found = judge(Variant(**scores))
    assert labels(found, "PP3", "BP4") == row["label"].split()
    assert len(labels(found, "PP3")) <= 1


SPLICING = """
consequence                              | spliceai | position | labels    | open
synonymous_variant                       | 0.2      | 3100     | PP3       |
synonymous_variant                       | 0.19     | 3100     |           |
synonymous_variant                       | 0.11     | 3100     |           |
synonymous_variant                       | 0.1      | 3100     | BP4 BP7   |
synonymous_variant                       | 0.0      | 3100     | BP4 BP7   |
synonymous_variant                       |          | 3100     |           | PP3 BP4 BP7
splice_region_variant&synonymous_variant | 0.0      | 3298     | BP4       |              # last three bases
splice_region_variant&synonymous_variant | 0.0      | 3297     | BP4 BP7   |
splice_region_variant&synonymous_variant | 0.0      | 3300     | BP4       |
splice_region_variant&synonymous_variant | 0.0      | 3001     | BP4       |              # first base
splice_region_variant&synonymous_variant | 0.0      | 3002     | BP4 BP7   |
intron_variant                           | 0.0      | 3307     | BP4 BP7   |              # +7
splice_region_variant&intron_variant     | 0.0      | 3306     | BP4       |              # +6
intron_variant                           | 0.0      | 2980     | BP4 BP7   |              # -21
intron_variant                           | 0.0      | 2981     | BP4       |              # -20
intron_variant                           | 0.3      | 2981     | PP3       |
3_prime_UTR_variant                      | 0.0      | 4200     |           |              # may act otherwise
3_prime_UTR_variant                      | 0.4      | 4200     | PP3       |
5_prime_UTR_variant                      |          | 1010     |           | PP3
non_coding_transcript_exon_variant       | 0.0      | 3100     |           |              # an RNA
intron_variant&non_coding_transcript_variant | 0.0  | 3350     |           |
splice_polypyrimidine_tract_variant&intron_variant | 0.0 | 3985 | BP4      |              # -16
inframe_deletion                         | 0.0      | 3100     |           |              # the protein changes
inframe_deletion                         | 0.5      | 3100     | PP3       |
inframe_deletion                         |          | 3100     |           | PP3
splice_donor_variant&intron_variant      | 0.99     | 3301     |           |              # PVS1 asks there
stop_gained                              | 0.99     | 3100     |           |
"""


@pytest.mark.parametrize(
    "row",
    read_table(text=SPLICING),
    ids=lambda r: f"{r['consequence']} {r['position']} {r['spliceai']}",
)
def test_splicing(row):
    variant = Variant(
        int(row["position"]),
        consequence=row["consequence"],
        spliceai=float(row["spliceai"] or "nan"),
    )
    found = judge(variant)
    assert labels(found, "PP3", "BP4", "BP7") == row["labels"].split()
    assert [o for o in ("PP3", "BP4", "BP7") if opens(found, o)] == row["open"].split()


def test_distance_from_hgvs_where_the_exons_are_not_known():
    """GRCh37, or another transcript: the annotation's own distance, or none at all."""
    deep = {"consequence": "intron_variant", "spliceai": 0.0, "mane": False, "canonical": True}
    assert labels(judge(Variant(hgvs_c="ENST1:c.651+7A>G", **deep)), "BP7") == ["BP7"]
    assert labels(judge(Variant(hgvs_c="ENST1:c.651+6A>G", **deep)), "BP7") == []
    assert labels(judge(Variant(hgvs_c="ENST1:c.652-21A>G", **deep)), "BP7") == ["BP7"]
    assert labels(judge(Variant(hgvs_c="c.-15-20A>G", **deep)), "BP7") == []
    unknown = judge(Variant(**deep))
    assert labels(unknown, "BP4", "BP7") == ["BP4"]
    assert opens(unknown, "BP7") == ["distance to the exons not known"]


def test_end_of_exon_by_the_annotation():
    """Without exons VEP's splice region is all that tells: inside it BP7 stays open."""
    other = {"spliceai": 0.0, "mane": False, "canonical": True}
    assert labels(judge(Variant(consequence="synonymous_variant", **other)), "BP7") == ["BP7"]
    found = judge(Variant(consequence="splice_region_variant&synonymous_variant", **other))
    assert labels(found, "BP7") == []
    assert opens(found, "BP7") == ["distance to the ends of the exon not known"]


def test_same_answers_on_the_other_strand():
    """BBB mirrors AAA: last three bases of its third exon, +7 and -21."""
    for position, expected in ((16702, []), (16703, ["BP7"]), (16699 + 300, [])):
        variant = Variant(position, gene="BBB", consequence="synonymous_variant", spliceai=0.0)
        assert labels(judge(variant), "BP7") == expected
    for position, expected in ((16693, ["BP7"]), (16694, []), (17020, ["BP7"]), (17019, [])):
        variant = Variant(position, gene="BBB", consequence="intron_variant", spliceai=0.0)
        assert labels(judge(variant), "BP7") == expected


def test_scores_are_told():
    found = judge(Variant(revel=0.95))
    (pp3,) = [c for c in found.criteria if c.code == "PP3"]
    assert (pp3.reason, pp3.values) == ("REVEL 0.95", {"revel": 0.95})
    assert np.isclose(pp3.points, 4)
