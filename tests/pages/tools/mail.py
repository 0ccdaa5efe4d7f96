"""A mail server on a free port of the loopback address, for tests: it prints `port N`, and each mail as `mail JSON` on a line."""

import json
import socket
from email import message_from_bytes, policy
from threading import Event

from aiosmtpd.controller import Controller


class Keeper:
    """Tells of each mail."""

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))
        told = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "subject": str(mail["subject"]),
            "text": body.get_content() if body else "",
        }
        print("mail", json.dumps(told), flush=True)
        return "250 kept"


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]

Controller(Keeper(), hostname="127.0.0.1", port=port).start()
print("port", port, flush=True)
Event().wait()
