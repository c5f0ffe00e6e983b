/** What this device keeps: the conversation's token, what was said, and what is not yet sent. */

const PREFIX = "linli.";
const KEPT_MESSAGES = 80;

/** Keeps things in localStorage; a browser that refuses it keeps them until the page closes. */
export class Memory {
  constructor(storage = safeStorage()) {
    this.storage = storage;
  }

  get(name, otherwise = null) {
    try {
      const value = this.storage.getItem(PREFIX + name);
      return value === null ? otherwise : JSON.parse(value);
    } catch {
      return otherwise;
    }
  }

  set(name, value) {
    try {
      this.storage.setItem(PREFIX + name, JSON.stringify(value));
      return true;
    } catch {
      return false; // full: the page goes on without keeping this
    }
  }

  get history() {
    return this.get("history", []);
  }

  /** Add a message; one with a known id takes the older one's place. */
  remember(entry) {
    const history = this.history;
    const at = history.findIndex((known) => known.id === entry.id);
    if (at >= 0) history[at] = entry;
    else history.push(entry);
    while (!this.set("history", history.slice(-KEPT_MESSAGES)) && history.length > 1) {
      history.splice(0, Math.ceil(history.length / 4)); // storage is full: the oldest go first
    }
  }

  get unsent() {
    return this.get("unsent", []);
  }

  keepUnsent(message) {
    const others = this.unsent.filter((known) => known.message_id !== message.message_id);
    if (!this.set("unsent", [...others, message])) {
      this.set("unsent", [...others, { ...message, photo: null }]);
    }
  }

  dropUnsent(messageId) {
    this.set("unsent", this.unsent.filter((known) => known.message_id !== messageId));
  }

  /** Forget all of it. */
  clear() {
    for (const name of ["token", "conversation", "history", "unsent", "after", "judged"]) {
      try {
        this.storage.removeItem(PREFIX + name);
      } catch {
        return;
      }
    }
  }
}

function safeStorage() {
  try {
    const probe = `${PREFIX}probe`;
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
