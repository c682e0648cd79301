// The drawing: a click looks into a zone, a drag or Alt with an arrow key puts it into another cell of its band.
const frame = document.querySelector("[data-drawing]");
const picture = frame.querySelector("svg");
const form = document.querySelector("[data-move-zone]");
const cards = [...picture.querySelectorAll("[data-zone]")];
const CARD = { width: 184, height: 86 };

function box(card) {
  const rect = card.querySelector(".zc");
  return { x: Number(rect.getAttribute("x")), y: Number(rect.getAttribute("y")) };
}

function steps(name, at) {
  const found = new Map(cards.map((card) => [Number(card.dataset[name]), box(card)[at]]));
  return [...found].sort((one, other) => one[0] - other[0]);
}

function place(card, line, column) {
  if (!form || line < 0 || column < 0) return;
  form.elements.zone.value = card.dataset.zone;
  form.elements.line.value = line;
  form.elements.column.value = column;
  form.submit();
}

function pointAt(event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
}

function columnAt(x) {
  const known = steps("column", "x");
  const [first, second] = known.length > 1 ? known : [known[0], [known[0][0] + 1, known[0][1] + CARD.width + 28]];
  const pitch = (second[1] - first[1]) / (second[0] - first[0]);
  return Math.max(0, Math.round((x - CARD.width / 2 - first[1]) / pitch) + first[0]);
}

function lineAt(card, y) {
  const lane = cards.filter((one) => Math.abs(box(one).y - box(card).y) < 1 || sameBand(one, card));
  const nearest = lane.reduce((best, one) => (Math.abs(box(one).y + CARD.height / 2 - y) < Math.abs(box(best).y + CARD.height / 2 - y) ? one : best), card);
  return Number(nearest.dataset.line);
}

function sameBand(one, other) {
  return [...picture.querySelectorAll(".lane")].some((lane) => {
    const top = Number(lane.getAttribute("y"));
    const bottom = top + Number(lane.getAttribute("height"));
    return [one, other].every((card) => box(card).y >= top && box(card).y < bottom);
  });
}

picture.setAttribute("role", "group"); // a picture may not hold what one can go into

let held = null;
let from = null;

cards.forEach((card) => {
  card.setAttribute("tabindex", "0");
  card.setAttribute("role", "link");
  card.setAttribute("aria-label", `${card.querySelector("title").textContent}. Enter looks into it${form ? ", Alt and an arrow key moves it" : ""}.`);
  card.addEventListener("pointerdown", (event) => { held = card; from = pointAt(event); card.setPointerCapture(event.pointerId); });
  card.addEventListener("pointermove", (event) => {
    if (held !== card || !form) return;
    const at = pointAt(event);
    if (Math.hypot(at.x - from.x, at.y - from.y) < 6) return;
    card.classList.add("moving");
    card.setAttribute("transform", `translate(${at.x - from.x} ${at.y - from.y})`);
  });
  card.addEventListener("pointerup", (event) => {
    if (held !== card) return;
    held = null;
    const at = pointAt(event);
    if (!card.classList.contains("moving")) { look(card); return; }
    place(card, lineAt(card, at.y), columnAt(box(card).x + CARD.width / 2 + at.x - from.x));
  });
  card.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === "Enter") look(card);
    if (!by || !event.altKey) return;
    event.preventDefault();
    sessionStorage.setItem("moved-zone", card.dataset.zone);
    place(card, Number(card.dataset.line) + by[0], Number(card.dataset.column) + by[1]);
  });
});

function look(card) {
  const address = new URL(location.href);
  address.searchParams.set("focus", card.dataset.zone);
  location.assign(address);
}

const moved = sessionStorage.getItem("moved-zone");
if (moved) {
  sessionStorage.removeItem("moved-zone");
  picture.querySelector(`[data-zone="${CSS.escape(moved)}"]`)?.focus();
}
