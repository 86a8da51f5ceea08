"""E-mail: the text as its author formatted it, named by its subject; attachments are told of."""

from __future__ import annotations

from email.message import EmailMessage
from types import SimpleNamespace

import oxmsg
import pytest

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import parse
from latam_rag.types import Document, Resource, SectionKind

PLAIN = "La patente se paga en enero y en julio en la tesorería municipal."
HTML = (
    "<p>La patente se paga en <s>marzo</s> enero y en julio en la tesorería municipal.</p>"
    "<table><tr><td>Mes</td><td>Cuota</td></tr><tr><td>enero</td><td>1.200</td></tr></table>"
)
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "__properties_version1.0".encode("utf-16-le")


def mail(*, html: str = "") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Oficina de partes <partes@ejemplo.cl>", "vecina@ejemplo.cl"
    made["Subject"], made["MIME-Version"] = "Respuesta a su solicitud de patente", "1.0"
    made.set_content(PLAIN)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def read(body: bytes) -> Document:
    return parse(Resource(uri="file:///correo.eml", body=body), limits=Limits())


def check_formatted(document: Document) -> None:
    assert document.title == "Respuesta a su solicitud de patente"
    assert [document.text[s.start : s.end] for s in document.sections if s.kind is SectionKind.STRUCK] == ["marzo"]
    assert "Mes | Cuota\nenero | 1.200" in document.text


def test_a_mail_is_read_and_named_by_its_subject() -> None:
    document = read(mail().as_bytes())
    assert (document.title, document.text) == ("Respuesta a su solicitud de patente", PLAIN)
    assert document.warnings == ()


def test_what_a_mail_strikes_through_and_its_tables_are_kept() -> None:
    check_formatted(read(mail(html=HTML).as_bytes()))


def test_attachments_are_told_of_and_pictures_of_the_text_are_none() -> None:
    made = mail()
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="ordenanza.pdf")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", cid="<logo>")
    (warning,) = read(made.as_bytes()).warnings
    assert "ordenanza.pdf" in warning and "logo.png" not in warning


def test_the_encoding_is_what_the_bytes_say() -> None:
    head = "From: a@x.cl\nTo: b@x.cl\nSubject: Circular\nMIME-Version: 1.0\nContent-Type: text/plain; charset={}\n\n"
    assert read(head.format("utf-8").encode() + PLAIN.encode("cp1252")).text == PLAIN
    assert read(head.format("nadie-lo-conoce").encode() + PLAIN.encode()).text == PLAIN


def test_an_outlook_message_is_read_as_a_mail_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said = SimpleNamespace(
        subject="Respuesta a su solicitud de patente", html_body=HTML, body=PLAIN,
        attachments=[SimpleNamespace(file_name="plano.dwg")],
    )  # fmt: skip
    monkeypatch.setattr(oxmsg.Message, "load", lambda file: said)
    document = read(OUTLOOK)
    check_formatted(document)
    assert "plano.dwg" in document.warnings[0]


def test_a_damaged_outlook_message_is_a_failure() -> None:
    with pytest.raises(DocumentError) as caught:
        read(OUTLOOK)
    assert caught.value.key == "parse.broken_office"
