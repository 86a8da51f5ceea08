"""An index's calibration as it is kept beside it, and when it is measured again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from latam_rag import atomic
from latam_rag.calibrate import FEWEST, Calibrated, calibrate
from latam_rag.embed import Embedder
from latam_rag.refuse import Calibration
from latam_rag.retrieve import Retriever
from latam_rag.store import Store

VERSION: Final = 3
"""Of the measure and of the file; what another one made is measured again."""
FILE: Final = "calibration.json"
_CHANGED: Final = 0.1
"""Of the passages, added or gone, for which it is worth measuring again."""
_SHARES: Final = ("lost", "foreign", "left_out", "precision")


class Record:
    """The calibration of the index in ``folder``. Another process may write it: it is read again when it changed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._read: tuple[int, Calibrated | None] = (0, None)

    def known(self) -> Calibrated | None:
        """What was measured last; None before, and for what another version made."""
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            return None
        if self._read[0] != changed:
            self._read = (changed, _load(self._path))
        return self._read[1]

    def calibration(self, fingerprint: str) -> Calibration | None:
        """None for one measured with another embedding model."""
        known = self.known()
        return known.calibration if known and known.fingerprint == fingerprint else None

    def renew(
        self, store: Store, embedder: Embedder, retriever: Retriever, *, passages: int, tell: Callable[[], None]
    ) -> None:
        """Measure an index that has ``passages`` now, where that was never done or enough has changed; ``tell`` hears of
        it before."""
        known = self.known()
        if known is None or known.fingerprint != embedder.fingerprint:
            wanted = passages >= FEWEST
        else:
            wanted = abs(passages - known.passages) > _CHANGED * known.passages
        if not wanted:
            return
        tell()
        made = calibrate(store, embedder, retriever)
        if made is None:
            self._path.unlink(missing_ok=True)
        else:
            _save(made, self._path)

    def summary(self) -> Mapping[str, Any] | None:
        """For people: when it was made, the threshold, and the shares that may be expected."""
        known = self.known()
        if known is None:
            return None
        shares = {name: round(getattr(known, name), 3) for name in _SHARES}
        return {"made": known.made, "threshold": round(known.calibration.threshold, 3), **shares}


def _load(path: Path) -> Calibrated | None:
    try:
        said: Any = json.loads(path.read_text("utf-8"))
        if said.pop("version") != VERSION:
            return None
        return Calibrated(**{**said, "calibration": Calibration(**said["calibration"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # It is made again at the next sync; until then words decide.
        return None


def _save(made: Calibrated, path: Path) -> None:
    atomic.write(path, json.dumps({"version": VERSION, **asdict(made)}, ensure_ascii=False))
