#!/usr/bin/env python3
"""Tests of verify.py, with the standard library alone: python3 test_verify.py [FOLDER OF THE
VECTORS], or with unittest.

The vectors are looked for in the argument, in VECTORS (environment), and in ../../tests/vectors
seen from this file."""

import ast
import base64
import contextlib
import functools
import gzip
import hashlib
import io
import json
import re
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.environ.get("VECTORS", os.path.join(HERE, "..", "..", "tests", "vectors"))
if __name__ == "__main__" and len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
    VECTORS = sys.argv.pop(1)
# The files share many signatures.
verify.signature_is_right = functools.lru_cache(maxsize=10000)(verify.signature_is_right)


def read_json(*path):
    with open(os.path.join(VECTORS, *path), encoding="utf-8") as file:
        return json.load(file)


def read_bytes(*path):
    with open(os.path.join(VECTORS, *path), "rb") as file:
        return file.read()


def verify_bytes(data, evidence=None, household=None):
    t = verify.Transcript(household=household)
    t.read(verify.read_lines(io.BytesIO(data)))
    verify.check_evidence(t, evidence or verify.Evidence())
    return verify.json_report(t)


def keystream(key, first, count=1, stream=0):
    """The blocks as bytes."""
    return [struct.pack("<16I", *words)
            for words in verify.chacha20_blocks(key, first, count, stream)]


def run_command(*words):
    """Exit code and output of the command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = verify.main(list(words))
        except SystemExit as error:
            code = error.code
    return code, out.getvalue(), err.getvalue()


class Corpus(unittest.TestCase):
    def evidence_of(self, given):
        evidence = verify.Evidence()
        evidence.noted = given["fingerprints"] + [
            verify.read_note(note.encode("utf-8")) for note in given.get("notes") or []]
        evidence.expect = given["expect"]
        if given["older"]:
            evidence.older = verify.read_older(os.path.join(VECTORS, "corpus", given["older"]))
        for name in given.get("earlier") or []:
            step = verify.Evidence()
            step.earlier = list(evidence.earlier)
            evidence.earlier.append(
                verify.verify_file(os.path.join(VECTORS, "corpus", name), step))
        if given.get("person") is not None:
            evidence.person = given["person"].encode("utf-8")
        if given.get("recordings") is not None:
            evidence.recordings = given["recordings"].get
        if given.get("documents") is not None:
            evidence.documents = given["documents"].get
        if given.get("scans") is not None:
            evidence.scans = set(given["scans"].values())
        return evidence

    def test_manifest(self):
        """Verdict, level and first fault; where there is none outcome and count of every check."""
        for case in read_json("corpus", "corpus.json"):
            with self.subTest(file=case["file"], evidence=case["evidence"]):
                path = os.path.join(VECTORS, "corpus", case["file"])
                try:
                    t = verify.verify_file(path, self.evidence_of(case["evidence"]))
                except verify.Unreadable:
                    self.assertEqual(case["verdict"], "unreadable")
                    continue
                report = verify.json_report(t)
                self.assertEqual(report["verdict"], case["verdict"])
                # Without the pairing nothing is certified.
                rank = "anchored" if verify.drand_is_open(t) else "certified"
                capped = [min(level, rank, key=verify.LEVELS.index)
                          for level in [case["level"], *case["levels"]]]
                levels = [report["level"], *(c["level"] for c in report["checkpoints"])]
                # Of a refuted file it is told which check is at fault first; all levels are none.
                self.assertEqual(levels if case["first"] is None else levels[:1], capped)
                self.assertEqual(report.get("not_compared", {}).get("from"),
                                 case.get("not_compared"))
                self.assertEqual(report.get("first"), case["first"])
                for check in report["checks"] if case["first"] is None else []:
                    expected = list(case["checks"][check["id"]])
                    if check["id"] == "C7" and expected[1]:  # what only the pairing tells
                        if (expected[0], check["outcome"]) == ("passed", "not_run"):
                            expected[0] = "not_run"
                    self.assertEqual([check["outcome"], check["examined"]], expected, check["id"])
                if case.get("allocation") is not None:
                    after = t.aftermath
                    units = {} if after.void else after.holds
                    held = {h.id: units[h].id if h in units else None
                            for h in t.plan.households}
                    self.assertEqual(held, case["allocation"])

    def test_every_outcome_has_its_words(self):
        for name in ("valid/lot.jsonl", "unfinished/cut-in-the-draw.jsonl"):
            report = verify_bytes(read_bytes("corpus", name))
            self.assertEqual([c["id"] for c in report["checks"]], [row[0] for row in verify.CHECKS])
            for check in report["checks"]:
                self.assertEqual("reason" in check, check["outcome"] == "not_run")
                self.assertLessEqual(len(check["faults"]), 10)


class Published(unittest.TestCase):
    """The transcripts that every version verifies, with their fingerprints, and their receipts."""

    def test_transcripts(self):
        folders = [entry.name for entry in os.scandir(os.path.join(VECTORS, "published"))
                   if entry.is_dir()]
        self.assertGreaterEqual(len(folders), 9)
        for folder in folders:
            with self.subTest(folder=folder):
                self.check_transcript(folder)

    def check_transcript(self, folder):
        path = functools.partial(os.path.join, VECTORS, "published", folder)
        expected = read_json("published", folder, "report.json")
        evidence = verify.Evidence()
        evidence.noted = read_bytes("published", folder, "fingerprints.txt").decode().splitlines()
        if os.path.exists(path("prior.jsonl")):
            evidence.earlier = [verify.verify_file(path("prior.jsonl"), verify.Evidence())]
        t = verify.verify_file(path("transcript.jsonl"), evidence)
        report = verify.json_report(t)
        self.assertEqual(report["verdict"], expected["verdict"])
        rank = "anchored" if verify.drand_is_open(t) else "certified"
        capped = [min(level, rank, key=verify.LEVELS.index)
                  for level in [expected["level"], *expected["levels"]]]
        levels = [report["level"], *(c["level"] for c in report["checkpoints"])]
        self.assertEqual(levels, capped)
        self.assertEqual([c["fingerprint"] for c in report["checkpoints"]], evidence.noted)
        found = {c["id"]: [c["outcome"], c["examined"]] for c in report["checks"]}
        if verify.drand_is_open(t):
            self.assertEqual(found["C7"][0], "not_run")
            found["C7"][0] = "passed"
        self.assertEqual({rule: found.get(rule) for rule in expected["checks"]},
                         expected["checks"])
        held = t.aftermath.holds
        self.assertEqual({h.id: held[h].id if h in held else None for h in t.plan.households},
                         expected["allocation"])
        self.check_receipt(folder, expected["receipt"], evidence.noted[-1:])

    def check_receipt(self, folder, expected, noted):
        plan = os.path.join(VECTORS, "published", folder, "transcript.jsonl")
        benches, refused, origin = verify.read_panel(plan)
        receipt = read_bytes("published", folder, "receipt.txt")
        report = verify.verify_receipt(receipt, noted, benches, refused, origin)
        self.assertEqual(report["verdict"], expected["verdict"])
        found = {c["id"]: [c["outcome"], c["examined"]] for c in report["checks"]}
        self.assertEqual({rule: found[rule] for rule in expected["checks"]}, expected["checks"])
        facts = report["facts"]
        self.assertEqual({key: facts[key] for key in expected["facts"]}, expected["facts"])


class Chains(unittest.TestCase):
    """V7: rounds and attempts after one another, on the command line."""

    def run_on(self, *names, options=()):
        paths = [os.path.join(VECTORS, "corpus", "valid", name + ".jsonl") for name in names]
        code, out, _ = run_command(*paths, "--json", *options)
        report = json.loads(out)
        return code, next(c for c in report[-1]["checks"] if c["id"] == "V7")

    def test_round_after_a_void_round(self):
        """What it gives out is what the first round left; without the first that cannot be told."""
        code, v7 = self.run_on("first-round", "second-round-void", "second-round-again")
        self.assertEqual((code, v7["outcome"], v7["examined"]), (0, "passed", 5))
        _, v7 = self.run_on("second-round-void", "second-round-again")
        self.assertEqual((v7["outcome"], v7["examined"]), ("not_run", 1))

    def test_a_file_without_prior_goes_on_from_nothing(self):
        code, v7 = self.run_on("first-round", "lot")
        self.assertEqual((code, v7["outcome"], v7["examined"], v7["failed"]), (1, "failed", 1, 1))
        code, v7 = self.run_on("lot", "rehearsal")  # and its mode is another
        self.assertEqual((code, v7["outcome"], v7["examined"], v7["failed"]), (1, "failed", 1, 2))

    def test_another_order(self):
        code, v7 = self.run_on("first-round", "second-round-again")
        self.assertEqual((code, v7["outcome"]), (1, "failed"))


class CommandLine(unittest.TestCase):
    """What is said of a wrong command line or file, in one language."""

    def test_chinese_has_no_english_sentence(self):
        for words in ([], ["x", "--bogus"], ["x", "--official", "--rehearsal"], ["no such file"],
                      ["/"], ["x", "--since"]):
            code, _, err = run_command("--lang", "zh", *words)
            told = re.sub(r"verify\.py|--[a-z]+|no such file|x: ", "", err.strip().split("\n")[-1])
            self.assertEqual(code, 2, err)
            self.assertNotRegex(told, r"[a-z]+ [a-z]+", err)

    def test_english_after_chinese(self):
        run_command("--lang", "zh", "x", "--bogus")
        _, _, err = run_command("--lang", "en", "x", "--bogus")
        self.assertIn("unrecognized arguments: --bogus", err)


class Follow(unittest.TestCase):
    """A file that grows is followed to its end; one that is rewritten on the way is refuted."""

    def follow(self, *states):
        """What is said of a file that is this, then that; each is waited for."""
        with open(os.path.join(VECTORS, "worked", "transcript.jsonl"), "rb") as stream:
            lines = stream.readlines()
        said = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "draw.jsonl")
            left = list(states)

            def pause(_):
                self.assertLess(len(said), 50)
                if left:
                    state = left.pop(0)
                    with open(path, "wb") as stream:
                        stream.write(state(lines))

            with unittest.mock.patch.object(verify.time, "sleep", pause), \
                    unittest.mock.patch.object(verify.Follower, "show",
                                               lambda _, answer, lines: said.append([answer[0], *lines])):
                code, out, _ = run_command("--lang", "en", "--follow", path)
        return code, said, out

    def test_to_the_end(self):
        code, said, out = self.follow(
            lambda lines: b"", lambda lines: b"".join(lines[:12]),
            lambda lines: b"".join(lines[:13]) + lines[13][:20],
            lambda lines: b"".join(lines[:28]), b"".join)
        self.assertEqual(code, 0)
        self.assertEqual([words[0] for words in said], ["WAITING"] + 3 * ["AGREES SO FAR"] + ["AGREES TO THE END"])
        self.assertEqual([words[1] for words in said[1:]], ["12 lines", "13 lines", "28 lines", "34 lines"])
        self.assertIn("pool A, place 2: household H002 → A-0301", said[3])
        self.assertRegex(out, "V2 +passed")

    def test_what_is_rewritten(self):
        code, said, out = self.follow(
            lambda lines: b"".join(lines[:14]),
            lambda lines: b"".join(lines[:11]).replace(b"301", b"302", 1))
        self.assertEqual((code, said[-1][:3]), (1, ["REFUTED", "11 lines", "V2, line 0"]))

    def test_a_fault_in_a_new_line(self):
        code, said, _ = self.follow(lambda lines: b"".join(lines[:12]),
                                    lambda lines: b"".join(lines[:12] + lines[20:21]))
        self.assertEqual((code, said[-1][:3]), (1, ["REFUTED", "13 lines", "T2, line 13"]))


    def test_the_answer_for_the_hall(self):
        with open(os.path.join(VECTORS, "worked", "transcript.jsonl"), "rb") as stream:
            data = stream.read()
        answers = []
        with tempfile.TemporaryDirectory() as folder:
            path, answer = os.path.join(folder, "draw.jsonl"), os.path.join(folder, "answer.json")
            for state in (data, data.replace(b'"lot":"', b'"lot":"1', 1)):
                with open(path, "wb") as stream:
                    stream.write(state)
                with unittest.mock.patch.object(verify.time, "sleep", lambda _: None):
                    run_command("--lang", "en", "--follow", path, "--answer", answer)
                with open(answer, encoding="utf-8") as stream:
                    answers.append(json.load(stream))
                self.assertEqual(sorted(os.listdir(folder)), ["answer.json", "draw.jsonl"])
        right, wrong = answers
        head = verify.read_older(os.path.join(VECTORS, "worked", "transcript.jsonl"))
        origin = json.loads(data.split(b"\n")[0])["origin"]
        self.assertEqual(right, {
            "program": "verify.py", "lines": 34, "agrees": True, "over": True, "fault": None,
            "fingerprint": verify.fingerprint(verify.checkpoint_body(origin, *head)),
            "household": right["household"]})
        self.assertTrue(right["household"].startswith("H0"))
        self.assertEqual((wrong["agrees"], wrong["over"]), (False, False))
        self.assertRegex(wrong["fault"], r"^\w\d+, line \d+$")

    def test_an_answer_without_following(self):
        code, _, err = run_command("draw.jsonl", "--answer", "answer.json")
        self.assertEqual(code, 2)
        self.assertIn("--answer goes with --follow", err)


class Words(unittest.TestCase):
    """The closing sentence."""

    def last_words(self, *words):
        code, out, _ = run_command(*words, "--lang", "en")
        return code, out.strip().split("\n")[-1] if "REHEARSAL" not in out else out

    def test_refuted_by_evidence_alone(self):
        path = os.path.join(VECTORS, "worked", "transcript.jsonl")
        code, words = self.last_words(path, "--fingerprint", "1" * 60)
        self.assertEqual(code, 1)
        self.assertIn("REFUTED by what was given beside it (check V1)", words)
        path = os.path.join(VECTORS, "corpus", "tampered", "d6-wrong-lot.jsonl")
        self.assertNotIn("beside it", self.last_words(path, "--fingerprint", "1" * 60)[1])
        path = os.path.join(VECTORS, "corpus", "unfinished", "cut-in-the-draw.jsonl")
        code, words = self.last_words(path, "--fingerprint", "1" * 60)
        self.assertEqual(code, 1)
        self.assertIn("also UNFINISHED (to line 39)", words)

    def test_unfinished(self):
        """It is neither verified nor refuted, and says how far it goes, in the words of the other
        verifiers."""
        path = os.path.join(VECTORS, "corpus", "unfinished", "cut-in-the-draw.jsonl")
        code, out, _ = run_command(path, "--lang", "en")
        self.assertEqual(code, 3)
        self.assertTrue(out.startswith("######## UNFINISHED"))
        self.assertTrue(out.endswith(
            "This transcript is UNFINISHED: there is no result yet. It keeps the rules to line 39. "
            "It is sealed by a checkpoint to "
            "line 32; nothing seals the 7 lines after it, and anybody could have changed or added "
            "them. It is not verified, and nothing in it is a final result. If it was published as "
            "a finished draw, "
            "its end is missing: ask for the whole file.\n"))
        self.assertNotIn("REFUTED", out)
        self.assertEqual(run_command(path, "--allocation")[:2], (3, ""))
        good, bad = (os.path.join(VECTORS, "corpus", name)
                     for name in ("valid/lot.jsonl", "tampered/d6-wrong-lot.jsonl"))
        self.assertEqual(run_command(path, good)[0], 3)
        self.assertEqual(run_command(bad, path)[0], 1)
        self.assertEqual(run_command(path, os.path.join(VECTORS, "nothing"))[0], 2)

    def test_what_anybody_can_add_to_a_finished_file(self):
        """It stands first, and what comes from it has a mark."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "open.jsonl")
            with open(path, "wb") as file:
                file.write(read_bytes("corpus", "valid", "lot.jsonl")
                           + b'{"kind":"withdrawal","household":"H001","unit":"A-0901",'
                           + b'"reason":"x","sheet":"' + b"7" * 64 + b'"}\n')
            code, out, _ = run_command(path, "--lang", "en", "--household", "H001")
            self.assertEqual(code, 3)
            self.assertIn("\nNothing seals the 1 line after line 49, and anybody could have "
                          "changed or added them; a checkpoint seals "
                          "the file to line 47. This transcript is finished to line 49, and "
                          "UNFINISHED after it", out)
            self.assertIn("it gave up what it had, by a signed sheet (line 50, not sealed yet); from then on it has "
                          "no flat", out)
            self.assertEqual(out.count("not sealed yet"), 1)
            self.assertEqual(json.loads(run_command(path, "--json")[1])["unfinished"]["sealed"], 47)

    def test_what_is_no_copy_and_no_slip(self):
        """It refutes nothing: the command is wrongly called, and what was given is said."""
        lot = os.path.join(VECTORS, "corpus", "valid", "lot.jsonl")
        data = read_bytes("corpus", "valid", "lot.jsonl")
        persons = os.path.join(VECTORS, "corpus", "valid", "persons.jsonl")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "given")
            for content, words in (
                    (gzip.compress(data), "packed"), (b"PK\x03\x04x", "packed"),
                    (b"\xef\xbb\xbf" + data, "byte order mark"),
                    (data.decode().encode("utf-16"), "UTF-16"), (b"<html>", "web page"),
                    (b"hello\n", "")):
                with open(path, "wb") as file:
                    file.write(content)
                code, out, err = run_command(lot, "--since", path, "--lang", "en")
                self.assertEqual((code, out), (2, ""))
                self.assertTrue("--since " + path in err and words in err, err)
                code, out, err = run_command(persons, "--person", path, "--lang", "en")
                self.assertEqual((code, out), (2, ""))
                self.assertIn("--person " + path, err)
                self.assertTrue(words in err or words == "byte order mark", err)

    def noted(self, name):
        """A file of the corpus, and its fingerprints by stage."""
        path = os.path.join(VECTORS, "corpus", "valid", name)
        report = json.loads(run_command(path, "--json")[1])
        return path, {c["stage"]: c["fingerprint"] for c in report["checkpoints"]}

    def test_what_was_not_compared_is_no_fact(self):
        path, noted = self.noted("result-on-paper-and-void.jsonl")
        given = (path, "--fingerprint", noted["result"])
        out = run_command(*given, "--lang", "en")[1]
        first = "NOT COMPARED: lines %d to %d: void. " % (60, 67)
        self.assertTrue(out.startswith(first), out[:200])
        self.assertIn("\n" + first, out[-800:])
        self.assertNotIn("VOID", out)
        self.assertTrue(run_command(*given, "--lang", "zh")[1].startswith("【未核对】：第 60 至 67 行：作废。"))
        report = json.loads(run_command(*given, "--json")[1])
        self.assertEqual((report["level"], [c["level"] for c in report["checkpoints"]]),
                         ("consistent", ["certified", "anchored", "anchored", "consistent"]))
        self.assertEqual(report["not_compared"], {
            "from": 60, "to": 67, "events": [{"line": 60, "kind": "void"}]})
        self.assertTrue("void" not in report and "settled" not in report)
        code, out, err = run_command(*given, "--allocation", "--lang", "en")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("--include-not-compared", err)
        all_the_same = (*given, "--include-not-compared")
        code, out, _ = run_command(*all_the_same, "--allocation")
        self.assertEqual((code, out.count("\n")), (0, 5))
        self.assertIn("void", json.loads(run_command(*all_the_same, "--json")[1]))
        # Where nothing at all is known, or all is, nothing changes.
        for other in ((path,), (path, "--fingerprint", noted["aftermath"])):
            report = json.loads(run_command(*other, "--json")[1])
            self.assertTrue("void" in report and "not_compared" not in report)

    def test_nothing_is_said_of_a_household_in_a_draw_that_was_not_compared(self):
        path, noted = self.noted("result-refused.jsonl")
        given = (path, "--household", "H001", "--lang", "en", "--fingerprint", noted["plan"])
        out = run_command(*given)[1]
        self.assertIn("nothing is said of household H001", out)
        self.assertIn("Ticket", run_command(*given, "--include-not-compared")[1])
        self.assertNotIn("why", json.loads(run_command(*given, "--json")[1]))

    def test_a_panel_that_refuses_is_heard(self):
        path, noted = self.noted("result-refused.jsonl")
        for given in ((), ("--fingerprint", noted["result"])):
            out = run_command(path, "--lang", "en", *given)[1]
            self.assertIn("3 of 3 members of bench residents refuse", out.splitlines()[-1])
            self.assertIn("r1: the dice were rolled twice", out.splitlines()[-1])
            out = run_command(path, "--lang", "zh", *given)[1]
            self.assertIn("席位“residents”的 3 人中有 3 人不同意", out.splitlines()[-1])

    def test_odd_times_are_told(self):
        path, _ = self.noted("signed-at-odd-times.jsonl")
        report = json.loads(run_command(path, "--json")[1])
        self.assertEqual([note["what"] for note in report["notes"]],
                         ["time-early"] * 5 + ["time-late"] * 5)
        self.assertIn("odd time: 0, before 2020", run_command(path, "--lang", "en")[1])

    def test_changed_on_its_way(self):
        """What happened is the first line, and the last."""
        path = os.path.join(VECTORS, "corpus", "tampered", "t1-cr-lf.jsonl")
        code, out, _ = run_command(path, "--lang", "zh")
        first = "每一行的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。"
        self.assertEqual((code, out.splitlines()[0]), (1, first))
        self.assertEqual(out.splitlines()[-1], first + "本文件按现有内容【不成立】（第 T1 项）：字节与当时封存的不一致。"
                         "除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。")
        path = os.path.join(VECTORS, "corpus", "tampered", "unreadable-utf-16.jsonl")
        code, _, err = run_command(path, "--lang", "zh")
        self.assertEqual(code, 2)
        self.assertIn("文件是 UTF-16", err)

    def test_unknown_kind(self):
        path = os.path.join(VECTORS, "corpus", "tampered", "t1-gbk.jsonl")
        for lang, unknown, rehearsal in (("en", "NOT KNOWN", "This is a REHEARSAL"),
                                         ("zh", "性质不明", "这是【演练】")):
            code, out, _ = run_command(path, "--lang", lang, "--rehearsal")
            self.assertEqual(code, 1)
            self.assertIn(unknown, out)
            self.assertNotIn(rehearsal, out)
        report = json.loads(run_command(path, "--json", "--official")[1])
        v4 = next(c for c in report["checks"] if c["id"] == "V4")
        self.assertEqual((report["mode"], v4["outcome"]), ("unknown", "not_run"))

    def test_drand_is_not_verified(self):
        """It is said, and such a file is not certified."""
        found = 0
        for case in read_json("corpus", "corpus.json"):
            c7 = case.get("checks", {}).get("C7", [None, 0])
            if case["verdict"] == "verified" and c7[1]:
                found += 1
                path = os.path.join(VECTORS, "corpus", case["file"])
                report = verify_bytes(read_bytes("corpus", case["file"]))
                marks = ["--fingerprint=" + c["fingerprint"] for c in report["checkpoints"]]
                self.assertIn("NOT verified here (C7)", self.last_words(path, *marks)[1])
                report = json.loads(run_command(path, "--json", *marks)[1])
                self.assertEqual(report["level"], "anchored")
        self.assertGreater(found, 0)


class Worked(unittest.TestCase):
    def setUp(self):
        self.lines = read_bytes("worked", "transcript.jsonl").splitlines()

    def test_roots_and_fingerprints(self):
        tree, roots = verify.Tree(), []
        for line in self.lines:
            tree.add(line)
            roots.append(tree.root())
        self.assertEqual(verify.sha256(b"\x00" + self.lines[1]).hex(),
                         "c0e538412322bc7b4213feab7b02e00d6e978ad6ca5a7a5b3853305d174168f0")
        self.assertEqual(roots[10].hex(),
                         "a6b0af0ae824cda7f4da04e0809b2fc63a3eba8b83f9436b2902fbb78c538cb9")
        self.assertEqual(roots[32].hex(),
                         "7a2b654fff1ca60e870baa400edd9847d3467040564318c6ea49ec927a00529f")
        self.assertEqual(verify.fingerprint(verify.checkpoint_body("draw.example/2026-001", 11, roots[10])),
                         "03256 08137 04410 34510 81139 04554 07056 33092 64017 77558 57193 45591")
        self.assertEqual(verify.fingerprint(verify.checkpoint_body("draw.example/2026-001", 30, roots[29])),
                         "96624 05912 80972 23449 48480 75702 50812 34134 42460 05443 54325 02944")

    def test_values_in_between(self):
        t = verify.Transcript()
        for line in self.lines[:22]:
            t.line(line, True)
        self.assertEqual(t.ceremony.expected_seed(),
                         "0463da00d766fb87bbf63c233b31657a2c0d538c9842372e578f5b62c53006ed")
        for line in self.lines[22:25]:
            t.line(line, True)
        draw, units = t.draw.open, t.plan.units
        self.assertEqual(draw.key,
                         "0649e6343d97ceb6425f5cdfc1c69a1390db07bf99276377b27d1aaba493d8f3")
        callers = [draw.callers[h] for h in t.plan.households]
        self.assertEqual([c.ticket for c in callers], [12100841181807085445, 12995935166091730463])
        self.assertEqual([c.lot for c in callers],
                         [196114929942908232021793278079164511450,
                          155520920920900825409320859588335842362])
        offer = draw.offer(draw.called)
        self.assertEqual([units[i].id for i in draw.free.all_of(offer)], ["A-1801"])
        block = keystream(bytes.fromhex(draw.key), 1)[0]
        self.assertEqual(block[:8].hex(), "1f9ee79a2dd65ab4")

    def test_key_and_signature(self):
        member = verify.parse_line(self.lines[3])
        name, key_id, public = verify.read_key(member["key"])
        self.assertEqual((name, key_id), ("draw.example/r1", "899b4ffa"))
        line = verify.parse_line(self.lines[12])
        name, key_id, time, signature = verify.read_signature(line["signature"])
        self.assertEqual(time, 1768006800)
        message = verify.signed_message(time, verify.parse_line(self.lines[11])["body"])
        self.assertEqual(len(message), 101)
        self.assertTrue(verify.signature_is_right(public, message, signature))

    def test_every_line_changed_is_noticed(self):
        """One bit flipped in each line: the transcript is refuted, or not readable any more."""
        for number, line in enumerate(self.lines):
            with self.subTest(line=number + 1):
                changed = bytearray(line)
                changed[len(line) // 2] ^= 1
                lines = self.lines[:number] + [bytes(changed)] + self.lines[number + 1:]
                self.assertEqual(verify_bytes(b"\n".join(lines) + b"\n")["verdict"], "refuted")

    def test_command(self):
        path = os.path.join(VECTORS, "worked", "transcript.jsonl")
        self.assertEqual(run_command(path, "--lang", "en")[0], 0)
        self.assertEqual(run_command(path, "--official")[0], 1)
        self.assertEqual(run_command(path, "--fingerprint", "12")[0], 2)
        code, _, err = run_command(path, "--fingerprint", "1" * 40, "--lang", "en")
        self.assertEqual(code, 2)
        self.assertIn("ask for the twelve groups", err)
        digits = "０３２５６ 08137 04410 34510\t81139 04554 07056\u3000 33092 64017 77558 57193 45591"
        code, out, _ = run_command(path, "--json", "--fingerprint", digits, "--household", "H001")
        report = json.loads(out)
        self.assertEqual((code, report["level"], report["anchored"]), (0, "certified", "plan"))
        self.assertEqual(report["why"]["offered"], ["A-1801"])
        self.assertEqual(run_command(os.path.join(VECTORS, "nothing"))[0], 2)
        self.assertEqual(run_command(VECTORS)[0], 2)
        self.assertIn("演练", run_command(path, "--lang", "zh", "--household", "H002")[1])


class Derivation(unittest.TestCase):
    def test_values(self):
        for case in read_json("derivation.json"):
            with self.subTest(case=case["name"]):
                text = "floorlot/1 seed\nplan %s\n" % case["plan_root"]
                text += "".join(line + "\n" for line in case["contributions"])
                self.assertEqual(verify.hash_text(text), case["seed"])
                for c in case["commits"]:
                    self.assertEqual(c["commit"], verify.hash_text(
                        "floorlot/1 commit\nplan %s\nmember %s\nsecret %s\n" % (
                            case["plan_root"], c["member"], c["secret"])))
                for pool in case["pools"]:
                    self.check_pool(case["seed"], pool)

    def check_pool(self, seed, given):
        t = verify.Transcript()
        t.plan.take({"kind": "pool", "id": given["id"], "title": "t", "building": "b", "rule": "lot",
                "units": 1, "households": 1})
        for unit in given["units"]:
            line = {"kind": "unit", "pool": given["id"], "id": unit["id"], "label": "1",
                    "storey": 1}
            t.plan.take({**line, "features": unit["features"]} if unit["features"] else line)
        for household in given["households"]:
            line = {"kind": "household", "pool": given["id"], "id": household["id"], "name": "",
                    "tier": household["tier"]}
            if household["needs"]:
                line["needs"] = household["needs"]
            if household["group"]:
                line["group"] = household["group"]
            t.plan.take(line)
        draw = verify.PoolDraw(t.plan.pools[0], seed)
        self.assertEqual(draw.key, given["key"])
        key, units = bytes.fromhex(draw.key), t.plan.units
        blocks = keystream(key, 0, len(given["blocks"]))
        self.assertEqual([block.hex() for block in blocks], given["blocks"])
        callers = [draw.callers[h] for h in t.plan.households]
        self.assertEqual([str(c.ticket) for c in callers], given["tickets"])
        self.assertEqual([str(c.lot) for c in callers], given["lots"])
        self.assertEqual([c.id for c in draw.order], given["order"])
        for caller, expected in zip(draw.order, given["offers"]):
            draw.call(caller)
            offer = draw.offer(caller)
            offered = [units[i] for i in draw.free.all_of(offer)]
            self.assertEqual([unit.id for unit in offered], expected)
            self.assertEqual(draw.how_many(offer), len(expected))
            unit = offered[caller.lot % len(offered)] if offered else None
            self.assertEqual(unit.id if unit else None, given["picks"][caller.id])
            if unit:
                draw.pick(caller, unit)
            else:
                caller.standby = True


class Primitives(unittest.TestCase):
    def test_tree(self):
        inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                  "606162636465666768696a6b6c6d6e6f"]
        tree = verify.Tree()
        roots = []
        for text in inputs:
            tree.add(bytes.fromhex(text))
            roots.append(tree.root().hex())
        self.assertEqual(roots[2],
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")
        self.assertEqual(roots[7],
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
        self.assertEqual(verify.Tree().root(), hashlib.sha256(b"").digest())

    def test_proofs(self):
        """Proofs made from the definition lead to the root, and to no other place."""
        def root_and_path(leaves, index):
            if len(leaves) == 1:
                return leaves[0], []
            split = 1
            while split * 2 < len(leaves):
                split *= 2
            left, path = root_and_path(leaves[:split], index if index < split else 0)
            right, other = root_and_path(leaves[split:], index - split if index >= split else 0)
            node = hashlib.sha256(b"\x01" + left + right).digest()
            return node, path + [right] if index < split else other + [left]

        for size in range(1, 20):
            leaves = [hashlib.sha256(b"%d" % i).digest() for i in range(size)]
            for index in range(size):
                root, path = root_and_path(leaves, index)
                self.assertEqual(verify.root_from_proof(leaves[index], index, size, path), root)
                for wrong in (index + 1, index - 1, size):
                    if wrong >= 0 and wrong != index:
                        self.assertNotEqual(
                            verify.root_from_proof(leaves[index], wrong, size, path), root)
                self.assertNotEqual(
                    verify.root_from_proof(leaves[index], index, size, path + [root]), root)

    def test_chacha20(self):
        key = bytes.fromhex("c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d")
        stream = int.from_bytes(bytes.fromhex("1ada31d5cf688221"), "little")
        self.assertEqual(keystream(key, 0, 1, stream)[0][:32].hex(),
                         "f63a89b75c2271f9368816542ba52f06ed49241792302b00b5e8f80ae9a473af")
        # Side by side they are what each is alone, also where the counter goes over 32 bits.
        for first, count in ((0, 257), (2**32 - 3, 6), (2**64 - 2, 2)):
            alone = [keystream(key, first + i, 1, stream)[0] for i in range(count)]
            self.assertEqual(keystream(key, first, count, stream), alone)
        # Of a block each household has its own, beyond those that are worked at once.
        drawn = list(verify.tickets_and_lots(key, 600))
        self.assertEqual(len(drawn), 600)
        for i in (0, 255, 256, 511, 512, 599):
            block = keystream(key, i)[0]
            self.assertEqual(drawn[i], (int.from_bytes(block[:8], "little"),
                                        int.from_bytes(block[8:24], "little")))

    def test_rfc_8032(self):
        """Section 7.1, tests 1 to 3."""
        for public, message, signature in (
                ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                 "5fb8821590a33bacc61e39701cf9b46b"
                 "d25bf5f0595bbe24655141438e7a100b"),
                ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                 "085ac1e43e15996e458f3613d0f11d8c"
                 "387b2eaeb4302aeeb00d291612bb0c00"),
                ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                 "18ff9b538d16f290ae67f760984dc659"
                 "4a7c15e9716ed28dc027beceea1ec40a")):
            public, message, signature = map(bytes.fromhex, (public, message, signature))
            self.assertTrue(verify.signature_is_right(public, message, signature))
            self.assertFalse(verify.signature_is_right(public, message + b"x", signature))
            for bit in (0, 255, 256, 511):
                wrong = bytearray(signature)
                wrong[bit // 8] ^= 1 << bit % 8
                self.assertFalse(verify.signature_is_right(public, message, bytes(wrong)))
            s = int.from_bytes(signature[32:], "little") + verify.ORDER  # the same S, not reduced
            again = signature[:32] + s.to_bytes(32, "little")
            self.assertFalse(verify.signature_is_right(public, message, again))

    def test_strictness(self):
        """Points that are not canonical, or of small order, are refused as keys and as R."""
        neutral, zero = (1).to_bytes(32, "little"), bytes(32)
        other = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
        for data in (neutral, zero, other, (verify.PRIME - 1).to_bytes(32, "little"),
                     bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0"
                                   "d5dfac05d3c63339b13802886d53fc05")):
            self.assertIsNotNone(verify.decode_point(data))
            self.assertIsNone(verify.strict_point(data))
        minus_zero = (1 | 1 << 255).to_bytes(32, "little")     # x = 0 with the sign bit
        too_large = (verify.PRIME + 1).to_bytes(32, "little")  # y = 1, not reduced
        no_point = (2).to_bytes(32, "little")
        for data in (minus_zero, too_large, no_point, b"\xff" * 32):
            self.assertIsNone(verify.decode_point(data))
        # With A and R neutral and S = 0 the equation holds for every message; strictly it does
        # not count.
        self.assertFalse(verify.signature_is_right(neutral, b"anything", neutral + zero))

    def test_cosignature(self):
        line = ("— panel.example/resident-1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4"
                "FIYx2quJ2tDmuokInX9WB"
                "WkoidPgob0Y0BMTzwU2oaZ64oidCQ==")
        public = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        root = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
        name, key_id, time, signature = verify.read_signature(line)
        self.assertEqual((name, key_id, time), ("panel.example/resident-1", "81980b90", 1700000000))
        body = verify.checkpoint_body("draw.example/2026-001", 8, root)
        message = verify.signed_message(time, body)
        self.assertEqual(hashlib.sha256(message).hexdigest(),
                         "a99d1b30905075cb9806fede19524baff12c74b772c3c85e4b34ede88f54c241")
        self.assertTrue(verify.signature_is_right(public, message, signature))
        for wrong in (line + " ", line.replace("— ", "- "), line[:-1],
                      line.replace("==", "=="[:1]), line + "\n"):
            self.assertIsNone(verify.read_signature(wrong))

    def test_matching_against_trying_all(self):
        """D4: a unit is offered if and only if, without it, those who wait can be served as well
        as with it."""
        def largest(needs, units):
            if not needs:
                return 0
            best = largest(needs[1:], units)
            for i, unit in enumerate(units):
                if needs[0] <= unit:
                    best = max(best, 1 + largest(needs[1:], units[:i] + units[i + 1:]))
            return best

        rng = random.Random(1)
        for _ in range(300):
            units = [frozenset(n for n in "abc" if rng.random() < 0.5)
                     for _ in range(rng.randrange(1, 6))]
            needs = [frozenset(n for n in "abc" if rng.random() < 0.4)
                     for _ in range(rng.randrange(5))]
            needs = [n for n in needs if n]
            matching = verify.Matching(set(needs), set(units))
            for unit in units:
                matching.change_free(unit, 1)
            for need in needs:
                matching.change_waiting(need, 1)
            self.assertEqual(sum(matching.placed.values()), largest(needs, units))
            loose = matching.loose()
            for i, unit in enumerate(units):
                spared = largest(needs, units[:i] + units[i + 1:]) == largest(needs, units)
                self.assertEqual(unit in loose, spared)


class Large(unittest.TestCase):
    """The short ways of large pools against the long ones."""

    def test_the_nth_free_unit_of_some_classes(self):
        rng = random.Random(1)
        for size in (0, 1, 255, 256, 257, 2000):
            free = verify.FreeUnits([frozenset(str(rng.randrange(3))) for _ in range(size)])
            for i in rng.sample(range(size), size // 2):
                free.change(i, False)
            for i in [i for i in range(size) if not free.free[i] and rng.random() < 0.2]:
                free.change(i, True)
            for names in ("0", "01", "012"):
                wanted = [frozenset(name) for name in names if frozenset(name) in free.count]
                there = [i for i in range(size) if free.free[i] and free.classes[i] in wanted]
                self.assertEqual(list(free.all_of(wanted)), there)
                self.assertEqual(sum(free.count[c] for c in wanted), len(there))
                self.assertEqual([free.nth(wanted, n) for n in range(len(there))], there)

    def test_the_first_on_standby_who_accepts(self):
        rng = random.Random(2)
        sets = [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]
        for _ in range(50):
            households = [unittest.mock.Mock(needs=rng.choice(sets)) for _ in range(12)]
            most = {one: rng.randrange(4) for one in households}    # the area that it accepts
            standby = verify.StandbyList(households)
            for one, area in most.items():
                standby.set(one, area)
            while most:
                unit = unittest.mock.Mock(features=rng.choice(sets), area=rng.choice([None, 1, 2, 3]))
                start = rng.randrange(14)
                first = next((place for place, one in enumerate(households) if place >= start
                              and one in most and one.needs <= unit.features
                              and (unit.area or 0) <= most[one]), None)
                self.assertEqual(standby.first(unit, start), first)
                one = rng.choice(households)
                if rng.random() < 0.5:
                    most.pop(one, None)
                elif one in most:
                    most[one] = rng.randrange(4)
                standby.set(one, most.get(one))


def read_or_refused(read, raw):
    try:
        return list(read(raw).items())
    except verify.NotInProfile:
        return None


class Lines(unittest.TestCase):
    GOOD = b'{"kind":"undo","reason":"a"}'

    def test_one_spelling_only(self):
        verify.parse_line(self.GOOD)
        verify.parse_line(b'{"kind":"undo","reason":"\\"\\\\\\n","at":0}')
        for bad in (b"", b" " + self.GOOD, self.GOOD + b" ", self.GOOD + b"\r",
                    self.GOOD.replace(b":", b": "),
                    b'{"reason":"a","kind":"undo"}', b'{"kind":"undo"}',
                    b'{"kind":"undo","reason":"a","reason":"a"}',
                    b'{"kind":"undo","reason":null}', b'{"kind":"undo","reason":"a","at":01}',
                    b'{"kind":"undo","reason":"a","at":-1}',
                    b'{"kind":"undo","reason":"a","at":1.0}',
                    b'{"kind":"undo","reason":"a","at":9007199254740992}',
                    b'{"kind":"undo","reason":"a","at":1e3}',
                    b'{"kind":"undo","reason":"\\u0061"}', b'{"kind":"undo","reason":"\\/"}',
                    b'{"kind":"undo","reason":"\t"}', b'{"kind":"undo","reason":"\x7f"}',
                    b'{"kind":"undo","reason":"\xed\xa0\x80"}', b'{"kind":"undo","reason":"\xff"}',
                    b'{"kind":"undo","reason":"' + b"9" * 65600 + b'"}', b"[" * 60000,
                    b'{"kind":"Undo","reason":"a"}',
                    b'{"kind":"undo","reason":"a","at":' + b"9" * 5000 + b"}",
                    b'{"kind":"unit","pool":"A","id":"a","label":"1","storey":1,"features":[]}'):
            with self.assertRaises(verify.NotInProfile, msg=bad[:60]):
                verify.parse_line(bad)

    def test_quick_way(self):
        """It gives what the cursor gives, or nothing: over all lines of the corpus, and over
        lines with a byte changed, left out or put in."""
        rng, lines = random.Random(15), set()
        for folder in ("valid", "tampered"):
            for name in sorted(os.listdir(os.path.join(VECTORS, "corpus", folder))):
                if name.endswith(".jsonl"):
                    lines.update(read_bytes("corpus", folder, name).split(b"\n"))
        lines, took, by_kind = sorted(lines), 0, {}
        for raw in lines:
            by_kind.setdefault(raw[:16], raw)
        changed = []
        for raw in sorted(by_kind.values()) * 40 + rng.sample(lines, 4000):
            at = rng.randrange(len(raw) + 1)
            put = rng.choice((b'"', b"\\", b",", b"0", b"9", b"{", b"}", b"[", b"]", b":", b" ", b"",
                              b"\n", b"\x7f", b"\x1f", b"\xff", "楼".encode(), b'","', b"999999"))
            changed.append(raw[:at] + put + raw[at + rng.randrange(3):])
        for raw in lines + changed:
            try:
                quick = verify.read_quickly(raw.decode())
            except UnicodeDecodeError:
                continue
            if quick is not None and len(raw) <= verify.MAX_LINE:
                took += 1
                self.assertEqual(list(quick.items()), read_or_refused(verify.read_by_cursor, raw),
                                 raw)
        self.assertGreater(took, len(lines) * 0.8)

    def test_quick_way_at_its_limits(self):
        for lot in (0, 10**38 - 1, 2**128 - 1, 2**128, 3 * 10**38 - 1, 10**39):
            raw = ('{"kind":"call","pool":"A","place":1,"household":"a","ticket":"%d"}' % lot).encode()
            self.assertEqual(read_or_refused(verify.parse_line, raw),
                             read_or_refused(verify.read_by_cursor, raw))
            self.assertEqual(read_or_refused(verify.parse_line, raw) is None, lot >= 2**128)
        for n in (0, 10**15 - 1, 10**15, 2**53 - 1, 2**53, 10**16):
            raw = ('{"kind":"absent","member":"a","at":%d}' % n).encode()
            self.assertEqual(read_or_refused(verify.parse_line, raw) is None, n >= 2**53)

    def test_equal_to_encoding_again(self):
        """What the cursor takes is what an encoder of the one spelling would write."""
        for name in ("valid/aftermath.jsonl", "valid/unicode.jsonl",
                     "valid/estate-with-times.jsonl"):
            for raw in read_bytes("corpus", name).splitlines():
                line = verify.parse_line(raw)
                for key in ("ticket", "lot"):
                    if key in line:
                        line[key] = str(line[key])
                again = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
                self.assertEqual(again.encode("utf-8"), raw)


class Hostile(unittest.TestCase):
    def test_nothing_crashes(self):
        data = read_bytes("corpus", "valid", "aftermath.jsonl")
        rng = random.Random(7)
        for _ in range(60):
            changed = bytearray(data[:rng.randrange(1, len(data))] if rng.random() < 0.3 else data)
            for _ in range(rng.randrange(1, 20)):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            verify_bytes(bytes(changed))

    def test_cut_everywhere(self):
        data = read_bytes("worked", "transcript.jsonl")
        for size in range(20, len(data), 97):
            report = verify_bytes(data[:size])
            self.assertEqual((report["verdict"], report["level"]), ("unfinished", "none"))
            self.assertEqual(report["unfinished"]["lines"], data[:size].count(b"\n"))
            self.assertEqual(report["unfinished"]["torn"], size - data[:size].rfind(b"\n") - 1)

    def test_no_control_character_is_printed(self):
        data = read_bytes("worked", "transcript.jsonl")
        data = data.replace("7号地块".encode(), "\x9b31m\u202e".encode())
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "hostile.jsonl")
            with open(path, "wb") as file:
                file.write(data)
            for options in ([], ["--json"], ["--lang", "zh", "--household", "\x1b[2J"]):
                code, out, err = run_command(path, *options)
                self.assertEqual(code, 1)
                for c in out + err:
                    self.assertTrue(c == "\n" or c.isprintable(), repr(c))


class Receipts(unittest.TestCase):
    """A receipt made here from the worked example, by the definition of section 10."""

    def make(self, numbers, size=30, signatures=True):
        lines = read_bytes("worked", "transcript.jsonl").splitlines()

        def path(first, last, index):
            if last - first == 1:
                return hashlib.sha256(b"\x00" + lines[first]).digest(), []
            split = 1
            while split * 2 < last - first:
                split *= 2
            left, a = path(first, first + split, index)
            right, b = path(first + split, last, index)
            node = hashlib.sha256(b"\x01" + left + right).digest()
            return node, a + [right] if index < first + split else b + [left]

        text = "floorlot/1 receipt\n"
        for number in numbers:
            _, proof = path(0, size, number)
            text += "index %d\nline %s\n" % (number, lines[number].decode())
            text += "".join(verify.base64.b64encode(node).decode() + "\n" for node in proof) + "\n"
        root, _ = path(0, size, 0)
        text += verify.checkpoint_body("draw.example/2026-001", size, root)
        if signatures:
            signed = [verify.parse_line(line)["signature"] for line in lines[31:33]]
            text += "\n" + "".join(signature + "\n" for signature in signed)
        return text.encode()

    def outcomes(self, data, fingerprints=(), benches=()):
        report = verify.verify_receipt(data, list(fingerprints), list(benches))
        return report, [check["outcome"] for check in report["checks"]]

    def test_good_and_bad(self):
        data = self.make([0, 6, 8, 9, 24, 25, 26])
        panel = os.path.join(VECTORS, "worked", "transcript.jsonl")
        benches, refused, _ = verify.read_panel(panel)
        self.assertIsNone(refused)
        head = "96624 05912 80972 23449 48480 75702 50812 34134 42460 05443 54325 02944"
        report, outcomes = self.outcomes(data, [head], benches)
        self.assertEqual(outcomes, ["passed"] * 5)
        self.assertTrue(report["anchored"] and report["signed"])
        facts = report["facts"]
        self.assertEqual((facts["household"], facts["unit"]), ("H001", "A-1801"))
        self.assertEqual(self.outcomes(data)[1][3:], ["not_run", "not_run"])
        self.assertEqual(self.outcomes(data, ["0"])[1][3], "failed")
        self.assertEqual(self.outcomes(data.replace(b'"number":0', b'"number":1'))[1][1], "failed")
        # The pick of another household; a flat that it has not.
        self.assertEqual(self.outcomes(self.make([0, 6, 8, 9, 24, 27, 28]))[1][2], "failed")
        self.assertEqual(self.outcomes(self.make([0, 6, 7, 9, 24, 25, 26]))[1][2], "failed")
        self.assertEqual(self.outcomes(self.make([25, 26], signatures=False))[0]["verdict"], "verified")
        # The next line is missing, or is not the next.
        self.assertEqual(self.outcomes(self.make([0, 6, 8, 9, 24, 25]))[1][2], "failed")
        self.assertEqual(self.outcomes(self.make([0, 6, 8, 9, 24, 25, 27]))[1][2], "failed")
        unsigned = self.make([0, 6, 8, 9, 24, 25, 26], signatures=False)
        wrong = data.replace(b"krLOCzi0AQ", b"krLOCzi1AQ")  # a bit of the signature of o1
        self.assertNotEqual(wrong, data)
        self.assertEqual(self.outcomes(wrong, benches=benches)[1],
                         ["passed", "passed", "passed", "not_run", "failed"])
        self.assertEqual(self.outcomes(unsigned, benches=benches)[1][4], "not_run")
        # A last LF that is missing is put there.
        self.assertEqual(self.outcomes(data[:-1])[0]["verdict"], "verified")
        for wrong in (data[:-2], data.replace(b"index 6", b"index 06"),
                      data.replace(b"\n\n", b"\n", 1),
                      data.replace(b"index 8", b"index 6")):
            self.assertEqual(self.outcomes(wrong)[1], ["failed"] + ["not_run"] * 4)
        for size in range(18, len(data), 61):  # cut anywhere: no crash
            with contextlib.suppress(verify.Unreadable):
                self.outcomes(data[:size])
        with self.assertRaises(verify.Unreadable):
            self.outcomes(b"something else")

    def test_as_programs_save_it(self):
        """R1: what stands around the lines is forgiven, and said."""
        data = self.make([0, 6, 8, 9, 24, 25, 26])
        plain, crlf = self.outcomes(data)[0], data.replace(b"\n", b"\r\n")
        self.assertNotIn("note", plain)
        for saved, note in (
                (crlf, "CR LF"), (crlf[:-2], "CR LF"), (crlf[:-1], "CR LF"),
                (crlf + b"\r\n \r\n", "Empty lines"), (data + b"\n\n", "Empty lines"),
                (data.replace(b"\n", b"\r\n", 3), "CR LF"), (b"\xef\xbb\xbf" + data, "BOM"), (data + b" \t", "Empty lines")):
            report = self.outcomes(saved)[0]
            self.assertIn(note, report.pop("note")["en"])
            self.assertEqual(report, plain)
        for other in (data.replace(b"\n", b"\r"), data.replace(b"\n", b"\n\n"),
                      data.replace(b"\n", b" \n")):
            self.assertEqual(self.outcomes(other)[0]["verdict"], "refuted")

    def test_what_a_file_is_that_is_no_receipt(self):
        data = self.make([0, 6, 8, 9, 24, 25, 26])
        self.assertNotIn("王".encode(), data)
        bad = data + b"\xcd\xf5\n"
        for harmed, words in (
                (b"\xef\xbb\xbf " + data, "byte order mark"),
                (data.decode().encode("utf-16"), "UTF-16"),
                (data.decode().encode("utf-16-le"), "UTF-16"),
                (gzip.compress(data), "packed"), (b"PK\x03\x04", "packed"),
                (b"<html>", "the receipt itself"), (b"%PDF-1.4", "the receipt itself"),
                (b"\n" + data, "empty line"),
                (b" " + data, "White space"), (verify.base64.b64encode(data), "base64"),
                (bad, "not UTF-8"),
                              (b"\0" * 9, "zeros"), (b"", "empty line")):
            with self.assertRaises(verify.Unreadable) as error:
                self.outcomes(harmed)
            self.assertIn(words, error.exception.args[0])


def plan_lines(rule="lot", households=3):
    """A small plan: two benches with one member each, four units, one household with a need."""
    lines = [
        {"kind": "plan", "floorlot": 1, "origin": "draw.example/1", "title": "示例",
         "mode": "rehearsal", "attempt": 1, "benches": 2, "members": 2, "sources": 1, "pools": 1,
         "units": 4, "households": households},
        {"kind": "bench", "id": "b1", "title": "居民", "quorum": 1},
        {"kind": "bench", "id": "b2", "title": "工作人员", "quorum": 1},
        {"kind": "member", "id": "r1", "bench": "b1", "name": "王*", "key": KEYS[0]},
        {"kind": "member", "id": "o1", "bench": "b2", "name": "李*", "key": KEYS[1]},
        {"kind": "source", "device": "dice", "count": 20, "range": 10},
        {"kind": "pool", "id": "A", "title": "两室", "building": "1号楼", "rule": rule,
         **{"choice": {"absence": "last"}, "ranking": {"unranked": "lot"}}.get(rule, {}),
         "units": 4, "households": households}]
    lines += [{"kind": "unit", "pool": "A", "id": "U%d" % i, "label": "%d01" % i, "storey": i,
               **({"features": ["lift"]} if i == 1 else {})} for i in range(1, 5)]
    lines += [{"kind": "household", "pool": "A", "id": "H%d" % i, "name": "张*", "tier": 1,
               **({"needs": ["lift"]} if i == 3 else {}),
               **({"ranking": ["U4", "U3"]} if rule == "ranking" else {})}
              for i in range(1, households + 1)]
    return lines


KEYS = ["draw.example/r1+899b4ffa+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "draw.example/o1+0f5b36dc+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"]


def made_plan(lines):
    """Findings and plan, as the plan stage alone makes them."""
    findings = verify.Findings()
    plan = verify.Plan(findings)
    for line in lines:
        findings.number += 1
        plan.take(line)
    plan.end(bytes(32))
    return findings, plan


class Stages(unittest.TestCase):
    """Each stage by itself: what is right passes, and each rule fails alone when it is broken.

    The ids of the rules that were broken are collected; test_z looks that none is missing."""

    broken = set()

    def assert_broken(self, rules, findings):
        """Just these rules failed (none, or several where one fault has to break another)."""
        failed = {name for name, check in findings.checks.items() if check.failed}
        self.assertEqual(failed, set((rules or "").split()))
        self.broken.update(failed)

    # -- the plan

    def break_plan(self, rule, change, kind="lot"):
        lines = plan_lines(kind)
        change(lines)
        self.assert_broken(rule, made_plan(lines)[0])

    def test_plan(self):
        for kind in ("lot", "choice", "ranking"):
            self.assert_broken(None, made_plan(plan_lines(kind))[0])
        for measured in ({"area": 1}, {"area": 10**7, "price": 10**15}, {"price": 1}):
            lines = plan_lines("lot")
            lines[7].update(measured)
            self.assert_broken(None, made_plan(lines)[0])

        def put(number, **fields):
            return lambda lines: lines[number].update(fields)

        def same_key(lines):
            lines[4]["key"] = lines[3]["key"]

        prior = {"origin": "draw.example/0", "size": 1, "root": "00" * 32, "relation": "void",
                 "reason": "作废"}

        def one_bench(lines):
            del lines[4], lines[2]
            lines[0].update(benches=1, members=1)

        def elsewhere(lines):
            lines[12]["pool"] = "B"
            lines[6]["households"] = 2

        for rule, change in (
                ("P1", put(0, floorlot=2)), ("P1", put(0, origin="/x")), ("P1", put(0, units=5)),
                ("P1", put(6, units=3)), ("P2", put(4, id="R1")), ("P2", put(8, features=["a b"])),
                ("P3", put(0, title="")), ("P3", put(7, label=" 1")),
                ("P3", put(1, title="a\u202e")),
                ("P4", elsewhere), ("P5", put(1, quorum=2)), ("P5", put(1, quorum=0)),
                ("P6", put(5, count=19)), ("P6", put(5, range=11)), ("P6", put(5, round=1)),
                ("P7", put(7, storey=0)), ("P7", put(11, tier=1000)), ("P7", put(6, seconds=60)),
                ("P7", put(8, features=["lift", "a"])), ("P7", put(6, absence="lot")),
                ("P9", put(11, ranking=["U1"])), ("P10", put(7, features=["stairs"])),
                ("P11", put(0, attempt=2)), ("P11", put(0, attempt=1000, prior=prior)),
                ("P11", put(0, prior={**prior, "origin": "draw.example/1"})),
                ("P11", put(0, prior={**prior, "origin": "x/"})), ("P3", put(0, prior={
                    **prior, "reason": "x" * 601})),
                ("P4 P5", put(3, bench="b9")), ("P5", one_bench), ("P1 P5", put(0, members=257)),
                ("P1 P6", put(0, sources=17)), ("P1 P7", put(0, pools=65536)),
                ("P6", put(5, count=201)), ("P6", put(5, device="drand")),
                ("P6", lambda lines: lines.__setitem__(5, {
                    "kind": "source", "device": "drand", "round": 0})),
                ("P7", put(6, unranked="lot")), ("P1 P7", put(6, households=0)),
                ("P7", put(8, features=["f%02d" % i for i in range(17)])),
                ("P7", put(11, tier=0)), ("P7", put(7, storey=1000)),
                ("P7", put(7, area=0)), ("P7", put(7, area=10**7 + 1)),
                ("P7", put(7, price=0)), ("P7", put(7, price=10**15 + 1)),
                ("P12", put(3, key=KEYS[0][:-1])), ("P12", same_key),
                ("P13", lambda lines: lines[8].update(
                    label=lines[7]["label"], storey=lines[7]["storey"])),
                ("P13", lambda lines: [line.update(person="ab" * 32) for line in lines[-2:]]),
                ("P15", lambda lines: lines[-1].update(family="F1"))):
            with self.subTest(rule=rule):
                self.break_plan(rule, change)
        for rule, change in self.beside_the_draw():
            with self.subTest(rule=rule):
                self.break_plan(rule, change)
        self.break_plan("P9", put(11, ranking=["U4", "U4"]), "ranking")
        self.break_plan("P7", put(6, seconds=9), "choice")

        def apart(lines):
            lines[11].update(group="G", tier=2)
            lines[12].update(group="G")

        self.break_plan("P8", apart)

    @staticmethod
    def beside_the_draw():
        """What breaks a rule in documents, and in flats that are kept out."""
        def with_lines(papers, flats, **counts):
            def change(lines):
                lines[0].update({"documents": len(papers), "excluded": len(flats), **counts})
                for key in ("documents", "excluded"):
                    if lines[0][key] is None or lines[0][key] == 0 and key not in counts:
                        del lines[0][key]
                of = [line["kind"] for line in lines]
                at_pools, at_households = of.index("pool"), of.index("household")
                lines[at_households:at_households] = flats
                lines[at_pools:at_pools] = papers
            return change

        paper = {"kind": "document", "what": "method", "name": "a.pdf", "title": "t", "sha256": "ab" * 32}
        flat = {"kind": "excluded", "id": "X1", "building": "9", "label": "1", "storey": 1, "reason": "x"}
        return (
            (None, with_lines([paper], [flat])),
            ("P14", with_lines([paper, {**paper, "name": "A.PDF"}], [])),
            ("P14", with_lines([{**paper, "name": ".a"}], [])),
            ("P14", with_lines([{**paper, "sha256": "0" * 64}], [])),
            ("P14", with_lines([{**paper, "name": str(i)} for i in range(65)], [])),
            ("P1", with_lines([paper], [], documents=None)),
            ("P1", with_lines([paper], [], documents=2)),
            ("P1", with_lines([], [], excluded=0)),
            ("P1 P7", with_lines([], [flat], excluded=10**6 + 1)),
            ("P2", with_lines([], [{**flat, "id": "u1"}])),
            ("P7", with_lines([], [{**flat, "storey": 0}])),
            ("P7", with_lines([], [{**flat, "area": 0}])),
            ("P3", with_lines([], [{**flat, "reason": ""}])),
            ("P13", with_lines([], [flat, {**flat, "id": "X2", "label": "１"}])))

    def test_caps(self):
        """P7: the lines of a kind beyond its caps are one fault, counted in the header, and not
        read. Without caps 2 benches, 5 members, 3 pools, 13 units and 11 households are read of
        `estate`. test_corpus.mjs has the same table."""
        estate = os.path.join(VECTORS, "corpus", "valid", "estate.jsonl")
        for lines, id_bytes, p7, p1, ids, at in (
                (13, 78, 0, 0, 36, []),
                (12, 640, 1, 1, 35, [("unit", 25)]),
                (10, 640, 2, 2, 32, [("unit", 23), ("household", 36)]),
                (100, 40, 2, 3, 28, [("unit", 19), ("household", 36)]),
                (3, 640, 3, 6, 15, [("member", 7), ("unit", 16), ("household", 29)]),
                (0, 640, 5, 0, 0, [("bench", 2), ("member", 4), ("pool", 10), ("unit", 13),
                                   ("household", 26)])):
            with self.subTest(lines=lines, id_bytes=id_bytes), \
                    unittest.mock.patch.multiple(verify, MAX_LINES=lines, MAX_ID_BYTES=id_bytes):
                checks = verify.verify_file(estate, verify.Evidence()).findings.checks
                self.assertEqual((checks["P7"].failed, checks["P1"].failed), (p7, p1))
                self.assertEqual(checks["P2"].examined, ids)
                self.assertEqual([fault[2:0:-1] for fault in checks["P7"].faults], at)
                for _, _, kind, found, expected in checks["P7"].faults:
                    self.assertEqual(found, ("one more", "又一行"))
                    self.assertEqual(expected, (
                        "at most %d %s lines, with %d bytes of ids" % (lines, kind, id_bytes),
                        "至多 %d 个 %s 行，编号共 %d 字节" % (lines, kind, id_bytes)))

    def test_plan_of_many(self):
        """P7: 4,096 combinations of features in the plan. P9: 4,000 entries in a ranking."""
        def units(count):
            lines = plan_lines("ranking")
            lines[7:11] = [{**lines[8], "id": "U%d" % i, "label": "%d" % i, "features": ["f%d" % i]}
                           for i in range(count)]
            lines[0]["units"] = lines[6]["units"] = count
            lines[-1].pop("needs")
            for line in lines[-3:]:
                line["ranking"] = ["U0"]
            return lines

        self.assert_broken(None, made_plan(units(4096))[0])
        findings, plan = made_plan(units(4097))
        self.assert_broken("P7", findings)
        self.assertFalse(plan.is_sound)
        for count, broken in ((4000, None), (4001, "P9")):
            lines = units(4096)
            lines[-1]["ranking"] = ["U%d" % i for i in range(count)]
            self.assert_broken(broken, made_plan(lines)[0])

    # -- the sign-offs

    def signed(self, change=lambda line: line, only=2):
        """The sign-off under the plan of the worked example, with its lines changed."""
        lines = [verify.parse_line(line) for line in
                 read_bytes("worked", "transcript.jsonl").splitlines()]
        findings, plan = made_plan(lines[:11])
        signoffs = verify.SignOffs(findings, plan)
        checkpoint = verify.Checkpoint("plan", 12, 11, bytes(32), lines[11]["body"])
        signoffs.begin(checkpoint)
        for line in lines[12:12 + only]:
            signoffs.take(change(dict(line)))
        signoffs.end()
        return findings, checkpoint

    def test_signoffs(self):
        findings, checkpoint = self.signed()
        self.assert_broken(None, findings)
        self.assertEqual([c["keys"] for c in checkpoint.signoff.counts.values()], [1, 1])
        self.assert_broken(None, self.signed(only=0)[0])
        self.assert_broken("S1", self.signed(only=1)[0])
        findings, _ = self.signed(lambda line: {"kind": "unsigned", "member": "r1"})
        self.assert_broken("S1", findings)

        def bit(line):  # in the last byte of the signature
            data = bytearray(verify.base64.b64decode(line["signature"].split()[2]))
            data[-33] ^= 1
            text = verify.base64.b64encode(bytes(data)).decode()
            return {**line, "signature": " ".join(line["signature"].split()[:2] + [text])}

        findings, checkpoint = self.signed(bit)
        self.assert_broken("S2", findings)
        self.assertEqual([c["keys"] for c in checkpoint.signoff.counts.values()], [0, 0])
        self.assert_broken("S1", self.signed(lambda line: {**line, "member": "x"}, 1)[0])
        self.assert_broken("S2", self.signed(lambda line: {**line, "signature": "— x y"})[0])
        other = {"r1": "o1", "o1": "r1"}
        self.assert_broken("S4", self.signed(lambda line: {
            **line, "member": other[line["member"]]})[0])
        self.assert_broken("S3", self.signed(lambda line: {
            **line, "signature": line["signature"].replace("example/", "example/x")})[0])

    def test_batches_are_signed_as_the_result_was(self):
        lines = plan_lines()
        findings, plan = made_plan(lines)
        signoffs = verify.SignOffs(findings, plan)
        for stage, keys in (("result", 1), ("aftermath", 1), ("aftermath", 0)):
            signoffs.begin(verify.Checkpoint(stage, 12, 11, bytes(32), ""))
            for counts in signoffs.open.counts.values():
                counts["keys"] = keys
            signoffs.end()
        self.assert_broken("S5", findings)
        self.assertEqual(findings.checks["S5"].examined, 2)

    def test_times_of_signing_go_forward(self):
        findings, plan = made_plan(plan_lines())
        signoffs = verify.SignOffs(findings, plan)
        for stage, time in (("plan", 2 * 10**9), ("result", 2 * 10**9), ("aftermath", 10**9)):
            signoffs.begin(verify.Checkpoint(stage, 12, 11, bytes(32), ""))
            signoffs.sign_time(plan.panel.members[0], time)
            signoffs.open = None
        self.assert_broken("S6", findings)
        self.assertEqual((findings.checks["S6"].examined, signoffs.notes), (3, []))

    # The signature that RFC 8032 gives over this body with the seed 64, 65 to 95, as another
    # program made it.
    LOG_KEY = "draw.example/2026-001+7ea940cb+ASVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd"
    LOG_LINE = ("— draw.example/2026-001 fqlAy+jqjNrtJ+/kpJXpuJcH45gV6GQLK5x8bOTF0DtrKe"
                "DQucM8YL3aHlNUUnvznaRYTIWxe8KwlCTe6b6McKQ7+QY=")

    def logged(self, lines, key=LOG_KEY, header=None):
        """The lines directly under the checkpoint of the plan in the worked example."""
        worked = [verify.parse_line(line) for line in
                  read_bytes("worked", "transcript.jsonl").splitlines()]
        plan = worked[:11]
        plan[0] = {**plan[0], "log": key, **(header or {})}
        findings, plan = made_plan(plan)
        signoffs = verify.SignOffs(findings, plan)
        signoffs.await_log(verify.Checkpoint("plan", 12, 11, bytes(32), worked[11]["body"]))
        taken = [signoffs.log(line) for line in lines]
        return findings, taken

    def test_the_log_signs_every_checkpoint(self):
        line = {"kind": "log", "signature": self.LOG_LINE}
        findings, taken = self.logged([line, {"kind": "commit"}])
        self.assert_broken(None, findings)
        self.assertEqual((taken, findings.checks["S7"].examined), ([True, False], 1))
        for other in ({"kind": "commit"}, {**line, "signature": "— x y"},
                      {**line, "signature": self.LOG_LINE.replace("2026-001", "2026-002")},
                      {**line, "signature": self.LOG_LINE[:-4] + "AAAA"}):
            self.assert_broken("S7", self.logged([other])[0])
        for key in ("x" + self.LOG_KEY, self.LOG_KEY.replace("+A", "+B"),
                    self.LOG_KEY[:-4] + "AAAA"):
            self.assert_broken("P12", self.logged([], key)[0])
        self.assert_broken("P12", self.logged([], header={"origin": "draw.example/2026-002"})[0])

    def stamped(self, *tokens, stage="result"):
        """Tokens under the checkpoint of the result in the worked example."""
        findings, plan = made_plan(plan_lines())
        signoffs = verify.SignOffs(findings, plan)
        body = read_bytes("tokens", "checkpoint.body").decode()
        checkpoint = verify.Checkpoint(stage, 31, 30, bytes(32), body)
        signoffs.await_tokens(checkpoint)
        for token in tokens:
            signoffs.token({"kind": "token", "token": base64.b64encode(token).decode()})
        return findings, checkpoint, signoffs

    def test_the_time_token_of_openssl(self):
        token = read_bytes("tokens", "token.tst")
        known = read_bytes("tokens", "known.txt").decode().split()
        imprint, time, serial = verify.read_token(token)
        self.assertEqual([imprint.hex(), str(time), serial.hex()], known)
        findings, checkpoint, signoffs = self.stamped(token)
        self.assert_broken(None, findings)
        self.assertEqual(checkpoint.tokens, [(findings.number, time, serial.hex())])
        # An earlier one under a later checkpoint, which is not what it is over either.
        signoffs.await_tokens(checkpoint)
        signoffs.stamped_at[0] = time + 1
        signoffs.token({"kind": "token", "token": base64.b64encode(token).decode()})
        self.assert_broken("S8", findings)

    def test_what_is_no_time_token(self):
        token = read_bytes("tokens", "token.tst")
        at = token.index(b"20261128203559.698Z")
        for wrong in (b"", token[:-1], token + b"\0", b"\x30\x80" + token[4:] + b"\0\0",
                      read_bytes("tokens", "response.tsr"), token[:at] + b"20261128203559,698Z",
                      token.replace(b"\x0b*\x86H\x86\xf7\r\x01\t\x10\x01\x04",
                                    b"\x0b*\x86H\x86\xf7\r\x01\t\x10\x01\x05")):
            self.assert_broken("S8", self.stamped(wrong)[0])
        self.assert_broken("S8", self.stamped(token, token)[0])
        # Every change of a byte that is read is seen, or another time or serial number.
        same = {verify.read_token(token)}
        for n in range(at + 19):
            other = bytearray(token)
            other[n] ^= 1
            with contextlib.suppress(verify.NoToken):
                same.add(verify.read_token(bytes(other)))
        # The imprint, the serial number, digits of the time; and version, algorithms, policy,
        # which are not compared.
        self.assertGreater(len(same), 32)

    # -- the ceremony

    def ceremony(self, change=lambda lines: None, source=None):
        lines = plan_lines()
        lines[5] = source or lines[5]
        findings, plan = made_plan(lines)
        ceremony = verify.Ceremony(findings, plan)
        secret = "0123456789abcdef" * 2
        commit = verify.hash_text("floorlot/1 commit\nplan %s\nmember r1\nsecret %s\n" % (
            plan.root, secret))
        drand = "b4" * 48
        numbers = {"kind": "dice", "source": 1, "digits": "0" * 20} if not source else {
            "kind": "drand", "source": 1, "round": 1000, "signature": drand,
            "randomness": hashlib.sha256(bytes.fromhex(drand)).hexdigest()}
        said = {"r1": {"kind": "commit", "member": "r1", "commit": commit},
                "o1": {"kind": "envelope", "member": "o1"}, "after roll call": None,
                "reveal r1": {"kind": "reveal", "member": "r1", "secret": secret},
                "reveal o1": {"kind": "reveal", "member": "o1", "secret": "8842"},
                "close": {"kind": "close", "what": "reveals", "at": 1000}, "numbers": numbers,
                "seed": None}
        change(said)
        for name, line in said.items():
            if name == "after roll call":
                ceremony.end_roll_call()
            elif name == "close":
                ceremony.end_answers(line)
            elif name == "seed":
                ceremony.end_numbers()
                ceremony.take(line or {"kind": "seed", "seed": ceremony.expected_seed()})
            for one in line if isinstance(line, list) else []:
                ceremony.take(one)
            if name not in ("after roll call", "close", "seed") and isinstance(line, dict):
                ceremony.take(line)
        return findings

    def test_ceremony(self):
        drand = {"kind": "source", "device": "drand", "round": 1000}
        self.assert_broken(None, self.ceremony())
        self.assert_broken(None, self.ceremony(source=drand))

        def put(name, **fields):
            return lambda said: said.update({name: {**(said[name] or {}), **fields}})

        def gone(name):
            return lambda said: said.update({name: None})

        for rule, change in (
                ("C3", put("reveal r1", secret="f" * 32)), ("C3", put("reveal o1", secret="8-8")),
                ("C4", gone("reveal o1")), ("C4", put("reveal o1", kind="withheld")),
                ("C5", put("numbers", digits="0" * 19)), ("C5", gone("numbers")),
                ("C5", put("numbers", source=2)),
                ("C6", put("seed", kind="seed", seed="00" * 32))):
            self.assert_broken(rule, self.ceremony(change))
        for change in (put("numbers", round=1001), put("close", at=1692803367 + 3 * 999),
                       put("numbers", randomness="00" * 32)):
            self.assert_broken("C7", self.ceremony(change, drand))

        def again(name):
            return lambda said: said.update({name: [said[name], said[name]]})

        for rule, name in (("C1", "r1"), ("C4", "reveal o1")):
            self.assert_broken(rule, self.ceremony(again(name)))

        def missing(said, said_of_o1):
            said.update({"o1": said_of_o1, "reveal o1": None})

        # Without o1 its bench has no quorum of commitments, and so none of reveals.
        for said_of_o1, rules in (({"kind": "absent", "member": "o1"}, "C2 C4"),
                                  ({"kind": "absent", "member": "r1"}, "C1 C2 C4"),
                                  (None, "C1 C2 C4")):
            findings = self.ceremony(functools.partial(missing, said_of_o1=said_of_o1))
            self.assert_broken(rules, findings)

    # -- the draw

    def drawn(self, change=lambda number, line: line, rule="lot", households=3, miss=False):
        """A whole draw of the plan by its rules; `change` may replace each line by another, by
        none, or by several."""
        findings, plan = made_plan(plan_lines(rule, households))
        ceremony = verify.Ceremony(findings, plan)
        ceremony.seed = "5a" * 32
        draw = verify.Draw(findings, plan, ceremony, verify.Account(None))
        number = 0

        def put(kind, **fields):
            nonlocal number
            number += 1
            findings.number += 1
            line = change(number, {"kind": kind, **fields})
            for one in line if isinstance(line, list) else [line] if line else []:
                draw.take(one)

        key = verify.hash_text("floorlot/1 pool\nseed %s\npool A\n" % ceremony.seed)
        put("open", pool="A", key=key)
        turns = draw.open
        while turns and turns.due() and not draw.lost:
            due = turns.due()
            put("call", pool="A", place=turns.calls + 1, household=due.id, ticket=due.ticket)
            offer = turns.offer(due)
            offered = turns.how_many(offer)
            way, unit, rank = draw.due_way(turns, due, offer)
            name = {"household": due.id}
            if not offered:
                put("standby", **name, place=turns.standby + 1)
                continue
            if miss and due.misses == 0:
                put("missed", **name)
                continue
            units = [plan.units[i] for i in turns.free.all_of(offer)]
            extra = {"lot": {"lot": due.lot, "number": due.lot % offered}, "choice": {},
                     "ranking": {"rank": rank}}[way]
            unit = unit or units[due.lot % offered if way == "lot" else 0]
            put("pick", **name, by=way, offered=offered, **extra, unit=unit.id)
        if turns:
            left = [unit for unit in plan.units if turns.free.free[unit.place]]
            put("end", pool="A", picked=turns.picked, standby=turns.standby, leftover=len(left))
            for unit in left:
                put("leftover", pool="A", unit=unit.id)
        draw.end()
        result = change(0, {"kind": "result", **draw.sums})
        draw.check_result(result)
        return findings

    def test_draw(self):
        for rule in ("lot", "choice", "ranking"):
            self.assert_broken(None, self.drawn(rule=rule))
        self.assert_broken(None, self.drawn(households=6))  # two of them on standby
        self.assert_broken(None, self.drawn(rule="choice", miss=True))

        def put(kind, **fields):
            """Changes the first line of the kind."""
            done = []

            def change(number, line):
                if line["kind"] != kind or done:
                    return line
                done.append(number)
                return {**line, **{key: value(line[key]) if callable(value) else value
                                   for key, value in fields.items()}}
            return change

        def more(number):
            return number + 1

        def twice(kind):
            return lambda number, line: [line, line] if line["kind"] == kind else line

        def undo(number, line):
            undone = {"kind": "undo", "reason": "看错"}
            return [line, undone] if number == 2 else line  # after a call

        for rule, change in (
                ("D1", put("open", key="00" * 32)), ("D2", put("call", place=more)),
                ("D2", put("call", pool="B")), ("D3", put("call", ticket=more)),
                ("D4", put("pick", offered=more)), ("D6", put("pick", lot=more)),
                ("D6", put("pick", number=more)), ("D6", put("pick", rank=1)),
                ("D6", put("pick", proxy="李*")), ("D9", undo), ("D11", put("end", picked=more)),
                ("D11", put("leftover", unit="U9")), ("D11", twice("leftover")),
                ("D12", put("result", picked=more))):
            self.assert_broken(rule, self.drawn(change))
        def another(number, line):
            """Another unit of those on offer."""
            if line["kind"] == "pick" and line["household"] != "H3" and not changed:
                changed.append(next(u for u in ("U2", "U3") if u != line["unit"]))
                return {**line, "unit": changed[0]}
            return line

        def first(kind, *, becomes):
            """The first line of the kind becomes these lines."""
            done = []

            def change(number, line):
                if line["kind"] != kind or done:
                    return line
                done.append(number)
                return becomes(line)
            return change

        changed = []
        self.assert_broken("D6", self.drawn(another))
        for rules, kind, becomes, options in (
                ("D1", "open", lambda line: {**line, "pool": "B"}, {}),
                ("D8", "pick", lambda line: {**line, "by": "choice"}, {}),
                ("D8", "pick", lambda line: {**line, "by": "lot"}, {"rule": "choice"}),
                ("D7", "pick", lambda line: {**line, "by": "lot"}, {"rule": "ranking"}),
                ("D8", "pick", lambda line: [{"kind": "missed",
                                              "household": line["household"]}, line], {}),
                ("D8 D10", "standby", lambda line: [{**line, "kind": "missed"}, line],
                 {"households": 6}),
                ("D10", "pick", lambda line: {"kind": "standby", "household": line["household"],
                                              "place": 1}, {"rule": "choice"}),
                ("D11", "end", lambda line: {**line, "pool": "B"}, {}),
                ("D11", "leftover", lambda line: [], {})):
            with self.subTest(rules=rules, kind=kind):
                self.assert_broken(rules, self.drawn(first(kind, becomes=becomes), **options))
        self.assert_broken("D7", self.drawn(put("pick", rank=more), "ranking"))
        self.assert_broken("D8", self.drawn(put("pick", rank=1), "choice"))
        self.assert_broken("D10", self.drawn(put("standby", place=more), households=6))

    def test_what_cannot_be_followed_ends_the_draw(self):
        """Section 7: a call of another, a pick of what is taken, an end while somebody is due."""
        calls, picks = [], []

        def again(number, line):
            calls.extend([line] if line["kind"] == "call" else [])
            return [{**calls[0], "place": 7}, line] if line["kind"] == "end" else line

        def taken(number, line):
            picks.extend([line] if line["kind"] == "pick" else [])
            twice = line["kind"] == "pick" and len(picks) == 2
            return {**line, "unit": picks[0]["unit"]} if twice else line

        def early(number, line):
            return {**line, "kind": "end", "pool": "A"} if line["kind"] == "call" else line

        for rules, change in (("D2", again), ("D5 D6", taken), ("D11", early)):
            findings = self.drawn(change)
            self.assert_broken(rules, findings)
            self.assertEqual([findings.checks[rule].failed for rule in rules.split()],
                             [1] * len(rules.split()))

    def test_draw_of_what_is_not_on_offer(self):
        """D4, D5, D13: U1 is the only one with a lift, and is held back for H3."""
        def other(number, line):
            if line["kind"] == "pick" and line["household"] != "H3" and "U1" not in taken:
                taken.append("U1")
                return {**line, "unit": "U1"}
            return line

        def stairs(number, line):
            if line["kind"] == "pick" and line["household"] == "H3":
                return {**line, "unit": "U2"}
            return line

        for change, rules in ((other, {"D5"}), (stairs, {"D5", "D13"})):
            taken = []
            findings = self.drawn(change, "choice")
            self.assertLessEqual(rules, {r for r, c in findings.checks.items() if c.failed})
            self.broken.update(rules)

    # -- the aftermath

    def after(self, *events):
        """The events after a draw in which H1 holds U2, H2 holds U3, and H3 is on standby."""
        findings, plan = made_plan([{**line, "needs": ["lift"]} if line.get("id") == "H1" else line
                                    for line in plan_lines()])
        findings = verify.Findings()  # (that needs of H1 and H3 cannot both be met is no matter)
        ceremony = verify.Ceremony(findings, plan)
        ceremony.seed = "5a" * 32
        draw = verify.Draw(findings, plan, ceremony, verify.Account("H1"))
        for household, unit in zip(plan.households, [plan.units[1], plan.units[2], None]):
            draw.callers[household] = verify.Caller(household, 0, 0)
            draw.callers[household].unit = unit
        draw.standby_order.append(plan.households[2])
        plan.households[0].needs = plan.households[2].needs = frozenset()
        aftermath = verify.Aftermath(findings, plan, draw, draw.account)
        for event in events:
            findings.number += 1
            aftermath.take(event)
        aftermath.end_of_file()
        return findings, aftermath

    def test_aftermath(self):
        objection = {"kind": "objection", "id": "E1", "household": "H1", "text": "我反对"}
        ruling = {"kind": "ruling", "objection": "E1", "decision": "rejected", "reason": "不成立"}
        withdrawal = {"kind": "withdrawal", "household": "H1", "unit": "U2", "reason": "搬走",
                      "sheet": "03" * 32}
        zeros = {"sheet": "00" * 32}
        offer = {"kind": "offer", "unit": "U1", "household": "H3"}
        accept = {**offer, "kind": "accept", "sheet": "04" * 32}
        decline = {**offer, "kind": "decline", "sheet": "05" * 32}
        swap = {"kind": "swap", "households": ["H1", "H2"], "units": ["U2", "U3"],
                "consents": ["01" * 32, "02" * 32]}
        film = {"kind": "recording", "name": "hall.mp4", "sha256": "00" * 32, "start": 1}
        void = {"kind": "void", "reason": "作废"}
        findings, aftermath = self.after(objection, ruling, film, swap, offer, decline, {
            **offer, "unit": "U4"}, {**accept, "unit": "U4"}, {**withdrawal, "unit": "U3"})
        self.assert_broken(None, findings)
        self.assertEqual({h.id: u.id for h, u in aftermath.holds.items()}, {"H2": "U2", "H3": "U4"})
        self.assertEqual(sorted(u.id for u in aftermath.free_units), ["U1", "U3"])
        self.assertEqual([later["what"] for later in aftermath.account.later],
                         ["objection", "swap", "withdrawal"])
        self.assertEqual(aftermath.account.later[1]["holds"], "U3")
        self.assertEqual([sheet[:2] for sheet in aftermath.sheets], ["01", "02", "05", "04", "03"])
        paper = {"kind": "filed", "what": "list", "name": "list.xlsx", "title": "名单", "sha256": "ab" * 32}
        self.assert_broken(None, self.after(void, objection, ruling, film, paper)[0])
        for rule, events in (
                ("A1", [objection, {**objection, "id": "e1"}]), ("A1", [ruling]),
                ("A1", [objection, ruling, ruling]), ("A2", [{**withdrawal, "unit": "U3"}]),
                ("A2", [withdrawal, withdrawal]), ("A3", [{**offer, "unit": "U4"}]),
                ("A3", [{**offer, "household": "H2"}]), ("A3", [offer, offer]),
                ("A2", [offer, {"kind": "withdrawal", "household": "H3", "reason": "搬走",
                                "sheet": "03" * 32}]),
                ("A2", [{**withdrawal, **zeros}]), ("A4", [offer, {**accept, **zeros}]),
                ("A4", [offer, {**decline, **zeros}]), ("A4", [accept]), ("A4", [offer, {**decline, "unit": "U4"}]),
                ("A5", [{**swap, "households": ["H1", "H1"]}]), ("A5", [{**swap, "consents": []}]),
                ("A5", [{**swap, "consents": ["01" * 32] * 2}]),
                ("A5", [{**swap, "consents": ["01" * 32, "00" * 32]}]),
                ("A5", [{**swap, "households": ["H1", "H3"]}]), ("A5", [{**swap, "units": ["U2"]}]),
                ("A5", [{**swap, "units": ["U3", "U2"]}]), ("A6", [film, film]),
                ("A8", [paper, paper]), ("A8", [{**paper, "name": "a/b"}]), ("A8", [film, {**paper, "name": "HALL.mp4"}]),
                ("A8", [{**paper, "sha256": "0" * 64}]), ("A8", [{**paper, "household": "H9"}]),
                ("A8", [{**paper, "what": "notice"}]), ("A8", [{**paper, "from": 1}]),
                ("A8", [{**paper, "from": 2, "to": 1}]), ("A6", [{**paper, "name": "hall.mp4"}, film]),
                ("A6", [{**film, "name": ".x"}]), ("A7", [void, withdrawal]), ("A7", [void, void])):
            self.assert_broken(rule, self.after(*events)[0])

    # -- the chain and the order

    def test_chain(self):
        data = read_bytes("worked", "transcript.jsonl")
        self.assert_broken(None, self.read(data))
        lines = data.split(b"\n")

        def with_line(number, a, b):
            changed = list(lines)
            changed[number - 1] = changed[number - 1].replace(a, b)
            self.assertNotEqual(changed, lines)
            return b"\n".join(changed)

        self.assert_broken("T1", self.read(data + b"x"))
        self.assert_broken("T1", self.read(data.replace(b"\n", b"\r\n")))
        self.assert_broken("T4", self.read(with_line(34, b'"lines":33', b'"lines":32')))
        findings = self.read(with_line(31, b"\\n30\\n", b"\\n29\\n"))
        self.assertTrue(findings.checks["T3"].failed)
        self.broken.add("T3")

    @staticmethod
    def read(data):
        t = verify.Transcript()
        t.read(verify.read_lines(io.BytesIO(data)))
        return t.findings

    def test_order(self):
        """T2: every line of a file may stand where it stands, and no gate where another is due."""
        for name in ("valid/aftermath.jsonl", "valid/undo-missed.jsonl",
                     "valid/void-in-the-draw.jsonl"):
            lines = [verify.parse_line(line) for line in read_bytes("corpus", name).splitlines()]
            t = verify.Transcript()
            for line in lines:
                for kind in ("result", "closing", "seed", "checkpoint aftermath"):
                    if kind != verify.gate_name(line):
                        gate = {"kind": kind.split()[0], "stage": "aftermath"}
                        may = (kind, t.order.phase) in (("closing", verify.SIGNED), (
                            "seed", verify.NUMBERS), ("checkpoint aftermath", verify.CLOSED), (
                            "checkpoint aftermath", verify.BATCH))
                        if (kind, t.order.phase) == ("result", verify.POOLS):
                            may = t.draw.where() in ("no pool", "ended")
                        self.assertEqual(t.order.after(gate) is not None, may,
                                         (kind, t.order.phase))
                self.assertIsNotNone(t.order.after(line), line)
                t.step(line)
                t.chain.add(b"")
            self.assertFalse(t.findings.checks["T2"].failed)
            t.step({"kind": "call", "pool": "A", "place": 1, "household": "H001", "ticket": 1})
            self.assertEqual(t.findings.checks["T2"].failed, 1)
            self.broken.add("T2")

    # -- evidence

    def beside(self, name="worked/transcript.jsonl", **given):
        """The findings of a file that is right in itself, beside evidence."""
        evidence = verify.Evidence()
        vars(evidence).update(given)
        return verify.verify_file(os.path.join(VECTORS, *name.split("/")), evidence).findings

    def test_evidence(self):
        root = hashlib.sha256(b"another").digest()
        for rule, name, given in (
                ("V1", "worked/transcript.jsonl", {"noted": [root.hex()]}),
                ("V2", "worked/transcript.jsonl", {"older": (5, root)}),
                ("V2", "worked/transcript.jsonl", {"older": (0, root)}),
                ("V4", "worked/transcript.jsonl", {"expect": "official"}),
                ("V5", "corpus/valid/aftermath.jsonl", {"recordings": lambda name: "00" * 32}),
                ("V9", "corpus/valid/documents.jsonl", {"documents": lambda name: "00" * 32}),
                ("V9", "corpus/valid/documents-filed.jsonl", {
                    "documents": lambda name: "00" * 32 if name == "list.xlsx" else None}),
                ("V7", "worked/transcript.jsonl", {"earlier": [verify.verify_file(
                    os.path.join(VECTORS, "corpus/valid/lot.jsonl"), verify.Evidence())]}),
                ("V8", "corpus/valid/persons.jsonl", {"person": (
                    "floorlot/1 person\nhousehold H001\nname 甲\ndocument 1\nsalt %s\n"
                    % ("0" * 64)).encode()})):
            self.assert_broken(rule, self.beside(name, **given))
        # V3 and V6 never fail: what is missing is not run, and not passed.
        for rule, name, given in (("V3", "corpus/valid/lot.jsonl", {}),
                                  ("V3", "corpus/valid/signed-without-quorum.jsonl", {}),
                                  ("V6", "corpus/valid/signed-in-every-way.jsonl",
                                   {"scans": {"00" * 32}})):
            findings = self.beside(name, **given)
            self.assert_broken(None, findings)
            self.assertEqual(findings.checks[rule].outcome(), "not_run")
            self.broken.add(rule)

    def test_what_is_no_opening(self):
        """V8 is not run: of what is no opening, and of a file that ends before the household."""
        data = read_bytes("corpus", "valid", "persons.jsonl").splitlines(keepends=True)
        opening = ("floorlot/1 person\nhousehold H001\nname 甲\ndocument 1\nsalt %s\n"
                   % ("0" * 64)).encode()
        for lines, person, words in ((data, b"x", "is not the opening"),
                                     (data, opening[:-9], "is not the opening"),
                                     (data[:3], opening, "ends in the plan")):
            t = verify.Transcript()
            t.read(verify.read_lines(io.BytesIO(b"".join(lines))))
            evidence = verify.Evidence()
            evidence.person = person
            verify.check_evidence(t, evidence)
            self.assertEqual(t.findings.checks["V8"].outcome(), "not_run")
            self.assertIn(words, t.findings.checks["V8"].reason[0])

    def test_what_is_forgiven_of_an_opening(self):
        """Section 10: what programs and typing do, and nothing else."""
        listed = json.loads(read_bytes("corpus", "corpus.json"))
        text = next(entry["evidence"]["person"] for entry in listed
                    if entry["evidence"].get("person"))
        salt = text.splitlines()[4][5:]
        grouped = salt[:9].upper() + " " + salt[9:]
        for typed in (text, text[:-1], "\ufeff" + text, text.replace("\n", "\r\n"),
                      text + " \t\n\n", text.replace(salt, grouped)):
            found, match = verify.read_opening(typed.encode())
            self.assertTrue(match, typed)
            self.assertEqual(found, text)
        for other in ("\n" + text, text.replace("\n", " \n", 1), text.replace("\n", "\n\n", 1),
                      text.replace("name ", "name\u3000"), text.replace("salt", "SALT")):
            self.assertIsNone(verify.read_opening(other.encode())[1], other)

    def test_z_every_rule_was_broken(self):
        """The tests above, run before this one, leave out no rule."""
        if len(self.broken) > 1:
            self.assertEqual([row[0] for row in verify.CHECKS if row[0] not in self.broken], [])


class Source(unittest.TestCase):
    """The program as somebody reads it."""

    def setUp(self):
        with open(verify.__file__, encoding="utf-8") as file:
            self.text = file.read()

    def test_where_each_rule_is(self):
        """The table at the head names every rule, and what is there; its id stands there, too."""
        places = {}
        for rule, words in re.findall(r"(?m)\b([A-Z]\d+) +((?:[\w.]+[,;]? ?)+)", verify.__doc__):
            places.setdefault(rule, re.findall(r"[\w.]+", words))
        for rule, *_ in verify.CHECKS + verify.RECEIPT_CHECKS:
            self.assertIn(rule, places)
            owner = None
            for place in places[rule]:
                name = place.split(".")
                owner = name[0] if len(name) == 2 or hasattr(verify, name[0]) else owner
                thing = getattr(verify, owner)
                if place != owner:
                    self.assertTrue(hasattr(thing, name[-1]), (rule, place))
            self.assertRegex(self.text.split('"""', 2)[2], r"\b%s\b.*:|\b%s\b" % (rule, rule))

    def test_short_and_narrow(self):
        longest = max((node.end_lineno - node.lineno + 1, node.name)
                      for node in ast.walk(ast.parse(self.text))
                      if isinstance(node, ast.FunctionDef))
        self.assertLessEqual(longest[0], 60, longest)
        self.assertEqual([line for line in self.text.split("\n") if len(line) > 100], [])


class Households(unittest.TestCase):
    """--household: an id in any letters, a name, a flat."""

    def ask(self, words, name="lot", lang="en"):
        path = os.path.join(VECTORS, "corpus", "valid", name + ".jsonl")
        code, out, err = run_command(path, "--json", "--lang", lang, "--household", words)
        self.assertEqual(code, 0)
        return json.loads(out).get("why", {}).get("household"), err.strip()

    def test_ids(self):
        for words in ("H001", "h001", " h001 ", "Ｈ００１"):
            self.assertEqual(self.ask(words), ("H001", ""))
        self.assertEqual(self.ask("ALPHA.1", "ids-of-mixed-case"), ("Alpha.1", ""))
        self.assertIn("Ids like it: H001", self.ask("H01")[1])

    def test_names_and_flats(self):
        """They name nobody for sure, so they are answered with those that fit."""
        path = os.path.join(VECTORS, "corpus", "valid", "lot.jsonl")
        held = {row.split(",")[2]: row.split(",")[0] for row in
                run_command(path, "--allocation")[1].split()[1:] if row.split(",")[1]}
        label, owner = next(iter(held.items()))
        for words in (label, "0" + label, "1号楼%s室" % label, "1-" + label, "A-0" + label):
            self.assertEqual(self.ask(words)[0], None)
            self.assertIn("Such a flat is that of %s." % owner, self.ask(words)[1])
        self.assertNotIn("Such a flat", self.ask("2-" + label)[1])
        for words in ("张*明", "张小明", "张 小明", "张＊明（夫）"):
            self.assertIn("this household fits: H001 张*明.", self.ask(words)[1])
        self.assertIn("相符的有 1 户：H001 张*明。", self.ask("张小明", lang="zh")[1])
        self.assertNotIn("fits", self.ask("张小红")[1])

    def test_masks(self):
        for name, shown in (("张明", "张*"), ("张小明", "张*明"), ("欧阳娜", "欧阳*"),
                            ("欧阳娜娜", "欧阳*娜"), ("欧阳", "欧*"), ("Anna Smith", "A*** S***"),
                            ("张女士", "张女士"), ("*明", "*明"), ("张×", "张*"),
                            ("古丽·买买提", "古*·买*"), ("张明、李小红", "张*、李*红"), ("", "")):
            self.assertEqual(verify.mask(name), shown)

    def test_through_a_pipe(self):
        """The file is read twice; what cannot be read twice is kept."""
        path = os.path.join(VECTORS, "corpus", "valid", "lot.jsonl")
        command = [sys.executable, verify.__file__, "-", "--lang", "en", "--household", "h001"]
        with open(path, "rb") as file:
            done = subprocess.run(command, input=file.read(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Household H001 张*明, step by step".encode(), done.stdout)


class Why(unittest.TestCase):
    """What is said of one household, step by step."""

    def tell(self, household, *name, lang="en"):
        path = os.path.join(VECTORS, *name)
        _, out, err = run_command(path, "--lang", lang, "--household", household)
        self.assertEqual(err, "")
        return out[out.index("\n" + {"en": "Household", "zh": "住户"}[lang] + " " + household) + 1:]

    def corpus(self, household, name, lang="en"):
        return self.tell(household, "corpus", "valid", name + ".jsonl", lang=lang)

    def test_by_lot(self):
        """The worked example: every number of its section, and how to get it by hand."""
        out = self.tell("H001", "worked", "transcript.jsonl")
        self.assertIn(" 7. Offered   1 flat, numbered from 0 in the order of the plan:\n"
                      "              =>  0  A-1801  1801  storey 18\n", out)
        self.assertIn("\n 9. Result    A-1801: 1801, storey 18 (line 26)\n", out)
        key = "0649e6343d97ceb6425f5cdfc1c69a1390db07bf99276377b27d1aaba493d8f3"
        self.assertIn("pool A\\n' | sha256sum\n    %s\n" % key, out)
        self.assertIn("openssl enc -chacha20 -K %s -iv %s |\n    od -An -tu8 -N24\n" % (
            key, "0" * 32), out)
        low, high = re.search(r"echo '(\d+) \+ 2\^64 \* (\d+)' \| bc", out).groups()
        lot = 196114929942908232021793278079164511450
        self.assertEqual(int(low) + 2**64 * int(high), lot)
        self.assertIn("%d mod 1 = 0" % lot, out)
        out = self.tell("H002", "worked", "transcript.jsonl", lang="zh")
        self.assertIn("\n 6. 照顾     无障碍（step-free）：只有全部符合的房才可选\n", out)
        self.assertIn(" -iv 01%s |\n" % ("0" * 30), out)

    def test_other_ways(self):
        for household, name, lang, words in (
                ("H002", "group", "en", "\n 4. Together  called together with H001\n"),
                ("H203", "ranking-unranked-standby", "en",
                 "                1. C-1601  1601  not on offer\n"
                 "                2. C-0801  801  on offer\n 9. Result    C-0801: 801"),
                ("H102", "undo-second-miss", "zh", "\n 6. 未到     无\n"),
                ("H002", "aftermath", "en", "is at second 1367 of hall-2.mp4 (22 min 47 s)")):
            with self.subTest(household=household, name=name):
                self.assertIn(words, self.corpus(household, name, lang))

    def test_missed_and_withdrawn(self):
        """Of whom the lines are: a miss that was withdrawn is told as such, and is no miss."""
        seen = set()
        for name in ("undo-missed", "undo-choice", "undo-second-miss", "absent-last-chooses",
                     "absent-lot", "proxy", "shortage-choice", "void-in-the-draw"):
            data = read_bytes("corpus", "valid", name + ".jsonl").splitlines()
            lines = list(map(verify.parse_line, data))
            for household in {line["household"] for line in lines if line["kind"] == "call"}:
                out = self.corpus(household, name)
                mine = [line for line in lines if line.get("household") == household]
                of = {kind: [line for line in mine if line["kind"] == kind]
                      for kind in ("call", "missed", "pick", "standby")}
                undone = out.count("withdrew what the line before it recorded")
                missed = re.search(r"Missed    (\d+) \(line ([\d, ]+)\)", out)
                called = [number for number, line in enumerate(lines, 1) if line in of["call"]]
                self.assertEqual(called, list(map(int, re.findall(
                    r"line (\d+), call \d+ of the pool", out))))
                if undone:
                    seen.add("undone")
                if missed:
                    seen.add("missed")
                    self.assertEqual(int(missed[1]), len(missed[2].split(", ")))
                    self.assertLessEqual(int(missed[1]) + undone,
                                         len(of["missed"]) + len(of["pick"]))
                for line in of["pick"]:
                    if "proxy" in line:
                        seen.add("proxy")
                        self.assertIn("made by %s for the household" % line["proxy"], out)
                if of["standby"]:
                    seen.add("standby")
                    self.assertIn("place %d on the standby list" % of["standby"][-1]["place"], out)
        self.assertEqual(seen, {"undone", "missed", "proxy", "standby"})

    def test_not_called(self):
        path = os.path.join(VECTORS, "corpus", "valid", "void-in-the-roll-call.jsonl")
        with open(path, "rb") as file:
            household = next(line["id"] for line in map(verify.parse_line, file.read().splitlines())
                             if line["kind"] == "household")
        out = run_command(path, "--lang", "en", "--household", household)[1]
        self.assertIn("Household %s is in the plan, but was never called" % household, out)


if __name__ == "__main__":
    unittest.main()
