"""Exit with 0 when the server's log of statements was read lately: `deploy/log_is_read.py FILE SECONDS`.

FILE is the one that `p20w audit collect` touches when it has read the log.
"""

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    file, seconds = Path(sys.argv[1]), float(sys.argv[2])
    sys.exit(not file.exists() or time.time() - file.stat().st_mtime > seconds)
