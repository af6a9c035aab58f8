# SPDX-License-Identifier: Apache-2.0
"""What a record `cmp-consent-record/1` holds, member by member (specification A.2), as one table.

A member that is not in the table is refused, so that nothing about a visitor is kept by accident.
A check takes a value and returns what is wrong with it, or an empty text.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

__all__ = ["NEVER", "RECORD_SCHEMA", "record_problem", "time_problem"]

RECORD_SCHEMA = "cmp-consent-record/1"

Check = Callable[[Any], str]

# Names under which programs like to keep what must never be kept (A.2, end).
NEVER: Mapping[str, str] = {
    **dict.fromkeys(("ip_address", "remote_addr", "client_ip"), "a full network address"),
    **dict.fromkeys(("ua", "user_agent", "useragent", "agent"), "a full user agent"),
    **dict.fromkeys(("referrer", "referer"), "a referrer"),
    **dict.fromkeys(("email", "e_mail", "mail"), "an e-mail address"),
    **dict.fromkeys(("name", "first_name", "last_name", "full_name"), "a name"),
    **dict.fromkeys(("screen", "screen_size", "viewport", "width", "height"), "a screen size"),
    **dict.fromkeys(("cookie", "cookies"), "cookie values"),
    **dict.fromkeys(("query", "query_string", "url", "fragment"), "a query string"),
    **dict.fromkeys(("text", "comment", "note", "free_text"), "free text"),
}
MOST_ANSWERS = 1000
LARGEST_SKEW_S = 86_400
LARGEST_INDEX = 2**53 - 1


def _text(pattern: str, what: str) -> Check:
    fits = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> str:
        return "" if isinstance(value, str) and fits(value) else f"is not {what}"

    return check


def _one_of(*values: Any) -> Check:
    texts = {value for value in values if isinstance(value, str)}
    # True equals 1 in Python, so numbers are compared with their type.
    others = [(type(value), value) for value in values if not isinstance(value, str)]

    def check(value: Any) -> str:
        if value in texts if isinstance(value, str) else (type(value), value) in others:
            return ""
        return f"is not one of {', '.join(map(str, values))}"

    return check


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> str:
        fits = type(value) is int and low <= value <= high
        return "" if fits else f"is not a whole number from {low} to {high}"

    return check


def _or_null(inner: Check) -> Check:
    return lambda value: "" if value is None else inner(value)


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII).fullmatch
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch


def time_problem(value: Any) -> str:
    """Return why `value` is no time as records write it: RFC 3339, UTC, milliseconds, `Z`."""
    if not isinstance(value, str) or not _TIME(value):
        return "is not a time in UTC with milliseconds (RFC 3339)"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "is a time that does not exist"
    return ""


def _date(value: Any) -> str:
    if not isinstance(value, str) or not _DATE(value):
        return "is not a date (RFC 3339)"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "is a date that does not exist"
    return ""


def _members(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    known = {**required, **optional}

    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return "is not an object"
        for name, inner in value.items():
            find = known.get(name)
            if find is None:
                return _unknown(name)
            if problem := find(inner):
                return f".{name}{problem}" if problem[0] == "." else f".{name} {problem}"
        for name in required:
            if name not in value:
                return f".{name} is missing"
        return ""

    return check


def _unknown(name: str) -> str:
    shown = name[:64]
    if never := NEVER.get(name.lower().replace("-", "_")):
        return f".{shown} is {never}, which a record must never hold"
    return f".{shown} is no member of a record"


def _map_of(name: Check, inner: Check) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, dict) or len(value) > MOST_ANSWERS:
            return f"is not an object of at most {MOST_ANSWERS} members"
        for key, item in value.items():
            if problem := name(key) or inner(item):
                return f".{key[:64]} {problem}"
        return ""

    return check


def _list_of(inner: Check) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, list) or len(value) > MOST_ANSWERS:
            return f"is not a list of at most {MOST_ANSWERS} items"
        return next((problem for item in value if (problem := inner(item))), "")

    return check


def _network(value: Any) -> str:
    """A prefix of 24 bits (IPv4) or 48 bits (IPv6): never a whole address."""
    try:
        network = ipaddress.ip_network(value) if isinstance(value, str) else None
    except ValueError:
        network = None
    if network is None or network.prefixlen != (24 if network.version == 4 else 48):
        return "is not a network of 24 bits (IPv4) or 48 bits (IPv6)"
    return ""


def _address(value: Any) -> str:
    mode = value.get("mode") if isinstance(value, dict) else None
    inner = _ADDRESS.get(mode) if isinstance(mode, str) else None
    return ".mode is not one of none, trunc, hmac" if inner is None else inner(value)


def _ui(value: Any) -> str:
    problem = _UI(value)
    if not problem and ("checks" in value) != ("asserted_by" in value):
        problem = ".asserted_by stands exactly where .checks stands"
    return problem


_UUID = _text(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "a UUID")
_UUID7 = _text(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "a UUIDv7")
_SHA256 = _text(r"[0-9a-f]{64}", "a SHA-256 in lowercase hex")
_ID = _text(r"[a-z0-9][a-z0-9._-]{0,63}", "an id")
_WORD = _text(r"[!-~]{1,64}", "a word of printable ASCII")
_HOST = r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?"
_CHOICES = _map_of(_ID, _one_of("granted", "denied", "exempt"))
_ADDRESS: Mapping[str, Check] = {
    "none": _members({"mode": _one_of("none")}, {}),
    "trunc": _members({"mode": _one_of("trunc"), "network": _network}, {}),
    "hmac": _members({"mode": _one_of("hmac"), "hmac": _SHA256}, {}),
}
_STATES = ("given", "partial", "refused", "withdrawn", "expired", "renewed", "invalidated")
_METHODS = (
    *("accept_all", "reject_all", "save_custom", "close_x", "withdraw_all", "withdraw_partial"),
    *("embed_grant", "gpc", "account_sync", "expiry", "notice_change", "import"),
)
_CHECKS = (
    *("reject_visible", "reject_in_viewport", "area_ok", "contrast_ok"),
    *("toggles_default_off", "focus_not_on_accept"),
)
_SUBJECT = _members(
    {
        "key": _text(r"[A-Za-z0-9_-]{22}", "128 bits in base64url"),
        "kind": _one_of("device", "account", "guardian"),
    },
    {"account_ref": _SHA256},
)
_EVENT = _members(
    {
        "type": _one_of("expressed"),
        "state": _one_of(*_STATES),
        "method": _one_of(*_METHODS),
        "layer": _one_of(1, 2, "panel", "profile", "api"),
        "time": time_problem,
        "valid_until": time_problem,
        "ttl_rule": _WORD,
    },
    {"client_skew_s": _whole(-LARGEST_SKEW_S, LARGEST_SKEW_S)},
)
_UI = _members(
    {
        "bundle": _text(r"sha384-[A-Za-z0-9+/]{64}", "an SRI hash sha384-…"),
        "config_sha256": _SHA256,
        "text_sha256": _SHA256,
    },
    {
        "dom_sha256": _SHA256,
        "checks": _map_of(_one_of(*_CHECKS), _boolean),
        "asserted_by": _one_of("client"),
    },
)
_CONTEXT = _members(
    {
        "origin": _text(rf"null|https?://{_HOST}", "scheme and host"),
        "device": _one_of("phone", "tablet", "desktop", "tv", "unknown"),
    },
    {
        "path": _text(r"/[^?#\s]{0,500}", "a path without query"),
        "ua_family": _text(r"[A-Za-z0-9 ._()+&!'/-]{1,48}/\d{1,8}", "browser/major version"),
        "ip": _address,
    },
)
_RECORD = _members(
    {
        "schema": _one_of(RECORD_SCHEMA),
        "record_id": _UUID7,
        "prev": _or_null(_UUID),
        "site": _text(r"[a-z0-9][a-z0-9-]{1,62}", "a site's key"),
        "subject": _SUBJECT,
        "event": _EVENT,
        "jurisdiction": _text(r"[A-Z]{2}/[!-~]{1,61}", "country/law"),
        "lang": _text(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", "a language tag (BCP 47)"),
        "notice": _members(
            {"version": _WORD, "sha256": _SHA256, "log_index": _whole(0, LARGEST_INDEX)},
            {"variant": _ID},
        ),
        "policy": _members({"sha256": _SHA256}, {}),
        "ui": _ui,
        "decision": _members(
            {"categories": _CHOICES, "services": _CHOICES}, {"embeds": _list_of(_ID)}
        ),
        "signals": _members({"gpc": _boolean}, {}),
        "context": _CONTEXT,
        "controller": _ID,
        "retention_until": _date,
        "operator": _text(r"[a-z]{1,16}/[!-~]{1,47}", "program/version"),
    },
    {
        "geo": _members({"country": _text(r"[A-Z]{2}", "a country (ISO 3166-1)")}, {}),
        "child": _one_of("not_assessed", "adult", "under_limit"),
    },
)


def record_problem(record: Any) -> str:
    """Return what in `record` (parsed JSON) A.2 does not allow, empty if nothing: its first fault.

    Beyond the members themselves: a consent ends after it was given, and is kept until it has.
    """
    problem = _RECORD(record)
    if problem:
        return f"record{problem}" if problem[0] == "." else f"record {problem}"
    event = record["event"]
    # Texts of one form in UTC sort as the times they write.
    if event["valid_until"] < event["time"] and event["state"] not in ("expired", "invalidated"):
        return "record.event.valid_until is before record.event.time"
    if record["retention_until"] < event["valid_until"][:10]:
        return "record.retention_until is before record.event.valid_until"
    return ""
