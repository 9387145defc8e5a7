"""A mail server and a web server on this machine, which keep what they are given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP (RFC 5321) as far as one message needs; refuses recipients when `refuses` is set."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.messages: list[tuple[list[str], str]] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 mail.test ready")
        recipients: list[str] = []
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word.upper()[:4]
            if verb in ("EHLO", "HELO"):
                self.say("250 mail.test")
            elif verb == "RCPT" and self.server.refuses:
                self.say("550 no such user")
            elif verb == "RCPT":
                recipients.append(word.partition(":")[2].strip("<> "))
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.messages.append((recipients, self.body()))
                self.say("250 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def body(self) -> str:
        lines: list[str] = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line.removeprefix("."))
        return "".join(lines)

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Hook(HTTPServer):
    """Keeps what is posted, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook/a-secret-path"


class _Post(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((dict(self.headers.items()), body))
        self.send_response(self.server.status)
        if self.server.status == 307:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing on the screen."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """The server answers for the length of the block."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
