"""Where settings come from: options of the command, then the environment, then a TOML file.

:func:`read_settings` gives :class:`~greffier.settings.Settings` or raises
:class:`SettingsRefused` with every fault at once, unknown names included.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from greffier.settings import Settings

PREFIX = "GREFFIER_"
#: Names under our prefix that are not the service's: the client and the scripts read them.
OTHERS = frozenset({"GREFFIER_URL", "GREFFIER_PYTHON"})
#: Names the settings file itself.
CONFIG = "GREFFIER_CONFIG"

# What Kubernetes sets in every container for each service of the namespace, here for one
# whose name starts with "greffier":
# https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
_SERVICE_LINK = re.compile(
    r"GREFFIER_([A-Z0-9_]+_)?"
    r"(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_LINKED_PORT = re.compile(r"(tcp|udp|sctp)://")


class SettingsRefused(Exception):
    """The settings have faults; the message lists all of them, a line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read_settings(
    options: Mapping[str, object] | None = None, *, config: Path | None = None
) -> Settings:
    """Read the settings from all sources.

    Args:
        options: from the command line, by field name; they go before everything else.
        config: the TOML file; absent: the one that ``GREFFIER_CONFIG`` names, if any.

    Raises:
        SettingsRefused: with every fault.
    """
    options = options or {}
    faults: list[str] = []
    file = _read_file(config or _config(), faults)
    environment = _read_environment(faults)
    # For each field the name it was given last, to tell a fault by.
    names = {
        **{field: field for field in file},
        **{field: f"{PREFIX}{field.upper()}" for field in environment},
        **{field: f"--{field.replace('_', '-')}" for field in options},
    }
    values = {**file, **environment, **options}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        faults.extend(_faults(error, names))
        # The rules between settings are only looked at once each is right by itself.
        wrong = {each["loc"][0] for each in error.errors() if each["loc"]}
        try:
            Settings(**{field: value for field, value in values.items() if field not in wrong})
        except ValidationError as between:
            faults.extend(fault for fault in _faults(between, names) if fault not in faults)
    if faults:
        raise SettingsRefused(faults)
    return settings


def _config() -> Path | None:
    named = os.environ.get(CONFIG)
    return Path(named) if named else None


def _read_file(path: Path | None, faults: list[str]) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        with path.open("rb"):  # the library takes a file that is missing for an empty one
            given = dict(TomlConfigSettingsSource(Settings, path)())
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path} is not TOML: {error}.")
        return {}
    except OSError as error:
        faults.append(f"{path} cannot be read: {error.strerror}.")
        return {}
    return {field: value for field, value in given.items() if _known(field, field, faults)}


def _read_environment(faults: list[str]) -> dict[str, Any]:
    links = service_links()
    for name in os.environ:
        if name.startswith(PREFIX) and name not in (*links, *OTHERS, CONFIG):
            _known(name.removeprefix(PREFIX).lower(), name, faults)
    given = EnvSettingsSource(Settings)()
    return {field: given[field] for field in given if f"{PREFIX}{field.upper()}" not in links}


def service_links() -> list[str]:
    """Name the variables that are not settings, because Kubernetes made them."""
    return [name for name, value in os.environ.items() if _is_service_link(name, value)]


def _known(field: str, name: str, faults: list[str]) -> bool:
    if field in Settings.model_fields:
        return True
    near = difflib.get_close_matches(field, Settings.model_fields, n=1)
    meant = near[0] if near else ""
    if near and name.startswith(PREFIX):
        meant = f"{PREFIX}{meant.upper()}"
    advice = f"Did you mean {meant}?" if near else "docs/operators/settings.md lists all."
    faults.append(f"{name}: there is no such setting. {advice}")
    return False


def _is_service_link(name: str, value: str) -> bool:
    if _SERVICE_LINK.fullmatch(name):
        return True
    return name.startswith(PREFIX) and name.endswith("PORT") and bool(_LINKED_PORT.match(value))


def _faults(error: ValidationError, names: Mapping[str, str]) -> list[str]:
    faults: list[str] = []
    for each in error.errors(include_input=False):
        message = each["msg"].removeprefix("Value error, ")
        name = f"{_place(each['loc'], names)}: " if each["loc"] else ""
        faults.extend(f"{name}{line}." for line in message.split(".\n"))
    return faults


def _place(path: Sequence[int | str], names: Mapping[str, str]) -> str:
    """Write where a fault is: the name that the setting was given, and the place within it."""
    within = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in path[1:])
    return names[str(path[0])] + "".join(within)
