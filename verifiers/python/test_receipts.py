#!/usr/bin/env python3
"""verify.py against the receipts of the vectors: python3 test_receipts.py [FOLDER OF THE VECTORS], or with unittest.

The vectors are looked for in the argument, in VECTORS (environment), and in ../../tests/vectors seen from this file."""

import contextlib
import functools
import io
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.environ.get("VECTORS", os.path.join(HERE, "..", "..", "tests", "vectors"))
if __name__ == "__main__" and len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
    VECTORS = sys.argv.pop(1)
verify.signature_is_right = functools.lru_cache(maxsize=1000)(verify.signature_is_right)  # the files share many


def read(path):
    with open(os.path.join(VECTORS, "receipts", path), "rb") as file:
        return file.read()


def listed(report):
    """The report as the manifest has it: without the words of faults, which each verifier chooses itself."""
    checks = {c["id"]: [c["outcome"], c["examined"], len(c["faults"])] for c in report["checks"]}
    keys = [key for key in ("anchored", "signed", "facts", "note") if key in report]
    return {"checks": checks, **{key: report[key] for key in keys}}


class Receipts(unittest.TestCase):
    def test_every_receipt_is_judged_as_the_manifest_says(self):
        entries = json.loads(read("receipts.json"))
        self.assertGreater(len(entries), 100)
        for entry in entries:
            with self.subTest(file=entry["file"], about=entry["about"]):
                self.check(entry)

    def test_a_panel_without_keys_is_no_fault(self):
        """R5 is then not run, and the command ends as without a panel."""
        panel = os.path.join(VECTORS, "corpus", "valid", "choice.jsonl")
        receipt = os.path.join(VECTORS, "receipts", "valid", "choice.receipt.txt")
        for words in ([], ["--panel", panel]):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = verify.main(["receipt", receipt, "--json", *words])
            signatures = json.loads(out.getvalue())["checks"][4]
            self.assertEqual((code, signatures["id"], signatures["outcome"]), (0, "R5", "not_run"))
            self.assertIn("no keys", signatures["reason"]["en"])

    def check(self, entry):
        given, data = entry["evidence"], read(entry["file"])
        benches = [(bench["quorum"], {verify.read_key(key) for key in bench["keys"]}) for bench in given["panel"]]
        refused = origin = None
        if "plan" in given:
            benches, refused, origin = verify.read_panel(os.path.join(VECTORS, "receipts", given["plan"]))
        if entry["verdict"] == "unreadable":
            with self.assertRaises(verify.Unreadable):
                verify.verify_receipt(data, given["fingerprints"], benches)
            changed = verify.change_report(verify.change_of_receipt(data))
            self.assertEqual((changed or {}).get("what"), entry.get("changed", {}).get("what"))
            return
        report = verify.verify_receipt(data, given["fingerprints"], benches, refused, origin)
        self.assertEqual(report["verdict"], entry["verdict"])
        failed = [check["id"] for check in report["checks"] if check["outcome"] == "failed"]
        self.assertEqual(failed[:1], [entry["first_failed"]] if entry["first_failed"] else [])
        self.assertEqual(listed(report), entry["report"])


if __name__ == "__main__":
    unittest.main()
