"""The records of a repository that speaks OAI-PMH, or the files they describe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from latam_rag.connectors import mapping, markup
from latam_rag.connectors.choice import DOCUMENTS, Address, Hosts, Http, Kinds
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor, kinds, urls
from latam_rag.connectors.links import tree
from latam_rag.connectors.options import check_options
from latam_rag.errors import EmptySource, SourceError
from latam_rag.parse.detect import RECORD
from latam_rag.parse.elements import child, children, content, local
from latam_rag.types import Ref, Resource

_MOST_PAGES = 20_000
#: Fields of Dublin Core → the part of the record they become; the rest is metadata.
_PARTS = (("description", "description"), ("subject", "subject"))


class OaiPmh:
    """The records of a repository that speaks OAI-PMH, or the files they describe.

    A record's own date tells whether it changed; one that the repository marks as deleted is no document.
    """

    @check_options
    def __init__(
        self,
        *,
        url: Annotated[Address, "The repository's OAI address: `https://repositorio.gob.pe/oai/request`."],
        set: Annotated[str, "Only the records of this set."] = "",
        documents: Annotated[
            Literal["records", "files"],
            "What is a document: the record itself (title, abstract, subjects), or the file that it leads to.",
        ] = "records",
        kinds: Kinds = DOCUMENTS,
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008  # frozen
    ) -> None:
        self._url = urls.canonical(url)
        self._set = set
        self._files = documents == "files"
        self._client = Client(http, Bounds([url], hosts))
        self._visitor = Visitor(self._client, tuple({*kinds, "html"}) if self._files else kinds)
        self._kinds = frozenset(kinds)
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many records were left out, by reason."""

    def refs(self) -> Iterator[Ref]:
        """In the repository's order."""
        self.left_out = Counter()
        seen: set[str] = set()  # shadows nothing here: the option is only the constructor's
        for header in self._headers():
            uri = content(header, "identifier")
            if header.get("status") == "deleted":
                self.left_out["deleted"] += 1
            elif uri and uri not in seen:
                seen.add(uri)
                yield Ref(uri=uri, revision=markup.settled(content(header, "datestamp")))
        if not seen:
            raise EmptySource("connectors.no_pages", name=self._url)

    def fetch(self, ref: Ref) -> Resource:
        answer = self._asked({"verb": "GetRecord", "identifier": ref.uri, "metadataPrefix": "oai_dc"})
        record = child(answer, "GetRecord", "record")
        said = child(record, "metadata", "dc") if record is not None else None
        if said is None:
            raise SourceError("connectors.missing", name=ref.uri)
        fields = _fields(said)
        if self._files:
            return self._file(ref, fields)
        return Resource(uri=ref.uri, body=mapping.body(_record(fields)), media_type=RECORD, revision=ref.revision)

    def _headers(self) -> Iterator[Any]:
        asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": self._set}
        count = 0
        for _ in range(_MOST_PAGES):
            found = child(self._asked(asked), "ListIdentifiers")
            headers = children(found, "header")
            count += len(headers)
            yield from headers
            (*_, token) = (None, *children(found, "resumptionToken"))
            following = content(token) if token is not None else ""
            if not following:
                whole = (token.get("completeListSize") or "") if token is not None else ""
                if whole.isdigit() and count < int(whole):
                    # Read as the whole list, it would be the deletion of the rest.
                    raise SourceError("connectors.bad_listing", name=self._url, error=f"{count} / {whole}")
                return
            asked = {"verb": "ListIdentifiers", "resumptionToken": following}
        raise SourceError("connectors.bad_listing", name=self._url, error="resumptionToken")

    def _asked(self, asked: Mapping[str, str]) -> Any:
        """The answer's root. SourceError with the repository's own words when it says no."""
        url = urls.canonical(f"{self._url}?{urlencode({key: value for key, value in asked.items() if value})}")
        root = markup.xml(self._client.get(url).body, url)
        if local(root) != "OAI-PMH":
            raise SourceError("connectors.bad_listing", name=url, error=f"<{local(root)}>")
        for error in children(root, "error"):
            code = error.get("code") or ""
            if code == "noRecordsMatch":
                raise EmptySource("connectors.no_pages", name=self._url)
            if code == "idDoesNotExist":
                raise SourceError("connectors.missing", name=asked.get("identifier", url))
            raise SourceError("connectors.bad_listing", name=url, error=f"{code} {content(error)}".strip())
        return root

    def _file(self, ref: Ref, fields: Mapping[str, list[str]]) -> Resource:
        """The first file of a wanted kind that the record names, or that the page it names declares as its full text."""
        named = [
            one for key in ("identifier", "relation", "source") for one in fields.get(key, []) if one.startswith("http")
        ]
        pages = [urls.canonical(one) for one in named]
        file = next((url for url in pages if kinds.by_address(url) in self._kinds - {"html"}), None)
        landing = next((url for url in pages if kinds.by_address(url) in ("", "html")), "")
        if file is None and landing:
            page = self._client.get(landing)
            file = _declared(page.body, page.url) or (page.url if "html" in self._kinds else None)
        if file is None:
            raise SourceError("connectors.no_file", name=ref.uri)
        found = self._visitor.resource(ref, file)
        record = _record(fields)
        return Resource(
            uri=ref.uri, body=found.body, media_type=found.media_type, revision=ref.revision, title=record["title"],
            url=landing or found.url, metadata=record["metadata"],
        )  # fmt: skip


def _fields(said: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in said:
        if text := content(each):
            found.setdefault(local(each), []).append(text)
    return found


def _record(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """What ``parse.records.parse_record`` reads."""
    day = next((day for written in fields.get("date", []) if (day := markup.day_of(written))), "")
    issuer = (fields.get("publisher") or fields.get("creator") or [""])[0]
    metadata = {
        "body": issuer,
        "kind": (fields.get("type") or [""])[0],
        "date": day,
        "author": "; ".join(fields.get("creator", [])),
    }
    return {
        "title": (fields.get("title") or [""])[0],
        "label": "",
        "headings": [],
        "url": next((one for one in fields.get("identifier", []) if one.startswith(("http://", "https://"))), ""),
        "metadata": {key: value for key, value in metadata.items() if value},
        "parts": [
            {"field": name, "values": fields[key], "list": key == "subject"} for key, name in _PARTS if fields.get(key)
        ] or [{"field": "description", "values": fields.get("title", []), "list": False}],
    }  # fmt: skip


def _declared(body: bytes, base: str) -> str | None:
    """The full text as a repository's page tells search engines (``citation_pdf_url``)."""
    root = tree(body)
    for meta in root.iter("meta") if root is not None else ():
        if (meta.get("name") or "").lower() == "citation_pdf_url" and meta.get("content"):
            return urls.canonical(meta.get("content"), base)
    return None
