"""Random cases for compare.py: draws made up and spoilt here and there, files of the corpus spoilt, and evidence for them.

All is made from a seed, so that a case can be had again. The verifier in Python is used to make what is right."""

import base64
import hashlib
import io
import json
import os
import random
import unicodedata

import tokens
import verify


def encode(line):
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


DOUBLED = [verify.BASE]  # the base point times each power of two
for _ in range(255):
    DOUBLED.append(verify.add_points(DOUBLED[-1], DOUBLED[-1]))


def multiply_base(scalar):
    result = verify.NEUTRAL
    for bit, point in enumerate(DOUBLED):
        if scalar >> bit & 1:
            result = verify.add_points(result, point)
    return result


MADE = set()    # the right signatures of the last cases: public key, message, signature


class Key:
    """An Ed25519 key pair of RFC 8032, with its name."""

    def __init__(self, number):
        seed = hashlib.sha512(b"floorlot test key %d" % number).digest()
        self.scalar = int.from_bytes(seed[:32], "little") & (2**254 - 8) | 2**254
        self.prefix = seed[32:]
        self.public = verify.encode_point(multiply_base(self.scalar))
        self.name = "test.example/k%d" % number
        material = b"\x04" + self.public
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        self.text = "%s+%s+%s" % (self.name, self.id.hex(), base64.b64encode(material).decode())

    def sign(self, time, body):
        message = verify.signed_message(time, body)
        return self.line(self.id + time.to_bytes(8, "big"), message)

    def line(self, before, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % verify.ORDER
        point = verify.encode_point(multiply_base(r))
        k = int.from_bytes(hashlib.sha512(point + self.public + message).digest(), "little") % verify.ORDER
        s = (r + k * self.scalar) % verify.ORDER
        signature = point + s.to_bytes(32, "little")
        MADE.add((self.public, message, signature))
        data = before + signature
        return "— %s %s" % (self.name, base64.b64encode(data).decode())


class LogKey(Key):
    """The key of the log of a draw: one secret under the name of each."""

    def __init__(self, origin):
        self.__dict__.update(KEYS[7].__dict__, name=origin)
        material = b"\x01" + self.public
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        self.text = "%s+%s+%s" % (self.name, self.id.hex(), base64.b64encode(material).decode())

    def sign(self, body):
        return self.line(self.id, body.encode("utf-8"))


KEYS = [Key(i) for i in range(8)]
NEEDS = ["step-free", "low-floor", "wide", "near"]


class Maker:
    """Makes a draw line by line; a transcript under verification beside it tells what would be right."""

    def __init__(self, rng, evil, chained=False):
        self.rng, self.evil, self.chained = rng, evil, chained
        self.t = verify.Transcript()
        self.lines = []
        self.secrets = {}
        self.times = rng.random() < 0.4
        self.clock = 1700000000

    def rarely(self, chance):
        """What is wrong with so many of the draws that are spoilt, and with few of those that are not."""
        return self.rng.random() < (chance if self.evil else chance / 20)

    def emit(self, kind, **fields):
        line = {"kind": kind, **fields}
        if self.times and kind not in verify.PLAN_KINDS and kind != "closing":
            self.clock += self.rng.randrange(3)
            # C7: a round of drand is later than the close of the reveals.
            if self.rng.random() < 0.9 or kind == "close" and not self.rarely(1):
                line["at"] = self.clock
        if self.rng.random() < self.evil:
            self.spoil(line)
        else:
            self.put(line)

    def put(self, line):
        raw = line if isinstance(line, bytes) else encode(line)
        self.lines.append(raw)
        self.t.line(raw, True)

    def spoil(self, line):
        rng = self.rng
        way = rng.randrange(8)
        if way == 0:
            pass                                    # left out
        elif way == 1:
            self.put(line)
            self.put(line)
        elif way == 2:
            self.put(self.random_line())
            self.put(line)
        elif way == 3:
            self.put(self.random_line())
        elif way == 4 and self.lines:
            self.put(rng.choice(self.lines))
            self.put(line)
        elif way == 5:
            raw = bytearray(encode(line))
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
            self.put(bytes(raw.replace(b"\n", b"")))
        else:
            key = rng.choice([k for k in line if k != "kind"] or ["kind"])
            if key != "kind":
                if rng.random() < 0.15:
                    del line[key]
                else:
                    line[key] = self.other_value(key, line[key])
            self.put(line)

    def other_value(self, key, value):
        rng, t = self.rng, self.t
        plan, panel = t.plan, t.plan.panel
        ids = {"household": plan.households, "unit": plan.units, "pool": plan.pools,
               "member": panel.members, "bench": panel.benches}
        if key == "family" and plan.families:
            ids["family"] = plan.families
        if key in ids and ids[key] and rng.random() < 0.8:
            return rng.choice(ids[key]).id
        if key == "id" and rng.random() < 0.7:
            every = t.plan.households + t.plan.units + t.plan.pools + t.plan.panel.members
            return rng.choice(every).id if every else value
        if key == "token" and rng.random() < 0.8:
            return tokens.spoil_text(rng, value)
        for words in ([["choice", "lot", "ranking"]] if key in ("by", "rule") else
                      [["official", "rehearsal"], ["last", "lot"], ["lot", "standby"], ["dice", "balls", "drand"],
                       ["plan", "result", "aftermath"], ["commits", "reveals"]]):
            if value in words and rng.random() < 0.9:
                return rng.choice(words)
        if isinstance(value, int):
            return rng.choice([value + 1, max(0, value - 1), 0, rng.randrange(100), value * 2])
        if isinstance(value, list):
            value = list(value)
            choice = rng.randrange(4)
            if choice == 0 and value:
                value.pop(rng.randrange(len(value)))
            elif choice == 1 and value:
                value.append(rng.choice(value))
            elif choice == 2:
                rng.shuffle(value)
            else:
                value.append("x-1" if not value or isinstance(value[0], str) else 7)
            return value
        if isinstance(value, str):
            choice = rng.randrange(5)
            if choice == 0:
                return value.swapcase()
            if choice == 1 and value:
                i = rng.randrange(len(value))
                return value[:i] + rng.choice("0123456789abcdef é漢") + value[i + 1:]
            if choice == 2:
                return value[:-1]
            if choice == 3:
                return value + rng.choice("01a ")
            return ""
        return value

    def random_line(self):
        """A line of any kind with values that could be right."""
        rng, t = self.rng, self.t

        def of(things, other):
            return rng.choice(things).id if things and rng.random() < 0.9 else other

        def household():
            if t.draw.open and t.draw.open.called and rng.random() < 0.5:
                return t.draw.open.called.id
            return of(t.plan.households, "H-none")

        hash64, sheet = hashlib.sha256(str(rng.random()).encode()).hexdigest(), self.sheet()
        member = of(t.plan.panel.members, "m-none")
        pool = (t.draw.open.pool.id if t.draw.open and rng.random() < 0.6
                else of(t.plan.pools, "P-none"))
        unit = of(t.plan.units, "U-none")
        small = rng.randrange(6)
        kinds = {
            "bench": {"id": of(t.plan.panel.benches, "b9"), "title": "席", "quorum": small},
            "member": {"id": "m%d" % rng.randrange(9), "bench": of(t.plan.panel.benches, "b9"),
                       "name": "王*"},
            "source": {"device": "dice", "count": 10, "range": 10},
            "document": self.document(small),
            "excluded": self.kept_out(rng.randrange(30)),
            "pool": {"id": "P%d" % rng.randrange(9), "title": "t", "building": "b", "rule": "lot", "units": small,
                     "households": small},
            "unit": {"pool": pool, "id": "U%d" % rng.randrange(30), "label": "1", "storey": small,
                     **({"area": small} if rng.random() < 0.3 else {}), **({"price": small} if rng.random() < 0.3 else {})},
            "family": {"id": rng.choice(["F1", "F2", "H1"]), "name": "", **({"budget": small * 50} if rng.random() < 0.5 else {})},
            "household": {"pool": pool, "id": "H%d" % rng.randrange(30), "name": "", "tier": small,
                          **({"family": of(t.plan.families, "F9")} if rng.random() < 0.2 else {})},
            "checkpoint": {"stage": rng.choice(["plan", "reveals", "result", "aftermath"]), "body": self.body()},
            "log": {"signature": LogKey(t.plan.origin() or "x").sign(self.body())},
            "token": {"token": self.token(self.t.signoffs.stamped.body if self.t.signoffs.stamped and rng.random() < 0.8
                                          else self.body())},
            "paper": {"member": member, "scan": hash64},
            "dissent": {"member": member, "reason": "no"},
            "unsigned": {"member": member},
            "cosignature": {"member": member, "signature": KEYS[rng.randrange(8)].sign(5, self.body())},
            "commit": {"member": member, "commit": hash64},
            "envelope": {"member": member},
            "absent": {"member": member},
            "close": {"what": rng.choice(["commits", "reveals"])},
            "reveal": {"member": member, "secret": "8842"},
            "withheld": {"member": member},
            "dice": {"source": small, "digits": "0123456789"},
            "balls": {"source": small, "numbers": rng.sample(range(1, 30), 5)},
            "drand": {"source": small, "round": 1000, "signature": "ab" * 48, "randomness": hash64},
            "seed": {"seed": hash64},
            "open": {"pool": pool, "key": hash64},
            "call": {"pool": pool, "place": small, "household": household(), "ticket": str(rng.randrange(2**64))},
            "missed": {"household": household()},
            "pick": {"household": household(), "by": rng.choice(["choice", "ranking"]), "offered": small, "unit": unit},
            "undo": {"reason": "mistake"},
            "standby": {"household": household(), "place": small},
            "end": {"pool": pool, "picked": small, "standby": 0, "leftover": small},
            "leftover": {"pool": pool, "unit": unit},
            "result": {"picked": small, "standby": 0, "leftover": small},
            "objection": {"id": "E%d" % small, "household": household(), "text": "我反对"},
            "ruling": {"objection": "E%d" % small, "decision": "upheld", "reason": "ok"},
            "withdrawal": {"household": household(), "unit": unit, "reason": "moves", "sheet": sheet},
            "offer": {"unit": unit, "household": household()},
            "accept": {"unit": unit, "household": household(), "sheet": sheet},
            "decline": {"unit": unit, "household": household(), "sheet": sheet},
            "swap": {"households": [household(), household()], "units": [unit, unit], "consents": [hash64, hash64]},
            "recording": {"name": "hall-%d.mp4" % small, "sha256": hash64, "start": self.clock - 5},
            "filed": {"what": "list", "name": "f%d.pdf" % small, "title": "t", "sha256": hash64,
                      **({"household": household()} if rng.random() < 0.3 else {})},
            "void": {"reason": "void"},
            "closing": {"lines": len(self.lines), "root": t.chain.tree.root().hex()},
        }
        events = sorted(verify.EVENT_KINDS)
        local = {verify.PLAN: verify.PLAN_KINDS[1:], verify.POOLS: sorted(verify.POOL_KINDS),
                 verify.CLOSED: events, verify.BATCH: events}.get(t.order.phase)
        kind = rng.choice(local if local and rng.random() < 0.8 else list(kinds))
        return {"kind": kind, **kinds[kind]}

    def sheet(self):
        """The hash of a scan; seldom zeros, which is none."""
        rng = self.rng
        return "0" * 64 if self.rarely(0.05) else "%064x" % rng.randrange(1, 2**256)

    def token(self, body):
        """A time token over this body, mostly later than those before it, and on the right side of the round of drand."""
        rng, stamped = self.rng, self.t.signoffs.stamped
        early = stamped is not None and stamped.stage in ("plan", "reveals")
        time = (1692806000 if early else 1692807000) + len(self.lines)
        if self.rarely(0.15):
            time = rng.choice([0, 1692806363, 1692806364, 1692806365, 4102444799, time - 40, 951782400, 68169600])
        return tokens.token(rng, body, time, 0.15 if self.evil else 0.005)

    def stamp(self):
        """Time tokens under the last checkpoint."""
        rng, stamped = self.rng, self.t.signoffs.stamped
        if stamped is None or rng.random() < 0.7:
            return
        for _ in range(17 if self.rarely(0.02) else rng.choice([1, 1, 1, 2, 3])):
            token = self.token(stamped.body)
            for _ in range(2 if self.rarely(0.02) else 1):
                self.emit("token", token=token)

    def body(self):
        return verify.checkpoint_body(self.t.plan.origin(), len(self.lines),
                                      self.t.chain.tree.root())

    # -- a whole draw

    def plan(self, earlier=None):
        rng = self.rng
        rule_of = [rng.choice(["lot", "choice", "ranking"])
                   for _ in range(rng.choice([2, 2, 3] if self.chained else [1, 1, 2, 3]))]
        benches = rng.choice([2, 2, 2, 3])
        members = [(b, i) for b in range(benches) for i in range(rng.choice([1, 2, 2, 3]))]
        self.times = self.times or not self.rarely(1)
        sources = rng.choice([["dice"], ["dice"], ["balls"], ["drand"], ["dice", "balls"], ["drand", "dice"]])
        units, households = [], []
        for p, rule in enumerate(rule_of):
            names = rng.sample(NEEDS, rng.randrange(4))
            here = []
            # For a round there are to be some without a unit, and some units without anybody.
            for _ in range(rng.choice([1, 2, 8]) if self.chained else rng.randrange(1, 9)):
                n = len(units) + 1
                unit = {"kind": "unit", "pool": "P%d" % p, "id": "U%d" % n, **self.building(),
                        "label": "1" if self.rarely(0.01) else "%d" % n, "storey": 3, **self.measured()}
                features = sorted(n for n in names if rng.random() < 0.6)
                if features:
                    unit["features"] = features
                units.append(unit)
                here.append(unit["id"])
            taken = []
            for _ in range(rng.choice([1, 2, 8]) if self.chained else rng.randrange(1, 9)):
                household = {"kind": "household", "pool": "P%d" % p, "id": "H%d" % (len(households) + 1),
                             "name": "张*", "tier": rng.choice([1, 1, 2, 1, 1, 2, 257, 999])}
                needs = sorted(n for n in names if rng.random() < 0.15)
                fits = [unit["id"] for unit in units if unit["id"] in here and unit["id"] not in taken
                        and set(needs) <= set(unit.get("features", []))]
                # P10: each that has needs can have a unit of its own.
                if needs and (fits or self.rarely(0.5)):
                    taken += fits[:1]
                    household["needs"] = needs
                if rng.random() < 0.2:
                    household["group"] = "G%d-%d" % (p, household["tier"])
                if rule == "ranking" and rng.random() < 0.8:
                    household["ranking"] = rng.sample(here, rng.randrange(1, len(here) + 1))
                households.append(household)
        link, families = {"attempt": 1}, []
        if earlier is not None:
            link = self.follow(earlier, rule_of, units, households, families)
        if not families and rng.random() < 0.5:
            families = self.families(units, households)
        if families or self.rarely(0.01):
            link["families"] = len(families)
        origin = "test.example/%d" % rng.randrange(1000)
        if rng.random() < 0.4:
            link["log"] = rng.choice(KEYS).text if self.rarely(0.05) else LogKey(origin).text
        documents = [self.document(n) for n in range(rng.choice([0, 0, 0, 1, 2, 3]))]
        excluded = [self.kept_out(n) for n in range(rng.choice([0, 0, 0, 1, 2, 3]))]
        counts = {"documents": len(documents), "excluded": len(excluded)}
        self.emit("plan", floorlot=1, origin=origin, title="测试", mode="official",
                  **{key: link[key] for key in link if key != "families"}, benches=benches, members=len(members), sources=len(sources), pools=len(rule_of),
                  units=len(units), households=len(households),
                  **{key: 65 if self.rarely(0.002) else n for key, n in counts.items() if n or self.rarely(0.01)},
                  **({"families": link["families"]} if "families" in link else {}))
        for b in range(benches):
            self.emit("bench", id="b%d" % b, title="席", quorum=1)
        for i, (b, _) in enumerate(members):
            key = {"key": KEYS[i].text} if i < 6 and rng.random() < 0.7 else {}
            self.emit("member", id="m%d" % i, bench="b%d" % b, name="王*", **key)
        for device in sources:
            if device == "drand":
                self.emit("source", device="drand", round=1000)
            else:
                self.emit("source", device=device, count=20, range=10 if device == "dice" else 90)
        for line in documents:
            self.emit("document", **line)
        for p, rule in enumerate(rule_of):
            extra = {"choice": {"absence": rng.choice(["last", "lot", "day", "day"]),
                                **({"seconds": rng.choice([10, 180, 3600])} if rng.random() < 0.3 else {})},
                     "ranking": {"unranked": rng.choice(["lot", "standby"] if self.may_stand_by("P%d" % p, families, households) else ["lot"])}}.get(rule, {})
            self.emit("pool", id="P%d" % p, title="t", building="b", rule=rule, **extra,
                      units=sum(u["pool"] == "P%d" % p for u in units),
                      households=sum(h["pool"] == "P%d" % p for h in households))
        for line in units:
            self.emit(**line)
        for line in excluded:
            self.emit("excluded", **line)
        for line in families + households:
            self.emit(**line)
        self.checkpoint("plan")

    def may_stand_by(self, pool, families, households):
        """P15, 3: mostly no claim with needs of a family with a budget is left on standby by a ranking."""
        budgets = {family["id"] for family in families if "budget" in family}
        return self.rarely(0.02) or not any(h["pool"] == pool and "needs" in h and h.get("family") in budgets for h in households)

    def document(self, number):
        """A document of the plan, mostly with a name of its own."""
        rng = self.rng
        name = rng.choice(["../x", ".x", "d0.PDF", "a\\b"]) if self.rarely(0.02) else "d%d.pdf" % number
        return {"what": rng.choice(["method", "resolution", "roll", "units", "program", "other"]), "name": name,
                "title": "选房办法", "sha256": self.sheet()}

    def kept_out(self, number):
        """A flat that is not drawn, mostly one that no unit is."""
        rng = self.rng
        area = {"area": rng.choice([0, 10**7 + 1]) if self.rarely(0.01) else 8925} if rng.random() < 0.3 else {}
        return {"id": "%s%d" % (rng.choice("Uu") if self.rarely(0.02) else "X", number), "building": rng.choice("bcd"),
                "label": rng.choice(["1", "2"]) if self.rarely(0.02) else "X%d" % number,
                "storey": 0 if self.rarely(0.01) else number + 1, **area, "reason": "样板房"}

    def families(self, units, households):
        """P15: some households become claims, of families with and without a budget."""
        rng, families = self.rng, []
        for n in range(rng.choice([1, 1, 2, 3])):
            claims = [h for h in rng.sample(households, min(len(households), rng.choice([1, 2, 2, 3, 4]))) if "family" not in h]
            if not claims and not self.rarely(0.3):
                continue
            told = rng.choice([0, len(claims) + 1, 65]) if self.rarely(0.05) else len(claims)
            family = {"kind": "family", "id": "H1" if self.rarely(0.03) else "F%d" % (n + 1), "name": rng.choice(["", "张*"]),
                      "claims": told}
            for claim in claims:
                self.join(claim, family["id"])
            if rng.random() < 0.7:
                family["budget"] = self.budget(units, claims)
            if rng.random() < 0.3:
                family["person"] = "ab" * 32 if self.rarely(0.1) else "%064x" % rng.randrange(2**256)
            families.append(family)
        return families

    def join(self, claim, family):
        keys = list(claim.items())
        claim.clear()
        late = [item for item in keys if item[0] in ("ranking", "person")]
        claim.update([item for item in keys if item not in late] + [("family", family)] + late)

    def budget(self, units, claims):
        """P15: mostly enough for the needs of the claims, and every unit of their pools has an area."""
        rng, pools, reserved = self.rng, {claim["pool"] for claim in claims}, 0
        for unit in units:
            if unit["pool"] in pools and unit.get("area", 10**9) > 100 and not self.rarely(0.05):
                self.measure(unit, rng.choice([30, 50, 80, 100]))
        for claim in claims:
            if "needs" in claim:
                reserved += max((unit.get("area", 0) for unit in units if unit["pool"] == claim["pool"]
                                 and set(claim["needs"]) <= set(unit.get("features", []))), default=0)
        if self.rarely(0.05):
            return rng.choice([10**9, 10**9 + 1, max(0, reserved - 1)])
        return reserved + rng.choice([0, 0, 20, 50, 79, 80, 100, 130, 180, 300])

    def measure(self, unit, area):
        late = {key: unit.pop(key) for key in ("area", "price", "features") if key in unit}
        unit.update({**{"area": area}, **{key: late[key] for key in ("price", "features") if key in late}})

    def building(self):
        """The building of a unit: mostly that of its pool."""
        return {"building": self.rng.choice(["b", "c", "Ｃ"])} if self.rng.random() < 0.1 else {}

    def measured(self):
        """The area and the price of a unit, mostly within the limits."""
        rng, found = self.rng, {}
        for key, most in (("area", 10**7), ("price", 10**15)):
            if rng.random() < 0.3:
                found[key] = (rng.choice([0, most + 1, verify.MAX_INTEGER]) if rng.random() < 0.005
                              else rng.choice([1, most, rng.randrange(1, most)]))
        return found

    def follow(self, earlier, rule_of, units, households, families):
        """V7: attempt and `prior`; for a round mostly the units and households that the transcript before left."""
        rng = self.rng
        given_out = earlier.outside.gives_out
        if given_out not in (None, verify.ANYTHING) and earlier.aftermath.void is not None:
            left = given_out
        else:
            left = verify.leaves(earlier)
        if rng.random() < 0.85 and left[0] and left[1]:
            other = lambda value, changed: changed if rng.random() < 0.03 else value  # what V7 finds
            units[:] = [{"kind": "unit", "pool": "P0", "id": name,
                         **({} if other(building, "b") == "b" else {"building": other(building, "c")}),
                         "label": other(label, "99"), "storey": other(storey, 33), **self.measured(),
                         **({"features": sorted(features)} if features else {})}
                        for name, (label, storey, features, building) in sorted(left[1].items()) if rng.random() < 0.95]
            households[:] = [{"kind": "household", "pool": "P0", "id": name, "name": other(display, "赵*"), "tier": other(tier, 2),
                              **({"needs": sorted(needs)} if needs else {}),
                              **({"family": family[0]} if family and rng.random() < 0.98 else {}),
                              **({"person": person} if other(person, "ab" * 32) else {})}
                             for name, (display, tier, needs, person, _, family) in sorted(left[0].items()) if rng.random() < 0.95]
            kept = {family[0]: family for *_, family in left[0].values() if family}
            for name, display, person, budget in (kept[name] for name in sorted(kept)):
                claims = sum(h.get("family") == name for h in households)
                if claims or rng.random() < 0.1:
                    families.append({"kind": "family", "id": name, "name": other(display, "赵*"), "claims": claims,
                                     **({"budget": other(budget, budget + 1)} if budget is not None else {}),
                                     **({"person": person} if other(person, "ab" * 32) else {})})
            if any("budget" in family for family in families) and not self.rarely(0.1):
                for unit in units:
                    self.measure(unit, rng.choice([30, 50, 80, 100]))
            rule_of[:] = [rng.choice(["lot", "choice"])]
            if rng.random() < 0.2:
                households.append({"kind": "household", "pool": "P0", "id": "H99", "name": "", "tier": 1})
        void = earlier.aftermath.void is not None if rng.random() < 0.9 else rng.random() < 0.5
        seal = rng.choice(earlier.chain.checkpoints
                          or [verify.Checkpoint("plan", 1, 1, bytes(32), "")])
        if rng.random() < 0.7 and earlier.chain.checkpoints:
            seal = earlier.chain.checkpoints[-1]
        before = earlier.plan.header["attempt"] if earlier.plan.header else 1
        attempt = before + 1 if rng.random() < 0.9 else rng.randrange(1, 4)
        origin = earlier.plan.header["origin"] if rng.random() < 0.95 else "test.example/other"
        prior = {"origin": origin, "size": seal.size, "root": seal.root,
                 "relation": "void" if void else "round", "reason": "续"}
        return {"attempt": attempt if void else 1, "prior": prior}

    def checkpoint(self, stage):
        self.emit("checkpoint", stage=stage, body=self.body())
        if self.t.signoffs.log_due is not None and not self.rarely(0.02):
            body = "x" if self.rarely(0.02) else self.t.signoffs.log_due
            self.emit("log", signature=LogKey(self.t.plan.origin()).sign(body))
        self.stamp()
        if stage == "reveals":
            return
        # Aftermaths are signed more often, as the result was (S5), and times go forward (S6), mostly.
        if self.rng.random() < (0.9 if stage == "aftermath" else 0.6):
            whole = self.rng.random() < 0.6
            time = 1692806000 if stage == "plan" else 1692807000 + len(self.lines)
            if self.rarely(0.08):
                time = self.rng.choice([0, 5, 1692806364, 1577836799, 1577836800, 4102444800, 2**63 - 1])
            body = self.t.signoffs.open.body if self.t.signoffs.open else ""
            members = list(self.t.plan.panel.members)
            self.rng.shuffle(members)
            for member in members:
                way = self.rng.random() * (0.5 if whole else 1)
                own = [key for key in KEYS if member.key and key.public == member.key[2]]
                if own and way < 0.7:
                    self.emit("cosignature", member=member.id, signature=own[0].sign(time, body))
                elif way < 0.8:
                    self.emit("dissent", member=member.id, reason="我不同意")
                elif way < 0.9:
                    self.emit("paper", member=member.id, scan=self.sheet())
                else:
                    self.emit("unsigned", member=member.id)
                if self.rarely(0.2):
                    self.stamp()
            self.stamp()

    def ceremony(self):
        rng, t = self.rng, self.t
        for member in list(t.plan.panel.members):
            way = rng.random()
            if way >= 0.9 and not self.rarely(0.4) and not any(
                    t.ceremony.has_committed(other) for other in t.plan.panel.members if other.bench == member.bench):
                way = 0  # C2: the quorum of the bench is there
            if way < 0.6:
                secret = "".join(rng.choice("0123456789abcdefXYZ") for _ in range(rng.choice([32, 32, 64, 128])))
                self.secrets[member.id] = secret
                self.emit("commit", member=member.id, commit=verify.hash_text(
                    "floorlot/1 commit\nplan %s\nmember %s\nsecret %s\n" % (
                        t.plan.root, member.id, secret)))
            elif way < 0.9:
                self.secrets[member.id] = "8842"
                self.emit("envelope", member=member.id)
            else:
                self.emit("absent", member=member.id)
        self.emit("close", what="commits")
        for member in list(t.plan.panel.members):
            if t.ceremony.has_committed(member):
                if not self.rarely(0.1):
                    self.emit("reveal", member=member.id, secret=self.secrets.get(member.id, "8842"))
                else:
                    self.emit("withheld", member=member.id)
        self.clock = 1692800000
        self.emit("close", what="reveals")
        if not self.rarely(0.03):
            self.checkpoint("reveals")
        for i, source in enumerate(list(t.plan.sources)):
            if source["device"] == "dice":
                faces = verify.faces_of(source)
                self.emit("dice", source=i + 1, digits="".join(
                    rng.choice(faces or "0") for _ in range(min(source.get("count", 1), 300))))
            elif source["device"] == "balls":
                n = min(source.get("range", 1), 20000)
                self.emit("balls", source=i + 1, numbers=rng.sample(range(1, n + 1), min(source.get("count", 1), n)))
            else:
                signature = ("b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
                             "e342b73a8dd2bacbe47e4b6b63ed5e39")
                self.emit("drand", source=i + 1, round=1000, signature=signature,
                          randomness="fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd")
        if t.order.phase == verify.NUMBERS:
            self.emit("seed", seed=t.ceremony.expected_seed())

    def draw(self):
        rng, t = self.rng, self.t
        for pool in list(t.plan.pools):
            if t.order.phase != verify.POOLS:
                return
            self.emit("open", pool=pool.id, key=verify.hash_text("floorlot/1 pool\nseed %s\npool %s\n" % (
                t.ceremony.seed, pool.id)))
            for _ in range(60):
                draw = t.draw.open
                if rng.random() < 0.1 and t.draw.calls_today and (self.evil or t.draw.day_may_end()):
                    self.day()
                if draw is None or draw.ended or not self.turn(draw):
                    break
            if t.draw.open and not t.draw.open.ended:
                draw = t.draw.open
                left = [u for u in draw.pool.units if draw.free.free[u.place]]
                self.emit("end", pool=draw.pool.id, picked=draw.picked, standby=draw.standby, leftover=len(left))
            if t.draw.open and t.draw.open.ended:
                for unit in list(t.draw.open.leftovers):
                    if t.draw.open is None:
                        break
                    self.emit("leftover", pool=t.draw.open.pool.id, unit=unit.id)
        if t.order.phase == verify.POOLS:
            self.emit("result", **t.draw.sums)

    def turn(self, draw):
        rng = self.rng
        if draw.called is None:
            if draw.undoable and rng.random() < 0.1:
                self.emit("undo", reason="a slip")
                return True
            may = draw.may_be_called()
            if not may:
                if draw.queue and not self.rarely(0.5):
                    self.day()
                return bool(draw.queue)
            due = rng.choice(may)
            if rng.random() < self.evil / 4:
                due = draw.callers[rng.choice(draw.pool.households)]
            self.emit("call", pool=draw.pool.id, place=draw.calls + 1, household=due.id, ticket=str(due.ticket))
            return True
        household = draw.called
        if draw.undoable and rng.random() < 0.1:
            self.emit("undo", reason="a slip")
            return True
        offer = draw.offer(household)
        offered = draw.how_many(offer)
        way, unit, rank = self.t.draw.due_way(draw, household, offer)
        if not offered:
            way = "standby"
        if way == "choice" and rng.random() < 0.2:
            self.emit("missed", household=household.id)
        elif rng.random() < self.evil:
            units = draw.pool.units
            way = rng.choice(["choice", "lot", "ranking"])
            self.emit("pick", household=household.id, by=way, offered=offered,
                      **({"lot": str(household.lot), "number": household.lot % max(offered, 1)}
                         if way == "lot" else {}),
                      **({"rank": rank or 1} if way == "ranking" else {}),
                      unit=rng.choice(units).id if units else "U-none")
        elif way == "standby":
            self.emit("standby", household=household.id, place=draw.standby + 1)
        elif way == "lot":
            number = household.lot % offered
            self.emit("pick", household=household.id, by="lot", offered=offered, lot=str(household.lot), number=number,
                      unit=draw.pool.units[draw.free.nth(offer, number)].id)
        elif way == "ranking":
            self.emit("pick", household=household.id, by="ranking", offered=offered, rank=rank, unit=unit.id)
        else:
            free = list(draw.free.all_of(offer))
            proxy = {"proxy": "李*"} if rng.random() < 0.2 else {}
            self.emit("pick", household=household.id, by="choice", offered=offered,
                      unit=draw.pool.units[rng.choice(free)].id, **proxy)
        return True

    def day(self):
        self.checkpoint("day")
        self.closing()

    def aftermath(self):
        rng, t = self.rng, self.t
        for _ in range(rng.randrange(3)):
            for _ in range(rng.randrange(12)):
                self.one_event()
            self.checkpoint("aftermath")
            self.closing()

    def closing(self):
        self.emit("closing", lines=len(self.lines), root=self.t.chain.tree.root().hex())

    def one_event(self):
        rng, t = self.rng, self.t
        t.aftermath.begin()
        way = rng.randrange(9)
        if t.aftermath.void is not None and not self.rarely(0.5):
            way = rng.choice([0, 1, 8])
        holders = [h for h in t.plan.households if h in t.aftermath.holds]
        if way == 0:
            name = rng.randrange(9) if self.rarely(0.5) else len(self.lines)
            self.emit("objection", id="E%d" % name, **(
                {"household": rng.choice(t.plan.households).id}
                if t.plan.households and rng.random() < 0.5 else {}), text="我反对")
        elif way == 1 and t.aftermath.open_objections:
            self.emit("ruling", objection=sorted(t.aftermath.open_objections)[0],
                      decision="rejected", reason="不成立")
        elif way in (2, 3) and t.plan.households:
            household = rng.choice(t.plan.households)
            unit = t.aftermath.holds.get(household)
            if not unit and not self.rarely(0.5):
                return
            extra = {"unit": unit.id} if unit else {}
            self.emit("withdrawal", household=household.id, **extra, reason="搬走",
                      sheet=self.sheet())
        elif way in (4, 5, 6) and t.plan.pools:
            pool = rng.choice(t.plan.pools)
            if pool in t.aftermath.offers:
                unit, household = t.aftermath.offers[pool]
                self.emit(rng.choice(["accept", "decline"]), unit=unit.id, household=household.id,
                          sheet=self.sheet())
            # A plan whose end was refused may still grow.
            elif pool in t.aftermath.queues and t.aftermath.due_offer(pool):
                unit, household = t.aftermath.due_offer(pool)
                self.emit("offer", unit=unit.id, household=household.id)
        elif way == 7 and len(holders) > 1:
            some = rng.sample(holders, rng.choice([2, 2, min(3, len(holders))]))
            given = [t.aftermath.holds[h].id for h in some]
            self.emit("swap", households=[h.id for h in some], units=given,
                      consents=[self.sheet() for _ in some])
        elif way == 8:
            self.emit("recording", name="hall-%d.mp4" % (rng.randrange(5) if self.rarely(1) else len(self.lines)), sha256=self.sheet(),
                      start=1692800000 + rng.randrange(100))
        if rng.random() < 0.1:
            self.file_document()
        if self.rarely(0.03) or self.chained and t.aftermath.void is None and rng.random() < 0.03:
            self.emit("void", reason="作废")

    def file_document(self):
        """A document that comes later, mostly a right one."""
        rng = self.rng
        what = rng.choice(["notice", "authority", "list", "other"])
        line = self.document(len(self.lines))
        line.update(what=what, name=rng.choice(["d0.pdf", line["name"]]) if self.rarely(0.3) else "f" + line["name"])
        if what == "authority":
            households = [household.id for household in self.t.plan.households] or ["H-none"]
            line["household"] = "H-none" if self.rarely(0.05) else rng.choice(households)
        if (what == "notice") != self.rarely(0.1):
            line.update({"from": 1692800000, "to": 1692800000 + rng.randrange(-1 if self.rarely(0.2) else 0, 10)})
        self.emit("filed", **line)

    def make(self, earlier=None):
        stop = self.rng.choice([0, 0, 1] if self.chained else [0, 0, 0, 0, 0, 0, 1, 2, 3])
        self.plan(earlier)
        self.ceremony()
        if stop == 1:
            self.emit("void", reason="中止")
        else:
            self.draw()
            self.checkpoint("result")
        if stop == 1 and not self.rarely(0.2):
            self.checkpoint("aftermath")
        self.closing()
        self.aftermath()
        raw = b"\n".join(self.lines) + b"\n"
        if stop == 2:
            raw = raw[:self.rng.randrange(len(raw))]
        return raw


class OverLimits(Maker):
    """A draw whose plan has more of something than P2, P5 to P7 and P9 allow, and goes on as if nothing were."""

    def emit(self, kind, **fields):
        if kind == "plan":
            self.plan_lines = []
        if kind in verify.PLAN_KINDS:
            self.plan_lines.append({"kind": kind, **fields})
            return
        if self.plan_lines:
            lines, self.plan_lines = self.plan_lines, []
            self.rng.choice(self.WAYS)(self, lines)
            for line in lines:
                self.put(line)
            if kind == "checkpoint":
                fields["body"] = self.body()
        super().emit(kind, **fields)

    def add(self, lines, kind, more, at=None):
        """Lines of a kind behind the last one of it (or at a place among them); the header counts them."""
        there = [i for i, line in enumerate(lines) if line["kind"] == kind]
        place = there[-1] + 1 if at is None else there[at]
        lines[place:place] = [{"kind": kind, **line} for line in more]
        count = verify.OPTIONAL.get(kind, "benches" if kind == "bench" else kind + "s")
        if self.rng.random() < 0.9 and count in lines[0]:
            lines[0][count] += len(more)

    def benches(self, lines):
        rng, there = self.rng, lines[0]["benches"]
        new = ["x%d" % i for i in range(rng.choice([16, 17, 18]) - there)]
        self.add(lines, "bench", [{"id": name, "title": "席", "quorum": rng.choice([1, 1, 1, 0, 2])} for name in new])
        members = [{"id": "m-%s-%d" % (name, i), "bench": name, "name": "王*"}
                   for name in new for i in range(rng.choice([1, 1, 2, 0]))]
        self.add(lines, "member", members, rng.choice([None, 0]))

    def members(self, lines):
        more = self.rng.choice([255, 256, 257, 258]) - lines[0]["members"]
        self.add(lines, "member", [{"id": "x%d" % i, "bench": "b0", "name": "王*"} for i in range(more)],
                 self.rng.choice([None, 0]))

    def sources(self, lines):
        more = self.rng.choice([16, 17, 18]) - lines[0]["sources"]
        faces = self.rng.choice([2, 6, 10, 1])
        if self.rng.random() < 0.7:
            lines[:] = [line for line in lines if line["kind"] != "source" or line["device"] != "drand"]
            more += lines[0]["sources"] - sum(line["kind"] == "source" for line in lines)
            lines[0]["sources"] = sum(line["kind"] == "source" for line in lines)
        if not lines[0]["sources"]:
            lines.insert(1 + next(i for i, line in enumerate(lines) if line["kind"] == "member"),
                         {"kind": "source", "device": "dice", "count": 1, "range": faces})
            lines.sort(key=lambda line: verify.PLAN_KINDS.index(line["kind"]))
            lines[0]["sources"], more = 1, more - 1
        self.add(lines, "source", [{"device": "dice", "count": self.rng.choice([1, 4]), "range": faces}
                                   for _ in range(more)])

    def again(self, lines):
        """An id twice, perhaps with other capitals."""
        rng = self.rng
        line = dict(rng.choice([line for line in lines if "id" in line]))
        kind = line.pop("kind")
        if rng.random() < 0.4:
            line["id"] = line["id"].swapcase()
        for key, other in (("label", "88"), ("storey", 9), ("tier", 2), ("rule", "lot"), ("quorum", 2), ("bench", "b1"),
                           ("pool", rng.choice(lines).get("id", "P0"))):
            if key in line and rng.random() < 0.3:
                line[key] = other
        if kind == "member" and rng.random() < 0.7:
            line.pop("key", None)
        self.add(lines, kind, [line], rng.choice([None, 0]))

    def needs(self, lines):
        rng = self.rng
        names = ["n%d" % i for i in range(rng.choice([8, 9]))]
        sets = [[name] for name in names] + [[a, b] for a in names for b in names if a < b]
        for line in lines:
            if line["kind"] == "unit":
                line["features"] = names
        pool = next(line for line in lines if line["kind"] == "pool")
        new = [{"pool": pool["id"], "id": "N%d" % i, "name": "", "tier": 1, "needs": needs}
               for i, needs in enumerate(sets[:rng.choice([9, 32, 33, 34])])]
        pool["households"] += len(new)
        self.add(lines, "household", new, 0)

    def features(self, lines):
        rng = self.rng
        line = rng.choice([line for line in lines if line["kind"] in ("unit", "household")])
        line["features" if line["kind"] == "unit" else "needs"] = ["f%02d" % i for i in range(rng.choice([16, 17]))]

    def ranking(self, lines):
        rng = self.rng
        line = rng.choice([line for line in lines if line["kind"] == "household"])
        own = [unit["id"] for unit in lines if unit["kind"] == "unit" and unit["pool"] == line["pool"]]
        line["ranking"] = own + ["none-%d" % i for i in range(rng.choice([4000, 4001]) - len(own))]

    def header(self, lines):
        rng = self.rng
        head = dict(lines[0]) if rng.random() < 0.4 else lines[0]
        head[rng.choice(["benches", "members", "sources", "pools", "units", "households"])] = rng.choice(
            [17, 257, 65535, 65536, 10**7, 10**7 + 1])
        if head is not lines[0]:
            lines.insert(rng.randrange(len(lines)), head)

    def empty(self, lines):
        """Without any line of one kind."""
        kind = self.rng.choice(verify.PLAN_KINDS[1:])
        lines[:] = [line for line in lines if line["kind"] != kind]

    WAYS = [benches, members, sources, again, again, again, needs, features, ranking, header, empty]
    plan_lines = []


class WithOpenings(Maker):
    """A draw whose households are bound to persons; their openings are kept."""

    NAMES = ["张明", "欧阳红", "Zoë", "Zoe\u0308", "Å", "ａ１", "张 明", "n" * 198, "n" * 201, "é" * 101]

    def __init__(self, rng, evil):
        super().__init__(rng, evil)
        self.openings = []

    def emit(self, kind, **fields):
        if kind == "household" and self.rng.random() < 0.8:
            name = unicodedata.normalize("NFC", self.rng.choice(self.NAMES))
            salt = hashlib.sha256(b"%d" % self.rng.randrange(2**64)).hexdigest()
            number = self.rng.choice(["000000190001010002", "E 1234", "1"])
            text = "floorlot/1 person\nhousehold %s\nname %s\ndocument %s\nsalt %s\n" % (
                fields["id"], name, number, salt)
            self.openings.append(text)
            fields["person"] = hashlib.sha256(text.encode("utf-8")).hexdigest()
        super().emit(kind, **fields)


def spoil_opening(rng, text, other):
    """An opening as somebody types it, or as programs on its way leave it; `other` is another one."""
    fields, others = ([line.split(" ", 1)[1] for line in t.split("\n")[1:5]] for t in (text, other))
    at, salt = rng.randrange(4), fields[3]

    def lines(new):
        return "floorlot/1 person\nhousehold %s\nname %s\ndocument %s\nsalt %s\n" % tuple(new)

    def field(place, value):
        return lines(fields[:place] + [value] + fields[place + 1:])

    character = rng.choice([" ", "\t", "\u3000", "\xa0", "\u2028", "\x85", "\0", "\x7f", "\u200b", "\ufeff", "\x1c", "\n", "x", "Ａ"])
    place = rng.randrange(len(fields[at]) + 1)
    line = rng.randrange(5)
    ways = [
        lambda: text,
        lambda: "\ufeff" + text,
        lambda: text.replace("\n", "\r\n"),
        lambda: text.replace("\n", "\r"),
        lambda: text[:-1],
        lambda: text + rng.choice(["\n", "\r\n\r\n", " \t\n", "\f", "\x0b", "\u3000", "x\n", "\0", "\x1a"]),
        lambda: rng.choice(["\n", " ", "> "]) + text,
        lambda: unicodedata.normalize("NFD", text),
        lambda: unicodedata.normalize("NFKC", text),
        lambda: field(3, " ".join(salt[i:i + 8] for i in range(0, 64, 8))),
        lambda: field(3, salt.upper()),
        lambda: field(3, rng.choice([salt[:-1], salt + "0", salt.replace("0", "O"), salt[:63] + "g", "", salt + "\t", "  " + salt + "  ",
                                     salt[:30] + "\u3000" + salt[30:], salt[:30] + "\t" + salt[30:]])),
        lambda: field(at, others[at]),
        lambda: field(rng.choice([1, 2]), rng.choice(["李明", "000000190001010003"])),
        lambda: field(3, rng.choice("0123456789abcdef") + salt[1:]),
        lambda: field(at, fields[at][:place] + character + fields[at][place:]),
        lambda: field(at, ""),
        lambda: text.replace("person", rng.choice(["Person", "persons", "receipt"]), 1),
        lambda: "\n".join(t for i, t in enumerate(text.split("\n")) if i != line),
        lambda: "\n".join(t + (rng.choice([" ", "\t", "\r", "\f"]) if i == line else "") for i, t in enumerate(text.split("\n"))),
        lambda: text.replace(" ", rng.choice(["  ", "\t", "\u3000", ": "]), rng.choice([1, 9])),
        lambda: other,
    ]
    return rng.choice(ways)()


def opening_case(rng):
    """A plan, or a whole draw, with the opening of one of its households."""
    maker = WithOpenings(rng, rng.choice([0, 0, 0, 0.02]))
    if rng.random() < 0.9:
        maker.plan()
        raw = b"\n".join(maker.lines) + b"\n"
    else:
        raw = maker.make()
    if not maker.openings:
        return raw, {}
    text, other = rng.choice(maker.openings), rng.choice(maker.openings)
    for _ in range(rng.choice([1, 1, 1, 2])):
        if text.startswith("floorlot/1 person\n") and text.count("\n") == 5 and text.count(" ") >= 5:
            try:
                text = spoil_opening(rng, text, other)
            except IndexError:
                break
    return raw, {"person": text}


def spoil_bytes(rng, raw):
    """Bytes flipped; lines deleted, duplicated, swapped, moved; cut."""
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        way = rng.randrange(6)
        lines = raw.split(b"\n")
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        if way == 0 and raw:
            at = rng.randrange(len(raw))
            raw = raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1:]
            continue
        if way == 1:
            del lines[i]
        elif way == 2:
            lines.insert(j, lines[i])
        elif way == 3:
            lines[i], lines[j] = lines[j], lines[i]
        elif way == 4:
            lines.insert(j, lines.pop(i))
        elif rng.random() < 0.3:
            lines = lines[:i]
        raw = b"\n".join(lines)
    return raw


def repair(raw):
    """Checkpoints, closing lines, commitments, seed and keys made right again for the lines as they are now."""
    t = verify.Transcript()
    out = []
    lines = raw.split(b"\n")
    secrets = {}
    for line in lines:
        try:
            parsed = json.loads(line)
            if parsed["kind"] == "reveal":
                secrets[parsed["member"]] = parsed["secret"]
        except (ValueError, KeyError, TypeError):
            pass
    for line in lines[:-1]:
        try:
            parsed = json.loads(line)
            kind = parsed["kind"]
            if kind == "checkpoint":
                parsed["body"] = verify.checkpoint_body(
                    t.plan.header["origin"], t.findings.number, t.chain.tree.root())
            elif kind == "log" and t.signoffs.log_due and t.plan.log_key:
                log = LogKey(t.plan.origin())
                if log.text == t.plan.header["log"]:
                    parsed["signature"] = log.sign(t.signoffs.log_due)
            elif kind == "token" and t.signoffs.stamped:
                parsed["token"] = tokens.moved(parsed["token"], t.signoffs.stamped.body)
            elif kind == "closing":
                parsed["lines"], parsed["root"] = t.findings.number, t.chain.tree.root().hex()
            elif kind == "commit" and parsed["member"] in secrets and t.plan.root:
                parsed["commit"] = verify.hash_text("floorlot/1 commit\nplan %s\nmember %s\nsecret %s\n" % (
                    t.plan.root, parsed["member"], secrets[parsed["member"]]))
            elif kind == "seed" and t.plan.root:
                parsed["seed"] = t.ceremony.expected_seed()
            elif kind == "open" and t.ceremony.seed:
                parsed["key"] = verify.hash_text("floorlot/1 pool\nseed %s\npool %s\n" % (
                    t.ceremony.seed, parsed["pool"]))
            elif kind == "call" and t.draw.open:
                due = t.draw.open.due()
                if due:
                    parsed.update(household=due.id, ticket=str(due.ticket),
                                  place=t.draw.open.calls + 1)
            elif kind == "pick" and t.draw.open and t.draw.open.called:
                draw = t.draw.open
                household = draw.called
                offer = draw.offer(household)
                n = draw.how_many(offer)
                parsed.update(household=household.id, offered=n)
                if n and parsed["by"] == "lot":
                    number = household.lot % n
                    parsed.update(lot=str(household.lot), number=number,
                                  unit=draw.pool.units[draw.free.nth(offer, number)].id)
                elif n:
                    parsed["unit"] = draw.pool.units[draw.free.nth(offer, 0)].id
            elif kind == "end" and t.draw.open and not t.draw.open.ended:
                draw = t.draw.open
                parsed.update(picked=draw.picked, standby=draw.standby,
                              leftover=sum(draw.free.free))
            elif kind == "result":
                parsed.update(t.draw.sums)
            again = encode(parsed)
            line = again if b"\n" not in again else line
        except (ValueError, KeyError, TypeError, AttributeError, UnicodeError):
            pass
        out.append(line)
        t.line(line, True)
    return b"\n".join(out + lines[-1:])


def spoil_fields(rng, raw):
    """Some values of some lines changed, then all hashes made right again."""
    maker = Maker(rng, 1)
    lines = raw.split(b"\n")
    for line in lines:
        maker.t.line(line, True)
    for _ in range(rng.choice([1, 1, 2, 4])):
        i = rng.randrange(len(lines))
        try:
            parsed = json.loads(lines[i])
        except ValueError:
            continue
        key = rng.choice([k for k in parsed if k != "kind"] or ["kind"])
        if key != "kind":
            parsed[key] = maker.other_value(key, parsed[key])
            again = encode(parsed)
            if b"\n" not in again:
                lines[i] = again
    return repair(b"\n".join(lines))


def on_its_way(rng, raw):
    """What mail programs, editors and sticks make of a file, and cuts."""
    raw = raw[:rng.randrange(1, len(raw))] if raw and rng.random() < 0.2 else raw
    lines = raw.split(b"\n")
    some = set(rng.sample(range(len(lines)), min(len(lines), rng.choice([1, 1, 3, len(lines)]))))

    def at_some(change):
        return b"\n".join(change(line) if i in some else line for i, line in enumerate(lines))

    at = rng.randrange(len(raw) + 1)
    ways = [
        lambda: b"\n".join(lines[:rng.randrange(1, len(lines) + 1)]) + b"\n",
        lambda: raw[:at],
        lambda: raw[:at] + b"\0" * rng.choice([1, 60]),
        lambda: raw[:at] + b"\0" * 30 + raw[at + 30:],
        lambda: at_some(lambda line: line + b"\r"),
        lambda: raw.replace(b"\n", rng.choice([b"\r", b"\r\n", b" ", b"\xc2\x85", b"\xe2\x80\xa8", b"", b" \n", b"\n\n", b"\r\r\n"])),
        lambda: at_some(lambda line: rng.choice([b" ", b"\t", b"\n", b"\r\n", b"\x0c", b"> "]) + line),
        lambda: at_some(lambda line: line + rng.choice([b" ", b"\t", b"\x0b", b"\n", b"\0", b"}"])),
        lambda: at_some(lambda line: line.replace(b":", b": ").replace(b",", b", ")),
        lambda: at_some(lambda line: line[:70] + b"\n" + line[70:]),
        lambda: at_some(lambda line: line.decode("utf-8", "replace").encode("gbk", "replace")),
        lambda: rng.choice([b"\xef\xbb\xbf", b"\n", b"\r\n \n", b"\n" * 70, b" ", b"PK\x03\x04", b"\xef\xbb\xbf<", b"{", b"[\n", b"\0"]) + raw,
        lambda: raw.decode("utf-8", "replace").encode(rng.choice(["utf-16", "utf-16-be", "gbk"]), "replace"),
        lambda: raw + rng.choice([b"{\"ki", b"x", b" ", b"{\"kind\":\"void\"", b"{\"kind\":\"\r", b"\0", b"\x1a", b"\n"]),
        lambda: b"\n".join(lines[rng.randrange(len(lines)):]),
        lambda: raw + b"{" + b"x" * rng.choice([65534, 65535]) + rng.choice([b"", b"\n", b"\r\n"]),
    ]
    return rng.choice(ways)()


# Where in `random_case` each begins.
KINDS = {"limits": 0, "chains": 0.5, "openings": None}


def read_corpus(vectors):
    """The files of the corpus that are not too long to be spoilt many times."""
    files = []
    for folder in ("valid", "tampered"):
        where = os.path.join(vectors, "corpus", folder)
        for name in sorted(os.listdir(where)):
            with open(os.path.join(where, name), "rb") as file:
                data = file.read()
            if len(data) < 200000:
                files.append(data)
    return files


def read_transcript(raw, earlier=None):
    t = verify.Transcript()
    t.read(verify.read_lines(io.BytesIO(raw)))
    evidence = verify.Evidence()
    evidence.earlier = earlier or []
    verify.check_evidence(t, evidence)
    return t


def chain(rng):
    """Rounds and attempts after one another; each file but the last is without intended faults."""
    before, earlier, given = [], None, []
    for _ in range(rng.choice([1, 1, 2, 3])):
        raw = Maker(rng, 0, True).make(earlier)
        t = read_transcript(raw, list(given))
        given.append(t)
        if t.plan.header is None:
            break
        before.append(raw)
        earlier = t
    if earlier is None or earlier.plan.header is None:
        return Maker(rng, 0, True).make(), []
    return Maker(rng, rng.choice([0, 0, 0.02]), True).make(earlier), before


def evidence_for(rng, raw):
    """What somebody could have noted or kept, right or wrong."""
    evidence = {}
    if rng.random() < 0.25:
        marks = [rng.choice(c.names()[:2]) for c in read_transcript(raw).chain.checkpoints]
        evidence["fingerprints"] = rng.sample(marks, rng.randrange(len(marks) + 1))
        if rng.random() < 0.1:
            evidence["fingerprints"].append("01234 " * 11 + "01234")
    if rng.random() < 0.2:
        copy = raw[:rng.randrange(len(raw) + 1)]
        if rng.random() < 0.1:
            copy = spoil_bytes(rng, copy)
        evidence["older"] = copy
    if rng.random() < 0.1:
        evidence["expect"] = rng.choice(["official", "rehearsal"])
    evidence["household"] = rng.choice(["H%d" % rng.randrange(1, 12), "H00%d" % rng.randrange(1, 6),
                                        "H10%d" % rng.randrange(5)])
    return evidence


def random_case(seed, number, files, kind=None):
    """One case, of all kinds or of one of KINDS: the bytes of a transcript, and the evidence for it (see compare.py)."""
    rng = random.Random(seed * 1000003 + number)
    way, before = rng.random(), []
    if len(MADE) > 50000:
        MADE.clear()
    if kind == "openings":
        return opening_case(rng)
    way = KINDS.get(kind, way)
    if way < 0.06:
        raw = OverLimits(rng, rng.choice([0, 0, 0, 0.02])).make()
    elif way < 0.5:
        raw = Maker(rng, rng.choice([0, 0.01, 0.03, 0.1])).make()
    elif way < 0.6:
        raw, before = chain(rng)
    elif way < 0.68:
        raw = on_its_way(rng, rng.choice(files))
    elif way < 0.75:
        raw = spoil_bytes(rng, rng.choice(files))
    elif way < 0.85:
        raw = repair(spoil_bytes(rng, rng.choice(files)))
    else:
        raw = spoil_fields(rng, rng.choice(files))
    evidence = evidence_for(rng, raw)
    if before:
        evidence.pop("expect", None)  # a program may want it of every file that it is given
        evidence["earlier"] = before[rng.choice([0, 0, 0, len(before) - 1]):]
    return raw, evidence
