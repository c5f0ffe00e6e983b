/** Every word the chat page itself says, in the page's language; replies come from the gateway. */

const words = JSON.parse(document.getElementById("text").textContent);

/** Return `template` with `{name}` filled in. */
const fill = (template, values) => template.replaceAll(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

/** The replies' own language; the page says so where it speaks another. */
export const REPLY_LANGUAGE = "zh-CN";

export const text = {
  ...words,
  openCitation: (document, clause) => fill(words.openCitation, { document, clause }),
  ticket: {
    ...words.ticket,
    spell: (code) => fill(words.ticket.spell, { code: [...code].join(" ") }),
    before: (time) => fill(words.ticket.before, { time }),
    stepsLabel: (name) => fill(words.ticket.stepsLabel, { name }),
  },
  emergency: {
    ...words.emergency,
    label: (number, what) => fill(words.emergency.label, { number, what }),
  },
};
