"""Files of a folder, a single file, or anywhere that fsspec reaches; archives are walked into."""

from __future__ import annotations

import mimetypes
import posixpath
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import pydantic

from latam_rag.connectors.archives import FAULTS, Archive, Member, is_archive, open_archive
from latam_rag.connectors.filesystem import Entry, Location, locate, readable, refuse_plain_secrets
from latam_rag.connectors.http import Manners
from latam_rag.connectors.options import STRICT, checked
from latam_rag.connectors.patterns import literal_head, pattern
from latam_rag.errors import EmptySource, SourceError
from latam_rag.types import Ref, Resource

#: What systems and programs leave in folders and nobody calls a document (docs/connectors.md lists them). Not reported.
_LEFTOVERS = re.compile(
    r"\..*|~\$.*|~.*\.tmp|.*~|.*\.(?:tmp|swp|part|partial|crdownload)|thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx|@eadir"
    r"|\$recycle\.bin|system volume information|lost\+found",
    re.IGNORECASE,
)


class _Options(pydantic.BaseModel):
    model_config = STRICT
    path: str = pydantic.Field(min_length=1)
    include: list[str] = []
    exclude: list[str] = []
    name: str | None = pydantic.Field(default=None, pattern=r"^[^/\\:#]+$")
    url_prefix: str = pydantic.Field(default="", pattern=r"^(https?://.*)?$")
    storage_options: dict[str, str | int | float | bool] = {}
    http: Manners = Manners()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where the bytes of one uri are, or why they can't be had."""

    path: str
    revision: str
    archive: Archive | None = None
    member: Member | None = None
    refused: SourceError | None = None


class Files:
    """Every file under ``path`` is a document; so is every file inside its .zip and .tar archives.

    ``path`` is a folder, a file or an fsspec URL (``s3://…``, ``sftp://…``, ``webdav+https://…``). ``include`` and ``exclude``
    are patterns: ``*.pdf`` (a name, anywhere), ``actas/**/*.docx`` (a path), ``borradores`` (a folder); case doesn't matter.
    ``name`` begins every uri (default: the folder's own name). ``url_prefix`` is where the same folder is published, for
    citations to open. ``storage_options`` go to fsspec; a key ending in ``_env`` names the variable that holds a secret.
    """

    def __init__(
        self,
        path: Annotated[
            str,
            "A folder, a single file, or a URL that fsspec reads. A relative one starts at the definition's folder.",
        ],
        *,
        include: Annotated[
            Sequence[str], "Patterns; a file that fits none is left out. Without it, every file is a document."
        ] = (),
        exclude: Annotated[Sequence[str], "Patterns of files and folders that are left out."] = (),
        name: Annotated[str | None, "What every uri begins with; by default the folder's name."] = None,
        url_prefix: Annotated[str, "Where the same folder is published: a citation opens its file there."] = "",
        storage_options: Annotated[
            Mapping[str, Any] | None, "What fsspec needs to log in; `password_env` names a variable."
        ] = None,
        http: Annotated[
            Mapping[str, Any] | None, "How the server of a file on the web is asked: a table, see below."
        ] = None,
    ) -> None:
        given = {
            "path": path,
            "include": include,
            "exclude": exclude,
            "name": name,
            "url_prefix": url_prefix,
            "http": {} if http is None else http,
        }
        self._options: _Options = checked(_Options, "files", {**given, "storage_options": dict(storage_options or {})})
        refuse_plain_secrets(path, self._options.storage_options)
        self._included = [pattern(glob, "files", "include") for glob in self._options.include]
        self._excluded = [pattern(glob, "files", "exclude") for glob in self._options.exclude]
        self._listing = threading.Lock()
        self._location: Location | None = None
        self._places: dict[str, _Place] = {}

    def refs(self) -> Iterator[Ref]:
        """Sorted by path; the files of an archive stand where the archive does, in its order."""
        for uri, place in self._list().items():
            yield Ref(uri=uri, revision=place.revision)

    def fetch(self, ref: Ref) -> Resource:
        place = self._places.get(ref.uri) or self._list().get(ref.uri)
        if place is None or self._location is None:
            raise SourceError("connectors.missing", name=ref.uri)
        if place.refused is not None:
            raise SourceError(place.refused.key, **place.refused.values)
        if place.archive is not None and place.member is not None:
            body, revision = place.archive.read(place.member), place.revision
        else:
            # Looked at before it is read: what changes meanwhile is found by the next sync. Elsewhere than on this machine a
            # listing and a second look may write the same date differently, so the listing's word stands.
            now = self._location.entry(place.path) if self._location.local else None
            body, revision = self._location.read(place.path), now.revision if now else place.revision
        return Resource(
            uri=ref.uri,
            body=body,
            media_type=mimetypes.guess_type(ref.uri)[0] or "",
            revision=revision,
            url=self._url(ref.uri),
        )

    def _list(self) -> dict[str, _Place]:
        options = self._options
        with self._listing:
            location = locate(options.path, options.storage_options, options.http)
            top = location.entry()
            name = options.name or readable(posixpath.basename(location.path)) or "files"
            if top is None:
                found = list(self._folder(location, location.path, name))
            else:
                found = list(self._file(location, top, name))
            if not found:
                key = "connectors.nothing_matches" if options.include or options.exclude else "connectors.empty"
                raise EmptySource(key, name=location.given)
            self._location, self._places = location, _unique(found)
            return self._places

    def _folder(self, location: Location, folder: str, uri: str) -> Iterator[tuple[str, _Place]]:
        for name, path, entry in location.walk(folder):
            below = f"{uri}/{readable(name)}"
            if _LEFTOVERS.fullmatch(name) or self._is_excluded(below):
                continue
            if entry is None and self._may_hold(below):
                yield from self._folder(location, path, below)
            elif entry is None or (entry.kind == "link" and location.leads_inside(entry.path)):
                continue
            else:
                yield from self._file(location, entry, below)

    def _file(self, location: Location, entry: Entry, uri: str) -> Iterator[tuple[str, _Place]]:
        if entry.kind != "file":
            key = "connectors.link_outside" if entry.kind == "link" else "connectors.not_a_file"
            yield from self._wanted(uri, _Place(path=entry.path, revision="", refused=SourceError(key, name=uri)))
        elif is_archive(uri):
            if self._may_hold(uri):
                yield from self._archive(location, entry, uri)
        else:
            yield from self._wanted(uri, _Place(path=entry.path, revision=entry.revision))

    def _archive(self, location: Location, entry: Entry, uri: str) -> Iterator[tuple[str, _Place]]:
        """What is inside; when it is a bomb or damaged, the archive itself, as one document that fails."""
        try:
            archive = open_archive(location.open(entry.path), uri, entry.size)
        except SourceError as error:
            if error.key not in FAULTS:
                raise
            yield uri, _Place(path=entry.path, revision=entry.revision, refused=error)
            return
        for member in archive.members():
            inner = _inner(member.name)
            below = f"{uri}/{inner}"
            if any(_LEFTOVERS.fullmatch(part) for part in inner.split("/")) or self._is_excluded(below):
                continue
            key = member.refused or ("connectors.nested_archive" if is_archive(inner) else "")
            refused = SourceError(key, name=below, allowed="1000 MB") if key else None
            yield from self._wanted(
                below,
                _Place(path=entry.path, revision=member.revision, archive=archive, member=member, refused=refused),
            )

    def _wanted(self, uri: str, place: _Place) -> Iterator[tuple[str, _Place]]:
        inside = uri.partition("/")[2] or uri
        if not self._included or any(one.fullmatch(inside) for one in self._included):
            yield uri, place

    def _may_hold(self, uri: str) -> bool:
        """Whether something in this folder or archive can be included: patterns that begin elsewhere spare opening it."""
        inside = [part.casefold() for part in uri.split("/")[1:]]
        heads = [literal_head(glob) for glob in self._options.include]
        return not heads or any(all(one == other for one, other in zip(head, inside, strict=False)) for head in heads)

    def _is_excluded(self, uri: str) -> bool:
        inside = uri.partition("/")[2] or uri
        return any(one.fullmatch(inside) for one in self._excluded)

    def _url(self, uri: str) -> str:
        inside = quote(uri.partition("/")[2] or uri)
        if self._options.url_prefix:
            return f"{self._options.url_prefix.rstrip('/')}/{inside}"
        if self._options.path.startswith(("http://", "https://")):
            base = self._options.path.rstrip("/")
            return f"{base}/{inside}" if "/" in uri else base
        return ""


def _inner(name: str) -> str:
    """A member's name as part of a uri; one that tries to climb out only loses its dots, for nothing is ever unpacked."""
    parts = readable(name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _unique(found: Iterable[tuple[str, _Place]]) -> dict[str, _Place]:
    """Names that only differ in their Unicode form, or stand twice in an archive, are told apart by a number."""
    places: dict[str, _Place] = {}
    for uri, place in found:
        key, count = uri, 1
        while key in places:
            count += 1
            key = f"{uri}~{count}"
        places[key] = place
    return places
