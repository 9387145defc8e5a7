"""What the warehouse asks of a Postgres server: its log tells no one's data, its doors ask for passwords.

Here: the settings themselves, as files of the embedded server and as role settings on a configured one.
Not here: starting a server (embedded), passwords (roles).
"""

LOG_SETTINGS = {
    # errors and the statements behind them stay out: even a terse message repeats the value it stumbled on
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    # no statements, sampled ones neither
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""Settings that keep rows, statements and values out of the server's log, for every session of our roles."""

RECORDED_SETTINGS = {**LOG_SETTINGS, "log_min_messages": "error", "log_statement": "all"}
"""Of logins that are recorded, where statements go to private files that are read and removed (docs/ops/audit.md)."""

OF_RECORDING = tuple(name for name, value in RECORDED_SETTINGS.items() if LOG_SETTINGS[name] != value)
"""What the two differ in."""

MAX_CONNECTIONS = 200
"""Sessions the server takes: more than all logins together may open (`roles.yaml`), so that none keeps another out."""

_SERVER = """listen_addresses = ''
unix_socket_permissions = 0777
password_encryption = 'scram-sha-256'
max_connections = {connections}

# nothing personal in the log
{log}
log_line_prefix = '%m [%p] %u@%d '
log_connections = authorization

# what people's logins do goes to files that only the server's user opens, until it is read (docs/ops/audit.md)
logging_collector = on
log_destination = 'csvlog'
log_directory = '{statements}'
log_filename = 'statements-%Y%m%dT%H%M%S.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 100MB
log_timezone = 'UTC'

# loads and set-wise work on a small machine
shared_buffers = '512MB'
work_mem = '64MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
checkpoint_timeout = '15min'
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
jit = off

unix_socket_directories = '{socket}'
"""

ACCESS = """# type database user method
local all postgres   peer map=p20w
local all p20w_owner peer map=p20w
local all all        scram-sha-256
"""
"""The embedded server's access rules: no password only for the system user who runs the warehouse."""


def configuration(socket: str, statements: str) -> str:
    """`postgresql.conf` of the embedded server.

    Args:
        socket: folder of the socket it listens on, and nowhere else.
        statements: folder of its log.
    """
    log = "\n".join(f"{name} = '{value}'" for name, value in LOG_SETTINGS.items())
    return _SERVER.format(socket=socket, statements=statements, log=log, connections=MAX_CONNECTIONS)


def user_map(system_user: str) -> str:
    """`pg_ident.conf`: who may come in as the administrator and as the owner without a password."""
    return "".join(f'p20w "{system_user}" {name}\n' for name in ("postgres", "p20w_owner"))
