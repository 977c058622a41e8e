#!/usr/bin/env python3
"""Compares the verifiers of floorlot transcripts with each other: the one in Python, another program with the same
options, and the one in a page.

    compare.py --rust PROGRAM [--web PAGE.html] --corpus           every file of the corpus, with its evidence
    compare.py --rust PROGRAM [--web PAGE.html] --count N --seed S  N random cases
    compare.py --rust PROGRAM [--web PAGE.html] --count N --seed S --kind chains  of chains (or limits, openings) alone
    compare.py --rust PROGRAM [--web PAGE.html] --receipts N --seed S  N random receipts

What the specification gives to all verifiers alike must be the same: of a file that is verified or unfinished the whole
report but for words (`reason`, `error`; those of `changed` are the same in all), of a refuted one verdict, level, first
fault and what the header says. The exit code is 1 when anything differs. What differs is kept, with its evidence, in
tests/vectors/corpus/found (or `--save DIR`), and compared again with the corpus.

What else is left out, and counted:

    pairing   C7 when one of the two cannot compute pairings and the other can, and what follows from it: then the level
              "certified" is as good as "anchored", and a file whose first fault for one of them is of C7 is passed
              over.
"""

import argparse
import base64
import collections
import concurrent.futures
import copy
import functools
import io
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PARALLEL = 2  # processes of the other program at a time


# Evidence is a dictionary: `fingerprints` (list, also roots in hex), `notes` (texts), `older` (bytes), `expect`, `earlier` (list of bytes, from the first on),
# `person` (text), `recordings`, `documents` and `scans` (name and SHA-256 of the files at hand), `household` (for `why`).

def is_opening(text):
    return verify.read_opening(text.encode("utf-8"))[1] is not None


def is_readable(older):
    """Whether the older copy begins as a transcript does, or is empty. (The commands refuse one that does not.)"""
    return not older or older.startswith(verify.BEGINNING)


def run_python(data, evidence):
    """The report of the verifier in Python."""
    with tempfile.TemporaryDirectory() as folder:
        earlier = []
        for i, before in enumerate(evidence.get("earlier") or []):
            step = verify.Evidence()
            step.earlier = list(earlier)
            try:
                earlier.append(verify.verify_file(write(folder, "before%d" % i, before), step))
            except verify.Unreadable:
                earlier.append(None)
        given = verify.Evidence()
        given.earlier = earlier
        given.noted = (evidence.get("fingerprints") or []) + [
            verify.read_note(note.encode("utf-8")) for note in evidence.get("notes") or []]
        given.expect = evidence.get("expect")
        if evidence.get("older") is not None and is_readable(evidence["older"]):
            given.older = verify.read_older(write(folder, "older", evidence["older"]))
        if evidence.get("person") is not None:
            given.person = evidence["person"].encode("utf-8")
        if evidence.get("recordings") is not None:
            given.recordings = evidence["recordings"].get
        if evidence.get("documents") is not None:
            given.documents = evidence["documents"].get
        if evidence.get("scans") is not None:
            given.scans = set(evidence["scans"].values())
        try:
            t = verify.verify_file(write(folder, "file", data), given, evidence.get("household"))
        except verify.Unreadable as error:
            return verify.unreadable_report(error.args)
        report = json.loads(json.dumps(verify.json_report(t)))
        if evidence.get("person") is not None and not is_opening(evidence["person"]):
            report["opening"] = "none"
        return report


def run_program(program, data, evidence):
    """The report of another program; None when it cannot be given this evidence."""
    if any(evidence.get(key) is not None for key in ("recordings", "documents", "scans")):
        return None  # it wants the files themselves
    with tempfile.TemporaryDirectory() as folder:
        command, person = [program, "--json"], []
        for text in evidence.get("fingerprints") or []:
            command += ["--fingerprint", text]
        for i, note in enumerate(evidence.get("notes") or []):
            command += ["--note", write(folder, "note%d" % i, note.encode("utf-8"))]
        if evidence.get("expect"):
            command.append("--" + evidence["expect"])
        if evidence.get("household") is not None:
            command += ["--household", evidence["household"]]
        if evidence.get("older") is not None and is_readable(evidence["older"]):
            command += ["--since", write(folder, "older", evidence["older"])]
        if evidence.get("person") is not None:
            person = ["--person", write(folder, "person", evidence["person"].encode("utf-8"))]
        for i, before in enumerate(evidence.get("earlier") or []):
            command.append(write(folder, "before%d" % i, before))
        command.append(write(folder, "file", data))

        def ask(command):
            return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

        done = ask(command + person)
        refused = person and done.returncode == 2 and not done.stdout and b"--person" in done.stderr
        if refused:  # it is no opening: the report is that without one
            done = ask(command)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        words = done.stderr.decode("utf-8", "replace")
        return {"verdict": "no report", "exit code": done.returncode, "stderr": words[-300:]}
    report = report[-1] if isinstance(report, list) else report
    if refused:
        report["opening"] = "none"
    expected = {"verified": 0, "refuted": 1, "unreadable": 2, "unfinished": 3}.get(report.get("verdict"))
    if not evidence.get("earlier") and done.returncode != expected:
        report["exit code"] = done.returncode
    return report


class Page:
    """The verifier in a page, run by node with bridge.mjs; one process for all cases."""

    def __init__(self, page):
        self.node = subprocess.Popen(["node", os.path.join(HERE, "bridge.mjs"), page], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
        self.number = 0

    def run(self, data, evidence):
        if evidence.get("household") is not None:  # `verify` of the page takes ids as they stand
            lines = verify.plan_lines(io.BytesIO(data))
            evidence = {**evidence, "household": verify.Found(evidence["household"], lines).id}
        return self.ask({"file": base64.b64encode(data).decode(), "evidence": in_json(evidence)})

    def run_receipt(self, data, evidence):
        panel = evidence["panel"] and base64.b64encode(read(evidence["panel"])).decode()
        return self.ask({"receipt": base64.b64encode(data).decode(), "panel": panel,
                         "fingerprints": evidence["fingerprints"]})

    def ask(self, request):
        self.number += 1
        request["id"] = self.number
        self.node.stdin.write(json.dumps(request).encode() + b"\n")
        self.node.stdin.flush()
        answer = json.loads(self.node.stdout.readline() or '{"error": "node has ended"}')
        return answer["report"] if "report" in answer else {"verdict": "no report", "error": answer["error"]}

    def close(self):
        self.node.stdin.close()
        self.node.wait()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def in_json(evidence):
    """Evidence with its bytes in base64."""
    def text(value):
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value

    return {key: [text(v) for v in value] if isinstance(value, list) else text(value)
            for key, value in evidence.items()}


def of_json(evidence):
    """The evidence that `in_json` wrote."""
    def value(key, text):
        return base64.b64decode(text) if key in ("older", "earlier") and isinstance(text, str) else text

    return {key: [value(key, t) for t in text] if isinstance(text, list) else value(key, text)
            for key, text in evidence.items()}


def without_words(report):
    """What must be the same in all verifiers: of a refuted file verdict, level and first fault."""
    if report.get("verdict") == "unreadable":
        return {key: report.get(key) for key in ("verdict", "level", "checks", "changed")}
    if report.get("verdict") == "refuted":
        keys = ("verdict", "level", "anchored", "first", "origin", "title", "mode", "changed",
                "chain", "opening")
        return {key: report.get(key) for key in keys}
    report = json.loads(json.dumps(report))
    for check in report.get("checks", []):
        check.pop("reason", None)
        check.pop("failed")
        check.pop("faults")
    for note in report.get("notes", []):
        note.pop("en", None)
        note.pop("zh", None)
    return report


def leave_out(a, b):
    """What is known and left out (see above), by name; the two reports are made alike in it."""
    reports = a, b
    if not a.get("checks") or not b.get("checks"):
        return None
    c7 = [next(c for c in report["checks"] if c["id"] == "C7") for report in reports]
    cannot = [c["outcome"] == "not_run" and c["examined"] > 0 for c in c7]
    firsts = [(report.get("first") or {}).get("check") for report in reports]
    if "C7" in firsts and (any(cannot) or firsts[0] != firsts[1]):
        # Nothing else was found before it, or nothing at all.
        a.clear()
        b.clear()
        return "pairing"
    if cannot[0] == cannot[1] or any(firsts):
        return None
    own, other = (0, 1) if cannot[0] else (1, 0)
    c7[own].update(c7[other])
    c7[own].pop("reason", None)
    rated = [[report, *report["checkpoints"]] for report in (reports[own], reports[other])]
    for one, two in zip(*rated):
        if (one["level"], two["level"]) == ("anchored", "certified"):
            one["level"] = "certified"
    return "pairing"


def differences(a, b, where=""):
    """Every place where two reports differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        if set(a) != set(b):
            found.append("%s: only %s | only %s" % (where, sorted(set(a) - set(b)), sorted(set(b) - set(a))))
        for key in a:
            if key in b:
                found += differences(a[key], b[key], where + "/" + str(key))
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        found = []
        for i, (x, y) in enumerate(zip(a, b)):
            found += differences(x, y, "%s/%s" % (where, x.get("id", i) if isinstance(x, dict) else i))
        return found
    return [] if a == b and type(a) is type(b) else ["%s: %s | %s" % (where, a, b)]


def corpus_cases(vectors):
    """(name, bytes, evidence, the entry of the manifest)"""
    folder = os.path.join(vectors, "corpus")

    def read(name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    with open(os.path.join(folder, "corpus.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    for entry in manifest:
        evidence = dict(entry["evidence"])
        if evidence.get("older"):
            evidence["older"] = read(evidence["older"])
        if evidence.get("earlier"):
            evidence["earlier"] = [read(name) for name in evidence["earlier"]]
        yield entry["file"], read(entry["file"]), evidence, entry
    # What random cases found, until it has a name in the manifest.
    found = os.path.join(folder, "found")
    for name in sorted(os.listdir(found) if os.path.isdir(found) else []):
        if name.endswith(".jsonl"):
            with open(os.path.join(found, name + ".json"), encoding="utf-8") as file:
                evidence = json.load(file)["evidence"]
            yield "found/" + name, read("found/" + name), of_json(evidence), None


def random_cases(count, seed, vectors, kind):
    files = mutations.read_corpus(vectors)
    for number in range(*count):
        yield ("%s-%d-%d.jsonl" % (kind or "random", seed, number), *mutations.random_case(seed, number, files, kind), None)


def against_manifest(report, entry):
    """Verdict, level and numbers as the manifest of the corpus has them; C7 there is that of a verifier with pairings."""
    c7 = next((c for c in report["checks"] if c["id"] == "C7"), None)
    is_open = c7 is not None and c7["outcome"] == "not_run" and c7["examined"] > 0
    levels = [entry["level"]] + entry["levels"]
    levels = ["anchored" if is_open and level == "certified" else level for level in levels]
    here = [report["level"]]
    if report["verdict"] != "refuted":
        here += [c["level"] for c in report.get("checkpoints", [])]
    found = ["manifest, %s: %s | %s" % row for row in (
        ("verdict", entry["verdict"], report["verdict"]), ("levels", levels, here),
        ("first", entry["first"], report.get("first")),
        ("not_compared", entry.get("not_compared"), report.get("not_compared", {}).get("from")))
        if row[1] != row[2]]
    checks = {c["id"]: [c["outcome"], c["examined"]] for c in report["checks"]}
    own, c7 = checks.get("C7"), entry.get("checks", {}).get("C7")
    if c7 and own[1] == c7[1] and (own[0], c7[0]) == ("not_run", "passed"):
        own[0] = "passed"  # what only the pairing tells
    if entry.get("changed") != report.get("changed"):
        found.append("manifest, changed: %s | %s" % (entry.get("changed"), report.get("changed")))
    return found + ["manifest, %s: %s | %s" % (rule, expected, checks.get(rule))
                    for rule, expected in entry.get("checks", {}).items() if checks.get(rule) != expected]


def save(folder, name, data, evidence, found):
    os.makedirs(folder, exist_ok=True)
    name = name.replace("/", "-")
    write(folder, name, data)
    text = json.dumps({"evidence": in_json(evidence), "differences": found}, ensure_ascii=False, indent=2)
    write(folder, name + ".json", text.encode("utf-8", "surrogatepass"))


def run(cases, arguments):
    """Compares all cases; the number of those that differ."""
    counts = collections.Counter()
    page = Page(arguments.web) if arguments.web else None
    waiting = collections.deque()
    cases = iter(cases)
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        while True:
            case = next(cases, None)
            if case is not None:
                other = pool.submit(run_program, arguments.rust, case[1], case[2]) if arguments.rust else None
                waiting.append((case, other))
            if not waiting:
                break
            if case is not None and len(waiting) <= PARALLEL:
                continue
            (name, data, evidence, entry), other = waiting.popleft()
            own = run_python(data, evidence)
            reports = {}
            if other:
                reports["program"] = other.result()
            if page:
                reports["page"] = page.run(data, evidence)
            found = against_manifest(own, entry) if entry else []
            counts[own["verdict"]] += 1
            for which, report in reports.items():
                if report is None:  # its evidence cannot be given on a command line
                    counts["not given to the " + which] += 1
                    continue
                a, b = copy.deepcopy(own), report
                if which == "page":  # its V8 is not run then, which is compared
                    a.pop("opening", None)
                left_out = leave_out(a, b)
                if left_out:
                    counts["left out, " + left_out] += 1
                a, b = without_words(a), without_words(b)
                found += [which + " " + text for text in differences(a, b)]
            if found:
                counts["different"] += 1
                print("%s (python | other):\n  %s" % (name, "\n  ".join(text[:300] for text in found[:12])), flush=True)
                if not name.startswith("found/"):
                    save(arguments.save, name, data, evidence, found)
    if page:
        page.close()
    different = counts.pop("different", 0)
    print("%d cases, %d different; %s" % (sum(counts[v] for v in ("verified", "refuted", "unfinished", "unreadable")), different,
                                          ", ".join("%d %s" % (n, name) for name, n in sorted(counts.items()))))
    return different


def run_receipts(count, arguments):
    """Compares random receipts; the number of those that differ. The page knows no exit code."""
    import receipts
    made = receipts.make(arguments.rust, arguments.vectors)
    receipts.note_fingerprints(arguments.rust, made)
    python = [sys.executable, verify.__file__]
    page = Page(arguments.web) if arguments.web else None
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        def both(case):
            return case, [receipts.run(command, *case[1:]) for command in (python, arguments.rust)]

        cases = (receipts.random_receipt(arguments.seed, number, made) for number in range(*count))
        for (name, data, evidence), ((own, code), (other, other_code)) in pool.map(both, cases):
            a = receipts.essence(own)
            report = receipts.essence(other)
            found = ["program " + text for text in differences(a, report)]
            found += differences(code, other_code, "exit code")
            if page:
                report = receipts.essence(page.run_receipt(data, evidence))
                found += ["page " + text for text in differences(a, report)]
            counts[a["verdict"]] += 1
            counts["first " + a["first failed"] if a.get("first failed") else "none failed"] += 1
            if found:
                counts["different"] += 1
                words = "\n  ".join(text[:300] for text in found[:12])
                print("%s (python | other):\n  %s" % (name, words), flush=True)
    if page:
        page.close()
    different = counts.pop("different", 0)
    sums = ", ".join("%d %s" % (n, name) for name, n in sorted(counts.items()))
    print("%d receipts of %d, %d different; %s" % (len(range(*count)), len(made), different, sums))
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rust", metavar="PROGRAM", help="the other program")
    parser.add_argument("--web", metavar="PAGE", help="a page with a verifier in it")
    parser.add_argument("--corpus", action="store_true", help="compare on the corpus")
    parser.add_argument("--count", type=int, default=0, help="compare on so many random cases")
    parser.add_argument("--kind", choices=["chains", "limits", "openings"], help="random cases of one kind alone")
    parser.add_argument("--receipts", type=int, default=0,
                        help="compare on so many random receipts, which the other program makes")
    parser.add_argument("--part", default="1/1", metavar="I/N",
                        help="of random cases each N-th alone, from the I-th on: N processes share the work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vectors", default=os.path.join(HERE, "..", "..", "tests", "vectors"))
    parser.add_argument("--save", metavar="DIR", help="where to keep what differs (default: `found` in the corpus, which --corpus compares again)")
    parser.add_argument("--python", metavar="DIR", help="the folder of verify.py")
    arguments = parser.parse_args()
    wanted = arguments.corpus or arguments.count or arguments.receipts
    if not (arguments.rust or arguments.web) or not wanted:
        parser.error("--rust or --web, and --corpus, --count or --receipts, are needed")
    if arguments.receipts and not arguments.rust:
        parser.error("--receipts needs --rust: that program makes them")
    arguments.save = arguments.save or os.path.join(arguments.vectors, "corpus", "found")
    folders = [arguments.python] if arguments.python else [os.path.join(HERE, "..", "python"), os.path.join(HERE, "..")]
    sys.path[:0] = [HERE, *folders]
    global verify, mutations
    import verify
    import mutations
    for name in "signature_is_right", "is_of_prime_order":  # many cases share them
        setattr(verify, name, functools.lru_cache(maxsize=10000)(getattr(verify, name)))
    # What was just signed is right: one in ten is verified here too, all of them by the other two.
    verified = verify.signature_is_right
    verify.signature_is_right = lambda *given: given in mutations.MADE and given[2][0] % 10 > 0 or verified(*given)
    first, step = map(int, arguments.part.split("/"))

    def part(count):
        return first - 1, count, step

    different = 0
    if arguments.corpus:
        different += run(corpus_cases(arguments.vectors), arguments)
    if arguments.count:
        different += run(random_cases(part(arguments.count), arguments.seed, arguments.vectors, arguments.kind), arguments)
    if arguments.receipts:
        different += run_receipts(part(arguments.receipts), arguments)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
