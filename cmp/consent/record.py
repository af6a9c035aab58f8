# SPDX-License-Identifier: Apache-2.0
"""The record `cmp-consent-record/1` of one decision (A.2), but for what the log adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmp import __version__
from cmp.clock import as_rfc3339, from_rfc3339
from cmp.consent.device import device_of
from cmp.consent.duration import after_months, months
from cmp.consent.fit import state_of
from cmp.consent.identifiers import new_record_id, new_subject_key
from cmp.consent.shown import Shown
from cmp.contract.decision import Decision

__all__ = ["OPERATOR", "Caller", "build"]

OPERATOR = f"kvitt/{__version__}"
# A difference below this is jitter of clocks and networks, and is not kept.
SKEW_WORTH_KEEPING_S = 120
LARGEST_SKEW_S = 86_400


@dataclass(frozen=True, slots=True)
class Caller:
    """What the request itself said: the page's origin and the browser's name. No address."""

    origin: str
    agent: str


def build(
    decision: Decision, notice: Shown, caller: Caller, *, at: datetime, text_sha256: str
) -> dict[str, Any]:
    """Return the record of `decision`, received at `at` (aware UTC).

    `prev` and `notice.log_index` are None: they are known only inside the transaction that appends
    it. `text_sha256` is the hash of the text the notice shows in that language and layer; what the
    browser claims to have rendered takes its place, so that a mismatch can be seen.
    """
    state = state_of(decision)
    life = notice.ttl["granted" if state in ("given", "partial") else "refused"]
    valid_until = after_months(at, months(life))
    return {
        "schema": "cmp-consent-record/1",
        "record_id": new_record_id(at),
        "prev": None,
        "site": notice.site,
        "subject": {"key": decision.subject or new_subject_key(), "kind": "device"},
        "event": _event(decision, notice, state, at=at, valid_until=valid_until),
        "jurisdiction": notice.jurisdiction,
        "lang": decision.lang,
        "notice": {"version": notice.version, "sha256": notice.sha256, "log_index": None},
        "policy": {"sha256": notice.policy_sha256},
        "ui": _ui(decision, notice, text_sha256),
        "decision": {
            "categories": _answers(decision.categories, notice.exempt_categories),
            "services": _answers(decision.services, notice.exempt_services),
        },
        "signals": {"gpc": decision.signals.gpc},
        "context": _context(caller),
        "controller": notice.controller,
        "retention_until": after_months(valid_until, months(notice.retention)).date().isoformat(),
        "operator": OPERATOR,
    }


def _event(
    decision: Decision, notice: Shown, state: str, *, at: datetime, valid_until: datetime
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "expressed",
        "state": state,
        "method": decision.method,
        "layer": decision.layer,
        "time": as_rfc3339(at),
        "valid_until": as_rfc3339(valid_until),
        "ttl_rule": notice.ttl["rule"],
    }
    skew = _skew(decision.decided_at, at)
    return event if skew is None else {**event, "client_skew_s": skew}


def _skew(decided_at: str | None, at: datetime) -> int | None:
    """Client minus server clock in seconds, clamped; None where there is none worth keeping.

    A visitor's clock in 1970 or 2099 is no reason to refuse: the server's time is the evidence.
    """
    if decided_at is None:
        return None
    try:
        seconds = int((from_rfc3339(decided_at) - at).total_seconds())
    except (ValueError, OverflowError):
        return None
    if abs(seconds) < SKEW_WORTH_KEEPING_S:
        return None
    return max(-LARGEST_SKEW_S, min(LARGEST_SKEW_S, seconds))


def _ui(decision: Decision, notice: Shown, text_sha256: str) -> dict[str, Any]:
    ui: dict[str, Any] = {
        "bundle": notice.bundle_sri,
        "config_sha256": notice.config_sha256,
        "text_sha256": decision.ui.text_sha256 or text_sha256,
    }
    if decision.ui.checks:
        ui |= {"checks": dict(decision.ui.checks), "asserted_by": "client"}
    return ui


def _answers(given: Mapping[str, str], exempt: tuple[str, ...]) -> dict[str, str]:
    return {**dict.fromkeys(exempt, "exempt"), **given}


def _context(caller: Caller) -> dict[str, Any]:
    device = device_of(caller.agent)
    context: dict[str, Any] = {
        "origin": caller.origin,
        "device": device.kind,
        "ip": {"mode": "none"},
    }
    return context if device.family is None else {**context, "ua_family": device.family}
