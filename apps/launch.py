"""How the app is started: nothing sent outside, nothing listening outside unless asked to."""

from __future__ import annotations

import sys
from pathlib import Path

from latam_rag import home
from latam_rag.apps import institution
from latam_rag.errors import MissingExtra

FLAGS = (
    "--server.headless=true",
    "--server.fileWatcherType=none",
    # Without these two Streamlit contacts outside hosts when it starts.
    "--browser.gatherUsageStats=false",
    "--browser.serverAddress=localhost",
    "--server.showEmailPrompt=false",
    # The menu is in English only.
    "--client.toolbarMode=minimal",
    # Details of a crash stay on the console: they hold paths and document text.
    "--client.showErrorDetails=none",
)


def command(port: int, address: str = "127.0.0.1") -> list[str]:
    """What to run to serve the app at ``address:port``; MissingExtra without Streamlit, ConfigError
    for a wrong ``app.toml``.

    Another address than this machine's shows the app to the whole network; without a login (``access``) all of it but
    Administración.
    """
    try:
        import streamlit  # noqa: F401
    except ImportError as error:
        raise MissingExtra("app", "latam-rag app") from error
    own = institution.load()
    colors = (f"--theme.primaryColor={own.color}", f"--theme.dark.primaryColor={own.dark_color}")
    script = Path(__file__).with_name("main.py")
    # Where Streamlit looks by itself, and beside the indexes: whoever starts the app from another folder finds the same login.
    folders = (Path.home(), Path.cwd(), home.home())
    secrets = (f"--secrets.files={folder / '.streamlit' / 'secrets.toml'}" for folder in folders)
    at = (f"--server.address={address}", f"--server.port={port}")
    return [sys.executable, "-m", "streamlit", "run", str(script), *at, *FLAGS, *colors, *secrets]
