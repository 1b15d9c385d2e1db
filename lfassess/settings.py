"""All settings in one place: environment, lfassess.toml, the user's own, then defaults."""

from __future__ import annotations

import base64
import ipaddress
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from lfassess import config_files, service_urls
from lfassess.errors import ConfigurationError
from lfassess.log import LogFormat
from lfassess.settings_files import settings_files

_LAST_PORT = 65_535
_MIN_KEY = 24  # bytes of a key of Standard Webhooks
WEB_PORTS = ("80", "443", "8000-8999")
ANY_PORT = (f"1-{_LAST_PORT}",)
PREFIX = "LFASSESS_"  # of our own variables
SANDBOX_KEY = "sandbox-key"  # what the emulators accept; real keys are never sent to them


def port_range(entry: str) -> range:
    """Return the ports of "443" or "8000-8999"; raises ValueError."""
    first, dash, last = entry.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise ValueError(f"{entry!r} is not a port, a range such as 8000-8999, or any")
    ports = range(int(first), int(last or first) + 1)
    if not ports or ports[0] < 1 or ports[-1] > _LAST_PORT:
        raise ValueError(f"{entry!r} is not within 1-{_LAST_PORT}")
    return ports


def webhook_key(secret: str) -> bytes:
    """Return the bytes that sign webhooks; raises ValueError.

    ``whsec_`` and base64 of at least 24 bytes, as Standard Webhooks 1.0 has it; any other text is
    the key itself.
    """
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if len(key) < _MIN_KEY:
        raise ValueError(f"after whsec_ come {_MIN_KEY} bytes or more in base64")
    return key


def _default_data_dir() -> Path:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/lfassess")  # an ordinary user must be able to read below it
    return Path(platformdirs.user_data_dir("lfassess"))


class Settings(BaseSettings):
    """The settings of lfassess.

    A setting's variable is its name after LFASSESS_, or the alias that it has. Empty environment
    variables count as not set, as Compose files produce them.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        frozen=True,
    )

    # --- services ---
    database_url: str | None = Field(
        None, validation_alias="DATABASE_URL", description="Postgres; unset = embedded"
    )
    broker_url: str | None = Field(
        None, validation_alias="CELERY_BROKER_URL", description="Redis; unset = embedded"
    )
    result_backend: str | None = Field(
        None,
        validation_alias="CELERY_RESULT_BACKEND",
        description="optional; only coordinate_assessment stores its return there",
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="reports, screenshots and the embedded servers' data",
    )

    config_dir: Path | None = Field(
        None,
        description="folder with files of your own to lay over configs/: quotas, prices, scoring, "
        "prompts, advice, languages",
    )

    # --- providers ---
    google_api_key: SecretStr | None = Field(
        None, validation_alias="GOOGLE_API_KEY", description="PageSpeed and Places"
    )
    semrush_api_key: SecretStr | None = Field(
        None,
        validation_alias="SEMRUSH_API_KEY",
        description="SEMrush; unset = that check is skipped",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="the language model; unset = recommendations are made by rule",
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="of a compatible server in place of OpenAI",
    )
    openai_model: str = Field(
        "gpt-5.5", validation_alias="OPENAI_MODEL", description="which model is asked"
    )
    openai_api_style: Literal["responses", "chat"] = Field(
        "responses", description="chat for servers without the Responses API"
    )
    sandbox_url: str | None = Field(
        None, description="use the provider emulators there instead of the paid providers"
    )
    pagespeed_base_url: str | None = Field(
        None, description="of PageSpeed Insights, or what stands in for it"
    )
    places_base_url: str | None = Field(
        None, description="of the Places API, or what stands in for it"
    )
    semrush_base_url: str | None = Field(None, description="of SEMrush, or what stands in for it")

    # --- the outside ---
    allow_private_targets: bool = Field(
        default=False,
        description="let leads' URLs reach private addresses; for tests and intranets only",
    )
    target_ports: Annotated[tuple[str, ...], NoDecode] = Field(
        WEB_PORTS,
        description="comma-separated ports and ranges that leads' URLs may name, or any; "
        "private addresses, where they are allowed, may have any",
    )
    connect_to: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="comma-separated HOST:PORT:ADDRESS:PORT, as curl's --connect-to; "
        "HOST may be *.suffix. Meant for the sandbox's demo sites",
    )
    ca_bundle: Path | None = Field(
        None, description="certificates to trust besides the public ones"
    )
    dns_server: str | None = Field(
        None,
        description="ADDRESS, ADDRESS:PORT or NAME:PORT of the DNS server to ask for mail "
        "records; unset = the machine's",
    )
    crawl_pages: int = Field(
        20, ge=0, le=100, description="pages besides the home page that the on-page check reads"
    )
    crawl_links: bool = Field(
        default=True, description="let the on-page check try where a site's links lead"
    )
    default_country: str = Field(
        "US", description="two-letter country of leads that don't name theirs"
    )

    # --- storage ---
    s3_bucket: str | None = Field(
        None,
        validation_alias="S3_BUCKET",
        description="where reports and screenshots go; unset = the data folder",
    )
    s3_endpoint_url: str | None = Field(
        None,
        validation_alias="AWS_ENDPOINT_URL_S3",
        description="of a server that speaks S3; unset = AWS",
    )
    s3_prefix: str = Field("", description="what the names of all objects begin with")
    s3_kms_key: str | None = Field(
        None, description="encrypt with this KMS key; unset = AES256 with the bucket's own"
    )
    retention_days: int = Field(365, ge=1, description="for artefacts")
    store_reports: bool = Field(
        default=False,
        description="keep each audit's report as files from its end on, for who reads the folder "
        "or bucket they lie in; else it is made when asked for",
    )

    # --- API, pages and report ---
    api_key: SecretStr | None = Field(
        None, description="what the API asks for; without one it listens on loopback only"
    )
    api_host: str = Field("127.0.0.1", description="address that `lfassess api` listens on")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="comma-separated addresses or networks of the proxies in front of the API, "
        "whose X-Forwarded-For and X-Forwarded-Proto are believed",
    )
    api_port: int = Field(
        8000, ge=0, le=65_535, description="port that it listens on; 0 takes any free one"
    )
    webhook_url: str | None = Field(
        None, description="receives an event for every assessment and batch that ends"
    )
    webhook_secret: SecretStr | None = Field(
        None, description="signs webhooks: whsec_ and the key in base64"
    )
    branding_file: Path | None = Field(
        None,
        validation_alias="LFASSESS_BRANDING",
        description="TOML file with the agency's name, logo and colours for reports",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="address that others reach the API by; links of `lfassess share` begin with it",
    )
    report_language: str | None = Field(
        None,
        validation_alias="LFASSESS_LANGUAGE",
        description="of reports: en, en-GB, de; unset = that of the lead's country",
    )
    vision: bool = Field(default=True, description="let the language model rate screenshots")

    # --- limits ---
    lead_deadline_h: float = Field(
        72.0, gt=0, description="hours after which a lead's waiting checks end as failed"
    )
    pause_above: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of checks that fail by our or a provider's fault (0 to 1) above which "
        "no new leads are started",
    )
    window: int = Field(
        40,
        ge=1,
        description="leads in progress at once; those that only wait for a provider don't count",
    )
    soft_stop_s: float = Field(
        10.0,
        ge=0,
        description="how long a worker that is ordered to end at once (SIGQUIT) finishes what runs",
    )
    idle_stop_h: float = Field(
        8.0,
        ge=0,
        description="hours without a command or open work after which the embedded stack stops; "
        "0 = never",
    )
    worker_memory_mb: int = Field(
        480,
        ge=128,
        description="a worker that grows beyond it, browser aside, finishes its work and ends",
    )

    browser_memory_mb: int = Field(
        800, ge=200, description="a page whose browser grows beyond it is given up"
    )

    # --- tools ---
    browser_path: Path | None = Field(
        None,
        validation_alias="LFASSESS_BROWSER",
        description="Chromium or Chrome; unset = found on this machine",
    )
    chromedriver_path: Path | None = Field(
        None,
        validation_alias="LFASSESS_CHROMEDRIVER",
        description="its ChromeDriver; unset = found on this machine",
    )
    allow_exposed_browser: bool = Field(
        default=False,
        description="start the browser where the kernel gives it no cage and other people's "
        "accounts could run programs as this one through it",
    )
    lighthouse_dir: Path | None = Field(
        None,
        description="folder whose node_modules holds lighthouse; default: below the data folder",
    )
    lighthouse_runs: int | None = Field(
        None,
        ge=1,
        le=9,
        description="how often Lighthouse here measures a phone; unset = once, and up to three "
        "times where the score is near a grade's bound or the machine was busy",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: LogFormat = Field(
        "text", description="text, or json: an object a line, for programs that collect logs"
    )

    @field_validator("connect_to", "trusted_proxies", "target_ports", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            try:
                ipaddress.ip_network(entry)
            except ValueError as e:
                raise ValueError(f"{entry!r} is not an IP address or network") from e
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            webhook_key(value.get_secret_value())
        return value

    @field_validator("target_ports")
    @classmethod
    def _are_ports(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "any" in value:
            return ANY_PORT
        for entry in value:
            port_range(entry)
        return value

    @field_validator("database_url", "broker_url")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        schemes = service_urls.POSTGRES if info.field_name == "database_url" else service_urls.REDIS
        if value is not None and (fault := service_urls.fault(value, schemes)):
            raise ValueError(fault)
        return value

    @field_validator("default_country")
    @classmethod
    def _upper_country(cls, value: str) -> str:
        if len(value) != 2 or not value.isalpha():  # noqa: PLR2004 - ISO 3166 alpha-2
            raise ValueError("must be a two-letter country code such as US or GB")
        return value.upper()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # Code and files may name a setting; in the environment WINDOW or API_KEY are others' words.
        env_settings.config = {**env_settings.config, "populate_by_name": False}
        return init_settings, env_settings, InitSettingsSource(settings_cls, _in_files())

    @property
    def local_lighthouse(self) -> bool:
        """Whether PageSpeed is measured here: without a key, and on sites Google can't reach."""
        return self.google_api_key is None or (
            self.sandbox_url is not None and self.pagespeed_base_url is None
        )

    @property
    def embedded_postgres(self) -> bool:
        return self.database_url is None

    @property
    def embedded_redis(self) -> bool:
        return self.broker_url is None


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return str(Settings.model_fields[name].validation_alias or PREFIX + name.upper())


def _in_files() -> dict[str, Any]:
    """Return what the settings files say, by the settings' names; paths are the file's own."""
    merged: dict[str, Any] = {}
    for file in reversed(settings_files()):
        for name, field in Settings.model_fields.items():
            given = next((k for k in (name, variable_of(name)) if k in file.values), None)
            if given is None:
                continue
            value = file.values[given]
            if isinstance(value, str) and Path in {field.annotation, *get_args(field.annotation)}:
                value = file.path.absolute().parent / Path(value).expanduser()
            merged[name] = value
    return merged


def _named(name: str | int, *inside: str | int) -> str:
    variable = variable_of(str(name)) if name in Settings.model_fields else name
    return ".".join(map(str, (variable, *inside)))


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")  # what pydantic puts before our own words


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process's settings, read once.

    Raises:
        ConfigurationError: a value can't be used; the message names each one, never its secret.
    """
    return load_settings()


def load_settings() -> Settings:
    """Read the settings afresh, and lay the operator's files over configs/.

    Raises:
        ConfigurationError: see get_settings.
    """
    try:
        found = Settings()
    except ValidationError as e:
        lines = "; ".join(f"{_named(*err['loc'])}: {_said(err['msg'])}" for err in e.errors())
        raise ConfigurationError(
            f"A setting can't be used: {lines}",
            hint="Fix it there; docs/reference/configuration.md has every setting.",
        ) from e
    config_files.use(found.config_dir.expanduser().absolute() if found.config_dir else None)
    return found
