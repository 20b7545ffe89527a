"""The servers that the engine tests reach on loopback, in one process.

usage: serve.py PORT_FILE WWW GIT SETS

  /simple/NAME/           PEP 503 index of the projects beside this file
  /any/SET/simple/NAME/   the same, and an empty wheel for any other project
                          in each version that the texts of SETS/SET call for
  /files/PATH             files of WWW, with byte ranges
  /git/NAME.git/...       bare repositories of GIT, over smart HTTP

The port is the kernel's choice; PORT_FILE says it once the server listens.
"""

import http.server
import os
import re
import subprocess
import sys
import urllib.parse

import index

WWW, GIT, SETS = sys.argv[2:5]
TYPES = {".gz": "application/gzip", ".tar": "application/x-tar"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        for pattern, answer in (
            (r"()/simple/([^/]+)/", self.simple),
            (r"/any/([^/]+)/simple/([^/]+)/", self.simple),
            (r".*/wheels/([^/]+\.whl)", self.wheel),
            (r"/files/(.+)", self.file),
            (r"/git(/.+)", self.git),
        ):
            if match := re.fullmatch(pattern, path):
                return answer(*match.groups())
        return self.send_error(404)

    do_HEAD = do_GET

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

    def simple(self, requirements, name):
        text = None
        if requirements:
            text = index.read_texts(os.path.join(SETS, requirements))
        versions = index.versions(name, text)
        if not versions:
            return self.send_error(404, "no such project here: " + name)
        links = "".join(
            '<a href="../../wheels/%s">%s</a><br>\n'
            % (urllib.parse.quote(wheel), wheel)
            for wheel in (index.wheel_name(name, v) for v in versions))
        page = "<!DOCTYPE html>\n<title>%s</title>\n%s" % (name, links)
        return self.send(200, page.encode(),
                         [("Content-Type", "text/html; charset=utf-8")])

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


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    temporary = sys.argv[1] + ".new"
    with open(temporary, "w", encoding="ascii") as file:
        file.write("%d\n" % server.server_port)
    os.rename(temporary, sys.argv[1])
    server.serve_forever()


main()
