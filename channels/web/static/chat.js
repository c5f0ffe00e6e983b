/** The web chat: joins the page's controls to the outbox, the news line and the log. */

import { sendOpinion } from "/web/api.js";
import { doorIn } from "/web/door.js";
import { Memory } from "/web/memory.js";
import { NewsLine } from "/web/news.js";
import { Outbox, newId } from "/web/outbox.js";
import { shrink, toDataUrl } from "/web/photo.js";
import { PlacePicker } from "/web/place.js";
import { addSpeech } from "/web/speech.js";
import { text } from "/web/text.js";
import { View } from "/web/view.js";

const $ = (id) => document.getElementById(id);
const memory = new Memory();
const words = $("words");
let picked = null;
let news = null;

const view = new View({
  onChoice: (choice) => say({ choice: choice.token }, choice.title),
  onRetry: (id) => retry(id),
  onCopied: (code) => copy(code),
  onOpinion: (receipt, useful) => judge(receipt, useful),
  judged: (receipt) => memory.get("judged", {})[receipt],
});

const outbox = new Outbox(memory, {
  onSending: (message) => {
    view.mine({ ...entryOf(message), state: "sending" });
    typing(true);
  },
  onTurn: (message, turn) => {
    typing(false);
    keep({ ...entryOf(message), state: "sent" });
    keepTurn({ id: `${message.message_id}:reply`, turn, from: "bot" });
    connection();
  },
  onFailed: (message, error) => {
    typing(false);
    const problem = error.title || (error.status ? text.errors.server : text.errors.network);
    keep({ ...entryOf(message), state: error.again ? "failed" : "refused", problem });
    connection();
  },
  onToken: (token) => follow(token),
});

function entryOf(message) {
  const known = memory.history.find((entry) => entry.id === message.message_id) ?? {};
  return { kind: "mine", id: message.message_id, words: known.words, thumb: known.thumb };
}

function keep(entry) {
  memory.remember(entry);
  view.mine(entry);
}

function keepTurn(entry) {
  memory.remember({ kind: "turn", ...entry });
  view.turn(entry);
}

/** Say something: `body` goes to the gateway, `shown` is what the resident sees. */
function say(body, shown, thumb = null) {
  const message = { message_id: newId(), ...body };
  $("welcome").hidden = true;
  memory.remember({ kind: "mine", id: message.message_id, words: shown, thumb, state: "sending" });
  view.mine({ id: message.message_id, words: shown, thumb, state: "sending" });
  outbox.send(message);
}

function retry(id) {
  const message = memory.unsent.find((known) => known.message_id === id);
  if (message) outbox.send(message);
  words.focus();
}

function typing(on) {
  $("typing").hidden = !on;
  $("typing").querySelector("p").textContent = on ? text.typing : "";
  if (on) view.toEnd();
}

function hear(said) {
  words.value = words.value ? `${words.value}${said}` : said;
  grow();
  words.focus();
  notice(text.speech.check);
}

let noticeTimer;
function notice(sentence) {
  $("notice").textContent = sentence;
  $("notice").hidden = !sentence;
  clearTimeout(noticeTimer);
  if (sentence) noticeTimer = setTimeout(() => notice(""), 8_000);
}

function connection(state = "open") {
  const line = $("connection");
  const isOff = !navigator.onLine;
  const sentence = isOff ? text.offline : state === "waiting" ? text.reconnecting : "";
  if (line.textContent !== sentence) line.textContent = sentence;
}

function sendUnsent() {
  memory.unsent.forEach((message) => outbox.send(message));
}

function follow(token) {
  news?.stop();
  news = new NewsLine({
    token,
    after: memory.get("after"),
    onNews: (event) => {
      memory.set("after", event.id);
      $("welcome").hidden = true;
      const turn = { replies: event.replies ?? [], ticket: event.ticket ?? null, outcome: event.outcome };
      keepTurn({ id: `news:${event.id}`, turn, from: event.outcome === "handover" ? "person" : event.ticket ? "news" : "note" });
    },
    onState: (state) => {
      connection(state);
      if (state === "open") sendUnsent(); // Linli is back, whatever the network did
    },
    onRefused: () => memory.set("token", null), // the next message opens a new conversation
  });
}

/** Keep what the resident thinks of an answer; return whether it arrived. */
async function judge(receipt, useful) {
  try {
    await sendOpinion(memory.get("token"), receipt, useful);
  } catch (error) {
    notice(error.title || (error.status ? text.errors.opinion : text.errors.network));
    return false;
  }
  memory.set("judged", { ...memory.get("judged", {}), [receipt]: useful });
  return true;
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code);
    notice(text.copied);
  } catch {
    notice(text.errors.copy);
  }
}

// --- composing ---------------------------------------------------------------------------------

function grow() {
  words.rows = 1;
  const line = parseFloat(getComputedStyle(words).lineHeight);
  words.rows = Math.max(1, Math.min(5, Math.round((words.scrollHeight - 20) / line)));
}

async function submit(event) {
  event.preventDefault();
  const said = words.value.trim();
  if (!said && !picked) return words.focus();
  const body = said ? { text: said } : {};
  const thumb = picked?.thumb ?? null;
  if (picked) body.photo = await toDataUrl(picked.blob);
  words.value = "";
  grow();
  unpick();
  say(body, said, thumb);
  return words.focus();
}

function unpick() {
  picked = null;
  $("picked").hidden = true;
  $("thumb").removeAttribute("src");
  $("file").value = "";
}

async function pick() {
  const [file] = $("file").files;
  if (!file) return;
  try {
    picked = await shrink(file);
    $("thumb").src = picked.thumb;
    $("picked").hidden = false;
    notice("");
  } catch {
    unpick();
    notice(text.errors.photo);
  }
  words.focus();
}

function sendPlace() {
  if (!navigator.geolocation) {
    notice(text.errors.placeDenied);
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => say({ location: { latitude: coords.latitude, longitude: coords.longitude, datum: "WGS-84" } }, text.myPlace),
    () => notice(text.errors.placeDenied),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
}

function forget() {
  news?.stop();
  news = null;
  memory.clear();
  outbox.clear();
  view.clear();
  unpick();
  $("welcome").hidden = false;
  $("forget").close();
  notice(text.cleared);
  words.focus();
}

/** Say once where the resident is, if the link at an entrance brought them. */
function arrive() {
  const door = doorIn(location.search);
  if (!door || memory.get("door") === door) return;
  memory.set("door", door);
  say({ text: door }, door);
}

// --- start -------------------------------------------------------------------------------------

$("composer").addEventListener("submit", submit);
document.querySelector(".send").disabled = false;  // before, the browser would load the page anew and lose the words
words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  // Enter sends, but not the Enter that takes a candidate from a Chinese input method
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
});
$("photo").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", pick);
$("unpick").addEventListener("click", unpick);
const picker = new PlacePicker({ onPlace: (said) => say({ text: said }, said), onHere: sendPlace });
$("place").addEventListener("click", () => picker.open());
$("help").addEventListener("click", () => say({ text: "转人工" }, "转人工"));
document.querySelectorAll("[data-say]").forEach((button) =>
  button.addEventListener("click", () => say({ text: button.dataset.say }, button.dataset.say)));
document.querySelectorAll("[data-forget]").forEach((button) =>
  button.addEventListener("click", () => {
    $("menu").open = false;
    $("forget").showModal();
  }));
$("forget-no").addEventListener("click", () => $("forget").close());
$("forget-yes").addEventListener("click", forget);
document.addEventListener("click", (event) => {
  if (!$("menu").contains(event.target)) $("menu").open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && $("menu").open) {
    $("menu").open = false;
    $("menu").querySelector("summary").focus();
  }
});
window.addEventListener("offline", () => connection());
window.addEventListener("online", () => {
  connection();
  news?.hurry();
  sendUnsent();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && news?.hurry());

addSpeech($("speak"), hear, notice);

for (const entry of memory.history) {
  $("welcome").hidden = true;
  if (entry.kind === "mine") view.mine(entry);
  else view.turn(entry, { isOld: true });
}
view.toEnd();
connection();
if (memory.get("token")) follow(memory.get("token"));
sendUnsent();
arrive();
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // without https there is none
