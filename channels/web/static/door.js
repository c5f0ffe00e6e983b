/** The link on the QR code at an entrance: ?b=3-2 for 3栋2单元. */

/** Return the place that the page's address names, as its resident would say it; else "". */
export function doorIn(search) {
  const code = new URLSearchParams(search).get("b") ?? "";
  const door = /^b?0*([1-9]\d{0,2})(?:-0*([1-9]\d?))?$/.exec(code);
  // The dialogue reads this, so it is Chinese in every language of the page.
  return door ? `${door[1]}栋${door[2] ? `${door[2]}单元` : ""}` : "";
}
