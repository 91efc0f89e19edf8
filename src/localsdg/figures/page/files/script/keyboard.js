// Keys, and what opens and closes.
const contents = $("contents");
const narrowScreen = window.matchMedia("(max-width: 68rem)");
const fold = () => { contents.open = !narrowScreen.matches; };
narrowScreen.addEventListener("change", fold);
fold();
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && narrowScreen.matches) contents.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    box.focus();
    return;
  }
  if (event.key !== "Escape") return;
  const open = event.target.closest("details[open]");
  if (event.target.id === "find") {
    event.target.value = "";
    searchAnew();
  } else if (open && (open !== contents || narrowScreen.matches)) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (event.target.closest("#filter") && !isBase(state.area)) {
    reset();
  }
});
// links inside the page keep the chosen area
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || link.classList.contains("skip") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const anchor = decoded(link.getAttribute("href").slice(1));
  event.preventDefault();
  if (link.classList.contains("government")) {
    change({ government: decoded((/government=([^&]+)/.exec(anchor) || [])[1] || ""), at: "" }, { jump: true });
  } else change({ at: anchor }, { jump: true });
});
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    const address = addressOf(state);
    link.href = link.getAttribute("href").split("#")[0] + (address ? `#${address}` : "");
  });
}
