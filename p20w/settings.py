"""Where things are and how the warehouse is reached.

Here: every setting an installation can change, each with its default; environment variables take the prefix P20W_.
Not here: thresholds and rules. Those live in contracts and suites, each with its reason beside it.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from p20w.private import private_folder

PROJECT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """An environment variable says what its setting cannot be."""


class Settings(BaseSettings):
    """Settings of one installation. Paths are absolute once loaded."""

    model_config = SettingsConfigDict(env_prefix="P20W_", frozen=True)

    project: Path = Field(default=PROJECT, description="Root of the checkout.")
    home: Path = Field(default=Path(".p20w"), description="Private folder of state: keys, passwords, logs, server.")
    drops: Path = Field(default=Path("drops"), description="Where agencies' submissions lie.")
    drops_source: str | None = Field(
        default=None,
        description=(
            "Where `p20w drops fetch` finds drops: sftp://user@host/folder, s3://bucket/folder or file:///folder "
            "(docs/ops/fetching.md)."
        ),
    )
    sftp_key_file: Path | None = Field(
        default=None, description="File of the private key for an SFTP source. None takes the user's own keys."
    )
    sftp_known_hosts: Path | None = Field(
        default=None, description="File with the SFTP server's key. None takes the user's own ~/.ssh/known_hosts."
    )
    truth: Path = Field(default=Path("truth"), description="The simulator's truth; never read by the pipeline.")
    reports: Path = Field(default=Path("reports"), description="Where reports are written.")
    contracts: Path = Field(default=Path("contracts"), description="One contract a feed.")
    suites: Path = Field(default=Path("expectations"), description="Gate suites, one folder a gate.")
    dbt: Path = Field(default=Path("dbt"), description="The dbt project.")
    reference: Path = Field(default=Path("dbt/seeds"), description="Reference codes and geography.")
    model_folder: Path = Field(default=Path("splink_models"), description="Trained linkage models.")
    secrets: Path = Field(
        default=Path("secrets"), description="Folder of role passwords, one file a role; relative to home."
    )
    server_url: str | None = Field(
        default=None,
        description=(
            "An administrator's URL of an existing Postgres (16 or later). None starts the embedded server. "
            "Without a user it names the server only, whose roles and databases somebody else has made."
        ),
    )
    server_password_file: Path | None = Field(
        default=None, description="File with the administrator's password, so that it need not be in the URL."
    )
    server_folder: Path | None = Field(
        default=None,
        description="Folder of the embedded server. Default: home/postgres; as root, a folder under /var/lib/p20w.",
    )
    ui_origin: str | None = Field(
        default=None,
        description=(
            "The address under which people open Dagster, such as https://warehouse.example.org. "
            "Default: this machine only."
        ),
    )
    ui_certificate: Path | None = Field(
        default=None, description="File of the certificate (PEM, with what leads to its authority) of that address."
    )
    ui_key: Path | None = Field(default=None, description="File of the certificate's private key (PEM).")
    ui_users: Path = Field(
        default=Path("ui/users.json"), description="File of who may log in to Dagster; relative to home."
    )
    oidc_issuer: str | None = Field(
        default=None, description="Issuer of the organization's own login (OpenID Connect) for Dagster's pages."
    )
    oidc_client_id: str | None = Field(default=None, description="What that login knows us as.")
    oidc_client_secret_file: Path | None = Field(default=None, description="File with the secret it gave us.")
    oidc_claim: str = Field(default="groups", description="The claim that says who may enter.")
    oidc_value: str | None = Field(default=None, description="What the claim must be or contain.")
    server_log: Path | None = Field(
        default=None,
        description=(
            "Folder in which a configured server writes its csvlog, for the access log (docs/ops/audit.md). Files that "
            "were read are removed. None keeps statements out of that server's log."
        ),
    )
    database: str = Field(default="p20w", description="Name of the warehouse database.")
    workers: int = Field(default=2, ge=1, description="Processes and threads that heavy work may use.")
    settle_minutes: int = Field(
        default=10,
        ge=0,
        description=(
            "How long nothing of a drop that is not whole (no file yet, another checksum) must have changed before "
            "it is refused. Large files take minutes to copy."
        ),
    )
    max_file_bytes: int = Field(
        default=20_000_000_000,
        ge=1,
        description="Bytes of one delivered file, unpacked. Ten times a quarter's wages of the largest state.",
    )
    max_inflation: int = Field(
        default=200,
        ge=1,
        description="How many times larger a delivered archive may become. Lines of data become 5 to 40 times larger.",
    )
    max_line_bytes: int = Field(
        default=1_000_000,
        ge=1,
        description="Bytes of one line of a delivered file. The longest agreed layouts have a few thousand.",
    )
    max_zip_members: int = Field(
        default=20,
        ge=1,
        description="Entries of a delivered zip archive, which holds one data file and what packing programs add.",
    )
    linkage_backend: Literal["duckdb", "spark"] = Field(
        default="duckdb", description="The engine that weighs pairs; Spark needs `make spark` (docs/ops/spark.md)."
    )
    spark_master: str = Field(default="local[2]", description="Spark on this machine, or the address of a cluster.")
    spark_folder: Path | None = Field(
        default=None,
        description="Private folder that a cluster's machines see under the same path. Default: home/spark.",
    )
    spark_options: dict[str, str] = Field(
        default_factory=dict, description="More Spark properties, as JSON; they override ours."
    )

    alert_smtp_host: str | None = Field(
        default=None, description="Mail server for alerts (docs/ops/alerts.md). None sends no mail."
    )
    alert_smtp_port: int = Field(default=587, ge=1, le=65_535, description="Its port.")
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to it is secured; none for a relay on this machine."
    )
    alert_smtp_user: str | None = Field(default=None, description="Who we are to the mail server, if it asks.")
    alert_smtp_password_file: Path | None = Field(default=None, description="File with the password for it.")
    alert_mail_from: str | None = Field(default=None, description="Sender's address of alerts.")
    alert_mail_to: str | None = Field(default=None, description="Addresses that get alerts, separated by commas.")
    alert_webhook: str | None = Field(
        default=None, description="Address (https) to which alerts are posted as JSON. None posts nothing."
    )
    alert_webhook_secret_file: Path | None = Field(
        default=None, description="File with the secret that signs what is posted (HMAC-SHA256)."
    )

    @model_validator(mode="after")
    def _absolute(self) -> "Settings":
        for name in (
            "home",
            "drops",
            "truth",
            "reports",
            "contracts",
            "suites",
            "dbt",
            "reference",
            "model_folder",
        ):
            path: Path = getattr(self, name)
            if not path.is_absolute():
                object.__setattr__(self, name, (self.project / path).resolve())
        for name in ("secrets", "ui_users"):
            object.__setattr__(self, name, self.home / getattr(self, name))
        return self

    @property
    def alert_channels(self) -> tuple[Literal["mail", "webhook"], ...]:
        """By which ways alerts are sent; none unless they are turned on."""
        mail = self.alert_smtp_host and self.alert_mail_from and self.alert_mail_to
        return (*(("mail",) if mail else ()), *(("webhook",) if self.alert_webhook else ()))

    @classmethod
    def load(cls) -> "Settings":
        """Settings from the environment, with the private folder made (mode 0700).

        Raises:
            SettingError: a variable says what its setting cannot be; the message does not repeat it.
        """
        try:
            settings = cls()
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            raise SettingError("\n".join(_fault(cls, fault["loc"], fault["msg"]) for fault in faults)) from None
        except SettingsError as error:  # names the setting, and not what it says
            raise SettingError(f"{error}. It is written as JSON.") from None
        settings.private_folder()
        return settings

    def private_folder(self, *parts: str) -> Path:
        """`home/<parts>`, for this system user alone (mode 0700), made if it is not there."""
        folder = private_folder(self.home)
        for part in parts:
            folder = private_folder(folder / part)
        return folder


def _fault(settings: type[Settings], place: tuple[int | str, ...], told: str) -> str:
    """Which variable is meant, what is wrong with it, and what it is for."""
    name = str(place[0]) if place else ""
    field = settings.model_fields.get(name)
    meant = f" ({field.description})" if field and field.description else ""
    told = told.partition(", unable")[0]  # which adds nothing
    return f"P20W_{name.upper()} cannot be used: {told[:1].lower()}{told[1:]}.{meant}"
