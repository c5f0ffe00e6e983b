// Keeps the page fresh; without it the board reloads itself and everything else still works.
"use strict";
(() => {
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length) return;
  const swap = (part, fresh) => {
    if (!fresh || fresh.innerHTML === part.innerHTML) return;
    const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
    part.innerHTML = fresh.innerHTML;
    if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  };
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href.split("?said=")[0], { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts) swap(part, page.getElementById(part.id));
    } catch {
      // the next round tries again
    }
  };
  setTimeout(refresh, 1500);
  setInterval(refresh, 8000);
  document.addEventListener("visibilitychange", refresh);
})();
