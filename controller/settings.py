"""The process's settings, from the environment (``STORENET_PORT=8081``) and the command line.

In: environment variables and overrides. Out: one frozen ``Settings``. Called by ``controller.main``.
Content (stores, rules) and secrets are not settings; they stay in the content directory and behind references.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from controller.places import place_of
from inventory.secrets import SecretRef
from inventory.snmp_agents import Auth

PREFIX = "STORENET_"
_FIVE_YEARS = 5 * 366 * 86400


class SettingsError(Exception):
    """A setting is wrong; the message names every one of them, and what is allowed."""


def _place(text: str) -> str:
    place_of(text)
    return text


def _reference(text: str) -> str:
    return SecretRef(text).reference


class Settings(BaseSettings):
    """``content`` None: only what ships. ``clock_offset_seconds`` moves the controller's clock, for practice runs.

    ``lab`` is the directory of a lab whose page is shown.
    ``repairs_at_once`` None: a twentieth of the stores, at least three.
    ``record``: whether every round's observations are kept under ``state``, for ``recording_days`` and within
    ``recording_mb``.
    ``syslog``, ``traps``: where hints are listened for; ``hint_secret``: where the secret is that those who post hints
    share with us. Without them nothing is listened for, and nobody may post.
    ``trap_user``: whose SNMPv3 traps count, signed by ``trap_auth`` and encrypted with AES.
    ``model_key``: where the key is that models are signed with; without it one is made beside them. ``learn_hours``:
    how often it is looked whether there is something to learn.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    content: Path | None = None
    state: Path = Path(".storenet")
    profile: str = "standard"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    clock_offset_seconds: Annotated[float, Field(ge=-_FIVE_YEARS, le=_FIVE_YEARS, allow_inf_nan=False)] = 0.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    log_file: Path | None = None
    lab: Path | None = None
    workers: Annotated[int, Field(ge=1, le=1024)] = 256
    repairs_at_once: Annotated[int, Field(ge=1, le=10_000)] | None = None
    record: bool = True
    recording_days: Annotated[float, Field(gt=0, le=3660)] = 30.0
    recording_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    model_key: Annotated[str, AfterValidator(_reference)] | None = None
    learn_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 6.0
    syslog: Annotated[str, AfterValidator(_place)] | None = None
    traps: Annotated[str, AfterValidator(_place)] | None = None
    hint_secret: Annotated[str, AfterValidator(_reference)] | None = None
    trap_auth: Auth = "sha256"
    trap_auth_password: Annotated[str, AfterValidator(_reference)] | None = None
    trap_privacy_password: Annotated[str, AfterValidator(_reference)] | None = None
    trap_user: Annotated[str, Field(min_length=1, max_length=32)] | None = Field(default=None, validate_default=True)

    @field_validator("trap_user")
    @classmethod
    def _whole_user(cls, name: str | None, given: ValidationInfo) -> str | None:
        """A user of version 3 has two passwords, and they are somebody's."""
        both = [bool(given.data.get(f"trap_{which}_password")) for which in ("auth", "privacy")]
        if name is not None and not all(both):
            raise ValueError(f"needs {PREFIX}TRAP_AUTH_PASSWORD and {PREFIX}TRAP_PRIVACY_PASSWORD beside it")
        if name is None and any(both):
            raise ValueError("is missing: whose are the passwords for traps?")
        return name

    @property
    def ledger_path(self) -> Path:
        """Where the ledger is."""
        return self.state / "ledger.sqlite"

    @property
    def recordings_path(self) -> Path:
        """Where recordings are."""
        return self.state / "recordings"


def load_settings(**overrides: Any) -> Settings:
    """Return the settings; overrides that are None do not count. Raises ``SettingsError``."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [_line(str(e["loc"][0]), e["msg"], from_command_line=e["loc"][0] in given) for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _line(name: str, message: str, *, from_command_line: bool) -> str:
    """``STORENET_PORT: Input should be ...``: the value itself is not repeated, it may be anything."""
    place = f"--{name.replace('_', '-')}" if from_command_line else f"{PREFIX}{name.upper()}"
    if name not in Settings.model_fields:
        return f"{place}: there is no such setting; there are {', '.join(Settings.model_fields)}"
    message = message.removeprefix("Value error, ")
    return f"{place}: {message[0].lower()}{message[1:]}"
