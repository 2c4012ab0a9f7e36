// What is pasted from a word processor keeps its lists, tick boxes and tables, as the text of a clause writes them:
// "- " or "1. " begins an item, a row of a table is an item whose cells are separated by " | ".
const BOXES = { o: "☐", "¨": "☐", q: "☐", "£": "☐", þ: "☑", ý: "☑", x: "☑", R: "☑", "☒": "☑" };
const BLOCKS = "address article aside blockquote dd div dl dt footer h1 h2 h3 h4 h5 h6 header main p pre section".split(" ");
const FORMATTED = "li, table, input[type=checkbox], [role=checkbox], [style*='mso-list'], [class*='MsoListParagraph']";
const squeeze = (text) => text.replace(/[^\S\u00a0\u202f]+/g, " ");

const isSymbol = (node) => /wingdings|symbol/i.test(node.getAttribute("style") ?? node.getAttribute("face") ?? "");
const boxOf = (node) => {
  if (node.matches("input[type=checkbox]")) return node.hasAttribute("checked") ? "☑ " : "☐ ";
  if (node.matches("[role=checkbox]")) return node.getAttribute("aria-checked") === "true" ? "☑ " : "☐ ";
  return "";
};

// The words of a node in one line; <br> is a new line.
const wordsOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return squeeze(node.data).replaceAll("☒", "☑");
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches("style, script, title, meta")) return "";
  if (node.matches("br")) return "\n";
  if (node.matches("input")) return boxOf(node);
  const words = [...node.childNodes].map(wordsOf).join("");
  return isSymbol(node) ? (BOXES[words.trim()] ?? words) : words;
};
const lineOf = (node) => squeeze(wordsOf(node)).trim();

// Word marks a list by its style, and writes the bullet or the number as text.
const wordItem = (node) => {
  const marker = node.querySelector("[style*='mso-list:Ignore' i], [style*='mso-list: Ignore' i]");
  const sign = marker ? lineOf(marker).replace(/\u00a0/g, "").trim() : "";
  const box = marker && [marker, ...marker.querySelectorAll("*")].some(isSymbol) ? BOXES[sign] : undefined;
  marker?.remove();
  const number = /^\(?(\d{1,3})[.)]/.exec(sign);
  const isBox = box ?? (/^[☐☑]$/.test(sign) ? sign : "");
  return `${number ? `${number[1]}.` : "-"} ${isBox ? `${isBox} ` : ""}${lineOf(node)}`;
};

// Collects paragraphs, which blank lines separate, and items, which follow each other line by line.
const collect = (node, parts) => {
  const add = (text, isItem = false) => text && parts.push({ text, isItem });
  let open = "";
  const close = () => {
    add(open.split("\n").map((line) => squeeze(line).trim()).join("\n").trim());
    open = "";
  };
  for (const child of node.childNodes) {
    if (child.nodeType !== Node.ELEMENT_NODE) {
      if (child.nodeType === Node.TEXT_NODE) open += wordsOf(child);
      continue;
    }
    if (child.matches("table")) {
      close();
      for (const row of child.querySelectorAll("tr")) {
        const cells = [...row.cells].map((cell) => lineOf(cell) || "–");
        if (cells.some((cell) => cell !== "–")) add(`- ${cells.join(" | ")}`, true);
      }
    } else if (child.matches("ul, ol")) {
      close();
      let number = Number(child.getAttribute("start") ?? 1);
      for (const item of child.children) {
        if (!item.matches("li")) {
          collect({ childNodes: [item] }, parts);
          continue;
        }
        const nested = [...item.querySelectorAll("ul, ol")];
        for (const list of nested) list.remove();
        add(`${child.matches("ol") ? `${number}.` : "-"} ${boxOf(item)}${lineOf(item)}`, true);
        number += 1;
        for (const list of nested) collect({ childNodes: [list] }, parts);
      }
    } else if (child.matches("[style*='mso-list'], [class*='MsoListParagraph']")) {
      close();
      add(wordItem(child), true);
    } else if (BLOCKS.includes(child.localName)) {
      close();
      collect(child, parts);
    } else if (child.querySelector("ul, ol, table, p, div")) {
      close();
      collect(child, parts);
    } else open += wordsOf(child);
  }
  close();
};

const textOf = (html) => {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  if (!body.querySelector(FORMATTED)) return null;
  const parts = [];
  collect(body, parts);
  return parts
    .map(({ text, isItem }, rank) => (rank ? (isItem && parts[rank - 1].isItem ? "\n" : "\n\n") : "") + text)
    .join("");
};

document.addEventListener("paste", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || field.readOnly) return;
  const text = textOf(event.clipboardData.getData("text/html"));
  if (!text) return;
  event.preventDefault();
  const left = field.value.length - (field.selectionEnd - field.selectionStart);
  // The command can be undone, but it would cut what is longer than the field: too long a text is refused in words.
  const isShort = field.maxLength < 0 || left + text.length <= field.maxLength;
  if (isShort && document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
