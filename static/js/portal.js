// What the pages do beyond HTML: CSRF for htmx, the search box, ticked rows, menus that close, toasts that leave.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
});

const find = document.getElementById("find");
const hits = document.getElementById("hits");

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (find && ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing))) {
    event.preventDefault();
    find.focus();
    find.select();
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
    if (hits) hits.replaceChildren();
  }
  const items = hits ? [...hits.querySelectorAll("a")] : [];
  if (items.length && (event.key === "ArrowDown" || event.key === "ArrowUp") && hits.parentElement.contains(document.activeElement)) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = items.indexOf(document.activeElement) + step;
    (items[next] ?? find).focus();
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
  if (hits && !hits.parentElement.contains(event.target)) hits.replaceChildren();
});

function countTicked(list) {
  const ticked = list.querySelectorAll("input[name=ids]:checked").length;
  const bar = list.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = ticked === 0;
  bar.querySelector("[data-ticked]").textContent = ticked;
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("#list");
  if (!list) return;
  if (event.target.matches("[data-tick-all]")) {
    list.querySelectorAll("input[name=ids]").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches("[data-tick-all], input[name=ids]")) countTicked(list);
});

document.querySelector(".errors")?.focus();
setTimeout(() => document.querySelectorAll(".toasts .toast-c").forEach((toast) => toast.remove()), 10000);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-columns]")) return;
  const ticked = [...event.target.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value);
  event.target.querySelector("input[name=columns]").value = ticked.join(",");
});
