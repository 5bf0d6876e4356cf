"""The commands of `pumasi`, as typer reads and explains them. Each imports what it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from api.cli_ask import FORMAT, GENERATION, STORE, AnswerFormat, Asked, answer_on_terminal, arguments_as_params, policy_of
from api.settings import Settings
from api.stopping import stop, telling_what_is_left
from graph.wording import in_both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.neo4j_server import Server
    from graph.store import Reader, Store
    from graph.workspace import Workspace
    from loaders.report import Report

app = typer.Typer(
    name="pumasi",
    help="품앗이: 지역 고용 네트워크 지식그래프 | a knowledge graph of a regional employment network",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
neo4j_app = typer.Typer(
    help="Docker와 Java 없이 쓰는 Neo4j | a Neo4j without Docker or Java", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(neo4j_app, name="neo4j")

StoreOption = Annotated[str | None, typer.Option(STORE, help="저장소 | store: ladybug:DIR, neo4j://host, bolt://host")]
GenerationOption = Annotated[str | None, typer.Option(GENERATION, help="이전 세대로 답하기 | answer from a kept generation")]
TableOrJson = Annotated[Literal["table", "json"], typer.Option(FORMAT)]
NetworkFormat = Annotated[Literal["pyvis", "gexf", "graphml", "hsds", "neo4j-admin"], typer.Argument(metavar="FORMAT")]
CohortPlan = Literal["none", "single", "pair", "lowering", "three_way", "confounder", "mixed"]
Folders = Annotated[
    list[Path], typer.Argument(metavar="DIR...", help="데이터셋 폴더 또는 XLSX | dataset folders or XLSX files")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR")]
Target = Annotated[Path, typer.Argument(metavar="PATH")]


def the_store(url: str | None = None) -> Store:
    """The store the user chose."""
    from graph.stores import open_store

    settings = Settings.from_environment()
    return open_store(url or settings.store, settings.home)


def the_reader(generation: str | None = None, store: str | None = None) -> Reader:
    """A reader of the current or a named generation."""
    return the_store(store).reader(generation)


def the_workspace() -> Workspace:
    """The folder where checked tables and generations are kept."""
    from graph.workspace import Workspace

    return Workspace(Settings.from_environment().home)


@app.command()
def load(folders: Folders, store: StoreOption = None) -> None:
    """데이터셋을 검사하고 그래프로 올립니다 | check datasets and publish them as a new generation."""
    from api.ahead import answer_ahead, work_ahead
    from api.loading import load_folders
    from api.progress import progress_on_terminal

    into = the_store(store)
    with telling_what_is_left(into), progress_on_terminal() as progress:
        loaded = load_folders(folders, the_workspace(), into, progress)
        if loaded.generation is not None:
            answer_ahead(Settings.from_environment(), store, loaded.generation, progress)
            work_ahead(into, loaded.generation, progress)
    if loaded.generation is None:
        refuse(loaded.reports)
    many, id_ = f"{sum(loaded.generation.counts.values()):,}", loaded.generation.id
    already = (" 이미 올라와 있습니다.", ", already published") if loaded.generation.unchanged else ("", "")
    ko, en = f"세대 {id_}: 노드와 관계 {many}개.{already[0]}", f"generation {id_}: {many} nodes and relationships{already[1]}"
    typer.echo(in_both(ko, en))


@app.command()
def check(folder: Folder, format: TableOrJson = "table") -> None:
    """올리지 않고 검사만 합니다 | check a dataset without loading it."""
    from api.loading import check_folders
    from api.progress import progress_on_terminal

    with progress_on_terminal() as progress:
        report = check_folders([folder], the_workspace(), None, progress)[0].report
    if format == "json":
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
        raise typer.Exit(0 if report.ok else 1)
    if not report.ok:
        refuse([report])
    typer.echo(in_both(report.summary.ko, report.summary.en))


def refuse(reports: Sequence[Report]) -> NoReturn:
    """Tell every refusal on standard output, the summary as the one line on standard error, and end with status 1."""
    for report in reports:
        for refusal in report.refusals:
            typer.echo(str(refusal))
    summaries = [report.summary for report in reports]
    stop(in_both(" ".join(each.ko for each in summaries), " ".join(each.en for each in summaries)))


@app.command()
def withdraw(dataset: Annotated[str, typer.Argument(metavar="DATASET")], store: StoreOption = None) -> None:
    """데이터셋을 모든 세대에서 지웁니다 | take a dataset out of the network and its kept generations."""
    of = the_store(store)
    with telling_what_is_left(of):
        generation = the_workspace().withdraw(dataset, of)
    typer.echo(in_both(f"세대 {generation.id}", f"generation {generation.id}"))


@app.command()
def questions() -> None:
    """물을 수 있는 질문 목록 | the questions that can be asked."""
    from queries.catalog import load_catalog

    for question in load_catalog():
        typer.echo(f"{question.name:26} {in_both(question.title.ko, question.title.en)}")
        for param in question.params.values():
            words = in_both(param.explanation.ko, param.explanation.en)
            typer.echo(f"    --{param.name.replace('_', '-')}: {words}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    format: Annotated[AnswerFormat, typer.Option(FORMAT)] = "table",
    generation: GenerationOption = None,
    store: StoreOption = None,
) -> None:
    """질문에 답합니다: ask NAME --param value … | answer a question."""
    answer_on_terminal(Asked(name, arguments_as_params(context.args), format, generation, store))


@app.command()
def generations(format: TableOrJson = "table") -> None:
    """보관된 세대 | the kept generations, newest first."""
    kept = the_workspace().generations()
    if format == "json":
        told = [
            {"id": g.id, "created_at": g.created_at, "current": g.current, "datasets": [d["id"] for d in g.datasets]}
            for g in kept
        ]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in kept:
        datasets = ", ".join(str(dataset["id"]) for dataset in one.datasets)
        typer.echo(f"{'*' if one.current else ' '} {one.id}  {one.created_at}  {datasets}")


@app.command()
def template(folder: Folder) -> None:
    """빈 표와 설명을 만듭니다 | write empty tables (CSV and XLSX) with explanations."""
    from loaders.template import write_template

    write_template(folder)
    typer.echo(f"{folder}: 표를 채운 뒤 pumasi check {folder} | fill in the tables, then pumasi check {folder}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="주소 | address")] = None,
    port: Annotated[int | None, typer.Option(help="포트 | port", min=0, max=65535)] = None,
) -> None:
    """화면과 API를 엽니다 | serve the console and the API."""
    from api.serving import serve as serve_app

    serve_app(Settings.from_environment(), host, port)


@app.command()
def export(
    format: NetworkFormat,
    path: Target,
    generation: GenerationOption = None,
    store: StoreOption = None,
) -> None:
    """네트워크를 파일로 내보냅니다: pyvis, gexf, graphml, hsds, neo4j-admin | write the network to files."""
    from api.exports.network import export_network

    typer.echo(export_network(format, path, the_workspace(), the_reader(generation, store)))


@app.command()
def synth(
    folder: Folder,
    cases: Annotated[int, typer.Option(help="사례 수 | how many cases")] = 2000,
    seed: Annotated[int, typer.Option(help="씨앗 | seed")] = 1,
    truth: Annotated[Path | None, typer.Option(help="심어 둔 사실을 적을 파일 | file for the planted truth")] = None,
    plan: Annotated[CohortPlan, typer.Option(help="심을 사실 | what to plant")] = "pair",
    size: Annotated[Literal["xs", "s", "m", "l"] | None, typer.Option(help="네트워크 크기 | size of the network")] = None,
    format: Annotated[Literal["csv", "parquet"], typer.Option("--format")] = "csv",
    dirty: Annotated[float, typer.Option(help="틀린 행의 비율 | share of spoiled rows")] = 0.0,
) -> None:
    """정답을 아는 합성 데이터를 만듭니다 | write a synthetic dataset with known truth."""
    from api.progress import progress_on_terminal
    from loaders.cohort.write import CohortError, write_cohort

    try:
        with progress_on_terminal() as progress:
            cohort = write_cohort(
                folder, cases, seed, truth, plan=plan, size=size, file_format=format, dirty=dirty, progress=progress
            )
    except CohortError as error:
        stop(str(error))
    typer.echo(f"{folder}: {cohort}")


@app.command()
def assign(
    requests: Annotated[Path, typer.Argument(metavar="REQUESTS.csv")],
    target: Annotated[Path, typer.Argument(metavar="ASSIGNED.csv")],
    store: StoreOption = None,
) -> None:
    """여러 사람을 자리에 맞게 함께 연계합니다 | refer many people at once under the seats there are."""
    from queries.referral.batch import BatchError, assign_file

    try:
        batch = assign_file(the_reader(store=store), requests, target, policy_of(Settings.from_environment()))
    except BatchError as error:
        stop(str(error))
    typer.echo(in_both(batch.sentence.ko, batch.sentence.en))


@neo4j_app.command("start")
def neo4j_start(port: Annotated[int, typer.Option(min=1, max=65535)] = 7687) -> None:
    """이 컴퓨터에서 Neo4j를 켭니다 | start a Neo4j on this machine."""
    from graph.neo4j_server import start

    typer.echo("처음에는 1~2분 걸립니다 | the first start takes a minute or two", err=True)
    tell_server(start(Settings.from_environment().home, port))


@neo4j_app.command("stop")
def neo4j_stop() -> None:
    """Neo4j를 끕니다 | stop it."""
    from graph.neo4j_server import stop as stop_server

    stopped = stop_server(Settings.from_environment().home)
    typer.echo("Neo4j를 껐습니다 | stopped" if stopped else "켜져 있는 Neo4j가 없습니다 | none was running")


@neo4j_app.command("status")
def neo4j_status() -> None:
    """Neo4j가 켜져 있는지 | whether it runs, and where."""
    from graph.neo4j_server import status

    running = status(Settings.from_environment().home)
    if running is None:
        stop("켜져 있는 Neo4j가 없습니다. pumasi neo4j start 로 켜 주세요 | no Neo4j runs here; start one: pumasi neo4j start")
    tell_server(running)


def tell_server(server: Server) -> None:
    """Where a server listens, and how to use it."""
    typer.echo(f"Neo4j {server.version}: {server.url}  (PUMASI_STORE={server.url} pumasi load DIR)")
