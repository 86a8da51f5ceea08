"""For the tests of connectors, ours and other packages': the contract that each passes, and a site to pass it against."""

from latam_rag.testing.contract import ConnectorContract
from latam_rag.testing.site import Asked, Faults, Page, Site
from latam_rag.testing.web import HTTP, WebConnectorContract

__all__ = ["HTTP", "Asked", "ConnectorContract", "Faults", "Page", "Site", "WebConnectorContract"]
