"""Whose app it is: name, logo and colours, from ``app.toml`` in the home of the indexes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from latam_rag import home
from latam_rag.errors import ConfigError

FILE = "app.toml"
_CONTRAST = 4.5
"""Of white letters on a colour, as WCAG AA asks."""
_HEAVIEST = 2_000_000
"""Bytes of a logo, which every visit fetches."""
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
"""How PNG, JPEG, GIF and WebP begin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Institution:
    """The keys of ``[institution]``, all of them optional."""

    name: str = ""
    logo: str = ""
    """An image file (PNG, JPEG, SVG, WebP), of 2 MB at most; a relative path starts at the file's folder."""
    color: str = "#1d5fa8"
    """Of buttons and links: ``#rrggbb``, dark enough for white letters."""
    dark_color: str = "#2f6fbd"
    """The same in the dark theme."""

    @property
    def logo_path(self) -> Path | None:
        return home.home() / Path(self.logo).expanduser() if self.logo else None


def load() -> Institution:
    """What ``app.toml`` says; ConfigError names the file and the key."""
    path, whole = read()
    said = whole.get("institution", {})
    if not isinstance(said, dict):
        raise ConfigError("app.institution_not_table", path=str(path))
    known = [field.name for field in fields(Institution)]
    for key, value in said.items():
        if key not in known:
            raise ConfigError("app.unknown_institution_key", path=str(path), key=key, known=", ".join(known))
        if not isinstance(value, str):
            raise ConfigError("app.institution_not_text", path=str(path), key=key)
    made = Institution(**said)
    _check(made, path)
    return made


def name() -> str:
    """What stands above a document; empty when ``app.toml`` can't be read, which the head of the page tells."""
    try:
        return load().name
    except ConfigError:
        return ""


def read() -> tuple[Path, dict[str, Any]]:
    """Where ``app.toml`` is and all it says, nothing where there is none; ConfigError when it can't be read."""
    path = home.home() / FILE
    if not path.is_file():
        return path, {}
    try:
        return path, tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError("config.not_toml", path=str(path), error=str(error)) from error


def _check(made: Institution, path: Path) -> None:
    for key in ("color", "dark_color"):
        value = getattr(made, key)
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ConfigError("app.bad_color", path=str(path), key=key, value=value)
        if (found := contrast(value)) < _CONTRAST:
            raise ConfigError("app.pale_color", path=str(path), key=key, value=value, found=f"{found:.1f}")
    if made.logo_path is not None:
        _check_logo(made.logo_path, path)


def _check_logo(logo: Path, path: Path) -> None:
    try:
        with logo.open("rb") as file:
            head, size = file.read(1000), logo.stat().st_size
    except OSError as error:
        raise ConfigError("app.no_logo", path=str(path), logo=str(logo)) from error
    if not head.startswith(_IMAGES) and b"<svg" not in head:
        raise ConfigError("app.not_an_image", path=str(path), logo=str(logo))
    if size > _HEAVIEST:
        raise ConfigError(
            "app.heavy_logo", path=str(path), logo=str(logo), size=f"{size / 1e6:.1f}", most=f"{_HEAVIEST / 1e6:.0f}"
        )


def contrast(color: str) -> float:
    """Of white on ``color``, as WCAG measures: 1 to 21."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
