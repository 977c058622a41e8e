#!/usr/bin/env python3
"""Tests of verify.py, with the standard library alone: python3 test_verify.py [FOLDER OF THE VECTORS], or with unittest.

The vectors are looked for in the argument, in VECTORS (environment), and in ../../tests/vectors seen from this file."""

import contextlib
import functools
import gzip
import hashlib
import io
import json
import re
import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.environ.get("VECTORS", os.path.join(HERE, "..", "..", "tests", "vectors"))
if __name__ == "__main__" and len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
    VECTORS = sys.argv.pop(1)
verify.signature_is_right = functools.lru_cache(maxsize=10000)(verify.signature_is_right)  # the files share many


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
        evidence.fingerprints = given["fingerprints"]
        evidence.expect = given["expect"]
        if given["older"]:
            evidence.older = verify.read_older(os.path.join(VECTORS, "corpus", given["older"]))
        for name in given.get("earlier") or []:
            step = verify.Evidence()
            step.earlier = evidence.earlier
            evidence.earlier = verify.verify_file(os.path.join(VECTORS, "corpus", name), step)
        if given.get("person") is not None:
            evidence.person = given["person"].encode("utf-8")
        if given.get("recordings") is not None:
            evidence.recordings = given["recordings"].get
        if given.get("scans") is not None:
            evidence.scans = set(given["scans"].values())
        return evidence

    def test_manifest(self):
        """Verdict, level, first failed check, and outcome, examined and failed of every check."""
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
                self.assertEqual(report["level"], case["level"])
                failed = [c["id"] for c in report["checks"] if c["outcome"] == "failed"]
                self.assertEqual(failed[0] if failed else None, case["first_failed"])
                for check in report["checks"]:
                    self.assertEqual([check["outcome"], check["examined"], check["failed"]],
                                     case["checks"][check["id"]], check["id"])
                if case.get("allocation") is not None and not failed:
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
        for words in ([], ["x", "--bogus"], ["x", "--official", "--rehearsal"], ["no such file"], ["/"], ["x", "--since"]):
            code, _, err = run_command("--lang", "zh", *words)
            told = re.sub(r"verify\.py|--[a-z]+|no such file|x: ", "", err.strip().split("\n")[-1])
            self.assertEqual(code, 2, err)
            self.assertNotRegex(told, r"[a-z]+ [a-z]+", err)

    def test_english_after_chinese(self):
        run_command("--lang", "zh", "x", "--bogus")
        self.assertIn("unrecognized arguments: --bogus", run_command("--lang", "en", "x", "--bogus")[2])


class Words(unittest.TestCase):
    """The closing sentence."""

    def last_words(self, *words):
        code, out, _ = run_command(*words, "--lang", "en")
        return code, out.strip().split("\n")[-1] if "REHEARSAL" not in out else out

    def test_refuted_by_evidence_alone(self):
        path = os.path.join(VECTORS, "worked", "transcript.jsonl")
        code, words = self.last_words(path, "--fingerprint", "1" * 40)
        self.assertEqual(code, 1)
        self.assertIn("REFUTED by what was given beside it (check V1)", words)
        path = os.path.join(VECTORS, "corpus", "tampered", "d6-wrong-lot.jsonl")
        self.assertNotIn("beside it", self.last_words(path, "--fingerprint", "1" * 40)[1])
        path = os.path.join(VECTORS, "corpus", "unfinished", "cut-in-the-draw.jsonl")
        code, words = self.last_words(path, "--fingerprint", "1" * 40)
        self.assertEqual(code, 1)
        self.assertIn("also UNFINISHED (to line 38)", words)

    def test_unfinished(self):
        """It is neither verified nor refuted, and says how far it goes; the words are those of the other verifiers."""
        path = os.path.join(VECTORS, "corpus", "unfinished", "cut-in-the-draw.jsonl")
        code, out, _ = run_command(path, "--lang", "en")
        self.assertEqual(code, 3)
        self.assertTrue(out.startswith("######## UNFINISHED"))
        self.assertTrue(out.endswith(
            "This transcript is UNFINISHED: there is no result yet. It keeps the rules to line 38. It is sealed by a checkpoint to "
            "line 19; the 19 lines after it nothing seals, and anybody could have changed or added them. It is not verified, and nothing in it is a final result. If it was published as a finished draw, "
            "its end is missing: ask for the whole file.\n"))
        self.assertNotIn("REFUTED", out)
        self.assertEqual(run_command(path, "--allocation")[:2], (3, ""))
        good, bad = (os.path.join(VECTORS, "corpus", name) for name in ("valid/lot.jsonl", "tampered/d6-wrong-lot.jsonl"))
        self.assertEqual(run_command(path, good)[0], 3)
        self.assertEqual(run_command(bad, path)[0], 1)
        self.assertEqual(run_command(path, os.path.join(VECTORS, "nothing"))[0], 2)

    def test_what_anybody_can_add_to_a_finished_file(self):
        """It stands first, and what comes from it has a mark."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "open.jsonl")
            with open(path, "wb") as file:
                file.write(read_bytes("corpus", "valid", "lot.jsonl")
                           + b'{"kind":"withdrawal","household":"H001","unit":"A-0901","reason":"x"}\n')
            code, out, _ = run_command(path, "--lang", "en", "--household", "H001")
            self.assertEqual(code, 3)
            self.assertIn("\nThe 1 line after line 48 nothing seals, and anybody could have changed or added them; a checkpoint seals "
                          "the file to line 46. This transcript is finished to line 48, and UNFINISHED after it", out)
            self.assertIn("line 49, not sealed yet, withdrawal", out)
            self.assertEqual(out.count("not sealed yet"), 1)
            self.assertEqual(json.loads(run_command(path, "--json")[1])["unfinished"]["sealed"], 46)

    def test_what_is_no_copy_and_no_slip(self):
        """It refutes nothing: the command is wrongly called, and what was given is said."""
        lot, data = os.path.join(VECTORS, "corpus", "valid", "lot.jsonl"), read_bytes("corpus", "valid", "lot.jsonl")
        persons = os.path.join(VECTORS, "corpus", "valid", "persons.jsonl")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "given")
            for content, words in ((gzip.compress(data), "packed"), (b"PK\x03\x04x", "packed"), (b"\xef\xbb\xbf" + data, "byte order mark"),
                                   (data.decode().encode("utf-16"), "UTF-16"), (b"<html>", "web page"), (b"hello\n", "")):
                with open(path, "wb") as file:
                    file.write(content)
                code, out, err = run_command(lot, "--since", path, "--lang", "en")
                self.assertEqual((code, out), (2, ""))
                self.assertTrue("--since " + path in err and words in err, err)
                code, out, err = run_command(persons, "--person", path, "--lang", "en")
                self.assertEqual((code, out), (2, ""))
                self.assertTrue("--person " + path in err and (words in err or words == "byte order mark"), err)

    def test_the_aftermath_is_not_compared(self):
        path = os.path.join(VECTORS, "corpus", "valid", "aftermath.jsonl")
        noted = {c["stage"]: c["fingerprint"] for c in json.loads(run_command(path, "--json")[1])["checkpoints"]}
        words = "The aftermath has not been compared with anything noted outside."
        self.assertIn(words, run_command(path, "--lang", "en", "--fingerprint", noted["result"])[1])
        self.assertNotIn(words, run_command(path, "--lang", "en", "--fingerprint", noted["aftermath"])[1])

    def test_changed_on_its_way(self):
        """What happened is the first line, and the last."""
        path = os.path.join(VECTORS, "corpus", "tampered", "t1-cr-lf.jsonl")
        code, out, _ = run_command(path, "--lang", "zh")
        first = "每一行的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。"
        self.assertEqual((code, out.splitlines()[0]), (1, first))
        self.assertEqual(out.splitlines()[-1], first + "本文件照现在的样子【不成立】（第 T1 项）：它的字节不是当时封存的那些。"
                         "除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。")
        code, _, err = run_command(os.path.join(VECTORS, "corpus", "tampered", "unreadable-utf-16.jsonl"), "--lang", "zh")
        self.assertEqual(code, 2)
        self.assertIn("文件是 UTF-16", err)

    def test_unknown_kind(self):
        path = os.path.join(VECTORS, "corpus", "tampered", "t1-gbk.jsonl")
        for lang, unknown, rehearsal in (("en", "NOT KNOWN", "This is a REHEARSAL"), ("zh", "性质不明", "这是【演练】")):
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
            if case["verdict"] == "verified" and c7[0] == "not_run" and c7[1]:
                found += 1
                path = os.path.join(VECTORS, "corpus", case["file"])
                report = verify_bytes(read_bytes("corpus", case["file"]))
                marks = ["--fingerprint=" + c["fingerprint"] for c in report["checkpoints"]]
                self.assertIn("NOT verified here (C7)", self.last_words(path, *marks)[1])
                self.assertEqual(json.loads(run_command(path, "--json", *marks)[1])["level"], "anchored")
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
        self.assertEqual(roots[10].hex(), "a6b0af0ae824cda7f4da04e0809b2fc63a3eba8b83f9436b2902fbb78c538cb9")
        self.assertEqual(roots[31].hex(), "b80bbe3090216cc3cdd3d428b41b0e6f9e550eaaf2054087b0343efac707c748")
        self.assertEqual(verify.fingerprint(roots[10]), "97002 26055 28800 53958 89515 51019 61367 85753")
        self.assertEqual(verify.fingerprint(roots[28]), "89261 76061 29125 64656 31028 37682 65542 00745")

    def test_values_in_between(self):
        t = verify.Transcript()
        for line in self.lines[:21]:
            t.line(line, True)
        self.assertEqual(t.ceremony.expected_seed(), "0463da00d766fb87bbf63c233b31657a2c0d538c9842372e578f5b62c53006ed")
        for line in self.lines[21:24]:
            t.line(line, True)
        draw, units = t.draw.open, t.plan.units
        self.assertEqual(draw.key, "0649e6343d97ceb6425f5cdfc1c69a1390db07bf99276377b27d1aaba493d8f3")
        callers = [draw.callers[h] for h in t.plan.households]
        self.assertEqual([c.ticket for c in callers], [12100841181807085445, 12995935166091730463])
        self.assertEqual([c.lot for c in callers],
                         [196114929942908232021793278079164511450,
                          155520920920900825409320859588335842362])
        offer = draw.offer(draw.called)
        self.assertEqual([units[i].id for i in draw.free.all_of(offer)], ["A-1801"])
        block = verify.chacha20_block(bytes.fromhex(draw.key), 1)
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
        digits = "９７００２ 26055 28800 53958\t89515 51019 61367\u3000 85753"
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
        t.step({"kind": "pool", "id": given["id"], "title": "t", "building": "b", "rule": "lot",
                "units": 1, "households": 1})
        for unit in given["units"]:
            line = {"kind": "unit", "pool": given["id"], "id": unit["id"], "label": "1", "storey": 1}
            t.step({**line, "features": unit["features"]} if unit["features"] else line)
        for household in given["households"]:
            line = {"kind": "household", "pool": given["id"], "id": household["id"], "name": "",
                    "tier": household["tier"]}
            if household["needs"]:
                line["needs"] = household["needs"]
            if household["group"]:
                line["group"] = household["group"]
            t.step(line)
        draw = verify.PoolDraw(t.plan.pools[0], seed)
        self.assertEqual(draw.key, given["key"])
        key, units = bytes.fromhex(draw.key), t.plan.units
        blocks = [verify.chacha20_block(key, i).hex() for i in range(len(given["blocks"]))]
        self.assertEqual(blocks, given["blocks"])
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
        inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        tree = verify.Tree()
        roots = []
        for text in inputs:
            tree.add(bytes.fromhex(text))
            roots.append(tree.root().hex())
        self.assertEqual(roots[2], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")
        self.assertEqual(roots[7], "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
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
                        self.assertNotEqual(verify.root_from_proof(leaves[index], wrong, size, path), root)
                self.assertNotEqual(verify.root_from_proof(leaves[index], index, size, path + [root]), root)

    def test_chacha20(self):
        key = bytes.fromhex("c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d")
        stream = int.from_bytes(bytes.fromhex("1ada31d5cf688221"), "little")
        self.assertEqual(verify.chacha20_block(key, 0, stream)[:32].hex(),
                         "f63a89b75c2271f9368816542ba52f06ed49241792302b00b5e8f80ae9a473af")

    def test_rfc_8032(self):
        """Section 7.1, tests 1 to 3."""
        for public, message, signature in (
                ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                 "d25bf5f0595bbe24655141438e7a100b"),
                ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                 "387b2eaeb4302aeeb00d291612bb0c00"),
                ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                 "4a7c15e9716ed28dc027beceea1ec40a")):
            public, message, signature = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
            self.assertTrue(verify.signature_is_right(public, message, signature))
            self.assertFalse(verify.signature_is_right(public, message + b"x", signature))
            for bit in (0, 255, 256, 511):
                wrong = bytearray(signature)
                wrong[bit // 8] ^= 1 << bit % 8
                self.assertFalse(verify.signature_is_right(public, message, bytes(wrong)))
            s = int.from_bytes(signature[32:], "little") + verify.ORDER  # the same S, not reduced
            self.assertFalse(verify.signature_is_right(public, message, signature[:32] + s.to_bytes(32, "little")))

    def test_strictness(self):
        """Points that are not canonical, or of small order, are refused as keys and as R."""
        neutral, zero = (1).to_bytes(32, "little"), bytes(32)
        other = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
        for data in (neutral, zero, other, (verify.PRIME - 1).to_bytes(32, "little"),
                     bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")):
            self.assertIsNotNone(verify.decode_point(data))
            self.assertIsNone(verify.strict_point(data))
        minus_zero = (1 | 1 << 255).to_bytes(32, "little")     # x = 0 with the sign bit
        too_large = (verify.PRIME + 1).to_bytes(32, "little")  # y = 1, not reduced
        no_point = (2).to_bytes(32, "little")
        for data in (minus_zero, too_large, no_point, b"\xff" * 32):
            self.assertIsNone(verify.decode_point(data))
        # with A and R neutral and S = 0 the equation holds for every message; strictly it does not count
        self.assertFalse(verify.signature_is_right(neutral, b"anything", neutral + zero))

    def test_cosignature(self):
        line = ("— panel.example/resident-1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4FIYx2quJ2tDmuokInX9WB"
                "WkoidPgob0Y0BMTzwU2oaZ64oidCQ==")
        public = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        root = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
        name, key_id, time, signature = verify.read_signature(line)
        self.assertEqual((name, key_id, time), ("panel.example/resident-1", "81980b90", 1700000000))
        message = verify.signed_message(time, verify.checkpoint_body("draw.example/2026-001", 8, root))
        self.assertEqual(hashlib.sha256(message).hexdigest(),
                         "a99d1b30905075cb9806fede19524baff12c74b772c3c85e4b34ede88f54c241")
        self.assertTrue(verify.signature_is_right(public, message, signature))
        for wrong in (line + " ", line.replace("— ", "- "), line[:-1], line.replace("==", "=="[:1]), line + "\n"):
            self.assertIsNone(verify.read_signature(wrong))

    def test_matching_against_trying_all(self):
        """D4: a unit is offered if and only if, without it, those who wait can be served as well as with it."""
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
            units = [frozenset(n for n in "abc" if rng.random() < 0.5) for _ in range(rng.randrange(1, 6))]
            needs = [frozenset(n for n in "abc" if rng.random() < 0.4) for _ in range(rng.randrange(5))]
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


class Lines(unittest.TestCase):
    GOOD = b'{"kind":"undo","reason":"a"}'

    def test_one_spelling_only(self):
        verify.parse_line(self.GOOD)
        verify.parse_line(b'{"kind":"undo","reason":"\\"\\\\\\n","at":0}')
        for bad in (b"", b" " + self.GOOD, self.GOOD + b" ", self.GOOD + b"\r", self.GOOD.replace(b":", b": "),
                    b'{"reason":"a","kind":"undo"}', b'{"kind":"undo"}', b'{"kind":"undo","reason":"a","reason":"a"}',
                    b'{"kind":"undo","reason":null}', b'{"kind":"undo","reason":"a","at":01}',
                    b'{"kind":"undo","reason":"a","at":-1}', b'{"kind":"undo","reason":"a","at":1.0}',
                    b'{"kind":"undo","reason":"a","at":9007199254740992}', b'{"kind":"undo","reason":"a","at":1e3}',
                    b'{"kind":"undo","reason":"\\u0061"}', b'{"kind":"undo","reason":"\\/"}',
                    b'{"kind":"undo","reason":"\t"}', b'{"kind":"undo","reason":"\x7f"}',
                    b'{"kind":"undo","reason":"\xed\xa0\x80"}', b'{"kind":"undo","reason":"\xff"}',
                    b'{"kind":"undo","reason":"' + b"9" * 65600 + b'"}', b"[" * 60000, b'{"kind":"Undo","reason":"a"}',
                    b'{"kind":"undo","reason":"a","at":' + b"9" * 5000 + b"}",
                    b'{"kind":"unit","pool":"A","id":"a","label":"1","storey":1,"features":[]}'):
            with self.assertRaises(verify.NotInProfile, msg=bad[:60]):
                verify.parse_line(bad)

    def test_equal_to_encoding_again(self):
        """What the cursor takes is what an encoder of the one spelling would write."""
        for name in ("valid/aftermath.jsonl", "valid/unicode.jsonl", "valid/estate-with-times.jsonl"):
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
        data = read_bytes("worked", "transcript.jsonl").replace("7号地块".encode(), "\x9b31m\u202e".encode())
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

    def make(self, numbers, size=29, signatures=True):
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
            text += "\n" + "".join(verify.parse_line(line)["signature"] + "\n" for line in lines[30:32])
        return text.encode()

    def outcomes(self, data, fingerprints=(), benches=()):
        report = verify.verify_receipt(data, list(fingerprints), list(benches))
        return report, [check["outcome"] for check in report["checks"]]

    def test_good_and_bad(self):
        data = self.make([0, 6, 8, 9, 23, 24])
        benches = verify.read_panel(os.path.join(VECTORS, "worked", "transcript.jsonl"))
        report, outcomes = self.outcomes(data, ["89261 76061 29125 64656 31028 37682 65542 00745"], benches)
        self.assertEqual(outcomes, ["passed"] * 5)
        self.assertTrue(report["anchored"] and report["signed"])
        self.assertEqual((report["facts"]["household"], report["facts"]["unit"]), ("H001", "A-1801"))
        self.assertEqual(self.outcomes(data)[1][3:], ["not_run", "not_run"])
        self.assertEqual(self.outcomes(data, ["0"])[1][3], "failed")
        self.assertEqual(self.outcomes(data.replace(b'"number":0', b'"number":1'))[1][1], "failed")
        self.assertEqual(self.outcomes(self.make([0, 6, 8, 9, 23, 26]))[1][2], "failed")  # the pick of another
        self.assertEqual(self.outcomes(self.make([0, 6, 7, 9, 23, 24]))[1][2], "failed")  # not the unit it has
        self.assertEqual(self.outcomes(self.make([24], signatures=False))[0]["verdict"], "verified")
        self.assertEqual(self.outcomes(data[:-1])[0]["verdict"], "verified")  # a last LF that is missing is put there
        for wrong in (data[:-2], data.replace(b"index 6", b"index 06"), data.replace(b"\n\n", b"\n", 1),
                      data.replace(b"index 8", b"index 6")):
            self.assertEqual(self.outcomes(wrong)[1], ["failed"] + ["not_run"] * 4)
        for size in range(18, len(data), 61):  # cut anywhere: no crash
            with contextlib.suppress(verify.Unreadable):
                self.outcomes(data[:size])
        with self.assertRaises(verify.Unreadable):
            self.outcomes(b"something else")

    def test_as_programs_save_it(self):
        """R1: what stands around the lines is forgiven, and said."""
        data = self.make([0, 6, 8, 9, 23, 24])
        plain, crlf = self.outcomes(data)[0], data.replace(b"\n", b"\r\n")
        self.assertNotIn("note", plain)
        for saved, note in ((crlf, "CR LF"), (crlf[:-2], "CR LF"), (crlf[:-1], "CR LF"), (crlf + b"\r\n \r\n", "Empty lines"),
                            (data + b"\n\n", "Empty lines"), (data.replace(b"\n", b"\r\n", 3), "CR LF"), (data + b" \t", "Empty lines")):
            report = self.outcomes(saved)[0]
            self.assertIn(note, report.pop("note")["en"])
            self.assertEqual(report, plain)
        for other in (data.replace(b"\n", b"\r"), data.replace(b"\n", b"\n\n"), data.replace(b"\n", b" \n")):
            self.assertEqual(self.outcomes(other)[0]["verdict"], "refuted")

    def test_what_a_file_is_that_is_no_receipt(self):
        data = self.make([0, 6, 8, 9, 23, 24])
        bad = data.replace("王".encode(), b"\xcd\xf5") if "王".encode() in data else data + b"\xcd\xf5\n"
        for harmed, words in ((b"\xef\xbb\xbf" + data, "byte order mark"), (data.decode().encode("utf-16"), "UTF-16"),
                              (data.decode().encode("utf-16-le"), "UTF-16"), (gzip.compress(data), "packed"), (b"PK\x03\x04", "packed"),
                              (b"<html>", "the receipt itself"), (b"%PDF-1.4", "the receipt itself"), (b"\n" + data, "empty line"),
                              (b" " + data, "White space"), (verify.base64.b64encode(data), "base64"), (bad, "not UTF-8"),
                              (b"\0" * 9, "zeros"), (b"", "empty line")):
            with self.assertRaises(verify.Unreadable) as error:
                self.outcomes(harmed)
            self.assertIn(words, error.exception.args[0])


if __name__ == "__main__":
    unittest.main()
