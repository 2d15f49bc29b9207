"""A mail server that records what it is given and misbehaves when told to.

It says on standard output, one JSON object a line: first `{"port": …}`, then each message that it was
handed, the envelope and the bytes exactly as received, and each sign-in that it refused. On standard
input it is told, one JSON object a line, how to behave from then on:

    {"rcpt": "550 5.1.1 <x@y>: no such user"}   what it says to a recipient; null: it takes them
    {"data": "451 4.3.0 later"}                 what it says to a message
    {"mail": "421 4.7.0 too much"}              what it says to a sender
    {"drop": true}                              it goes away before it confirms a message
    {"limit": 3}                                letters that it takes on one connection
"""

import argparse
import asyncio
import base64
import email
import email.header
import email.utils
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Behaviour:
    rcpt = None
    data = None
    mail = None
    drop = False
    limit = None


class Handler:
    def __init__(self, behaviour):
        self.behaviour = behaviour

    async def handle_MAIL(self, server, session, envelope, address, options):
        taken = getattr(session, "taken", 0)
        if self.behaviour.mail:
            return self.behaviour.mail
        if self.behaviour.limit is not None and taken >= self.behaviour.limit:
            return "421 4.7.0 Too many messages on this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.behaviour.rcpt:
            tell({"refused": address})
            return self.behaviour.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        session.taken = getattr(session, "taken", 0) + 1
        # What somebody else's reader makes of it.
        message = email.message_from_string(envelope.original_content.decode())
        recipients = email.utils.getaddresses(message.get_all("To"))
        parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
        login = session.auth_data if session.authenticated else None
        tell(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "headers": message.keys(),
                "recipients": [address for _, address in recipients],
                "name": decoded(recipients[0][0]),
                "subject": decoded(message["Subject"]),
                "messageId": message["Message-ID"],
                "replyTo": message["Reply-To"],
                "text": shown(parts["text/plain"]),
                "html": shown(parts["text/html"]),
                "options": envelope.mail_options,
                "data": base64.b64encode(envelope.original_content).decode(),
                "tls": session.ssl is not None
                or server.transport.get_extra_info("sslcontext") is not None,
                "user": login.login.decode() if login else None,
                "taken": not (self.behaviour.data or self.behaviour.drop),
            }
        )
        if self.behaviour.drop:
            server.transport.abort()
        return self.behaviour.data or "250 OK"


def decoded(header):
    unfolded = header.replace("\r\n", "")
    return str(email.header.make_header(email.header.decode_header(unfolded)))


def shown(part):
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def tell(event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def authenticator(user, password):
    wanted = LoginPassword(user.encode(), password.encode())

    def judge(server, session, envelope, mechanism, data):
        if data == wanted:
            return AuthResult(success=True, auth_data=data)
        tell({"denied": mechanism})
        return AuthResult(success=False, handled=False)

    return judge


async def obey(behaviour):
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        for name, value in json.loads(line).items():
            setattr(behaviour, name, value)
        tell({"obeyed": True})


async def main(arguments):
    behaviour = Behaviour()
    context = None
    if arguments.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.certificate, arguments.private_key)
    is_wrapped = arguments.tls == "wrapped"
    options = {"enable_SMTPUTF8": not arguments.ascii, "hostname": "mail.example"}
    if context and not is_wrapped:
        options |= {"tls_context": context, "require_starttls": True}
    if arguments.user:
        judge = authenticator(arguments.user, arguments.password)
        options |= {"auth_required": True, "authenticator": judge}
        # It does not see TLS that it did not begin itself.
        options |= {"auth_require_tls": context is not None and not is_wrapped}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(behaviour), **options),
        host="127.0.0.1",
        port=arguments.port,
        ssl=context if is_wrapped else None,
    )
    tell({"port": server.sockets[0].getsockname()[1]})
    # It ends with whoever started it.
    await obey(behaviour)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["none", "starttls", "wrapped"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--private-key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--ascii", action="store_true", help="take no address outside ASCII")
    asyncio.run(main(parser.parse_args()))
