same("good", "ann 4", predict(count=4))
done("answer")
refused("no integer", "count", count="four")
done("422")
