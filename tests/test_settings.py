"""Settings: where values come from, and what is said of wrong ones."""

from __future__ import annotations

import pytest

from lfassess.errors import ConfigurationError
from lfassess.settings import Settings, load_settings


def test_empty_variables_count_as_not_set(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().database_url is None


def test_environment_wins_over_the_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lfassess.toml").write_text('openai_model = "from-file"\ndefault_country = "gb"\n')
    monkeypatch.setenv("OPENAI_MODEL", "from-environment")
    settings = load_settings()
    assert (settings.openai_model, settings.default_country) == ("from-environment", "GB")


def test_connect_to_is_a_comma_separated_list(monkeypatch):
    monkeypatch.setenv("LFASSESS_CONNECT_TO", "a:80:127.0.0.1:1, b:80:127.0.0.1:2,")
    assert load_settings().connect_to == ("a:80:127.0.0.1:1", "b:80:127.0.0.1:2")


def test_wrong_value_is_named_with_a_hint(monkeypatch):
    monkeypatch.setenv("LFASSESS_DEFAULT_COUNTRY", "Britain")
    with pytest.raises(ConfigurationError, match="two-letter country"):
        load_settings()


def test_keys_are_masked_in_representations(monkeypatch):
    monkeypatch.setenv("SEMRUSH_API_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())


@pytest.mark.parametrize(
    ("given", "local"),
    [
        ({}, True),
        ({"google_api_key": "k"}, False),
        ({"google_api_key": "k", "sandbox_url": "http://127.0.0.1:1"}, True),
        (
            {
                "google_api_key": "k",
                "sandbox_url": "http://127.0.0.1:1",
                "pagespeed_base_url": "http://127.0.0.1:2",
            },
            False,
        ),
    ],
)
def test_lighthouse_runs_here_unless_google_is_asked(given, local):
    assert Settings(**given).local_lighthouse is local
