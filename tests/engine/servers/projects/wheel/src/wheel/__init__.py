def main():
    print("wheel 0.45.1")
