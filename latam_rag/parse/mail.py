"""E-mail (``.eml``) and Outlook's messages (``.msg``): the subject as title, the text as its author formatted it.

Attachments are documents of their own, which a mail read for its text leaves out, and says so.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from email.message import EmailMessage, Message
from typing import NamedTuple

from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse import decode, detect, html, markdown
from latam_rag.parse.build import Draft, clean

_LISTED = 10


class _Mail(NamedTuple):
    subject: str
    markup: str
    """The text in HTML, where there is one; it has the tables, and what is struck through."""
    plain: str
    attached: Sequence[str]


def read(body: bytes, media_type: str, *, name: str) -> Draft:
    """A Draft of a mail; DocumentError when it can't be read."""
    label = "Outlook" if media_type == detect.MSG else "e-mail"
    try:
        mail = _outlook(body) if media_type == detect.MSG else _mail(body)
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        OSError,
        RuntimeError,
        EOFError,
        AssertionError,
    ) as error:
        # What the libraries raise on damaged files.
        reason = clean(str(error))[:160] or type(error).__name__
        raise DocumentError("parse.broken_office", name=name, format=label, reason=reason) from error
    draft = html.read(mail.markup, name=name) if mail.markup.strip() else markdown.read_plain(mail.plain)
    draft.title = clean(mail.subject)
    if mail.attached:
        more = ", …" if len(mail.attached) > _LISTED else ""
        draft.warnings.append(message("parse.attachments_left", names=", ".join(mail.attached[:_LISTED]) + more))
    return draft


def _mail(body: bytes) -> _Mail:
    from email.parser import BytesParser
    from email.policy import default

    said = BytesParser(EmailMessage, policy=default).parsebytes(body)
    markup, plain = (_text(said.get_body((kind,))) for kind in ("html", "plain"))
    # A picture that the text calls by its id is part of it.
    apart = [each for each in said.iter_attachments() if not each["content-id"]]
    attached = [clean(each.get_filename() or each.get_content_type()) for each in apart]
    return _Mail(str(said["subject"] or ""), markup, plain, attached)


def _text(part: Message | None) -> str:
    content = part.get_payload(decode=True) if part is not None else None
    # By what the bytes say: mails lie about their encodings as files do.
    return decode.decode(content) if isinstance(content, bytes) else ""


def _outlook(body: bytes) -> _Mail:
    import oxmsg

    said = oxmsg.Message.load(io.BytesIO(body))
    attached = [clean(each.file_name or "") or "?" for each in said.attachments]
    return _Mail(said.subject or "", said.html_body or "", said.body or "", attached)
