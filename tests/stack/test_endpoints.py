from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import make_url

from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.stack import Endpoints, endpoints


def test_sockets_lie_in_the_data_folder_when_its_path_is_short():
    layout = Layout(Path("/srv/lf"))

    assert layout.run == Path("/srv/lf/run")
    assert layout.valkey_socket == Path("/srv/lf/run/valkey.sock")


def test_sockets_of_a_deep_data_folder_get_a_short_one():
    layout = Layout(Path("/srv") / ("deep" * 10) / ("deeper" * 10))

    assert len(os.fsencode(layout.postgres_socket)) <= 103
    assert layout.key in str(layout.run)


def test_two_deep_data_folders_never_share_sockets():
    one, two = (Layout(Path("/srv") / ("x" * 100) / name) for name in "ab")

    assert one.run != two.run


def test_a_folder_with_spaces_still_gives_plain_urls():
    layout = Layout(Path("/srv/Application Support/ä"))

    assert " " not in layout.database_url
    assert layout.broker_url.isascii()


def test_urls_name_the_sockets():
    layout = Layout(Path("/srv/lf"))

    url = make_url(layout.database_url)
    assert (url.drivername, url.username, url.database) == (
        "postgresql+psycopg",
        "lfassess",
        "lfassess",
    )
    assert url.query["host"] == "/srv/lf/run"
    assert layout.broker_url == "redis+socket:///srv/lf/run/valkey.sock?virtual_host=0"
    assert layout.redis_url == "unix:///srv/lf/run/valkey.sock?db=0"


def test_a_relative_folder_is_the_same_from_everywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert Layout(Path("data")) == Layout(tmp_path / "data")


def test_looking_creates_nothing(tmp_path):
    endpoints(Settings(data_dir=tmp_path / "data"))

    assert list(tmp_path.iterdir()) == []


def test_endpoints_are_the_settings_own_where_given(tmp_path):
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/x", broker_url="redis://b")

    assert endpoints(settings) == Endpoints("postgresql://db/x", "redis://b")


def test_endpoints_are_the_embedded_ones_where_not(tmp_path):
    settings = Settings(data_dir=tmp_path, broker_url="redis://b")

    assert endpoints(settings) == Endpoints(Layout(tmp_path).database_url, "redis://b")
