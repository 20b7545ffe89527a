same("joined", ["w0 ", "w1 ", "w2 "], predict(words=3))
request = urllib.request.Request(
    "http://127.0.0.1:5000/predictions", b'{"input": {"words": 3}}',
    {"Content-Type": "application/json", "Accept": "text/event-stream"})
chunks = []
with urllib.request.urlopen(request, timeout=60) as answer:
    for line in answer:
        if b'"chunk"' in line:
            chunks.append(json.loads(line.partition(b":")[2])["chunk"])
same("chunks", ["w0 ", "w1 ", "w2 "], chunks)
done("answer")
refused("above le", "words", words=10)
done("422")
