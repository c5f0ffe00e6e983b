// Keeps the page fresh; without it the board reloads itself and everything else still works.
"use strict";
(() => {
  const board = document.getElementById("board");
  const seconds = Number(board?.dataset.refresh || 0);
  if (!seconds) return;
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
      if (!fresh || fresh.innerHTML === board.innerHTML) return;
      const focused = document.activeElement?.getAttribute("href");
      board.innerHTML = fresh.innerHTML;
      if (focused) board.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    } catch {
      // the next round tries again
    }
  };
  setInterval(refresh, seconds * 1000);
  document.addEventListener("visibilitychange", refresh);
})();
