"""latam-rag: grounded answers with checked citations, in Spanish and Portuguese, on the institution's own machine.

::

    from latam_rag import Index

    with Index.open("mi-comuna") as index:
        index.sync()
        answer = index.ask("¿En qué meses se paga la patente?")
        print(answer.text)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# A name is imported when it is first used: `import latam_rag` costs nothing.
_PUBLIC = {
    "Answer": "types",
    "Citation": "types",
    "Connector": "types",
    "Document": "types",
    "Filters": "types",
    "Hit": "types",
    "Index": "index",
    "LatamRagError": "errors",
    "Passage": "types",
    "Ref": "types",
    "Resource": "types",
}

if TYPE_CHECKING:
    from latam_rag.errors import LatamRagError
    from latam_rag.index import Index
    from latam_rag.types import Answer, Citation, Connector, Document, Filters, Hit, Passage, Ref, Resource

__all__ = [
    "Answer",
    "Citation",
    "Connector",
    "Document",
    "Filters",
    "Hit",
    "Index",
    "LatamRagError",
    "Passage",
    "Ref",
    "Resource",
    "__version__",
]


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        return getattr(importlib.import_module(f"latam_rag.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'latam_rag' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
