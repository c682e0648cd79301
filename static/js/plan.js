// The planning board: patches are dragged into windows; what stands against a move is said before it is dropped.
const board = document.querySelector("[data-plan]");
const known = JSON.parse(document.getElementById("plan-conflicts").textContent);
let dragged = null;

function against(piece, slot) {
  return (slot && known[piece.dataset.piece]?.[slot]) || [];
}

function words(found) {
  return found.map((one) => one.text).join(" ");
}

function show(piece) {
  board.querySelectorAll("[data-slot]").forEach((place) => {
    const found = against(piece, place.dataset.slot);
    const closed = "past" in place.dataset || found.some((one) => one.hard);
    place.classList.toggle("no", closed && place.dataset.slot !== piece.dataset.at);
    place.classList.toggle("yes", !closed);
    const told = place.querySelector("[data-verdict]");
    if (told) {
      told.textContent = words(found);
      told.hidden = found.length === 0 || place.dataset.slot === piece.dataset.at;
    }
  });
}

function clear() {
  board.querySelectorAll("[data-slot]").forEach((place) => {
    place.classList.remove("no", "yes", "over");
    const told = place.querySelector("[data-verdict]");
    if (told) told.hidden = true;
  });
}

function tell(piece) {
  const select = piece.querySelector("select[name=slot]");
  const found = against(piece, select.value);
  piece.querySelector("[data-told]").textContent = words(found);
  piece.querySelector("button").disabled = found.some((one) => one.hard);
}

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-piece]");
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.dataset.piece);
  event.dataTransfer.effectAllowed = "move";
  show(dragged);
});

board.addEventListener("dragover", (event) => {
  const place = event.target.closest("[data-slot]");
  if (!dragged || !place || place.classList.contains("no") || place.dataset.slot === dragged.dataset.at) return;
  event.preventDefault();
  place.classList.add("over");
});

board.addEventListener("dragleave", (event) => {
  event.target.closest("[data-slot]")?.classList.remove("over");
});

board.addEventListener("drop", (event) => {
  const place = event.target.closest("[data-slot]");
  if (!dragged || !place || place.classList.contains("no")) return;
  event.preventDefault();
  const form = dragged.querySelector("[data-move-form]");
  const select = form.querySelector("select");
  if (![...select.options].some((option) => option.value === place.dataset.slot)) return;
  select.value = place.dataset.slot;
  form.submit();
});

board.addEventListener("dragend", () => {
  dragged = null;
  clear();
});

board.addEventListener("change", (event) => {
  const piece = event.target.closest("[data-piece]");
  if (piece && event.target.matches("select[name=slot]")) tell(piece);
});

board.addEventListener("focusin", (event) => {
  const piece = event.target.closest("[data-piece]");
  if (piece) show(piece);
  else clear();
});

board.querySelectorAll("[data-piece]").forEach((piece) => {
  if (piece.querySelector("select[name=slot]")) tell(piece);
});
