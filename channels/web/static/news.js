/** News by server-sent events, over fetch: EventSource cannot carry an Authorization header. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
// The gateway sends a comment line at least this often; silence for longer means a dead line.
const SILENCE_MS = 90_000;

/** Return the events that are complete in `buffer`, and what is left of it. */
export function parseEvents(buffer) {
  const blocks = buffer.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop();
  const events = blocks.map((block) => {
    const event = { type: "message", id: "", data: [] };
    for (const line of block.split("\n")) {
      const [, field, value] = line.match(/^([a-z]+): ?(.*)$/) ?? [];
      if (field === "event") event.type = value;
      else if (field === "id") event.id = value;
      else if (field === "data") event.data.push(value);
    }
    return { ...event, data: event.data.join("\n") };
  });
  return { events: events.filter((event) => event.data), rest };
}

/** Follows one conversation's news until stopped, and resumes after the last event it saw. */
export class NewsLine {
  constructor({ token, after, onNews, onState, onRefused }) {
    Object.assign(this, { token, after, onNews, onState, onRefused });
    this.wait = FIRST_WAIT_MS;
    this.stopped = false;
    this.run();
  }

  /** Stop for good. */
  stop() {
    this.stopped = true;
    this.abort?.abort();
    this.wake?.();
  }

  /** Try at once instead of waiting: the network or the page came back. */
  hurry() {
    this.wait = FIRST_WAIT_MS;
    this.wake?.();
  }

  async run() {
    while (!this.stopped) {
      try {
        if ((await this.listen()) === "refused") return;
      } catch {
        // a dropped line is ordinary: wait and dial again
      }
      if (this.stopped) return;
      this.onState("waiting");
      await this.pause();
    }
  }

  async listen() {
    this.abort = new AbortController();
    const path = this.after ? `/api/events?after=${encodeURIComponent(this.after)}` : "/api/events";
    const response = await fetch(path, {
      headers: { Authorization: `Bearer ${this.token}`, Accept: "text/event-stream" },
      credentials: "omit",
      cache: "no-store",
      signal: this.abort.signal,
    });
    if (response.status === 401 || response.status === 403) {
      this.onRefused();
      return "refused";
    }
    if (!response.ok) return "failed";
    this.wait = FIRST_WAIT_MS;
    this.onState("open");
    await this.read(response.body.getReader());
    return "ended";
  }

  async read(reader) {
    const decoder = new TextDecoder();
    let buffer = "";
    let alarm;
    const rearm = () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => this.abort.abort(), SILENCE_MS);
    };
    try {
      for (;;) {
        rearm();
        const { done, value } = await reader.read();
        if (done) return;
        buffer += decoder.decode(value, { stream: true });
        const { events, rest } = parseEvents(buffer);
        buffer = rest;
        events.forEach((event) => this.take(event));
      }
    } finally {
      clearTimeout(alarm);
    }
  }

  take(event) {
    if (event.type !== "news" && event.type !== "message") return;
    let news;
    try {
      news = JSON.parse(event.data);
    } catch {
      return;
    }
    const id = String(news.id ?? event.id);
    this.onNews({ ...news, id });
    this.after = event.id || id;
  }

  pause() {
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
