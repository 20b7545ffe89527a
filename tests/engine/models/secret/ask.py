same("hidden", "********** 6", predict(key="s3cr3t"))
done("answer")
refused("no text", "key", key=["s3cr3t"])
done("422")
