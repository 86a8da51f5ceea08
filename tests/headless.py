"""Pages run without a browser: what the tests of every page need of Streamlit's own runner."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

QUIET = [
    # Streamlit's test runner leaves the event loop of its session to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
#: What a fault of the program leaves behind is told of whenever it is collected.
FAULTY = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def again(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def html_of(at: AppTest) -> str:
    return "\n".join(block.proto.body for block in at.get("html"))
