"""An application that does everything applications do, under observation."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import skywarden
import skywarden.logging
from skywarden.asgi import ObservabilityMiddleware

skywarden.logging.configure(service="observed")
logger = logging.getLogger("observed")
pool = ThreadPoolExecutor(4)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    logger.info("starting")
    yield
    logger.info("stopping")


app = FastAPI(lifespan=lifespan)
app.add_middleware(ObservabilityMiddleware)


def work(number: int, where: str) -> None:
    logger.info("working", extra={"number": number, "where": where})


@app.get("/sync/{number}")
def sync(number: int) -> dict[str, str | None]:
    work(number, "sync")
    return {"id": skywarden.request_id()}


@app.get("/async/{number}")
async def asynchronous(number: int) -> dict[str, str | None]:
    work(number, "before")
    await asyncio.sleep(0)
    work(number, "after")
    await asyncio.gather(*(asyncio.create_task(in_task(number)) for _ in range(3)))
    return {"id": skywarden.request_id()}


async def in_task(number: int) -> None:
    await asyncio.sleep(0)
    work(number, "task")


@app.get("/background/{number}")
async def background(number: int, tasks: BackgroundTasks) -> dict[str, str | None]:
    tasks.add_task(work, number, "sync background")
    tasks.add_task(in_task, number)
    tasks.add_task(work, number, "last")
    return {"id": skywarden.request_id()}


@app.get("/background-failure/{number}")
async def background_failure(number: int, tasks: BackgroundTasks) -> dict[str, str | None]:
    def fail() -> None:
        raise LookupError(f"in the background {number}")

    tasks.add_task(fail)
    return {"id": skywarden.request_id()}


@app.get("/threads/{number}")
async def threads(number: int) -> dict[str, str | None]:
    await run_in_threadpool(work, number, "threadpool")
    await anyio.to_thread.run_sync(work, number, "anyio")
    await asyncio.to_thread(work, number, "to_thread")
    await asyncio.get_running_loop().run_in_executor(pool, skywarden.propagate(work), number, "executor")
    thread = threading.Thread(target=skywarden.propagate(work), args=(number, "thread"))
    thread.start()
    await asyncio.to_thread(thread.join)
    return {"id": skywarden.request_id()}


@app.get("/executor-without/{number}")
async def executor_without(number: int) -> dict[str, str | None]:
    await asyncio.get_running_loop().run_in_executor(pool, work, number, "bare executor")
    return {"id": skywarden.request_id()}


@app.get("/stream/{number}")
async def stream(number: int) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        for part in range(4):
            work(number, f"part {part}")
            yield b"0123456789"
            await asyncio.sleep(0.02)

    return StreamingResponse(parts())


@app.get("/sync-stream/{number}")
def sync_stream(number: int) -> StreamingResponse:
    def parts() -> Iterator[bytes]:
        for part in range(4):
            work(number, f"part {part}")
            yield b"0123456789"

    return StreamingResponse(parts())


@app.get("/endless/{number}")
async def endless(number: int) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0.01)
        finally:
            work(number, "end")

    return StreamingResponse(parts())


@app.get("/broken-stream/{number}")
async def broken_stream(number: int) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"some"
        raise RuntimeError(f"stream {number}")

    return StreamingResponse(parts())


@app.get("/slow/{number}")
async def slow(number: int) -> dict[str, str | None]:
    work(number, "slow begins")
    await asyncio.sleep(0.5)
    return {"id": skywarden.request_id()}


@app.post("/upload/{number}")
async def upload(number: int, request: Request) -> dict[str, int]:
    work(number, "upload begins")
    return {"bytes": len(await request.body())}


@app.get("/failure/{number}")
async def failure(number: int) -> None:
    work(number, "about to fail")
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError(f"failure {number}") from error


@app.get("/sync-failure/{number}")
def sync_failure(number: int) -> None:
    work(number, "about to fail")
    raise ValueError(f"failure {number}")


class Declined(Exception):
    pass


@app.exception_handler(Declined)
async def declined(_: Request, error: Exception) -> JSONResponse:
    work(int(str(error)), "handler")
    return JSONResponse({"id": skywarden.request_id()}, 503)


@app.get("/handled/{number}")
async def handled(number: int) -> None:
    raise Declined(str(number))


@app.get("/unavailable/{number}")
async def unavailable(number: int) -> None:
    raise HTTPException(503, f"unavailable {number}")


@app.get("/gone/{number}")
async def gone(number: int) -> None:
    raise HTTPException(410)


@app.get("/cancelled/{number}")
async def cancelled(number: int) -> None:
    work(number, "about to be cancelled")
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(10)


@app.get("/bound/{number}")
async def bound(number: int, _: Any = Depends(lambda number: skywarden.bind(user_id=f"user-{number}"))) -> dict[str, Any]:
    with skywarden.scope(attempt=number):
        work(number, "in the block")
    work(number, "after the block")
    return skywarden.current()


SHARED = PlainTextResponse("shared")


@app.get("/shared/{number}")
async def shared(number: int) -> Response:
    return SHARED


@app.get("/own-id/{number}")
async def own_id(number: int) -> Response:
    return PlainTextResponse("x", headers={"x-request-id": f"own-{number}"})


@app.websocket("/socket/{number}")
async def socket(websocket: WebSocket, number: int) -> None:
    await websocket.accept()
    work(number, "accepted")
    while True:
        text = await websocket.receive_text()
        if text == "fail":
            raise ValueError(f"socket {number}")
        if text == "close":
            await websocket.close(4001, "enough")
            return
        await websocket.send_text(f"{skywarden.request_id()}")


@app.websocket("/refused/{number}")
async def refused(websocket: WebSocket, number: int) -> None:
    work(number, "refusing")
    await websocket.close(4003)


@app.get("/health")
def health() -> str:
    return "ok"


inner = APIRouter(prefix="/inner")


@inner.get("/items/{item}")
def item(item: int) -> dict[str, str | None]:
    work(item, "item")
    return {"id": skywarden.request_id()}


outer = APIRouter(prefix="/outer/{tenant}")
outer.include_router(inner)
app.include_router(outer, prefix="/v1")

sub = FastAPI()
sub.add_middleware(ObservabilityMiddleware)


@sub.get("/things/{thing}")
def thing(thing: int) -> dict[str, str | None]:
    work(thing, "thing")
    return {"id": skywarden.request_id()}


app.mount("/sub", sub)
app.mount("/of/{tenant}", sub)


def plain(request: Any) -> Response:
    work(int(request.path_params["number"]), "plain")
    return PlainTextResponse("plain")


app.mount("/plain", Starlette(routes=[Route("/one/{number:int}", plain), Mount("/deep", routes=[Route("/two/{number:int}", plain)])]))
app.add_route("/direct/{number:int}", plain)
app.mount("/static", StaticFiles(directory="."))
