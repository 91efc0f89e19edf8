// Local governments: a table to search, and a profile of one.
const FIRST = 25;
let shown = FIRST;
const [NAME, LAND, CODE, LEVEL, REVIEWS, FIRST_REVIEW, LAST_REVIEW, INDICATORS, ACTIONS, ID, SITE] = Array(11).keys();
const governments = new Map(page.governments.map((row) => [row[ID], row]));
const places = page.governments.map((row) => ({ row, text: plain(`${row[NAME]} ${row[LAND]} ${row[LEVEL]}`) }));
const level = $("level");
for (const name of [...new Set(page.governments.map((row) => row[LEVEL]))].filter(Boolean).sort()) {
  level.append(element("option", name, { value: name }));
}
const yearsOf = (row) => {
  const [first, last] = [row[FIRST_REVIEW], row[LAST_REVIEW]];
  return row[REVIEWS] === 0 || !first ? "" : first === last ? ` (${first})` : ` (${first}–${last})`;
};
const governmentLink = (row) => element("a", row[NAME], {
  href: `#${addressOf({ ...state, government: row[ID], at: "" })}`, class: "government",
});
const search = () => {
  const asked = plain($("find").value).split(/\s+/).filter(Boolean);
  const inside = state.area.kind === "country" ? new Set([state.area.code]) : members();
  const found = places.filter(({ row, text }) => asked.every((one) => text.includes(one))
    && (!level.value || row[LEVEL] === level.value) && (!inside || inside.has(row[CODE])));
  const body = $("places").tBodies[0];
  body.replaceChildren(...found.slice(0, shown).map(({ row }) => {
    const line = element("tr");
    const head = element("th", null, { scope: "row" });
    head.append(governmentLink(row));
    line.append(head, element("td", row[LAND]), element("td", row[LEVEL]),
      element("td", `${number(row[REVIEWS])}${yearsOf(row)}`, { class: "n" }),
      element("td", number(row[INDICATORS]), { class: "n" }), element("td", number(row[ACTIONS]), { class: "n" }));
    return line;
  }));
  const where = inside ? ` ${fill(words.found_in, { area: state.area.name })}` : "";
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

let records = null;
/** A small table; a cell is a text or a node. */
const listOf = (title, heads, rows) => {
  const part = element("section");
  const table = element("table");
  const line = table.createTHead().insertRow();
  for (const head of heads) line.append(element("th", head, { scope: "col" }));
  const body = table.createTBody();
  for (const row of rows) {
    const made = body.insertRow();
    row.forEach((value, index) => {
      const place = index ? element("td") : element("th", null, { scope: "row" });
      place.append(value instanceof Node ? value : String(value ?? ""));
      made.append(place);
    });
  }
  const scroll = element("div", null, { class: "rows", tabindex: "0", role: "region", "aria-label": title });
  scroll.append(table);
  part.append(element("h4", title), scroll);
  return part;
};
/** Governments of the same country with a value of the same indicator. */
const peersOf = (row, code) => Object.entries(records.beside).flatMap(([id, rows]) => {
  const peer = governments.get(id);
  if (id === row[ID] || !peer || peer[CODE] !== row[CODE]) return [];
  const other = rows.find((one) => one[0] === code);
  return other ? [`${peer[NAME]} ${other[3]} (${other[2]})`] : [];
}).join("; ");
const countBy = (rows, at) => {
  const counts = new Map();
  for (const row of rows) counts.set(row[at], (counts.get(row[at]) || 0) + 1);
  return [...counts].map(([name, n]) => `${name} ${number(n)}`).join(" · ");
};
const profileParts = (row) => {
  const of = (kind) => records[kind][row[ID]] || [];
  const [reviews, beside, targets, actions] = [of("reviews"), of("beside"), of("targets"), of("actions")];
  const parts = [];
  if (reviews.length) {
    parts.push(listOf(words.reviews, [words.year, words.kind], reviews.map(([year, kind, url]) => [year ?? "", webLink(kind || "VLR", url)])));
  }
  if (beside.length) {
    parts.push(listOf(words.beside, [words.indicator, row[NAME], row[LAND], words.peers, words.comparability],
      beside.map(([code, title, year, own, nation, nationYear, how]) => [
        title ? `${code} ${title}` : code, `${own} (${year})`, `${nation} (${nationYear})`, peersOf(row, code), how,
      ])));
  }
  if (targets.length) {
    const part = listOf(words.own_targets, [words.target, words.aim, words.latest, words.progress],
      targets.map(([title, aim, by, latest, year, status]) => [title, `${aim} (${by})`, `${latest} (${year})`, status]));
    part.querySelector("h4").after(element("p", countBy(targets, 5)));
    parts.push(part);
  }
  if (actions.length) {
    const part = listOf(words.actions, [words.action, words.year, words.goals, words.partners, words.register],
      actions.map(([title, year, register, goals, partners, n, url]) => [
        webLink(title || "", url), year ?? "", goals.join(", "),
        partners.join("; ") + (n > partners.length ? ` … (${number(n)})` : ""), register || "",
      ]));
    if (row[ACTIONS] > actions.length) {
      part.querySelector("h4").after(element("p", fill(words.first_of, { n: number(actions.length), total: number(row[ACTIONS]) })));
    }
    parts.push(part);
  }
  return parts.length ? parts : [element("p", fill(words.profile_none, { name: row[NAME] }))];
};
const showGovernment = async (jump) => {
  const profile = $("profile");
  const row = governments.get(state.government);
  profile.hidden = !row;
  if (state.government && !row) announce(fill(words.not_found, { what: state.government }));
  if (!row) return;
  records ??= await unpacked("government-data");
  const head = [row[LEVEL], row[LAND]].filter(Boolean).join(", ");
  $("profile-title").textContent = row[NAME];
  const about = $("profile-about");
  about.replaceChildren(`${head} · ${fill(words.profile_counts, {
    reviews: number(row[REVIEWS]), indicators: number(row[INDICATORS]), actions: number(row[ACTIONS]),
  })}`);
  if (row[SITE]) about.append(" · ", webLink(words.site, row[SITE]));
  $("profile-parts").replaceChildren(...profileParts(row));
  if (jump) {
    profile.scrollIntoView({ behavior: "instant" });
    profile.focus({ preventScroll: true });
  }
};
$("profile-close").addEventListener("click", () => change({ government: "" }).then(() => $("find").focus()));
