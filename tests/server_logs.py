"""What a server has logged, wherever it is: a test that looks for a value must look everywhere."""

from p20w.database import Warehouse, embedded
from p20w.governance.access_log.collecting import await_logger
from p20w.settings import Settings


def server_log(settings: Settings) -> str:
    """The plain log and the files of statements that were not read yet, one after the other, up to this moment."""
    cluster = embedded.locate(settings)
    with Warehouse.open(settings).connect("auditor", autocommit=True) as auditor:
        await_logger(auditor, cluster.statements)
    files = [cluster.log, *sorted(cluster.statements.iterdir())]
    return "".join(file.read_text(errors="replace") for file in files)
