// The page's own script: draws charts when they come near, follows the filter, searches, saves.
// Text from data goes into the page as text only, never as markup.
"use strict";
(async () => {
  const $ = (id) => document.getElementById(id);
  /** What a script of the page holds: JSON, gzipped, in base64. */
  const unpacked = async (id) => {
    const bytes = Uint8Array.from(atob($(id).textContent), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  let page;
  try {
    page = await unpacked("page-data");
  } catch (error) {
    $("status").textContent = $("status").dataset.tooOld;
    return;
  }
  const words = page.words;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const formats = [2, 1, 0].map((digits) => new Intl.NumberFormat(page.lang, { maximumFractionDigits: digits }));
  const number = (value) => {
    const size = Math.abs(value);
    return formats[size >= 100 ? 2 : size >= 1 || size === 0 ? 1 : 0].format(value);
  };
  const element = (tag, text, attributes) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  };
  let chosen = page.base;
  let areaData = null;

  // ------------------------------------------------------------------ figures as data
  const cell = (pack, column, index) => {
    const values = pack.columns[column];
    return Array.isArray(values) ? values[index] : values;
  };
  const rowsOf = (pack) => Array.from({ length: pack.n }, (_, index) => {
    const row = {};
    for (const column of Object.keys(pack.columns)) row[column] = cell(pack, column, index);
    return row;
  });

  /** The figure of a place for the chosen area: a pack, or a text that says why there is none. */
  const current = (id) => {
    const place = page.figures[id];
    if (!place.follows || chosen.code === page.base.code) return place.own || place.reason;
    const { texts, areas } = areaData.figures[id];
    const found = areas[chosen.code];
    if (found === undefined && place.countries_only && !chosen.country) return page.reasons.only_country;
    if (found === undefined) {
      const key = place.apart.includes(chosen.code) ? "no_breakdown" : place.without[chosen.country ? 0 : 1];
      return fill(page.reasons[key], { area: chosen.name });
    }
    if (typeof found === "string") return found;
    const pack = { ...found, figure_id: chosen.code === "001" ? id : `${id}-${chosen.code}` };
    for (const key of ["source", "coverage", "uncertainty", "caveat", "notes"]) {
      if (key in pack) pack[key] = texts[pack[key]];
    }
    return pack;
  };

  /** The named data of a specification; what else it draws it computes from them. */
  const datasetsOf = (pack) => {
    const rows = rowsOf(pack);
    const labels = pack.order || [...new Set(rows.map((row) => row.label))];
    const end = (row, align) => ({ ...row, text: row.shown, align, dx: 0, dy: -16 });
    return {
      rows,
      names: pack.names || labels.map((label) => ({ label, own: label === pack.highlight })),
      blanks: pack.blanks || [],
      breaks: pack.breaks.map(([before, after, why]) => ({ year: (before + after) / 2, why })),
      ends: [end(rows[0], "left"), end(rows[rows.length - 1], "right")],
      printed: pack.printed || [],
    };
  };

  const specOf = (id, pack) => {
    const place = page.figures[id];
    const which = pack.spec ?? place.spec;
    const own = page.specs.length;
    const spec = structuredClone(which < own ? page.specs[which] : areaData.specs[which - own]);
    spec.datasets = datasetsOf(pack);
    spec.height = place.step * spec.datasets.names.length || place.height;
    spec.params = spec.params.map((param) => ({ ...param, value: pack.params[param.name] ?? param.value }));
    spec.description = `${pack.title}. ${pack.subtitle}`;
    return spec;
  };
  const OPTIONS = {
    actions: false, renderer: "svg", ast: true, defaultStyle: false, mode: "vega-lite",
    tooltip: { theme: "page", disableDefaultStyle: true },
  };

  // ------------------------------------------------------------------ drawing
  const articles = [...document.querySelectorAll("article.figure")];
  const plots = new Map(); // article -> what is drawn in it: the pack and Vega's result
  const draw = async (article) => {
    const plot = article.querySelector(".plot");
    const pack = current(article.id);
    if (!plot || typeof pack === "string" || (plots.get(article) || {}).pack === pack) return;
    const mine = { pack };
    const before = plots.get(article);
    plots.set(article, mine);
    if (before && before.result) before.result.finalize();
    const result = await vegaEmbed(plot, specOf(article.id, pack), OPTIONS);
    if (plots.get(article) !== mine) {
      result.finalize();
      return;
    }
    mine.result = result;
    plot.style.minHeight = "";
  };
  const near = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) draw(one.target);
  }, { rootMargin: "400px 0px" });
  const idle = window.requestIdleCallback || ((work) => setTimeout(work, 60));
  const drawRest = () => {
    const waiting = articles.find((one) => one.querySelector(".plot") && !one.classList.contains("empty")
      && !plots.has(one));
    if (waiting) draw(waiting).finally(() => idle(drawRest));
  };

  // ------------------------------------------------------------------ text and table of a place
  const tableOf = (pack) => {
    const rows = rowsOf(pack);
    const columns = pack.table;
    const table = element("table");
    table.append(element("caption", pack.title));
    const heads = table.createTHead().insertRow();
    for (const c of columns) heads.append(element("th", page.headers[c === "shown" ? "value" : c], { scope: "col" }));
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

  const csvOf = (pack) => {
    const columns = Object.keys(pack.columns).filter((c) => c in page.headers);
    const safe = (value) => (typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value ?? "");
    const quoted = (value) => (/[",\n\r]/.test(value) ? `"${String(value).replace(/"/g, '""')}"` : value);
    const lines = rowsOf(pack).map((row) => columns.map((c) => quoted(safe(row[c]))).join(","));
    return [columns.join(","), ...lines, ""].join("\n");
  };

  const original = new Map(); // what the place held when the page was opened
  const show = (article) => {
    const place = page.figures[article.id];
    article.querySelector(".stays").hidden = place.follows || chosen.code === page.base.code
      || article.classList.contains("empty");
    if (!place.follows) return;
    if (!original.has(article)) {
      original.set(article, {
        table: article.querySelector("table"), csv: article.querySelector(".csv").getAttribute("href"),
        sql: article.querySelector(".sql").textContent,
      });
    }
    const pack = current(article.id);
    const none = typeof pack === "string";
    const own = chosen.code === page.base.code;
    article.classList.toggle("empty", none);
    const put = (selector, text) => { article.querySelector(selector).textContent = text; };
    put("h3", none ? place.empty_title : pack.title);
    put(".subtitle", none ? "" : pack.subtitle);
    put(".reason", none ? pack : "");
    if (none) return;
    for (const key of ["coverage", "uncertainty", "caveat", "source"]) put(`.${key}`, pack[key] || "");
    put(".remarks", (pack.notes || []).join(" "));
    put(".explain", `localsdg explain ${pack.figure_id}`);
    const kept = original.get(article);
    article.querySelector(".scroll").replaceChildren(own ? kept.table : tableOf(pack));
    const sqlOfAny = place.sql ?? kept.sql.replaceAll(`'${page.base.code}'`, "'{area}'");
    put(".sql", own ? kept.sql : sqlOfAny.replaceAll("{area}", chosen.code));
    const link = article.querySelector(".csv");
    link.download = `${pack.figure_id}.csv`;
    if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
    link.href = own ? kept.csv : URL.createObjectURL(new Blob([csvOf(pack)], { type: "text/csv;charset=utf-8" }));
    for (const part of article.querySelectorAll(".how .own")) part.hidden = !own;
    const other = article.querySelector("dd.other");
    for (const part of article.querySelectorAll(".how .other")) part.hidden = own;
    const releases = [].concat(pack.columns.release ?? []).filter(Boolean);
    other.textContent = fill(words.files_of, { releases: [...new Set(releases)].join(", ") });
    const plot = article.querySelector(".plot");
    if (plot) plot.setAttribute("aria-label", `${pack.title}. ${pack.subtitle}`);
  };

  // ------------------------------------------------------------------ filter
  const unpack = async () => {
    areaData ??= await unpacked("area-data");
  };
  const region = $("region");
  const country = $("country");
  const allCountries = [...country.options];
  const members = () => (region.value ? new Set(page.lists.members[region.value] || []) : null);
  const pick = async () => {
    const picked = [country, region].find((one) => one.value);
    chosen = picked
      ? { code: picked.value, name: picked.selectedOptions[0].text, country: picked === country } : page.base;
    const own = chosen.code === page.base.code;
    $("reset").hidden = own;
    if (!own) await unpack();
    // what the reader looks at stays where it is
    const seen = articles.find((one) => one.getBoundingClientRect().bottom > 120);
    const before = seen && seen.getBoundingClientRect().top;
    articles.forEach(show);
    const following = articles.filter((one) => page.figures[one.id].follows);
    const drawn = following.filter((one) => !one.classList.contains("empty"));
    $("status").textContent = own ? "" : fill(words.filtered, {
      area: chosen.name, n: number(drawn.length), total: number(following.length),
    });
    if (seen && window.scrollY > 0) window.scrollBy(0, seen.getBoundingClientRect().top - before);
    for (const article of articles) {
      near.unobserve(article);
      near.observe(article);
    }
    search();
  };
  region.addEventListener("change", () => {
    const inside = members();
    country.replaceChildren(...allCountries.filter((one) => !one.value || !inside || inside.has(one.value)));
    country.value = "";
    pick();
  });
  country.addEventListener("change", pick);
  const reset = () => {
    region.value = "";
    country.replaceChildren(...allCountries);
    country.value = "";
    region.focus();
    return pick();
  };
  $("reset").addEventListener("click", reset);
  $("filter").addEventListener("submit", (event) => event.preventDefault());

  // ------------------------------------------------------------------ search over local governments
  const FIRST = 25;
  let shown = FIRST;
  const places = page.governments.map((row) => ({ row, text: plain(`${row[0]} ${row[1]} ${row[3]}`) }));
  const level = $("level");
  for (const name of [...new Set(page.governments.map((row) => row[3]))].filter(Boolean).sort()) {
    level.append(element("option", name, { value: name }));
  }
  const search = () => {
    const asked = plain($("find").value).split(/\s+/).filter(Boolean);
    const inside = country.value ? new Set([country.value]) : members();
    const found = places.filter(({ row, text }) => asked.every((one) => text.includes(one))
      && (!level.value || row[3] === level.value) && (!inside || inside.has(row[2])));
    const body = $("places").tBodies[0];
    body.replaceChildren(...found.slice(0, shown).map(({ row }) => {
      const [name, land, , kind, reviews, first, last, indicators, actions, url] = row;
      const line = element("tr");
      const head = element("th", null, { scope: "row" });
      head.append(/^https?:\/\//.test(url) ? element("a", name, { href: url, rel: "noreferrer noopener" }) : name);
      const years = reviews === 0 || !first ? "" : first === last ? ` (${first})` : ` (${first}–${last})`;
      line.append(head, element("td", land), element("td", kind),
        element("td", `${number(reviews)}${years}`, { class: "n" }),
        element("td", number(indicators), { class: "n" }), element("td", number(actions), { class: "n" }));
      return line;
    }));
    const where = inside ? ` ${fill(words.found_in, { area: chosen.name })}` : "";
    $("found").textContent = found.length === 0 ? words.found_none + where
      : fill(words.found, { n: number(found.length), total: number(places.length) }) + where;
    $("more").hidden = found.length <= shown;
  };
  const searchAnew = () => { shown = FIRST; search(); };
  $("find").addEventListener("input", searchAnew);
  level.addEventListener("change", searchAnew);
  $("search").addEventListener("submit", (event) => event.preventDefault());
  $("more").addEventListener("click", () => {
    const next = shown;
    shown = Infinity;
    search();
    const row = $("places").tBodies[0].rows[next];
    if (row) {
      row.tabIndex = -1;
      row.focus();
    }
  });

  // ------------------------------------------------------------------ saving pictures
  const WIDE = 920;
  const wrap = (text, size, bold) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${bold ? "bold " : ""}${size}px ${page.specs[0].config.font}`;
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines[lines.length - 1]} ${word}`.trim();
      if (pen.measureText(longer).width <= WIDE - 40) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };
  /** The chart with its title above and its source and caveat below, as a file of its own. */
  const picture = async (id, pack) => {
    const spec = specOf(id, pack);
    const foot = [`${pack.source}.`, pack.coverage, pack.uncertainty, ...(pack.notes || []), pack.caveat, `[${pack.figure_id}]`];
    spec.width = WIDE;
    spec.autosize = { type: "pad" };
    spec.padding = 28;
    spec.title = {
      text: wrap(pack.title, 22, true), subtitle: wrap(pack.subtitle, 15), anchor: "start", frame: "group",
      fontSize: 22, subtitleFontSize: 15, color: "#1b1b1b", subtitleColor: "#555555", offset: 18, subtitlePadding: 6,
    };
    spec.layer.push({
      data: { values: [{}] },
      mark: {
        type: "text", align: "left", baseline: "top", x: 0, y: { expr: "height + 48" }, lineHeight: 18,
        fontSize: 13, color: "#555555", text: wrap(foot.filter(Boolean).join(" "), 13),
      },
    });
    return vegaEmbed(element("div"), spec, OPTIONS);
  };
  const save = (url, name) => {
    const link = element("a", null, { href: url, download: name });
    link.click();
    if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 60000);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.save, button.as-table");
    if (!button) return;
    const article = button.closest("article");
    if (button.classList.contains("as-table")) {
      const on = article.classList.toggle("tabled");
      button.setAttribute("aria-pressed", String(on));
      return;
    }
    const pack = current(article.id);
    const made = await picture(article.id, pack);
    const format = button.dataset.format;
    const url = format === "png" ? await made.view.toImageURL("png", 2)
      : URL.createObjectURL(new Blob([await made.view.toSVG()], { type: "image/svg+xml" }));
    save(url, `${pack.figure_id}.${format}`);
    made.finalize();
  });

  // ------------------------------------------------------------------ keyboard
  const contents = $("contents");
  const narrow = window.matchMedia("(max-width: 68rem)");
  const fold = () => { contents.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && narrow.matches) contents.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details[open]");
    if (event.target.id === "find") {
      event.target.value = "";
      searchAnew();
    } else if (open && (open !== contents || narrow.matches)) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (event.target.closest("#filter") && chosen.code !== page.base.code) {
      reset();
    }
  });

  for (const article of articles) {
    const plot = article.querySelector(".plot");
    if (plot) plot.style.minHeight = `${page.figures[article.id].height + (article.dataset.kind === "line" ? 40 : 8)}px`;
    near.observe(article);
  }
  search();
  if (document.readyState === "complete") idle(drawRest);
  else window.addEventListener("load", () => idle(drawRest));
  document.documentElement.dataset.ready = "yes";
})();
