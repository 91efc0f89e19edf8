// The choice of an area: a region narrows the countries, a country is chosen beside it.
const region = $("region");
const country = $("country");
const allCountries = [...country.options];
const members = () => (region.value ? new Set(page.lists.members[region.value] || []) : null);
const narrow = () => {
  const inside = members();
  country.replaceChildren(...allCountries.filter((one) => !one.value || !inside || inside.has(one.value)));
};
/** The choices show the area, also where it comes from the address or the search. */
const showChoice = () => {
  const { code, kind } = state.area;
  const isCountry = kind === "country" && !isBase(state.area);
  if (!isCountry) region.value = isBase(state.area) ? "" : code;
  else if (!(members() || new Set([code])).has(code)) region.value = "";
  narrow();
  country.value = isCountry ? code : "";
  $("reset").hidden = isBase(state.area);
};
/** An area that is chosen: where the reader was sent to another place before, that is forgotten. */
const chooseArea = (code) => {
  const at = state.at && $(state.at).getBoundingClientRect();
  const isSeen = at && at.top < window.innerHeight && at.bottom > 0;
  return change({
    area: areas.get(code), at: isSeen ? state.at : "", compare: state.compare.filter((one) => one !== code),
  });
};
region.addEventListener("change", () => {
  country.value = "";
  chooseArea(region.value || page.base.code);
});
country.addEventListener("change", () => chooseArea(country.value || region.value || page.base.code));
const reset = () => {
  region.focus();
  return chooseArea(page.base.code);
};
$("reset").addEventListener("click", reset);
$("filter").addEventListener("submit", (event) => event.preventDefault());

/** How many of the figures answer for the area; what the reader looks at stays where it is. */
const showArea = async () => {
  if (!isBase(state.area) || state.compare.length) await unpackAreas();
  const seen = articles.find((one) => !isShut(one) && one.getBoundingClientRect().bottom > 120);
  const before = seen && seen.getBoundingClientRect().top;
  showChoice();
  showTop();
  articles.forEach(show);
  const drawn = articles.filter((one) => !one.classList.contains("empty"));
  $("status").textContent = isBase(state.area) ? "" : fill(words.filtered, {
    area: state.area.name, n: number(drawn.length), total: number(articles.length),
  });
  for (const more of document.querySelectorAll("details.more")) {
    const inside = [...more.querySelectorAll("article.figure")];
    const n = inside.filter((one) => !one.classList.contains("empty")).length;
    more.querySelector("summary").textContent = n === inside.length ? fill(words.more_figures, { n: number(n) })
      : fill(words.more_figures_of, { n: number(n), total: number(inside.length) });
  }
  if (seen && window.scrollY > 200) window.scrollBy(0, seen.getBoundingClientRect().top - before);
};
