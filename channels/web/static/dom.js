/** Small builders, so that no page text is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element; `attributes.text` is its text, null attributes and children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Return one of the icons drawn at the top of the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// Hotlines and telephone numbers, but not amounts of money or numbers of tickets.
const TELEPHONE = /(?<![\d-])(1[3-9]\d{9}|0\d{2,3}-?\d{4}-?\d{3,4}|400-\d{3}-\d{4}|12[345]\d{2})(?![\d元天号栋个-])/g;

/** Return nodes for one line, with telephone numbers one can tap. */
export function withTelephones(line) {
  const nodes = [];
  let from = 0;
  for (const found of line.matchAll(TELEPHONE)) {
    nodes.push(line.slice(from, found.index));
    nodes.push(el("a", { href: `tel:${found[0].replaceAll("-", "")}`, text: found[0] }));
    from = found.index + found[0].length;
  }
  nodes.push(line.slice(from));
  return nodes.filter((node) => node !== "");
}

const HEADING = /^【(.+?)】[::]?\s*(.*)$/;
const ITEM = /^\s*([-•·*]|\d{1,2}[.、))]|[①-⑳])\s*(.+)$/;

/** Return paragraphs, list lines and headings for a reply's plain text. */
export function paragraphs(words) {
  const block = el("div", { class: "prose" });
  for (const line of words.split("\n")) {
    if (!line.trim()) continue;
    const heading = line.match(HEADING);
    const item = line.match(ITEM);
    if (heading) {
      block.append(el("p", { class: "prose-head", text: heading[1] }));
      if (heading[2]) block.append(el("p", {}, ...withTelephones(heading[2])));
    } else if (item) {
      const sign = /^[-•·*]$/.test(item[1]) ? "•" : item[1];
      block.append(el("p", { class: "prose-item" }, el("span", { text: sign }), el("span", {}, ...withTelephones(item[2]))));
    } else {
      block.append(el("p", {}, ...withTelephones(line)));
    }
  }
  return block;
}
