"""A package index on loopback that hands on another one, and keeps what it got.

usage: pypi.py PORT_FILE KEPT INDEX [CERTIFICATES]

  /simple/NAME/       the page of INDEX, its links turned to this server
  /file/LINK/NAME     what the link leads to

Pages and files stay below KEPT. A file is fetched once; a page again when it is
older than FRESH, and when INDEX cannot be reached the one that is kept serves.
So a second run needs no network, and resolves as the first one did.

CERTIFICATES is a file with those to trust, without it OpenSSL's own; proxies come
from the environment. The port is the kernel's choice; PORT_FILE says it once the
server listens.
"""

import base64
import hashlib
import html
import http.server
import os
import re
import shutil
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

KEPT, INDEX = sys.argv[2], sys.argv[3].rstrip("/")
TLS = ssl.create_default_context(cafile=(sys.argv[4:] or [None])[0])
FRESH = 7 * 24 * 3600  # seconds
PAGE = "text/html; charset=utf-8"


def fetch(url, path):
    """Makes PATH of what URL answers, whole or not at all."""
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*"})
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with urllib.request.urlopen(request, timeout=120, context=TLS) as answer, \
            tempfile.NamedTemporaryFile(dir=os.path.dirname(path),
                                        delete=False) as file:
        try:
            shutil.copyfileobj(answer, file)
            if answer.length:
                raise OSError("%s ended early" % url)
            os.rename(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
        return answer.url


def turned(text, base):
    """The page TEXT with each link to /file; a fragment stays on it."""
    def link(match):
        url = urllib.parse.urljoin(base, html.unescape(match[1]))
        url, fragment = urllib.parse.urldefrag(url)
        name = urllib.parse.urlsplit(url).path.rpartition("/")[2]
        key = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
        return 'href="../../file/%s/%s%s"' % (
            key, name, "#" + fragment if fragment else "")
    return re.sub(r'href="([^"]*)"', link, text)


def page(name):
    """The path of a project's page."""
    path = os.path.join(KEPT, "pages", name)
    if os.path.exists(path) and time.time() - os.path.getmtime(path) < FRESH:
        return path
    try:
        base = fetch("%s/%s/" % (INDEX, name), path + ".html")
        with open(path + ".html", encoding="utf-8") as file:
            text = turned(file.read(), base)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)
    except OSError:
        if not os.path.exists(path):
            raise
    return path


def link_target(key, name):
    """The path of what a link leads to; NAME may be its .metadata."""
    url = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
    if name.endswith(".metadata") and not url.endswith(".metadata"):
        url += ".metadata"
    path = os.path.join(KEPT, "files",
                        hashlib.sha256(url.encode()).hexdigest()[:16], name)
    if not os.path.exists(path):
        fetch(url, path)
    return path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        try:
            if match := re.fullmatch(r"/simple/([\w.-]+)/", path):
                return self.file(page(re.sub(r"[-_.]+", "-", match[1]).lower()),
                                 PAGE)
            if match := re.fullmatch(r"/file/([\w-]+)/([\w.+!-]+)", path):
                return self.file(link_target(*match.groups()),
                                 "application/octet-stream")
        except OSError as error:  # HTTPError and URLError among them
            return self.send_error(getattr(error, "code", 404), str(error))
        return self.send_error(404)

    do_HEAD = do_GET

    def file(self, path, kind):
        with open(path, "rb") as file:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(os.path.getsize(path)))
            self.end_headers()
            if self.command != "HEAD":
                shutil.copyfileobj(file, self.wfile)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    temporary = sys.argv[1] + ".new"
    with open(temporary, "w", encoding="ascii") as file:
        file.write("%d\n" % server.server_port)
    os.rename(temporary, sys.argv[1])
    server.serve_forever()


main()
