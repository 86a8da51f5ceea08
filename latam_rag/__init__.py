"""latam-rag: grounded answers with checked citations, in Spanish and Portuguese, on the institution's own machine."""

from __future__ import annotations

__version__ = "0.1.0"
