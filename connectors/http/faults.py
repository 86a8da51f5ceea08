"""The kinds of trouble a request can run into, by the key of the error. Pure."""

from __future__ import annotations

from latam_rag.errors import SourceError

#: The address itself has no document, and never had or no longer has one.
GONE = frozenset(("http.missing",))
#: Not ours to ask for, or not worth it: known without a body.
REFUSED = frozenset(("http.robots", "http.outside", "http.not_wanted", "http.bad_url"))
#: The machine it leads to is one that a source has no business with.
FORBIDDEN = frozenset(("http.private_address", "http.forbidden_address"))
#: More than is taken, or not what was asked for: the address answers, and its document can't be had.
TOO_MUCH = frozenset(("http.too_large", "http.bomb", "http.encoding", "http.redirects"))
#: No answer, where the answer of another address tells whether it is the page or the network.
SILENT = frozenset(("http.failed", "http.no_host", "http.timeout", "http.truncated"))
#: May pass by itself.
PASSING = frozenset(
    ("http.status", "http.failed", "http.no_host", "http.truncated", "http.timeout", "http.busy", "http.too_slow")
)  # fmt: skip


def is_gone(error: SourceError) -> bool:
    return error.key in GONE


def is_refused(error: SourceError) -> bool:
    return error.key in REFUSED


def is_passing(error: SourceError) -> bool:
    return error.key in PASSING
