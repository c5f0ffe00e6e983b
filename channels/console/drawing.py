"""How the console draws: its words, its times, its pages."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from fastapi.responses import HTMLResponse

from channels.console.session import Operator
from channels.web.assets import environment, page

FOLDER = Path(__file__).parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Drawing:
    """Renders the console's templates with its words."""

    def __init__(self, community: str, clock: Callable[[], datetime]) -> None:
        self.words: dict[str, Any] = yaml.safe_load((FOLDER / "words.yml").read_text("utf-8"))
        self._clock = clock
        self._templates = environment(FOLDER / "templates")
        self._templates.globals.update(community=community, words=self.words)
        self._templates.filters.update(local=_local, ago=self._minutes_ago)

    def page(
        self, name: str, operator: Operator | None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page for ``operator``, or for somebody who has not signed in."""
        return page(self._templates, name, status, operator=operator, **values)

    def problem(
        self, word: str, operator: Operator | None, status: int, title: str = ""
    ) -> HTMLResponse:
        """Return a page with one sentence: the service's own, or ours."""
        sentence = title or self.words["problems"][word]
        return self.page("problem.html", operator, status, title=sentence)

    def _minutes_ago(self, iso: str | None) -> int:
        if not iso:
            return 0
        return int((self._clock() - datetime.fromisoformat(iso)).total_seconds() // 60)


def _local(iso: str | None) -> str:
    """Return a time as people in Shanghai write it, month first."""
    if not iso:
        return ""
    return datetime.fromisoformat(iso).astimezone(SHANGHAI).strftime("%m-%d %H:%M")
