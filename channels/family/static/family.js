/** Lets calls and news come into the web chat of this device as well, where there is one. */

import { Memory } from "/web/memory.js";

const field = document.querySelector("[data-conversation]");
if (field) field.value = new Memory().get("token", "") ?? "";

const refresh = document.querySelector("[data-refresh]");
if (refresh) {
  setInterval(() => {
    if (document.visibilityState === "visible" && !document.querySelector("details[open]")) location.reload();
  }, 30_000);
}
