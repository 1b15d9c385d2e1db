"""The emulated OpenAI API answers as the real SDK expects."""

from __future__ import annotations

import base64
import json
from typing import Literal

import openai
import pytest
import requests
from pydantic import BaseModel

from lfassess.checks import all_checks
from lfassess.checks.llm_analysis.evidence import Insights
from lfassess.checks.llm_analysis.fetch import instructions, prompt
from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from lfassess.checks.llm_analysis.rules_grounding import without_claims
from lfassess.sandbox.providers import openai as emulated
from tests.provider_servers import emulator, recorded

DATA = {
    "business": "Harbour Bakery",
    "findings": [{"code": "gbp-no-hours", "title": "No hours", "evidence": "none"}, {"code": "x"}],
    "strengths": [{"code": "gbp-consistent", "title": "Consistent"}],
}
PROMPT = f"Results:\n<data>\n{json.dumps(DATA)}\n</data>"


class Odd(BaseModel):
    word: str
    number: int | None
    size: Literal["small", "large"]
    items: list[str]
    inner: Insights


@pytest.fixture(scope="module")
def base():
    with emulator(openai=emulated.router) as url:
        yield f"{url}/openai/v1"


@pytest.fixture
def sdk(base):
    with openai.OpenAI(api_key="sandbox-key", base_url=base, max_retries=0) as client:
        yield client


def test_the_sdk_parses_a_response(sdk):
    answer = sdk.responses.parse(model="gpt-5.5", input=PROMPT, text_format=Insights)
    result = answer.output_parsed
    assert [r.evidence_ids for r in result.recommendations] == [["gbp-no-hours"], ["x"]]
    assert "Harbour Bakery" in result.executive_summary
    assert answer.status == "completed"
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_the_sdk_parses_a_completion(sdk):
    answer = sdk.chat.completions.parse(
        model="gpt-5.5",
        messages=[{"role": "system", "content": "Do."}, {"role": "user", "content": PROMPT}],
        response_format=Insights,
    )
    result = answer.choices[0].message.parsed
    assert [r.evidence_ids for r in result.recommendations] == [["gbp-no-hours"], ["x"]]
    assert answer.usage.prompt_tokens > 10


def test_the_same_prompt_has_the_same_answer(sdk):
    def ask():
        return sdk.responses.parse(model="m", input=PROMPT, text_format=Insights).output_text

    assert ask() == ask()


def test_any_strict_schema_is_filled(sdk):
    result = sdk.responses.parse(model="m", input="Anything.", text_format=Odd).output_parsed
    assert (result.size, result.items) == ("small", [])
    assert result.inner.recommendations == []


def test_without_a_schema_it_says_something(sdk):
    assert sdk.responses.create(model="m", input="Hello").output_text


@pytest.mark.parametrize("data", ["{not json}", "[]", json.dumps({"findings": [3, {}]}), ""])
def test_senseless_data_gives_an_empty_answer(sdk, data):
    answer = sdk.responses.parse(model="m", input=f"<data>{data}</data>", text_format=Insights)
    assert answer.output_parsed.recommendations == []


def test_a_wrong_key_is_refused(base):
    with (
        openai.OpenAI(api_key="sk-wrong-key", base_url=base, max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.responses.create(model="m", input="x")
    assert caught.value.code == "invalid_api_key"


def test_a_bad_temperature_is_answered_as_recorded(sdk):
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.responses.create(model="m", input="x", temperature=-1)
    recorded_ = json.loads(recorded("openai", "400_responses_bad_temperature.json"))["error"]
    assert caught.value.body == recorded_


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("responses", {"input": "x"}),
        ("responses", {"model": "m"}),
        ("chat/completions", {"model": "m"}),
        ("responses", {"model": "m", "input": "x", "stream": True}),
        ("responses", {"model": "m", "input": "x", "text": {"format": {"type": "json_schema"}}}),
        (
            "responses",
            {
                "model": "m",
                "input": "x",
                "text": {
                    "format": {
                        "type": "json_schema",
                        "name": "n",
                        "strict": True,
                        "schema": {"type": "object"},
                    }
                },
            },
        ),
        ("responses", []),
    ],
)
def test_wrong_requests_are_refused(base, path, body):
    headers = {"Authorization": "Bearer sandbox-key"}
    answer = requests.post(f"{base}/{path}", json=body, headers=headers, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_no_key_is_refused(base):
    assert requests.post(f"{base}/responses", json={}, timeout=60).status_code == 401


class Rating(BaseModel):
    aspect: Literal["offer", "trust"]
    stars: int
    because: str


class Ratings(BaseModel):
    ratings: list[Rating]


JPEG = b"\xff\xd8\xff\xe0rest"


def picture(data=JPEG, kind="jpeg"):
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def test_pictures_are_rated_by_every_aspect_and_cost_tokens(sdk):
    def ask(*pictures):
        parts = [{"type": "input_image", "image_url": p} for p in pictures]
        said = [{"role": "user", "content": [{"type": "input_text", "text": "Rate."}, *parts]}]
        return sdk.responses.parse(model="m", input=said, text_format=Ratings)

    blind, seeing = ask(), ask(picture())
    assert blind.output_parsed.ratings == []
    assert [r.aspect for r in seeing.output_parsed.ratings] == ["offer", "trust"]
    assert all(1 <= r.stars <= 5 for r in seeing.output_parsed.ratings)
    assert seeing.usage.input_tokens > blind.usage.input_tokens + 500


def test_pictures_go_with_completions_too(sdk):
    part = {"type": "image_url", "image_url": {"url": picture()}}
    answer = sdk.chat.completions.parse(
        model="m",
        messages=[{"role": "user", "content": [{"type": "text", "text": "Rate."}, part]}],
        response_format=Ratings,
    )
    assert len(answer.choices[0].message.parsed.ratings) == 2


@pytest.mark.parametrize(
    "url", ["https://example.com/x.jpg", "data:image/jpeg;base64,%%", picture(b"<svg/>", "svg+xml")]
)
def test_what_is_no_picture_is_refused(sdk, url):
    said = [{"role": "user", "content": [{"type": "input_image", "image_url": url}]}]
    with pytest.raises(openai.BadRequestError, match="unsupported image"):
        sdk.responses.create(model="m", input=said)


def test_recommendations_say_what_they_are_good_for(sdk):
    result = sdk.responses.parse(model="m", input=PROMPT, text_format=Insights).output_parsed
    assert all(r.expected_effect for r in result.recommendations)


PRIOR = {
    "visual": {"findings": [
        {"code": code, "check": "visual", "severity": severity, "evidence": seen, "advice_id": code,
         "title": all_checks()["visual"].kinds[code].title}
        for code, severity, seen in (
            ("visual-no-phone-number", "high", "no number in the text, no link that calls one"),
            ("visual-small-text", "medium", "52% of the text is under 12 px"),
            ("visual-easy-to-call", "passed", "“555 0100” on the first screen"),
        )
    ]}
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "en-GB", "de"])
def test_the_model_writes_as_the_rules_do(sdk, language):
    """A reader can't tell a model's steps from those by rule: same titles, same voice."""
    asked = prompt(PRIOR, business="Harbour Bakery", website=None, language=language)
    made = sdk.responses.parse(
        model="m", instructions=instructions(language), input=asked, text_format=Insights
    ).output_parsed
    by_rule = recommendations_by_rule(PRIOR, "Harbour Bakery", language)
    made_of = [(r.title, r.why, r.how, r.expected_effect) for r in made.recommendations]
    assert made_of == [
        (r["title"], r["why"], r["how"], r["expected_effect"]) for r in by_rule["recommendations"]
    ]
    assert made.quick_wins == by_rule["quick_wins"]
    for text in ("executive_summary", "sales_talking_point", "email_draft"):
        assert getattr(made, text) == by_rule[text]
        assert without_claims(by_rule[text])[1] == 0  # so that grounding drops nothing
    assert made.email_draft.startswith("Guten Tag" if language == "de" else "Hello")
    assert without_claims(made.email_draft)[1] == 0
