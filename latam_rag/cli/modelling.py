"""models: what each language model needs, whether this machine has it, how to obtain it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from latam_rag.errors import LatamRagError
from latam_rag.messages import text as say

CONTEXT = 8192


def show(*, as_json: bool) -> None:
    from latam_rag.llm import requirements

    named = _configured()
    machine = requirements.machine()
    fits = [(model, requirements.fits(model, context=CONTEXT, on=machine)) for model in requirements.MODELS]
    if as_json:
        said = {
            "context": CONTEXT,
            "configured": named,
            "machine": asdict(machine),
            "models": [{**asdict(model), "memory": model.memory(CONTEXT), "fits": fit.where} for model, fit in fits],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    click.echo(
        say("cli.models_machine", ram=_gb(machine.ram), gpu=_gb(machine.gpu), disk=_gb(machine.disk), context=CONTEXT)
    )
    if named:
        click.echo("\n" + say("cli.models_configured"))
    for each in named:
        click.echo(
            "  " + " · ".join(str(value) for key, value in each.items() if value and key not in ("size", "fits"))
        )
    for model, fit in fits:
        colour = "red" if fit.where in ("no", "disk") else "green"
        click.echo(f"\n{click.style(model.name, bold=True)} {model.quantization}")
        click.echo("  " + say("cli.models_needs", file=_gb(model.file), memory=_gb(model.memory(CONTEXT))))
        click.echo("  " + click.style(say(fit.key, **fit.values), fg=colour))
        click.echo("  " + say("cli.models_setting", setting=model.setting, profile=model.profile))
    click.echo("")
    # The quantizations of one model are obtained alike but for the name: once is enough.
    for name in dict.fromkeys(model.name for model, _ in fits):
        model = next(each for each, _ in fits if each.name == name)
        click.echo(say("cli.models_obtain", name=f"{name} {model.quantization}"))
        for command in model.obtain:
            click.echo(f"  {command}")


def _configured() -> list[dict[str, object]]:
    """What the indexes of this machine name as their language model, and whether it can be used."""
    from latam_rag import index, llm

    found: list[dict[str, object]] = []
    for definition in index.known():
        if not definition.generation.written:
            continue
        try:
            model = llm.check(definition.generation, base=definition.base)
        except LatamRagError as error:
            found.append({"index": definition.name, "error": str(error), "fits": False})
            continue
        key, values = model.fit
        found.append({"index": definition.name, **asdict(model), "fit": say(key, **values)})
    return found


def _gb(size: int | float) -> str:
    return f"{size / 1e9:.1f}"
