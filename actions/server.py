"""The action server: rasa-sdk's own application, on loopback, in one process.

rasa-sdk listens on every address by default, and its answer to a failed action repeats the
exception's text; so the address is ours, and an exception is told by its type alone.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

logger = logging.getLogger(__name__)


class ActionFailedError(Exception):
    """An action raised; nothing of the message is in here."""


class DiscreetExecutor(ActionExecutor):
    """Runs actions, and keeps what people wrote out of logs and error answers.

    With ``in_threads`` an action that waits for somebody else's server holds up nobody but the
    person who asked; without, all run in one thread, which is quicker where none waits.
    """

    def __init__(self, *, in_threads: bool = False) -> None:
        super().__init__()
        self._in_threads = in_threads

    def register_function(self, action_name: str, f: Callable[..., Any]) -> None:
        """Register an action's function, to be run in a thread of its own if so wished."""
        super().register_function(action_name, f)
        if self._in_threads:
            self.actions[action_name] = partial(asyncio.to_thread, f)

    async def run(self, action_call: dict[str, Any]) -> Any:
        """Return what the action did.

        Raises:
            ActionFailedError: it raised something; its type is in the log.
        """
        name = action_call.get("next_action")
        try:
            return await super().run(action_call)
        except Exception as error:  # the top of an action
            where = _innermost(error)
            logger.error("action %s failed: %s at %s", name, type(error).__name__, where)
            failure = ActionFailedError(f"{name}: {type(error).__name__}")
        raise failure


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"


def serve(package: ModuleType, port: int, *, in_threads: bool = False) -> None:
    """Answer Rasa until the process is told to end."""
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    logging.getLogger("sanic.access").setLevel(logging.WARNING)
    executor = DiscreetExecutor(in_threads=in_threads)
    executor.register_package(package)
    app = create_app(executor, cors_origins=None)
    app.config.KEEP_ALIVE_TIMEOUT = 300
    app.config.ACCESS_LOG = False
    app.prepare(host="127.0.0.1", port=port, single_process=True, motd=False, access_log=False)
    Sanic.serve_single(primary=app)
