// The page's own script. Its modules share one scope; text from data goes into the page as text only, never as markup.
const $ = (id) => document.getElementById(id);
/** What an element of the page holds packed: a text, gzipped, in base64. */
const unpackedText = async (id) => {
  const bytes = Uint8Array.from(atob($(id).textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
};
const unpacked = async (id) => JSON.parse(await unpackedText(id));
let page;
try {
  page = await unpacked("page-data");
} catch (error) {
  $("status").textContent = $("status").dataset.tooOld;
  return;
}
const words = page.words;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const formats = [2, 1, 0].map((digits) => new Intl.NumberFormat(page.lang, { maximumFractionDigits: digits }));
const number = (value) => {
  const size = Math.abs(value);
  return formats[size >= 100 ? 2 : size >= 1 || size === 0 ? 1 : 0].format(value);
};
const element = (tag, text, attributes) => {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  return made;
};
/** A link to the web; only text where the address is none. */
const webLink = (text, url) => (/^https?:\/\//.test(url || "")
  ? element("a", text, { href: url, rel: "noreferrer noopener" }) : document.createTextNode(text));
const announce = (text) => { $("announce").textContent = text; };
const articles = [...document.querySelectorAll("article.figure")];
let areaData = null;
const unpackAreas = async () => {
  areaData ??= await unpacked("area-data");
};
