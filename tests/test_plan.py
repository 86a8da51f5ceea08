"""The comparison of a listing with what is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from latam_rag.plan import Known, Plan, diff
from latam_rag.types import Ref

KNOWN = {uri: Known(revision=f"{uri}1", recipe="r") for uri in "abc"}


def test_each_document_falls_in_its_place() -> None:
    listed = [Ref(uri="d", revision="d1"), Ref(uri="b", revision="b2"), Ref(uri="a", revision="a1")]
    plan = diff(listed, KNOWN, "r")
    assert plan == Plan(new=(listed[0],), changed=(listed[1],), gone=("c",), same=("a",))


def test_without_a_revision_it_is_fetched() -> None:
    known = {"a": Known(revision="", recipe="r")}
    assert diff([Ref(uri="a")], known, "r").changed == (Ref(uri="a"),)


def test_another_recipe_reads_everything_again() -> None:
    refs = tuple(Ref(uri=uri, revision=f"{uri}1") for uri in "abc")
    assert diff(refs, KNOWN, "other").changed == refs


def test_the_first_of_two_refs_with_one_uri_wins() -> None:
    plan = diff([Ref(uri="a", revision="a1"), Ref(uri="a", revision="a2")], KNOWN, "r")
    assert (plan.same, plan.changed) == (("a",), ())


uris = st.text("abcdef", min_size=1, max_size=2)


@given(st.dictionaries(uris, st.sampled_from(["1", "2", ""])), st.dictionaries(uris, st.sampled_from(["1", "2"])))
def test_nothing_is_lost_or_counted_twice(listed: dict[str, str], held: dict[str, str]) -> None:
    known = {uri: Known(revision=revision, recipe="r") for uri, revision in held.items()}
    plan = diff([Ref(uri=uri, revision=revision) for uri, revision in listed.items()], known, "r")
    fetched = [ref.uri for ref in (*plan.new, *plan.changed)]
    assert sorted([*fetched, *plan.same]) == sorted(listed)
    assert sorted(plan.gone) == sorted(set(held) - set(listed))
    assert {ref.uri for ref in plan.new} == set(listed) - set(held)
    assert all(listed[uri] == held[uri] for uri in plan.same)
