/** The microphone of the chat: what was said is written into the box, and sent only by its speaker. */

import { Recording, canHear } from "/web/recorder.js";
import { text } from "/web/text.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

/** Let `button` fill the box through `onWords`; without anything that hears it stays hidden. */
export async function addSpeech(button, onWords, notice) {
  if (Recognition) button.addEventListener("click", () => recognise(button, onWords, notice));
  else if (await canHear()) button.addEventListener("click", () => record(button, onWords, notice));
  else return;
  button.hidden = false;
}

function press(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
  button.setAttribute("aria-label", isPressed ? text.speech.stop : text.speech.start);
}

let running = null;

function recognise(button, onWords, notice) {
  if (running) return running.stop();
  const recognition = new Recognition();
  running = recognition;
  recognition.lang = "zh-CN";
  recognition.addEventListener("start", () => press(button, true));
  recognition.addEventListener("result", (event) => onWords(event.results[0][0].transcript));
  recognition.addEventListener("error", () => notice(text.errors.unheard));
  recognition.addEventListener("end", () => {
    running = null;
    press(button, false);
  });
  return recognition.start();
}

async function record(button, onWords, notice) {
  try {
    if (!running) {
      running = await Recording.start();
      press(button, true);
      return;
    }
    const recording = running;
    running = null;
    press(button, false);
    notice(text.speech.working);
    onWords(await recording.finish());
    notice("");
  } catch (error) {
    press(button, false);
    notice(error.name === "Error" && error.message ? error.message : text.errors.unheard);
  }
}
