"""The files of configs/, and an operator's own over them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess import config_files
from lfassess.errors import ConfigurationError
from lfassess.settings import load_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write files into a folder of the operator's own, and read them as a command does."""
    folder = tmp_path / "mine"
    folder.mkdir()

    def write(**files):
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_md", ".md")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        monkeypatch.setenv("LFASSESS_CONFIG_DIR", str(folder))
        load_settings()
        return folder

    return write


def test_own_entries_are_laid_over_the_shipped_ones(own):
    shipped = config_files.read_toml("providers.toml")
    own(providers_toml="[psi]\nrequests_per_day = 5\n[openai.models.mine]\ninput = 1.0\n")
    mine = config_files.read_toml("providers.toml")
    assert mine["psi"]["requests_per_day"] == 5
    assert mine["psi"]["day_ends_in"] == shipped["psi"]["day_ends_in"]
    assert mine["semrush"] == shipped["semrush"]
    assert set(mine["openai"]["models"]) == {*shipped["openai"]["models"], "mine"}
    assert shipped["psi"]["requests_per_day"] != 5


def test_own_prompt_takes_the_place_of_the_shipped_one(own):
    own(prompts__vision_md="Be kind.")
    assert config_files.read_text("prompts/vision.md") == "Be kind."
    assert "<data>" in config_files.read_text("prompts/llm_analysis.md")


def test_own_advice_and_languages_count(own):
    own(
        advice__security_toml='[no-https]\nfix = "Ask us."\n',
        languages__fr_toml='[verdict]\nand = "et"\n',
    )
    assert config_files.read_toml("advice/security.toml")["no-https"]["fix"] == "Ask us."
    assert "what" in config_files.read_toml("advice/security.toml")["no-https"]
    assert "languages/fr.toml" in config_files.names("languages/*.toml")
    assert config_files.read_toml("languages/fr.toml") == {"verdict": {"and": "et"}}


def test_without_the_folder_all_is_as_shipped(own, monkeypatch):
    own(providers_toml="[psi]\nrequests_per_day = 5\n")
    monkeypatch.delenv("LFASSESS_CONFIG_DIR")
    load_settings()
    assert config_files.read_toml("providers.toml")["psi"]["requests_per_day"] == 25_000
    assert config_files.digest() == ""


def test_folder_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("LFASSESS_CONFIG_DIR", "/nowhere/at/all")
    with pytest.raises(ConfigurationError, match="/nowhere/at/all"):
        load_settings()


@pytest.mark.parametrize("broken", ["psi = ", "\x00", "[a]\n[a]\n"])
def test_file_that_is_not_toml_is_told_by_name(own, broken):
    folder = own(providers_toml=broken)
    with pytest.raises(ConfigurationError) as caught:
        config_files.read_toml("providers.toml")
    assert str(folder / "providers.toml") in caught.value.message


def test_names_that_nothing_reads_are_told_with_the_nearest(own):
    folder = own(
        provider_toml="",
        providers_toml="[psi]\nrequests_per_dai = 5\n[googel]\nx = 1\n[openai.models.new]\nx = 1\n",
        scoring_toml='version = "mine"\n[weights]\nspeeed = 1\n',
        advice__mine_toml="",
        languages__fr_toml="",
        README_md="notes",
    )
    providers, scoring = folder / "providers.toml", folder / "scoring.toml"
    assert list(config_files.unknown()) == [
        f"{folder / 'README.md'} is read by nothing.",
        f"{folder / 'provider.toml'} is read by nothing. Did you mean providers.toml?",
        f"{providers}: 'psi.requests_per_dai' is not a setting. Did you mean psi.requests_per_day?",
        f"{providers}: 'googel' is not a setting.",
        f"{scoring}: 'weights.speeed' is not a setting. Did you mean weights.speed?",
    ]


@pytest.mark.parametrize(
    ("written", "entry"),
    [
        ('[places]\nrequests_per_day = "x"\n', "places.requests_per_day is 'x'"),
        ('[places]\nread_timeout_s = "abc"\n', "places.read_timeout_s is 'abc'"),
        ("[psi]\nrequests_per_minute = -5\n", "psi.requests_per_minute is -5"),
        ("[psi]\nconcurrent = true\n", "psi.concurrent is True"),
        ("[semrush]\nusd_per_unit = nan\n", "semrush.usd_per_unit is nan"),
        ('[breaker]\nfailures = "x"\n', "breaker.failures is 'x'"),
        ('[places]\nusd_per_1000 = "x"\n', "places.usd_per_1000 is 'x'"),
        ('[places.usd_per_1000]\nnew_sku = "x"\n', "places.usd_per_1000.new_sku is 'x'"),
        ('[openai.models.mine]\ninput = "x"\n', "openai.models.mine.input is 'x'"),
        ("[psi]\nday_ends_in = 7\n", "psi.day_ends_in is 7"),
        ('[psi]\nday_ends_in = "Mars"\n', "psi.day_ends_in is 'Mars'"),
        ("psi = 5\n", "psi is 5"),
    ],
)
def test_value_of_the_wrong_kind_is_refused_by_name(own, written, entry):
    own(providers_toml=written)
    for read in (lambda: config_files.read_toml("providers.toml"), config_files.unknown):
        with pytest.raises(ConfigurationError) as error:
            list(read())
        assert entry in error.value.message


def test_every_provider_may_have_every_limit(own):
    own(providers_toml="[places]\nrequests_per_day = 1000\n[openai]\nday_ends_in = 'UTC'\n")
    assert list(config_files.unknown()) == []
    assert config_files.read_toml("providers.toml")["places"]["requests_per_day"] == 1000


def test_digest_changes_with_a_file(own):
    folder = own(providers_toml="[psi]\nrequests_per_day = 5\n")
    before = config_files.digest()
    (folder / "providers.toml").write_text("[psi]\nrequests_per_day = 6\n")
    assert config_files.digest() not in {before, ""}


def test_own_scoring_needs_a_version_of_its_own(own):
    from lfassess.scoring.rules import load_rules

    load_rules.cache_clear()
    folder = own(scoring_toml="[weights]\nspeed = 50\n")
    try:
        with pytest.raises(ConfigurationError, match="no version of its own"):
            load_rules()
        (folder / "scoring.toml").write_text('version = "2-mine"\n[weights]\nspeed = 50\n')
        config_files.read_toml.cache_clear()
        rules = load_rules()
        assert (rules.version, rules.weights["speed"]) == ("2-mine", 50)
        assert rules.weights["security"] > 0
    finally:
        load_rules.cache_clear()


def test_another_packages_configs_are_never_read(tmp_path):
    """As installed: lfassess and a foreign `configs` side by side in site-packages."""
    site = tmp_path / "site-packages"
    (site / "configs").mkdir(parents=True)
    (site / "configs" / "scoring.toml").write_text('version = "foreign"\n')
    (site / "lfassess" / "_configs").mkdir(parents=True)
    (site / "lfassess" / "_configs" / "scoring.toml").write_text('version = "ours"\n')
    for name in ("__init__.py", "config_files.py", "errors.py", "plain_text.py", "statuses.py"):
        (site / "lfassess" / name).write_text((ROOT / "lfassess" / name).read_text())
    code = (
        "from lfassess.config_files import read_toml; print(read_toml('scoring.toml')['version'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "ours\n"
