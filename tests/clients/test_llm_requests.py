"""What is asked of the language model, in both styles."""

from __future__ import annotations

import base64
import json

import pytest

from lfassess.clients.llm import Question
from tests.clients.llm_server import Person, Place, ask, client_of, complete, said
from tests.provider_servers import ScriptedServer, recorded, scripted_server


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


def test_asks_for_a_strict_schema_and_keeps_nothing_there(result: ScriptedServer):
    result.says(said('{"name": "A", "age": 1}'))
    ask(result)
    (asked,) = result.requests
    body = json.loads(asked["body"])
    assert asked["path"] == "/v1/responses"
    assert body["store"] is False
    assert body["instructions"] == "Do it."
    assert body["text"]["format"]["strict"] is True
    assert body["text"]["format"]["schema"]["additionalProperties"] is False
    assert body["max_output_tokens"] > 0


def test_asks_for_the_same_in_chat_style(result: ScriptedServer):
    result.says(recorded("openai", "200_chat_json_schema_gpt-4o.json"))
    ask(result, "chat", Place)
    (asked,) = result.requests
    body = json.loads(asked["body"])
    assert asked["path"] == "/v1/chat/completions"
    assert body["store"] is False
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["response_format"]["json_schema"]["strict"] is True


def test_images_go_with_the_prompt_in_both_styles(result: ScriptedServer):
    jpeg = b"\xff\xd8\xff-a-picture"
    result.says(said('{"name": "A", "age": 1}'))
    complete(result, images=[jpeg, jpeg])
    result.says(recorded("openai", "200_chat_json_schema_gpt-4o.json"))
    complete(result, "chat", Place, [jpeg])
    responses, chat = (json.loads(asked["body"]) for asked in result.requests)
    address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    assert responses["input"][0]["content"] == [
        {"type": "input_text", "text": "Alice is 30."},
        {"type": "input_image", "image_url": address},
        {"type": "input_image", "image_url": address},
    ]
    assert chat["messages"][1]["content"] == [
        {"type": "text", "text": "Alice is 30."},
        {"type": "image_url", "image_url": {"url": address}},
    ]


def test_the_same_question_has_the_same_id_without_the_key(result: ScriptedServer):
    with client_of(result) as client, client_of(result, model="gpt-4o") as other:
        first = client.request_id(Question("Do it.", "Alice", Person))
        assert first == client.request_id(Question("Do it.", "Alice", Person))
        changed = {
            client.request_id(Question("Do it.", "Bob", Person)),
            client.request_id(Question("Do it.", "Alice", Place)),
            client.request_id(Question("Do it.", "Alice", Person, [b"jpeg"])),
            other.request_id(Question("Do it.", "Alice", Person)),
        }
    assert len(changed) == 4
    assert first not in changed
    assert "VerySecret" not in first
