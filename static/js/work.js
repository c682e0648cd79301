// My work: with the focus in the list, the arrows or j and k go from thing to thing.
const BY = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-work]");
  const by = BY[event.key];
  if (!list || !by || event.ctrlKey || event.altKey || event.metaKey) return;
  const things = [...list.querySelectorAll("a.wk")].filter((thing) => thing.checkVisibility());
  const next = things[things.indexOf(document.activeElement.closest("a.wk")) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
