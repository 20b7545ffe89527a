import argparse

import cowsay


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", default="cow")
    parser.add_argument("-t", required=True)
    arguments = parser.parse_args()
    print(cowsay.get_output_string(arguments.c, arguments.t))


if __name__ == "__main__":
    main()
