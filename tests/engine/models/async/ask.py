from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor() as pool:
    answers = list(pool.map(lambda _: predict(together=3), range(3)))
same("three at a time", [3, 3, 3], answers)
done("answer")
refused("above le", "together", together=4)
done("422")
