"""The console's door: every route but signing in needs a session, every form its mark."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from channels.console.drawing import Drawing
from channels.console.knowledge import KnowledgeServiceError
from channels.console.session import Operator, Sessions
from channels.console.tickets import TicketServiceError
from channels.errors import ChannelError
from channels.texts import explain

COOKIE = "linli_console"
PATH = "/console"
SIGN_IN = "/console/sign-in"


class SignInNeededError(ChannelError):
    """Nobody is signed in."""

    key, status = "forbidden", 403


class ForgedFormError(ChannelError):
    """The form's mark is not of this session: another site made it, or it is too old."""

    key, status = "forbidden", 403


class ClerkError(ChannelError):
    """What was asked for is for an administrator."""

    key, status = "forbidden", 403


class Door:
    """Lets operators in; use its methods as dependencies."""

    def __init__(self, sessions: Sessions, drawing: Drawing) -> None:
        self._sessions = sessions
        self._drawing = drawing

    def find(self, request: Request) -> Operator | None:
        """Return who is signed in, if anybody is."""
        return self._sessions.read(request.cookies.get(COOKIE, ""))

    def operator(self, request: Request) -> Operator:
        """Return who is signed in.

        Raises:
            SignInNeededError: nobody is.
        """
        operator = self.find(request)
        if operator is None:
            raise SignInNeededError
        return operator

    def acting(self, request: Request, csrf: Annotated[str, Form()] = "") -> Operator:
        """Return who is signed in, for a form that changes something.

        Raises:
            SignInNeededError: nobody is.
            ForgedFormError: the form did not come from our page.
        """
        operator = self.operator(request)
        if not hmac.compare_digest(operator.csrf.encode(), csrf.encode()):
            raise ForgedFormError
        return operator

    def administering(self, request: Request, csrf: Annotated[str, Form()] = "") -> Operator:
        """Return the administrator who is signed in, for a form that only they may send.

        Raises:
            SignInNeededError: nobody is.
            ForgedFormError: the form did not come from our page.
            ClerkError: a clerk is.
        """
        operator = self.acting(request, csrf)
        check_admin(operator)
        return operator

    def route_class(self) -> type[APIRoute]:
        """Return a route class that shows errors as pages and leads strangers to the door."""
        door = self

        class ConsoleRoute(APIRoute):
            """A route whose errors people read."""

            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                """Return the handler, guarded."""
                handle = super().get_route_handler()

                async def guarded(request: Request) -> Response:
                    try:
                        return await handle(request)
                    except ChannelError as error:
                        return door._show(request, error)

                return guarded

        return ConsoleRoute

    def _show(self, request: Request, error: ChannelError) -> Response:
        operator = self.find(request)
        if isinstance(error, SignInNeededError):
            return RedirectResponse(SIGN_IN, 303)
        if isinstance(error, ClerkError):
            return self._drawing.problem("clerk", operator, 403)
        if isinstance(error, ForgedFormError):
            return self._drawing.problem("expired", operator, 403)
        if isinstance(error, TicketServiceError):
            return self._drawing.problem(error.word, operator, error.http_status, error.title)
        if isinstance(error, KnowledgeServiceError):
            word = "knowledge_unavailable"
            return self._drawing.problem(word, operator, error.http_status, error.title)
        return self._drawing.problem("refused", operator, error.status, explain(error))


def check_admin(operator: Operator) -> None:
    """Do nothing for an administrator.

    Raises:
        ClerkError: it is a clerk.
    """
    if not operator.is_admin:
        raise ClerkError
