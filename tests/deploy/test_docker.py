"""The image and the composition, as far as they can be judged without Docker: their schema, and that they fit together.

tools/dockerfile-test runs what the Dockerfile runs."""

import importlib.resources
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from support.nginx import render, tried

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / os.environ.get("PARLEY_BINARY", "build/release/parley")
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = re.sub(r"\\\n *", "", (ROOT / "deploy/Dockerfile").read_text())


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE)["services"]


def instances(services):
    return {name: service for name, service in services.items() if name.startswith("parley")}


def instructions(name):
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_composition_obeys_its_schema():
    schema = importlib.resources.files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    checker = jsonschema.Draft202012Validator(json.loads(schema.read_text()))
    composition = yaml.safe_load(COMPOSE)
    assert [error.message for error in checker.iter_errors(composition)] == []
    composition["services"]["nginx"]["port"] = []
    assert list(checker.iter_errors(composition)), "the schema refuses what it does not know"


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="no docker-compose here")
def test_docker_compose_reads_it(tmp_path):
    env = tmp_path / ".env"
    env.write_text(re.sub(r"=$", "=secret", EXAMPLE, flags=re.MULTILINE))
    command = ["docker-compose", "--env-file", str(env), "-f", "docker-compose.yml", "config", "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_every_variable_is_in_the_example_and_each_secret_must_be_given():
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    required = set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", COMPOSE))
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == used
    assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.MULTILINE)) == required


def test_make_env_fills_in_the_secrets_and_never_writes_over_any(tmp_path):
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/make-env", tmp_path / "deploy")
    shutil.copy(ROOT / ".env.example", tmp_path)
    assert subprocess.run(["deploy/make-env"], cwd=tmp_path, check=False, capture_output=True).returncode == 0
    made = tmp_path / ".env"
    assert made.stat().st_mode & 0o077 == 0
    text = made.read_text()
    secrets = re.findall(r"^[A-Z_]+=([0-9a-f]{64})$", text, re.MULTILINE)
    assert len(secrets) == len(set(secrets)) == len(re.findall(r"=$", EXAMPLE, re.MULTILINE))
    assert subprocess.run(["deploy/make-env"], cwd=tmp_path, check=False, capture_output=True).returncode == 1
    assert made.read_text() == text


def test_the_instances_are_alike_and_given_settings_that_the_server_knows(services):
    first, *others = instances(services).values()
    assert len(others) == 2
    for other in others:
        assert {**other, "networks": None} == {**first, "networks": None}
    known = subprocess.run([BINARY, "serve", "--help"], check=True, capture_output=True, text=True).stdout
    given = set(first["environment"]) | set(re.findall(r"(\w+)=", " ".join(instructions("ENV"))))
    assert not [name for name in given if not re.search(rf"\b{name}\b", known)]


def test_only_nginx_is_reached_from_outside_and_only_from_this_machine_unless_told(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"nginx": ["${PARLEY_BIND:-127.0.0.1}:${PARLEY_PORT:-8080}:8080"]}
    assert yaml.safe_load(COMPOSE)["networks"]["back"]["internal"] is True
    assert services["mongo"]["networks"] == services["redis"]["networks"] == ["back"]


def test_no_secret_stands_in_a_command_line(services):
    for service in services.values():
        words = " ".join([*service.get("entrypoint", []), *service.get("command", [])])
        probe = " ".join(service.get("healthcheck", {}).get("test", []))
        assert not re.search(r"(?<!\$)\$\{?[A-Z_]*(PASSWORD|KEY)", words + probe)


def test_nginx_and_the_instances_agree_on_addresses(services):
    addresses = {service["networks"]["front"]["ipv4_address"] for service in instances(services).values()}
    upstream = (ROOT / "deploy/compose/instances.conf").read_text()
    assert set(re.findall(r"^server ([0-9.]+):8000 ", upstream, re.MULTILINE)) == addresses
    proxy = services["nginx"]["networks"]["front"]["ipv4_address"]
    assert services["parley1"]["environment"]["PARLEY_TRUSTED_PROXIES"] == proxy


def test_nginx_reads_what_is_mounted(services, tmp_path):
    render(tmp_path, 8080, [])
    targets = {}
    for volume in services["nginx"]["volumes"]:
        source, target, _ = volume.split(":")
        targets[target.removeprefix("/etc/nginx/")] = ROOT / source
    assert {"nginx.conf", "parley.conf", "parley", "parley/instances.conf"} == set(targets)
    shutil.copy(targets["parley/instances.conf"], tmp_path / "parley/instances.conf")
    read = tried(tmp_path)
    assert read.returncode == 0, read.stderr


def test_what_is_mounted_is_in_the_tree(services):
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), source


def test_the_image_is_of_fixed_versions_and_runs_without_privileges():
    assert set(instructions("FROM")) == {"debian:12-slim AS build", "debian:12-slim"}
    assert instructions("USER") == ["990:990"]
    assert instructions("ENTRYPOINT") == ['["parley"]']
    for image in re.findall(r"image: (\S+)", COMPOSE):
        assert re.search(r":[0-9]", image) or image == "parley:local", image


def test_the_image_is_watched_by_a_command_of_the_server():
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check[check.index("CMD") + 3 :])
    assert command[0] == "parley"
    subprocess.run([BINARY, *command[1:], "--help"], check=True, capture_output=True)


def test_what_is_copied_first_is_there_and_secrets_are_not_copied():
    for sources in instructions("COPY"):
        for source in sources.split()[:-1]:
            assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "data", "build", "**/node_modules"} <= set(ignored)
