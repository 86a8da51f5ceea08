"""Who may see which pages: rules in ``app.toml`` over what a login says of a person. Whatever isn't clear gives nothing.

::

    [access]
    admin_without_login = "this_machine"    # or "nobody", "everybody"
    hours = 12                              # after which a person signs in again

    [[access.rules]]
    claim = "groups"
    value = "informatica"
    areas = ["legal", "curriculum", "public_service", "admin"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from latam_rag.apps import institution
from latam_rag.errors import ConfigError

ADMIN: Final = "admin"
OPEN: Final = ("legal", "curriculum", "public_service")
"""What everybody sees where no login is configured."""
AREAS: Final = (*OPEN, ADMIN)
ANY: Final = "*"
"""As a rule's value: whatever the claim says, so long as it says something."""
_WITHOUT_LOGIN: Final = ("this_machine", "nobody", "everybody")
_RULE: Final = ("claim", "value", "areas")
_KEYS: Final = ("admin_without_login", "hours", "rules")
_MOST_HOURS: Final = 24 * 30
_LEEWAY: Final = 300.0
"""Seconds by which the clock of who signs a person in may be ahead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Who has ``value`` among the values of ``claim`` may see ``areas``.

    A claim inside another is named with dots (``realm_access.roles``). A value that begins with ``@`` is the domain of an
    e-mail address; an address counts only when the login says that it is verified.
    """

    claim: str
    value: str
    areas: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """The table ``[access]``."""

    admin_without_login: str = "this_machine"
    hours: int = 12
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The areas of this visit; where there are none, the message that says why, and whether signing in may help."""

    areas: frozenset[str] = frozenset()
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    sign_in: bool = False


def load() -> Access:
    """What ``app.toml`` says; ConfigError names the file and what is wrong with it."""
    path, said = institution.read()
    table = said.get("access", {})
    if not isinstance(table, dict):
        _refuse(path, "access", table, "[access]")
    _known(path, "access", table, _KEYS)
    whom, hours, rules = (
        table.get("admin_without_login", "this_machine"),
        table.get("hours", 12),
        table.get("rules", []),
    )
    if whom not in _WITHOUT_LOGIN:
        _refuse(path, "access.admin_without_login", whom, ", ".join(_WITHOUT_LOGIN))
    if not isinstance(hours, int) or isinstance(hours, bool) or not 1 <= hours <= _MOST_HOURS:
        _refuse(path, "access.hours", hours, f"1–{_MOST_HOURS}")
    if not isinstance(rules, list):
        _refuse(path, "access.rules", rules, "[[access.rules]]")
    return Access(admin_without_login=whom, hours=hours, rules=tuple(_rule(path, rule) for rule in rules))


def areas_of(claims: Mapping[str, Any], rules: tuple[Rule, ...]) -> frozenset[str]:
    """What the rules give a person of whom a login says ``claims``; nothing where none fits."""
    return frozenset(area for rule in rules if _fits(rule, claims) for area in rule.areas)


def decide(access: Access, *, login: bool, claims: Mapping[str, Any] | None, local: bool, now: float) -> Decision:
    """``login``: one is configured; ``claims``: of the person who signed in, None when nobody did; ``local``: the visit comes
    from this machine; ``now`` in seconds since the epoch."""
    if not login:
        if access.rules:
            # Whoever wrote rules wanted a login: without it nobody can be told from anybody.
            return Decision(why="admin.access_no_login")
        admin = access.admin_without_login == "everybody" or (access.admin_without_login == "this_machine" and local)
        return Decision(areas=frozenset(AREAS if admin else OPEN))
    if claims is None:
        return Decision(why="admin.access_sign_in", sign_in=True)
    if not _fresh(claims, now, access.hours):
        return Decision(why="admin.access_ended", values={"hours": access.hours}, sign_in=True)
    areas = areas_of(claims, access.rules)
    return Decision(areas=areas, why="" if areas else "admin.access_none", values={"who": who(claims)})


def who(claims: Mapping[str, Any]) -> str:
    """What to call a person on the page."""
    return next((str(claims[key]) for key in ("name", "email", "preferred_username", "sub") if claims.get(key)), "")


def _fresh(claims: Mapping[str, Any], now: float, hours: int) -> bool:
    """Whether the person signed in lately: what they may do can have changed since."""
    at = claims.get("iat")
    return isinstance(at, int | float) and not isinstance(at, bool) and -_LEEWAY <= now - at <= hours * 3600


def _fits(rule: Rule, claims: Mapping[str, Any]) -> bool:
    said = _values(rule.claim, claims)
    if rule.claim == "email" or rule.value.startswith("@"):
        if claims.get("email_verified") is not True:
            return False
        said = [value.lower() for value in said]
    if rule.value == ANY:
        return bool(said)
    if rule.value.startswith("@"):
        return any(value.rpartition("@")[1:] == ("@", rule.value[1:].lower()) for value in said)
    return (rule.value.lower() if rule.claim == "email" else rule.value) in said


def _values(claim: str, claims: Mapping[str, Any]) -> list[str]:
    found: Any = claims.get(claim)
    if found is None and "." in claim:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list | tuple) else [found]
    return [value for value in listed if isinstance(value, str) and value]


def _rule(path: Path, said: Any) -> Rule:
    if not isinstance(said, dict):
        _refuse(path, "access.rules", said, "[[access.rules]]")
    _known(path, "access.rules", said, _RULE)
    for key in ("claim", "value"):
        if not isinstance(said.get(key), str) or not said[key].strip():
            _refuse(path, f"access.rules.{key}", said.get(key), '"…"')
    areas = said.get("areas")
    if not isinstance(areas, list) or not areas or any(area not in AREAS for area in areas):
        _refuse(path, "access.rules.areas", areas, ", ".join(AREAS))
    return Rule(claim=said["claim"].strip(), value=said["value"].strip(), areas=tuple(areas))


def _known(path: Path, table: str, said: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in said:
        if key not in known:
            raise ConfigError("admin.access_unknown", path=str(path), key=f"{table}.{key}", known=", ".join(known))


def _refuse(path: Path, key: str, value: object, allowed: str) -> NoReturn:
    raise ConfigError("admin.access_bad", path=str(path), key=key, value=value, allowed=allowed)
