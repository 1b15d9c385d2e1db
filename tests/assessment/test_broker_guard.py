"""The guard on kombu's Redis transport: lost connections and unreadable messages end no worker."""

from __future__ import annotations

import base64
import json
import logging

import kombu
import pytest
import redis
from kombu.exceptions import BatchPublishError
from kombu.transport.redis import PublishBatch

from lfassess.assessment.execution import enqueue
from lfassess.assessment.worker import broker_guard
from lfassess.assessment.worker.celery_config import create_app
from lfassess.settings import Settings

pytestmark = pytest.mark.integration

KEY = "guard-test"


@pytest.fixture
def app(servers):
    app = create_app(Settings(), servers.broker_url)
    yield app
    app.close()


@pytest.fixture
def channel(app):
    with app.connection() as connection:
        yield connection.default_channel
        connection.default_channel.client.delete(KEY)


@pytest.fixture
def received(channel):
    """What a consumer of the queue gets, as (message, ...); it has taken nothing yet."""
    got = []
    queue = kombu.Queue(KEY, kombu.Exchange(KEY), routing_key=KEY)(channel)
    with kombu.Consumer(channel, [queue], on_message=got.append):
        yield got


def deliver(channel):
    """Send a message and take it; returns it unanswered."""
    queue = kombu.Queue(KEY, kombu.Exchange(KEY), routing_key=KEY)(channel)
    queue.declare()
    publish(channel)
    return queue.get(no_ack=False)


def publish(channel):
    kombu.Producer(channel).publish({"n": 1}, exchange=KEY, routing_key=KEY, serializer="json")


def in_work(channel):
    return set(channel.client.hkeys(channel.unacked_key))


def test_every_spelling_of_a_redis_url_gets_it(app):
    for url in ("redis://127.0.0.1:1/0", "rediss://127.0.0.1:1/0", "redis+socket:///nowhere"):
        assert app.connection(url).get_transport_cls() is broker_guard.Transport


def test_message_given_back_is_there_again(channel):
    message = deliver(channel)
    message.requeue()
    assert message.delivery_tag.encode() not in in_work(channel)
    assert channel.client.llen(KEY) == 1


def envelope(**changes):
    """A message as Celery's look in Redis."""
    properties = {
        "delivery_tag": "guard-tag",
        "delivery_info": {"exchange": KEY, "routing_key": KEY},
        "body_encoding": "base64",
    }
    body = base64.b64encode(b"[[], {}, {}]").decode()
    return {"body": body, "headers": {}, "properties": properties, **changes}


UNREADABLE = {
    "no JSON": "{",
    "bytes": b"\xff\xfe\x00",
    "a list": "[]",
    "a number": "7",
    "nothing": "null",
    "no properties": json.dumps(envelope(properties=None)),
    "no delivery tag": json.dumps(envelope(properties={})),
    "bad base64": json.dumps(envelope(body="a")),
    "no known encoding": json.dumps(
        envelope(properties=envelope()["properties"] | {"body_encoding": "rot13"})
    ),
    "no delivery info": json.dumps(
        envelope(properties=envelope()["properties"] | {"delivery_info": None})
    ),
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_message_is_dropped_with_a_line(channel, received, caplog, raw):
    channel.client.lpush(KEY, raw)
    publish(channel)
    with caplog.at_level(logging.ERROR):
        while not received:
            channel.connection.client.drain_events(timeout=60)
    (message,) = received
    message.ack()
    assert [r.message for r in caplog.records if "Dropped a message" in r.message]
    assert all(r.exc_info is None for r in caplog.records)
    assert channel.client.llen(KEY) == 0
    assert b"guard-tag" not in in_work(channel)


def test_message_that_its_task_handler_can_not_bear_is_dropped_for_good(channel, caplog):
    def handle(_message):
        raise TypeError("unhashable type: 'list'")

    queue = kombu.Queue(KEY, kombu.Exchange(KEY), routing_key=KEY)(channel)
    with kombu.Consumer(channel, [queue], on_message=handle), caplog.at_level(logging.ERROR):
        publish(channel)
        while "Dropped a message" not in caplog.text:
            channel.connection.client.drain_events(timeout=60)
    assert not in_work(channel)
    assert channel.client.llen(KEY) == 0


@pytest.fixture
def closed_channel(app):
    """A channel as a lost connection leaves it to tasks that end afterwards."""
    with app.connection() as connection:
        channel = connection.channel()
        was, channel.connection, channel._pool = channel.connection, None, None
        yield channel
        channel.connection = was


@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_late_answer_on_a_closed_channel_is_a_connection_error(closed_channel, answer):
    with pytest.raises(ConnectionResetError):
        getattr(closed_channel.qos, answer)("tag")


def test_nothing_can_be_given_back_through_a_closed_channel(closed_channel):
    closed_channel.qos._delivered["tag"] = None
    assert closed_channel.qos.restore_unacked() == []
    closed_channel.qos._delivered.clear()


def test_kombu_takes_it_for_a_lost_connection(app):
    with app.connection() as connection:
        assert issubclass(ConnectionResetError, connection.connection_errors)
        assert issubclass(redis.ConnectionError, connection.connection_errors)


@pytest.mark.parametrize("how", [BatchPublishError("lost"), redis.ConnectionError("lost")])
def test_redis_that_goes_away_while_sending_is_no_fault(app, monkeypatch, how):
    def lose(_pipeline):
        raise how

    monkeypatch.setattr(PublishBatch, "flush", lose)
    enqueue.cooldown.end()
    assert enqueue.send([enqueue.coordinate(1, 1)], app) is False
