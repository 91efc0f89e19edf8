// The top: key numbers and the argument, for the chosen area as for the one that the page opens with.
const opening = ["key-numbers", "argument"].map((id) => [id, [...$(id).childNodes]]);
const RANK = { strong: 0, fair: 1 };
/** Findings shared out over the sections: the first of each, then the second of each, until there are enough. */
const sharedOut = (sections, most) => {
  const kept = sections.map(() => []);
  let n = 0;
  for (let place = 0; place < Math.max(0, ...sections.map((one) => one.length)); place += 1) {
    sections.forEach((found, section) => {
      if (place < found.length && n < most) {
        kept[section].push(found[place]);
        n += 1;
      }
    });
  }
  return kept;
};
const figureLink = (id, text) => element("a", text, { href: `#${id}` });
const showTop = () => {
  $("place").textContent = state.area.name;
  if (isBase(state.area)) {
    for (const [id, nodes] of opening) $(id).replaceChildren(...nodes);
    return;
  }
  const outline = page.top.kinds[state.area.kind === "country" ? "country" : "world"];
  const [mostNumbers, mostFindings] = page.top.most;
  const told = (id) => {
    const pack = id in page.figures ? packOf(id, state.area) : "";
    return typeof pack === "object" && pack.finding[2] in RANK ? pack : null;
  };
  const numbers = outline.numbers.filter(told).slice(0, mostNumbers).map((id) => {
    const [shown, year] = told(id).finding;
    const line = element("li");
    const link = figureLink(id);
    link.append(element("b", shown), " ", element("span", page.top.words[id]));
    if (year) link.append(" ", element("small", year));
    line.append(link);
    return line;
  });
  $("key-numbers").replaceChildren(...numbers);
  const found = sharedOut(outline.sections.map(([, ids]) => ids.filter(told)), mostFindings);
  $("argument").replaceChildren(...outline.sections.flatMap(([title], place) => {
    if (!found[place].length) return [];
    const section = element("section");
    const list = element("ul");
    for (const id of found[place].sort((one, other) => RANK[told(one).finding[2]] - RANK[told(other).finding[2]])) {
      const line = element("li");
      line.append(figureLink(id, told(id).title));
      list.append(line);
    }
    section.append(element("h2", title), list);
    return [section];
  }));
};
