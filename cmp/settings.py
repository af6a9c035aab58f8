# SPDX-License-Identifier: Apache-2.0
"""Every setting, in one table. A `KVITT_*` variable wins over the TOML file, that over the default.

An unknown name or a bad value stops the start with the name in the message. A setting marked
`secret` may also come from a file whose path stands in `KVITT_<NAME>_FILE`.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cmp.errors import SettingsError

__all__ = ["SETTINGS", "Setting", "Settings", "load"]

PREFIX = "KVITT_"
LOG_LEVELS = ("debug", "info", "warning", "error")
# Variables with our prefix that are read by tools around the program, not by the program.
FOREIGN = frozenset({"KVITT_CONFIG", "KVITT_CHROMIUM"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The values the program runs with. Made by `load`, passed to `create_app`."""

    data_dir: Path
    database_url: str
    public_url: str
    key_dir: Path
    secret: str
    trusted_proxies: int
    rate_limit: str
    login_rate_limit: str
    session_hours: int
    retention: str
    log_level: str
    workers: int
    threads: int


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: name in `Settings`, default as text, what it is for, how its text is read."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


def _count(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address such as https://consent.example.no")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must have no query, fragment or password")
    return text.rstrip("/")


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def _rate(text: str) -> str:
    if text == "off":
        return text
    number, _, period = text.partition("/")
    if not number.isdigit() or int(number) < 1 or period not in ("second", "minute", "hour"):
        raise ValueError("must be `off` or a number, a slash and second, minute or hour: 60/minute")
    return text


def _secret(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _months(text: str) -> str:
    if not (text.startswith("P") and text.endswith("M") and text[1:-1].isdigit()):
        raise ValueError("must be a number of months as ISO 8601 writes it: P24M")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "data_dir", "kvitt-data", "Folder for the database, the keys and everything kept.", Path
    ),
    Setting(
        "database_url",
        "",
        "Where records are kept: `sqlite:///…` or `postgresql://…`. "
        "Empty: `kvitt.db` in the data directory.",
        _database,
        secret=True,
    ),
    Setting(
        "public_url", "http://localhost:8700", "Address under which visitors reach this.", _url
    ),
    Setting(
        "key_dir",
        "",
        "Folder of the private keys (mode 0700). Empty: `keys` in the data directory.",
    ),
    Setting(
        "secret",
        "",
        "Signs sessions and links, at least 32 characters. "
        "Empty: made at the first start and kept in the key directory.",
        _secret,
        secret=True,
    ),
    Setting(
        "trusted_proxies",
        "0",
        "Number of proxies in front whose X-Forwarded-* count.",
        _count(0, 5),
    ),
    Setting("rate_limit", "120/minute", "Decisions that one network may send, or `off`.", _rate),
    Setting(
        "login_rate_limit",
        "10/minute",
        "Login attempts that one network may make, or `off`.",
        _rate,
    ),
    Setting("session_hours", "8", "Hours after which a login ends.", _count(1, 168)),
    Setting("retention", "P24M", "How long a record is kept after its consent has ended.", _months),
    Setting("log_level", "info", "How much is logged.", _one_of(*LOG_LEVELS)),
    Setting("workers", "2", "Processes of `kvitt serve`.", _count(1, 64)),
    Setting("threads", "16", "Request threads in each process of `kvitt serve`.", _count(1, 256)),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def _from_file(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(
            f"KVITT_CONFIG: the file {path} cannot be read: {fault}.", now="Mend or unset it."
        ) from fault
    for name in table:
        if name not in _BY_NAME:
            raise SettingsError(
                f"{name} in {path} is no setting.", now="docs/reference/settings.md lists them."
            )
    return {name: str(value) for name, value in table.items()}


def _known_variables() -> dict[str, tuple[Setting, bool]]:
    known = {setting.variable: (setting, False) for setting in SETTINGS}
    known |= {f"{s.variable}_FILE": (s, True) for s in SETTINGS if s.secret}
    return known


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    known, found = _known_variables(), {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in FOREIGN:
            continue
        if variable not in known:
            raise SettingsError(
                f"{variable} is no setting.", now="docs/reference/settings.md lists them."
            )
        setting, from_file = known[variable]
        found[setting.name] = _secret_file(variable, value) if from_file else value
    return found


def _secret_file(variable: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(
            f"{variable}: {path} cannot be read: {fault}.", now="Name a readable file."
        ) from fault


def _read(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as fault:
        shown = "the given value" if setting.secret else repr(text)
        raise SettingsError(
            f"{setting.variable}: {shown} does not fit: {fault}.", now="Correct it and start again."
        ) from fault


def load(environment: Mapping[str, str], **overrides: str) -> Settings:
    """Return the settings: `overrides`, else `environment`, else its TOML file, else the defaults.

    Raises SettingsError that names the variable for an unknown name or a bad value.
    """
    config = environment.get("KVITT_CONFIG")
    texts = {setting.name: setting.default for setting in SETTINGS}
    texts |= _from_file(Path(config)) if config else {}
    texts |= _from_environment(environment)
    texts |= overrides
    values = {setting.name: _read(setting, texts[setting.name]) for setting in SETTINGS}
    values["data_dir"] = values["data_dir"].absolute()
    values["key_dir"] = Path(values["key_dir"] or values["data_dir"] / "keys").absolute()
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir']}/kvitt.db"
    if {field.name for field in fields(Settings)} != set(_BY_NAME):
        raise AssertionError("Settings and SETTINGS name different things")
    return Settings(**values)
