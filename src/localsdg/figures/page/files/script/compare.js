// Several areas on one chart: lines over the years, one an area, at most as many as are told apart.
const isLine = (pack) => typeof pack !== "string" && !Array.isArray(pack.columns.series) && "run" in pack.columns;
/** Whether areas can be compared on a place: a single line over the years that other areas have too. */
const canCompare = (id) => {
  const place = page.figures[id];
  return place.kind === "line" && place.follows && (!place.own || isLine(place.own));
};
const comparedAreas = () => [state.area, ...state.compare.map((code) => areas.get(code))].filter(Boolean);

const merges = new Map();
/** The lines of the compared areas as one figure; null where fewer than two have one. */
const compared = (id) => {
  if (!state.compare.length || !canCompare(id)) return null;
  const pairs = comparedAreas().map((area) => [area, packOf(id, area)]).filter(([, pack]) => isLine(pack));
  if (pairs.length < 2) return null;
  const key = `${id} ${pairs.map(([area]) => area.code)}`;
  if (!merges.has(key)) merges.set(key, merged(id, pairs));
  return merges.get(key);
};
const merged = (id, pairs) => {
  const [[first, own]] = pairs;
  const packs = pairs.map(([, pack]) => pack);
  const names = pairs.map(([area]) => area.name.replace(/["\\]/g, ""));
  const columns = {};
  for (const column of new Set(packs.flatMap((pack) => Object.keys(pack.columns)))) {
    columns[column] = packs.flatMap((pack) => Array.from({ length: pack.n }, (_, index) => cell(pack, column, index) ?? null));
  }
  columns.series = packs.flatMap((pack, place) => Array(pack.n).fill(names[place]));
  const highest = packs.reduce((one, other) => (other.params.high > one.params.high ? other : one));
  const ends = (key, pick) => pick(...packs.map((pack) => pack.params[key]));
  const listed = new Intl.ListFormat(page.lang).format(names);
  const texts = (key) => [...new Set(packs.map((pack) => pack[key]).filter(Boolean))].join(" ");
  return {
    ...own, title: fill(words.compare_title, { subject: page.figures[id].empty_title, areas: listed }),
    subtitle: own.subtitle.includes(first.name) ? own.subtitle.replace(first.name, listed) : own.subtitle,
    caveat: texts("caveat"), coverage: "", source: texts("source"),
    n: columns.series.length, columns, table: ["series", ...own.table.filter((one) => one !== "series")],
    params: {
      ...highest.params, low: ends("low", Math.min), room: ends("room", Math.max),
      first: ends("first", Math.min), last: ends("last", Math.max),
    },
    breaks: [], printed: [], names: undefined, areas: names,
    figure_id: `${id}-${pairs.map(([area]) => area.code).join("-")}`,
  };
};
/** The specification of a comparison: the names are put into that of as many areas. */
const compareSpec = (pack) => {
  let text = JSON.stringify(page.compare[pack.areas.length - 2]);
  pack.areas.forEach((name, place) => { text = text.replaceAll(`@area${place}@`, name); });
  return JSON.parse(text);
};

/** What a place offers: areas with a line there, and those that are compared now, to be taken out again. */
const showCompare = (article) => {
  const part = article.querySelector(".comparing");
  if (!part) return;
  const can = canCompare(article.id) && typeof packOf(article.id, state.area) !== "string";
  part.hidden = !can;
  if (!can) return;
  const list = part.querySelector(".compared");
  list.replaceChildren(...state.compare.map((code) => {
    const { name } = areas.get(code);
    const none = typeof packOf(article.id, areas.get(code)) === "string";
    const line = element("li");
    const button = element("button", `${none ? fill(words.compare_none, { area: name }) : name} ×`, {
      type: "button", "aria-label": fill(words.compare_remove, { area: name }),
    });
    button.addEventListener("click", () => change({ compare: state.compare.filter((one) => one !== code) }));
    line.append(button);
    return line;
  }));
  part.querySelector("label").hidden = state.compare.length >= MOST_AREAS - 1;
};
const offer = async (select) => {
  await unpackAreas();
  const id = select.closest("article").id;
  const held = new Set(areaData.figures[id].codes);
  const taken = new Set(comparedAreas().map((area) => area.code));
  const options = [...areas.values()].filter(({ code }) => !taken.has(code)
    && (code === page.base.code ? isLine(page.figures[id].own || "") : held.has(code)));
  select.replaceChildren(select.options[0], ...options.map(({ code, name }) => element("option", name, { value: code })));
};
for (const select of document.querySelectorAll(".comparing select")) {
  for (const kind of ["pointerdown", "focus"]) select.addEventListener(kind, () => offer(select));
  select.addEventListener("change", () => {
    const code = select.value;
    select.value = "";
    if (code) change({ compare: [...state.compare, code], at: select.closest("article").id });
  });
}
