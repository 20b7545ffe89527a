"""An index of the wheels in a folder, as far away as a real one.

usage: slow_index.py PORT_FILE DIR MILLISECONDS MEGABYTES_PER_SECOND

Every answer begins after MILLISECONDS, and the answers share the rate. The
port is the kernel's choice; PORT_FILE says it once the server listens.
"""

import http.server
import os
import re
import sys
import threading
import time

FOLDER = sys.argv[2]
DELAY = int(sys.argv[3]) / 1000
RATE = float(sys.argv[4]) * 1_000_000
LINE = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep(DELAY)
        page = re.fullmatch(r"/simple/([\w.-]+)/", self.path)
        if page:
            return self.page(re.sub(r"[-_.]+", "_", page[1]).lower())
        path = os.path.join(FOLDER, os.path.basename(self.path))
        if not os.path.isfile(path):
            return self.send_error(404)
        return self.file(path)

    def page(self, name):
        links = "".join('<a href="/wheels/%s">%s</a>\n' % (file, file)
                        for file in sorted(os.listdir(FOLDER))
                        if file.startswith(name + "-"))
        body = ("<!DOCTYPE html>\n" + links).encode()
        self.start("text/html", len(body))
        self.wfile.write(body)

    def file(self, path):
        self.start("application/zip", os.path.getsize(path))
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                with LINE:
                    time.sleep(len(block) / RATE)
                self.wfile.write(block)

    def start(self, kind, length):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as port:
    port.write("%d\n" % server.server_port)
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
