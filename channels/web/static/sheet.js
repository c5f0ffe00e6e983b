/** The sheet that shows a clause in full, with the quoted words marked. */

import { el } from "/web/dom.js";
import { REPLY_LANGUAGE, text } from "/web/text.js";

const sheet = document.getElementById("sheet");
const part = (name) => document.getElementById(`sheet-${name}`);

/** Open the sheet; focus returns to the chip when it closes, as dialogs do by themselves. */
export function openSheet(citation) {
  part("title").textContent = citation.document;
  part("clause").textContent = citation.clause;
  part("text").replaceChildren(...marked(citation.text || citation.quote, citation.quote));
  part("facts").replaceChildren();
  for (const [name, value] of [[text.source, citation.source], [text.checked, citation.checked], [text.receiptName, citation.receipt]]) {
    if (value) part("facts").append(el("dt", { text: name }), el("dd", { lang: REPLY_LANGUAGE, text: value }));
  }
  sheet.showModal();
  sheet.querySelector(".sheet-body").scrollTop = 0;
}

function marked(words, quote) {
  const at = quote ? words.indexOf(quote) : -1;
  if (at < 0) return [words];
  return [words.slice(0, at), el("mark", { text: quote }), words.slice(at + quote.length)];
}

part("close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) sheet.close(); // a tap beside the sheet
});
