"""The deployment files are sound: checked by Docker's own client where it can, and by what must hold where it can't."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from latam_rag import config

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

#: The part of the Compose specification that the file uses: key → type.
TOP = {"name": str, "services": dict, "volumes": dict}
SERVICE = {
    "image": str,
    "build": str,
    "profiles": list,
    "restart": str,
    "depends_on": dict,
    "environment": dict,
    "command": list,
    "ports": list,
    "volumes": list,
    "healthcheck": dict,
}
HEALTHCHECK = {"test": list, "interval": str, "timeout": str, "start_period": str, "retries": int}


def docker_compose() -> list[str] | None:
    """The command, where the client has the plugin (or is the older stand-alone one)."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            ran = subprocess.run([*command, "version"], capture_output=True, check=False)
            if ran.returncode == 0:
                return command
    return None


def test_docker_reads_it() -> None:
    command = docker_compose()
    if command is None:
        pytest.skip("no docker compose on this machine: only the schema is checked")
    environment = {**os.environ, "QDRANT_API_KEY": "x"}
    arguments = [*command, "--file", str(ROOT / "docker-compose.yml"), "--profile", "llm", "config", "--quiet"]
    ran = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)
    assert ran.returncode == 0, ran.stderr


def test_every_key_is_one_of_the_specification_with_its_type() -> None:
    tables = [(COMPOSE, TOP), *((service, SERVICE) for service in SERVICES.values())]
    tables += [(service["healthcheck"], HEALTHCHECK) for service in SERVICES.values() if "healthcheck" in service]
    for table, schema in tables:
        assert {key: type(value) for key, value in table.items()} == {key: schema.get(key) for key in table}


def test_the_services_are_the_store_the_app_and_on_demand_a_model() -> None:
    assert set(SERVICES) == {"qdrant", "app", "llm"}
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["llm"]
    assert all(("image" in service) != ("build" in service) for service in SERVICES.values())


def test_images_are_pinned_to_a_release() -> None:
    tags = [service["image"].rpartition(":")[2] for service in SERVICES.values() if "image" in service]
    assert all(re.search(r"\d", tag) for tag in tags), tags


def test_nothing_is_open_to_the_network() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)] == []


def test_the_store_is_kept_in_a_volume_and_needs_a_key() -> None:
    qdrant = SERVICES["qdrant"]
    named = {volume.partition(":")[0] for volume in qdrant["volumes"]}
    assert named <= set(COMPOSE["volumes"])
    assert qdrant["environment"]["QDRANT__SERVICE__API_KEY"].startswith("${QDRANT_API_KEY:?")


def test_the_app_waits_for_a_healthy_store() -> None:
    for name, wanted in SERVICES["app"]["depends_on"].items():
        assert wanted == {"condition": "service_healthy"}
        assert "healthcheck" in SERVICES[name]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash to check the health check's script with")
def test_the_health_checks_script_is_one() -> None:
    test = SERVICES["qdrant"]["healthcheck"]["test"]
    assert test[:3] == ["CMD", "bash", "-c"]
    assert "$" not in test[3], "Compose would fill it in"
    subprocess.run(["bash", "-n", "-c", test[3]], check=True)


def test_the_store_settings_it_proposes_are_valid() -> None:
    lines = re.search(r"^#   \[store\]\n(?:#   .+\n)+", TEXT, re.MULTILINE)
    assert lines is not None
    settings = re.findall(r'^#   (\w+) = "(.+)"$', lines[0], re.MULTILINE)
    store = config.Store(**dict(settings))
    assert store.url == "http://qdrant:6333"
    assert store.api_key_env in SERVICES["app"]["environment"]


def test_the_image_gets_every_file_its_build_copies() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
        assert f"!{path}" in allowed
