// Files that are dropped on a file field, or pasted where there is one, land in it; a title left empty becomes the file's name.
const fieldAt = (place) => place?.closest?.("form")?.querySelector("input[type=file]") ?? place?.closest?.("[data-files]")?.querySelector("input[type=file]");

function put(field, files) {
  const taken = new DataTransfer();
  taken.items.add(files[0]);
  field.files = taken.files;
  field.closest("details")?.setAttribute("open", "");
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

document.addEventListener("dragover", (event) => {
  const field = fieldAt(event.target);
  if (!field || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  field.classList.add("is-over");
});

document.addEventListener("dragleave", (event) => fieldAt(event.target)?.classList.remove("is-over"));

document.addEventListener("drop", (event) => {
  const field = fieldAt(event.target);
  if (!field || !event.dataTransfer.files.length) return;
  event.preventDefault();
  field.classList.remove("is-over");
  put(field, event.dataTransfer.files);
});

document.addEventListener("paste", (event) => {
  const files = event.clipboardData?.files;
  const field = fieldAt(event.target) ?? document.querySelector("main input[type=file]");
  if (!files?.length || !field) return;
  event.preventDefault();
  const [file] = files;
  const named = file.name === "image.png" ? new File([file], `screenshot-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-")}.png`, { type: file.type }) : file;
  put(field, [named]);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  const title = field.matches?.("input[type=file]") && field.form?.elements.title;
  if (title && !title.value && field.files.length) title.value = field.files[0].name.replace(/\.[^.]+$/, "").replace(/[-_]+/g, " ");
});
