"""What differs between instances, read once from the environment as one typed model; `conf/settings.py` takes it.

The rules of each value stand in `conf/variables.py`, which go.py asks too before any package is installed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Self

from django.core.exceptions import ImproperlyConfigured
from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shuangcha.conf import variables
from shuangcha.conf.variables import LOOPBACK, VARIABLES


def _read(value: Any, info: Any) -> Any:
    """The rule of the variable whose name the field bears."""
    return VARIABLES[info.field_name].read(value)


Ruled = BeforeValidator(_read)


class Environment(BaseSettings):
    """One field a variable, under the variable's own name. Its defaults are those of an instance that sets nothing."""

    model_config = SettingsConfigDict(case_sensitive=True, env_ignore_empty=True, frozen=True, validate_default=False)

    DATABASE_URL: Annotated[str | None, Ruled, Field(repr=False)] = None
    SHUANGCHA_DATA: Annotated[Path, Ruled] = variables.DATA
    SHUANGCHA_KEYS: Annotated[Path | None, Ruled] = None
    SHUANGCHA_SEALS: Annotated[Path | None, Ruled] = None
    SHUANGCHA_MODE: Annotated[str, Ruled] = "production"
    SHUANGCHA_HTTPS: Annotated[bool, Ruled] = False
    SHUANGCHA_HOSTS: Annotated[tuple[str, ...], NoDecode, Ruled] = LOOPBACK
    SHUANGCHA_SECURITY_CONTACT: Annotated[str | None, Ruled] = None

    @model_validator(mode="after")
    def _keys_apart(self) -> Self:
        variables.require_apart(self.keys, self.SHUANGCHA_DATA)
        return self

    @property
    def keys(self) -> Path:
        return self.SHUANGCHA_KEYS or self._beside(".keys")

    @property
    def seals(self) -> Path:
        return self.SHUANGCHA_SEALS or self._beside(".seals")

    @property
    def security_contact(self) -> str:
        """RFC 2142 names the mailbox `security`; the host is the first name by which browsers reach this instance."""
        names = [host.lstrip(".") for host in self.SHUANGCHA_HOSTS if host.lstrip(".")[0].isalpha()]
        return self.SHUANGCHA_SECURITY_CONTACT or f"mailto:security@{names[0] if names else 'localhost'}"

    def in_force(self) -> list[dict[str, Any]]:
        """Name, value without secrets, source and meaning of every variable."""
        held = {
            "DATABASE_URL": variables.masked(self.DATABASE_URL or f"sqlite://{self.SHUANGCHA_DATA}/shuangcha.sqlite3"),
            "SHUANGCHA_KEYS": str(self.keys),
            "SHUANGCHA_SEALS": str(self.seals),
            "SHUANGCHA_SECURITY_CONTACT": self.security_contact,
        }
        plain = self.model_dump(mode="json")
        return [
            {
                "name": name,
                "value": held.get(name, plain[name]),
                "source": "environment" if os.environ.get(name) else "default",
                "meaning": one.meaning,
            }
            for name, one in VARIABLES.items()
        ]

    def _beside(self, ending: str) -> Path:
        return self.SHUANGCHA_DATA.with_name(self.SHUANGCHA_DATA.name + ending)


def read() -> Environment:
    """The environment of this process. Raises ImproperlyConfigured with one sentence where it cannot be used."""
    try:
        variables.require_known(os.environ)  # the model does not see a name that it does not know
        return Environment()
    except variables.WrongSetting as wrong:
        raise ImproperlyConfigured(str(wrong)) from None
    except ValidationError as wrong:
        raise ImproperlyConfigured(str(wrong.errors()[0]["ctx"]["error"])) from None
