#!/usr/bin/env python3
"""Measures how the time of each verifier grows with the file: large transcripts of each kind that `make_corpus --large`
knows, in two sizes, and the exponent: with 1 a file twice as large takes twice the time, with 2 four times.

    grow.py --make PROGRAM --rust PROGRAM --web PAGE.html [--quick] [--most 1.15] [KIND ...]

Time is that of the processor, the best of some rounds, less that of a file with next to nothing in it; so a machine that
does something else at the same time says the same. The exit code is 1 when an exponent is above the limit, or a file is
not verified. `--quick` takes smaller files, and is for every change; the full run is for a night.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = ["lot", "choice", "undo", "missed", "ranking", "standby", "declines", "budgets", "swaps", "pools", "needs", "groups",
         "objections", "batches", "recordings"]
# The numbers N of the two files. Two are four times apart: less would not tell 1.15 from noise.
FULL = {"rust": (80_000, 320_000), "python": (10_000, 40_000), "page": (20_000, 80_000)}
QUICK = {"rust": (40_000, 160_000), "python": (1_500, 6_000), "page": (3_000, 12_000)}
# Of some kinds one of N takes as long as several of another (200 places of a ranking, a plan with at most 65,535 pools),
# or a part of one.
PARTS = {"ranking": 4, "pools": 5, "needs": 2, "objections": 1 / 2, "batches": 1 / 4, "recordings": 1 / 4}
LEAST = 10      # the number N of a file with next to nothing in it
ROUNDS, QUICK_ROUNDS = 3, 1
AGAIN = 9       # more rounds where an exponent is above the limit


class NotVerified(Exception):
    pass


def spend(command):
    """The processor seconds of a command that says 'verified', and its peak memory in bytes."""
    with open(os.devnull, "wb") as nothing:
        child = subprocess.Popen(command, stdout=nothing)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise NotVerified("%s: exit code %d" % (" ".join(command), child.returncode))
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


class Timed:
    """A command on one file: bytes, and the best of the rounds so far."""

    def __init__(self, command, path):
        self.command, self.size = command + [path], os.path.getsize(path)
        self.seconds, self.memory = float("inf"), 0

    def again(self):
        seconds, memory = spend(self.command)
        self.seconds, self.memory = min(self.seconds, seconds), max(self.memory, memory)


class Files:
    """The files, each made once."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def make(self, kind, number):
        path = os.path.join(self.folder, "%s-%d.jsonl" % (kind, number))
        if not os.path.exists(path):
            subprocess.run([self.program, "--large", kind, str(number), "--out", path], check=True)
        return path

    def forget(self):
        for name in os.listdir(self.folder):
            os.remove(os.path.join(self.folder, name))


def measure(files, kind, command, sizes, rounds, most):
    """Of one kind and verifier: the number N and the times of the larger file, and the exponent."""
    numbers = (LEAST, *(max(LEAST, round(n / PARTS.get(kind, 1))) for n in sizes))
    rest, small, large = timed = [Timed(command, files.make(kind, n)) for n in numbers]

    def exponent():
        # No time is less than a tick.
        grown = max(large.seconds - rest.seconds, 0.001) / max(small.seconds - rest.seconds, 0.001)
        return math.log(grown) / math.log((large.size - rest.size) / (small.size - rest.size))

    for number in range(rounds + AGAIN):
        # Whoever shares the processor can spoil some rounds, but makes nothing quicker.
        if number < rounds or exponent() > most:
            for one in timed:
                one.again()
    return numbers[-1], large, exponent()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("kinds", metavar="KIND", nargs="*", choices=[[], *KINDS], help="these alone")
    parser.add_argument("--make", metavar="PROGRAM", required=True, help="make_corpus")
    parser.add_argument("--rust", metavar="PROGRAM", help="verify_transcript, built with --release")
    parser.add_argument("--web", metavar="PAGE", help="a page with a verifier in it")
    parser.add_argument("--without-python", action="store_true")
    parser.add_argument("--quick", action="store_true", help="smaller files")
    parser.add_argument("--most", type=float, default=1.15, help="the largest exponent that is allowed (1.15)")
    arguments = parser.parse_args()
    commands = {}
    if arguments.rust:
        commands["rust"] = [arguments.rust]
    if not arguments.without_python:
        commands["python"] = [sys.executable, os.path.join(HERE, "..", "python", "verify.py")]
    if arguments.web:
        commands["page"] = ["node", os.path.join(HERE, "once.mjs"), arguments.web]
    sizes, rounds = (QUICK, QUICK_ROUNDS) if arguments.quick else (FULL, ROUNDS)
    begin, wrong = time.monotonic(), []
    print("%-11s %-7s %9s %9s %9s %7s %9s %9s" % ("kind", "", "N", "MB", "seconds", "MB/s", "peak MB", "exponent"))
    with tempfile.TemporaryDirectory() as folder:
        files = Files(arguments.make, folder)
        for kind in arguments.kinds or KINDS:
            for name, command in commands.items():
                try:
                    number, large, exponent = measure(files, kind, command, sizes[name], rounds, arguments.most)
                except NotVerified as error:
                    wrong.append(str(error))
                    continue
                print("%-11s %-7s %9d %9.1f %9.2f %7.1f %9.1f %9.2f" % (
                    kind, name, number, large.size / 1e6, large.seconds, large.size / 1e6 / large.seconds,
                    large.memory / 1e6, exponent), flush=True)
                if exponent > arguments.most:
                    wrong.append("%s, %s: the exponent is %.2f, and %.2f is allowed" % (
                        kind, name, exponent, arguments.most))
            files.forget()
    print("\n".join(wrong) or "each exponent is at most %.2f" % arguments.most, "(%d s)" % (time.monotonic() - begin))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
