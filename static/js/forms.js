// Forms: the error summary takes the focus, long choices become search boxes, changed values tick their field; one that waited
// for a fresh sign-in is sent (a field of its own may be called "submit").
document.querySelector("[data-errors]")?.focus();

const waiting = document.querySelector("form[data-send]");
if (waiting) HTMLFormElement.prototype.submit.call(waiting);

// The mark of a form that was sent stays in the browser's history, so that after Back it is known as the same one.
const once = document.querySelector("input[name=once]");
if (once) {
  once.value = history.state?.once ?? once.value;
  once.form.addEventListener("submit", () => history.replaceState({ ...history.state, once: once.value }, ""));
}

const LONG = 12;

function load() {
  const { tomScript, tomStyle } = document.body.dataset;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: tomStyle });
  document.head.prepend(style);
  return new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: tomScript, onload: done, onerror: failed }));
  });
}

function searching(choice) {
  const ask = async (words, done) => {
    const answer = await fetch(`${choice.dataset.search}?q=${encodeURIComponent(words)}`);
    done(answer.ok ? (await answer.json()).results : []);
  };
  return { valueField: "id", labelField: "name", searchField: [], preload: "focus", load: ask };
}

const long = [...document.querySelectorAll(".f select")].filter(
  (choice) => choice.options.length > LONG || choice.multiple || choice.dataset.search,
);
if (long.length) {
  load().then(() => long.forEach((choice) => {
    const plain = { maxOptions: 200, hidePlaceholder: true, plugins: choice.multiple ? ["remove_button"] : [] };
    new window.TomSelect(choice, choice.dataset.search ? { ...plain, ...searching(choice) } : plain);
    choice.setAttribute("aria-hidden", "true"); // its label now belongs to the search box
  }));
}

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-bulk-form] .f");
  const box = field?.querySelector("input[name=set]");
  if (box && event.target !== box) box.checked = true;
});
