// The text and table of a place, for the chosen area.
const tableOf = (pack) => {
  const rows = rowsOf(pack);
  const columns = pack.table;
  const table = element("table");
  table.append(element("caption", pack.title));
  const heads = table.createTHead().insertRow();
  const head = (c) => (c === "series" && pack.areas ? page.headers.area : page.headers[c === "shown" ? "value" : c]);
  for (const c of columns) heads.append(element("th", head(c), { scope: "col" }));
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    columns.forEach((c, index) => {
      const value = row[c] ?? "";
      if (index === 0) line.append(element("th", value, { scope: "row" }));
      else if (c === "shown") {
        const place = line.insertCell();
        place.className = "n";
        place.append(element("data", value, { value: row.value }));
      } else {
        const place = line.insertCell();
        place.textContent = typeof value === "number" && c !== "year" ? number(value) : value;
        if (typeof value === "number" && c !== "year") place.className = "n";
      }
    });
  }
  return table;
};

const original = new Map(); // article -> its table when the page was opened
const show = (article) => {
  const place = page.figures[article.id];
  if (!original.has(article)) original.set(article, article.querySelector("table"));
  const pack = current(article.id);
  const none = typeof pack === "string";
  const own = pack === place.own;
  article.classList.toggle("empty", none);
  const put = (selector, text) => { article.querySelector(selector).textContent = text; };
  put("h3", none ? place.empty_title : pack.title);
  put(".subtitle", none ? "" : pack.subtitle);
  put(".reason", none ? pack : "");
  showCompare(article);
  if (none) return;
  for (const key of ["as_of", "coverage", "uncertainty", "caveat", "source"]) put(`.${key}`, pack[key] || "");
  put(".remarks", (pack.notes || []).join(" "));
  put(".explain", `localsdg explain ${pack.areas ? article.id : pack.figure_id}`);
  article.querySelector(".scroll").replaceChildren(own ? original.get(article) : tableOf(pack));
  article.querySelector(".csv").download = `${pack.figure_id}.csv`;
  const plot = article.querySelector(".plot");
  if (plot) plot.setAttribute("aria-label", `${pack.title}. ${pack.subtitle}`);
  const how = article.querySelector(".how");
  if (how.open) showTrace(how);
};

/** How a number was made: models, files with their hash, the query; in full for the area of the page. */
const showTrace = (how) => {
  const article = how.closest("article");
  const place = page.figures[article.id];
  const pack = current(article.id);
  if (typeof pack === "string") return;
  const own = pack === place.own;
  const parts = [];
  const term = (name, ...content) => {
    const detail = element("dd");
    detail.append(...content);
    parts.push(element("dt", name), detail);
  };
  if (place.trace) {
    term(words.model, ...place.trace.models.flatMap((model) => [element("code", model), " "]));
  }
  if (own && place.trace) {
    const list = element("ul");
    for (const [at, name, release, rows, changed, listed] of place.trace.files) {
      const hash = page.files[at];
      const line = element("li");
      line.append(listed ? element("a", name, { href: `#file-${hash.slice(0, 12)}` }) : name);
      line.append(release ? `, ${release}` : "", rows ? `, ${fill(words.rows, { n: number(rows) })}` : "");
      line.append(element("br"), element("code", `sha256 ${hash}`));
      if (changed) line.append(" ", element("strong", words.changed));
      list.append(line);
    }
    term(words.files, list);
  } else {
    const releases = [...new Set([].concat(pack.columns.release ?? []).filter(Boolean))];
    term(words.files, fill(words.files_of, { releases: releases.join(", ") }));
  }
  const sql = sqlOf(place, own);
  if (sql) {
    const text = element("pre", null, { tabindex: "0" });
    text.append(element("code", sql, { class: "sql" }));
    term(words.query, text);
  }
  how.querySelector(".trace").replaceChildren(...parts);
};
const sqlOf = (place, own) => {
  const kept = place.trace ? place.trace.sql : "";
  if (own) return kept;
  const ofAny = place.sql ?? kept.replaceAll(`'${page.base.code}'`, "'{area}'");
  return comparedAreas().length > 1 ? "" : ofAny.replaceAll("{area}", state.area.code);
};
for (const how of document.querySelectorAll("details.how")) how.addEventListener("toggle", () => how.open && showTrace(how));
