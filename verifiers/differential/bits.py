#!/usr/bin/env python3
"""Changes every byte of a transcript in each of its 8 bits; the verifier in Python must refuse every one.

    bits.py FILE [--every N]      N: only every N-th of the changed files, beginning at a place that moves
"""

import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "python"))
import verify  # noqa: E402


def verdict(path):
    """What the verifier says of a file."""
    try:
        return verify.json_report(verify.verify_file(path, verify.Evidence()))["verdict"]
    except verify.Unreadable:
        return "unreadable"


def main():
    """Tries them; the exit code is 1 when a changed file passes."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file")
    arguments.add_argument("--every", type=int, default=1)
    given = arguments.parse_args()
    with open(given.file, "rb") as file:
        whole = file.read()
    if verdict(given.file) != "verified":
        sys.exit("the file itself is not verified")
    tried, passed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "changed.jsonl")
        for bit in range(0, 8 * len(whole), given.every):
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << (bit % 8)
            with open(path, "wb") as file:
                file.write(changed)
            tried += 1
            if verdict(path) == "verified":
                passed += 1
                print("byte %d, bit %d can be changed" % (bit // 8, bit % 8))
    print("%d changed files, %d of them verified" % (tried, passed))
    sys.exit(1 if passed else 0)


main()
