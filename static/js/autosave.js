// Forms marked data-autosave are stored by htmx a moment after the last key. What is still pending is stored before
// the page is left by a link or a button, and, as far as the browser allows, when the tab is closed.
const pending = new Set(); // elements with words that no request carries yet
const sending = new Map(); // requests under way, by element
let submitted = new WeakSet(); // forms whose page is about to be replaced by the answer
let isLeaving = false;

const autosaved = (node) => node.closest?.("[data-autosave]");
const mark = (event) => {
  const saver = autosaved(event.target);
  if (saver) pending.add(saver);
};
document.addEventListener("input", mark, true);
document.addEventListener("change", mark, true);
document.addEventListener("htmx:beforeRequest", (event) => {
  const saver = event.detail.elt;
  if (!saver.matches("[data-autosave]")) return;
  // A delay that ends while the server works on the form itself would store the same words again, after them.
  if (submitted.has(saver.closest("form"))) {
    event.preventDefault();
    return;
  }
  pending.delete(saver);
  sending.set(saver, (sending.get(saver) ?? 0) + 1);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const saver = event.detail.elt;
  if (!sending.has(saver)) return;
  if (event.detail.failed) pending.add(saver);
  const left = sending.get(saver) - 1;
  if (left) sending.set(saver, left);
  else sending.delete(saver);
});

// Store all pending words; true when everything was stored.
const flush = async () => {
  for (const saver of [...pending]) window.htmx.trigger(saver, "flush");
  while (sending.size) await new Promise((done) => setTimeout(done, 20));
  return pending.size === 0;
};
const isIdle = () => isLeaving || (!pending.size && !sending.size);
const after = async (leave) => {
  const wasStored = await flush();
  // Words that could not be stored stay in the page, with the reason; a second press leaves all the same.
  if (!wasStored) pending.clear();
  else leave();
};

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || isIdle() || event.defaultPrevented || link.target || event.metaKey || event.ctrlKey) return;
    if (link.hasAttribute("hx-get") || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    after(() => {
      isLeaving = true;
      window.location.assign(link.href);
    });
  },
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (submitter?.hasAttribute("data-discard")) pending.clear();
    // What a form submits itself need not be stored before.
    if (autosaved(form)) pending.delete(form);
    if (isIdle()) {
      if (!event.defaultPrevented) submitted.add(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    after(() => {
      isLeaving = !form.hasAttribute("hx-post") || form.matches("[data-autosave]");
      form.requestSubmit(submitter);
    });
  },
  true,
);

window.addEventListener("pageshow", () => {
  submitted = new WeakSet();
  isLeaving = false;
});
window.addEventListener("pagehide", () => {
  for (const saver of isLeaving ? [] : pending) {
    const form = saver.closest("form");
    fetch(saver.getAttribute("hx-post"), {
      method: "POST",
      body: new FormData(form),
      headers: { "HX-Request": "true" },
      keepalive: true,
    });
  }
});
