same("sum", 4.0, predict(a=2.5))
done("answer")
refused("no number", "b", a=1, b="two")
done("422")
