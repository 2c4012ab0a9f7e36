// A link that carries data-dialog leads to a page that asks; here the same question opens in place.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  const dialog = link && document.getElementById(link.dataset.dialog);
  if (!dialog || !dialog.showModal || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  dialog.showModal();
});
