/** Sends what was said, one after another, and loses nothing: an unsent message keeps its id. */

import { ApiError, openConversation, sendMessage, uploadMedia } from "/web/api.js";
import { fromDataUrl } from "/web/photo.js";

/** Return a new id; randomUUID is missing where the page is not served over https. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Messages on their way: kept on the device until the gateway has answered. */
export class Outbox {
  constructor(memory, { onSending, onTurn, onFailed, onToken }) {
    Object.assign(this, { memory, onSending, onTurn, onFailed, onToken });
    this.waiting = [];
    this.busy = false;
  }

  /** Return the token, opening a conversation first if there is none. */
  async token() {
    const known = this.memory.get("token");
    if (known) return known;
    const { conversation, token } = await openConversation();
    this.memory.set("conversation", conversation);
    this.memory.set("token", token);
    this.onToken(token);
    return token;
  }

  /** Queue a message `{message_id, text|choice|location|photo}`; the same one again is a retry. */
  send(message) {
    this.memory.keepUnsent(message);
    if (!this.waiting.some((other) => other.message_id === message.message_id)) this.waiting.push(message);
    this.work();
  }

  /** Forget what waits. */
  clear() {
    this.waiting = [];
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.waiting.length > 0) {
        const message = this.waiting[0];
        await this.attempt(message);
        this.waiting = this.waiting.filter((other) => other !== message);
      }
    } finally {
      this.busy = false;
    }
  }

  async attempt(message) {
    this.onSending(message);
    try {
      const turn = await this.deliver(message);
      this.memory.dropUnsent(message.message_id);
      this.onTurn(message, turn);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.again) this.memory.dropUnsent(message.message_id);
      this.onFailed(message, error);
    }
  }

  async deliver(message, isSecondTry = false) {
    try {
      const token = await this.token();
      if (message.photo && !message.media) {
        message.media = [await uploadMedia(token, fromDataUrl(message.photo))];
        this.memory.keepUnsent(message);
      }
      const { photo: _photo, ...body } = message;
      return await sendMessage(token, body);
    } catch (error) {
      if (error.status !== 401 || isSecondTry) throw error;
      this.memory.set("token", null); // the gateway no longer knows this conversation: open another
      delete message.media;
      return this.deliver(message, true);
    }
  }
}
