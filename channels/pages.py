"""The pages: web chat, elderly page, console."""

from fastapi import FastAPI

from channels.console import routes as console
from channels.console.knowledge import KnowledgeDesk
from channels.console.questions import QuestionDesk
from channels.console.tickets import TicketDesk
from channels.family import routes as family
from channels.feedback import Opinions
from channels.parts import Parts
from channels.simple import routes as simple
from channels.simple.calling import Telling
from channels.web import routes as web


def mount(app: FastAPI, parts: Parts) -> None:
    """Put every page on ``app``."""
    community = web.community_name()
    app.include_router(web.create_router(community, parts.settings.embed_origins))
    telling = Telling(
        turns=parts.turns,
        conversations=parts.conversations,
        handover=parts.handover,
        circle=parts.circle,
        directory=parts.directory,
    )
    opinions = Opinions.of(parts)
    public_url = parts.settings.public_url
    app.include_router(
        simple.create_router(
            telling, parts.news, opinions, community=community, public_url=public_url
        )
    )
    app.include_router(family.create_router(parts.circle, parts.conversations, community))
    app.include_router(
        console.create_router(
            console_token=parts.settings.console_token,
            clerk_token=parts.settings.clerk_token,
            tickets=TicketDesk(
                parts.client, parts.settings.tickets_url, parts.settings.internal_token
            ),
            knowledge=KnowledgeDesk(
                parts.client, parts.settings.knowledge_url, parts.settings.internal_token
            ),
            questions=QuestionDesk(
                parts.client,
                tickets_url=parts.settings.tickets_url,
                knowledge_url=parts.settings.knowledge_url,
                internal_token=parts.settings.internal_token,
            ),
            handover=parts.handover,
            media=parts.media,
            community=community,
        )
    )
