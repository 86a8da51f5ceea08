"""An answer without a model: the sentences of the evidence that answer best, quoted.

Sentences are ranked by the words they share with the question (rare ones count more), by the rank of their passage, by
what kind of thing is asked for (a date, an amount, a list), and by their embeddings where an embedder is at hand. A
short article is quoted whole, and a list of requirements with all its items: half of either misleads. Another quote
follows only if it adds what the first lacks. An article asked for as such is shown from its beginning.
"""

from __future__ import annotations

from latam_rag.extractive.choosing import choose
from latam_rag.extractive.growing import LIST, WHOLE, Quote
from latam_rag.extractive.named import goes_on
from latam_rag.extractive.premises import unheld
from latam_rag.extractive.scoring import unmet
from latam_rag.retrieve.defining import first, term_of

__all__ = ["LIST", "WHOLE", "Quote", "choose", "first", "goes_on", "term_of", "unheld", "unmet"]
