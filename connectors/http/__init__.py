"""A polite HTTP client for sources: paced, within bounds, and never led to an address inside the institution.

``Client.get`` answers a ``Reply`` or raises SourceError, whose key says what kind of trouble it is (``faults``). The rest of
the package is what it is made of: ``urls`` and ``bounds`` (which addresses), ``guard`` (which machines), ``pace`` and
``robots`` (how often, and whether), ``body`` (how much), ``visits`` (what is remembered between syncs).
"""

from latam_rag.connectors.http.bounds import Bounds
from latam_rag.connectors.http.client import Client, Reply
from latam_rag.connectors.http.manners import Manners
from latam_rag.connectors.http.visitor import Visit, Visitor

__all__ = ["Bounds", "Client", "Manners", "Reply", "Visit", "Visitor"]
