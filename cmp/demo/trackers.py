# SPDX-License-Identifier: Apache-2.0
"""The third parties of the demo: real servers on other origins that remember who called."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template, request

from cmp.clock import now
from cmp.demo.kinds import ads, affiliate, analytics, chat, fonts, payment, suggestions, video
from cmp.demo.texts import DEFAULT_LANGUAGE, say
from cmp.demo.tracker_log import Sighting, TrackerLog
from cmp.paths import PACKAGE

__all__ = ["KINDS", "create_tracker"]

KINDS: Mapping[str, Callable[[Flask], None]] = MappingProxyType(
    {
        "ads": ads.attach,
        "affiliate": affiliate.attach,
        "analytics": analytics.attach,
        "chat": chat.attach,
        "fonts": fonts.attach,
        "payment": payment.attach,
        "suggestions": suggestions.attach,
        "video": video.attach,
    }
)

# Somebody looking at the tracker is not somebody being tracked.
UNHEARD = frozenset({"/", "/log.json", "/file/home.css", "/favicon.ico"})


def create_tracker(kind: str, *, base: str, log: TrackerLog) -> Flask:
    """Return the third party `kind` (a key of KINDS) that answers at `base` and fills `log`.

    `GET /` shows the log to people, `GET /log.json` to programs of any origin. Raises KeyError
    for an unknown kind.
    """
    attach = KINDS[kind]
    app = Flask(
        f"cmp.demo.{kind}",
        template_folder=str(PACKAGE / "demo" / "templates"),
        static_folder=str(PACKAGE / "demo" / "static" / "trackers"),
        static_url_path="/file",
    )
    _listen(app, log)
    _show(app, kind, base, log)
    attach(app)
    return app


def _listen(app: Flask, log: TrackerLog) -> None:
    @app.before_request
    def remember() -> None:
        if request.path not in UNHEARD:
            log.add(_sighting())

    @app.after_request
    def answer_any_origin(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origin and "Access-Control-Allow-Origin" not in response.headers:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Allow-Headers"] = "content-type"
            response.vary.add("Origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _sighting() -> Sighting:
    page = urlsplit(request.headers.get("Referer", ""))
    return Sighting(
        at=now(),
        method=request.method,
        path=request.path,
        query=request.query_string.decode("ascii", "replace"),
        cookies=MappingProxyType(dict(request.cookies)),
        referrer=f"{page.scheme}://{page.netloc}" if page.netloc else "",
    )


def _show(app: Flask, kind: str, base: str, log: TrackerLog) -> None:
    @app.get("/")
    def home() -> str:
        return render_template(
            "trackers/home.html",
            base=base,
            heard=log.heard,
            lang=DEFAULT_LANGUAGE,
            name=say(DEFAULT_LANGUAGE, f"tracker.{kind}.name"),
            newest_first=log.sightings()[::-1][:200],
            say=lambda key, **values: say(DEFAULT_LANGUAGE, key, **values),
            what=say(DEFAULT_LANGUAGE, f"tracker.{kind}.what"),
        )

    @app.get("/log.json")
    def log_json() -> Response:
        answer = jsonify([sighting.as_json() for sighting in log.sightings()])
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
