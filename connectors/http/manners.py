"""The ``http`` table of a source: how its server is treated, and how this institution reaches it."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pydantic

from latam_rag.errors import SourceError

_VERSION = "0.1"


class Manners(pydantic.BaseModel):
    """How a server is asked."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    contact: str = pydantic.Field(default="", max_length=200, pattern=r"^[\x20-\x7e]*$")
    """Whom the server's people can write to: an e-mail or a page. It is sent with each request."""
    pause: float = pydantic.Field(default=1.0, ge=0, le=600, strict=False)
    """Seconds between two requests to one host, for all sources together; the host's own Crawl-delay if it is longer."""
    retries: int = pydantic.Field(default=4, ge=0, le=20)
    """How often a request that failed is repeated, waiting twice as long each time."""
    patience: float = pydantic.Field(default=300.0, gt=0, strict=False)
    """Seconds that a busy server may ask to wait; if it asks for more, the source is left for the next sync."""
    timeout: float = pydantic.Field(default=30.0, gt=0, strict=False)
    """Seconds without a sign of life."""
    max_seconds: float = pydantic.Field(default=300.0, gt=0, strict=False)
    """For one answer as a whole."""
    max_bytes: int = pydantic.Field(default=100_000_000, ge=1024)
    """Of one answer, unpacked."""
    robots: bool = True
    """Whether robots.txt is kept; ``false`` only for a site of your own."""
    intranet: Sequence[str] = ()
    """Hosts that may be at a private address: ``intranet.muni.cl``. Any other that turns out to be inside is refused."""
    proxy: str = pydantic.Field(default="", pattern=r"^(https?://[^@/]+/?)?$")
    """``http://proxy.muni.cl:3128``; by default what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, which may hold a password."""
    ca_file: str = ""
    """A PEM file with the certificate of the institution's own authority, beside those the system trusts."""
    headers_env: dict[str, str] = {}
    """Headers whose value stands in an environment variable: ``{ Authorization = "TOKEN_DATOS" }``. Sent to the source's own
    hosts only."""
    query_env: dict[str, str] = {}
    """Parameters of the address whose value stands in an environment variable: ``{ access_token = "TOKEN_DATOS" }``. Sent to
    the source's own hosts only, and in no message, record or citation."""

    def user_agent(self) -> str:
        return f"latam-rag/{_VERSION} (+{self.contact})" if self.contact else f"latam-rag/{_VERSION}"

    def headers(self) -> dict[str, str]:
        """SourceError when a variable isn't set."""
        return _from_environment(self.headers_env, "headers_env")

    def parameters(self) -> dict[str, str]:
        """SourceError when a variable isn't set."""
        return _from_environment(self.query_env, "query_env")


def _from_environment(named: dict[str, str], option: str) -> dict[str, str]:
    for name, variable in named.items():
        if variable not in os.environ:
            raise SourceError("connectors.no_variable", variable=variable, option=f"http.{option}.{name}")
    return {name: os.environ[variable] for name, variable in named.items()}
