// What can be taken away: the chart with its title, source and caveat, and the table.
/** What a figure says beside its numbers, as `localsdg figures` writes it before the header of a CSV. */
const metadataOf = (pack) => [
  ["figure", pack.figure_id], ["warehouse", page.version], ["title", pack.title],
  ["area", pack.areas ? pack.areas.join(", ") : state.area.name], ["subtitle", pack.subtitle], ["unit", pack.unit],
  ["source", (pack.source || "").replace(/^[\p{L}]+\s?: /u, "")], ["series", (pack.series || []).join(", ")],
  ["release", [...new Set([].concat(pack.columns.release ?? []).filter(Boolean))].join("; ")], ["as of", pack.as_of],
  ["coverage", pack.coverage], ["uncertainty", pack.uncertainty], ...(pack.notes || []).map((note) => ["note", note]),
  ["caveat", pack.caveat],
].map(([key, text]) => [key, (text || "").replace(/\s+/g, " ").trim()]).filter(([, text]) => text);
const csvOf = (pack) => {
  const columns = Object.keys(pack.columns).filter((c) => c in page.headers);
  const safe = (value) => (typeof value === "string" && /^'*\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value ?? "");
  const quoted = (value) => (/[",\n\r#]/.test(value) ? `"${String(value).replace(/"/g, '""')}"` : value);
  const said = metadataOf(pack).map(([key, text]) => `# ${key}: ${text}`.replace(/([,;])(?=[=+\-@"])/g, "$1 "));
  const lines = rowsOf(pack).map((row) => columns.map((c) => quoted(safe(row[c]))).join(","));
  return [...said, columns.join(","), ...lines, ""].join("\n");
};
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
  await loadVega();
  const spec = specOf(id, pack);
  const foot = [pack.source, pack.coverage, pack.uncertainty, ...(pack.notes || []), pack.caveat, `[${pack.figure_id}]`];
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
const blobOf = (text, type) => URL.createObjectURL(new Blob([text], { type }));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.save, button.as-table, a.csv");
  if (!button) return;
  const article = button.closest("article");
  const pack = current(article.id);
  if (button.classList.contains("as-table")) {
    const on = article.classList.toggle("tabled");
    button.setAttribute("aria-pressed", String(on));
    if (!on) draw(article);
  } else if (button.classList.contains("csv")) {
    event.preventDefault();
    const place = page.figures[article.id];
    save(blobOf(pack === place.own ? place.csv : csvOf(pack), "text/csv;charset=utf-8"), button.download);
  } else {
    const made = await picture(article.id, pack);
    const { format } = button.dataset;
    const url = format === "png" ? await made.view.toImageURL("png", 2) : blobOf(await made.view.toSVG(), "image/svg+xml");
    save(url, `${pack.figure_id}.${format}`);
    made.finalize();
  }
});
