"""Where indexes live on this machine: one folder each, under one home.

::

    HOME/                     LATAM_RAG_HOME, else the user's data folder
      mi-comuna/
        index.toml            the definition, or ``elsewhere``: a line with the path of one kept in another place
        catalog.sqlite        documents, revisions, failures, runs
        store/                vectors and passages, unless the definition names a server
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import platformdirs

from latam_rag import config
from latam_rag.errors import ConfigError


def home() -> Path:
    wanted = os.environ.get("LATAM_RAG_HOME")
    return Path(wanted).expanduser().absolute() if wanted else Path(platformdirs.user_data_dir("latam-rag"))


def names() -> list[str]:
    """Of the indexes on this machine, sorted."""
    if not home().is_dir():
        return []
    return sorted(folder.name for folder in home().iterdir() if _definition_path(folder) is not None)


def folder_of(name: str) -> Path:
    return home() / name


def find(name: str) -> config.Definition:
    """The definition of the index ``name``, or in the file ``name`` when it ends in ``.toml``; the file's index is
    registered here, so that its name works from then on."""
    if name.endswith(".toml"):
        path = Path(name).absolute()
        definition = config.load(path)
        register(definition.name, path)
        return definition
    path_or_none = _definition_path(folder_of(name))
    if path_or_none is None:
        near = difflib.get_close_matches(name, names(), n=1)
        key = "home.unknown_near" if near else "home.unknown" if names() else "home.none"
        raise ConfigError(key, name=name, known=", ".join(names()), hint=near[0] if near else "")
    definition = config.load(path_or_none)
    if definition.name != name:
        raise ConfigError("home.renamed", path=str(path_or_none), name=definition.name, folder=name)
    return definition


def register(name: str, path: Path) -> None:
    """Remember that the definition of ``name`` is kept in ``path``; a name stands for one definition only."""
    folder = folder_of(name)
    taken = _definition_path(folder)
    if taken is not None and taken.resolve() != path.resolve() and taken.exists():
        raise ConfigError("home.taken", name=name, path=str(taken))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "elsewhere").write_text(f"{path}\n", "utf-8")


def elsewhere(folder: Path) -> Path | None:
    """Where the definition of the index in ``folder`` is kept, when not there."""
    path = _definition_path(folder)
    return None if path is None or path.parent == folder else path


def _definition_path(folder: Path) -> Path | None:
    own = folder / "index.toml"
    if own.is_file():
        return own
    elsewhere = folder / "elsewhere"
    return Path(elsewhere.read_text("utf-8").strip()) if elsewhere.is_file() else None
