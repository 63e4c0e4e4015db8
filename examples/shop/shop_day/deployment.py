"""The shop as it is deployed: which program runs where, in which release, and how its files are called there."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from shop.rehearsal.day import day

from .services import Service, free_port

SHOP = Path(__file__).resolve().parents[1]
OLD, NEW = "1.7.4", day.deploy_version

# What heads every file of a release. It moves all lines down, as releases do: an error must not look new because of it.
_BANNERS = {
    OLD: (),
    NEW: (
        f"# Part of release {NEW} of the shop's Python services.",
        "#",
        f"# Since {OLD}:",
        "#   discounts: a cart may have a discount code, and is shown with what is left to pay.",
        "#",
        "# Built from the repository; changes made here are lost with the next release.",
        "#",
        "#",
        "",
    ),
}


class Deployment:
    """The running shop. `services` are asked by the load script. The Python services run with the interpreter this runs with."""

    def __init__(self, catalog: Path, directory: Path) -> None:
        self._catalog_program = catalog
        self._directory = directory
        self._ports = {name: free_port() for name in ("checkout", "payments", "catalog")}
        self.services: dict[str, Service] = {}
        self.ended: list[tuple[str, Service]] = []

    def start(self) -> None:
        """Starts everything."""
        self._start("catalog", self._catalog())
        self._start("payments", self._python("payments", OLD))
        self._start("checkout", self._python("checkout", OLD))

    def deploy_checkout(self) -> None:
        """Replaces checkout by its new release."""
        self._stop("checkout")
        self._start("checkout", self._python("checkout", NEW))

    def stop(self) -> None:
        """Ends everything, in the order in which they depend on each other."""
        for name in ("checkout", "payments", "catalog"):
            self._stop(name)

    def kill(self) -> None:
        """Ends what still runs, when something has gone wrong."""
        for service in self.services.values():
            service.kill()

    def as_deployed(self, name: str) -> list[tuple[str, str]]:
        """Paths of this machine and what they are called where the service is deployed, the longest first."""
        python, runtime = f"python{sysconfig.get_python_version()}", "/var/lang" if name == "checkout" else "/usr/local"
        paths = sysconfig.get_paths()
        places = {
            str(SHOP / "catalog"): "/build/catalog",
            str(SHOP.parents[1]): "/build/skywarden",
            "examples/shop/catalog/src/": "src/",
            paths["stdlib"]: f"{runtime}/lib/{python}",
            paths["purelib"]: f"{runtime}/lib/{python}/site-packages",
            f"{os.environ.get('CARGO_HOME', Path.home() / '.cargo')}/registry/src": "/build/vendor",
        }
        for version in _BANNERS:
            places[str(self._release(version))] = "/var/task" if name == "checkout" else "/app"
        return sorted(places.items(), key=lambda place: -len(place[0]))

    def _start(self, name: str, service: Service) -> None:
        self.services[name] = service
        service.wait_until_it_listens()

    def _stop(self, name: str) -> None:
        service = self.services.pop(name)
        service.stop()
        self.ended.append((name, service))

    def _address(self, name: str) -> str:
        return f"127.0.0.1:{self._ports[name]}"

    def _catalog(self) -> Service:
        environment = {
            "SHOP_ADDRESS": self._address("catalog"),
            "CHECKOUT_URL": f"http://{self._address('checkout')}",
            "SKYWARDEN_LOG_CONFIG": str(SHOP / "catalog/telemetry.toml"),
        }
        return Service("catalog", [str(self._catalog_program)], self._ports["catalog"], self._directory / "catalog", environment)

    def _python(self, name: str, version: str) -> Service:
        port = self._ports[name]
        server = ["-m", "uvicorn", f"shop.{name}.app:application", "--host", "127.0.0.1", "--port", str(port)]
        command = [sys.executable, *server, "--no-access-log", "--timeout-graceful-shutdown", "5"]
        environment = {
            "CATALOG_URL": f"http://{self._address('catalog')}",
            "PAYMENTS_URL": f"http://{self._address('payments')}",
            "PYTHONPATH": str(self._release(version)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SHOP_DAY": str(SHOP / "day.json"),
            "SHOP_VERSION": version,
            # The thread that writes metrics waits in real time; in a rehearsal the load script says when.
            "SKYWARDEN_METRICS_INTERVAL": "1h",
        }
        return Service(name, command, port, self._directory / f"{name}-{version}", environment)

    def _release(self, version: str) -> Path:
        """Directory of a release of the Python services; made when it is not there."""
        directory = self._directory / f"release-{version}"
        if not directory.exists():
            banner = "".join(f"{line}\n" for line in _BANNERS[version])
            source = SHOP / "checkout"
            for file in sorted(source.glob("shop/**/*")):
                target = directory / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                if file.suffix == ".py":
                    target.write_text(banner + file.read_text(encoding="utf-8"), encoding="utf-8")
                elif file.suffix == ".toml":
                    shutil.copy(file, target)
        return directory
