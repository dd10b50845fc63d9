"""What htslib says, and what of it is passed on."""

from __future__ import annotations

import os

from raredx.readers.htslib import catch_messages


def said(*lines: str) -> list[str]:
    with catch_messages() as messages:
        os.write(2, "".join(f"{line}\n" for line in lines).encode())
        return messages.warnings()


def test_a_warning_is_passed_on_once_without_the_name_of_a_function() -> None:
    assert said("[W::vcf_parse] odd", "[W::vcf_parse] odd", "[E::x] broken", "prose") == ["odd"]


def test_position_0_is_no_matter_of_a_tabix_option() -> None:
    """VCF allows it for the telomere; htslib says this only where a region is asked for."""
    about = "[W::get_intv] Coordinate <= 0 detected. Did you forget to use the -0 option?"
    assert said(about, "[W::vcf_parse] odd") == ["odd"]
