/** Photos, made small on the device: less to send, and the camera's own marks (EXIF) stay behind. */

const LONGEST_SIDE_PX = 1600;
const THUMB_SIDE_PX = 240;

/** Return `{blob, thumb}`: a JPEG of at most 1600 px and a small data URL to show. */
export async function shrink(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const large = draw(bitmap, LONGEST_SIDE_PX);
    const blob = await new Promise((resolve) => large.toBlob(resolve, "image/jpeg", 0.85));
    if (!blob) throw new TypeError("no JPEG");
    return { blob, thumb: draw(bitmap, THUMB_SIDE_PX).toDataURL("image/jpeg", 0.7) };
  } finally {
    bitmap.close();
  }
}

function draw(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // a transparent picture would turn black in JPEG
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Return a data URL that can wait in localStorage until the network is back. */
export function toDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}

/** Return the blob again. */
export function fromDataUrl(url) {
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/jpeg" });
}
