/** Cards beside a reply: a ticket, the draft of one, an emergency, and the clauses relied on. */

import { el, icon } from "/web/dom.js";
import { REPLY_LANGUAGE, text } from "/web/text.js";

// How far along the four public steps each status is; 4 means all are done.
const STEP_OF = {
  submitted: 0, awaiting_reporter: 0, reopened: 0,
  accepted: 1, triaged: 1,
  dispatched: 2, in_progress: 2, suspended: 2,
  resolved: 3, followed_up: 3,
  closed: 4,
};

const DUE = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false,
});

/** Return where the thing is, as one line. */
export function placeOf(ticket) {
  const spot = [ticket.building, ticket.unit].filter(Boolean).join("");
  const address = ticket.address ?? "";
  return spot && !address.includes(spot) ? `${address}${spot}` : address;
}

function facts(rows) {
  const list = el("dl", { class: "facts" });
  for (const [name, value] of rows) {
    if (!value) continue;
    list.append(el("div", {}, el("dt", { text: name }), el("dd", typeof value === "string" ? { text: value, lang: name === text.ticket.fields.due ? null : REPLY_LANGUAGE } : {}, ...(typeof value === "string" ? [] : [value]))));
  }
  return list;
}

function steps(ticket) {
  const at = STEP_OF[ticket.status];
  if (at === undefined) return null;
  const name = text.ticket.names[ticket.status] ?? ticket.status_name;
  const list = el("ol", { class: "steps", "aria-label": text.ticket.stepsLabel(name) });
  text.ticket.steps.forEach((step, index) => {
    const state = index < at || at === 4 ? "done" : index === at ? "now" : "next";
    list.append(el("li", { class: state, "aria-current": state === "now" ? "step" : null }, el("span", { class: "dot" }, state === "done" ? icon("tick") : null), step));
  });
  return list;
}

function grouped(code) {
  const letters = code.replaceAll(/[\s-]/g, "");
  return letters.match(/.{1,3}/g)?.join(" ") ?? code; // in threes, as it is read out
}

function due(iso) {
  const at = new Date(iso ?? "");
  return Number.isNaN(at.getTime()) ? "" : text.ticket.before(DUE.format(at));
}

/** Return the card of a filed ticket. */
export function ticketCard(ticket, { onCopied }) {
  const words = text.ticket;
  const name = words.names[ticket.status] ?? ticket.status_name ?? ticket.status;
  const card = el("section", { class: "card ticket", "aria-label": `${words.title} ${ticket.number}` });
  card.append(el("div", { class: "card-head" },
    el("p", { class: "number" }, el("span", { text: words.number }), el("strong", { text: ticket.number })),
    el("span", { class: `badge ${ticket.status}`, text: name })));
  if (ticket.code) {
    card.append(el("div", { class: "code" },
      el("p", { class: "code-name", text: words.code }),
      el("p", { class: "code-value", role: "img", "aria-label": words.spell(ticket.code), text: grouped(ticket.code) }),
      el("p", { class: "fine", text: words.codeHint }),
      el("button", { type: "button", class: "tool", "aria-label": text.copy, onclick: () => onCopied(ticket.code) }, icon("copy"))));
  }
  const line = steps(ticket);
  if (line) card.append(line);
  card.append(facts([
    [words.fields.category, ticket.category?.name],
    [words.fields.place, placeOf(ticket)],
    [words.fields.description, ticket.description],
    [words.fields.cell, ticket.grid_cell],
    [words.fields.due, STEP_OF[ticket.status] < 3 ? due(ticket.due_at) : ""],
  ]));
  return card;
}

/** Return the card of a complaint that is still being collected. */
export function draftCard(ticket) {
  const words = text.draft;
  const missing = () => el("span", { class: "missing", text: words.missing });
  return el("section", { class: "card draft", "aria-label": words.title },
    el("div", { class: "card-head" }, el("p", { class: "card-title", text: words.title })),
    facts([
      [words.fields.category, ticket.category?.name || missing()],
      [words.fields.place, placeOf(ticket) || missing()],
      [words.fields.description, ticket.description || missing()],
    ]),
    el("p", { class: "fine", text: words.hint }));
}

/** Return the card that says whom to call; the number the reply names comes first. */
export function emergencyCard(words) {
  const named = [...words.matchAll(/(?<!\d)(119|120|110)(?!\d)/g)].map((found) => found[1]);
  const order = [...new Set([...named, "119", "120", "110"])];
  return el("section", { class: "card emergency", "aria-label": text.emergency.title },
    el("p", { class: "emergency-title" }, icon("alert"), text.emergency.title),
    el("div", { class: "calls" }, ...order.map((number, index) =>
      el("a", { class: index === 0 ? "call first" : "call", href: `tel:${number}`, "aria-label": text.emergency.label(number, text.emergency.calls[number]) },
        icon("call"), el("strong", { text: number }), el("span", { text: text.emergency.calls[number] })))));
}

/** Return the row below an answer that asks whether it was of use; `judged` is what was said before. */
export function opinionRow(receipt, judged, onOpinion) {
  const words = text.opinion;
  const thanks = (useful) => el("p", { class: "opinion-thanks", role: "status", text: useful ? words.thanksYes : words.thanksNo });
  const row = el("div", { class: "opinion", role: "group", "aria-label": words.ask });
  const button = (useful, label, sign) => el("button", { type: "button", class: "opinion-button", "aria-label": label, onclick: async () => {
    row.querySelectorAll("button").forEach((one) => (one.disabled = true));
    const isKept = await onOpinion(receipt, useful);
    if (isKept) row.replaceChildren(thanks(useful));
    else row.querySelectorAll("button").forEach((one) => (one.disabled = false));
  } }, icon(sign));
  if (judged === undefined) row.append(el("span", { class: "opinion-ask", text: words.ask }), button(true, words.yes, "up"), button(false, words.no, "down"));
  else row.append(thanks(judged));
  return row;
}

/** Return chips that open the clauses a reply relies on. */
export function citationChips(citations, onOpen) {
  const list = el("ul", { class: "basis-list" });
  for (const citation of citations) {
    const label = text.openCitation(citation.document, citation.clause);
    list.append(el("li", {}, el("button", { type: "button", class: "basis-chip", "aria-haspopup": "dialog", "aria-label": label, onclick: () => onOpen(citation) },
      icon("law"), el("span", { class: "basis-document", lang: REPLY_LANGUAGE, text: citation.document }), el("span", { class: "basis-clause", lang: REPLY_LANGUAGE, text: citation.clause }))));
  }
  return el("div", { class: "basis" }, el("p", { class: "basis-name", text: text.basis }), list);
}
