// Drawing: a chart is drawn when it comes near, the rest when there is time.
const OPTIONS = {
  actions: false, renderer: "svg", ast: true, defaultStyle: false, mode: "vega-lite",
  tooltip: { theme: "page", disableDefaultStyle: true },
};
let vega = null;
/** Vega is put in when the first chart needs it; the policy lets it run by the hash of its text. */
const loadVega = () => {
  vega ??= unpackedText("vega").then((text) => {
    const script = element("script");
    script.textContent = text;
    document.head.append(script);
  });
  return vega;
};
const specOf = (id, pack) => {
  const place = page.figures[id];
  const which = pack.spec ?? place.spec;
  const own = page.specs.length;
  const spec = pack.areas ? compareSpec(pack)
    : structuredClone(which < own ? page.specs[which] : areaData.specs[which - own]);
  spec.datasets = datasetsOf(pack);
  spec.height = place.step * spec.datasets.names.length || place.height;
  spec.params = spec.params.map((param) => ({ ...param, value: pack.params[param.name] ?? param.value }));
  spec.description = `${pack.title}. ${pack.subtitle}`;
  return spec;
};

const plots = new Map(); // article -> what is drawn in it: the pack and Vega's result
const isShut = (article) => Boolean(article.closest("details.more:not([open])"));
const draw = async (article) => {
  const plot = article.querySelector(".plot");
  const pack = current(article.id);
  if (!plot || typeof pack === "string" || (plots.get(article) || {}).pack === pack) return;
  if (isShut(article) || article.classList.contains("tabled")) return; // it has no width
  const mine = { pack };
  const before = plots.get(article);
  plots.set(article, mine);
  await loadVega();
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
const canDraw = (article) => article.querySelector(".plot") && !article.classList.contains("empty")
  && !article.classList.contains("tabled") && !isShut(article)
  && (!state.embed || article.classList.contains("alone"));
const drawRest = () => {
  const waiting = articles.find((one) => canDraw(one) && !plots.has(one));
  if (waiting) draw(waiting).finally(() => idle(drawRest));
};
/** Draw the charts around what the window shows; those above it may become taller or shorter. */
const drawNear = () => Promise.all(articles.filter((one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return canDraw(one) && bottom > -400 && top < innerHeight + 400;
}).map(draw));
/** Look again which charts are near: what was drawn may be of another area now. */
const redraw = () => {
  for (const article of articles) {
    near.unobserve(article);
    near.observe(article);
  }
  idle(drawRest);
};
for (const more of document.querySelectorAll("details.more")) more.addEventListener("toggle", redraw);
