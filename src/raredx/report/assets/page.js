"use strict";
/* The candidate table: sorting, search and columns by DataTables; rows that open, copying and
   exporting here. Without this script every row and every detail can be read all the same. */
{
  const page = document.documentElement;
  const table = document.getElementById("table");
  try {
    if (table) enhance(table, document.getElementById("tools"));
  } finally {
    page.classList.remove("wait");
    if (table && table.offsetHeight) table.dataset.ready = Math.round(performance.now());
  }
}

function enhance(table, tools) {
  const make = (tag, props = {}, ...inside) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...inside);
    return node;
  };
  const tidy = (text) => text.replace(/\s+/g, " ").trim();
  /* The text of a cell; paragraphs apart, and of a chart its number alone. */
  const words = (cell) => {
    const figure = cell.querySelector(".sum>b");
    if (figure) return tidy(figure.textContent);
    const parts = [...cell.children].filter((child) => child.tagName === "P");
    return parts.length ? parts.map((part) => tidy(part.textContent)).join("; ") : tidy(cell.textContent);
  };

  /* Details leave the table, and come back below their row when it is opened. */
  const body = table.tBodies[0];
  const details = new Map();
  for (const tr of body.querySelectorAll("tr.more")) {
    details.set(tr.previousElementSibling, tr);
    const own = tr.querySelector("details");
    own.open = true;
    own.firstElementChild.classList.add("own");
  }
  for (const tr of details.values()) tr.remove();
  const packed = [];
  for (const row of body.rows) {
    if (!details.has(row)) packed.push(row);
    const rank = row.cells[0];
    const text = tidy(rank.textContent);
    const button = make("button", { type: "button", className: "row", textContent: text });
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", `${text}: details of ${tidy(row.cells[2].textContent)}`);
    rank.replaceChildren(button);
  }

  /* The details of later candidates are packed: unfolded once, when the first of them is opened. */
  let unfolding;
  const unfold = async () => {
    const text = document.getElementById("packed").textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const found = JSON.parse(await new Response(stream).text());
    packed.forEach((row, place) => {
      const cell = make("td", { colSpan: 10 });
      cell.innerHTML = found[place]; /* escaped when the page was written, like the page itself */
      details.set(row, make("tr", { className: "more" }, cell));
    });
  };
  const detailOf = async (row) => {
    if (!details.has(row)) await (unfolding ??= unfold());
    return details.get(row);
  };
  const names = [...table.tHead.rows[0].cells].map((cell) => tidy(cell.textContent));

  const data = new DataTable(table, {
    paging: false,
    info: false,
    autoWidth: false,
    order: [[0, "asc"]],
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
  });
  document.documentElement.classList.add("js");

  /* Opening and closing. */
  const setOpen = async (tr, open) => {
    const row = data.row(tr);
    tr.querySelector("button.row").setAttribute("aria-expanded", String(open));
    if (open && !row.child()) {
      const detail = await detailOf(tr);
      addCopy(tr, detail);
      row.child(detail);
    }
    if (open) row.child.show();
    else if (row.child.isShown()) row.child.hide();
  };
  const isOpen = (tr) => data.row(tr).child.isShown();
  const shownRows = () => data.rows({ search: "applied", order: "applied" }).nodes().toArray();
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button.row");
    if (button) setOpen(button.closest("tr"), !isOpen(button.closest("tr")));
  });

  /* Arrow keys go from row to row, and a stroke to the search. */
  table.addEventListener("keydown", (event) => {
    const button = event.target.closest("button.row");
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = shownRows();
    const here = rows.indexOf(button.closest("tr"));
    const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (goal === undefined || !rows[goal]) return;
    event.preventDefault();
    rows[goal].querySelector("button.row").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  /* Search, and the choice of tier and inheritance. */
  const search = make("input", { type: "search", autocomplete: "off", spellcheck: false });
  search.addEventListener("input", () => data.search(search.value).draw());
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    data.search("").draw();
  });
  const choices = (column, every) => {
    const found = new Set(data.column(column).nodes().toArray().map((cell) =>
      tidy(cell.firstChild?.textContent ?? "")));
    const select = make("select", {}, make("option", { value: "", textContent: every }));
    for (const text of [...found].filter(Boolean).sort()) select.append(make("option", { value: text, textContent: text }));
    select.addEventListener("change", () => {
      const wanted = select.value;
      data.column(column).search.fixed("choice", wanted ? (text) => tidy(text).startsWith(wanted) : null).draw();
    });
    return select;
  };
  const labelled = (text, control) => make("label", {}, text, control);

  /* Columns that are hidden and shown. */
  const menu = make("details", { className: "menu" }, make("summary", { textContent: "Columns" }));
  const boxes = make("div");
  names.forEach((name, place) => {
    if (place === 0 || name === "Gene") return; /* what opens and names a row stays */
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => data.column(place).visible(box.checked));
    boxes.append(make("label", {}, box, name));
  });
  menu.append(boxes);
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.firstElementChild.focus();
  });

  /* Exporting what is shown. Text that a spreadsheet would take for a formula gets an apostrophe. */
  const guarded = (text) => {
    const number = text.replace(/^\u2212/, "-");
    if (/^[+-]?\d+(\.\d+)?$/.test(number)) return number;
    return /^[\s'\p{C}]*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62-\ufe66\ufe6b"]/u.test(text) ? `'${text}` : text;
  };
  const exported = (separator) => {
    const places = names.map((_, place) => place).filter((place) => data.column(place).visible());
    const lines = [places.map((place) => names[place])];
    for (const tr of shownRows()) {
      lines.push(places.map((place) => guarded(words(data.cell(tr, place).node()))));
    }
    const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const write = separator === "," ? quoted : (text) => text.replace(/[\t\r\n]+/g, " ");
    return lines.map((line) => line.map(write).join(separator)).join("\r\n") + "\r\n";
  };
  const save = (kind) => {
    const [separator, type] = { tsv: ["\t", "text/tab-separated-values"], csv: [",", "text/csv"] }[kind];
    const blob = new Blob(["\ufeff", exported(separator)], { type: `${type};charset=utf-8` });
    const name = tidy(document.querySelector("h1").textContent).replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 60);
    const link = make("a", { href: URL.createObjectURL(blob), download: `${name}.candidates.${kind}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say(`Exported ${shownRows().length} candidates as ${kind.toUpperCase()}`);
  };

  /* Copying one candidate as text. */
  const summary = (tr) => {
    const all = names.map((name, place) => [name, words(data.cell(tr, place).node())]);
    const about = [document.querySelector("h1"), ...document.querySelectorAll(".meta span")];
    const lines = [about.map((node) => tidy(node.textContent)).join(", ")];
    for (const [name, text] of all) if (text) lines.push(`${name}: ${text}`);
    const detail = details.get(tr);
    for (const why of detail.querySelectorAll(".why>p")) lines.push(tidy(why.textContent));
    for (const pair of detail.querySelectorAll(".variant>dl>dt")) {
      lines.push(`${tidy(pair.textContent)}: ${tidy(pair.nextElementSibling.textContent)}`);
    }
    for (const calls of detail.querySelectorAll(".calls table")) {
      const heads = [...calls.tHead.rows[0].cells].map((cell) => tidy(cell.textContent).toLowerCase());
      lines.push(`${tidy(calls.caption.textContent)}:`);
      for (const row of calls.tBodies[0].rows) {
        const cells = [...row.cells].map((cell) => tidy(cell.textContent));
        lines.push(`  ${cells.map((cell, n) => (n ? `${heads[n]} ${cell}` : cell)).join(", ")}`);
      }
    }
    lines.push(tidy(document.querySelector(".caution").textContent));
    return lines.join("\n");
  };
  const showText = (text) => {
    const area = make("textarea", { value: text, readOnly: true });
    area.setAttribute("aria-label", "Summary of the candidate");
    const close = make("button", { type: "button", textContent: "Close" });
    const dialog = make("dialog", {}, make("p", { textContent: "Copy this text:" }), area, close);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  };
  const copy = async (tr) => {
    const text = summary(tr);
    try {
      await navigator.clipboard.writeText(text);
      say("Summary copied");
    } catch {
      showText(text);
    }
  };
  const addCopy = (tr, detail) => {
    const cards = detail.querySelector(".cards");
    const button = make("button", { type: "button", textContent: "Copy summary" });
    button.addEventListener("click", () => copy(tr));
    cards.prepend(button);
  };

  /* The tools. */
  const status = make("p", { className: "status" });
  status.setAttribute("role", "status");
  const say = (text) => { status.textContent = text; };
  const count = () => say(`${shownRows().length} of ${data.rows().count()} candidates shown`);
  data.on("draw", count);
  const button = (text, act) => {
    const made = make("button", { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const keys = make("p", { className: "keys note" }, make("kbd", { textContent: "/" }), " search, ",
    make("kbd", { textContent: "↑" }), " ", make("kbd", { textContent: "↓" }), " from row to row, ",
    make("kbd", { textContent: "Enter" }), " opens and closes");
  tools.append(
    labelled("Search", search),
    labelled("Tier", choices(1, "Every tier")),
    labelled("Inheritance", choices(4, "Every mode")),
    menu,
    button("Open all", () => shownRows().forEach((tr) => setOpen(tr, true))),
    button("Close all", () => shownRows().forEach((tr) => setOpen(tr, false))),
    button("Save as TSV", () => save("tsv")),
    button("Save as CSV", () => save("csv")),
    button("Print", () => window.print()),
    keys,
  );
  tools.hidden = false;
  tools.after(status);
  count();
}
