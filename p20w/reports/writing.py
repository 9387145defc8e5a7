"""Write a page where it is read, whole, and only when it differs.

Here: the one way in which pages reach the folder of reports. Not here: what they say.
"""

from pathlib import Path

from p20w.private import replace_whole

MODE = 0o640
"""Pages are for whoever runs the warehouse, and a group that may read them."""


def keep(path: Path, text: str) -> Path:
    """Write a file whole or not at all, and only when it differs."""
    if not (path.is_file() and path.read_text(encoding="utf-8") == text):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(path, text, MODE)
    path.chmod(MODE)
    return path
