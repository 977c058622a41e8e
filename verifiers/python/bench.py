#!/usr/bin/env python3
"""Measures verify.py on transcripts: processor time with the start of Python, and peak memory.

    bench.py [--rounds 5] [--seconds LIMIT] [--megabytes LIMIT] FILE...

Prints a line for each file. The exit code is 1 when one is above a limit, or is not verified.
"""

import argparse
import os
import subprocess
import sys

VERIFY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify.py")


def run(path):
    """Exit code, processor seconds and peak megabytes of one verification."""
    command = [sys.executable, VERIFY, path, "--json"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--megabytes", type=float, default=float("inf"))
    arguments, failed = parser.parse_args(), False
    for path in arguments.files:
        codes, seconds, megabytes = zip(*(run(path) for _ in range(arguments.rounds)))
        print("%s: %.2f s of processor time, the best of %d; at most %.0f MB; exit code %d" % (
            path, min(seconds), arguments.rounds, max(megabytes), max(codes)))
        failed |= (any(codes) or min(seconds) > arguments.seconds
                   or max(megabytes) > arguments.megabytes)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
