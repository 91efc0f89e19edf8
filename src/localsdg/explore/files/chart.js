// A chart of the rows of a page, by Vega-Lite. What is chosen is part of the page's address.
const NAMES = ["_chart", "_chart_x", "_chart_y", "_chart_colour"];
const COLOURS = ["#00558c", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f3c8d", "#666666"];
const MOST_COLOURS = 20, MOST_BARS = 60;
const place = document.querySelector("#chart");
const form = place?.querySelector("form.choices");
let data = null; // columns, rows, how many there are
let view = null;

/** The rows of the page and those of its next pages, up to the limit of one answer. */
const load = async () => {
  const address = new URL(place.dataset.json);
  for (const [name, value] of Object.entries({
    _shape: "objects", _size: "max", _labels: "on", _nofacet: "1", _next: null,
  })) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  const answer = await (await fetch(address)).json();
  if (answer.ok === false) throw new Error(answer.error);
  return {
    columns: answer.columns.filter((name) => name !== "rowid"),
    rows: named(answer.rows),
    total: answer.filtered_table_rows_count ?? null,
    more: Boolean(answer.truncated || answer.next),
  };
};

/** Rows in which a link is the name that it shows; with its code where two have the same name. */
const named = (rows) => {
  const codes = new Map();
  const isLink = (cell) => cell !== null && typeof cell === "object" && "label" in cell;
  for (const row of rows) {
    for (const [column, cell] of Object.entries(row)) {
      if (!isLink(cell)) continue;
      const key = `${column}\t${cell.label}`;
      codes.set(key, (codes.get(key) ?? new Set()).add(cell.value));
    }
  }
  const text = (column, cell) => {
    if (!isLink(cell)) return cell;
    if (cell.label === null || cell.label === "") return String(cell.value);
    return codes.get(`${column}\t${cell.label}`).size > 1 ? `${cell.label} (${cell.value})` : cell.label;
  };
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, text(name, cell)])));
};

const values = (column) => data.rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== "");
const isNumeric = (column) => values(column).length > 0 && values(column).every((cell) => typeof cell === "number");
const isYear = (column) => /(^|_)year$/.test(column);
const isFlag = (column) => /^(is|has)_/.test(column);
const distinct = (column, rows = data.rows) => new Set(rows.map((row) => row[column]));

/** The choices of the address, else those that suit the columns. */
const choose = () => {
  const given = new URLSearchParams(location.search);
  const numbers = data.columns.filter((name) => isNumeric(name) && !isYear(name) && !isFlag(name));
  const y = numbers.includes("value") ? "value" : numbers[0];
  const year = data.columns.find((name) => isYear(name) && distinct(name).size > 1);
  const words = data.columns.filter((name) => !isNumeric(name) && distinct(name).size > 1);
  // a name for each row (a country, in its latest year) goes before years that several rows share
  const name = words.find((one) => distinct(one).size === data.rows.length);
  const x = (year && name && distinct(year).size < data.rows.length / 2 ? name : year) ?? words[0] ?? data.columns[0];
  const apart = ["area_code", "series_code", "metric_id", "local_government_id", "definition", "breakdown", "sex", "location"];
  const colour = apart.find((name) => name !== x && data.columns.includes(name)
    && distinct(name).size > 1 && distinct(name).size <= MOST_COLOURS) ?? "";
  fill("_chart_x", data.columns, x);
  fill("_chart_y", numbers, y);
  fill("_chart_colour", ["", ...data.columns.filter((name) => name !== y)], colour);
  form.elements._chart.value = isYear(x) ? "line" : "bar";
  for (const name of NAMES) {
    const wanted = given.get(name);
    const control = form.elements[name];
    if (wanted !== null && [...control.options].some((option) => option.value === wanted)) control.value = wanted;
  }
};

const fill = (name, options, chosen) => {
  const control = form.elements[name];
  control.replaceChildren(...options.map((value) => new Option(value || "none", value)));
  control.value = chosen ?? "";
};

/** Put what is chosen into the address, and into what leads on from this page. */
const keep = () => {
  const chosen = place.open && data ? Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value])) : {};
  const apply = (address) => {
    for (const name of NAMES) address.searchParams.delete(name);
    for (const [name, value] of Object.entries(chosen)) address.searchParams.set(name, value);
    return address;
  };
  history.replaceState(null, "", apply(new URL(location.href)));
  for (const link of document.querySelectorAll(".content a[href]")) {
    const address = new URL(link.href);
    if (address.pathname === location.pathname && address.origin === location.origin) link.href = apply(address);
  }
  for (const one of document.querySelectorAll("form.filters, form.sql")) {
    for (const input of one.querySelectorAll("input[type=hidden]")) if (NAMES.includes(input.name)) input.remove();
    for (const [name, value] of Object.entries(chosen)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      one.append(input);
    }
  }
};

/** What a reader must know of the chart, and whether a line or bar may be drawn at all. */
const judge = (rows, { x, y, colour }) => {
  const notes = [];
  if (data.more) {
    const of = data.total === null ? "" : ` of ${data.total.toLocaleString("en")}`;
    notes.push(`Drawn from the first ${data.rows.length.toLocaleString("en")}${of} rows: filter the table for a chart of all that you mean.`);
  }
  const without = data.rows.length - rows.length;
  if (without) notes.push(`${without.toLocaleString("en")} rows have no ${x} or ${y} and are not drawn.`);
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row[x], colour ? row[colour] : null]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const alike = [...groups.values()].filter((one) => one.length > 1);
  const mixed = JSON.parse(place.dataset.neverMixed)
    .filter((name) => name !== x && name !== colour && data.columns.includes(name) && distinct(name, rows).size > 1);
  for (const name of mixed) {
    notes.push(`${name} has ${distinct(name, rows).size} values here, which are not to be compared: filter by one, or choose it as colour.`);
  }
  if (alike.length) {
    const differ = data.columns.filter((name) => name !== y && !isNumeric(name) && !/_raw$|^(breakdown|dimensions)$/.test(name)
      && alike.some((one) => distinct(name, one).size > 1));
    const totals = data.columns.includes("is_total") && distinct("is_total", rows).size > 1 ? " is_total = 1 leaves the totals." : "";
    const means = differ.length ? ` They differ in ${differ.slice(0, 5).join(", ")}: filter, or choose one as colour.${totals}` : "";
    notes.push(`Several rows have the same ${x}${colour ? ` and ${colour}` : ""}, so points are drawn.${means}`);
  }
  if (x !== "year" && colour !== "year" && data.columns.includes("year") && distinct("year", rows).size > 1) {
    const years = rows.map((row) => row.year).filter((year) => year !== null);
    notes.push(`The years differ, from ${Math.min(...years)} to ${Math.max(...years)}.`);
  }
  const censored = data.columns.includes("censoring") ? rows.filter((row) => row.censoring).length : 0;
  if (censored) notes.push(`${censored} values are bounds, not measurements: see the column censoring.`);
  if (colour && distinct(colour, rows).size > MOST_COLOURS) {
    notes.push(`${colour} has ${distinct(colour, rows).size} values: colours repeat. Filter for fewer.`);
  }
  return { notes, onlyPoints: alike.length > 0 };
};

/** Lines of a text that fit a width in letters. */
const wrap = (text, width) => {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length >= width) lines.push(word);
    else lines[last] = `${lines[last]} ${word}`.trim();
  }
  return lines.filter(Boolean);
};

const field = (name) => name.replace(/[\\.[\]'"]/g, "\\$&");
const typeOf = (name) => (isNumeric(name) ? "quantitative" : "nominal");

const specOf = (rows, { mark, x, y, colour }, width) => {
  const units = distinct("unit", rows);
  const unit = data.columns.includes("unit") && units.size === 1 ? [...units][0] : null;
  const yTitle = unit && y === "value" ? `${y}, ${unit}` : y;
  const number = { field: field(y), type: "quantitative", title: yTitle, scale: { zero: mark === "bar" } };
  const steps = { field: field(x), title: x, type: mark === "bar" && isYear(x) ? "ordinal" : typeOf(x) };
  if (isYear(x)) Object.assign(steps, { axis: { format: "d", tickMinStep: 1 }, scale: { zero: false } });
  if (steps.type === "ordinal") steps.axis = { labelOverlap: true };
  const isLying = steps.type === "nominal" && mark !== "line";
  if (isLying) Object.assign(steps, { sort: mark === "bar" ? "-x" : null, axis: { labelLimit: width / 3 } });
  const encoding = isLying ? { y: steps, x: number } : { x: steps, y: number };
  if (colour) {
    const many = distinct(colour, rows).size;
    encoding.color = {
      field: field(colour), type: "nominal", title: colour,
      scale: many > COLOURS.length ? { scheme: "tableau20" } : { range: COLOURS },
      legend: { orient: width < 600 ? "bottom" : "right", labelLimit: 260, columns: 1, symbolLimit: MOST_COLOURS },
    };
    if (mark === "bar") encoding[isLying ? "yOffset" : "xOffset"] = { field: field(colour) };
  }
  encoding.tooltip = data.columns.filter((name) => distinct(name, rows).size > 1 || [x, y, colour, "unit", "release"].includes(name))
    .slice(0, 14).map((name) => ({ field: field(name), title: name, type: "nominal" }));
  const letters = Math.floor(width / 6.6);
  const subtitle = [...wrap(place.dataset.subtitle, letters), ...wrap(sourceOf(rows), letters)];
  return {
    data: { values: rows }, width: "container", ...(isLying ? {} : { height: 360 }),
    title: { text: wrap(titleOf(rows), Math.floor(width / 9)), subtitle, anchor: "start", offset: 12 },
    mark: { type: mark, ...(mark === "line" ? { point: colour ? true : { color: COLOURS[0] } } : {}), ...(mark === "point" ? { filled: true, size: 40 } : {}), ...(colour ? {} : { color: COLOURS[0] }) },
    encoding, autosize: { type: "fit-x", contains: "padding" },
    config: {
      font: "system-ui, 'Liberation Sans', Arial, sans-serif", background: "white", view: { stroke: null },
      title: { fontSize: 16, subtitleFontSize: 12, subtitleColor: "#555" }, axis: { gridColor: "#e4e4e4", domainColor: "#888" },
    },
  };
};

/** What all rows have in common names the chart; else the page does. */
const titleOf = (rows) => {
  const common = ["series_code", "metric_id", "area_code", "country", "local_government_id"]
    .filter((name) => data.columns.includes(name) && distinct(name, rows).size === 1)
    .map((name) => rows[0][name]).filter(Boolean);
  return common.length ? common.join(", ") : place.dataset.title;
};
const sourceOf = (rows) => {
  const releases = data.columns.includes("release") ? [...distinct("release", rows)].filter(Boolean).sort() : [];
  const of = releases.length && releases.length <= 4 ? `release ${releases.join(", ")}` : "";
  const version = document.querySelector(".explore-top .version").textContent;
  return [place.dataset.source && `Source: ${place.dataset.source}`, of, `localsdg ${version}`].filter(Boolean).join("; ");
};

const loadVega = () => new Promise((done, fail) => {
  if (window.vegaEmbed) { done(); return; }
  const script = document.createElement("script");
  Object.assign(script, { src: "/-/vega.js", onload: done, onerror: fail });
  document.head.append(script);
});

const say = (notes) => {
  place.querySelector(".notes").replaceChildren(...notes.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
};

const draw = async () => {
  const chosen = Object.fromEntries(NAMES.map((name) => [name.replace(/^_chart_?/, "") || "mark", form.elements[name].value]));
  const plot = place.querySelector(".plot");
  if (!chosen.y) {
    say(["No column has numbers alone: there is nothing to draw."]);
    plot.replaceChildren();
    return;
  }
  let rows = data.rows.filter((row) => row[chosen.x] !== null && row[chosen.x] !== "" && row[chosen.y] !== null && row[chosen.y] !== "");
  const { notes, onlyPoints } = judge(rows, chosen);
  const mark = onlyPoints ? "point" : chosen.mark;
  const steps = distinct(chosen.x, rows);
  if (mark !== "line" && typeOf(chosen.x) === "nominal" && steps.size > MOST_BARS) {
    const kept = new Set([...rows].sort((a, b) => b[chosen.y] - a[chosen.y]).map((row) => row[chosen.x]).slice(0, 10 * MOST_BARS));
    const first = new Set([...kept].slice(0, MOST_BARS));
    rows = rows.filter((row) => first.has(row[chosen.x]));
    notes.push(`${steps.size} values of ${chosen.x}: the ${MOST_BARS} with the largest ${chosen.y} are drawn.`);
  }
  say(notes);
  await loadVega();
  view?.finalize();
  view = await window.vegaEmbed(plot, specOf(rows, { ...chosen, mark }, plot.clientWidth), {
    actions: false, renderer: "svg", ast: true, mode: "vega-lite", logLevel: 1,
  });
  place.dataset.drawn = mark;
};

const open = async () => {
  place.removeAttribute("data-drawn");
  try {
    if (!data) {
      say(["Reading the rows…"]);
      data = await load();
      choose();
    }
    keep();
    await draw();
  } catch (error) {
    say([`The chart cannot be drawn: ${error.message}`]);
  }
};

const save = async (kind) => {
  if (!view) return;
  const link = document.createElement("a");
  link.href = await view.view.toImageURL(kind, kind === "png" ? 2 : 1);
  link.download = `localsdg-chart.${kind}`;
  link.click();
};

if (place) {
  place.addEventListener("toggle", () => (place.open ? open() : keep()));
  form.addEventListener("change", open);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of form.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button.dataset.save));
  if (new URLSearchParams(location.search).has("_chart")) place.open = true;
}
