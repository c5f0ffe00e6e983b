/** Draws what was said into the log. */

import { citationChips, draftCard, emergencyCard, opinionRow, ticketCard } from "/web/cards.js";
import { el, icon, paragraphs } from "/web/dom.js";
import { openSheet } from "/web/sheet.js";
import { REPLY_LANGUAGE, text } from "/web/text.js";

const log = document.getElementById("log");
const scroll = document.getElementById("scroll");
const latest = document.getElementById("latest");

const inChinese = (...nodes) => el("div", { lang: REPLY_LANGUAGE }, ...nodes);
const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 160;

/** Draws messages; `handlers` are `onChoice(choice)`, `onRetry(id)`, `onCopied(code)`, `onOpinion(receipt, useful)` and `judged(receipt)`. */
export class View {
  constructor(handlers) {
    this.handlers = handlers;
    latest.addEventListener("click", () => this.toEnd());
    scroll.addEventListener("scroll", () => nearEnd() && (latest.hidden = true), { passive: true });
  }

  /** Show the resident's own message; the same id again replaces it. */
  mine({ id, words, thumb, state = "sent", problem = "" }) {
    const bubble = el("div", { class: "bubble" }, el("span", { class: "unseen", text: text.me }));
    if (thumb) bubble.append(el("img", { class: "shot", src: thumb, alt: text.myPhoto }));
    if (words) bubble.append(el("p", { text: words }));
    const turn = el("div", { class: `turn mine ${state}`, "data-id": id }, bubble);
    if (state === "failed") {
      turn.append(el("div", { class: "failed-row", role: "alert" }, el("p", { text: problem || text.unsent }),
        el("button", { type: "button", class: "pill small", text: text.retry, onclick: () => this.handlers.onRetry(id) })));
    } else if (state === "refused") {
      turn.append(el("div", { class: "failed-row", role: "alert" }, el("p", { text: problem })));
    }
    const before = log.querySelector(`.mine[data-id="${CSS.escape(id)}"]`);
    if (before) before.replaceWith(turn);
    else log.append(turn);
    this.toEnd();
  }

  /** Show one turn of the bot, or a piece of news (`from` says who speaks). */
  turn({ id, turn, from = "bot" }, { isOld = false } = {}) {
    if (log.querySelector(`.bot[data-id="${CSS.escape(id)}"]`)) return;
    const stay = nearEnd();
    if (from === "bot") log.querySelectorAll(".choices:not(.keep)").forEach((list) => list.remove());
    if (turn.ticket) log.querySelectorAll(".card.draft").forEach((card) => card.remove());
    const node = el("div", { class: `turn bot from-${from}`, "data-id": id });
    if (from !== "bot") node.append(el("p", { class: "who" }, icon(from === "person" ? "person" : "tick"), text[from]));
    turn.replies.forEach((reply, index) => this.reply(node, reply, turn, index));
    if (turn.replies.length === 0) node.append(el("p", { class: "fine heard", text: text.heard })); // a person has it
    const card = this.card(turn);
    if (card) node.insertBefore(card, node.querySelector(".choices"));
    if (from !== "bot") node.querySelectorAll(".choices").forEach((list) => list.classList.add("keep"));
    log.append(node);
    if (!isOld && turn.outcome !== "emergency" && (stay || from === "bot")) this.toStartOf(node);
    else if (stay || from === "bot") this.toEnd();
    else latest.hidden = false;
  }

  reply(node, reply, turn, index) {
    if (index === 0 && turn.outcome === "emergency") node.append(emergencyCard(reply.text));
    if (reply.text) {
      const bubble = el("div", { class: "bubble" }, el("span", { class: "unseen", text: text.bot }), inChinese(paragraphs(reply.text)));
      if (reply.citations?.length) bubble.append(citationChips(reply.citations, openSheet));
      node.append(bubble);
      if (reply.receipt && reply.citations?.length && turn.outcome !== "emergency") {
        node.append(opinionRow(reply.receipt, this.handlers.judged(reply.receipt), this.handlers.onOpinion));
      }
    }
    if (reply.choices?.length) {
      node.append(el("div", { class: "choices", role: "group", lang: REPLY_LANGUAGE }, ...reply.choices.map((choice) =>
        el("button", { type: "button", class: "choice", text: choice.title, onclick: (event) => {
          event.currentTarget.closest(".choices").remove();
          this.handlers.onChoice(choice);
        } }))));
    }
  }

  card(turn) {
    if (!turn.ticket || turn.outcome === "emergency") return null;
    if (turn.ticket.number) return ticketCard(turn.ticket, this.handlers);
    return turn.outcome === "ticket_draft" ? draftCard(turn.ticket) : null;
  }

  /** Empty the log. */
  clear() {
    log.replaceChildren();
  }

  toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    latest.hidden = true;
  }

  // A long answer is read from its first line, not from its last.
  toStartOf(node) {
    const top = node.offsetTop - 12;
    scroll.scrollTop = Math.min(top, scroll.scrollHeight - scroll.clientHeight);
    latest.hidden = true;
  }
}
