import base64

answer = predict(text="data:text/plain;base64," +
                 base64.b64encode(b"loud").decode())
head, _, body = answer.partition(",")
same("type", "data:text/plain;base64", head)
same("content", b"LOUD", base64.b64decode(body))
done("answer")
refused("missing", "text")
done("422")
