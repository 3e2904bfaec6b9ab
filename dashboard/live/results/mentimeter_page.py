"""``/mentimeter``: sessions read in from Mentimeter, a form to read one in, and the free texts to read through.

Plain pages that need no script. Looking is open; reading in, deciding and deleting are allowed by
:mod:`dashboard.permission`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import importing, parts, permission, saving
from dashboard.blocks import accessibility
from dashboard.db import NoSnapshotError
from dashboard.layout import View, view_of
from dashboard.live.results import imported as live
from dashboard.live.results import result_files, results, screen_markup
from dashboard.live.results.result_routes import PAGE, counted
from dashboard.live.room.document import answer, document
from dashboard.store import StoreError, imported
from dashboard.store.imported import Session
from dashboard.texts import Lang, t

MOST_BYTES: Final = 20 * 2**20
_FIELDS: Final = 3000
_WHY: Final = "_inkarta-mentimeter.txt"


def overview(request: Request) -> Response:
    """All sessions, and the form."""
    v = _view(request)
    if isinstance(v, Response):
        return v
    sessions = imported.every(saving.database())
    questions = sum(len(session.body["questions"]) for session in sessions)
    finding = v.t("mentimeter.finding", sessions=v.n(len(sessions)), questions=v.n(questions))
    rows = [
        [
            parts.link(f"/mentimeter/{session.id}?lang={v.lang}", session.title), v.day(session.held_on),
            v.n(len(session.body["questions"])), v.day(session.imported_at),
        ]
        for session in sessions
    ]  # fmt: skip
    head = [v.t(f"mentimeter.{name}") for name in ("session", "day", "questions", "imported")]
    said = [_notice(v, request), parts.lede(finding if sessions else v.t("mentimeter.none"))]
    if rows:
        said.append(parts.table(head, rows, label=v.t("mentimeter.title"), numeric=(2,)))
    if permission.may("import"):
        said.append(_form(v))
    return _page(v, v.t("mentimeter.title"), parts.join(said))


def session(request: Request) -> Response:
    """A session: what was not read, every result with its files, and the texts that wait."""
    v = _view(request)
    if isinstance(v, Response):
        return v
    db = saving.database()
    found = imported.find(db, request.path_params["id"])
    if found is None:
        return _page(v, v.t("mentimeter.title"), parts.lede(v.t("mentimeter.gone")), 404)
    occasion = live.occasion_of(found)
    said = [Markup('<p class="ik-r-mark">{}</p>').format(results.marks(v, occasion)[0]), _notice(v, request)]
    said += [parts.missing(v.t("mentimeter.dropped", columns=", ".join(found.body["dropped"])))]
    for one in found.body["left"]:
        why = v.t(f"mentimeter.left_{one['rule']}", value=one["value"])
        said.append(parts.missing(v.t("mentimeter.left", where=one["where"], why=why)))
    if not found.is_read and (waiting := _waiting(v, found)):
        said.append(waiting)
    for given in live.givens(db, found, v.lang):
        one = counted(v, given)
        of = results.result(v, one.question, one.tally, one.occasion, reveal=True)
        said += [parts.heading(2, of.title, f"fraga-{given.question.id}"), screen_markup.light(v, of)]
        if one.question.kind == "text" and permission.may("import"):
            said.append(parts.link(f"/rum/{found.id}/grupper/{one.question.id}?lang={v.lang}", v.t("groups.way")))
    base = f"/rum/{found.id}/resultat"
    ways = [parts.link(f"{base}.{form}?lang={v.lang}", form.upper()) for form in result_files.WHOLE]
    said.append(Markup("<p>{}: {}</p>").format(v.t("export.take"), parts.join(ways, " ")))
    if permission.may("import"):
        said.append(_button(f"/mentimeter/{found.id}/bort?lang={v.lang}", v.t("mentimeter.remove")))
    return _page(v, found.title, Markup('<div class="ik-light">{}</div>').format(parts.join(said)))


async def take(request: Request) -> Response:
    """Read a file in. Only this site's own form may send one."""
    lang = _lang(request)
    if refused := _refused(request):
        return refused
    if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return _back(lang, fel="large")
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("fil")
        if not isinstance(file, UploadFile) or not file.filename:
            return _back(lang, fel="no_file")
        folder = importing.new_folder()
        path = folder / importing.safe_name(file.filename)
        with path.open("wb") as out:
            while block := await file.read(2**20):
                out.write(block)
    told = await run_in_threadpool(live.take, path)
    path.unlink(missing_ok=True)
    if "error" in told:
        (folder / _WHY).write_text(str(told["error"].get("message", ""))[:600], "utf-8")
        return _back(lang, fel="refused", fil=folder.name)
    return _back(lang, f"/{told['stored'][0]['id']}", klart="stored" if told["stored"][0]["is_new"] else "known")


async def read_through(request: Request) -> Response:
    """The free texts have been read: those that were unticked are deleted, the rest may be shown."""
    if refused := _refused(request):
        return refused
    async with request.form(max_fields=_FIELDS) as sent:
        kept = {str(value) for name, value in sent.multi_items() if name == "text"}
    which = request.path_params["id"]
    found = imported.find(saving.database(), which)
    if found is not None:
        rejected = {(at, text) for at, text in _texts(found) if f"{at}|{text}" not in kept}
        imported.read_through(saving.database(), which, rejected)
    return _back(_lang(request), f"/{which}", klart="read")


async def remove(request: Request) -> Response:
    """Delete a session."""
    if refused := _refused(request):
        return refused
    imported.remove(saving.database(), request.path_params["id"])
    return _back(_lang(request), klart="removed")


def _texts(of: Session) -> list[tuple[int, str]]:
    questions = enumerate(of.body["questions"])
    return [(at, text) for at, told in questions if told["kind"] == "text" for text in dict.fromkeys(told["answers"])]


def _waiting(v: View, of: Session) -> Markup:
    """The form with every text that waits, all of them ticked; nothing where none does."""
    texts = _texts(of)
    if not texts:
        return Markup("")
    if not permission.may("import"):
        return parts.missing(v.t("mentimeter.waiting", n=v.n(len(texts))))
    tick = Markup('<li><label><input type="checkbox" name="text" value="{}|{}" checked> {}</label></li>')
    ticks = parts.join(tick.format(at, text, text) for at, text in texts)
    form = Markup('<form method="post" action="/mentimeter/{}/last?lang={}"><h2>{}</h2><p>{}</p><ul>{}</ul>{}</form>')
    return form.format(
        of.id, v.lang, v.t("mentimeter.read_title"), v.t("mentimeter.waiting", n=v.n(len(texts))), ticks,
        Markup("<button>{}</button>").format(v.t("mentimeter.read")),
    )  # fmt: skip


def _form(v: View) -> Markup:
    return Markup(
        '<form method="post" action="/mentimeter/fil?lang={}" enctype="multipart/form-data"><h2>{}</h2><p>{}</p>'
        '<p><label for="fil">{}</label> <input id="fil" type="file" name="fil" accept=".xlsx" required></p>'
        "<button>{}</button></form>"
    ).format(
        v.lang, v.t("mentimeter.take_title"), v.t("mentimeter.take_text"), v.t("mentimeter.file"),
        v.t("mentimeter.take"),
    )  # fmt: skip


def _button(action: str, label: str) -> Markup:
    return Markup('<form method="post" action="{}"><button class="ik-quiet">{}</button></form>').format(action, label)


def _notice(v: View, request: Request) -> Markup:
    """What became of what was just done."""
    fault, done = request.query_params.get("fel", ""), request.query_params.get("klart", "")
    if fault == "refused":
        told = v.t("mentimeter.refused", fault=_why(request.query_params.get("fil", "")))
        return Markup('<p role="alert">{}</p>').format(told.strip())
    if fault in ("large", "no_file"):
        return Markup('<p role="alert">{}</p>').format(v.t(f"mentimeter.fault_{fault}"))
    if done in ("stored", "known", "read", "removed"):
        return Markup('<p role="status">{}</p>').format(v.t(f"mentimeter.done_{done}"))
    return Markup("")


def _why(token: str) -> str:
    """Why a file was refused a moment ago, as the server has kept it; nothing when that is no longer known."""
    folder = importing.folder_of(token)
    return (folder / _WHY).read_text("utf-8") if folder and (folder / _WHY).is_file() else ""


def _refused(request: Request) -> Response | None:
    is_allowed = permission.may("import") and permission.is_own(request)
    return None if is_allowed else Response("forbidden", status_code=403)


def _back(lang: Lang, rest: str = "", **told: str) -> Response:
    return RedirectResponse(f"/mentimeter{rest}?{urlencode({'lang': lang, **told})}", status_code=303)


def _lang(request: Request) -> Lang:
    return "en" if request.query_params.get("lang") == "en" else "sv"


def _view(request: Request) -> View | Response:
    lang = _lang(request)
    try:
        imported.every(saving.database())
        return view_of(PAGE, {"lang": lang})
    except NoSnapshotError:
        return Response(t("site.no_snapshot_text", lang), status_code=503)
    except StoreError:
        return Response(t("views.file_unreadable", lang), status_code=503)


def _page(v: View, title: str, body: Markup, status: int = 200) -> Response:
    other: Sequence[tuple[str, str]] = (("sv", v.t("site.swedish")), ("en", v.t("site.english")))
    ways = parts.join((parts.link(f"?lang={code}", name) for code, name in other if code != v.lang), " ")
    inner = Markup(
        '<header><a href="/?lang={}">{}</a> {}</header><main><h1>{}</h1>{}</main><footer><p>{}</p></footer>'
    ).format(v.lang, v.t("site.name"), ways, title, body, accessibility.link(v.lang))
    style = ("ballot.css", "results.css")
    whole = document(v.lang, f"{title} – {v.t('site.name')}", inner, style=style, data={}, look="ik-plain")
    return answer(whole, status=status)


ROUTES: list[BaseRoute] = [
    Route("/mentimeter", overview, methods=["GET"]),
    Route("/mentimeter/fil", take, methods=["POST"]),
    Route("/mentimeter/{id:str}", session, methods=["GET"]),
    Route("/mentimeter/{id:str}/last", read_through, methods=["POST"]),
    Route("/mentimeter/{id:str}/bort", remove, methods=["POST"]),
]
