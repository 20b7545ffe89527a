# Succeeds when the server says that it works; else says why not.
#
#   python -I plan_health.py [silent]
#
# The status code is 200 in every state; a model that is at work is BUSY, or with
# `silent` says nothing at all. Not by urllib, which would ask the container's
# proxy.
import http.client, json, os, socket, sys
try:
    c = http.client.HTTPConnection(
        '127.0.0.1', int(os.environ.get('PORT', '5000')), timeout=4)
    c.request('GET', '/health-check')
    status = json.load(c.getresponse()).get('status')
except socket.timeout:
    status = 'BUSY' if 'silent' in sys.argv else 'no answer'
sys.exit(status not in ('READY', 'BUSY') and str(status))
