"""What a remote decoder is asked to keep to, in llama.cpp's GBNF, which vLLM reads too.

Here a quotation is one whole sentence of the evidence with the number of its passage, so that it is literal where the server
does what it is asked. It isn't relied on: every sentence is checked afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from latam_rag.llm.quotable import Quotable

_ESCAPED = re.compile(r'["\\\n\r\t]')
#: In characters; a grammar much longer slows servers down more than it helps.
_LONGEST = 60_000


def gbnf(evidence: Mapping[int, str]) -> str:
    """Prose with marks that name one of ``evidence``, and quotations of its sentences; the empty string when that is too
    long to ask for."""
    quotable = Quotable(tuple(evidence.values()))
    numbers = tuple(evidence)
    quotes: dict[str, None] = {}
    for start, end in quotable.sentences:
        quotes[f'"{_literal(quotable.text(start, end))}» [{numbers[quotable.passage(start)]}]"'] = None
    quotation = f' | "«" ({" | ".join(quotes)})' if quotes else ""
    marks = " | ".join(f'"{number}"' for number in numbers)
    grammar = f'root ::= part+\npart ::= [^«»“”„"\\[\\]] | "[" ({marks}) "]"{quotation}\n'
    return grammar if len(grammar) <= _LONGEST else ""


def _literal(text: str) -> str:
    return _ESCAPED.sub(lambda match: {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(match[0], "\\" + match[0]), text)
