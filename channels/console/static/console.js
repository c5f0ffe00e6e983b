/* Keeps the parts of a page marked as live up to date; every page works without this. */

"use strict";

(() => {
  const clock = document.querySelector("[data-refresh]");
  const talk = document.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;

  async function refresh() {
    if (document.visibilityState !== "visible") return;
    let response;
    try {
      response = await fetch(location.href, { cache: "no-store" });
    } catch {
      return; // no network now: the page stays as it is
    }
    if (response.redirected) {
      location.reload(); // signed out
      return;
    }
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelectorAll("[data-live]");
    document.querySelectorAll("[data-live]").forEach((old, index) => {
      const next = fresh[index];
      if (!next || next.innerHTML === old.innerHTML || old.contains(document.activeElement?.closest("form"))) return;
      const isAtEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 60;
      old.replaceChildren(...next.childNodes);
      if (isAtEnd) old.scrollTop = old.scrollHeight;
    });
  }

  if (clock) setInterval(refresh, Number(clock.dataset.refresh) * 1000);

  const attempt = document.querySelector("[data-attempt]");
  async function watch() {
    let state;
    try {
      state = await (await fetch(attempt.dataset.attempt, { cache: "no-store" })).json();
    } catch {
      state = { state: "running" }; // no network now: ask again
    }
    if (state.state !== "running") {
      location.reload();
      return;
    }
    const bar = attempt.querySelector("progress");
    if (state.total) Object.assign(bar, { max: state.total, value: state.done });
    setTimeout(watch, 500);
  }
  if (attempt) watch();

  const drop = document.querySelector("[data-drop]");
  const picker = drop?.querySelector('input[type="file"]');
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop?.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) picker.files = event.dataTransfer.files;
    });
  }

  document.querySelector("[data-send]")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  });
})();
