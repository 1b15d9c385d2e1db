"""Settings: where values come from, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.errors import ConfigurationError
from lfassess.settings import Settings, load_settings, variable_of
from lfassess.settings_sources import all_settings, source_of, unknown, unread_dotenv


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
    with pytest.raises(ConfigurationError, match=r"LFASSESS_DEFAULT_COUNTRY: .*two-letter country"):
        load_settings()


def test_variables_of_other_programs_are_no_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "7")
        monkeypatch.setenv(variable_of(name), "")
    assert load_settings() == Settings.model_construct()


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


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A user's ~/.config and an empty current folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def users(home, text):
    return write(home / "config" / "lfassess" / "lfassess.toml", text)


def test_first_of_several_places_counts(home, monkeypatch):
    users(home, 'window = 1\nopenai_model = "users"\ndefault_country = "gb"\nlog_level = "DEBUG"\n')
    write(Path("lfassess.toml"), 'window = 2\nopenai_model = "here"\nDEFAULT_X = 1\n')
    monkeypatch.setenv("LFASSESS_WINDOW", "3")
    found = load_settings()
    assert (found.window, found.openai_model, found.default_country) == (3, "here", "GB")
    sources = {n: str(source_of(n)) for n in ("window", "openai_model", "log_level", "vision")}
    assert sources == {
        "window": "environment",
        "openai_model": "lfassess.toml",
        "log_level": str(home / "config" / "lfassess" / "lfassess.toml"),
        "vision": "default",
    }


@pytest.mark.parametrize("users_name", ["openai_model", "OPENAI_MODEL"])
@pytest.mark.parametrize("here_name", ["openai_model", "OPENAI_MODEL"])
def test_file_may_name_a_setting_as_its_variable(home, users_name, here_name):
    users(home, f'{users_name} = "users"\n')
    assert load_settings().openai_model == "users"
    write(Path("lfassess.toml"), f'{here_name} = "here"\n')
    assert load_settings().openai_model == "here"
    assert unknown() == []


def test_named_file_takes_the_place_of_the_one_here(home, monkeypatch):
    write(Path("lfassess.toml"), "window = 2\n")
    monkeypatch.setenv("LFASSESS_CONFIG", str(write(home / "other.toml", "window = 9\n")))
    assert load_settings().window == 9
    monkeypatch.setenv("LFASSESS_CONFIG", str(home / "missing.toml"))
    with pytest.raises(ConfigurationError, match=r"missing\.toml"):
        load_settings()


def test_paths_in_a_file_are_the_files_own(home):
    users(home, 'branding_file = "brand.toml"\ndata_dir = "/srv/data"\nca_bundle = "~/ca.pem"\n')
    found = load_settings()
    assert found.branding_file == home / "config" / "lfassess" / "brand.toml"
    assert found.data_dir == Path("/srv/data")
    assert found.ca_bundle == Path("~/ca.pem").expanduser()


@pytest.mark.parametrize("text", ["window =", "window = 1\nwindow = 2\n", "\xff"])
def test_file_that_is_not_toml_is_told_by_name(home, text):
    Path("lfassess.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"lfassess\.toml is not TOML"):
        load_settings()


def test_names_that_nothing_reads_are_told_with_the_nearest(home, monkeypatch):
    path = users(home, "windoww = 3\n[limits]\nwindow = 3\n")
    monkeypatch.setenv("LFASSESS_APIKEY", "x")
    monkeypatch.setenv("LFASSESS_ZYX_ZYX_ZYX_ZYX", "x")
    monkeypatch.setenv("LFASSESS_WINDOW", "5")
    monkeypatch.setenv("LFASSESS_IO_IMAGE", "lfassess-io:1")  # Compose's
    load_settings()
    assert unknown() == [
        "LFASSESS_APIKEY in the environment is not a setting. Did you mean LFASSESS_API_KEY?",
        "LFASSESS_ZYX_ZYX_ZYX_ZYX in the environment is not a setting.",
        f"{path}: 'windoww' is unknown. Did you mean window?",
        f"{path}: 'limits' is a table, and settings have none.",
    ]


def test_a_dotenv_is_not_read_and_that_is_said(home, monkeypatch):
    write(
        Path(".env"),
        "# GOOGLE_API_KEY=x\nPOSTGRES_PASSWORD=x\nLFASSESS_LANGUAGE=\n"
        "OPENAI_API_KEY=sk-secret\nexport SEMRUSH_API_KEY = 'y'\nDATABASE_URL=postgresql://other/app\n",
    )
    assert load_settings().database_url is None
    said = unread_dotenv()
    assert said is not None
    assert "OPENAI_API_KEY and 2 more" in said
    assert "secret" not in said
    for name in ("OPENAI_API_KEY", "SEMRUSH_API_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "postgresql://h/d")
    assert unread_dotenv() is None


def test_no_secret_is_shown(home, monkeypatch):
    secrets = {
        "GOOGLE_API_KEY": "short-secret",
        "OPENAI_API_KEY": "sk-a-long-secret-that-ends-in-wxyz",
        "DATABASE_URL": "postgresql://u:short-secret@h/db",
        "CELERY_BROKER_URL": "redis://:short-secret@h:6379/0",
        "LFASSESS_WEBHOOK_URL": "https://u:short-secret@hooks.test/services/T0/short-secret",
        "LFASSESS_WEBHOOK_SECRET": "short-secret",
        "LFASSESS_API_KEY": "short-secret",
        "SEMRUSH_API_KEY": "short-secret",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    shown = {s.variable: s.value for s in all_settings(load_settings())}
    assert not [v for v in shown.values() if v and ("cret" in v or "a-long" in v)]
    assert shown["OPENAI_API_KEY"] == "***wxyz"
    assert shown["LFASSESS_WEBHOOK_URL"] == "https://hooks.test/***"
    assert shown["DATABASE_URL"] == "postgresql://u:***@h/db"
    assert len(shown) == len(Settings.model_fields)
