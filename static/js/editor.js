// Extras of the roadmap editor: a reference goes where the caret is, a clause can be dragged. Buttons do both.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  const into = document.getElementById(button.dataset.into);
  const chosen = document.getElementById(button.dataset.insert).value;
  into.setRangeText(chosen, into.selectionStart, into.selectionEnd, "end");
  into.dispatchEvent(new Event("input", { bubbles: true }));
  into.focus();
});

let carried = null;
const overOf = (event) => {
  const over = event.target.closest("[data-place]");
  return carried && over && over !== carried && over.parentElement === carried.parentElement ? over : null;
};
document.addEventListener("dragstart", (event) => {
  carried = event.target.matches?.(".grip") ? event.target.closest("[data-place]") : null;
  if (carried) event.dataTransfer.setDragImage(carried, 0, 0);
});
document.addEventListener("dragover", (event) => {
  if (overOf(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const over = overOf(event);
  if (!over) return;
  event.preventDefault();
  const button = carried.querySelector("button[name=to]");
  button.value = over.dataset.place;
  button.click();
  carried = null;
});
