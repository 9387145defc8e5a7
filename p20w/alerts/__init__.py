"""Alerts: tell the ops team by e-mail or webhook that a file was refused, is late or missing, or that a gate closed.

Here: `send_news`, which tells what has not been told yet. Off by default. Nothing personal and no text of an agency is
in a message; a channel that fails is a warning, and stops nothing. Not here: the board's report (`p20w.reports`), who
looks when (`dagster_project`).
"""

from p20w.alerts.news import News
from p20w.alerts.send import Sent, send_news, send_trial

__all__ = ["News", "Sent", "send_news", "send_trial"]
