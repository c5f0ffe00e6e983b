/** The gateway's HTTP contract, seen from the browser. */

/** A request that did not succeed; `again` says whether sending the same once more can help. */
export class ApiError extends Error {
  constructor(title, { status = 0, again = true } = {}) {
    super(title);
    this.title = title;
    this.status = status;
    this.again = again;
  }
}

const TIME_OUT_MS = 30_000;
const TRY_AGAIN = new Set([408, 425, 429]);

async function problemOf(response) {
  const again = response.status >= 500 || TRY_AGAIN.has(response.status);
  let title = "";
  try {
    title = (await response.json()).title ?? "";
  } catch {
    // a proxy's own error page: nothing a resident should read
  }
  return new ApiError(title, { status: response.status, again });
}

async function post(path, body, { token = "", timeout = TIME_OUT_MS } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const isForm = body instanceof FormData;
  if (!isForm) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers,
      body: isForm ? body : JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(timeout),
    });
  } catch {
    throw new ApiError("", { status: 0 });
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new ApiError("", { status: 0 });
  }
}

/** Open a conversation: `{conversation, token}`. */
export const openConversation = () => post("/api/conversations", { audience: "standard" });

/** Send one message; the same `message_id` again returns the first reply and does nothing. */
export const sendMessage = (token, message) => post("/api/messages", message, { token });

/** Say whether an answer was of use; its receipt names it. */
export const sendOpinion = (token, receipt, useful) => post("/api/feedback", { receipt, useful }, { token });

/** Upload one photo and return its media id. */
export async function uploadMedia(token, blob) {
  const form = new FormData();
  form.append("file", blob, "photo.jpg");
  return (await post("/api/media", form, { token, timeout: 4 * TIME_OUT_MS })).media_id;
}
