/** Asks where something is: a building of the community, or the device's position. */

const $ = (id) => document.getElementById(id);
const dialog = $("where");
// The dialogue reads these, so they are Chinese in every language of the page.
const named = (building, unit) => `${building}栋${unit ? `${unit}单元` : ""}`;

async function buildings() {
  const response = await fetch("/api/places", { credentials: "omit" });
  return response.ok ? (await response.json()).buildings : [];
}

/** Open the dialog; `onPlace(words)` is told of a building, `onHere()` that the position is wanted. */
export class PlacePicker {
  constructor({ onPlace, onHere }) {
    this.known = null;
    $("where-form").addEventListener("submit", () => onPlace(named($("where-building").value, $("where-unit").value)));
    $("where-here").addEventListener("click", () => {
      dialog.close();
      onHere();
    });
    $("where-no").addEventListener("click", () => dialog.close());
  }

  async open() {
    dialog.showModal();
    if (this.known?.length) return;
    this.known = await buildings().catch(() => []); // without network the position can still wait
    $("where-building").append(...this.known.map((one) => new Option(one, one)));
    $("where-form").hidden = this.known.length === 0;
    if (this.known.length > 0 && dialog.open) $("where-building").focus();
  }
}
