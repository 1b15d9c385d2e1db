"""A language model's server as scripted, and the client that asks it."""

from __future__ import annotations

import time

from pydantic import BaseModel

from lfassess.checks.shared.llm_request import parse
from lfassess.clients.llm import LlmClient, Question
from lfassess.clients.llm_endpoint import endpoint
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer

KEY = "sk-proj-VerySecretKey0123456789"


class Person(BaseModel):
    name: str
    age: int


class Place(BaseModel):
    city: str
    country: str


def client_of(
    result: ScriptedServer, style: str = "responses", model: str = "gpt-5.5"
) -> LlmClient:
    settings = Settings(
        openai_api_key=KEY,
        openai_base_url=f"{result.url}/v1",
        openai_api_style=style,
        openai_model=model,
    )
    return LlmClient(endpoint(settings), settings)


def complete(
    result: ScriptedServer, style: str = "responses", shape: type[BaseModel] = Person, images=()
):
    question = Question("Do it.", "Alice is 30.", shape, images)
    with client_of(result, style) as client:
        return client.complete(question, deadline=time.monotonic() + 10)


def ask(result: ScriptedServer, style: str = "responses", shape: type[BaseModel] = Person):
    return parse(complete(result, style, shape).answer, shape)


def said(text: str, **more) -> dict:
    part = {"type": "output_text", "text": text}
    message = {"type": "message", "role": "assistant", "content": [part]}
    return {"status": "completed", "model": "gpt-5.5", "output": [message], **more}
