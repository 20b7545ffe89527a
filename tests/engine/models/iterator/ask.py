same("all parts", [1, 2, 3], predict(last=3))
done("answer")
refused("below ge", "last", last=0)
done("422")
