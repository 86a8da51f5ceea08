"""What a schema finds wrong in what someone wrote, in that person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latam_rag import messages

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: Pydantic's kinds of fault that ask for the same thing.
_SAME = {
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "iterable_type": "list_type",
    "tuple_type": "list_type",
    "set_type": "list_type",
    "frozen_set_type": "list_type",
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "float_parsing": "float_type",
    "bool_parsing": "bool_type",
}


def first(error: ValidationError) -> tuple[str, str]:
    """The first thing wrong: its key (``http.pause``), and why."""
    fault = error.errors(include_url=False)[0]
    return ".".join(str(part) for part in fault["loc"]), reason(fault)


def reason(fault: ErrorDetails) -> str:
    """Why a value was refused: *debe ser 1 o más*."""
    kind = _SAME.get(fault["type"], fault["type"])
    known = kind if messages.has(f"invalid.{kind}") else "other"
    told = dict(fault.get("ctx", {}))
    if "expected" in told:
        told["expected"] = told["expected"].replace(" or ", ", ")
    return messages.text(f"invalid.{known}", **told)
