"""From bytes to a Document: what a file is, what it says, and how it fails."""

from __future__ import annotations

import io
import zipfile

import pytest

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.language import guess as detect_language
from latam_rag.parse import decode, parse, quality
from latam_rag.types import Document, Genre, Resource, SectionKind

LIMITS = Limits()


def read(body: bytes | str, name: str = "documento.txt", **options: object) -> Document:
    data = body.encode() if isinstance(body, str) else body
    document = parse(Resource(uri=f"file:///carpeta/{name}", body=data), limits=LIMITS, **options)  # type: ignore[arg-type]
    starts = [section.start for section in document.sections]
    assert starts == sorted(starts)
    assert all(0 <= section.start < section.end <= len(document.text) for section in document.sections)
    return document


def said(document: Document, kind: SectionKind) -> list[str]:
    return [document.text[s.start : s.end] for s in document.sections if s.kind is kind]


def failure(body: bytes, name: str = "documento", limits: Limits = LIMITS) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse(Resource(uri=f"file:///carpeta/{name}", body=body), limits=limits)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
    return caught.value


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "parse.empty_file"),
        (b"  \n\t ", "parse.empty_file"),
        (b"MZ\x90\x00" + bytes(range(256)) * 8, "parse.foreign"),
        (b"\x7fELF" + bytes(200), "parse.foreign"),
        (b"GGUF\x03\x00\x00\x00" + bytes(200), "parse.foreign"),
        (bytes(range(256)) * 20, "parse.foreign"),
        (b"PK\x03\x04 not really a zip", "parse.broken_zip"),
        (zipped(**{"readme.txt": b"hola"}), "parse.foreign"),
        (b"%PDF-1.7\nnothing else", "parse.broken_pdf"),
        (b"<?xml version='1.0'?><a><b></a>", "parse.broken_markup"),
    ],
)
def test_what_cannot_be_read_says_so_in_one_line(body: bytes, key: str) -> None:
    assert failure(body).key == key


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(word__document=b"x" * 12_000_000)
    assert len(bomb) < 100_000
    assert failure(bomb, "ley.docx").key == "parse.bomb"


def test_a_file_over_the_limit_is_refused() -> None:
    error = failure(b"Ley de prueba. " * 200, "ley.txt", Limits(max_bytes=1024))
    assert error.key == "parse.too_large"
    assert "limits.max_bytes" in str(error)


def test_the_content_decides_not_the_name() -> None:
    html = "<html><body><h1>Ordenanza 5</h1><p>El aseo se paga en marzo.</p></body></html>"
    document = read(html, "ordenanza.pdf")
    assert said(document, SectionKind.HEADING) == ["Ordenanza 5"]
    assert said(document, SectionKind.PARAGRAPH) == ["El aseo se paga en marzo."]


def test_many_comments_before_the_text_cost_nothing() -> None:
    document = read(
        "<!-- image -->\n\n" * 300 + "## LEI ORGÂNICA\n\nNós, representantes do povo, promulgamos a lei.", "lei.md"
    )
    assert said(document, SectionKind.HEADING) == ["LEI ORGÂNICA"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings_are_found_in_the_bytes(encoding: str) -> None:
    text = "Artículo 1º. La niñez tiene derecho a educación gratuita según la Constitución.\n" * 3
    assert decode.decode(text.encode(encoding)).lstrip("\ufeff") == text


def test_decomposed_letters_are_composed() -> None:
    assert "educación" in read("La educacio\u0301n es gratuita en toda la comuna.").text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Los vecinos de la comuna pagan el aseo en dos cuotas, según la ordenanza.", "es"),
        ("Os moradores do município pagam a taxa em duas parcelas, não havendo multa.", "pt"),
        ("12 34 56", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_the_sources_word_on_language_wins() -> None:
    assert read("Os moradores do município pagam a taxa em duas parcelas.", language="es").language == "es"


def test_markdown_front_matter_is_metadata_and_the_registry_s_remark_beats_the_status() -> None:
    document = read(
        "---\ntitle: 'LEY DE ALQUILERES'\nidentifier: LEY-27551\ncountry: ar\nrank: ley\npublication_date: '2020-06-30'\n"
        "last_updated: '1900-01-01'\nstatus: in_force\nsource: 'https://ejemplo.gob.ar/27551'\n"
        'observaciones: "ABROGADA POR ARTICULO 249 DEL DECRETO N° 70/2023"\n---\n'
        "# LEY DE ALQUILERES\n\n## TÍTULO I\n\nArtículo 1°- Sustitúyese el **artículo 75**.\n\n- uno\n- dos\n",
        "LEY-27551.md",
    )
    assert document.title == "LEY DE ALQUILERES"
    assert document.genre is Genre.LAW
    assert document.url == "https://ejemplo.gob.ar/27551"
    expected = {"country": "AR", "norm": "27551", "status": "repealed", "valid_from": "2020-06-30", "kind": "Ley"}
    assert expected.items() <= document.metadata.items()
    levels = [(s.level, document.text[s.start : s.end]) for s in document.sections if s.kind is SectionKind.HEADING]
    assert levels == [(1, "LEY DE ALQUILERES"), (2, "TÍTULO I")]
    assert "Sustitúyese el artículo 75." in document.text
    assert said(document, SectionKind.ITEM) == ["- uno", "- dos"]


def test_front_matter_that_expands_is_not_expanded() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nTexto de la ordenanza municipal sobre aseo."
    assert read(bomb, "x.md").metadata == {}


def test_markdown_tables_and_struck_text() -> None:
    document = read(
        "# Tarifas\n\n| Mes | Cuota |\n|---|---|\n| enero | 1.200 |\n\nEl plazo es ~~diez~~ veinte días.\n", "t.md"
    )
    assert said(document, SectionKind.TABLE) == ["Mes | Cuota\nenero | 1.200"]
    assert said(document, SectionKind.STRUCK) == ["diez"]
    assert "El plazo es diez veinte días." in document.text


def test_a_record_without_the_document_is_refused() -> None:
    stub = (
        "---\ntitle: Ordenanza 4\nidentifier: 004-2020\nsource: https://www.gob.pe/x\n---\n"
        "# Ordenanza 4\n\n*Fuente:* https://www.gob.pe/x\n"
    )
    error = failure(stub.encode(), "o.md")
    assert error.key == "parse.metadata_only"
    assert "https://www.gob.pe/x" in str(error)


def test_unreadable_text_is_refused_with_its_score() -> None:
    words = "bfiDENAWZA'AEGJ P.NAJ..tir {);(}2 e\ufffd\ufffd !'\ufffd\ufffdic::,NAL ROfld1a:id1t'¡r.;,: Ja f11m1{ tll3 de la "
    garbage = words * 12
    error = failure(garbage.encode(), "escaneo.txt")
    assert error.key == "parse.garbage"
    assert "%" in error.values["score"]
    assert quality.garbage("Artículo 5. La tarifa es de $ 1.200 por m² (UTM 0,25), art. 3 N° 4, letra b).") < 0.05


def test_html_keeps_what_is_struck_tables_and_headings() -> None:
    document = read(
        "<html><head><title>L1</title><script>no()</script></head><body><h2>Capítulo I</h2>"
        "<p>Art. 1<sup>o</sup> O prazo é de <strike>10 (dez)</strike> 20 dias.</p>"
        "<p style='text-decoration: line-through'>Art. 2 Revogado.</p>"
        "<table><tr><th>Faixa</th><th>Alíquota</th></tr><tr><td>até R$ 10</td><td><s>5%</s> 4%</td></tr></table>"
        "<ul><li>um</li></ul></body></html>",
        "L1.html",
    )
    assert said(document, SectionKind.STRUCK) == ["10 (dez)", "Art. 2 Revogado.", "5%"]
    assert said(document, SectionKind.TABLE) == ["Faixa | Alíquota\naté R$ 10 | 5% 4%"]
    assert said(document, SectionKind.HEADING) == ["Capítulo I"]
    assert said(document, SectionKind.ITEM) == ["um"]
    assert "Art. 1º O prazo" in document.text
    assert "no()" not in document.text


def test_xml_entities_are_not_expanded() -> None:
    bomb = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a><b>&e;</b></a>"
    assert failure(bomb, "x.xml").key == "parse.entities"


def test_a_law_of_leychile_has_its_articles_as_units() -> None:
    document = read(
        "<?xml version='1.0'?><ley xmlns='https://leychile.cl/schema/ley/v1' tipo='Ley' numero='20730' estado='vigente' "
        "fecha_publicacion='2014-03-08' url_original='https://leychile.cl/x'>"
        "<metadatos><titulo>REGULA EL LOBBY</titulo></metadatos>"
        "<contenido><titulo id='1'><titulo_seccion>TÍTULO I Disposiciones generales</titulo_seccion>"
        "<texto>TÍTULO I\n\n Disposiciones generales</texto>"
        "<articulo id='2' numero='1' fecha_modificacion='2014-03-08'><texto>Artículo 1º.- Esta ley regula la\npublicidad.\n"
        " El ministro informa.</texto></articulo>"
        "<articulo id='3' numero='8 BIS' estado='derogado'><texto>Artículo 8 bis.- Derogado.</texto></articulo></titulo>"
        "<titulo id='4'><titulo_seccion>DISPOSICIONES TRANSITORIAS</titulo_seccion>"
        "<articulo id='5' numero='segundo'><contenido><parrafo>Artículo segundo.- Rige así:</parrafo>"
        "<inciso numero='1'>Desde enero.</inciso></contenido></articulo></titulo></contenido></ley>",
        "ley.xml",
    )
    units = [s for s in document.sections if s.kind is SectionKind.UNIT]
    assert [u.label for u in units] == ["art. 1", "art. 8 bis", "art. segundo transitorio"]
    assert [u.metadata["article"] for u in units] == ["1", "8-bis", "2-transitorio"]
    assert units[0].headings == ("TÍTULO I Disposiciones generales",)
    assert document.text[units[0].start : units[0].end] == (
        "Artículo 1º.- Esta ley regula la publicidad.\n\nEl ministro informa."
    )
    assert units[1].metadata["status"] == "repealed"
    assert "1) Desde enero." in said(document, SectionKind.ITEM)
    assert document.title == "Ley 20730: REGULA EL LOBBY"
    assert {"country": "CL", "norm": "20730", "status": "in_force"}.items() <= document.metadata.items()


def test_a_service_sheet_has_a_unit_per_field() -> None:
    document = read(
        "<servico xmlns='http://servicos.gov.br/v3/schema'><nome>Obter certidão</nome>"
        "<descricao>Emite a **certidão**.</descricao><gratuito>false</gratuito>"
        "<solicitantes><solicitante><tipo>Autor</tipo><requisitos>Ser maior de idade</requisitos></solicitante>"
        "</solicitantes><tempo-total-estimado><entre min='60' max='90' unidade='dias-corridos'/></tempo-total-estimado>"
        "<etapas><etapa><titulo>Requerer</titulo><documentos><default><item>RG</item></default></documentos>"
        "<custos><default><custo><descricao>Taxa</descricao><moeda>R$</moeda><valor>22,30</valor></custo></default></custos>"
        "</etapa></etapas>"
        "<orgao><nomeOrgao>Biblioteca Nacional</nomeOrgao></orgao></servico>",
        "s.xml",
    )
    units = {
        s.metadata["field"]: document.text[s.start : s.end] for s in document.sections if s.kind is SectionKind.UNIT
    }
    assert units["cost"] == "- Taxa: R$ 22,30"
    assert units["time"] == "Entre 60 e 90 dias corridos."
    assert units["documents"] == "- RG"
    assert units["description"] == "Emite a certidão."
    assert document.genre is Genre.SERVICE
    assert document.language == "pt"
    assert document.metadata["body"] == "Biblioteca Nacional"


def test_akoma_ntoso_has_its_articles_as_units() -> None:
    document = read(
        "<akomaNtoso xmlns='http://docs.oasis-open.org/legaldocml/ns/akn/3.0'><act><meta><identification><FRBRWork>"
        "<FRBRnumber value='19.272'/><FRBRcountry value='uy'/></FRBRWork></identification></meta>"
        "<body><chapter><num>CAPÍTULO I</num>"
        "<heading>De los municipios</heading><article><num>Artículo 3</num><heading>Principios</heading><paragraph><content>"
        "<p>Son principios la participación y la gratuidad de los vecinos.</p></content></paragraph></article></chapter>"
        "</body></act></akomaNtoso>",
        "ley.xml",
    )
    (unit,) = [s for s in document.sections if s.kind is SectionKind.UNIT]
    assert (unit.label, unit.metadata["article"], unit.headings) == ("art. 3", "3", ("CAPÍTULO I De los municipios",))
    assert document.text[unit.start : unit.end].startswith("Artículo 3 Principios Son principios")
    assert document.metadata["norm"] == "19272"


def test_emphasis_over_paragraphs_and_within_words_leaves_no_marks() -> None:
    document = read(
        "# Ley de prueba\n\n**ARTICULO 4º —** *Requisitos.*Toda persona puede pedirlo, salvo lo dicho (*).\n\n"
        "ARTÍCULO 7° — *Jurisdicción y\n\ncompetencia.*\n\nEl área es de 5*3 metros.\n\n* uno\n* ~~dos~~\n\n"
        "*(Artículo sustituido por el*[Decreto\n\nN° 6](https://ejemplo.gob.ar/6)*B.O. 6/2/2025.)*\n",
        "ley.md",
    )
    assert "ARTICULO 4º — Requisitos. Toda persona puede pedirlo, salvo lo dicho (*)." in document.text
    assert "Jurisdicción y\n\ncompetencia.\n\nEl área es de 5*3 metros." in document.text
    assert "(Artículo sustituido por el Decreto N° 6 B.O. 6/2/2025.)" in document.text
    assert said(document, SectionKind.ITEM) == ["* uno", "* dos"]
    assert said(document, SectionKind.STRUCK) == ["dos"]


def test_a_law_whose_title_names_it_is_not_named_twice_and_its_only_transitory_article_has_no_number() -> None:
    document = read(
        "<?xml version='1.0'?><ley xmlns='https://leychile.cl/schema/ley/v1' tipo='Ley' numero='90001' estado='vigente'>"
        "<metadatos><titulo>LEY FICTICIA Nº 90.001 SOBRE PLAZAS</titulo></metadatos><contenido>"
        "<articulo numero='1'><texto>Artículo 1º.- Las plazas son de todos.</texto></articulo>"
        "<articulo numero='1' transitorio='true'><texto>Artículo transitorio.- Rige en dos años.</texto></articulo>"
        "</contenido></ley>",
        "ley.xml",
    )
    assert document.title == "LEY FICTICIA Nº 90.001 SOBRE PLAZAS"
    units = [s for s in document.sections if s.kind is SectionKind.UNIT]
    assert [(u.label, u.metadata["article"]) for u in units] == [
        ("art. 1", "1"),
        ("artículo transitorio", "unico-transitorio"),
    ]


def test_a_theme_page_of_the_portal_has_its_name_as_title_and_its_links_as_items() -> None:
    document = read(
        "<?xml version='1.0'?><pagina-tematica><conteudo>### **O que você deseja fazer?**\n\n"
        "####[Inscrever-se no CPF](https://exemplo.gov.br/a)   \n####[Regularizar o CPF](https://exemplo.gov.br/b);\n\n¨¨¨¨\n"
        "</conteudo><dbId>27</dbId><nome>CPF</nome><orgaos><orgao id='1929'><nomeOrgao>Ministério da Fazenda</nomeOrgao>"
        "</orgao></orgaos></pagina-tematica>",
        "cpf.xml",
    )
    assert document.title == "CPF"
    assert document.text == "CPF\n\nO que você deseja fazer?\n\n- Inscrever-se no CPF\n\n- Regularizar o CPF"
    assert document.metadata["body"] == "Ministério da Fazenda"


SITE = (
    "<html><head><title>L14133</title></head><body><div id='cookie-bar'>Usamos cookies. Aceptar</div>"
    "<header role='banner'><nav><a href='/'>Inicio</a></nav><p>Portal de la comuna</p></header>"
    "<ol class='breadcrumb'><li><a href='/'>Inicio</a></li><li>Normas</li></ol>"
    "<table><tr><td><a href='/'>Inicio</a> | <a href='/c'>Concejo</a> | <a href='/n'>Normas</a></td></tr></table>"
    "<ul><li><a href='/'>Home</a></li><li><a href='/t'>Trámites</a></li><li><a href='/c'>Contacto</a></li></ul>"
    "{body}<p>Sitio municipal ficticio – Contacto – Mapa del sitio</p><footer>Portal de la comuna</footer></body></html>"
)


def test_what_a_site_puts_around_a_law_is_left_out_and_nothing_of_the_law() -> None:
    body = (
        "<article><header><h1>Ordenanza 5</h1></header><div class='menu-texto'><p>Artículo 1. El menú escolar es gratuito.</p>"
        "<ul><li><a href='/a'>Anexo I</a></li><li><a href='/b'>Anexo II</a></li></ul></div>"
        "<p>Artículo 2. Rige <a href='/x'>la ley</a> – <a href='/y'>y su reglamento</a>.</p>"
        "<footer>Anótese y publíquese.</footer></article>"
    )
    document = read(SITE.replace("{body}", body), "ordenanza.html")
    assert document.text.split("\n\n") == [
        "Ordenanza 5",
        "Artículo 1. El menú escolar es gratuito.",
        "Anexo I",
        "Anexo II",
        "Artículo 2. Rige la ley – y su reglamento.",
        "Anótese y publíquese.",
    ]


def test_a_law_says_itself_which_norm_it_is_and_since_when() -> None:
    body = (
        "<p>Presidência da República</p><p>LEI Nº 14.133, DE 1º DE ABRIL DE 2021</p><p>(Vide Lei nº 15.210, de 2025)</p>"
        "<p>Art. 1º Esta Lei estabelece normas gerais.</p><p>Art. 2º Revoga-se a Lei nº 8.666, de 21 de junho de 1993.</p>"
        "<p>Art. 3º Esta Lei entra em vigor na data de sua publicação.</p>"
    )
    document = read(SITE.replace("{body}", body), "L14133.html")
    assert document.title == "Lei nº 14.133, de 1º de abril de 2021"
    assert document.metadata == {"kind": "Lei", "norm": "14133/2021", "valid_from": "2021-04-01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Ordenanza N° 3/2015 sobre Mascotas\n\nArtículo 1°.- Hay un registro.\n\n"
            "Artículo 2°.- Esta ordenanza rige desde el 1 de julio de 2015.",
            {"kind": "Ordenanza", "norm": "3/2015", "valid_from": "2015-07-01"},
        ),
        (
            "LEY FICTICIA Nº 7\n\nArtículo 1.- Uno.\n\nArtículo 2.- Esta ley regirá desde el 1 de enero de 2020.\n\n"
            "Artículo 3.- Esta ley rige desde el 1 de marzo de 2021 en las islas.",
            {"kind": "Ley", "norm": "7"},
        ),
        (
            "LEI Nº 7, DE 2 DE MAIO DE 2014\n\nArt. 1º Uno.\n\n"
            "Art. 2º Esta Lei entra em vigor na data de sua publicação, exceto:",
            {"kind": "Lei", "norm": "7/2014"},
        ),
        ("Ficha de trámite\n\nMarco legal\n\nLey Nº 18.695.\n\nArtículo 1 de la ley.", {}),
        ("LEI Nº 54/83, de 16 de outubro de 1983\n\nArt. 1º Uno.", {"kind": "Lei", "norm": "54/1983"}),
        ("DECRETO DE 5 DE MAYO DE 1990\n\nArtículo 1.- Uno.", {}),
        ("LEY Nº 18.695\n\nResumen para vecinos: la municipalidad cobra patentes.", {}),
    ],
)
def test_only_the_norm_a_document_is_becomes_its_metadata(text: str, said: dict[str, str]) -> None:
    marked = "# " + text if text.startswith("Ordenanza") else text
    assert read(marked, "norma.md").metadata == said
