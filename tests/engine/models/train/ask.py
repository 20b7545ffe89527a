import base64

weights = train(steps=4)["weights"]
same("weights", b"4", base64.b64decode(weights.partition(",")[2]))
done("answer")
refused("above le", "steps", "/trainings", steps=6)
done("422")
