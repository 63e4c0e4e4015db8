"""Processes that fork, reload and end: nothing is lost, nothing is written twice, and nothing hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import PATIENCE, Served, is_request, serving, uvicorn

HERE = Path(__file__).parent


def python(script: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        # Newer Pythons warn of forks of processes with threads, which is what is tested here.
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **environment},
        check=False,
    )


def messages(done: subprocess.CompletedProcess[str]) -> Counter[str]:
    assert done.stderr == ""
    assert done.returncode == 0
    return Counter(json.loads(line)["message"] for line in done.stdout.splitlines())


@pytest.mark.parametrize("background", [True, False])
def test_a_child_writes_what_is_its_own(background: bool) -> None:
    script = f"""
import logging, os, skywarden.logging
skywarden.logging.configure(outputs=[{{"to": "stdout", "background": {background}}}])
log = logging.getLogger("a")
for n in range(200): log.info(f"parent {{n}}")
child = os.fork()
if child == 0:
    for n in range(200): log.info(f"child {{n}}")
else:
    for n in range(200): log.info(f"after {{n}}")
    _, status = os.waitpid(child, 0)
    assert status == 0, status
"""
    found = messages(python(script))
    assert found == Counter(f"{who} {number}" for who in ("parent", "child", "after") for number in range(200))


def test_forks_while_threads_log_do_not_hang() -> None:
    script = """
import logging, os, sys, threading, skywarden, skywarden.logging, skywarden.metrics as metrics
skywarden.logging.configure(metrics={"namespace": "n", "builtin": True})
log = logging.getLogger("a")
done = False
def busy():
    while not done:
        log.debug("nothing"); log.info("busy", extra={"a": 1}); metrics.count("C", T="x")
threads = [threading.Thread(target=busy) for _ in range(4)]
for thread in threads: thread.start()
for turn in range(25):
    child = os.fork()
    if child == 0:
        log.info("child", extra={"turn": turn}); log.critical("critical"); metrics.count("C", T="y"); skywarden.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
done = True
for thread in threads: thread.join()
"""
    done = python(script, timeout=300)
    assert (done.stderr, done.returncode) == ("", 0)
    found = Counter(line.get("message") for line in map(json.loads, done.stdout.splitlines()))
    assert (found["child"], found["critical"]) == (25, 25)


def test_metrics_of_a_child_are_its_own() -> None:
    script = """
import os, skywarden, skywarden.logging, skywarden.metrics as metrics
skywarden.logging.configure(metrics={"namespace": "n"})
metrics.count("C", 5)
child = os.fork()
metrics.count("C", 1 if child == 0 else 2)
skywarden.flush()
if child: os.waitpid(child, 0)
"""
    done = python(script)
    assert sorted(json.loads(line)["C"] for line in done.stdout.splitlines()) == [1, 7]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(tmp_path: Path, method: str) -> None:
    module = tmp_path / "working.py"
    module.write_text(
        """
import logging, multiprocessing, skywarden.logging
def work(number):
    skywarden.logging.configure() if multiprocessing.get_start_method() != "fork" else None
    logging.getLogger("a").info(f"work {number}")
if __name__ == "__main__":
    import sys
    multiprocessing.set_start_method(sys.argv[1])
    skywarden.logging.configure()
    with multiprocessing.Pool(3) as pool:
        pool.map(work, range(50), chunksize=1)
        pool.close()
        pool.join()
    process = multiprocessing.Process(target=work, args=(50,))
    process.start()
    process.join()
    assert process.exitcode == 0
"""
    )
    done = subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", str(module), method], capture_output=True, text=True, timeout=300, check=False)
    assert messages(done) == Counter(f"work {number}" for number in range(51))


def gunicorn(*arguments: str) -> Any:
    def command(fd: int) -> list[str]:
        worker = "uvicorn.workers.UvicornWorker"
        return [sys.executable, "-m", "gunicorn", "observed_app:app", "-k", worker, "-w", "2", "-b", f"fd://{fd}", "--graceful-timeout", "20", *arguments]

    return command


@pytest.mark.parametrize("arguments", [[], ["--preload"]], ids=["fork", "preload"])
def test_gunicorn_with_two_workers(arguments: list[str]) -> None:
    with serving(gunicorn(*arguments), PYTHONWARNINGS="ignore") as served:
        served.wait(lambda lines: len([line for line in lines if line["message"] == "starting"]) == 2)
        ids = answered(served, 200)
        served.wait(lambda lines: {line["request_id"] for line in lines if is_request(line)} >= set(ids))
        with httpx.Client() as client:
            assert client.get(f"{served.url}/failure/777").status_code == 500
        served.wait(lambda lines: any("777" in line.get("error", {}).get("message", "") for line in lines))
        served.stop()
    lines = served.lines
    told = Counter(line["request_id"] for line in lines if is_request(line))
    assert all(told[request_id] == 1 for request_id in ids)
    # What a worker wrote last is written.
    assert len([line for line in lines if line["message"] == "stopping"]) == 2
    assert len([raw for raw in served.raw if "failure 777" in raw]) == 1
    assert not [raw for raw in served.raw if '"GET /' in raw]
    working = [line for line in lines if line.get("fields", {}).get("where") == "sync"]
    assert {line["request_id"] for line in working} == set(ids)


def answered(served: Served, count: int) -> list[str]:
    ids = []
    for number in range(count):
        # A connection each, so that both workers have some.
        response = httpx.get(f"{served.url}/sync/{number}", timeout=PATIENCE)
        assert response.status_code == 200
        ids.append(response.headers["x-request-id"])
    assert len(set(ids)) == count
    return ids


def test_a_worker_that_is_killed_is_replaced() -> None:
    with serving(gunicorn(), PYTHONWARNINGS="ignore") as served:
        served.wait(lambda lines: len([line for line in lines if line["message"] == "starting"]) == 2)
        children = subprocess.run(["pgrep", "-P", str(served.process.pid)], capture_output=True, text=True, check=True).stdout.split()
        os.kill(int(children[0]), signal.SIGKILL)
        served.wait(lambda lines: len([line for line in lines if line["message"] == "starting"]) == 3)
        ids = answered(served, 20)
        served.wait(lambda lines: {line["request_id"] for line in lines if is_request(line)} >= set(ids))


def test_uvicorn_with_workers() -> None:
    with serving(uvicorn("observed_app:app", "--workers", "2")) as served:
        served.wait(lambda lines: len([line for line in lines if line["message"] == "starting"]) == 2)
        ids = answered(served, 50)
        served.wait(lambda lines: {line["request_id"] for line in lines if is_request(line)} >= set(ids))


def test_uvicorn_that_reloads(tmp_path: Path) -> None:
    module = tmp_path / "reloaded.py"
    source = """
import logging, skywarden.logging
from fastapi import FastAPI
from skywarden.asgi import ObservabilityMiddleware
skywarden.logging.configure(service="version VERSION")
app = FastAPI()
app.add_middleware(ObservabilityMiddleware)
@app.get("/")
def root(): return {}
logging.getLogger("reloaded").info("loaded VERSION")
"""
    module.write_text(source.replace("VERSION", "1"))
    with serving(uvicorn("reloaded:app", "--reload", "--reload-dir", str(tmp_path), "--app-dir", str(tmp_path))) as served:
        served.wait(lambda lines: any(line["message"] == "loaded 1" for line in lines))
        module.write_text(source.replace("VERSION", "2"))
        deadline = time.monotonic() + PATIENCE
        later = time.time()
        while not any(line["message"] == "loaded 2" for line in served.lines):
            assert time.monotonic() < deadline, served.raw
            # The watcher may have had its first look only after the change.
            later += 10
            os.utime(module, (later, later))
            time.sleep(0.2)
        response = httpx.get(f"{served.url}/", timeout=PATIENCE)
        line = served.request_line(response.headers["x-request-id"])
        assert line["service"] == "version 2"
