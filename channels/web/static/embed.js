/** Puts the chat into another site: a button in the corner and, once it is pressed, the chat.
 *
 * <script src="https://linli.example.org/embed.js" defer></script>
 *
 * data-lang="en" opens the chat, and names its button, in English; otherwise the browser decides.
 * The site must stand in LINLI_EMBED_ORIGINS, or browsers show it an empty frame.
 */
(() => {
  const own = new URL(document.currentScript.src).origin;
  const language = document.currentScript.dataset.lang === "en" ? "en" : "";
  const words = language === "en"
    ? { open: "Ask Linli", close: "Close", title: "Linli, the community's assistant" }
    : { open: "问邻里", close: "收起", title: "邻里社区助手" };
  const green = "#0b6b4f";

  function style(node, rules) {
    Object.assign(node.style, rules); // not an attribute, so that a strict policy allows it
    return node;
  }

  const button = style(document.createElement("button"), {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "52px",
    padding: "0 22px", border: "0", borderRadius: "26px", background: green, color: "#fff",
    font: "600 18px/1.2 system-ui, sans-serif", boxShadow: "0 4px 16px rgb(0 0 0 / 0.25)", cursor: "pointer",
  });
  button.type = "button";
  button.textContent = words.open;
  button.setAttribute("aria-expanded", "false");

  let frame = null;

  function openFrame() {
    frame = style(document.createElement("iframe"), {
      position: "fixed", right: "16px", bottom: "80px", zIndex: "2147483000", border: "0",
      width: "min(400px, calc(100vw - 32px))", height: "min(640px, calc(100vh - 100px))",
      borderRadius: "16px", boxShadow: "0 8px 32px rgb(0 0 0 / 0.3)", background: "#fff",
    });
    frame.title = words.title;
    frame.src = language ? `${own}/?lang=${language}` : `${own}/`;
    frame.allow = "geolocation; camera; microphone";
    document.body.append(frame);
  }

  function show(isOpen) {
    if (isOpen && !frame) openFrame();
    if (frame) frame.hidden = !isOpen;
    if (frame) frame.style.display = isOpen ? "block" : "none";
    button.textContent = isOpen ? words.close : words.open;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) frame.focus();
  }

  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      show(false);
      button.focus();
    }
  });
  document.body.append(button);
})();
