// The drawing's size: by buttons, by the keys + − 0, by the wheel with Ctrl; larger than its frame it gets a map of where one is.
const frame = document.querySelector("[data-drawing]");
const picture = frame.querySelector("svg");
const bar = document.querySelector("[data-zoom]");
const whole = picture.viewBox.baseVal;
const [LEAST, READABLE, MAPPED, FOCUSED, MOST, STEP] = [0.3, 0.7, 1.2, 1.3, 3, 1.25];
const SVG = "http://www.w3.org/2000/svg";
let scale = 1;

function fitting() {
  const edge = getComputedStyle(frame);
  return Math.min(1, (frame.clientWidth - parseFloat(edge.paddingLeft) - parseFloat(edge.paddingRight)) / whole.width);
}

function zoom(to) {
  const middle = { x: (frame.scrollLeft + frame.clientWidth / 2) / scale, y: (frame.scrollTop + frame.clientHeight / 2) / scale };
  scale = Math.min(MOST, Math.max(LEAST, to));
  picture.setAttribute("width", whole.width * scale);
  picture.setAttribute("height", whole.height * scale);
  frame.classList.toggle("zoomed", scale > 1);
  frame.scrollLeft = middle.x * scale - frame.clientWidth / 2;
  frame.scrollTop = middle.y * scale - frame.clientHeight / 2;
  bar.querySelector("output").value = `${Math.round(scale * 100)} %`;
  map.toggleAttribute("hidden", scale <= MAPPED);
  look();
}

function rect(from, name) {
  const copy = document.createElementNS(SVG, "rect");
  ["x", "y", "width", "height"].forEach((side) => copy.setAttribute(side, from[side]));
  copy.setAttribute("class", name);
  return copy;
}

function drawMap() {
  const small = document.createElementNS(SVG, "svg");
  small.setAttribute("class", "dg overview");
  small.setAttribute("viewBox", `0 0 ${whole.width} ${whole.height}`);
  small.setAttribute("width", 150);
  small.setAttribute("height", (150 * whole.height) / whole.width);
  small.setAttribute("aria-hidden", "true");
  picture.querySelectorAll(".zc").forEach((card) => small.append(rect(card.getBBox(), "lane")));
  small.append(rect({ x: 0, y: 0, width: 0, height: 0 }, "sel"));
  frame.after(small);
  return small;
}

function look() {
  const seen = map.lastChild;
  const size = { x: frame.scrollLeft, y: frame.scrollTop, width: frame.clientWidth, height: frame.clientHeight };
  Object.entries(size).forEach(([side, value]) => seen.setAttribute(side, value / scale));
}

const STEPS = { in: () => zoom(scale * STEP), out: () => zoom(scale / STEP), fit: () => zoom(fitting()) };
const KEYS = { "+": STEPS.in, "-": STEPS.out, "−": STEPS.out, 0: STEPS.fit };

const map = drawMap();
bar.hidden = false;
bar.addEventListener("click", (event) => STEPS[event.target.closest("[data-zoom-by]")?.dataset.zoomBy]?.());
frame.addEventListener("scroll", look);
frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
frame.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  STEPS[event.deltaY < 0 ? "in" : "out"]();
}, { passive: false });

const focused = picture.querySelector(".sel")?.getBBox();
zoom(focused ? FOCUSED : Math.max(READABLE, fitting()));
if (focused) {
  frame.scrollLeft = (focused.x + focused.width / 2) * scale - frame.clientWidth / 2;
  frame.scrollTop = (focused.y + focused.height / 2) * scale - frame.clientHeight / 2;
}
