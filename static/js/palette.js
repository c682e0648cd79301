// The search over everything: Ctrl K or "/" opens it, arrows move through the hits, Escape closes it.
const SLASH_OFF = "csms.slash-off";
const find = document.getElementById("find");
const hits = document.getElementById("hits");

function slashOff() {
  try { return localStorage.getItem(SLASH_OFF) === "1"; } catch { return false; }
}

function close() {
  hits?.replaceChildren();
}

function move(step) {
  const items = [...hits.querySelectorAll("a")];
  if (!items.length) return;
  const next = items.indexOf(document.activeElement) + step;
  (next < 0 ? find : items[Math.min(next, items.length - 1)]).focus();
}

if (find && hits) {
  document.addEventListener("keydown", (event) => {
    const typing = document.activeElement?.matches("input, textarea, select, [contenteditable]");
    const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing && !slashOff());
    if (asked) {
      event.preventDefault();
      find.focus();
      find.select();
      return;
    }
    const inside = hits.parentElement.contains(document.activeElement);
    if (!inside) return;
    if (event.key === "Escape") {
      event.preventDefault();
      find.value = "";
      window.htmx?.trigger(find, "htmx:abort");
      close();
      find.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("click", (event) => {
    if (!hits.parentElement.contains(event.target)) close();
  });
  find.addEventListener("input", () => { if (!find.value) close(); });
  find.addEventListener("htmx:beforeRequest", (event) => { if (!find.value) event.preventDefault(); });
}

document.querySelectorAll("[data-slash]").forEach((box) => {
  box.checked = !slashOff();
  box.addEventListener("change", () => {
    try { localStorage.setItem(SLASH_OFF, box.checked ? "0" : "1"); } catch { /* a browser without storage keeps the key on */ }
  });
});
