// Figures as data: the pack of a place for an area, its rows, and why there is none.
const SHARED = ["source", "as_of", "coverage", "uncertainty", "caveat", "notes", "unit", "series"];
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
  const values = { area: area.name, command: `localsdg figures ${id} --area ${area.code}` };
  const isHere = place.follows && (isCountry || !place.countries);
  const codes = !isHere && areaData && areaData.figures[id] ? areaData.figures[id].codes : [];
  const hasMembers = (page.lists.members[area.code] || []).some((code) => codes.includes(code));
  if (place.apart.includes(area.code) || hasMembers) {
    return fill(page.reasons[isHere ? "no_breakdown" : "not_on_page"], values);
  }
  return fill(page.reasons[place.without[isCountry ? 0 : 1]], values);
};

/** The value at a place of a list; a list of one holds that of all places. */
const at = (values, place) => (values.length === 1 ? values[0] : values[place]);
/** The figure of an area out of those of all areas, which are kept by column. */
const unfold = (held, place) => {
  const pack = { n: held.n[place], columns: {} };
  for (const [name, values] of Object.entries(held.fields)) {
    const value = at(values, place);
    if (value !== null) pack[name] = value;
  }
  for (const name of SHARED) if (name in pack) pack[name] = held.texts[pack[name]];
  held.starts ??= held.n.reduce((starts, n) => [...starts, starts[starts.length - 1] + n], [0]);
  const rows = Array.from({ length: pack.n }, (_, index) => {
    const row = held.starts[place] + index;
    return held.rows ? held.rows[row] : row;
  });
  if (!("label" in held.columns)) pack.columns.label = rows.map((row) => String(at(held.columns.year, row)));
  for (const [name, values] of Object.entries(held.columns)) {
    const own = rows.map((row) => at(values, row));
    if (own.every((value) => value === own[0])) {
      if (own[0] !== null && own[0] !== "") pack.columns[name] = own[0];
    } else pack.columns[name] = own;
  }
  return pack;
};

const known = new Map(); // "id area" -> pack
/** The figure of a place for an area: a pack, or a text that says why there is none. */
const packOf = (id, area) => {
  const place = page.figures[id];
  if (isBase(area)) return place.own || place.reason;
  const held = areaData && areaData.figures[id];
  if (held && area.code in held.none) return held.none[area.code];
  held && (held.places ??= new Map(held.codes.map((code, index) => [code, index])));
  if (!held || !held.places.has(area.code)) return reasonFor(id, area);
  const key = `${id} ${area.code}`;
  if (!known.has(key)) {
    known.set(key, { ...unfold(held, held.places.get(area.code)), figure_id: area.code === "001" ? id : `${id}-${area.code}` });
  }
  return known.get(key);
};
/** The figure of a place as it is shown now: that of the chosen area, or of all that are compared. */
const current = (id) => compared(id) || packOf(id, state.area);

/** Pixels from the end of a line to its value: above it, but below the words of a report's mark where those are. */
const besidePrinted = (pack, row) => {
  const { low, high } = pack.params;
  let down = -16;
  for (const mark of pack.printed || []) {
    const at = ((row.value - mark.value) / (high - low)) * page.plot;
    const [top, bottom] = [at + mark.dy - 9, at + (mark.dy_more ?? mark.dy) + 16 * mark.lines - 6];
    if (top < down + 9 && bottom > down - 9) down = Math.max(down, bottom + 9);
  }
  return down;
};
/** The named data of a specification; what else it draws it computes from them. */
const datasetsOf = (pack) => {
  const rows = rowsOf(pack);
  const labels = pack.order || [...new Set(rows.map((row) => row.label))];
  const end = (row, align) => ({ ...row, text: row.shown, align, dx: 0, dy: align === "right" ? besidePrinted(pack, row) : -16 });
  return {
    rows,
    names: pack.names || labels.map((label) => ({ label, own: label === pack.highlight })),
    blanks: pack.blanks || [],
    breaks: pack.breaks.map(([before, after, why]) => ({ year: (before + after) / 2, why })),
    ends: [end(rows[0], "left"), end(rows[rows.length - 1], "right")],
    printed: pack.printed || [],
  };
};
