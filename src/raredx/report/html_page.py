"""The report of one family as one HTML file: nothing is loaded, nothing runs that is not its own.

The page reads without JavaScript. Its policy allows the scripts and styles that stand in it, by
their SHA-256, and nothing else; every value of an input goes through the template engine's
escaping. The same report gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
from functools import cache
from importlib import resources
from typing import Any

from raredx.report.family_report import FamilyReport
from raredx.report.html_candidates import candidate_views
from raredx.report.html_evidence import Scale, scale_of
from raredx.report.html_packing import Written, pack
from raredx.report.html_sections import page_sections
from raredx.report.html_text import css_string, shortened, shown
from raredx.report.html_words import ADDENDS, ADDENDS_ABOUT, CLASSES
from raredx.report.pedigree_drawing import PedigreeDrawing

LONGEST_NAME = 40
"""Characters of a name in the header of a printed page (our choice)."""
LIBRARY, LICENCE = "dataTables.min.js", "dataTables.LICENSE.txt"
"""The table library, and the notice that each copy of it must carry."""
FIRST = 'document.documentElement.classList.add("wait")'
"""Before anything is shown: the table is laid out once, when it is ready, not as it arrives."""


def page_text(report: FamilyReport) -> str:
    """Write the page.

    Parameters
    ----------
    report : FamilyReport

    Returns
    -------
    str
        A whole HTML document, to be written as UTF-8.
    """
    scale = scale_of(report.table)
    known = page_sections(report) | {"scale": scale, "class_names": tuple(CLASSES)}
    styles = (asset("page.css"), _print_header(report), _sizes(scale, known["pedigree"]))
    scripts = (f"/*{asset(LICENCE)}*/\n{asset(LIBRARY)}", asset("page.js"))
    known |= {
        "policy": _markup(content_policy((FIRST, *scripts), styles)),
        "first": _markup(FIRST),
        "styles": [_markup(text) for text in styles],
        "scripts": [_markup(text) for text in scripts],
        "addends": [(name, ADDENDS_ABOUT[key]) for key, name in ADDENDS.items()],
    }
    page = _template("page.html")
    written = _candidates(report, known)
    around = page.render(known, candidates=[], packed="", n_open=0)
    kept, packed = pack(written, len(around.encode("utf-8")))
    n_open = sum(bool(one.detail) for one in kept)
    return str(page.render(known, candidates=kept, packed=_markup(packed), n_open=n_open))


def _candidates(report: FamilyReport, known: dict[str, Any]) -> list[Written]:
    """Write every candidate."""
    parts = _template("candidate.html").make_module(known)
    return [
        Written(
            parts.row(one),
            parts.detail(one),
            shown(f"Rank {one['rank']}, {one['gene']}: details"),
        )
        for one in candidate_views(report.table, report.heading.assembly)
    ]


def content_policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """Write the content security policy that allows these texts and nothing else.

    Examples
    --------
    >>> content_policy(("a()",), ("b{}",)).split("; ")[0]
    "default-src 'none'"
    >>> "unsafe" in content_policy(("a()",), ("b{}",))
    False
    """
    parts = [
        "default-src 'none'",
        " ".join(("script-src", *(_hash(text) for text in scripts))),
        " ".join(("style-src", *(_hash(text) for text in styles))),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def _hash(text: str) -> str:
    """Give the source expression of one inline script or style."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _print_header(report: FamilyReport) -> str:
    """Say on every printed page whose report it is; no finding stands there."""
    about = report.about
    family, proband = (shortened(text, LONGEST_NAME) for text in (about.family_id, about.proband))
    left = css_string(f"Family {family}, proband {proband}")
    right = css_string(f"raredx {report.heading.version}, {report.heading.assembly}")
    return f"@page{{@top-left{{content:{left}}}@top-right{{content:{right}}}}}"


def _sizes(scale: Scale, drawing: PedigreeDrawing) -> str:
    """Say once how wide drawings are, and where the line of zero lies in small charts."""
    zero = f"linear-gradient(currentColor,currentColor) 0 {scale.zero}px/88px 1px no-repeat"
    return f".sum svg{{background:{zero}}}.tree{{width:{drawing.width:g}px}}"


@cache
def asset(name: str) -> str:
    """Read a script or style that ships with the package.

    Raises
    ------
    ValueError
        If it would end its own element.
    """
    text = (resources.files("raredx.report") / "assets" / name).read_text(encoding="utf-8")
    text = text.replace("\r\n", "\n").strip()
    if "</script" in text.lower() or "</style" in text.lower() or "<!--" in text:
        raise ValueError(f"{name} would end the element that it stands in")
    return text


@cache
def _template(name: str) -> Any:
    """Load a template; the engine is loaded only now, since most runs write no page."""
    jinja2 = importlib.import_module("jinja2")
    environment = jinja2.Environment(
        autoescape=True,
        finalize=shown,
        loader=jinja2.FunctionLoader(_source),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)


def _source(name: str) -> str:
    """Read a template, without the blanks that indent it."""
    text = (resources.files("raredx.report") / "templates" / name).read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _markup(text: str) -> Any:
    """Mark a text as HTML that is our own."""
    return importlib.import_module("markupsafe").Markup(text)
