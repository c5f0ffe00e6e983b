/** Speaking where the browser itself recognises nothing: record, let the gateway hear, get the words. */

const LONGEST_MS = 60_000;

/** Return whether this browser can record and the gateway can hear. */
export async function canHear() {
  if (!window.MediaRecorder || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    const response = await fetch("/api/speech", { cache: "no-store" });
    return response.ok && (await response.json()).is_open;
  } catch {
    return false;
  }
}

/** One recording; `finish` gives the words, or throws with a sentence to show. */
export class Recording {
  static async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return new Recording(stream);
  }

  constructor(stream) {
    const pieces = [];
    this.recorder = new MediaRecorder(stream);
    this.recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    this.sound = new Promise((resolve) => {
      this.recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        resolve(new Blob(pieces, { type: this.recorder.mimeType }));
      });
    });
    this.recorder.start();
    this.timer = setTimeout(() => this.stop(), LONGEST_MS);
  }

  stop() {
    clearTimeout(this.timer);
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  async finish() {
    this.stop();
    const form = new FormData();
    form.append("file", await this.sound, "voice");
    const response = await fetch("/api/speech", { method: "POST", body: form, credentials: "omit" });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.title ?? "");
    return answer.text;
  }
}
