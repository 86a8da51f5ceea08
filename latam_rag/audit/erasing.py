"""Takes documents that were forgotten out of the record of answers, so that what was taken out can be told.

A record that mentions one keeps its number, time and hashes, and loses the rest. A *receipt*, itself a record of the chain,
lists which ones, by number and hash; ``Log.verify`` accepts an emptied record only when a receipt accounts for it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from latam_rag.audit import KEPT, Log, as_line, read

KIND = "forget"


def erase(log: Log, uris: Collection[str], content: Mapping[str, Any]) -> dict[str, Any]:
    """Empty the records that mention one of ``uris``; the receipt, with ``content`` and what was emptied.

    The receipt is on disk first: a crash between leaves records that may still be emptied, by doing it again.
    """
    with log.held() as file:
        chosen = [record for record in log.records() if "erased" not in record and mentions(record, uris)]
        emptied = {record["number"]: record["hash"] for record in chosen}
        receipt = log.append_to(file, KIND, {**content, "emptied": [[n, digest] for n, digest in emptied.items()]})
        if emptied:
            _rewrite(log, emptied, uris)
    return receipt


def mentions(record: Mapping[str, Any], uris: Collection[str]) -> bool:
    return record.get("kind") != KIND and any(said in uris for said in _strings(record))


def _rewrite(log: Log, emptied: Mapping[int, str], uris: Collection[str]) -> None:
    new = log.path.with_suffix(".new")
    with new.open("wb") as out:
        for _, line in log.lines():
            record = read(line)
            if record is not None and emptied.get(record["number"]) == record["hash"]:
                out.write(as_line({key: record[key] for key in KEPT if key in record} | {"erased": True}))
            # A line that a crash cut off can't be emptied, only dropped; the next record holds its hash.
            elif record is not None or not any(uri.encode() in line for uri in uris):
                out.write(line + b"\n")
        out.flush()
        os.fsync(out.fileno())
    new.replace(log.path)


def _strings(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        for value in said.values():
            yield from _strings(value)
    elif isinstance(said, list | tuple):
        for value in said:
            yield from _strings(value)
