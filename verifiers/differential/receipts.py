"""Random receipts for compare.py: those that a program makes of transcripts of the corpus, as they
are, spoilt, and with well-proved lines that no draw has, each with a panel and fingerprints or
without.

All is made from a seed, so that a case can be had again."""

import base64
import contextlib
import hashlib
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import verify

# Some with signatures, some with what came after the result, a void one, one in other letters, and
# some of families.
SOURCES = (
    "signed",
    "aftermath",
    "signed-in-every-way",
    "first-round-and-later",
    "second-round-after",
    "void-after-the-result",
    "ranking-unranked-standby",
    "undo-twice",
    "group",
    "unicode",
    "families-in-rounds",
    "families-together",
    "budgets",
    "budgets-in-choice",
    "budget-given-back",
    "budget-swaps",
)
BEGINNING = "floorlot/1 receipt"


def make(program, vectors):
    """(name, text of the receipt, path of its transcript) for all households of the sources."""
    made = []
    for name, given in [(name, given) for name in SOURCES for given in ([], ["--enrolment"])]:
        transcript = os.path.join(vectors, "corpus", "valid", name + ".jsonl")
        with tempfile.TemporaryDirectory() as folder:
            command = [program, "receipts", transcript, "--out", folder, *given]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
            files = sorted(f for f in os.listdir(folder) if f.endswith(".receipt.txt"))
            if done.returncode or not files:
                sys.exit(
                    "%s makes no receipts of %s: %s"
                    % (program, transcript, done.stdout.decode()[-300:])
                )
            for file in files:
                with open(os.path.join(folder, file), encoding="utf-8", newline="") as text:
                    made.append(("%s%s/%s" % (name, "".join(given), file), text.read(), transcript))
    return made


class Parts:
    """A receipt taken apart: entries, and the lines of the note."""

    def __init__(self, text):
        head, rest = text.split("\n", 1)
        assert head == BEGINNING
        *self.entries, last = re.split(r"\n\n(?=index )", rest)
        entry, note = last.split("\n\n", 1)
        self.entries.append(entry)
        self.note = note

    def text(self):
        return "\n".join([BEGINNING, *("%s\n" % entry for entry in self.entries), self.note])


# What is spoilt: each takes a random source, the parts, and the parts of another receipt.
def leave_out(rnd, parts, _):
    parts.entries.pop(rnd.randrange(len(parts.entries)))


def twice(rnd, parts, _):
    at = rnd.randrange(len(parts.entries))
    parts.entries.insert(at, parts.entries[at])


def exchange(rnd, parts, _):
    a, b = (rnd.randrange(len(parts.entries)) for _ in range(2))
    parts.entries[a], parts.entries[b] = parts.entries[b], parts.entries[a]


def of_another(rnd, parts, other):
    """Lines of another household in their places: of the same draw their proofs are right."""

    def index(entry):
        return int(re.match(r"index (\d+)", entry).group(1))

    taken = rnd.sample(other.entries, rnd.randrange(1, len(other.entries) + 1))
    kept = {index(entry): entry for entry in parts.entries}
    if rnd.random() < 0.5:
        kept = {i: e for i, e in kept.items() if rnd.random() < 0.6}
    kept.update((index(entry), entry) for entry in taken)
    parts.entries = [kept[i] for i in sorted(kept)]


def other_note(_, parts, other):
    parts.note = other.note


def one_hash(rnd, parts, _):
    at = rnd.randrange(len(parts.entries))
    lines = parts.entries[at].split("\n")
    hashes = lines[2:]
    if hashes and rnd.random() < 0.6:
        hashes.pop(rnd.randrange(len(hashes)))
    else:
        hashes.insert(rnd.randrange(len(hashes) + 1), rnd.choice(hashes or ["A" * 43 + "="]))
    parts.entries[at] = "\n".join(lines[:2] + hashes)


def other_index(rnd, parts, _):
    at = rnd.randrange(len(parts.entries))
    number = rnd.choice(
        ["0", "00", "-1", "1", "9" * 19, str(2**64), str(2**64 - 1), str(rnd.randrange(200)), ""]
    )
    parts.entries[at] = re.sub(r"^index \d+", "index " + number, parts.entries[at])


def signatures(rnd, parts, other):
    """Signatures left out, twice, in another order, or those of another note."""
    body, _, signed = parts.note.partition("\n\n")
    lines = signed.splitlines()
    if rnd.random() < 0.3:
        lines += other.note.partition("\n\n")[2].splitlines()
    rnd.shuffle(lines)
    again = [rnd.choice(lines)] if lines and rnd.random() < 0.3 else []
    lines = [line for line in lines if rnd.random() < 0.7] + again
    parts.note = body + "\n" + ("\n" + "\n".join(lines) + "\n" if lines else "")


SPOIL = (
    leave_out,
    twice,
    exchange,
    of_another,
    of_another,
    of_another,
    other_note,
    one_hash,
    other_index,
    signatures,
)


# Lines that are well proved: the tree is built anew, so that only what they say together is wrong.
def proof_and_root(leaves, index):
    """RFC 6962, section 2.1.1: from the sibling of the leaf up to a child of the root."""
    if len(leaves) == 1:
        return [], leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    own, other = leaves[:split], leaves[split:]
    if index >= split:
        own, other, index = other, own, index - split
    proof, root = proof_and_root(own, index)
    sibling = proof_and_root(other, 0)[1]
    pair = root + sibling if own[0] is leaves[0] else sibling + root
    return proof + [sibling], hashlib.sha256(b"\1" + pair).digest()


def in_base64(data):
    return base64.b64encode(data).decode("ascii")


def line(kind, **fields):
    return json.dumps({"kind": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def later_line(rnd, household, others, units):
    """A line after the result that may or may not follow from the lines before it."""
    own = household if rnd.random() < 0.9 else rnd.choice(others)
    unit, objection = rnd.choice(units), rnd.choice(["E-1", "E-8", "e-8"])
    words = rnd.choice(["x", "停电", "no\u200b light\u202e", "e\u0301", "{unit} %s", "a" * 400])
    swapped = rnd.sample(others, rnd.randrange(1, min(7, len(others) + 1)))
    swapped.insert(rnd.randrange(len(swapped) + 1), own)
    given = [rnd.choice(units) for _ in swapped][: len(swapped) - (rnd.random() < 0.1)]
    decision = rnd.choice(["upheld", "rejected"])
    named = {"household": own} if rnd.random() < 0.8 else {}
    held = {"unit": unit} if rnd.random() < 0.6 else {}
    return rnd.choice((
        line("objection", id=objection, **named, text=words),
        line("ruling", objection=objection, decision=decision, reason=words),
        line("ruling", objection=objection, decision=decision, reason=words),
        line("withdrawal", household=own, **held, reason=words, sheet="7" * 64),
        line("offer", unit=unit, household=own),
        line("accept", unit=unit, household=own, sheet="7" * 64),
        line("decline", unit=unit, household=own, sheet="7" * 64),
        line("swap", households=swapped, units=given, consents=["7" * 64] * len(swapped)),
        line("void", reason=words),
        line("recording", name="hall.mp4", sha256="7" * 64, start=1),
    ))


def spoil_family(rnd, lines, shown):
    """What binds a family and its claims: sometimes other numbers, other ids, another order."""
    own = [at for at in shown if re.match(r'{"kind":"(family|household)"', lines[at])]
    if not any(lines[at].startswith('{"kind":"family"') for at in own) or rnd.random() < 0.6:
        return
    at, other = rnd.choice(own), rnd.choice(own)
    if rnd.random() < 0.2:
        lines[at], lines[other] = lines[other], lines[at]
        return
    fields = json.loads(lines[at])
    if fields["kind"] == "family":
        fields["claims"] = rnd.choice([0, 1, 2, 3, 4])
        fields["id"] = rnd.choice([fields["id"]] * 3 + ["F1", "F2", "f1"])
    elif rnd.random() < 0.3:
        fields.pop("family", None)
    else:
        fields["family"] = rnd.choice(["F1", "F2", "f1"])
        fields = {key: fields[key] for key in HOUSEHOLD_KEYS if key in fields}
    lines[at] = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


HOUSEHOLD_KEYS = ("kind", "pool", "id", "name", "tier", "needs", "group", "family", "ranking", "person")


def made_up(rnd, text, transcript):
    """The receipt with lines that no draw has, or without some; and the fingerprint of the tree."""
    with open(transcript, encoding="utf-8") as file:
        lines = file.read().splitlines()
    shown = {int(index) for index in re.findall(r"^index (\d+)$", text, re.MULTILINE)}
    own = [json.loads(lines[index]) for index in sorted(shown)]
    ids = {kind: [json.loads(text)["id"] for text in lines if text.startswith('{"kind":"%s"' % kind)]
           for kind in ("unit", "household")}
    names = [entry["household"] for entry in own if "household" in entry]
    household = rnd.choice(names) if names else rnd.choice(ids["household"])
    others = [name for name in ids["household"] if name != household] or ["H-1"]
    mine = [entry["unit"] for entry in own if "unit" in entry] * len(ids["unit"])
    shown = {index for index in shown if rnd.random() < 0.9}
    if rnd.random() < 0.3:  # any line of the file
        shown.add(rnd.randrange(len(lines)))
    spoil_family(rnd, lines, sorted(shown))
    for _ in range(rnd.randrange(6)):
        if rnd.random() < 0.3:  # of another claim of the family
            household = rnd.choice(names or [household])
        shown.add(len(lines))
        lines.append(later_line(rnd, household, others, ids["unit"] + mine))
    shown = sorted(shown) or [0]
    leaves = [hashlib.sha256(b"\0" + text.encode("utf-8")).digest() for text in lines]
    out, root = [BEGINNING], None
    for index in shown:
        proof, root = proof_and_root(leaves, index)
        if rnd.random() < 0.03:  # a line that R2 refuses, but that tells something
            proof = proof[:-1]
        out += ["index %d" % index, "line " + lines[index], *map(in_base64, proof), ""]
    origin = text.rsplit("\n\n", 2)[-2 if KEY in text else -1].split("\n")[0]
    out += [origin, str(len(lines)), in_base64(root), ""]
    body = "%s\n%d\n%s\n" % (origin, len(lines), in_base64(root))
    return "\n".join(out), verify.fingerprint(body)


# What is done to the text: by programs on the way, or by somebody.
def one_character(rnd, text):
    at = rnd.randrange(len(text))
    return text[:at] + chr(rnd.randrange(32, 127)) + text[at + 1 :]


def checkpoint(rnd, text):
    """Another origin or size in the note."""
    origins = ["a b", "x", "", "draw.example/", "-x", "x" * 200, "x" * 201, "草", "a/b_c.d-9", "a\u00a0"]
    sizes = ["0", "01", "", "-1", str(2**53 - 1), str(2**53), str(2**64 - 1), str(2**64), "9" * 30]
    parts = list(re.search(r"\n\n([^\n]*)\n([0-9]+)\n", text).groups())
    given = "\n\n%s\n%s\n" % tuple(parts)
    at = rnd.randrange(2)
    parts[at] = rnd.choice((origins, sizes)[at])
    return text.replace(given, "\n\n%s\n%s\n" % tuple(parts))


def long_line(rnd, text):
    """A line that is as long as one may be, or one byte longer."""
    at = re.search(r"\nline (.*)", text)
    length = 65534 + rnd.randrange(3)
    return text.replace(at.group(), "\nline " + at.group(1).ljust(length, "x"), 1)


def household(rnd, text):
    """Another household in some of the lines: their proofs are wrong then."""
    ids = sorted(set(re.findall(r'"household":"([^"]+)"', text)) | {"H001"})
    return re.sub(
        r'("household":|"kind":"household","pool":"[^"]*","id":)"[^"]+"',
        lambda m: m.group(0) if rnd.random() < 0.5 else m.group(1) + json.dumps(rnd.choice(ids)),
        text,
    )


TEXTS = (
    one_character,
    one_character,
    household,
    checkpoint,
    checkpoint,
    long_line,
    lambda rnd, text: text.replace("\n", "\r\n"),
    lambda rnd, text: text.replace("\n", "\r\n", rnd.randrange(1, 9)),
    lambda rnd, text: text + rnd.choice(["\n", "\n\n", " \t\n", "\r\n \r\n", "x", "\n x"]),
    lambda rnd, text: text.rstrip("\n"),
    lambda rnd, text: rnd.choice(["\ufeff", "\n", " ", "\r\n"]) + text,
    lambda rnd, text: text[: rnd.randrange(len(text))],
    lambda rnd, text: text.replace("\n", rnd.choice([" \n", "\n\n", "\r"])),
)


def random_receipt(seed, number, made):
    """(name, bytes, evidence): evidence is `panel`, the path of a transcript, and `fingerprints`."""
    rnd = random.Random("receipt %d %d" % (seed, number))
    name, text, transcript = rnd.choice(made)
    near = [m for m in made if m[2] == transcript]
    other = rnd.choice(near if rnd.random() < 0.8 else made)
    what, noted = "as it is", PRINTS[transcript]
    if rnd.random() < 0.4:
        (text, noted), what = made_up(rnd, text, transcript), "made up"
    elif rnd.random() < 0.55:
        spoil = rnd.choice(SPOIL)
        parts = Parts(text)
        spoil(rnd, parts, Parts(other[1]))
        text, what = parts.text(), spoil.__name__
    elif rnd.random() < 0.85:
        text, what = rnd.choice(TEXTS)(rnd, text), "text"
    data = text.encode("utf-8")
    if rnd.random() < 0.03:
        data = text.encode("utf-16" if rnd.random() < 0.5 else "gb18030")
    evidence = {"panel": None, "fingerprints": []}
    if rnd.random() < 0.7:
        own = rnd.random() < 0.8
        evidence["panel"] = transcript if own else rnd.choice(sorted({m[2] for m in made}))
    if rnd.random() < 0.5:
        evidence["fingerprints"] = [
            noted if rnd.random() < 0.7 else "12345 " * 11 + "12345"
        ]
    return "receipt-%d-%d (%s, %s)" % (seed, number, name, what), data, evidence


# How a signature begins.
KEY = "\n\u2014 "
PRINTS = {}  # of transcripts: the fingerprint that their receipts rest on


def note_fingerprints(program, made):
    """Asks once for each transcript what fingerprint its receipts have."""
    for _, text, transcript in made:
        # The enrolment receipts of a transcript come behind those of its last checkpoint.
        if transcript not in PRINTS:
            report, _ = run(program, text.encode("utf-8"), {"panel": None, "fingerprints": []})
            PRINTS[transcript] = report["facts"]["fingerprint"]


def spawned(command, words):
    done = subprocess.run([command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")


def called(main, words):
    """The same of a function in this process, which need not be started 20,000 times."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
    return status, out.getvalue(), err.getvalue()


def run(command, data, evidence):
    """The report of a program, or of a function in its place, and its exit code. Of what it cannot read it prints none."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "receipt.txt")
        with open(path, "wb") as file:
            file.write(data)
        given = ["--panel", evidence["panel"]] if evidence["panel"] else []
        for text in evidence["fingerprints"]:
            given += ["--fingerprint", text]
        way = called if callable(command) else spawned
        status, out, words = way(command, ["receipt", path, "--json", *given])
    try:
        report = json.loads(out)
    except ValueError:
        # It is called rightly here, so that 2 says what was given is no receipt.
        report = (
            {"verdict": "unreadable", "checks": []}
            if status == 2
            else {"verdict": "no report", "stderr": words[-300:]}
        )
    return report, status


def essence(report):
    """What must be the same in all verifiers: all but the words of faults and reasons."""
    checks = [
        [c["id"], c["outcome"], c["examined"], len(c["faults"])] for c in report.get("checks", [])
    ]
    if report["verdict"] == "unreadable":
        return {"verdict": "unreadable", "checks": checks}
    first = next((c[0] for c in checks if c[1] == "failed"), None)
    return {
        "verdict": report["verdict"],
        "first failed": first,
        "anchored": report.get("anchored"),
        "signed": report.get("signed"),
        "checks": checks,
        "facts": report.get("facts"),
        "note": report.get("note"),
    }
