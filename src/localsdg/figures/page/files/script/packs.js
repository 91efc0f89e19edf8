// Figures as data: the pack of a place for an area, its rows, and why there is none.
const SHARED = ["source", "as_of", "coverage", "uncertainty", "caveat", "notes"];
const cell = (pack, column, index) => {
  const values = pack.columns[column];
  return Array.isArray(values) ? values[index] : values;
};
const rowsOf = (pack) => Array.from({ length: pack.n }, (_, index) => {
  const row = {};
  for (const column of Object.keys(pack.columns)) row[column] = cell(pack, column, index);
  return row;
});

/** Why a place has no figure for an area. */
const reasonFor = (id, area) => {
  const place = page.figures[id];
  const isCountry = area.kind === "country";
  if (place.only === "country" && !isCountry) return page.reasons.only_country;
  if (place.only === "world") return page.reasons.only_world;
  const values = { area: area.name, command: `localsdg figures --claim ${place.claim} --area ${area.code}` };
  if (place.apart.includes(area.code)) return fill(page.reasons[place.follows ? "no_breakdown" : "not_on_page"], values);
  return fill(page.reasons[place.without[isCountry ? 0 : 1]], values);
};

const known = new Map(); // "id area" -> pack
/** The figure of a place for an area: a pack, or a text that says why there is none. */
const packOf = (id, area) => {
  const place = page.figures[id];
  if (isBase(area)) return place.own || place.reason;
  const held = areaData && areaData.figures[id];
  const found = held && held.areas[area.code];
  if (!found) return reasonFor(id, area);
  if (typeof found === "string") return found;
  const key = `${id} ${area.code}`;
  if (!known.has(key)) {
    const pack = { ...found, figure_id: area.code === "001" ? id : `${id}-${area.code}` };
    for (const name of SHARED) if (name in pack) pack[name] = held.texts[pack[name]];
    known.set(key, pack);
  }
  return known.get(key);
};
/** The figure of a place as it is shown now: that of the chosen area, or of all that are compared. */
const current = (id) => compared(id) || packOf(id, state.area);

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
