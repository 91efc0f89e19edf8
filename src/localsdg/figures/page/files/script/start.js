// What is chosen is shown; the address is followed when the page opens and whenever it changes.
let last = null;
async function apply(jump) {
  const now = `${state.area.code} ${state.compare}`;
  if (now !== last) {
    last = now;
    await showArea();
    search();
  }
  await showGovernment(jump && !state.at);
  showEmbedded();
  const target = state.at && $(state.at);
  if (target) {
    for (let more = target.closest("details"); more; more = more.parentElement.closest("details")) more.open = true;
    if (jump) {
      target.scrollIntoView({ behavior: "instant" });
      target.focus({ preventScroll: true });
    }
  }
  redraw();
  if (jump && target) {
    await drawNear();
    target.scrollIntoView({ behavior: "instant" });
  }
}

for (const article of articles) {
  const plot = article.querySelector(".plot");
  if (plot) plot.style.minHeight = `${page.figures[article.id].height + (article.dataset.kind === "line" ? 40 : 8)}px`;
}
// what an address leads to is seen below the bar, whose height is that of its lines
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--bar", `${$("filter").offsetHeight}px`);
}).observe($("filter"));
await follow(true);
document.documentElement.dataset.ready = "yes";
