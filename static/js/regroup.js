// Lines can be dragged from group to group; the list in each line says the same, and is what is sent.
const page = document.querySelector("[data-regroup]");
const bins = page ? [...page.querySelectorAll(".bin")] : [];
let held = null;

const put = (line, bin) => {
  const list = line.querySelector("select");
  const hadFocus = document.activeElement === list;
  bin.querySelector("ul").append(line);
  list.value = bin.dataset.rank;
  if (hadFocus) list.focus();
};

for (const line of page ? page.querySelectorAll(".bin li") : []) {
  line.draggable = true;
  line.addEventListener("dragstart", (event) => {
    held = line;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  line.querySelector("select").addEventListener("change", (event) => {
    put(line, bins.find((bin) => bin.dataset.rank === event.target.value));
  });
}

for (const bin of bins) {
  bin.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    bin.dataset.over = "";
  });
  bin.addEventListener("dragleave", () => delete bin.dataset.over);
  bin.addEventListener("drop", (event) => {
    event.preventDefault();
    delete bin.dataset.over;
    if (held) put(held, bin);
    held = null;
  });
}
