"""The gateway as the knowledge base reaches it: news for conversations."""

import httpx

from knowledge.errors import NewsError

PATH = "/internal/news"
TIMEOUT_S = 10.0


class Newsroom:
    """Brings news to conversations; the same key twice is one piece of news there."""

    def __init__(self, url: str, token: str, client: httpx.Client | None = None) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._client = client or httpx.Client(timeout=TIMEOUT_S, trust_env=False)

    def send(self, key: str, conversation: str, text: str) -> bool:
        """Hand the news over; return False where there is no such conversation any more.

        Raises:
            NewsError: the gateway does not answer, or does not take it.
        """
        body = {"id": key, "conversation": conversation, "text": text}
        headers = {"authorization": f"Bearer {self._token}"}
        try:
            answer = self._client.post(f"{self._url}{PATH}", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise NewsError(reason=type(error).__name__) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        if not answer.is_success:
            raise NewsError(reason=f"HTTP {answer.status_code}")
        return True
