"""How long WeChat waits, and how often it may be spoken to."""

from dataclasses import dataclass
from datetime import timedelta

from channels.reach import Grant

# Source: WeChat's 客服消息 rules since June 2023.
SAID = Grant(kind="said", lifetime=timedelta(hours=48), messages=5)
TOUCHED = Grant(kind="touched", lifetime=timedelta(minutes=1), messages=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds; the tests are quicker."""

    answer_s: float = 3.0  # WeChat hangs up after 5, and the way there and back counts
    call_s: float = 5.0  # one request to WeChat
    busy_s: tuple[float, ...] = (0.3, 1.0)  # pauses after "busy", then it is given up
    early: timedelta = timedelta(minutes=5)  # an access token is renewed before its end
    fresh: timedelta = timedelta(minutes=10)  # an older request is somebody else's copy
