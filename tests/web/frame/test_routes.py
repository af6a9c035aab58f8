# SPDX-License-Identifier: Apache-2.0
"""Every route of every door, and what each kind of person gets there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cmp.accounts.permissions import ACTIONS, ROLES, may
from cmp.web.frame.doors import PUBLIC, Route, routes_of
from cmp.web.frame.sessions import is_staff_path
from tests.factories import SITE
from tests.web.conftest import AuthActions

# What an address needs, to lead to something that exists or may exist.
PARTS = {
    "site": SITE,
    "service_id": "annonse",
    "row_id": 1,
    "lang": "nb",
    "record_id": "0" * 8,
    "sha256": "0" * 64,
    "name": "0" * 16,
    "year": 2026,
    "path": "0/000",
}
STAFF = ("account", "marketing", "auditor")


def _staff_routes() -> list[tuple[str, Route]]:
    return [(door, route) for door in STAFF for route in routes_of().get(door, ())]


def _guarded(app: Flask) -> list[tuple[str, Route]]:
    found = []
    with app.test_request_context():
        for door, route in _staff_routes():
            if route.action != PUBLIC:
                found.append((_address(app, door, route), route))
    return found


def _address(app: Flask, door: str, route: Route) -> str:
    adapter = app.url_map.bind("localhost")
    rule = next(app.url_map.iter_rules(f"{door}.{route.endpoint}"))
    known = {name: PARTS[name] for name in rule.arguments}
    return adapter.build(rule.endpoint, known, method=route.methods[0])


def test_every_route_of_the_application_stands_in_a_table(app: Flask) -> None:
    listed = {f"{door}.{r.endpoint}" for door, table in routes_of().items() for r in table}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - listed == {"static"}


def test_every_action_is_in_the_table_of_roles() -> None:
    named = {route.action for _, route in _staff_routes()} - {PUBLIC}
    assert named <= set(ACTIONS)


def test_staff_addresses_and_only_they_have_a_session(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        door = rule.endpoint.partition(".")[0]
        assert is_staff_path(rule.rule) == (door in STAFF), rule.rule


def test_public_staff_routes_are_the_login_and_the_language() -> None:
    public = {(door, r.endpoint) for door, r in _staff_routes() if r.action == PUBLIC}
    assert public == {("account", "login"), ("account", "language")}


def test_anonymous_people_are_asked_to_log_in(app: Flask, client: FlaskClient) -> None:
    for address, route in _guarded(app):
        for method in route.methods:
            answer = client.open(address, method=method)
            assert answer.status_code == (302 if method == "GET" else 401), (method, address)
            if method == "GET":
                assert answer.headers["Location"].startswith("/login?next="), address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(app: Flask, auth: AuthActions, role: str) -> None:
    auth.login(role)
    for address, route in _guarded(app):
        if "GET" not in route.methods:
            continue
        answer = auth.client.get(address)
        allowed = may([role], route.action)
        assert (answer.status_code != 403) == allowed, (role, address, answer.status_code)
        assert answer.status_code < 500, (role, address)


@pytest.mark.parametrize("role", ROLES)
def test_unsafe_requests_need_the_token(app: Flask, auth: AuthActions, role: str) -> None:
    auth.login(role)
    for address, route in _guarded(app):
        for method in set(route.methods) - {"GET", "HEAD", "OPTIONS"}:
            assert auth.client.open(address, method=method).status_code == 400, address


@pytest.mark.parametrize("role", ROLES)
def test_unsafe_requests_need_the_role_too(app: Flask, auth: AuthActions, role: str) -> None:
    auth.login(role)
    token = auth.token("/account/password")
    for address, route in _guarded(app):
        if "POST" in route.methods and not may([role], route.action):
            answer = auth.client.post(address, data={"csrf_token": token})
            assert answer.status_code == 403, address
