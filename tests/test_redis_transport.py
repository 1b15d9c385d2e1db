"""What is ours in the Redis transport: a kept client, answers in company, and life without Redis."""

from __future__ import annotations

import kombu
import pytest
import redis
from kombu.exceptions import BatchPublishError
from kombu.transport.redis import PublishBatch

from lfassess import redis_transport
from lfassess.assessment import enqueue
from lfassess.celery_app import create_app
from lfassess.settings import Settings

pytestmark = pytest.mark.integration

KEY = "transport-test"


@pytest.fixture
def app(servers):
    app = create_app(Settings(), servers.broker_url)
    yield app
    app.close()


@pytest.fixture
def channel(app):
    """A channel of a connection without an event loop, as commands have it."""
    with app.connection() as connection:
        yield connection.default_channel
        connection.default_channel.client.delete(KEY)


@pytest.fixture
def worker_channel(channel):
    """The same with an event loop about, as workers have it."""
    channel.connection.has_loop = True
    return channel


def deliver(channel):
    """Send a message and take it; returns it unanswered."""
    queue = kombu.Queue(KEY, kombu.Exchange(KEY), routing_key=KEY)(channel)
    queue.declare()
    kombu.Producer(channel).publish({"n": 1}, exchange=KEY, routing_key=KEY, serializer="json")
    return queue.get(no_ack=False)


def in_work(channel):
    return set(channel.client.hkeys(channel.unacked_key))


def test_every_spelling_of_a_redis_url_gets_it(app):
    for url in ("redis://127.0.0.1:1/0", "rediss://127.0.0.1:1/0", "redis+socket:///nowhere"):
        assert app.connection(url).get_transport_cls() is redis_transport.Transport


def test_one_client_does_for_all_commands(channel):
    with channel.conn_or_acquire() as first, channel.conn_or_acquire() as second:
        assert first is second


def test_a_new_pool_gets_a_new_client(channel):
    with channel.conn_or_acquire() as first:
        channel._disconnect_pools()
    with channel.conn_or_acquire() as second:
        assert second is not first
        assert second.ping()


def test_answer_is_sent_at_once_without_a_loop(channel):
    message = deliver(channel)
    assert message.delivery_tag.encode() in in_work(channel)
    message.ack()
    assert message.delivery_tag.encode() not in in_work(channel)


def test_answer_waits_for_company_in_a_worker(worker_channel):
    first = deliver(worker_channel)
    first.ack()
    assert first.delivery_tag.encode() in in_work(worker_channel)
    second = deliver(worker_channel)
    assert in_work(worker_channel) & {
        first.delivery_tag.encode(),
        second.delivery_tag.encode(),
    } == {second.delivery_tag.encode()}


def test_answer_waits_no_longer_than_its_time(worker_channel, monkeypatch):
    message = deliver(worker_channel)
    message.ack()
    worker_channel.qos.send_due_answers()
    assert message.delivery_tag.encode() in in_work(worker_channel)
    monkeypatch.setattr(redis_transport, "_COMPANY_S", 0.0)
    worker_channel.qos.send_due_answers()
    assert message.delivery_tag.encode() not in in_work(worker_channel)


def test_many_answers_do_not_wait(worker_channel, monkeypatch):
    monkeypatch.setattr(redis_transport, "_COMPANY", 2)
    messages = [deliver(worker_channel) for _ in range(2)]
    for message in messages:
        message.reject()
    worker_channel.qos.send_due_answers()
    assert not in_work(worker_channel) & {m.delivery_tag.encode() for m in messages}


def test_poller_sends_what_is_due(worker_channel, monkeypatch):
    monkeypatch.setattr(redis_transport, "_COMPANY_S", 0.0)
    message = deliver(worker_channel)
    message.ack()
    worker_channel.connection.cycle.add(worker_channel)
    worker_channel.connection.cycle.on_poll_start()
    assert message.delivery_tag.encode() not in in_work(worker_channel)


def test_closing_sends_the_answers_that_wait(app):
    with app.connection() as connection:
        channel = connection.default_channel
        channel.connection.has_loop = True
        message = deliver(channel)
        message.ack()
    with app.connection() as connection:
        assert message.delivery_tag.encode() not in in_work(connection.default_channel)
        assert connection.default_channel.client.llen(KEY) == 0


def test_message_given_back_is_there_again(worker_channel):
    message = deliver(worker_channel)
    message.requeue()
    assert message.delivery_tag.encode() not in in_work(worker_channel)
    assert worker_channel.client.llen(KEY) == 1


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
    monkeypatch.setattr(enqueue, "_pause", enqueue._Pause())
    assert enqueue.send([enqueue.coordinate(1, 1)], app) is False
