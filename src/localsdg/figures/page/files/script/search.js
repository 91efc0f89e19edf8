// One box for figures, places and local governments: arrows choose, Enter goes there, Escape closes.
const box = $("seek");
const results = $("results");
const EACH = 6;
const claimTitles = new Map([...document.querySelectorAll("section.claim[data-claim]")]
  .map((one) => [one.id, one.querySelector("h2").textContent]));
const sought = [
  {
    title: words.figures,
    items: articles.map((article) => {
      const place = page.figures[article.id];
      const title = place.own ? place.own.title : place.empty_title;
      return {
        label: title, more: place.claim, to: () => change({ at: article.id }, { jump: true }),
        text: plain(`${title} ${place.empty_title} ${article.id} ${place.claim} ${claimTitles.get(place.claim) || ""}`),
        first: plain(place.empty_title),
      };
    }),
  },
  {
    title: words.places,
    items: [...areas.values()].map(({ code, name }) => ({
      label: name, more: page.lists.iso3[code] || code, to: () => chooseArea(code), first: plain(name),
      text: plain([name, code, page.lists.iso3[code], ...(page.lists.names[code] || [])].join("|")),
      names: [name, page.lists.iso3[code] || code, ...(page.lists.names[code] || [])].map(plain),
    })),
  },
  {
    title: words.search_title,
    items: page.governments.map((row) => ({
      label: row[NAME], more: [row[LEVEL], row[LAND]].filter(Boolean).join(", "), first: plain(row[NAME]),
      text: plain(`${row[NAME]} ${row[LAND]}`),
      to: () => change({ government: row[ID], at: "" }, { jump: true }),
    })),
  },
];
/** How well an item answers: its whole name, its beginning, the beginning of a word, anything; 9 where not. */
const rankOf = (item, asked, parts) => {
  const names = item.names || [item.first];
  if (names.includes(asked)) return 0;
  if (names.some((name) => name.startsWith(asked))) return 1;
  if (!parts.every((part) => item.text.includes(part))) return 9;
  return ` ${item.text}`.includes(` ${asked}`) ? 2 : 3;
};
let options = [];
let active = -1;
const shut = () => {
  results.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  active = -1;
};
const point = (index) => {
  active = index;
  options.forEach(({ node }, place) => node.setAttribute("aria-selected", String(place === index)));
  if (index < 0) box.removeAttribute("aria-activedescendant");
  else {
    box.setAttribute("aria-activedescendant", options[index].node.id);
    options[index].node.scrollIntoView({ block: "nearest" });
  }
};
const go = async (index) => {
  const { item } = options[index];
  box.value = "";
  shut();
  box.blur();
  await item.to();
};
const seek = () => {
  const asked = plain(box.value).trim();
  if (!asked) {
    shut();
    return;
  }
  const parts = asked.split(/\s+/);
  options = [];
  const groups = [];
  for (const { title, items } of sought) {
    const found = items.map((item) => [rankOf(item, asked, parts), item]).filter(([rank]) => rank < 9)
      .sort(([one], [other]) => one - other).slice(0, EACH);
    if (!found.length) continue;
    const group = element("ul", null, { role: "group", "aria-label": title });
    group.append(element("li", title, { class: "kind", role: "presentation" }));
    for (const [, item] of found) {
      const node = element("li", null, { role: "option", id: `option-${options.length}`, "aria-selected": "false" });
      node.append(element("span", item.label), " ", element("small", item.more));
      const index = options.length;
      node.addEventListener("pointerdown", (event) => event.preventDefault());
      node.addEventListener("click", () => go(index));
      options.push({ node, item });
      group.append(node);
    }
    groups.push(group);
  }
  results.replaceChildren(...(groups.length ? groups : [element("p", fill(words.seek_none, { what: box.value }))]));
  results.hidden = false;
  box.setAttribute("aria-expanded", String(options.length > 0));
  point(options.length ? 0 : -1);
  announce(fill(words.seek_found, { n: number(options.length) }));
};
box.addEventListener("input", seek);
box.addEventListener("focus", seek);
box.addEventListener("blur", shut);
box.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (results.hidden) seek();
    else if (options.length) point((active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!results.hidden && active >= 0) go(active);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if (results.hidden) box.value = "";
    shut();
  }
});
