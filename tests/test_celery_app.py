"""What keeps Celery's worker alive when Redis goes away."""

from __future__ import annotations

import pytest

from lfassess.celery_app import create_app
from lfassess.settings import Settings

pytestmark = pytest.mark.integration


@pytest.fixture
def closed_channel(servers):
    """A channel as a lost connection leaves it to tasks that end afterwards."""
    app = create_app(Settings(), servers.broker_url)
    with app.connection() as connection:
        channel = connection.channel()
        was, channel.connection, channel._pool = channel.connection, None, None
        yield channel
        channel.connection = was
    app.close()


@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_late_answer_on_a_closed_channel_is_a_connection_error(closed_channel, answer):
    with pytest.raises(ConnectionResetError):
        getattr(closed_channel.qos, answer)("tag")


def test_kombu_takes_it_for_a_lost_connection(servers):
    app = create_app(Settings(), servers.broker_url)
    with app.connection() as connection:
        assert issubclass(ConnectionResetError, connection.connection_errors)
    app.close()
