"""Which settings a backup holds: what somebody set, without what is secret or of this place."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import SecretStr

from lfassess.backup.make import settings_text
from lfassess.settings import Settings


def test_keys_passwords_and_servers_are_left_out(tmp_path):
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql://u:secret-one@h/d",
        broker_url="redis://:secret-two@h/0",
        openai_api_key=SecretStr("secret-three"),
        webhook_url="https://hooks.test/secret-four",
        openai_base_url="https://me:secret-five@model.test/v1",
        default_country="GB",
        window=7,
        vision=False,
        connect_to=("a:80:b:81", 'q"uote:1:c:2'),
        branding_file=Path('C:\\odd "name"\x7f\n.toml'),
    )
    content = settings_text(settings)
    assert "secret" not in content
    assert tomllib.loads(content) == {
        "default_country": "GB",
        "window": 7,
        "vision": False,
        "openai_base_url": "https://me:***@model.test/v1",
        "connect_to": ["a:80:b:81", 'q"uote:1:c:2'],
        "branding_file": 'C:\\odd "name"\x7f\n.toml',
    }


def test_without_settings_there_is_only_the_comment(tmp_path):
    assert tomllib.loads(settings_text(Settings(data_dir=tmp_path))) == {}
