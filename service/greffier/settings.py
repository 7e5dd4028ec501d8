"""Everything an operator can set, in one place.

Each field is read from the environment (``GREFFIER_<NAME>``), from one TOML file
(key ``<name>``) or from an option of ``greffier serve`` (``--<name>``, with hyphens);
:mod:`greffier.settings_sources` does the reading. docs/operators/settings.md lists
them all, and a test keeps it in step.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Literal, Self

from greffier_converters.formats import INPUTS
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import URL

from greffier.access.oidc.settings import Issuer, check_unique, read_issuers
from greffier.access.policy import TTL_S, Policy
from greffier.store.urls import database_url, sqlite_url
from greffier.webhooks.targets import Allowed, read_allowed

MIB = 2**20

#: Kinds of documents that only an operator can let in.
OPERATOR_KINDS = tuple(kind for kind, accepts in INPUTS.items() if accepts.operator_only)

# A bucket's name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BLOB_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/[A-Za-z0-9/._-]*)?|file:///[^?#]+")


@functools.cache
def time_zones() -> frozenset[str]:
    """Name all time zones; looked up once, because it reads a hundred folders."""
    return frozenset(zoneinfo.available_timezones())


class Settings(BaseSettings):
    """What the service was told; every fault in it is found before anything starts."""

    model_config = SettingsConfigDict(
        env_prefix="GREFFIER_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the caller gives and nothing else: the sources are read elsewhere."""
        return (init_settings,)

    # --- the door ---------------------------------------------------------------------
    host: str = Field("127.0.0.1", min_length=1)
    """Address to listen on."""
    port: int = Field(8080, ge=0, le=65535)
    """Port to listen on; 0 lets the system choose one."""
    auth: Literal["required", "off"] = "required"
    """`off` lets in everybody on this machine, as the operator: for trials, on loopback only."""
    api_key: SecretStr | None = None
    """A key of the operator's own choice, sent as `Authorization: Bearer <key>`; at least 16
    characters. Without one, the first start makes a key and prints it."""
    api_key_file: Path | None = None
    """File that holds the key, instead of `api_key`."""
    oidc: Annotated[tuple[Issuer, ...], NoDecode] = ()
    """Identity services whose access tokens open, too: a list, as docs/operators/oidc.md has it."""

    webhook_allow: Annotated[tuple[str, ...], NoDecode] = ()
    """Where webhooks may go besides addresses of the internet, separated by commas: networks
    (`10.1.0.0/16`), addresses, and names whose addresses may then be any."""
    webhook_http: bool = False
    """Whether webhooks may go to `http://`, too: readable by whoever is in between."""

    # --- places -----------------------------------------------------------------------
    data_dir: Path = Path("greffier-data")
    """Folder under which everything lies that the service writes."""
    database_url: SecretStr | None = None
    """The database of templates, tenants and keys: `postgresql://user@host/name`; by default a
    SQLite file in the data folder."""
    templates_dir: Path | None = None
    """Folder of your own templates, `NAME/template.odt` each, and blocks, `NAME/block.odt`; they
    go before those of the library that have the same name."""
    blob_url: str = ""
    """Where templates and documents are kept: `s3://BUCKET/PREFIX`, or `file:///FOLDER` for a
    folder that several machines share. Empty: the folder `blobs` of `data_dir`."""
    blob_endpoint: str = ""
    """URL of the server that speaks S3, when it is not Amazon's: `https://minio.example.org`."""
    blob_region: str = ""
    """Region of the bucket, where its server asks for one."""
    office: Path | None = None
    """LibreOffice's program folder, when it is not found by itself."""
    office_python: Path | None = None
    """The Python that can import `uno`, when it is not found by itself."""

    # --- processes --------------------------------------------------------------------
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    """LibreOffice processes, and thereby documents converted at the same time; by default
    one a processor."""
    interactive_workers: int | None = Field(None, ge=0)
    """Of these, how many batch work never takes; by default 1, or 0 with a single worker."""
    spare: int = Field(0, ge=0, le=16)
    """LibreOffice processes kept ready beyond `workers`, to stand in at once for one lost."""
    font_workers: int | None = Field(None, ge=1, le=256)
    """LibreOffice processes kept beyond `workers` that were started with the fonts of a tenant,
    when one is asked for; by default as many as `workers`, and two at least."""
    renderers: int | None = Field(None, ge=1, le=64)
    """Processes that fill templates; by default one for every four workers, and two at least
    when there are two workers."""
    queue_length: int = Field(200, ge=1)
    """Documents that may wait. When so many do, a tenant that has an equal share of them
    waiting is refused with 429; one with fewer still gets in."""
    recycle_after: int = Field(200, ge=1)
    """Documents after which a process is replaced by a fresh one."""
    recycle_rss_mb: int = Field(800, ge=100)
    """Resident memory in MiB above which a process is replaced by a fresh one."""
    jobs: Literal["here", "workers"] = "here"
    """Who does what is not answered at once. `workers`: machines that run `greffier worker`,
    which takes PostgreSQL and a `blob_url` that they share."""
    sandbox: Literal["required", "degraded"] = "required"
    """`degraded` starts also where the kernel cannot confine LibreOffice: for trials only."""

    # --- limits -----------------------------------------------------------------------
    deadline_s: float = Field(60, gt=0, le=3600)
    """Seconds one document may take, waiting included; then 504."""
    body_timeout_s: float = Field(60, gt=0, le=3600)
    """Seconds a caller may take to send the body of a request; then 408. An idle connection, or
    one whose request's head takes longer, is closed."""
    max_body_bytes: int = Field(64 * MIB, ge=1024)
    """Largest request, after decompression; a larger one is refused with 413."""
    max_template_bytes: int = Field(32 * MIB, ge=1024)
    """Largest template in a request; a larger one is refused with 413."""
    shutdown_grace_s: float = Field(30, ge=0, le=3600)
    """Seconds that accepted requests get to finish after SIGTERM."""

    result_ttl_s: int = Field(24 * 3600, ge=TTL_S[0], le=TTL_S[1])
    """Seconds for which documents are kept that callers want kept (`Idempotency-Key`, descriptions,
    answers later); then they are erased. A tenant's policy may say otherwise."""

    # --- tenants ----------------------------------------------------------------------
    tenant_requests_in_flight: int | None = Field(None, ge=1, le=10_000)
    """Documents, conversions and checks that a tenant may ask for at the same time, on each
    machine; more are refused with 429. Here and below a tenant's policy may say otherwise."""
    tenant_requests_per_minute: int | None = Field(None, ge=1, le=100_000)
    """The same within any minute, on each machine."""
    tenant_pages_per_day: int | None = Field(None, ge=1, le=10**12)
    """Pages of documents that a tenant may have made in a day of UTC; then 429."""
    tenant_stored_bytes: int | None = Field(None, ge=1, le=10**15)
    """Bytes of templates, fonts and kept documents that a tenant may have; then 413."""

    # --- documents --------------------------------------------------------------------
    default_engine: Literal["greffier", "py3o"] = "greffier"
    """Engine that fills templates when a request names none."""
    py3o_engine: Literal["off", "trusted"] = "off"
    """`trusted` allows the engine `py3o`, under which a template can run any Python."""
    locale: str = Field("", pattern=r"^([A-Za-z]{2,3}([_-][A-Za-z0-9]+)*)?$")
    """How amounts and dates are written when a request does not say: `fr_BE`. Empty: as the
    language of the template writes them."""
    timezone: str = "UTC"
    """Zone in which moments are shown when a request does not say: `Europe/Brussels`."""
    allowed_inputs: Annotated[tuple[str, ...], NoDecode] = ()
    """Kinds of documents to accept besides the usual ones, separated by commas. Their import
    filters read files that a document names; only the sandbox stops them."""

    audit_days: int = Field(400, ge=0, le=36500)
    """Days after which records of who did what are erased; 0 keeps them for ever. Usage, which
    only counts, is kept."""

    # --- logs -------------------------------------------------------------------------
    log_format: Literal["text", "json"] = "text"
    """Lines for people, or a JSON object a line."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important lines to write."""

    @field_validator("webhook_allow")
    @classmethod
    def _readable_targets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_allowed(value, http=False)
        return value

    @field_validator("allowed_inputs", "webhook_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(each.strip() for each in value.split(",") if each.strip())
        return value

    @field_validator("allowed_inputs")
    @classmethod
    def _known_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for kind in value:
            if kind not in OPERATOR_KINDS:
                raise ValueError(f"{kind!r} is none of {', '.join(OPERATOR_KINDS)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in time_zones():
            raise ValueError(
                f"there is no time zone {value!r}; they are named like Europe/Brussels"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _readable_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            database_url(value.get_secret_value())
        return value

    @field_validator("oidc", mode="before")
    @classmethod
    def _read_issuers(cls, value: object) -> object:
        return read_issuers(value)

    @field_validator("oidc")
    @classmethod
    def _unique_issuers(cls, value: tuple[Issuer, ...]) -> tuple[Issuer, ...]:
        check_unique(value)
        return value

    @field_validator("api_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_key(value.get_secret_value())
        return value

    @field_validator("api_key_file")
    @classmethod
    def _readable_key(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                _check_key(value.read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(f"{value} cannot be read: {error}") from error
        return value

    @field_validator("blob_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value and not _BLOB_URL.fullmatch(value):
            raise ValueError("it must be s3://BUCKET, s3://BUCKET/PREFIX or file:///FOLDER")
        return value

    @field_validator("blob_endpoint")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s@]+/?", value):
            raise ValueError("it must be the URL of a server: https://minio.example.org")
        return value.rstrip("/")

    @field_validator("templates_dir")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @model_validator(mode="after")
    def _agree(self) -> Self:
        faults = []
        if self.api_key is not None and self.api_key_file is not None:
            faults.append("api_key and api_key_file: set one of them, not both")
        if self.reserved_workers >= self.workers:
            faults.append(
                f"interactive_workers: must be less than workers ({self.workers}), because "
                "batch work needs one at least"
            )
        if self.default_engine == "py3o" and self.py3o_engine == "off":
            faults.append("default_engine: py3o needs py3o_engine to be trusted")
        if (self.blob_endpoint or self.blob_region) and not self.blob_url.startswith("s3:"):
            faults.append("blob_endpoint and blob_region: only a blob_url of s3:// has them")
        if self.jobs == "workers" and (lacking := self.lacking_for_workers):
            faults.append(f"jobs: workers need {lacking}")
        if self.max_template_bytes > self.max_body_bytes:
            faults.append("max_template_bytes: must not exceed max_body_bytes")
        if not self.loopback and self.auth == "off":
            faults.append(
                f"host: {self.host} can be reached from other machines, so auth must be required; "
                "or listen on 127.0.0.1"
            )
        if self.auth == "off" and self.key is not None:
            faults.append("auth: off lets everybody in without a key, so set no api_key")
        if self.auth == "off" and self.oidc:
            faults.append("auth: off lets everybody in without a token, so set no oidc")
        if faults:
            raise ValueError(".\n".join(faults))
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def key(self) -> str | None:
        """The operator's own key, wherever it was set; None: there is none but those made."""
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        if self.api_key_file is not None:
            return self.api_key_file.read_text(encoding="utf-8").strip()
        return None

    @property
    def reserved_workers(self) -> int:
        """Workers that batch work never takes."""
        if self.interactive_workers is not None:
            return self.interactive_workers
        return 1 if self.workers > 1 else 0

    @property
    def render_processes(self) -> int:
        """Processes that fill templates.

        One feeds four offices with ease; the second is there so that nobody's letter
        waits for somebody else's table of five thousand rows.
        """
        if self.renderers is not None:
            return self.renderers
        return max(min(self.workers, 2), -(-self.workers // 4))

    @property
    def webhook_targets(self) -> Allowed:
        """Where webhooks may go besides addresses of the internet."""
        return read_allowed(self.webhook_allow, http=self.webhook_http)

    @property
    def database(self) -> URL:
        """The database to use."""
        if self.database_url is not None:
            return database_url(self.database_url.get_secret_value())
        return sqlite_url(self.data_dir.absolute() / "greffier.sqlite")

    @property
    def font_processes(self) -> int:
        """Workers kept beyond the others with the fonts of tenants."""
        return self.font_workers if self.font_workers is not None else max(2, self.workers)

    @property
    def font_sets_dir(self) -> Path:
        """Where the fonts of tenants are laid out for offices."""
        return self.work_dir / "fonts"

    @property
    def lacking_for_workers(self) -> str:
        """What has to be set before several machines can share the work; empty: nothing."""
        lacking = []
        if self.database.get_backend_name() == "sqlite":
            lacking.append("a database_url of PostgreSQL")
        if not self.blob_url:
            lacking.append("a blob_url that all machines share")
        return " and ".join(lacking)

    @property
    def tenant_limits(self) -> Policy:
        """What holds for a tenant whose policy does not say."""
        return Policy(
            requests_in_flight=self.tenant_requests_in_flight,
            requests_per_minute=self.tenant_requests_per_minute,
            pages_per_day=self.tenant_pages_per_day,
            stored_bytes=self.tenant_stored_bytes,
        )

    @property
    def work_dir(self) -> Path:
        """Where requests and processes have their folders."""
        return self.data_dir.absolute() / "work"


def _check_key(key: str) -> None:
    # 16 characters of hexadecimal are 64 bits: not to be guessed over HTTP.
    if len(key) < 16 or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("a key has at least 16 printable ASCII characters and no spaces")
