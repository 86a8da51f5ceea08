"""A connector's options, checked: what is wrong is said by key, with what is allowed."""

from __future__ import annotations

from typing import Any, TypeVar

import pydantic

from latam_rag.errors import PluginError

#: The configuration of every connector's schema of options.
STRICT = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True)
Options = TypeVar("Options", bound=pydantic.BaseModel)


def checked(schema: type[Options], connector: str, given: dict[str, Any]) -> Options:
    """``given`` as ``schema``; PluginError names the option that is wrong and why. A tuple will do for a list."""
    lists = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
    try:
        return schema.model_validate(lists)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PluginError("connectors.bad_option", connector=connector, option=key, reason=first["msg"]) from error
