// A link to one figure as it is shown, and the code that puts it into another page.
const linkOf = (id, more) => `${placeOfPage()}#${addressOf({ ...state, at: id, government: "", embed: false, ...more })}`;
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", text, { readonly: "" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
};
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const embedCode = (article) => {
  const { title } = current(article.id);
  const address = escaped(linkOf(article.id, { embed: true }));
  return `<iframe src="${address}" title="${escaped(title)}" width="760" height="640" loading="lazy"></iframe>`;
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.link, button.embed, button.copy-code");
  if (!button) return;
  const article = button.closest("article");
  if (button.classList.contains("link")) {
    const address = linkOf(article.id);
    const done = await copy(address);
    announce(done ? words.copied : address);
    button.textContent = done ? words.copied : words.link;
    setTimeout(() => { button.textContent = words.link; }, 2500);
  } else if (button.classList.contains("embed")) {
    const part = article.querySelector(".code");
    part.hidden = !part.hidden;
    button.setAttribute("aria-expanded", String(!part.hidden));
    if (!part.hidden) {
      part.querySelector("textarea").value = embedCode(article);
      part.querySelector("textarea").select();
    }
  } else {
    const done = await copy(article.querySelector(".code textarea").value);
    announce(done ? words.copied : words.copy_by_hand);
  }
});
/** Only one figure is shown, with its source and the link to all: the page is inside another one. */
const showEmbedded = () => {
  const one = state.embed && state.at in page.figures ? $(state.at) : null;
  document.documentElement.classList.toggle("embedded", Boolean(one));
  for (const article of articles) article.classList.toggle("alone", article === one);
  if (!one) return;
  one.querySelector(".whole").href = linkOf(one.id);
  document.title = one.querySelector("h3").textContent;
};
