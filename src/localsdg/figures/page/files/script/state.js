// What the reader chose: kept in the address, so that it is shared, reloaded and gone back to.
// `#figure=c08-slums&area=404&compare=800,834`; anchors such as `#c08-slums`, `#c08-slums?area=KEN` and `#C04` work too.
const MOST_AREAS = page.compare.length + 1;
const areas = new Map([[page.base.code, page.base]]);
for (const [code, name] of page.lists.regions) areas.set(code, { code, name, kind: "region" });
for (const [code, name] of page.lists.countries) areas.set(code, { code, name, kind: "country" });
const isoCodes = new Map(Object.entries(page.lists.iso3).map(([code, iso]) => [iso, code]));
const isBase = (area) => area.code === page.base.code;
const state = { area: page.base, at: "", compare: [], government: "", embed: false };

/** The area of a code (M49, ISO 3166) or of any of its names; undefined where there is none. */
const areaOf = (asked) => {
  const text = asked.trim();
  const code = /^\d{1,3}$/.test(text) ? text.padStart(3, "0") : isoCodes.get(text.toUpperCase());
  if (code) return areas.get(code);
  const name = plain(text);
  return [...areas.values()].find((one) => plain(one.name) === name
    || (page.lists.names[one.code] || []).some((other) => plain(other) === name));
};
const decoded = (text) => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

/** What the address asks for; `anchor` is that of an address without any key. */
const readAddress = () => {
  const asked = new URLSearchParams(location.search);
  let anchor = "";
  for (const part of location.hash.slice(1).split(/[?&]/).filter(Boolean)) {
    const [key, value] = part.split("=");
    if (value === undefined) anchor = decoded(key);
    else asked.set(decoded(key), decoded(value));
  }
  const wrong = [];
  const known = (text) => {
    const area = areaOf(text);
    if (!area) wrong.push(text);
    return area;
  };
  // several areas, as the command takes them: the first, compared with the others
  const listed = asked.get("area") || "";
  const [first, ...others] = areaOf(listed) ? [listed] : listed.split(",").filter(Boolean);
  const area = (first && known(first)) || page.base;
  const compare = [...others, ...(asked.get("compare") || "").split(",").filter(Boolean)].map(known)
    .filter((one) => one && one.code !== area.code).map((one) => one.code);
  const at = ["figure", "claim", "section"].map((key) => asked.get(key)).find(Boolean) || anchor;
  if (at && !$(at)) wrong.push(at);
  return {
    area, at: at && $(at) ? at : "", compare: [...new Set(compare)].slice(0, MOST_AREAS - 1),
    government: asked.get("government") || "", embed: asked.get("embed") === "1", lang: asked.get("lang") || "",
    wrong, isAnchor: Boolean(anchor) && !location.hash.includes("="),
  };
};

/** The part of the address behind `#` for a choice; '' for the page as it opens. */
const addressOf = (wanted) => {
  const parts = [];
  const { at } = wanted;
  if (at) parts.push(`${at in page.figures ? "figure" : /^C\d+$/.test(at) ? "claim" : "section"}=${encodeURIComponent(at)}`);
  // an area before the hash would come back where none is named behind it
  if (!isBase(wanted.area) || new URLSearchParams(location.search).has("area")) parts.push(`area=${wanted.area.code}`);
  if (wanted.compare.length) parts.push(`compare=${wanted.compare.join(",")}`);
  if (wanted.government) parts.push(`government=${encodeURIComponent(wanted.government)}`);
  if (wanted.embed) parts.push("embed=1");
  return parts.join("&");
};
const placeOfPage = () => location.href.split("#")[0];

/** Change what is chosen and show it; the address follows, as a new entry of the history unless `replace`. */
const change = async (changes, { replace = false, jump = false } = {}) => {
  Object.assign(state, changes);
  const address = addressOf(state);
  if (address !== location.hash.slice(1)) {
    history[replace ? "replaceState" : "pushState"](null, "", address ? `#${address}` : placeOfPage());
  }
  await apply(jump);
};
/** What the address asks for, shown; an anchor alone keeps the area. */
const follow = async (isFirst) => {
  const { lang, wrong, isAnchor, ...asked } = readAddress();
  const other = lang && lang !== page.lang && document.querySelector(`a.language[lang="${CSS.escape(lang)}"]`);
  if (other) {
    location.replace(`${other.href}#${addressOf(asked)}`);
    return;
  }
  await change(isAnchor && !isFirst ? { at: asked.at } : asked, { replace: true, jump: Boolean(asked.at || asked.government) });
  if (wrong.length) announce(fill(words.not_found, { what: wrong.join(", ") }));
};
window.addEventListener("hashchange", () => follow(false));
