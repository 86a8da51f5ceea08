"""Fictional service sheets in the form in which the region's sources publish theirs; every name and figure is invented."""

from __future__ import annotations

from typing import Any


def govbr(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A service as the API of servicos.gov.br gives it (``/api/v1/servicos``)."""
    slug = name.lower().replace(" ", "-")
    return {
        "id": f"https://servicos.gov.br/api/v1/servicos/{number}", "nome": name, "sigla": "", "gratuito": "false",
        "descricao": f"**{name}** permite navegar em rios federais.\n\n Veja o [regulamento](https://www.gov.br/regulamento).",
        "contato": "Telefone 163.", "linkServicoDigital": "https://canoa.gov.br/",
        "nomesPopulares": {"item": [{"item": "Carteira de canoeiro", "id": 1}]},
        "solicitantes": {
            "solicitante": [{"id": 1, "tipo": "Maiores de 18 anos", "requisitos": "- Saber nadar;\n\n - Ter CPF."}]
        },
        "tempoTotalEstimado": {
            "ate": None, "entre": {"min": "2", "max": "7", "unidade": "dias-uteis"}, "emMedia": None,
            "atendimentoImediato": None, "naoEstimadoAinda": None, "descricao": None,
        },
        "validadeDocumento": {"tipo": "Válido por", "quantidade": "5", "unidade": "anos", "descricao": ""},
        "orgao": {"id": "http://estruturaorganizacional.dados.gov.br/id/1", "nomeOrgao": "Capitania Fictícia (CF)"},
        "segmentosDaSociedade": {"item": [{"item": "Cidadãos", "idSegmento": 1}]},
        "palavrasChave": {"item": [{"item": "canoa", "id": 1}, {"item": "rio", "id": 2}]},
        "legislacoes": {"item": [{"item": "[Lei 90.001](https://www.gov.br/lei)", "id": 1}]},
        "condicoesAcessibilidade": "Acesso com rampa.", "tratamentoPrioritario": "", "tratamentoDispensadoAtendimento": "",
        "etapas": [
            {
                "id": 1, "titulo": "Pedir a licença", "descricao": "Preencha o formulário.\n\n - Assine.",
                "documentos": {
                    "documentos": [{"id": 1, "nome": "Documento de identidade"}, {"id": 2, "nome": "Duas fotos"}],
                    "casos": [{"descricao": "Menor de idade", "documento": [{"descricao": "Autorização dos pais"}]}],
                },
                "custos": {
                    "custos": [
                        {"descricao": "Taxa de licença", "moeda": "R$", "valor": " 35,00", "valorVariavel": ""},
                        {"descricao": "Vistoria", "moeda": "R$", "valor": "0", "valorVariavel": "75,00 a 90,00"},
                    ],
                    "casos": [{"descricao": "A motor", "custo": [{"descricao": "Taxa", "moeda": "R$", "valor": "80,00"}]}],
                },
                "canaisDePrestacao": {
                    "canaisDePrestacao": [{"tipo": "web", "descricao": "[Portal](https://canoa.gov.br/)"}],
                    "casos": [
                        {"descricao": "Sem internet", "canalDePrestacao": [{"tipo": "presencial", "descricao": "Rua 12"}]}
                    ],
                },
            },
            {
                "id": 2, "titulo": "Receber a licença", "descricao": "Retire na capitania.",
                "documentos": {"documentos": None, "casos": []}, "custos": {"custos": None, "casos": []},
                "canaisDePrestacao": {"canaisDePrestacao": [], "casos": []},
            },
        ],
        "url": f"https://www.gov.br/pt-br/servicos/{slug}", "statusDestaque": False, **more,
    }  # fmt: skip


CHILEATIENDE = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{name} - ChileAtiende</title></head><body>
<header><nav><a href="/">ChileAtiende</a><a href="/instituciones">Instituciones</a></nav></header>
<div id="page"><div class="container"><ol class="breadcrumb"><li><a href="/">home</a></li><li>{name}</li></ol>
<div class="col-md-8" id="page-content"><div class="rs_preserve"><h2>{name}</h2>
<div class="author"><a href="/instituciones/AB001">Información proporcionada por Servicio Ficticio de Ferias</a></div>
<div class="updated-at">Actualizado al 12 de marzo, 2024</div>
<div class="page-content"><h4 id="objective">Descripción</h4><p>Permite instalar un puesto en la feria de los sábados.</p>
<h4 id="beneficiaries">¿A quién está dirigido?</h4><p>Personas mayores de 18 años.</p>
<h4 id="requirements">¿Qué necesito para hacer el trámite?</h4>
<ul><li>Cédula de identidad vigente.</li><li>Dos fotos.</li></ul>
<h4>¿Cuál es el costo del trámite?</h4><p>{cost}</p>
<h4 id="howto">¿Cómo y dónde hago el trámite?</h4><div class="main-tabs"><ul class="nav nav-tabs" role="tablist">
<li><a href="#online">En línea</a></li></ul><div role="tabpanel" id="office"><p>Vaya a la calle Uno 23.</p></div></div>
</div></div></div></div></div>
<div id="similar-pages"><h3>Los usuarios también visitaron</h3>
<h4><a href="/fichas/2-otro">Otro</a></h4><p>Resumen ajeno.</p></div>
<div id="need-help"><h3>¿Necesitas Ayuda?</h3><h4>Llámanos al 101</h4>
<p>código de trámite</p><div class="number">77</div></div>
</body></html>"""

ARGENTINA = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{name} | Argentina.gob.ar</title></head><body>
<header><nav class="navbar"><a href="/">Argentina.gob.ar</a></nav></header><main role="main"><div class="container">
<ol class="breadcrumb"><li><a href="/">Inicio</a></li><li class="active">{name}</li></ol>
<section><div class="row"><h1>{name}</h1><p class="lead">Si vas a pescar en aguas nacionales, sacá tu carnet.</p>
<div><span class="ribbon">3 días</span> <span class="ribbon">Ministerio Ficticio de Pesca</span></div></div>
<div class="row"><article><p>El carnet habilita a pescar con caña.</p>
<div class="media"><h4>¿A quién está dirigido? </h4><p>A personas mayores de 16 años.</p></div>
<div class="media"><h4>¿Qué documentación necesito? </h4>
<div class="media"><p><strong><a href="/dni">Documento de Identidad</a></strong>,
 original y copia.</p></div><div class="media"><p>Una foto.</p></div></div>
<div class="media"><h4>¿Cómo hago? </h4>
<div class="steps"><div class="step"><div class="circle">1</div><p>Pedí un turno.</p></div>
<div class="step"><div class="circle">2</div><p>Presentate con la documentación.</p></div></div></div>
<div class="media"><h4>¿Cuánto tiempo toma hacer el trámite?</h4><p>El trámite toma <strong>3 días</strong>.</p></div>
<div class="media"><h4>¿Cuál es el costo del trámite?</h4>
<p><strong class="lead">$125</strong><br>Menores de 18 años.</p></div>
<div class="media"><h4>Vigencia</h4><p>1 año</p></div></article></div></section>
<div class="social-share"><p>Compartí <br>esta página</p></div></div></main></body></html>"""


def ficha(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A sheet as the API of ChileAtiende gives it (``/api/fichas``)."""
    return {
        "id": number, "servicio": "Servicio Ficticio de Ferias", "fecha": "2024-03-12 10:00:00", "titulo": name,
        "objetivo": f"<p>{name}: permite instalar un puesto.</p>", "beneficiarios": "<p>Mayores de 18 años.</p>",
        "costo": "<ul><li>Cédula de identidad.</li><li>Dos fotos.</li></ul>", "marco_legal": "<p>Ley N° 90.001.</p>",
        "vigencia": "", "plazo": "<p>Diez días hábiles.</p>", "guia_oficina": "<p>Vaya a la calle Uno 23.</p>",
        "tags": {"tag": ["feria", "puesto"]}, **more,
    }  # fmt: skip


def suit(number: str, name: str, **more: Any) -> dict[str, Any]:
    """A trámite as datos.gov.co lists those of the SUIT (``mntw-htj4``); what is null isn't there."""
    return {
        "n_mero_nico": number, "nombre_del_tr_mite_u_otro": name, "nombre_com_n": "Paz y salvo de río",
        "prop_sito_del_tr_mite_u_otro": "Certificar que no se deben multas de pesca.", "municipio": "RÍO FICTICIO",
        "departamento": "PRUEBAS", "nombre_de_la_entidad": "ALCALDÍA MUNICIPAL DE RÍO FICTICIO",
        "medio_por_donde_se_realiza": "Presencial", "tiempo_obtenci_n": "3",
        "tiempo_obtenci_n_descripci_n": "Día(s) hábil(es)",
        "fecha_actualizaci_n": "2024-02-01T00:00:00.000", "url_tramite_en_l_nea": "NULL",
        "url_del_visor_del_tr_mite": f"https://visorsuit.funcionpublica.gov.co/auth/visor?fi={number}", **more,
    }  # fmt: skip


def step(number: str, order: int, text: str, document: str = "NULL", paid: str = "NULL") -> dict[str, Any]:
    """A row of its steps (``48fq-mxnm``): one for each document, payment or action of a step."""
    return {
        "n_mero_unico": number, "orden_paso": str(order), "descripcion_paso": text, "documento_nombre": document,
        "documento_tipo": "NULL" if document == "NULL" else "Original", "descripcion_del_pago": paid,
        "nombre_resultado": "Paz y salvo", "municipio": "RÍO FICTICIO",
    }  # fmt: skip
