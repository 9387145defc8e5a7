"""The compose file, read by Docker Compose itself (its specification's own implementation; no engine is needed)."""

import json
import os
import re
import ssl
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from p20w.commands.audit import READ
from p20w.database import Warehouse
from p20w.database.roles import DAGSTER_ROLE, LOGINS
from p20w.database.server_settings import LOG_SETTINGS, MAX_CONNECTIONS
from p20w.governance.access_log.collecting import KEY
from p20w.settings import PROJECT, Settings
from p20w.web.oidc import Provider

COMPOSE = PROJECT / "docker-compose.yml"
BINARIES = Path(sys.executable).parent
CERTIFICATES = ("ui_certificate", "ui_key", "postgres_certificate", "postgres_key")
LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-uv.lock", "tests/evaluation/requirements.lock")
OURS = ("migrate", "collector", "code", "webserver", "daemon")
PINNED = {
    "P20W_POSTGRES_IMAGE": f"postgres:18@sha256:{'1a' * 32}",
    "P20W_PYTHON_IMAGE": f"python:3.11-slim-trixie@sha256:{'2b' * 32}",
}
"""What `deploy/pin-images` wrote."""


def compose(
    file: Path, *arguments: str, over: Path | None = None, images: dict[str, str] = PINNED
) -> "subprocess.CompletedProcess[str]":
    files = ["--file", str(file), *(["--file", str(over)] if over else [])]
    return subprocess.run(
        [str(BINARIES / "docker-compose"), *files, "config", *arguments],
        capture_output=True,
        check=False,
        text=True,
        env={"PATH": os.defpath, "HOME": "/nonexistent", "COMPOSE_DISABLE_ENV_FILE": "1", **images},
    )


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The file as Docker Compose understands it, with anchors, defaults and variables resolved."""
    done = compose(COMPOSE, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("healthcheck:", "helthcheck:"),
        ("condition: service_healthy", "condition: service_is_well"),
        ("secrets: [administrator, postgres_key]", "secrets: [no_such_secret]"),
        ("networks: [inside, outside]", "networks: [inside, outsight]"),
        ('source: "${P20W_DROPS_FOLDER:-./drops}"', "sauce: ./drops"),
    ],
)
def test_what_the_specification_forbids_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    text = COMPOSE.read_text()
    assert right in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(right, wrong, 1))
    assert compose(tmp_path / "docker-compose.yml", "--quiet").returncode != 0


def test_the_file_says_nothing_that_compose_does_not_understand() -> None:
    done = compose(COMPOSE, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_security_linter_finds_nothing_grave(tmp_path: Path) -> None:
    (tmp_path / "started.yml").write_text(compose(COMPOSE).stdout)  # with the images that are pinned
    command = [str(BINARIES / "compose-lint"), "check", "--format", "json", str(tmp_path / "started.yml")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    findings = [finding for finding in json.loads(done.stdout)["findings"] if not finding.get("suppressed")]
    # our own image has no digest before it is built; the others are pinned: deploy/pin-images
    assert {(finding["rule_id"], finding["service"]) for finding in findings} == {("CL-0019", name) for name in OURS}


@pytest.mark.parametrize("missing", PINNED)
def test_nothing_starts_with_an_image_that_is_not_pinned(missing: str) -> None:
    for images in (PINNED | {missing: ""}, {name: image for name, image in PINNED.items() if name != missing}):
        done = compose(COMPOSE, "--quiet", images=images)
        assert done.returncode != 0
        assert f"{missing} is missing a value: run deploy/pin-images first" in done.stderr


def test_what_is_pinned_is_what_is_started_and_built_on(project: dict[str, Any]) -> None:
    services = project["services"]
    assert services["postgres"]["image"] == PINNED["P20W_POSTGRES_IMAGE"]
    assert {services[name]["build"]["args"]["PYTHON_IMAGE"] for name in OURS} == {PINNED["P20W_PYTHON_IMAGE"]}
    assert {line.split()[1] for line in dockerfile() if line.startswith("FROM")} == {"${PYTHON_IMAGE}"}
    script = (PROJECT / "deploy" / "pin-images").read_text()
    for name, image in PINNED.items():
        assert f"wanted {name} {image.partition('@')[0]}" in script


def test_postgres_18_keeps_data_out_of_its_log_as_the_embedded_one_does(project: dict[str, Any]) -> None:
    postgres = project["services"]["postgres"]
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in postgres["command"][1:])
    assert flags["max_connections"] == str(MAX_CONNECTIONS)
    assert LOG_SETTINGS.items() <= flags.items()
    assert "--locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--auth-local=scram-sha-256 --auth-host=scram-sha-256" in postgres["environment"]["POSTGRES_INITDB_ARGS"]


def mounted(project: dict[str, Any], service: str) -> dict[str, str]:
    """Where a container finds each of the files it is given."""
    given = project["services"][service]
    return {file["source"]: file["target"] for kind in ("configs", "secrets") for file in given.get(kind, [])}


def test_postgres_is_asked_over_a_network_by_tls_only(project: dict[str, Any], tmp_path: Path) -> None:
    postgres, files = project["services"]["postgres"], mounted(project, "postgres")
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in postgres["command"][1:])
    assert flags["ssl"] == "on"
    assert flags["ssl_min_protocol_version"] == "TLSv1.3"
    assert flags["hba_file"] == files["pg_hba"]
    assert flags["ssl_cert_file"] == files["postgres_certificate"]
    rules = [line.split() for line in (PROJECT / "deploy" / "pg_hba.conf").read_text().splitlines() if line[0] != "#"]
    assert {rule[0] for rule in rules} == {"local", "hostssl"}
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    # what the container does first, here: the key becomes a file that Postgres takes, statements get their folder
    given, taken, statements = tmp_path / "given", tmp_path / "taken", tmp_path / "statements"
    given.write_text("a key")
    given.chmod(0o444)
    shell, option, script, name = postgres["entrypoint"]
    for there, here in (
        (files["postgres_key"], given),
        (flags["ssl_key_file"], taken),
        (flags["log_directory"], statements),
        ("docker-entrypoint.sh", "echo"),
    ):
        assert there in script
        script = script.replace(there, str(here))
    done = subprocess.run(
        [shell, option, script.replace("$$", "$"), name, *postgres["command"]],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == postgres["command"]
    assert taken.read_text() == "a key"
    assert stat.S_IMODE(taken.stat().st_mode) == 0o600
    assert stat.S_IMODE(statements.stat().st_mode) == 0o700


def test_only_who_runs_postgres_reads_its_files_of_statements_and_the_collector_nothing_else_of_it(
    project: dict[str, Any],
) -> None:
    services = project["services"]
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in services["postgres"]["command"][1:])
    folder = flags["log_directory"]
    assert services["collector"]["user"] == services["postgres"]["user"] == "999:999"
    (whole,) = services["postgres"]["volumes"]
    (part,) = services["collector"]["volumes"]
    assert whole["source"] == part["source"] == "postgres"
    assert f"{whole['target']}/{part['volume']['subpath']}" == folder == part["target"]
    # copying what an image has there would look for the folder before Postgres has made it
    assert part["volume"]["nocopy"] is True
    assert {name for name in services if services[name]["environment"].get("P20W_SERVER_LOG") == folder} == {
        "migrate",
        "collector",
    }
    for name in ("code", "webserver", "daemon"):
        assert all(volume["source"] != "postgres" for volume in services[name]["volumes"])
    # whoever it runs as makes its private folder in a place that is open to all
    home = Path(services["collector"]["environment"]["P20W_HOME"])
    assert services["collector"]["tmpfs"] == [f"{home.parent}:mode=1777"]
    assert services["collector"]["healthcheck"]["test"][-2] == str(home / READ)


@pytest.mark.parametrize(("name", "host"), [("postgres", "postgres"), ("ui", "localhost"), ("ui", "127.0.0.1")])
def test_a_certificate_is_good_for_its_own_host_and_no_other(tmp_path: Path, name: str, host: str) -> None:
    subprocess.run([str(PROJECT / "deploy" / "make-secrets"), str(tmp_path)], check=True, capture_output=True)

    def shake_hands(asked: str, trusted: str) -> None:
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain(tmp_path / f"{name}_certificate", tmp_path / f"{name}_key")
        client = ssl.create_default_context(cafile=str(tmp_path / f"{trusted}_certificate"))
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        ours = client.wrap_bio(back, there, server_hostname=asked)
        theirs = server.wrap_bio(there, back, server_side=True)
        for side in (ours, theirs, ours, theirs):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
        assert ours.version() == "TLSv1.3"

    shake_hands(host, trusted=name)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands("evil.example", trusted=name)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(host, trusted="ui" if name == "postgres" else "postgres")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_installed_by_its_hash_from_wherever_one_installs_from(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    packages = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"^ *#.*\n", "", text, flags=re.M), flags=re.M)
    assert packages[0] == ""
    for package in packages[1:]:
        assert re.match(r"\S+==[^ ;]+( ; [^\\]+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+$", package), package
    assert "://" not in text
    assert "--index" not in text


def test_uv_is_one_version_for_this_machine_and_for_the_image() -> None:
    for file in ("Makefile", "Dockerfile"):
        by_pip = [line for line in (PROJECT / file).read_text().splitlines() if re.search(r"(?<!uv )pip install", line)]
        assert len(by_pip) == 1
        assert "--require-hashes --requirement requirements-uv.lock" in by_pip[0]


def test_no_container_runs_as_root_may_gain_rights_or_write_outside_its_volumes(project: dict[str, Any]) -> None:
    for name, service in project["services"].items():
        assert service["user"].split(":")[0] not in ("", "0", "root"), name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        for volume in service.get("volumes", []):
            assert volume["type"] == "volume" or volume["read_only"], name
            assert "docker.sock" not in volume.get("source", ""), name


def test_ports_are_open_on_this_machine_only(project: dict[str, Any]) -> None:
    opened = {name: service.get("ports", []) for name, service in project["services"].items()}
    assert {port["host_ip"] for ports in opened.values() for port in ports} == {"127.0.0.1"}
    assert {name for name, ports in opened.items() if ports} == {"postgres", "webserver"}
    assert project["networks"]["inside"]["internal"] is True
    for name in ("migrate", "collector", "code", "daemon"):
        assert project["services"][name]["networks"].keys() == {"inside"}


def test_every_lasting_service_has_a_health_check_and_waits_for_what_it_needs(project: dict[str, Any]) -> None:
    services = project["services"]
    for name in ("postgres", "collector", "code", "webserver", "daemon"):
        assert services[name]["healthcheck"]["test"][0] == "CMD", name
        assert services[name]["restart"] == "unless-stopped"
    needs = {
        name: {on: need["condition"] for on, need in service.get("depends_on", {}).items()}
        for name, service in services.items()
    }
    assert needs == {
        "postgres": {},
        "migrate": {"postgres": "service_healthy"},
        "collector": {"migrate": "service_completed_successfully"},
        "code": {"migrate": "service_completed_successfully"},
        "webserver": {"code": "service_healthy"},
        "daemon": {"code": "service_healthy"},
    }
    assert services["migrate"]["restart"] == "no"


def test_passwords_come_from_files_and_go_only_to_who_needs_them(project: dict[str, Any]) -> None:
    given = {
        name: {secret["source"] for secret in service.get("secrets", [])}
        for name, service in project["services"].items()
    }
    assert given == {
        "postgres": {"administrator", "postgres_key"},
        "migrate": {"administrator", *LOGINS},
        "collector": {"p20w_auditor", KEY},
        "code": {*LOGINS}
        - {f"p20w_{name}" for name in ("owner", "analyst", "steward", "researcher", "educator", "board", "auditor")},
        "webserver": {DAGSTER_ROLE, "ui_certificate", "ui_key"},
        "daemon": {DAGSTER_ROLE},
    }
    assert all(list(secret) == ["name", "file"] for secret in project["secrets"].values())
    for service in project["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert not value.startswith("postgresql://") or "password" not in conninfo_to_dict(value)


def test_the_environment_of_our_containers_is_one_that_settings_know(project: dict[str, Any]) -> None:
    image = dict(line.strip(" \\").split("=", 1) for line in dockerfile() if line.strip().startswith("P20W_"))
    known = {f"P20W_{name.upper()}" for name in Settings.model_fields} | {"P20W_CODE_SOCKET"}
    for name in OURS:
        environment = project["services"][name]["environment"] | image
        assert {key for key in environment if key.startswith("P20W_")} <= known
        assert environment["P20W_SECRETS"] == "/run/secrets"


def test_the_runbook_s_addition_lets_an_organization_s_people_in(tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "ops" / "containers.md").read_text()
    (addition,) = re.findall(r"```yaml\n(.*?)```", page, re.S)
    (tmp_path / "over.yml").write_text(addition)
    done = compose(COMPOSE, "--format", "json", over=tmp_path / "over.yml")
    assert done.returncode == 0, done.stderr
    project = json.loads(done.stdout)
    environment = project["services"]["webserver"]["environment"]
    secret = mounted(project, "webserver")["oidc_client_secret"]
    (tmp_path / "secret").write_text("a secret")
    assert environment["P20W_OIDC_CLIENT_SECRET_FILE"] == secret
    given = {name: environment[f"P20W_{name.upper()}"] for name in ("oidc_issuer", "oidc_client_id", "oidc_value")}
    assert Provider.of(Settings(home=tmp_path, oidc_client_secret_file=tmp_path / "secret", **given)) is not None
    assert mounted(project, "webserver").keys() >= {DAGSTER_ROLE, "ui_certificate", "ui_key"}


def test_what_the_containers_run_is_there(project: dict[str, Any]) -> None:
    for name in OURS:
        program, *arguments = project["services"][name]["command"]
        assert (BINARIES / program).exists(), program
        for argument in arguments:
            assert not argument.startswith("deploy/") or (PROJECT / argument).is_file(), argument


def test_the_image_has_a_user_and_lets_in_no_state() -> None:
    lines = [line.split() for line in dockerfile() if line.split()]
    users = [words[1] for words in lines if words[0] == "USER"]
    assert users[-1] == "10001:10001"
    allowed = (PROJECT / ".dockerignore").read_text().splitlines()
    assert allowed[1] == "*"
    for state in (".p20w", "drops", "truth", "reports", "deploy/secrets", ".git", "tests"):
        assert f"!{state}" not in allowed
    assert (PROJECT / "deploy" / "workspace.yaml").is_file()


def dockerfile() -> list[str]:
    return (PROJECT / "Dockerfile").read_text().splitlines()


def test_make_secrets_makes_private_passwords_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    for _ in range(2):
        subprocess.run([str(PROJECT / "deploy" / "make-secrets"), str(folder)], check=True, capture_output=True)
        found = {path.name: path.read_text() for path in folder.iterdir()}
    passwords = {name: found[name] for name in ("administrator", KEY, *LOGINS)}
    assert found.keys() == {*passwords, *CERTIFICATES}
    assert len(set(found.values())) == len(found)
    assert all(len(word) == 43 and word.isascii() and "\n" not in word for word in passwords.values())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = dict(found)
    (folder / "p20w_intake").unlink()
    subprocess.run([str(PROJECT / "deploy" / "make-secrets"), str(folder)], check=True, capture_output=True)
    assert {name: (folder / name).read_text() for name in before if name != "p20w_intake"}.items() <= before.items()


def test_the_server_s_url_of_our_containers_names_no_administrator_but_for_the_migration(
    project: dict[str, Any], tmp_path: Path
) -> None:
    for name in OURS:
        url = project["services"][name]["environment"]["P20W_SERVER_URL"]
        warehouse = Warehouse._configured(Settings(home=tmp_path), url)
        assert (warehouse.host, warehouse.port) == ("postgres", 5432)
        certificate = mounted(project, name)["postgres_certificate"]
        assert warehouse.parameters == {"sslmode": "verify-full", "sslrootcert": certificate}
        assert (warehouse.administrator is not None) == (name == "migrate")


def test_no_network_leads_to_the_code_server(project: dict[str, Any]) -> None:
    workspace = yaml.safe_load((PROJECT / "deploy" / "workspace.yaml").read_text())
    (server,) = [entry["grpc_server"] for entry in workspace["load_from"]]
    assert server.keys() == {"socket", "location_name"}
    services = project["services"]
    command = services["code"]["command"]
    socket = services["webserver"]["environment"][server["socket"]["env"]]
    assert command[command.index("--socket") + 1] == socket == services["code"]["healthcheck"]["test"][-1]
    assert not {"--host", "--port"} & {*command}
    users = {
        name
        for name, service in services.items()
        for volume in service.get("volumes", [])
        if volume["source"] == "code" and volume["target"] == str(Path(socket).parent)
    }
    assert users == {"code", "webserver", "daemon"}


def test_the_pages_in_the_containers_have_their_own_address_certificate_and_users(project: dict[str, Any]) -> None:
    environment = project["services"]["webserver"]["environment"]
    (port,) = project["services"]["webserver"]["ports"]
    assert environment["P20W_UI_ORIGIN"] == f"https://localhost:{port['published']}"
    users = Path(environment["P20W_UI_USERS"])
    mounted = {volume["target"]: volume["source"] for volume in project["services"]["webserver"]["volumes"]}
    assert mounted[str(users.parent)] == "users"
    for kind in ("certificate", "key"):
        assert environment[f"P20W_UI_{kind.upper()}"] == f"/run/secrets/ui_{kind}"
