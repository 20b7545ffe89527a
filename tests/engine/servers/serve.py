"""The servers that the engine tests reach on loopback, in one process.

usage: serve.py PORT_FILE WWW GIT SETS [ADDRESS CERTIFICATE]

  /simple/NAME/           PEP 503 index of the projects beside this file
  /any/SET/simple/NAME/   the same, and an empty wheel for any other project
                          in each version that the texts of SETS/SET call for
  /files/PATH             files of WWW, with byte ranges
  /git/NAME.git/...       bare repositories of GIT, over smart HTTP
  /whl/INDEX/NAME/        pytorch's own indexes, for all of SETS together
  /whl/torch_stable.html  its page of links
  /private/...            the same as /..., for who gives PASSWORD
  /v2/...                 a registry that never answers

The port is the kernel's choice; PORT_FILE says it once the server listens.
With ADDRESS, the same is served on port 443 there, as download.pytorch.org
and as tls.example.
"""

import base64
import http.server
import os
import re
import ssl
import subprocess
import sys
import threading
import urllib.parse

import index

WWW, GIT, SETS = sys.argv[2:5]
PASSWORD = b"reader:pw-7f3a91"  # of the tests alone
TYPES = {".gz": "application/gzip", ".tar": "application/x-tar"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if path.startswith("/private/"):
            path = path[len("/private"):]
            if not self.knows_password():
                return self.send(401, b"", [
                    ("WWW-Authenticate", 'Basic realm="private"')])
        for pattern, answer in (
            (r"()/simple/([^/]+)/", self.simple),
            (r"/any/([^/]+)/simple/([^/]+)/", self.simple),
            (r"/whl/([^/]+)/([^/]+)/", self.pytorch_simple),
            (r"/whl/torch_stable.html", self.pytorch_links),
            (r".*/wheels/([^/]+\.whl)", self.wheel),
            (r"/files/(.+)", self.file),
            (r"/git(/.+)", self.git),
            (r"/v2/.*", self.never),
        ):
            if match := re.fullmatch(pattern, path):
                return answer(*match.groups())
        return self.send_error(404)

    do_HEAD = do_GET

    def knows_password(self):
        return (self.headers.get("Authorization")
                == "Basic " + base64.b64encode(PASSWORD).decode())

    def do_POST(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if path.startswith("/git/"):
            return self.git(path[4:])
        return self.send_error(404)

    def send(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def page(self, wheels, folder):
        """Links to WHEELS, which are in FOLDER as seen from this page."""
        links = "".join(
            '<a href="%s%s">%s</a><br>\n'
            % (folder, urllib.parse.quote(wheel), wheel) for wheel in wheels)
        return self.send(200, ("<!DOCTYPE html>\n" + links).encode(),
                         [("Content-Type", "text/html; charset=utf-8")])

    def simple(self, requirements, name):
        text = None
        if requirements:
            text = index.read_texts(os.path.join(SETS, requirements))
        wheels = index.wheels(name, text)
        if not wheels:
            return self.send_error(404, "no such project here: " + name)
        return self.page(wheels, "../../wheels/")

    def pytorch_simple(self, machine, name):
        if name not in index.OF_PYTORCH:
            return self.send_error(404)
        return self.page(index.wheels(name, index.read_texts(SETS), machine),
                         "../../wheels/")

    def pytorch_links(self):
        text = index.read_texts(SETS)
        return self.page([wheel for name in sorted(index.OF_PYTORCH)
                          for wheel in index.wheels(name, text)], "wheels/")

    def wheel(self, name):
        self.send(200, index.make_wheel(name),
                  [("Content-Type", "application/zip")])

    def file(self, name):
        path = os.path.realpath(os.path.join(WWW, name))
        root = os.path.realpath(WWW) + os.sep
        if not path.startswith(root) or not os.path.isfile(path):
            return self.send_error(404)
        headers = [("Accept-Ranges", "bytes"),
                   ("Content-Type", TYPES.get(os.path.splitext(path)[1],
                                              "application/octet-stream"))]
        size = os.path.getsize(path)
        first, last, status = 0, size - 1, 200
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)",
                             self.headers.get("Range", ""))
        if asked and int(asked[1]) < size:
            first, status = int(asked[1]), 206
            last = min(last, int(asked[2] or last))
            headers.append(("Content-Range",
                            "bytes %d-%d/%d" % (first, last, size)))
        with open(path, "rb") as file:
            file.seek(first)
            return self.send(status, file.read(last - first + 1), headers)

    def never(self):
        threading.Event().wait()

    def git(self, path):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        environment = dict(
            os.environ,
            GIT_PROJECT_ROOT=GIT, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path,
            QUERY_STRING=urllib.parse.urlsplit(self.path).query,
            REQUEST_METHOD=self.command, REMOTE_ADDR="127.0.0.1",
            CONTENT_TYPE=self.headers.get("Content-Type", ""),
            CONTENT_LENGTH=str(len(body)),
            HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
            GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        answer = subprocess.run(["git", "http-backend"], input=body,
                                env=environment, stdout=subprocess.PIPE,
                                check=False).stdout
        head, _, body = answer.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1))
                   for line in head.decode().split("\r\n") if ": " in line]
        status = dict(headers).pop("Status", "200 OK")
        self.send(int(status[:3]), body,
                  [h for h in headers if h[0] != "Status"])


def serve_tls(address, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = http.server.ThreadingHTTPServer((address, 443), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    if len(sys.argv) > 5:
        serve_tls(*sys.argv[5:])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    temporary = sys.argv[1] + ".new"
    with open(temporary, "w", encoding="ascii") as file:
        file.write("%d\n" % server.server_port)
    os.rename(temporary, sys.argv[1])
    server.serve_forever()


main()
