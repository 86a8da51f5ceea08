"""A connector's options, checked: what is wrong is said by key, with what is allowed."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, get_type_hints

import pydantic
from pydantic.fields import FieldInfo

from latam_rag import invalid
from latam_rag.errors import PluginError, SourceError

#: The configuration of every connector's schema of options.
STRICT = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)
Options = TypeVar("Options", bound=pydantic.BaseModel)
Init = TypeVar("Init", bound=Callable[..., None])


def checked(schema: type[Options], connector: str, given: Mapping[str, Any]) -> Options:
    """``given`` as ``schema``; PluginError names the option that is wrong and why. A tuple will do for a list, and a day as
    TOML writes it (``2026-01-31``) for text."""
    try:
        return schema.model_validate({key: _plain(value, schema.model_fields.get(key)) for key, value in given.items()})
    except pydantic.ValidationError as error:
        key, reason = invalid.first(error)
        raise PluginError("connectors.bad_option", connector=connector, option=key, reason=reason) from error


def _plain(value: Any, field: FieldInfo | None) -> Any:
    if isinstance(value, date) and field is not None and field.annotation is str:
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def check_options(init: Init) -> Init:
    """Decorates a connector's ``__init__``: what it is given is checked against its annotations before it runs.

    Each parameter is keyword-only and says ``Annotated[type, "what it is for"]``, which ``latam-rag connectors describe``
    shows; a pydantic ``Field`` beside the words bounds it. PluginError names the option that is wrong.
    """
    signature = inspect.signature(init)

    @functools.wraps(init)
    def checking(self: object, **given: Any) -> None:
        signature.bind(self, **given)  # an unknown or a missing option is a TypeError, as for any function
        model = checked(_schema(init), type(self).__name__.lower(), given)
        init(self, **{key: getattr(model, key) for key in type(model).model_fields})

    return checking  # type: ignore[return-value]  # the same signature, by wraps


@functools.cache
def _schema(init: Callable[..., None]) -> type[pydantic.BaseModel]:
    hints = get_type_hints(init, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(init).parameters.items()
        if name != "self"
    }
    return pydantic.create_model("Options", __config__=STRICT, **fields)


def with_secrets(given: Mapping[str, Any], option: str) -> dict[str, Any]:
    """``password_env = "X"`` becomes ``password = <the value of X>``; SourceError where there is no X. ``option`` is the table
    that ``given`` was."""
    options: dict[str, Any] = {}
    for key, value in given.items():
        if key.endswith("_env"):
            if value not in os.environ:
                raise SourceError("connectors.no_variable", variable=value, option=f"{option}.{key}")
            options[key.removesuffix("_env")] = os.environ[value]
        else:
            options[key] = value
    return options
