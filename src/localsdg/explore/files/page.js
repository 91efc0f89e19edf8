// What Datasette's templates do in scripts of the page, from a file: the policy of the page lets no other script run.

// a menu closes where a click is outside of it
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.actions-menu-links[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// the editor of SQL, and its button
window.addEventListener("load", () => {
  const format = document.querySelector("button#sql-format");
  const input = document.querySelector("textarea#sql-editor");
  const shown = document.querySelector("pre#sql-query");
  if (input && window.CodeMirror) {
    const editor = window.CodeMirror.fromTextArea(input, {
      lineNumbers: true, mode: "text/x-sql", lineWrapping: true,
      extraKeys: { "Shift-Enter": () => document.querySelector("form.sql").requestSubmit(), Tab: false },
    });
    if (format) {
      format.hidden = false;
      format.addEventListener("click", () => editor.setValue(window.sqlFormatter.format(editor.getValue())));
    }
  } else if (shown && format && window.sqlFormatter) {
    format.hidden = false;
    format.addEventListener("click", () => {
      shown.textContent = window.sqlFormatter.format(shown.textContent);
    });
  }
});

// the address of a view, with its filters and its chart
for (const button of document.querySelectorAll("button.copy-link")) {
  if (!navigator.clipboard) break;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}
