# SPDX-License-Identifier: Apache-2.0
"""Does a decision fit the notice it names? Every purpose and service answered, none implied."""

from collections.abc import Mapping, Set

from cmp.consent.shown import Shown
from cmp.contract.decision import Decision
from cmp.errors import Conflict, Unprocessable

__all__ = ["check", "state_of"]


def check(decision: Decision, notice: Shown, in_force: Shown) -> None:
    """Raise Conflict for a superseded notice, Unprocessable for a decision that does not fit."""
    if notice.material_sha256 != in_force.material_sha256:
        raise Conflict(
            "The notice has been replaced by one that needs asking again.",
            now="Show the notice in force and send the visitor's new answer.",
            kind="notice-superseded",
            notice_sha256=in_force.sha256,
        )
    _answers("categories", decision.categories, notice.categories, notice.exempt_categories)
    _answers("services", decision.services, notice.services, notice.exempt_services)
    _language(decision, notice)
    _method(decision)


def _answers(what: str, given: Mapping[str, str], asked: Set[str], exempt: tuple[str, ...]) -> None:
    for name, answer in given.items():
        if name in exempt:
            if answer != "exempt":
                raise _misfit(
                    f"{what}.{name} is necessary and cannot be {answer}.",
                    "Leave it out or say exempt.",
                )
        elif name not in asked:
            raise _misfit(f"{what}.{name} is not in the notice.", "Send only what the notice asks.")
        elif answer == "exempt":
            raise _misfit(f"{what}.{name} needs a consent.", "Say granted or denied.")
    if missing := sorted(asked - given.keys()):
        raise _misfit(f"{what} lacks {', '.join(missing)}.", "Answer for each; none is implied.")


def _language(decision: Decision, notice: Shown) -> None:
    if decision.lang.partition("-")[0] not in notice.languages and (
        decision.lang not in notice.languages
    ):
        raise _misfit(
            f"The notice was not shown in {decision.lang}.",
            f"Say one of {', '.join(notice.languages)}.",
        )


def _method(decision: Decision) -> None:
    answers = {*decision.categories.values(), *decision.services.values()} - {"exempt"}
    if decision.method == "accept_all" and "denied" in answers:
        raise _misfit("accept_all denies something.", "Say save_custom for a partial choice.")
    if decision.method in ("reject_all", "withdraw_all", "close_x") and "granted" in answers:
        raise _misfit(
            f"{decision.method} grants something.", "Say save_custom or withdraw_partial instead."
        )


def _misfit(what: str, now: str) -> Unprocessable:
    return Unprocessable(what, now=now)


def state_of(decision: Decision) -> str:
    """Return the state that follows (A.2 `event.state`): given, partial, refused or withdrawn."""
    answers = [*decision.categories.values(), *decision.services.values()]
    granted, denied = "granted" in answers, "denied" in answers
    if decision.method == "withdraw_all":
        return "withdrawn"
    if not granted:
        return "withdrawn" if decision.method == "withdraw_partial" else "refused"
    return "partial" if denied else "given"
