"""Connectors are found by name, and a wrong name or option says which are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint

import pytest

from latam_rag import plugins
from latam_rag.errors import PluginError, SourceError
from latam_rag.types import Connector, Ref, Resource


class Shelf:
    """A connector with one option that is needed and one that isn't."""

    def __init__(self, path: str, depth: int = 1) -> None:
        if depth < 0:
            raise ValueError("depth: 0 or more")
        if path == "nowhere":
            raise SourceError("plugins.unknown", name=path, known="")
        self.path, self.depth = path, depth

    def refs(self) -> Iterator[Ref]:
        yield Ref(uri=self.path)

    def fetch(self, ref: Ref) -> Resource:
        return Resource(uri=ref.uri, body=b"")


Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make these the installed connectors: name and ``module:Class`` pairs."""

    def installing(*points: tuple[str, str]) -> None:
        made = [EntryPoint(name=name, value=value, group=plugins.GROUP) for name, value in points]
        monkeypatch.setattr(plugins, "entry_points", lambda group: made if group == plugins.GROUP else [])

    return installing


SHELF = f"{__name__}:Shelf"


def refusal(name: str, options: dict[str, object] | None = None) -> str:
    with pytest.raises(PluginError) as caught:
        plugins.connect(name, options or {})
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_the_built_in_connectors_use_the_same_door() -> None:
    assert {"files", "records"} <= set(plugins.names())
    for name in ("files", "records"):
        assert plugins.connector_class(name).__module__.startswith("latam_rag.connectors.")


def test_a_connector_is_built_with_its_options(install: Install) -> None:
    install(("shelf", SHELF))
    made = plugins.connect("shelf", {"path": "a", "depth": 3})
    assert isinstance(made, Connector)
    assert [ref.uri for ref in made.refs()] == ["a"]


def test_an_unknown_name_lists_those_installed(install: Install) -> None:
    install(("shelf", SHELF), ("estante", SHELF))
    said = refusal("planilla")
    assert "'planilla'" in said and "estante, shelf" in said and "Quiso decir" not in said


def test_a_name_nearly_right_is_corrected(install: Install) -> None:
    install(("shelf", SHELF))
    assert "¿Quiso decir 'shelf'?" in refusal("shelv")


def test_nothing_is_imported_until_it_is_named(install: Install) -> None:
    install(("shelf", SHELF), ("broken", "no_such_module_anywhere:X"))
    assert plugins.names() == ("broken", "shelf")
    plugins.connect("shelf", {"path": "a"})
    assert "'broken'" in refusal("broken") and "no_such_module_anywhere" in refusal("broken")


def test_a_module_without_the_class_it_promises_is_broken(install: Install) -> None:
    install(("shelf", f"{__name__}:Missing"))
    assert "'shelf'" in refusal("shelf")


def test_two_packages_with_one_name_are_an_error(install: Install) -> None:
    install(("shelf", SHELF), ("shelf", "other.package:Shelf"))
    with pytest.raises(PluginError, match=r"other\.package:Shelf"):
        plugins.names()


def test_one_package_found_twice_is_not_a_clash(install: Install) -> None:
    # An editable install and its wheel on one path list the same entry point twice.
    install(("shelf", SHELF), ("shelf", SHELF))
    assert plugins.names() == ("shelf",)


def test_an_unknown_option_is_named_with_the_right_ones(install: Install) -> None:
    install(("shelf", SHELF))
    said = refusal("shelf", {"path": "a", "zzz": 1})
    assert "'zzz'" in said and "path, depth" in said
    assert "¿Quiso decir 'depth'?" in refusal("shelf", {"path": "a", "dept": 1})


def test_a_missing_option_is_named(install: Install) -> None:
    install(("shelf", SHELF))
    assert "'path'" in refusal("shelf")


def test_a_value_the_connector_refuses_is_said(install: Install) -> None:
    install(("shelf", SHELF))
    assert "depth: 0 or more" in refusal("shelf", {"path": "a", "depth": -1})


def test_the_connectors_own_error_passes_through(install: Install) -> None:
    install(("shelf", SHELF))
    with pytest.raises(SourceError):
        plugins.connect("shelf", {"path": "nowhere"})
