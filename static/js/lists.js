// Lists: ticked rows and the bar above them, columns, filters without empty parts, heads that stay in sight.
function show(list) {
  const bar = list.querySelector("[data-bulk]");
  if (!bar) return;
  const all = bar.querySelector("[data-all]").value === "1";
  const ticked = list.querySelectorAll("input[name=ids]:checked").length;
  bar.hidden = !all && ticked === 0;
  bar.querySelector("[data-ticked]").textContent = all ? bar.dataset.count : ticked;
  bar.querySelector("[data-select-all]").hidden = all;
}

function tickAll(list, on) {
  list.querySelectorAll("input[name=ids], [data-tick-all]").forEach((box) => { box.checked = on; });
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("#list");
  if (!list || !event.target.matches("[data-tick-all], input[name=ids]")) return;
  list.querySelector("[data-all]").value = "";
  if (event.target.matches("[data-tick-all]")) tickAll(list, event.target.checked);
  show(list);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-select-all], [data-clear]");
  if (!button) return;
  const list = button.closest("#list");
  const on = button.matches("[data-select-all]");
  list.querySelector("[data-all]").value = on ? "1" : "";
  tickAll(list, on);
  show(list);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-thin]")) {
    event.target.querySelectorAll("input, select").forEach((field) => { field.disabled = !field.value; });
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const row = button.closest("li");
  const up = button.dataset.move === "up";
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other?.querySelector("[data-move]")) return; // the name stays first
  if (up) other.before(row); else other.after(row);
  button.focus();
});

function fit() {
  document.querySelectorAll("[data-fit]").forEach((frame) => {
    frame.classList.remove("fits", "tight");
    frame.classList.toggle("tight", frame.scrollWidth > frame.clientWidth);
    frame.classList.toggle("fits", frame.scrollWidth <= frame.clientWidth);
  });
}

fit();
addEventListener("resize", fit);
addEventListener("pageshow", () => document.querySelectorAll("#list").forEach(show));
document.addEventListener("htmx:afterSettle", fit);
