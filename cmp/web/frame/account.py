# SPDX-License-Identifier: Apache-2.0
"""The account door: login, logout, password, language. No registration, no recovery by mail."""

import structlog
from flask import (
    Blueprint,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_security import login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from cmp import clock
from cmp.accounts import verbs
from cmp.accounts.password import LONGEST, SHORTEST, fits, verify
from cmp.i18n.text import LANGUAGES
from cmp.web.frame.asking import Carried, carried_from, safe_target
from cmp.web.frame.database import reading, writing
from cmp.web.frame.doors import PUBLIC, Route, attach
from cmp.web.frame.pages import t
from cmp.web.frame.security import (
    OWN_ACCOUNT,
    Account,
    Person,
    csrf,
    guard,
    login_throttle,
    person,
)
from cmp.web.frame.throttle import account_key, network_key

__all__ = ["door"]

_log = structlog.get_logger("kvitt.login")


def login() -> Response | str:
    """The form, and its answer: the same one, after the same time, whatever was wrong."""
    if request.method != "POST":
        if person() is not None:
            return redirect(safe_target(request.args.get("next", "")))
        return _login_form("", Carried(safe_target(request.args.get("next", "")), ()))
    csrf.protect()
    email, given = request.form.get("email", ""), request.form.get("password", "")
    carried = carried_from(request.form, list(request.form.items(multi=True)))
    keys = network_key(request.remote_addr), account_key(email)
    wait = login_throttle().wait_s(*keys)
    if wait:
        return _slow_down(email, carried, wait)
    account = _right_account(email, given)
    if account is None:
        login_throttle().count(*keys)
        _log.warning("login refused", request_id=g.get("request_id"))
        return make_response(_login_form(email, carried, "wrong"), 401)
    return _let_in(account, carried)


def _login_form(email: str, carried: Carried, problem: str = "", **values: object) -> str:
    return render_template(
        "frame/login.html", email=email, carried=carried, problem=problem, **values
    )


def _slow_down(email: str, carried: Carried, wait: int) -> Response:
    answer = make_response(_login_form(email, carried, "throttled", seconds=wait), 429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _right_account(email: str, given: str) -> Account | None:
    asked = email.strip().lower().encode("utf-8", "replace").decode().replace("\0", "")
    account = reading().scalar(select(Account).where(Account.email == asked))
    known = account is not None and account.active
    right = verify(given, account.password if account is not None and known else None)
    return account if right else None


def _let_in(account: Account, carried: Carried) -> Response:
    account_id = account.id
    with writing() as rows:
        row = rows.get_one(Account, account_id)
        verbs.note(rows, "account.login", row.email, at=clock.now(), actor=row.email)
        # A session that existed before the login must not become one that is logged in.
        session.clear()
        session.permanent = True
        login_user(row)
    g.pop("person", None)
    if carried.fields:
        return make_response(render_template("frame/resume.html", carried=carried))
    return redirect(carried.target)


def logout() -> Response:
    """End every session of the account, this one included."""
    with writing() as rows:
        row = rows.get_one(Account, _me().account_id)
        verbs.end_sessions(rows, row, at=clock.now(), actor=row.email)
    logout_user()
    session.clear()
    return redirect(url_for("account.login"))


def password() -> Response | str:
    """Choose another password: of one's own free will, or because the one in use was printed."""
    if request.method != "POST":
        return _password_form()
    me, chosen = _me(), request.form.get("new", "")
    problems = _password_problems(me, chosen)
    if problems:
        return make_response(_password_form(problems), 422)
    with writing() as rows:
        row = rows.get_one(Account, me.account_id)
        verbs.change_password(rows, row, chosen, at=clock.now())
        login_user(row)
    flash(t("password.changed"), "done")
    return redirect(url_for("account.start"))


def _password_form(problems: dict[str, str] | None = None) -> str:
    return render_template(
        "frame/password.html", problems=problems or {}, shortest=SHORTEST, longest=LONGEST
    )


def _password_problems(me: Person, chosen: str) -> dict[str, str]:
    row = reading().get_one(Account, me.account_id)
    old, problems = request.form.get("old", ""), {}
    if login_throttle().wait_s(account_key(me.email)) or not verify(old, row.password):
        login_throttle().count(account_key(me.email))
        problems["old"] = "password.old_wrong"
    elif verify(chosen, row.password):
        problems["new"] = "password.same"
    if not fits(chosen, me.email):
        problems["new"] = "password.unfit"
    elif chosen != request.form.get("again", ""):
        problems["again"] = "password.differs"
    return problems


def language() -> Response:
    """Show the pages in another language; remembered in the account."""
    csrf.protect()
    chosen, me = request.form.get("lang", ""), person()
    if chosen in LANGUAGES:
        session["lang"] = chosen
        if me is not None:
            with writing() as rows:
                verbs.choose_language(rows, rows.get_one(Account, me.account_id), chosen)
    return redirect(safe_target(request.form.get("next", "")))


def start() -> Response:
    """Send each to the first room of theirs."""
    me = _me()
    return redirect("/admin/" if me.may("catalog.read") else "/audit/")


def _me() -> Person:
    me = person()
    if me is None:
        raise AssertionError("the guard lets nobody in who is not logged in")
    return me


door = Blueprint("account", __name__, template_folder="templates")

attach(
    door,
    [
        Route("/login", login, PUBLIC, ("GET", "POST")),
        Route("/logout", logout, OWN_ACCOUNT, ("POST",)),
        Route("/account", start, OWN_ACCOUNT),
        Route("/account/password", password, OWN_ACCOUNT, ("GET", "POST")),
        Route("/account/language", language, PUBLIC, ("POST",)),
    ],
    guard,
)
