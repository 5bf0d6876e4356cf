"""The data page: send files, read what the check says, load, and go back to an earlier generation."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import UploadFile

from api import listings, uploads
from api.ahead import work_ahead
from api.console import Speech, language, page, root_of
from api.downloads import XLSX, download
from api.jobs import Job, Jobs
from api.loading import check_folders, load_folders
from api.params import HomeParams, Sort
from api.problems import NOT_FOUND, Problem
from api.requests import TheSettings, a_router
from api.routers.browse import Strict
from api.steps import STAGES
from api.tables import Asked, table_view
from graph.workspace import Workspace
from queries.answer import Bilingual

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store import Progress, Store

router = a_router(include_in_schema=False)
NOT_KEPT = Bilingual(
    "그 상태는 더 이상 보관되어 있지 않습니다. 자료 화면의 목록에서 골라 주세요.",
    "That state is not kept any longer; choose from the list on the data page.",
)
MOST_LISTED = 500
"""Refusals on one page; the file has every one that is listed."""


class DataParams(Strict):
    """The data page takes a language, and the order of its table."""

    lang: str | None = None
    sort_generations: Sort = ""
    page_generations: int = Field(1, ge=1, le=10_000)


@router.get("/data")
def data(request: Request, settings: TheSettings, asked: Annotated[DataParams, Query()]) -> Response:
    """What is loaded, the form to load more, and the generations to go back to."""
    speech, now = Speech(language(request)), request.app.state.store.current()
    current = now.id if now else ""
    kept = listings.generations(Workspace(settings.home).generations(), current, speech)
    order = Asked(asked.sort_generations, asked.page_generations, speech.lang)
    return page(
        request, "data.html", current=current, generations=table_view(kept, {}, order),
        may=uploads.may_change(request, settings), largest=uploads.LARGEST // 1024**2,
    )  # fmt: skip


@router.post("/data", max_body_size=uploads.LARGEST)
async def send(request: Request, settings: TheSettings) -> Response:
    """Files to check, or to check and load; the answer is the address of the work."""
    uploads.refuse_strangers(request, settings)
    async with request.form(max_files=uploads.MOST_FILES, max_fields=10) as form:
        files = [each for each in form.getlist("files") if isinstance(each, UploadFile)]
        load = form.get("what") == "load"
        with uploads.staged(settings) as folder:
            await uploads.save(files, folder)
            # The work moves the folder away first, so that what is left of it goes however this ends.
            job = _begin(request, settings, folder, load)
    return RedirectResponse(f"{root_of(request)}/data/jobs/{job.id}", status_code=303)


def _begin(request: Request, settings: Settings, folder: Path, load: bool) -> Job:
    jobs: Jobs = request.app.state.jobs
    store: Store = request.app.state.store
    taken = folder.rename(folder.with_name(f"{folder.name}-taken"))

    def work(job: Job, progress: Progress) -> None:
        try:
            _check_or_load(job, progress, settings, store, taken, load)
        finally:
            uploads.remove(taken)

    try:
        return jobs.start("load" if load else "check", work)
    except BaseException:
        uploads.remove(taken)
        raise


def _check_or_load(job: Job, progress: Progress, settings: Settings, store: Store, folder: Path, load: bool) -> None:
    workspace = Workspace(settings.home)
    if load:
        loaded = load_folders([folder], workspace, store, progress)
        job.reports, job.generation = loaded.reports, loaded.generation
        if loaded.generation is not None:
            work_ahead(store, loaded.generation, progress)
    else:
        job.reports = tuple(each.report for each in check_folders([folder], workspace, store, progress))


@router.get("/data/jobs/{job_id}")
def job(request: Request, job_id: str, asked: Annotated[HomeParams, Query()]) -> Response:
    """How far the work is, and in the end what came of it."""
    found: Job = request.app.state.jobs.find(job_id)
    speech = Speech(language(request))
    refused = listings.refusals([each for report in found.reports for each in report.refusals], speech)
    table = table_view(refused, {}, Asked(asked.sort, asked.page, speech.lang), most=MOST_LISTED)
    return page(request, "job.html", job=found, refused=table, stages=STAGES if found.what == "load" else ())


@router.post("/data/generations/{generation_id}", max_body_size=10_000)
def go_back(request: Request, settings: TheSettings, generation_id: str) -> Response:
    """Answer from a kept generation again."""
    uploads.refuse_strangers(request, settings)
    store: Store = request.app.state.store
    if generation_id not in {each.id for each in Workspace(settings.home).generations()}:
        raise Problem(404, "unknown-generation", NOT_FOUND, NOT_KEPT)

    def work(job: Job, progress: Progress) -> None:
        job.generation = Workspace(settings.home).switch_to(generation_id, store, progress)

    started = request.app.state.jobs.start("switch", work)
    return RedirectResponse(f"{root_of(request)}/data/jobs/{started.id}", status_code=303)


@router.get("/data/template.{ending}")
def template(ending: Literal["xlsx", "zip"]) -> Response:
    """The empty tables: one workbook, or the CSV files in a zip."""
    from loaders.template import WORKBOOK_FILE, write_template

    with tempfile.TemporaryDirectory() as folder:
        files = write_template(Path(folder))
        if ending == "xlsx":
            content = next(file for file in files if file.name == WORKBOOK_FILE).read_bytes()
            return download(content, XLSX, WORKBOOK_FILE)
        return download(
            _zipped([file for file in files if file.name != WORKBOOK_FILE]), "application/zip", "pumasi-template.zip"
        )


def _zipped(files: list[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return made.getvalue()
