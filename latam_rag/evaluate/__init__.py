"""How good an index is at its work, on questions made from its own documents or brought along.

``made``, ``own`` and ``sets`` say what is asked and what is right; ``asking`` asks; ``figures`` counts and compares with the
run before; ``record`` keeps the runs; ``page`` shows them.
"""

from __future__ import annotations

from latam_rag.evaluate.asking import Outcome, Subject, ask, of_index
from latam_rag.evaluate.figures import Change, Figures, compare, figures
from latam_rag.evaluate.questions import Question, from_file

__all__ = ["Change", "Figures", "Outcome", "Question", "Subject", "ask", "compare", "figures", "from_file", "of_index"]
