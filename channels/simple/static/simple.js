/* Reads aloud, listens, and looks for news; every page works without this. */

"use strict";

(() => {
  const voice = "speechSynthesis" in window ? window.speechSynthesis : null;
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

  function read(words, onEnd = () => {}) {
    if (!voice) return onEnd();
    voice.cancel();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = "zh-CN";
    utterance.rate = 0.85;
    utterance.addEventListener("end", onEnd);
    utterance.addEventListener("error", onEnd);
    return voice.speak(utterance);
  }

  // The page's own words, then its options by number, as one would read them to somebody.
  function wordsOfPage() {
    const lines = [...document.querySelectorAll("[data-read]")].map((node) => node.textContent.trim());
    const code = document.querySelector(".code");
    if (code) lines.push(`${code.previousElementSibling.textContent} ${code.getAttribute("aria-label")}`);
    document.querySelectorAll(".option").forEach((option) => lines.push(option.textContent.trim().replace(/\s+/g, ",")));
    return lines.join("。");
  }

  const listen = document.querySelector("[data-listen]");
  if (voice && listen) {
    const title = listen.textContent;
    const idle = () => { listen.textContent = title; };
    listen.hidden = false;
    listen.addEventListener("click", () => {
      if (voice.speaking) {
        voice.cancel();
        idle();
      } else {
        listen.textContent = listen.dataset.stop;
        read(wordsOfPage(), idle);
      }
    });
  }

  function parts(form) {
    const heard = form.querySelector("[data-heard]");
    const show = (sentence) => {
      heard.hidden = false;
      heard.textContent = sentence;
    };
    const take = (said) => {
      form.querySelector("textarea").value = said;
      const readBack = `${heard.dataset.prefix}${said}。${heard.dataset.suffix}`;
      show(readBack);
      read(readBack);
      form.querySelector(".go").focus();
    };
    return { mic: form.querySelector("[data-mic]"), heard, show, take };
  }

  // The browser hears nothing by itself: record, and let the gateway hear.
  function record(form, Recording) {
    const { mic, heard, show, take } = parts(form);
    const title = mic.textContent;
    let recording = null;
    const rest = () => {
      recording = null;
      mic.setAttribute("aria-pressed", "false");
      mic.textContent = title;
    };
    mic.hidden = false;
    mic.addEventListener("click", async () => {
      voice?.cancel();
      try {
        if (recording) {
          const last = recording;
          rest();
          show(heard.dataset.working);
          take(await last.finish());
        } else {
          recording = await Recording.start();
          mic.setAttribute("aria-pressed", "true");
          mic.textContent = mic.dataset.done;
          show(heard.dataset.recording);
        }
      } catch {
        rest();
        show(heard.dataset.failed);
      }
    });
  }

  function hear(form) {
    const { mic, heard, show, take } = parts(form);
    mic.hidden = false;
    mic.addEventListener("click", () => {
      voice?.cancel();
      const recognition = new Recognition();
      recognition.lang = "zh-CN";
      recognition.addEventListener("start", () => {
        mic.setAttribute("aria-pressed", "true");
        show(heard.dataset.listening);
      });
      recognition.addEventListener("result", (event) => {
        take(event.results[0][0].transcript);
      });
      recognition.addEventListener("error", () => show(heard.dataset.failed));
      recognition.addEventListener("end", () => mic.setAttribute("aria-pressed", "false"));
      recognition.start();
    });
  }

  const forms = document.querySelectorAll("[data-speak]");
  if (Recognition) forms.forEach(hear);
  else if (forms.length && window.MediaRecorder) {
    import("/web/recorder.js").then(async ({ canHear, Recording }) => {
      if (await canHear()) forms.forEach((form) => record(form, Recording));
    }).catch(() => {}); // writing always works
  }

  const line = document.querySelector("[data-news]");
  async function lookForNews() {
    if (document.visibilityState !== "visible" || !line) return;
    try {
      const response = await fetch("/simple/unseen", { cache: "no-store" });
      if (response.ok) line.hidden = (await response.json()).unseen === 0;
    } catch {
      // no network now; the next look may find it
    }
  }
  setInterval(lookForNews, 15_000);
  document.addEventListener("visibilitychange", lookForNews);
})();
