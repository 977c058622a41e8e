#!/usr/bin/env python3
"""Verifies the transcript of a floorlot draw. A second verifier, written from the specification.

It needs Python 3.9 or later, and nothing else. Its parts stand in the order of the data:

    1 bytes and lines       7 the plan            13 evidence from outside
    2 signatures            8 the sign-offs       14 the report (section 11)
    3 the keystream         9 the ceremony        15 the household that is meant
    4 offers               10 the draw            16 why it has this flat
    5 the chain            11 the aftermath       17 receipts (section 10)
    6 the order of lines   12 the transcript      18 the command

Each stage is a class with its state, its lines and its checks; it reads the stages before it, and
writes what it found into Findings. Transcript reads the lines and hands each to its stage. The
sentence of a rule stands above the branch that enforces it, behind its id. Where each rule is:

    T1  Cursor, Chain.take                            D1  PoolDraw, Draw.open_pool, end
    T2  Order (PHASES, TURNS)                         D2  PoolDraw.turn, due; Draw.call
    T3  Tree, Chain.checkpoint                        D3  tickets_and_lots, Draw.call
    T4  Chain.closing, is_torn                        D4  Matching, PoolDraw.offer; Draw.pick
    P1  Plan.take_header, check_counts                D5  Draw.pick
    P2  Ids                                           D6  Draw.check_lot
    P3  text_is_sound, Findings.text                  D7  Draw.due_way, check_ranking
    P4  Panel.take_member, Plan.pool_of               D8  Draw.check_by, missed; PoolDraw.miss
    P5  Panel.end                                     D9  Draw.undo, follow_pick
    P6  Plan.take_source, check_outcomes              D10 Draw.standby, missed
    P7  Plan.check_pool, features, pool_needs         D11 Draw.end_pool, leftover, leave_pool
    P8  Plan.household_group                          D12 Draw.follow_pick, end, check_result
    P9  Plan.household_ranking                        D13 Draw.pick
    P10 Plan.check_needs, Matching                    A1  Aftermath.objection, ruling
    P11 Plan.check_attempt                            A2  Aftermath.withdrawal
    P12 read_key, is_of_prime_order, Panel.take_key   A3  Aftermath.due_offer, offer
    P13 Plan.check_once                               P14 Plan.take_document
    P15 Plan.take_family, check_families              D14 PoolDraw.limit, spend
    S1  SignOffs.take, end                            A4  Aftermath.close_offer, accept, decline
    S2  signature_is_right, SignOffs.cosignature      A5  Aftermath.swap
    S3  SignOffs.cosignature                          A6  Aftermath.recording
    S4  SignOffs.cosignature                          A7  Aftermath.take, declare_void
    S5  SignOffs.end_signed                           A8  Aftermath.filed
    S6  SignOffs.sign_time
    S7  SignOffs.await_log, log                       V9  Outside.files
    S8  read_token, SignOffs.token
    C1  Ceremony.roll_call, end_roll_call             V1  Outside.noted
    C2  Ceremony.end_roll_call                        V2  Outside.older_copy
    C3  Ceremony.check_secret                         V3  Outside.quorums
    C4  Ceremony.answer, end_answers                  V4  Outside.kind
    C5  Ceremony.public_number, numbers_fit           V5  Outside.files
    C6  Ceremony.expected_seed, check_seed            V6  Outside.scans
    C7  Ceremony.check_drand                          V7  Outside.prior, link, given_out
    R1  Receipt                                       V8  Outside.person, read_opening
    R2  check_entries                                 R4  check_receipt_fingerprint
    R3  Story                                         R5  check_receipt_signatures

One thing it cannot do: pairings on BLS12-381. It says then that the check C7 was not run.
"""

import argparse
import base64
import binascii
import bisect
import calendar
import contextlib
import datetime
import errno
import hashlib
import itertools
import json
import math
import os
import re
import struct
import sys
import time
import unicodedata
from array import array
from collections import defaultdict, deque, namedtuple


def read_checks(table):
    """Rows of cells; a row goes on in the lines that are indented."""
    rows = re.sub("\n +", " ", table.strip()).splitlines()
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows]


# The tables of sections 7 and 10: id, question in English, question in Chinese.
CHECKS = read_checks("""
T1 | Is every line in the profile? | 每一行都符合规定的写法吗？
T2 | Does every line stand where the state machine allows it? | 每一行都在流程允许的位置吗？
T3 | Does every checkpoint carry origin, size and root of the lines before it? | 每个检查点都与它之前的各行相符吗？
T4 | Does the closing line end the file and count it rightly? | 结束行在文件末尾且行数正确吗？
P1 | Is the header sound, and are the counts right? | 方案首行正确、各项数目相符吗？
P2 | Are all ids well-formed and different? | 所有编号都合规且互不相同吗？
P3 | Are all texts within the repertoire? | 所有文字都在允许的字符范围内吗？
P4 | Do benches and pools exist, and are units and households in the order of pools?
    | 所引用的席位和批次都存在，房源与住户都按批次排列吗？
P5 | Are there two benches or more with quorums they can reach? | 至少有两个席位，且法定人数可以达到吗？
P6 | Do the public numbers have 64 bits or more? | 公开随机数至少有 64 比特吗？
P7 | Are all fields within their limits? | 所有字段都在限度之内吗？
P8 | Is each group within one pool and tier? | 每个结伴组都在同一批次、同一顺位吗？
P9 | Do rankings name units of their own pool, once each? | 志愿表只列本批次的房源且不重复吗？
P10 | Can all needs be met at once? | 所有照顾需求能同时满足吗？
P11 | Is the attempt linked to the one before? | 本次抽签与上一次的关联写明了吗？
P12 | Are the keys of the panel sound, and of one member each? | 监督员的公钥都合格且互不相同吗？
P13 | Is every flat, and every person, listed once? | 每套房、每个人都只列一次吗？
P14 | Is every document named once, with its hash? | 每份文件都只列一次并附哈希吗？
P15 | Is every family listed with its claims, and every budget enough for its needs?
    | 每个家庭及其选房名额都列明、面积额度足够满足照顾需求吗？
C1 | Was every member called, once? | 每位监督员都点名一次吗？
C2 | Did each bench reach its quorum of commitments? | 每个席位的承诺达到法定人数了吗？
C3 | Does every revealed secret match its commitment? | 每个公开的密语都与其承诺相符吗？
C4 | Was every commitment answered, and did each bench keep its quorum? | 每个承诺都有交代，且仍达到法定人数吗？
C5 | Are the public numbers whole, and after the reveals? | 公开随机数完整吗？
C6 | Is the seed the hash of what it must be? | 种子计算正确吗？
C7 | Is the drand round the one named in the plan, rightly signed, and later than the reveals?
    | drand 轮次是方案指定的、签名正确、且晚于公开截止吗？
D1 | Was every pool drawn once, in order, with its own key? | 每个批次都按顺序、用自己的密钥抽了一次吗？
D2 | Were the households called in the order of the tickets? | 住户是按签号顺序叫到的吗？
D3 | Is every ticket right? | 每个签号都正确吗？
D4 | Is the number of offered units right? | 可选房源的数目正确吗？
D5 | Was every picked unit on offer? | 选中的每套房当时都可选吗？
D6 | Is every pick by lot the one that the lot gives? | 每次抽签得房都与签数一致吗？
D7 | Is every pick by ranking the first on offer? | 每次按志愿得房都是可选的第一志愿吗？
D8 | Was absence treated as the plan says, and chosen only where one may choose?
    | 缺席按方案处理、只在可选房的批次选房吗？
D9 | Did every undo withdraw a choice or a miss directly before it? | 每次撤回都只撤回紧接的前一步吗？
D10 | Was nobody put on standby who could have been served? | 没有可选房源的住户才列入候补吗？
D11 | Is every pool's end right, with its leftovers? | 每个批次的结尾和剩余房源正确吗？
D12 | Is every household served once, every unit picked once at most, and the result the sum?
    | 每户只得一次、每套只归一户、结果合计正确吗？
D13 | Does every household with needs that picked have what it needs? | 有照顾需求的住户得到所需的房了吗？
S1 | Did each member sign a checkpoint once, dissent once, or stay away? | 每位监督员对检查点都签名、异议或缺席一次吗？
S2 | Is every signature one over the checkpoint that it stands under? | 每个签名都是对其上检查点的签名吗？
S3 | Is every signature made with a key of the sealed plan? | 每个签名都用封存方案中的公钥吗？
S4 | Did every member sign with their own key? | 每位监督员用的都是自己的公钥吗？
S5 | Was every batch after a signed result signed, too? | 结果经签名后，其后每一批事项也都签名了吗？
S6 | Do the times of the signatures go forward? | 各签名的时间都先后有序吗？
S7 | Did the log sign every checkpoint? | 日志对每个检查点都签名了吗？
S8 | Is every time token over the checkpoint that it stands under, and do their times go forward?
    | 每个时间戳都是对其上检查点的，且时间先后有序吗？
A1 | Is every objection one of its own, and every ruling one on an open objection?
    | 每项异议编号唯一、每项裁定对应未决异议吗？
A2 | Did households withdraw only from what they had? | 住户放弃的都是其所有的吗？
A3 | Was every free unit offered to the household on standby whose turn it was? | 每套空房都按候补次序提供吗？
A4 | Does every answer belong to the offer that was open? | 每个答复都对应当时的提供吗？
A5 | Were units swapped only with consent, among those entitled to them? | 换房都经各户同意且符合资格吗？
A6 | Is every recording named once? | 每份录像都只登记一次吗？
A7 | Was nothing given out after the draw was void? | 宣布作废之后没有再分配吗？
A8 | Is every document that was filed later one of its own? | 其后登记的每份文件都只登记一次吗？
V1 | Is the fingerprint that was noted outside that of a checkpoint here? | 在外记下的指纹与这里的检查点相符吗？
V2 | Is the older copy the beginning of this file? | 较早的副本是本文件的开头吗？
V3 | Did the quorum of each bench sign? | 各席位达到法定人数的监督员签名了吗？
V4 | Is the draw of the kind that was expected (official or rehearsal)? | 抽签性质（正式或演练）与预期一致吗？
V5 | Are the recordings the files that were registered? | 录像文件与登记的相符吗？
V6 | Are the scans of what was signed on paper the files that were registered? | 各纸面签字的扫描件与登记的相符吗？
V7 | Does the draw go on from the round or attempt before it? | 本次抽签与上一轮（次）衔接吗？
V8 | Is the household the person who is named? | 该住户就是所称的人吗？
V9 | Are the documents the files that were registered? | 各文件与登记的相符吗？
""")

RECEIPT_CHECKS = read_checks("""
R1 | Does the text have the form of a receipt? | 文字符合收据的格式吗？
R2 | Does every line stand in the transcript of the checkpoint? | 每一行都在检查点所指的记录中吗？
R3 | Do the lines belong together? | 各行属于同一住户（或家庭）、同一次抽签吗？
R4 | Is the fingerprint that was noted outside that of the checkpoint? | 在外记下的指纹与检查点相符吗？
R5 | Are the signatures right, and did the quorum of each bench sign? | 签名正确，且各席位达到法定人数吗？
""")



def rules_of(letter):
    return [row[0] for row in CHECKS if row[0].startswith(letter)]


NOTHING = ("nothing", "没有")
ZEROS = "0" * 64              # the hash of no file
A_SHEET = ("the hash of a scanned sheet", "扫描件的哈希")


def clean(text):
    """No character of a hostile file reaches the terminal as a command: what cannot be printed is
    spelled out."""
    return "".join(c if c.isprintable() else "\\u{%04x}" % ord(c) for c in str(text))


def both(words):
    """Words for people as a pair (English, Chinese), shortened; a plain string or number is the
    same in both."""
    pair = words if isinstance(words, tuple) else (words, words)
    pair = [clean(str(word)[:300]) for word in pair]
    return tuple(word if len(word) <= 200 else word[:200] + "…" for word in pair)


class Check:
    """One row of the table: how many were examined, how many faults, and the first ten of them
    (section 11)."""

    def __init__(self):
        self.examined = 0
        self.failed = 0
        self.faults = []
        self.reason = None  # why it was not run, as a pair

    def fault(self, rule, line, place, found, expected):
        self.failed += 1
        if len(self.faults) < 10:
            self.faults.append((rule, line, clean(place)[:200], both(found), both(expected)))

    def outcome(self):
        if self.failed:
            return "failed"
        return "not_run" if self.reason else "passed"


class Findings:
    """What the checks have examined and found. The stages write it and read nothing of it."""

    def __init__(self):
        self.checks = {row[0]: Check() for row in CHECKS}
        self.number = 0             # of the line at hand, from 1
        self.first = None           # line and place in the table of the first fault

    def fault(self, rule, place, found, expected, line=None):
        number = self.number if line is None else line
        self.checks[rule].fault(rule, number, place, found, expected)
        # What was given from outside is compared when the file has ended.
        found_in = math.inf if rule[0] == "V" else number
        here = found_in, list(self.checks).index(rule)
        self.first = min(self.first or here, here)

    def first_fault(self):
        """The fault in the least line; of several in it, that of the first check (section 7)."""
        if self.first is None:
            return None
        line, place = self.first
        return {"check": list(self.checks)[place], "line": 0 if line == math.inf else line}

    def examine(self, rule, n=1):
        self.checks[rule].examined += n

    def compare(self, rule, place, found, expected, line=None):
        if found != expected:
            found, expected = (NOTHING if value is None else value for value in (found, expected))
            self.fault(rule, place, found, expected, line)

    def text(self, place, text, limit, may_be_empty=False):
        """P3: a text is within its limit and the repertoire."""
        self.examine("P3")
        if not text_is_sound(text, limit, may_be_empty):
            self.fault("P3", place, text, ("text of the repertoire, at most %d bytes" % limit,
                                           "允许字符组成的文字，至多 %d 字节" % limit))

    def not_run(self, rules, reason):
        """The first reason stays."""
        for rule in rules:
            if self.checks[rule].reason is None:
                self.checks[rule].reason = reason

    def refuted(self):
        return any(check.failed for check in self.checks.values())


# --------------------------------------------------------------------------------------------------
# 1. Bytes and lines
# --------------------------------------------------------------------------------------------------

MAX_LINE = 65535
MAX_INTEGER = 2**53 - 1

# Section 3, the kinds of line: keys in their order, those in brackets optional. A word with "|" is
# a token.
KINDS_TABLE = """
plan        floorlot:int origin:str title:str mode:official|rehearsal attempt:int
            [prior:prior] [log:str] benches:int members:int sources:int pools:int units:int
            households:int [documents:int] [excluded:int] [families:int]
bench       id:str title:str quorum:int
member      id:str bench:str name:str [key:str]
source      device:dice|balls|drand [count:int] [range:int] [round:int]
document    what:method|resolution|roll|units|program|other name:str title:str sha256:hex64
pool        id:str title:str building:str rule:choice|lot|ranking [absence:last|day|lot]
            [seconds:int]
            [unranked:lot|standby] units:int households:int
unit        pool:str id:str [building:str] label:str storey:int [area:int] [price:int]
            [features:strs]
excluded    id:str building:str label:str storey:int [area:int] reason:str
family      id:str name:str claims:int [budget:int] [person:hex64]
household   pool:str id:str name:str tier:int [needs:strs] [group:str] [family:str] [ranking:strs]
            [person:hex64]
checkpoint  stage:plan|reveals|day|result|aftermath body:str [at:int]
log         signature:str [at:int]
token       token:str [at:int]
cosignature member:str signature:str [at:int]
paper       member:str scan:hex64 [at:int]
dissent     member:str reason:str [at:int]
unsigned    member:str [at:int]
commit      member:str commit:hex64 [at:int]
envelope    member:str [at:int]
absent      member:str [at:int]
close       what:commits|reveals [at:int]
reveal      member:str secret:str [at:int]
withheld    member:str [at:int]
dice        source:int digits:str [at:int]
balls       source:int numbers:ints [at:int]
drand       source:int round:int signature:str randomness:hex64 [at:int]
seed        seed:hex64 [at:int]
open        pool:str key:hex64 [at:int]
call        pool:str place:int household:str ticket:decimal [at:int]
missed      household:str [at:int]
pick        household:str by:choice|lot|ranking offered:int [lot:decimal] [number:int] [rank:int]
            unit:str [proxy:str] [at:int]
undo        reason:str [at:int]
standby     household:str place:int [at:int]
end         pool:str picked:int standby:int leftover:int [at:int]
leftover    pool:str unit:str [at:int]
result      picked:int standby:int leftover:int [at:int]
objection   id:str [household:str] text:str [at:int]
ruling      objection:str decision:upheld|rejected reason:str [at:int]
withdrawal  household:str [unit:str] reason:str sheet:hex64 [at:int]
offer       unit:str household:str [at:int]
accept      unit:str household:str sheet:hex64 [at:int]
decline     unit:str household:str [reason:str] sheet:hex64 [at:int]
swap        households:strs units:strs consents:hex64s [at:int]
recording   name:str sha256:hex64 start:int [at:int]
filed       what:notice|authority|list|other name:str title:str sha256:hex64 [household:str]
            [from:int] [to:int] [at:int]
void        reason:str [at:int]
closing     lines:int root:hex64
prior       origin:str size:int root:hex64 relation:void|round reason:str
"""


def read_table(table):
    """The table above as kind -> list of (name, its bytes as they stand before the value behind
    another, and as the first, type, optional)."""
    kinds = {}
    for row in table.strip().splitlines():
        words = row.split()
        if not row.startswith(" "):
            fields = kinds[words.pop(0)] = []
        for word in words:
            name, kind = word.strip("[]").split(":")
            label = ('"%s":' % name).encode()
            fields.append((name, (b"," + label, label), kind, word.startswith("[")))
    return kinds


KINDS = read_table(KINDS_TABLE)
OBJECT_KINDS = {"prior": KINDS.pop("prior")}

STRING = re.compile(rb'"([^"\\\x00-\x1f\x7f]*(?:\\["\\n][^"\\\x00-\x1f\x7f]*)*)"')  # T1.4
ESCAPE = re.compile(r'\\(.)')
INTEGER = re.compile(rb"0|[1-9][0-9]*")  # T1.5
DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,38})\Z")
HEX64 = re.compile(r"[0-9a-f]{64}\Z")


class NotInProfile(Exception):
    """A line that breaks T1: the byte, what is there, what should be."""

    def __init__(self, at, found, expected):
        super().__init__()
        self.place = "byte %d" % (at + 1)
        self.found = found
        self.expected = expected


class Cursor:
    """Walks once over the bytes of a line and takes exactly what must come (T1)."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def fail(self, expected):
        rest = self.data[self.at:self.at + 24].decode("utf-8", "replace")
        raise NotInProfile(self.at, rest or ("the end of the line", "行尾"), expected)

    def follows(self, word):
        if not self.data.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def take(self, word):
        if not self.follows(word):
            self.fail(word.decode())

    def string(self):
        match = STRING.match(self.data, self.at)
        if not match:
            self.fail(("a string", "字符串"))
        self.at = match.end()
        text = match.group(1).decode("utf-8")
        if "\\" in text:
            text = ESCAPE.sub(lambda m: "\n" if m.group(1) == "n" else m.group(1), text)
        return text

    def integer(self):
        match = INTEGER.match(self.data, self.at)
        if not match or len(match.group()) > 16 or int(match.group()) > MAX_INTEGER:
            self.fail(("an integer up to 2^53-1", "不大于 2^53-1 的整数"))
        self.at = match.end()
        return int(match.group())

    def string_that(self, is_right, expected):
        start = self.at
        text = self.string()
        if not is_right(text):
            self.at = start
            self.fail(expected)
        return text

    def hex64(self):
        return self.string_that(HEX64.match, ("64 lower-case hex digits", "64 位小写十六进制数"))

    def decimal(self):
        return int(self.string_that(lambda text: DECIMAL.match(text) and int(text) < 2**128,
                                    ("a decimal below 2^128", "小于 2^128 的十进制数")))

    READ = {"str": string, "int": integer, "hex64": hex64, "decimal": decimal}

    def token(self, words):
        start, text = self.at, self.string()
        if text not in words:
            self.at = start
            self.fail(" | ".join(words))
        return text

    def list(self, read):
        self.take(b"[")
        items = [read(self)]  # a list is never empty
        while not self.follows(b"]"):
            self.take(b",")
            items.append(read(self))
        return items

    def value(self, kind, optional):
        read = self.READ.get(kind)
        if read:
            return read(self)
        if kind == "prior":
            self.take(b"{")
            return self.fields(OBJECT_KINDS["prior"], {}, True)
        if kind not in ("strs", "ints", "hex64s"):
            return self.token(kind.split("|"))
        start, items = self.at, self.list(self.READ[kind[:-1]])
        if optional and not items:
            self.at = start
            self.fail(("a list with entries", "非空列表"))
        return items

    def fields(self, table, into, first):
        """The keys of an object in their order, up to and with its closing brace."""
        for name, labels, kind, optional in table:
            before = labels[first]
            if self.follows(before):
                into[name] = self.value(kind, optional)
                first = False
            elif not optional:
                self.fail(before.decode())
        self.take(b"}")
        return into


# The quick way: most lines are read by one regular expression of their kind, made of the table
# above. It takes nothing that Cursor does not take, and reads it the same. What it does not know
# (escapes, numbers near a limit, rare types) it leaves to Cursor, and so whatever has a fault.
PLAIN = r'"[^"\\\x00-\x1f\x7f]*"'
LEFT_TO_CURSOR = "((?!))", None
QUICK = {"str": (r'"([^"\\\x00-\x1f\x7f]*)"', None), "hex64": ('"([0-9a-f]{64})"', None),
         "int": ("(0|[1-9][0-9]{0,14})", int),
         "decimal": ('"(0|[1-9][0-9]{0,37}|[12][0-9]{38})"', int),
         "strs": (r"\[(%s(?:,%s)*)\]" % (PLAIN, PLAIN), lambda text: text[1:-1].split('","')),
         "ints": LEFT_TO_CURSOR, "hex64s": LEFT_TO_CURSOR, "prior": LEFT_TO_CURSOR}


def quick_way(kind, table):
    """The regular expression of a kind, and how each value is made of its group."""
    pattern, fields = '{"kind":"%s"' % kind, []
    for name, _, what, optional in table:
        value, make = QUICK.get(what) or ('"(%s)"' % what, None)
        pattern += '(?:,"%s":%s)%s' % (name, value, "?" if optional else "")
        fields.append((name, make))
    return re.compile(pattern + "}"), fields


QUICK_WAYS = {kind: quick_way(kind, table) for kind, table in KINDS.items()}


def read_quickly(text):
    """What read_by_cursor gives for this line, or None."""
    kind = text[9:text.find('"', 9)]
    pattern, fields = QUICK_WAYS.get(kind, (None, None))
    match = pattern and pattern.fullmatch(text)
    if not match:
        return None
    line = {"kind": kind}
    for (name, make), value in zip(fields, match.groups()):
        if value is not None:
            line[name] = make(value) if make else value
    return line


def parse_line(raw):
    """T1: the line as a dictionary, or NotInProfile."""
    if len(raw) > MAX_LINE:
        raise NotInProfile(MAX_LINE, ("a longer line", "更长的行"),
                           ("65,535 bytes at most", "至多 65,535 字节"))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = " ".join("%02x" % byte for byte in raw[error.start:error.start + 4])
        raise NotInProfile(error.start, found, "UTF-8") from None
    return read_quickly(text) or read_by_cursor(raw)


def read_by_cursor(raw):
    """T1: the line as a dictionary, or NotInProfile with the byte."""
    cursor = Cursor(raw)
    cursor.take(b'{"kind":')
    kind = cursor.token(KINDS)
    line = cursor.fields(KINDS[kind], {"kind": kind}, False)
    if cursor.at != len(raw):
        cursor.fail(("the end of the line", "行尾"))
    return line


def read_lines(stream):
    """(line, whether an LF ends it). Of a line that is too long only the beginning is kept."""
    while True:
        raw = part = stream.readline(MAX_LINE + 2)
        if not raw:
            return
        while part and not part.endswith(b"\n"):
            part = stream.readline(MAX_LINE)
        yield (raw[:-1] if part is raw else raw[:MAX_LINE + 1]), bool(part)

# --------------------------------------------------------------------------------------------------
# A file that was changed on its way (section 11)
# --------------------------------------------------------------------------------------------------

BEGINNING = b'{"kind":"plan",'
LINE_BEGINS = b'{"kind":"'
WHITE = b" \t\n\x0c\r"
AGAIN = (" Get the file again, packed in a zip or from the stick.",
         "请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。")

# The words of each change; behind those marked + stands AGAIN.
CHANGES = {row[0]: row[1:] for row in read_checks("""
cr-lf | +in CR LF instead of LF: a mail program, an editor or git changed the line ends.
    | 的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。
cr | +Lines end in CR, or CR stands in a line: a program changed the line ends.
    | 行尾是 CR，或行中有 CR：有程序改动了换行符。
line-separators | +Lines do not end in LF but in another character (such as U+2028): a program
    changed the line ends.
    | 行尾不是 LF，而是别的字符（如 U+2028）：有程序改动了换行符。
empty-line | +There is an empty line: an editor or a mail program put it in. | 有空行：是编辑器或邮件程序加进去的。
white-space | +White space stands before or after a line: an editor or a mail program put it in.
    | 行首或行尾有空格或制表符：是编辑器或邮件程序加进去的。
encoding | +The file is not UTF-8: an editor saved it in another encoding (GBK, say).
    | 文件不是 UTF-8：编辑器用别的编码（如 GBK）保存过。
zeros | +A part is lost, and zeros stand in its place: the disk or the stick did not keep it.
    | 有一段内容丢失，变成了零字节：硬盘或 U 盘没有存住。
broken-line | +A line is broken in two: a mail program or an editor wraps long lines.
    | 有一行被拆成两行：邮件程序或编辑器把长行折断了。
reformatted | +The JSON was written anew, with other spaces, order or escapes: a program formatted
    it.
    | JSON 被重新写过，空格、次序或转义不同：有程序把它重新排版了。
bom | +A byte order mark (BOM) stands before the first line: an editor such as Notepad saved
    the file.
    | 第一行之前有字节顺序标记（BOM）：记事本之类的编辑器保存过。
utf16 | +The file is UTF-16 (“Unicode”): an editor or a spreadsheet program saved it anew.
    | 文件是 UTF-16（“Unicode”）编码：编辑器或表格软件另存过。
mail | +This is the file as a mail program packs it (base64): save the attachment.
    | 这是邮件程序编码后的内容（base64）：请把附件另存为文件。
beginning | +The beginning is missing: the first line is not that of a plan. | 开头缺失：第一行不是方案首行。
packed | This is a packed file (zip, 7z, gzip) or an Office document: unpack it, and check the
    file in it.
    | 这是压缩包（zip、7z、gzip）或 Office 文档：请先解压，再核验其中的文件。
document | This is a PDF or a document of an office program: ask for the transcript itself.
    | 这是 PDF 或办公软件的文档：请索取抽签记录文件本身。
web-page | This is a web page, perhaps one that asks to sign in or says that something is
    missing: download the transcript itself.
    | 这是网页，也许是登录页或出错页：请下载抽签记录文件本身。
receipt | This is a receipt: check it as a receipt. | 这是收据：请按收据核验。
""")}
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ",
          b"\x28\xb5\x2f\xfd")


def change_report(what, before=("", "")):
    if what is None:
        return None
    english, chinese = CHANGES[what]
    again = AGAIN if english.startswith("+") else ("", "")
    return {"what": what, "en": before[0] + english.lstrip("+") + again[0],
            "zh": before[1] + chinese + again[1]}


def change_of_bytes(line):
    """The same for what is no text."""
    if line.startswith(b"\0\0"):
        return "zeros"
    if line.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) or line[1:2] == b"\0":
        return "utf16"
    if line.startswith(PACKED):
        return "packed"
    return "document" if line.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")) else None


def change_of_beginning(lines):
    """What made this of a file that does not begin as a transcript does."""
    blank = 0
    for line, ended in itertools.islice(lines, 65):
        if line.strip(WHITE):
            break
        blank += 1
    else:
        return "empty-line"
    if line.startswith(b"\xef\xbb\xbf"):
        line = line[3:]
        if line.startswith(BEGINNING):
            return "bom"
    what = change_of_bytes(line)
    if what:
        return what
    for what, starts in (("receipt", b"floorlot/1 receipt"), ("mail", b"eyJraW5kIjoicGxhbiI")):
        if line.startswith(starts):
            return what
    text = line.lstrip(WHITE)
    if not text:
        return "empty-line"
    if text.startswith((b"<", b"{&quot;")):
        return "web-page"
    if not ended and not blank and BEGINNING.startswith(line):
        return None
    if line.startswith(BEGINNING):
        return "empty-line"
    if line.startswith(LINE_BEGINS):
        return "beginning"
    if text.startswith((b"{", b"[")):
        return "white-space" if len(text) < len(line) else "reformatted"
    return None


def change_of_line(line):
    """What made this of a line that is not in the profile."""
    whole = len(line) <= MAX_LINE
    if not line:
        return "empty-line"
    if b"\0" in line:
        return "zeros"
    if b"\r" in line:
        return "cr"
    if whole and (line.startswith((b" ", b"\t")) or line.endswith((b" ", b"\t"))):
        return "white-space"
    if LINE_BEGINS in line[1:]:
        return "line-separators"
    if not whole:
        return None
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text and set(text) & set("\x85\u2028\u2029\x0b\x0c"):
        return "line-separators"
    if line.startswith(LINE_BEGINS) and not line.endswith(b"}"):
        return "broken-line"
    if text is None:
        return "encoding"
    spelled = (not line.startswith(LINE_BEGINS)
               or any(part in line for part in (b'": ', b', "', b"\\u", b"\\/")))
    return "reformatted" if line.startswith((b"{", b"}", b"[", b"]", b'"')) and spelled else None


def without_cr(line):
    """T1: a line that ends in CR is taken without it."""
    return line[:-1] if line.endswith(b"\r") and len(line) <= MAX_LINE else line


def is_torn(line):
    """T4: what a power cut leaves of a line."""
    written = line.rstrip(b"\0")
    return (len(line) <= MAX_LINE
            and (written.startswith(LINE_BEGINS) or LINE_BEGINS.startswith(written))
            and LINE_BEGINS not in written[1:] and (not written or min(written) >= 0x20))


def sha256(data):
    return hashlib.sha256(data).digest()


def hash_text(text):
    """The preimages of section 5 are texts; the hash is shown in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Tree:
    """T3: the tree of RFC 6962, grown leaf by leaf. It keeps the roots of the whole subtrees on
    its left edge."""

    def __init__(self):
        self.size = 0
        self.edge = []

    def add(self, line):
        node = sha256(b"\x00" + line)
        size = self.size
        while size & 1:  # two subtrees of the same size become one
            node = sha256(b"\x01" + self.edge.pop() + node)
            size >>= 1
        self.edge.append(node)
        self.size += 1

    def root(self):
        if not self.edge:
            return sha256(b"")
        node = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            node = sha256(b"\x01" + left + node)
        return node


def root_from_proof(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2: the root to which an audit path leads, or None."""
    if index >= size:
        return None
    node, last = leaf, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = sha256(b"\x01" + sibling + node)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            node = sha256(b"\x01" + node + sibling)
        index >>= 1
        last >>= 1
    return node if last == 0 else None


def fingerprint(body):
    """Section 2: twelve groups of five digits, over the body of a checkpoint."""
    number = sha256(b"floorlot/1 fingerprint\n" + body.encode("utf-8"))
    digits = "%060d" % (int.from_bytes(number, "big") % 10**60)
    return " ".join(digits[k:k + 5] for k in range(0, 60, 5))


def decode_base64(text, size=None):
    """Standard base64 with padding in its one spelling, of so many bytes if it is said how many;
    else None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None
    fits = size in (None, len(data))
    return data if fits and base64.b64encode(data).decode() == text else None


def checkpoint_body(origin, size, root):
    """T3: the body of a checkpoint."""
    return "%s\n%d\n%s\n" % (origin, size, base64.b64encode(root).decode())


# P2 and P3: ids and texts

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
CAPITALS = {ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
ORIGIN = re.compile(r"(?=.{1,200}\Z)[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?\Z")

REPERTOIRE = """
0020-007E 00A1-00AC 00AE-024F 0388-038A 038C 038E-03A1 03A3-03FF 0400-0482 048A-052F 1E00-1EFF
2010-2027 2030-205E 2070-2071 2074-208E 20A0-20BF 2100-2125 2127-2129 212C-218B 2190-21FF 2200-22FF
2460-27BF 3001-3029 3030-303F 3041-3096 309B-309F 30A0-30FF 3105-312F 3131-3163 3165-318E
31A0-31BF 31C0-31E3 31F0-321E 3220-4DBF 4E00-9FFF A000-A48C A490-A4C6 AC00-D7A3
FF01-FF9F FFA1-FFBE FFE0-FFE6 20000-2A6DF 2A700-2EBE0 30000-323AF
"""
TEXT = re.compile("[%s]*\\Z" % "".join(
    "-".join("\\U%08x" % int(end, 16) for end in span.split("-")) for span in REPERTOIRE.split()))


def visible(text):
    """The text, with the code of each character that P3 does not list in its place."""
    return "".join(c if TEXT.match(c) else "<U+%04X>" % ord(c) for c in text)


def text_is_sound(text, limit, may_be_empty=False):
    """P3: within the limit, not empty, no space at an end, characters of the repertoire only."""
    if not text:
        return may_be_empty
    return (len(text.encode("utf-8")) <= limit and text[0] != " " and text[-1] != " "
            and bool(TEXT.match(text)))


# --------------------------------------------------------------------------------------------------
# 2. Signatures: Ed25519 of RFC 8032, strictly (P12, S2)
#    A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
# --------------------------------------------------------------------------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL = (0, 1, 1, 0)


def add_points(p, q):
    """The addition of RFC 8032, section 5.1.4; it holds for any two points, also equal ones."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * p[3] * q[3] * CURVE_D % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def decode_point(data):
    """The point of 32 bytes in its one canonical encoding, else None."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= PRIME:
        return None
    u = (y * y - 1) % PRIME
    v = (CURVE_D * y * y + 1) % PRIME
    x = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    if v * x * x % PRIME == (PRIME - u) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if v * x * x % PRIME != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def encode_point(p):
    inverse = pow(p[2], PRIME - 2, PRIME)
    x, y = p[0] * inverse % PRIME, p[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def has_small_order(p):
    """Whether the order of the point divides 8."""
    for _ in range(3):
        p = add_points(p, p)
    return p[0] == 0 and p[1] == p[2]


def strict_point(data):
    """S2: canonical, and not of small order; else None."""
    point = decode_point(data)
    return None if point is None or has_small_order(point) else point


BASE = decode_point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def is_of_prime_order(data):
    """P12: the public key A is canonical, not the identity, and [L]A is the identity."""
    point = strict_point(data)
    if point is None:
        return False
    multiple = NEUTRAL
    for bit in range(252, -1, -1):
        multiple = add_points(multiple, multiple)
        if ORDER >> bit & 1:
            multiple = add_points(multiple, point)
    return multiple[0] == 0 and multiple[1] == multiple[2]


def signature_is_right(public, message, signature):
    """S2: strict verification of an Ed25519 signature of 64 bytes."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a = strict_point(public)
    if a is None or s >= ORDER or strict_point(r) is None:
        return False
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    minus_a = (PRIME - a[0], a[1], a[2], PRIME - a[3])
    sums = {(1, 0): BASE, (0, 1): minus_a, (1, 1): add_points(BASE, minus_a)}
    point = NEUTRAL
    for bit in range(252, -1, -1):  # [s]B - [k]A, both factors bit by bit
        point = add_points(point, point)
        bits = (s >> bit & 1, k >> bit & 1)
        if bits != (0, 0):
            point = add_points(point, sums[bits])
    return encode_point(point) == r


KEY_NAME = re.compile(r"[!-*,-~]{1,200}\Z")


def read_key(text, kind=4):
    """P12: (name, key id, public key) of a signed-note verifier key of this type, or None."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not KEY_NAME.match(parts[0]):
        return None
    name, key_id, material = parts[0], parts[1], decode_base64(parts[2], 33)
    if material is None or material[0] != kind or not is_of_prime_order(material[1:]):
        return None
    if sha256(name.encode() + b"\n" + material)[:4].hex() != key_id:
        return None
    return name, key_id, material[1:]


def read_signature(text):
    """S2: (name, key id, time, signature) of a signature line, or None."""
    parts = text.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not KEY_NAME.match(parts[1]):
        return None
    data = decode_base64(parts[2], 76)
    if data is None:
        return None
    time = int.from_bytes(data[4:12], "big")
    return (parts[1], data[:4].hex(), time, data[12:]) if time < 2**63 else None


def read_log_signature(text):
    """S7: (name, key id, signature) of a signature line of a log, or None."""
    parts = text.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not KEY_NAME.match(parts[1]):
        return None
    data = decode_base64(parts[2], 68)
    return None if data is None else (parts[1], data[:4].hex(), data[4:])


def read_signer(text):
    """Name and key id of a signature line of a signed note, of whatever type; or None."""
    parts = text.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not KEY_NAME.match(parts[1]):
        return None
    data = decode_base64(parts[2])
    return (parts[1], data[:4].hex()) if data is not None and len(data) > 4 else None


class NoToken(Exception):
    """What is wrong with the bytes of a time token."""


class Elements:
    """Bytes of which the DER elements in front are read (S8)."""

    def __init__(self, data):
        self.data = data

    def next(self, first):
        """The content of the next element, which begins with this byte."""
        data = self.data
        if len(data) < 2 or data[0] != first:
            raise NoToken("no element %02x" % first)
        # S8: a byte below 0x80, or 0x81 and one from 0x80 on, or 0x82 and two from 0x0100 on.
        more = {0x81: 1, 0x82: 2}.get(data[1], 0)
        begin = 2 + more
        length = int.from_bytes(data[2:begin], "big") if more else data[1]
        if (len(data) < begin or data[1] > 0x82 or data[1] == 0x80
                or more and length < (0, 0x80, 0x100)[more]):
            raise NoToken("a length that is not DER in %02x" % first)
        if len(data) < begin + length:
            raise NoToken("%02x ends too early" % first)
        self.data = data[begin + length:]
        return data[begin:begin + length]

    def last(self, first):
        """The same, and nothing behind it."""
        content = self.next(first)
        if self.data:
            raise NoToken("bytes behind %02x" % first)
        return Elements(content)

    def fixed(self, first, *contents):
        """An element with one of these contents, in hex."""
        content = self.next(first).hex()
        if content not in contents:
            raise NoToken("%02x is %.64s" % (first, content))


GEN_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,8}[1-9])?Z\Z", re.ASCII)
OID_SHA_256 = "0609608648016503040201"


def read_token(data):
    """S8: (imprint, time, serial) of an RFC 3161 TimeStampToken."""
    info = Elements(data).last(0x30)
    info.fixed(0x06, "2a864886f70d010702")
    signed = info.last(0xA0).last(0x30)
    signed.next(0x02)
    signed.next(0x31)
    inner = Elements(signed.next(0x30))
    inner.fixed(0x06, "2a864886f70d0109100104")
    stamped = inner.last(0xA0).last(0x04).last(0x30)
    stamped.fixed(0x02, "01")
    stamped.next(0x06)
    imprint = Elements(stamped.next(0x30))
    imprint.fixed(0x30, OID_SHA_256, OID_SHA_256 + "0500")
    hashed = imprint.last(0x04).data
    serial = stamped.next(0x02)
    if len(hashed) != 32 or not 1 <= len(serial) <= 32:
        raise NoToken("an imprint of %d bytes, a serial number of %d" % (len(hashed), len(serial)))
    return hashed, read_gen_time(stamped.next(0x18)), serial


def read_gen_time(data):
    """S8, 1: seconds since 1970 of a date that exists in the years 1970 to 2099."""
    match = GEN_TIME.match(data.decode("latin-1"))
    if match:
        year, *rest = (int(digits) for digits in match.groups()[:6])
        with contextlib.suppress(ValueError):
            if 1970 <= year <= 2099:
                return calendar.timegm(datetime.datetime(year, *rest).timetuple())
    raise NoToken("no genTime: %.64r" % data)


def signed_message(time, body):
    """The message of C2SP tlog-cosignature v1."""
    return ("cosignature/v1\ntime %d\n%s" % (time, body)).encode("utf-8")


# --------------------------------------------------------------------------------------------------
# 3. The keystream: ChaCha20 with a 64-bit counter and stream 0 (D3)
# --------------------------------------------------------------------------------------------------

QUARTER_ROUNDS = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                  (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]


def side_by_side(words):
    """Many words of 32 bits in one number, 64 bits apart."""
    return int.from_bytes(b"".join(word.to_bytes(8, "little") for word in words), "little")


def chacha20_blocks(key, first, count, stream=0):
    """The blocks of the keystream of a 32-byte key from number `first` on, each as 16 words.

    All are worked at once: each word of the state is a number that has this word of every block
    side by side. `low` cuts off what a sum or a shift carries out of its 32 bits, and the 32 bits
    above them keep it from the next word."""
    data = b"expand 32-byte k" + key
    low, one = side_by_side([0xFFFFFFFF] * count), side_by_side([1] * count)
    numbers = range(first, first + count)
    start = [one * int.from_bytes(data[i:i + 4], "little") for i in range(0, 48, 4)]
    start += [side_by_side(n & 0xFFFFFFFF for n in numbers), side_by_side(n >> 32 for n in numbers),
              one * (stream & 0xFFFFFFFF), one * (stream >> 32)]
    x = list(start)
    for a, b, c, d in QUARTER_ROUNDS * 10:
        xa, xb, xc, xd = x[a], x[b], x[c], x[d]
        xa = xa + xb & low
        xd ^= xa
        xd = (xd << 16 | xd >> 16) & low
        xc = xc + xd & low
        xb ^= xc
        xb = (xb << 12 | xb >> 20) & low
        xa = xa + xb & low
        xd ^= xa
        xd = (xd << 8 | xd >> 24) & low
        xc = xc + xd & low
        xb ^= xc
        xb = (xb << 7 | xb >> 25) & low
        x[a], x[b], x[c], x[d] = xa, xb, xc, xd
    words = ((word + first & low).to_bytes(8 * count, "little") for word, first in zip(x, start))
    return list(zip(*(struct.unpack("<%dQ" % count, word) for word in words)))


def tickets_and_lots(key, count):
    """D3: ticket and lot of each household of a pool: household i owns block i."""
    for first in range(0, count, 256):
        for w in chacha20_blocks(key, first, min(256, count - first)):
            yield w[0] | w[1] << 32, w[2] | w[3] << 32 | w[4] << 64 | w[5] << 96


# --------------------------------------------------------------------------------------------------
# 4. Offers (D4) and needs (P10)
# --------------------------------------------------------------------------------------------------

class FreeUnits:
    """The free units of a pool, by their classes. A unit is told by its place among the units of
    the pool, from 0.

    The units of a class are summed up over blocks of units, in a Fenwick tree: so the n-th of those
    on offer is found without a walk along all of them."""

    BLOCK = 32

    def __init__(self, classes):
        self.classes = classes  # the class of each unit, in plan order
        self.free = [True] * len(classes)
        self.count = dict.fromkeys(classes, 0)  # class -> how many of it are free
        self.blocks = len(classes) // self.BLOCK + 1
        self.sums = {c: array("L", [0]) * (self.blocks + 1) for c in self.count}
        for i in range(len(classes)):
            self.add(i, 1)

    def add(self, i, n):
        c, at = self.classes[i], i // self.BLOCK + 1
        self.count[c] += n
        sums = self.sums[c]
        while at <= self.blocks:
            sums[at] += n
            at += at & -at

    def change(self, i, free):
        self.free[i] = free
        self.add(i, 1 if free else -1)

    def nth(self, wanted, n):
        """The n-th free unit, from 0, of some classes, in plan order."""
        trees, at, step = [self.sums[c] for c in wanted], 0, 1 << self.blocks.bit_length()
        while step:
            if at + step <= self.blocks:
                here = sum(sums[at + step] for sums in trees)
                if here <= n:
                    at, n = at + step, n - here
            step >>= 1
        return next(itertools.islice(self.all_of(wanted, at * self.BLOCK), n, None))

    def all_of(self, wanted, start=0):
        """The free units of some classes, from one on, in plan order."""
        return (i for i in range(start, len(self.classes))
                if self.free[i] and self.classes[i] in wanted)


class Matching:
    """D4, steps 2 and 3: as many of the waiting as possible have a free unit each that they accept.

    It is a flow from classes of households (their needs) to classes of units (their features among
    the needs of the pool). Both kinds of class are sets. The flow is mended, not made anew, when
    somebody comes or goes."""

    def __init__(self, household_classes, unit_classes):
        self.accepts = {h: [u for u in unit_classes if h <= u] for h in household_classes}
        self.waiting = dict.fromkeys(household_classes, 0)
        self.placed = dict.fromkeys(household_classes, 0)
        self.free = dict.fromkeys(unit_classes, 0)
        self.used = dict.fromkeys(unit_classes, 0)
        self.flow = {u: {} for u in unit_classes}  # unit class -> household class -> how many

    def move(self, h, u, n):
        self.flow[u][h] = self.flow[u].get(h, 0) + n
        if not self.flow[u][h]:
            del self.flow[u][h]

    def place(self, h, u, n):
        self.move(h, u, n)
        self.placed[h] += n
        self.used[u] += n

    def change_waiting(self, h, n):
        self.waiting[h] += n
        if self.placed[h] > self.waiting[h]:
            self.place(h, next(u for u in self.accepts[h] if h in self.flow[u]), -1)
        self.settle()

    def change_free(self, u, n):
        self.free[u] += n
        if self.used[u] > self.free[u]:
            self.place(next(iter(self.flow[u])), u, -1)
        self.settle()

    def settle(self):
        """Augments until the matching is as large as possible."""
        for h in self.waiting:
            while self.placed[h] < self.waiting[h] and self.augment(h):
                pass

    def augment(self, start):
        """Finds a free unit for the class `start`, moving others over if need be, breadth first."""
        came_from = {}  # unit class -> household class that would move there
        moves_off = {start: None}  # household class -> unit class that it would leave
        queue = deque([start])
        while queue:
            h = queue.popleft()
            for u in self.accepts[h]:
                if u in came_from:
                    continue
                came_from[u] = h
                if self.used[u] < self.free[u]:
                    self.apply(start, u, came_from, moves_off)
                    return True
                for other in self.flow[u]:
                    if other not in moves_off:
                        moves_off[other] = u
                        queue.append(other)
        return False

    def apply(self, start, end, came_from, moves_off):
        path, u = [], end
        while u is not None:
            h = came_from[u]
            path.append((h, u, moves_off[h]))
            u = moves_off[h]
        n = min(self.waiting[start] - self.placed[start], self.free[end] - self.used[end])
        n = min([n] + [self.flow[left][h] for h, _, left in path if left is not None])
        for h, u, left in path:
            self.move(h, u, n)
            if left is not None:
                self.move(h, left, -n)
        self.placed[start] += n
        self.used[end] += n

    def all_placed(self):
        return self.placed == self.waiting

    def loose(self):
        """D4, step 3: the classes of units of which one can be spared."""
        loose = {u for u in self.free if self.free[u] > self.used[u]}
        can_move = {h for h, units in self.accepts.items() if not loose.isdisjoint(units)}
        while True:
            more = {u for u in self.free
                    if u not in loose and not can_move.isdisjoint(self.flow[u])}
            if not more:
                return loose
            loose |= more
            can_move = {h for h, units in self.accepts.items() if not loose.isdisjoint(units)}


# --------------------------------------------------------------------------------------------------
# 5. The chain of lines (T1, T3, T4)
# --------------------------------------------------------------------------------------------------

class Checkpoint:
    """A checkpoint line: what it should say, recomputed, and the sign-off that began under it."""

    def __init__(self, stage, line, size, root, body):
        self.stage, self.line, self.size, self.body = stage, line, size, body
        self.root, self.fingerprint = root.hex(), fingerprint(body)
        self.signoff = None
        self.tokens = []            # (line, time, serial) of the time tokens that count
        self.level = "none"
        # What stands behind it up to the next one, but for its sign-off and `closing`: the first
        # line, and the result and the events among them, each with its number.
        self.behind, self.events = 0, []

    def names(self):
        """What can be noted of it (V1)."""
        return self.fingerprint, self.root, self.body


class Chain:
    """The lines as bytes, and the tree over them."""

    def __init__(self, findings, older_size):
        self.findings = findings
        self.tree = Tree()
        self.checkpoints = []
        self.closed = 0             # the last closing line that was compared, but those of days
        self.days = []              # the closing lines of days
        self.torn = 0               # bytes of a torn last line
        self.ends_in_cr = []        # the first line that ends in CR, and how many do
        self.first_fault = None     # the first other line with a fault of T1, and the change in it
        self.older_size = older_size
        self.older_root = None      # the root over the first so many lines (V2)

    def take(self, raw, ended):
        """T1: the bytes that are hashed, and the line that they are (None when they are none).

        Both are None for a torn line."""
        # T4: a torn line is no line of the file: not examined, not counted, not hashed, not read.
        if not ended and is_torn(raw):
            self.torn = len(raw)
            return None, None
        self.findings.number += 1
        self.findings.examine("T1")
        # Section 7: a line that ends in CR is taken without it in everything.
        kept = without_cr(raw) if ended else raw
        if kept is not raw:
            first, count = self.ends_in_cr or (self.findings.number, 0)
            self.ends_in_cr = [first, count + 1]
        try:
            # T1.1: the last line has its LF too.
            if not ended and len(kept) <= MAX_LINE:
                raise NotInProfile(len(kept), ("the end of the file", "文件末尾"), "LF")
            return kept, parse_line(kept)
        except NotInProfile as error:
            self.findings.fault("T1", error.place, error.found, error.expected)
            self.first_fault = self.first_fault or (self.findings.number, change_of_line(kept))
            return kept, None

    def add(self, raw):
        self.tree.add(raw)
        if self.tree.size == self.older_size:
            self.older_root = self.tree.root()

    def checkpoint(self, line, origin):
        """T3: the body is origin, number and root of all lines before, and nothing else."""
        self.findings.examine("T3")
        root, size = self.tree.root(), self.tree.size
        body = checkpoint_body(origin, size, root)
        self.findings.compare("T3", "checkpoint " + line["stage"], line["body"], body)
        checkpoint = Checkpoint(line["stage"], self.findings.number, size, root, body)
        self.checkpoints.append(checkpoint)
        return checkpoint

    def stands_behind(self, line):
        """A line that signs nothing, behind the last checkpoint."""
        if self.checkpoints and line["kind"] not in SIGNING_KINDS:
            last = self.checkpoints[-1]
            last.behind = last.behind or self.findings.number
            if line["kind"] == "result" or line["kind"] in EVENT_KINDS:
                last.events.append((self.findings.number, line))

    def has(self, noted):
        """V1: whether this was noted of one of the checkpoints."""
        return any(noted in c.names() for c in self.checkpoints)

    def results(self):
        """V7: size and root of the checkpoints from that of the result on."""
        return [(c.size, c.root) for c in self.checkpoints if c.stage in ("result", "aftermath")]

    def closing(self, line):
        """T4: `lines` is the number of lines before it, `root` the root over them."""
        self.closed = self.findings.number
        self.findings.examine("T4")
        self.findings.compare("T4", "closing, lines", line["lines"], self.tree.size)
        self.findings.compare("T4", "closing, root", line["root"], self.tree.root().hex())

    def end_day(self):
        """The closing line that was just compared is that of a day."""
        self.days.append(self.closed)
        self.closed = 0

    def end(self):
        """T1: CR does not occur; all lines that end in it have one fault, in the first of them."""
        if self.ends_in_cr:
            first, lines = self.ends_in_cr
            self.findings.fault("T1", "line end", ("CR LF at the end of %d lines" % lines,
                                                   "%d 行的行尾是 CR LF" % lines),
                                ("LF alone", "只有 LF"), first)

    def sealed(self):
        """How many lines are under the last checkpoint."""
        return self.checkpoints[-1].size if self.checkpoints else 0

    def changed(self):
        """What a program on the way did, to the first line with a fault of T1."""
        total = self.findings.number
        if self.ends_in_cr and (self.first_fault is None
                                or self.ends_in_cr[0] <= self.first_fault[0]):
            lines = self.ends_in_cr[1]
            before = ("Every line ends ", "每一行") if lines == total else (
                "%d of %d lines end " % (lines, total), "%d 行中有 %d 行" % (total, lines))
            return change_report("cr-lf", before)
        return change_report(self.first_fault[1]) if self.first_fault else None


# --------------------------------------------------------------------------------------------------
# 6. The order of lines (T2): the state machine of section 2
# --------------------------------------------------------------------------------------------------

# The phases: name; in words; what is missing when the file ends in it; the lines that stand in it;
# the gate that ends it. Lines of a sign-off stand wherever one has begun.
Phase = namedtuple("Phase", "name english chinese missing missing_chinese lines gate")
PHASES = [Phase(*row[:5], row[5].split(), row[6]) for row in read_checks("""
plan | the plan | 方案
    | the plan is not sealed yet | 方案尚未封存
    | plan bench member source document pool unit excluded family household
    | checkpoint plan
roll call | the roll call | 点名
    | the roll call is not closed yet | 点名尚未截止
    | commit envelope absent | close commits
answers | the answers | 公开密语
    | the reveals are not closed yet | 密语公开尚未截止
    | reveal withheld | close reveals
reveals | the seal of the reveals | 密语封存
    | the reveals are not sealed yet | 密语公开尚未封存
    | | checkpoint reveals
numbers | the numbers | 公开随机数
    | there is no seed yet | 尚未得出种子
    | dice balls drand | seed
pools | the pools | 各批次
    | there is no result yet | 尚未得出结果
    | open call missed pick undo standby end leftover | result
result | the result | 结果
    | the result is not sealed yet | 结果尚未封存
    | | checkpoint result
signed | the sign-off | 签署
    | the closing line is missing | 缺少结束行
    | | closing
closed | after the closing line | 结束行之后
    | the last line is not whole | 最后一行不完整
    | objection ruling withdrawal offer accept decline swap recording filed void
    | checkpoint aftermath
batch | a batch of the aftermath | 后续事项
    | the checkpoint over the last events is missing | 最后的事项还没有检查点
    | objection ruling withdrawal offer accept decline swap recording filed void
    | checkpoint aftermath
day | the sign-off of a day | 当日签署
    | the closing line of the day is missing | 缺少当日的结束行
    | | closing
""")]
PLAN, ROLL_CALL, ANSWERS, REVEALS, NUMBERS, POOLS, RESULT, SIGNED, CLOSED, BATCH, DAY = range(11)

PLAN_KINDS = PHASES[PLAN].lines  # the sections of the plan, in their order
# The sections that need have no line, to their counts in the header.
OPTIONAL = {"document": "documents", "excluded": "excluded", "family": "families"}
POOL_KINDS, EVENT_KINDS = set(PHASES[POOLS].lines), set(PHASES[BATCH].lines)
SIGN_KINDS = {"cosignature", "paper", "dissent", "unsigned"}
SIGN_OR_TOKEN = SIGN_KINDS | {"token"}
SIGNING_KINDS = SIGN_OR_TOKEN | {"log", "closing"}
FOLLOWED_KINDS = EVENT_KINDS | {"result"}           # nothing to compare without a draw
AFTER_TOKENS = set(PHASES[ROLL_CALL].lines + PHASES[NUMBERS].lines)

# Within the pools: where a pool stands, and what may follow.
TURNS = {where: may.split() for where, may in read_checks("""
no pool | open
between | call undo end
called  | pick standby missed undo
missed  | pick undo
ended   | leftover open
""")}
OF_THE_CALLED = {"pick", "standby", "missed"}  # they name the household of the call that is open


def gate_name(line):
    """The kind of a line, with the word that tells gates of one kind apart."""
    kind = line["kind"]
    if kind == "checkpoint":
        return "checkpoint " + line["stage"]
    return "close " + line["what"] if kind == "close" else kind


class Order:
    """T2: which line may follow which. Nothing else decides it, and nothing else is decided here.

    It asks the sign-offs whether one is open, and the draw where its pool stands."""

    def __init__(self, findings, signoffs, draw):
        self.findings, self.signoffs, self.draw = findings, signoffs, draw
        self.phase = PLAN
        self.ended = set()          # phases that have ended
        self.section = -1           # of the plan

    def take(self, line):
        """T2: the phase after a line; None when it may not stand here."""
        after = self.after(line)
        if after is None:
            phase = PHASES[self.phase]
            self.findings.fault("T2", line["kind"], gate_name(line), (
                "a line of: " + phase.english, "属于“%s”的行" % phase.chinese))
            return None
        if line["kind"] in PLAN_KINDS:
            self.section = PLAN_KINDS.index(line["kind"])
        if gate_name(line) == PHASES[self.phase].gate:
            self.ended.add(self.phase)
        self.phase = after
        return after

    def after(self, line):
        """What `take` gives; nothing is changed by it."""
        kind, phase = line["kind"], self.phase
        if kind in SIGN_KINDS:
            return None if self.signoffs.open is None else phase
        # A token stands with a sign-off, or before the numbers. (Of a plan with a fault there is
        # neither.)
        if kind == "token":
            stands = self.signoffs.stamped is not None or not self.signoffs.plan.is_sound
            return phase if stands and phase in (ROLL_CALL, NUMBERS, DAY, SIGNED) else None
        if kind == "checkpoint" and line["stage"] == "day":
            return DAY if phase == POOLS and self.draw.day_may_end() else None
        if gate_name(line) == PHASES[phase].gate:
            return self.after_gate(phase)
        # `void` in roll call to pools breaks the draw off, without the checks of any end.
        if kind == "void" and ROLL_CALL <= phase <= POOLS:
            return BATCH
        fits = kind in PHASES[phase].lines
        if phase == PLAN:
            fits = fits and self.is_next_in_plan(PLAN_KINDS.index(kind))
        elif phase == POOLS:
            fits = fits and self.is_next_in_pool(line)
        if not fits:
            return None
        return BATCH if phase == CLOSED else phase  # an event opens a batch

    def after_gate(self, phase):
        """A gate ends its phase, where nothing is missing before it."""
        if phase == PLAN and self.section < len(PLAN_KINDS) - 1:
            return None
        if phase == POOLS and self.draw.where() in ("between", "called", "missed"):
            return None
        if phase == DAY:
            return POOLS
        return SIGNED if phase >= CLOSED else phase + 1

    def is_next_in_plan(self, section):
        """T2: plan bench+ member+ source+ document* pool+ unit+ excluded* family* household+"""
        between = PLAN_KINDS[self.section + 1:section]
        return section == self.section > 0 or (
            section > self.section and all(kind in OPTIONAL for kind in between))

    def is_next_in_pool(self, line):
        """T2: open turn* end leftover*. Where no draw is followed, nobody can say."""
        kind, where = line["kind"], self.draw.where()
        return where == "not followed" or (kind in TURNS[where] and (
            kind not in OF_THE_CALLED or line["household"] == self.draw.open.called.id))


# --------------------------------------------------------------------------------------------------
# 7. The plan (P1 to P15)
# --------------------------------------------------------------------------------------------------

MAX_BENCHES, MAX_MEMBERS, MAX_SOURCES, MAX_POOLS, MAX_MANY = 16, 256, 16, 65535, 10**7
MAX_DOCUMENTS, MAX_EXCLUDED = 64, 10**6
LIMITS = [("P5", "benches", MAX_BENCHES), ("P5", "members", MAX_MEMBERS),
          ("P6", "sources", MAX_SOURCES), ("P7", "pools", MAX_POOLS),
          ("P7", "units", MAX_MANY), ("P7", "households", MAX_MANY),
          ("P14", "documents", MAX_DOCUMENTS), ("P7", "excluded", MAX_EXCLUDED),
          ("P7", "families", MAX_MANY)]
MOST_LINES = {"bench": MAX_BENCHES, "member": MAX_MEMBERS, "source": MAX_SOURCES, "pool": MAX_POOLS,
              "document": MAX_DOCUMENTS, "excluded": MAX_EXCLUDED}
MAX_LINES, MAX_ID_BYTES = 10**7, 640 * 10**6    # of one kind (P7)
MAX_CLASSES, MAX_CLAIMS, MAX_BUDGET = 256, 64, 10**9
MAX_NEEDS, MAX_COMBINATIONS, MAX_ALL_COMBINATIONS, MAX_FEATURES, MAX_RANKING = 8, 32, 4096, 16, 4000


class Bench:
    def __init__(self, line):
        self.id, self.quorum = line["id"], line["quorum"]
        self.members = 0


class Member:
    def __init__(self, line, bench):
        self.id, self.bench, self.line = line["id"], bench, line
        self.key = None         # (name, key id, public key), when it keeps P12


class Pool:
    def __init__(self, line, number):
        self.line, self.number, self.id, self.rule = line, number, line["id"], line["rule"]
        self.units, self.households = [], []    # those that are drawn here
        self.needs, self.combinations = set(), set()
        self.largest = {}       # needs -> the largest area of a unit that has them (P15, 2)
        self.measured = False   # D14: whether a family with a budget has a claim here

    def class_of(self, unit):
        """D4, step 1: the needs of the pool among its features and, where areas count, its area."""
        needs = self.needs.intersection(unit.features)
        return frozenset(needs | {unit.area} if self.measured else needs)


def area_of(unit_class):
    """Of a class of units in a pool where areas count."""
    return next(part for part in unit_class if isinstance(part, int))


class Family:
    """A family and its claims, the households that name it."""

    def __init__(self, line, line_number):
        self.id, self.name, self.line = line["id"], line["name"], line_number
        self.budget, self.person = line.get("budget"), line.get("person")
        self.told = line["claims"]      # how many its line says there are
        self.claims = []
        self.left = None        # D14: budget - spent - reserved

    def held(self, holds):
        """The areas of the units that it has, by what each household has (or None)."""
        units = map(holds, self.claims)
        return sum(unit.area or 0 for unit in units if unit)


class Unit:
    __slots__ = ("id", "own_building", "label", "storey", "area", "price", "pool", "place",
                 "features", "line")

    def __init__(self, line, features, line_number):
        self.id, self.label, self.storey = line["id"], line["label"], line["storey"]
        self.own_building = line.get("building")
        self.area, self.price = line.get("area"), line.get("price")
        self.features, self.line = features, line_number
        self.pool = self.place = None   # its place among the units of its pool, from 0

    def building(self):
        """Its own, or that of its pool."""
        if self.own_building is not None:
            return self.own_building
        return self.pool.line["building"] if self.pool else ""

    def amounts(self, say_area="%s m²", say_price="%s yuan", mark=", "):
        """Area and price behind something else, as far as the line has them."""
        told = ((say_area, self.area), (say_price, self.price))
        return "".join(mark + words % "{:,}.{:02}".format(*divmod(n, 100))
                       for words, n in told if n is not None)

    def amounts_in_chinese(self):
        return self.amounts("%s ㎡", "%s 元", "，")

    def shown(self):
        """The label, behind the building where that is not that of the pool."""
        if self.pool is None or self.building() == self.pool.line["building"]:
            return self.label
        return "%s %s" % (self.building(), self.label)


class Household:
    __slots__ = ("id", "name", "tier", "pool", "needs", "group", "head", "ranking", "person",
                 "line", "number", "family", "reserve")

    def __init__(self, line, needs, number, line_number):
        self.id, self.name, self.tier = line["id"], line["name"], line["tier"]
        self.group, self.ranking = line.get("group"), line.get("ranking")
        self.person = line.get("person")
        self.pool, self.needs, self.number, self.line = None, needs, number, line_number
        self.head = self        # D2
        self.family = None      # P15
        self.reserve = 0        # D14: of a claim with needs, as long as it waits

    def budget_of(self):
        """The family, if it has a budget."""
        return self.family if self.family and self.family.budget is not None else None


class Ids:
    """P2, and what each id means: the first of its kind that has it."""

    def __init__(self, findings):
        self.findings = findings
        self.of = {kind: {} for kind in PLAN_KINDS}
        self.lower = {kind: set() for kind in PLAN_KINDS}
        self.repeated = []          # (kind, id, line)

    def check(self, place, name, line=None):
        """P2: 1 to 64 characters from A-Z a-z 0-9 . _ -, the first a letter or digit."""
        self.findings.examine("P2")
        if not ID.match(name):
            self.findings.fault("P2", place, name, ("an id", "合规的编号"), line)

    def add(self, kind, name, thing):
        """A line of the plan with an id of its own."""
        self.check(kind, name)
        lower = name.translate(CAPITALS)
        # P2: families and households together.
        taken = self.lower["household" if kind == "family" else kind]
        if lower in taken:
            self.repeated.append((kind, name, self.findings.number))
        taken.add(lower)
        self.of[kind].setdefault(name, thing)

    def end(self):
        """P2: within each kind no id occurs twice, also not with other capitals."""
        for kind, name, number in self.repeated:
            self.findings.fault("P2", kind, name, ("an id of its own", "不重复的编号"), number)


class Panel:
    """Benches, members and keys (P5, P12, and P4 of members)."""

    def __init__(self, findings, ids):
        self.findings, self.ids = findings, ids
        self.benches, self.members = [], []
        self.keys = {}              # (name, key id) -> member
        self.key_names, self.public_keys = set(), set()

    def take_bench(self, line):
        bench = Bench(line)
        self.ids.add("bench", line["id"], bench)
        self.findings.text("bench %s" % line["id"], line["title"], 120)
        self.benches.append(bench)

    def take_member(self, line):
        # P4: the `bench` of a member is the id of a bench.
        self.findings.examine("P4")
        bench = self.ids.of["bench"].get(line["bench"])
        if bench is None:
            self.findings.fault("P4", "member %s" % line["id"], line["bench"],
                                ("a bench", "席位编号"))
        else:
            bench.members += 1
        member = Member(line, bench)
        self.ids.add("member", line["id"], member)
        self.findings.text("member %s" % line["id"], line["name"], 120)
        if "key" in line:
            self.take_key(line, member)
        self.members.append(member)

    def take_log(self, line):
        """P12: the key of the log is one, too, of another type; its name is the origin."""
        self.findings.examine("P12")
        key = read_key(line["log"], 1)
        if key is None or key[0] != line["origin"]:
            self.findings.fault("P12", "plan, log", line["log"], (
                "a sound key, named like the draw", "以抽签编号为名的合格公钥"))
        else:
            self.key_names.add(key[0])
            self.public_keys.add(key[2])
        return key

    def take_key(self, line, member):
        """P12: a verifier key in its one spelling; no two members have the same, or its name."""
        self.findings.examine("P12")
        key, place = read_key(line["key"]), "member %s" % line["id"]
        if key is None:
            self.findings.fault("P12", place, line["key"], ("a sound key", "合格的公钥"))
            return
        if key[0] in self.key_names or key[2] in self.public_keys:
            self.findings.fault("P12", place, line["key"],
                                ("a key of one member", "只属于一人的公钥"))
        self.key_names.add(key[0])
        self.public_keys.add(key[2])
        member.key = key
        self.keys[key[:2]] = member

    def end(self):
        """P5: at least two benches; in each, 1 ≤ quorum ≤ number of its members."""
        self.findings.examine("P5", len(self.benches))
        if len(self.benches) < 2:
            self.findings.fault("P5", "bench", len(self.benches),
                                ("two benches at least", "至少两个席位"))
        for bench in self.benches:
            if not 1 <= bench.quorum <= bench.members:
                self.findings.fault("P5", "bench %s" % bench.id, bench.quorum,
                                    "1–%d" % bench.members)


# P13: full-width characters are those of ASCII, spaces are nothing, A-Z are lower-case.
FOLDED = {code: chr(code - 0xFEE0).translate(CAPITALS) for code in range(0xFF01, 0xFF5F)}
FOLDED.update({0x20: None, 0x3000: None})
FOLDED.update({code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


def is_file_name(name):
    """A6: the name of a file, without / or \\, not beginning with a dot."""
    return not ("/" in name or "\\" in name or name.startswith("."))


def folded(text):
    return text.translate(FOLDED)


class Plan:
    """The plan: what is drawn, for whom, by whom and how (P1, P4, P6 to P11, P13,
    P15)."""

    def __init__(self, findings):
        self.findings = findings
        self.header, self.header_line = None, 0
        self.log_key = None         # (name, key id, public key), when it keeps P12
        self.root = None            # the plan root, in hex
        self.ids = Ids(findings)
        self.panel = Panel(findings, self.ids)
        self.sources, self.pools, self.units, self.households = [], [], [], []
        self.documents, self.document_names = [], set()     # (number, line) of each
        self.excluded = []          # (number, line) of each flat that is kept out
        self.families = []
        self.lines_of = dict.fromkeys(PLAN_KINDS, 0)
        self.id_bytes = dict.fromkeys(PLAN_KINDS, 0)
        self.full = set()           # kinds with more lines, or bytes of ids, than P7 allows
        self.last_pool = {"unit": None, "household": None}
        self.groups = {}            # group -> its first household
        self.combinations = {}      # of features or needs; each is kept once
        self.is_sound = False       # whether it has ended and keeps all rules

    def unit(self, name):
        return self.ids.of["unit"].get(name)

    def household(self, name):
        return self.ids.of["household"].get(name)

    def family(self, name):
        return self.ids.of["family"].get(name)

    def member(self, name):
        return self.ids.of["member"].get(name)

    def origin(self):
        return self.header["origin"] if self.header else ""

    def take(self, line):
        kind = line["kind"]
        self.lines_of[kind] += 1
        # P5 to P7: lines beyond a limit are counted, and otherwise not read.
        if self.lines_of[kind] > MOST_LINES.get(kind, math.inf):
            return
        if "id" in line and not self.has_room(kind, line["id"]):
            return
        self.TAKE[kind](self, line)

    def has_room(self, kind, name):
        """P7: of the lines of one kind those after the first 10,000,000, or from the first on with
        which their ids have more than 640,000,000 bytes, are counted (P1) and otherwise not read.
        One fault, at the first such line."""
        if kind in self.full:
            return False
        self.id_bytes[kind] += len(name.encode("utf-8"))
        if self.lines_of[kind] <= MAX_LINES and self.id_bytes[kind] <= MAX_ID_BYTES:
            return True
        self.full.add(kind)
        most = (MAX_LINES, kind, MAX_ID_BYTES)
        self.findings.fault("P7", kind, ("one more", "又一行"), (
            "at most %d %s lines, with %d bytes of ids" % most,
            "至多 %d 个 %s 行，编号共 %d 字节" % most))
        return False

    def take_header(self, line):
        # P1: `floorlot` is 1; the origin names this attempt; the title is not empty.
        self.findings.examine("P1")
        self.findings.compare("P1", "plan, floorlot", line["floorlot"], 1)
        self.check_origin("P1", "plan, origin", line["origin"])
        self.findings.text("plan, title", line["title"], 300)
        self.check_attempt(line)
        self.header, self.header_line = line, self.findings.number
        if "log" in line:
            self.log_key = self.panel.take_log(line)
        # P5 to P7: the limits of the counts.
        for rule, key, most in LIMITS:
            if line.get(key, 0) > most:
                self.findings.fault(rule, "plan, " + key, line[key], most)

    def check_origin(self, rule, place, origin):
        """P1: 1 to 200 characters from A-Z a-z 0-9 . _ - /, first and last a letter or digit."""
        if not ORIGIN.match(origin):
            self.findings.fault(rule, place, origin,
                                ("letters, digits and . _ - /", "字母、数字和 . _ - /"))

    def check_attempt(self, line):
        """P11: from 1 to 999; with 2 or more there is a prior, the void attempt before."""
        self.findings.examine("P11")
        prior = line.get("prior")
        if not 1 <= line["attempt"] <= 999:
            self.findings.fault("P11", "plan, attempt", line["attempt"], "1–999")
        if line["attempt"] >= 2 and (prior is None or prior["relation"] != "void"):
            self.findings.fault("P11", "plan, prior",
                                NOTHING if prior is None else prior["relation"], "void")
        if prior is not None:
            self.check_origin("P11", "prior, origin", prior["origin"])
            # P11: the origin of `prior` differs from `origin`.
            if prior["origin"] == line["origin"]:
                self.findings.fault("P11", "prior, origin", prior["origin"],
                                    ("another origin", "另一个标识"))
            self.findings.text("prior, reason", prior["reason"], 600)

    def take_source(self, line):
        """P6: dice and balls have count and range, drand has a round, each within its limits."""
        self.findings.examine("P6")
        place = "source %d" % self.lines_of["source"]
        count, faces = line.get("count", 0), line.get("range", 0)
        drawn, faults = line.get("round", 0), []
        foreign = {"count", "range"} if line["device"] == "drand" else {"round"}
        if foreign & set(line):
            faults.append((", ".join(sorted(foreign & set(line))), "", NOTHING))
        if line["device"] == "drand":
            if not 1 <= drawn <= 10**12:
                faults.append(("round", drawn, "1–10^12"))
        else:
            balls = line["device"] == "balls"
            least, most = (1, 9999) if balls else (2, 10)
            if not 1 <= count <= min(200, max(faces, 1) if balls else 200):
                faults.append(("count", count, "1–200"))
            if not least <= faces <= most:
                faults.append(("range", faces, "%d–%d" % (least, most)))
        for key, found, expected in faults:
            self.findings.fault("P6", "%s, %s" % (place, key), found, expected)
        self.sources.append(line)

    def take_document(self, line):
        """P14: the name of a file as in A6, none twice; the SHA-256 of a file."""
        self.findings.text("document, name", line["name"], 120)
        self.findings.text("document, title", line["title"], 120)
        self.findings.examine("P14")
        name = line["name"].translate(CAPITALS)
        if not is_file_name(name) or name in self.document_names:
            self.findings.fault("P14", "document, name", line["name"],
                                ("a file name of its own", "不重复的文件名"))
        self.document_names.add(name)
        if line["sha256"] == ZEROS:
            self.findings.fault("P14", "document, sha256", ZEROS,
                                ("the hash of a file", "文件的哈希"))
        self.documents.append((self.findings.number, line))

    def take_pool(self, line):
        place = "pool %s" % line["id"]
        pool = Pool(line, len(self.pools))
        self.ids.add("pool", line["id"], pool)
        self.findings.text(place, line["title"], 120)
        self.findings.text(place, line["building"], 120)
        self.check_pool(line, place)
        self.pools.append(pool)

    def check_pool(self, line, place):
        """P7: `absence` only with choice, `unranked` only with ranking, `seconds` only with choice,
        from 10 to 3600; one unit and one household at least."""
        fault, rule = self.findings.fault, line["rule"]
        self.findings.examine("P7")
        if ("absence" in line) != (rule == "choice"):
            fault("P7", place + ", absence", line.get("absence", NOTHING),
                  ("only with choice", "仅用于选房"))
        if ("unranked" in line) != (rule == "ranking"):
            fault("P7", place + ", unranked", line.get("unranked", NOTHING),
                  ("only with ranking", "仅用于志愿"))
        if "seconds" in line and (rule != "choice" or not 10 <= line["seconds"] <= 3600):
            fault("P7", place + ", seconds", line["seconds"],
                  ("only with choice, 10–3600", "仅用于选房，10–3600"))
        for key in ("units", "households"):
            if not line[key]:
                fault("P7", place, 0, ("one at least", "至少一个"))

    def take_unit(self, line):
        # P7: 1 ≤ storey ≤ 999.
        self.findings.examine("P7")
        place = "unit %s" % line["id"]
        if not 1 <= line["storey"] <= 999:
            self.findings.fault("P7", place, line["storey"], "1–999")
        # P7: 1 ≤ area ≤ 10,000,000; 1 ≤ price ≤ 10^15.
        for key, most in (("area", 10_000_000), ("price", 10**15)):
            if key in line and not 1 <= line[key] <= most:
                self.findings.fault("P7", "%s, %s" % (place, key), line[key], "1–%d" % most)
        if "building" in line:
            self.findings.text(place, line["building"], 120)
        self.findings.text(place, line["label"], 60)
        unit = Unit(line, self.features(line, "features"), self.findings.number)
        self.ids.add("unit", line["id"], unit)
        self.units.append(unit)
        unit.pool = self.pool_of(line)
        if unit.pool is not None:
            unit.place = len(unit.pool.units)
            unit.pool.units.append(unit)

    def take_excluded(self, line):
        """A flat that exists and is not drawn (P2, P3, P7, P13)."""
        self.findings.examine("P7")
        place = "excluded %s" % line["id"]
        # P7: 1 ≤ storey ≤ 999; 1 ≤ area ≤ 10,000,000.
        for key, most in (("storey", 999), ("area", 10_000_000)):
            if key in line and not 1 <= line[key] <= most:
                self.findings.fault("P7", "%s, %s" % (place, key), line[key], "1–%d" % most)
        for key, most in (("building", 120), ("label", 60), ("reason", 600)):
            self.findings.text("%s, %s" % (place, key), line[key], most)
        self.ids.add("excluded", line["id"], line)
        # P2: no unit has the id.
        if line["id"].translate(CAPITALS) in self.ids.lower["unit"]:
            self.ids.repeated.append(("excluded", line["id"], self.findings.number))
        self.excluded.append((self.findings.number, line))

    def take_household(self, line):
        # P7: 1 ≤ tier ≤ 999.
        self.findings.examine("P7")
        place = "household %s" % line["id"]
        if not 1 <= line["tier"] <= 999:
            self.findings.fault("P7", place, line["tier"], "1–999")
        self.findings.text(place, line["name"], 120, may_be_empty=True)
        household = Household(line, self.features(line, "needs"), len(self.households),
                              self.findings.number)
        self.ids.add("household", line["id"], household)
        self.households.append(household)
        if household.group is not None:
            self.ids.check(place, household.group)
        household.pool = self.pool_of(line)
        if "family" in line:
            self.join_family(household, line["family"], place)
        if household.pool is not None:
            household.pool.households.append(household)
            self.join_pool(household, place)

    def take_family(self, line):
        # P15: 1 to 64 claims, 0 ≤ budget ≤ 10^9.
        self.findings.examine("P15")
        place = "family %s" % line["id"]
        if not 1 <= line["claims"] <= MAX_CLAIMS:
            self.findings.fault("P15", place, line["claims"], "1–%d" % MAX_CLAIMS)
        if line.get("budget", 0) > MAX_BUDGET:
            self.findings.fault("P15", place, line["budget"], "0–%d" % MAX_BUDGET)
        self.findings.text(place, line["name"], 120, may_be_empty=True)
        family = Family(line, self.findings.number)
        self.ids.add("family", line["id"], family)
        self.families.append(family)

    def join_family(self, household, name, place):
        """P15: `family` is the id of a family; a claim has no person."""
        self.findings.examine("P15")
        if household.person is not None:
            self.findings.fault("P15", place, household.person, NOTHING)
        family = household.family = self.ids.of["family"].get(name)
        if family is None:
            self.findings.fault("P15", place, name, ("a family of the plan", "方案中的家庭"))
            return
        family.claims.append(household)

    TAKE = {"plan": take_header, "source": take_source, "pool": take_pool, "unit": take_unit,
            "household": take_household, "document": take_document, "excluded": take_excluded,
            "family": take_family,
            "bench": lambda self, line: self.panel.take_bench(line),
            "member": lambda self, line: self.panel.take_member(line)}

    def features(self, line, key):
        """P7: at most 16 `features` or `needs`, sorted by their bytes, none twice; P2: all ids."""
        names = line.get(key, [])
        place = "%s %s, %s" % (line["kind"], line["id"], key)
        for name in names:
            self.ids.check(place, name)
        if len(names) > MAX_FEATURES:
            self.findings.fault("P7", place, len(names), ("16 at most", "至多 16 项"))
        if any(a.encode() >= b.encode() for a, b in zip(names, names[1:])):
            self.findings.fault("P7", place, ",".join(names),
                                ("sorted, none twice", "按次序且不重复"))
        found = frozenset(names)
        if found:
            found = self.combinations.setdefault(found, found)
        # P7: within the plan, at most 4,096 different combinations.
        if len(self.combinations) > MAX_ALL_COMBINATIONS:
            self.findings.fault("P7", place, len(self.combinations),
                                ("4,096 combinations at most", "至多 4,096 种组合"))
        return found

    def pool_of(self, line):
        """P4: the `pool` of a unit or household is the id of a pool, and they stand in the order
        of their pools."""
        kind = line["kind"]
        self.findings.examine("P4")
        pool, before = self.ids.of["pool"].get(line["pool"]), self.last_pool[kind]
        if pool is None or (before is not None and pool.number < before.number):
            self.findings.fault("P4", "%s %s" % (kind, line["id"]), line["pool"],
                                ("a pool, in their order", "按次序的批次"))
        self.last_pool[kind] = pool
        return pool

    def join_pool(self, household, place):
        if household.needs:
            self.pool_needs(household, place)
        if household.group is not None:
            self.household_group(household, place)
        if household.ranking is not None:
            self.household_ranking(household, place)

    def pool_needs(self, household, place):
        """P7: within a pool, at most 8 different needs, and 32 combinations of needs."""
        pool = household.pool
        pool.needs |= household.needs
        pool.combinations.add(household.needs)
        if len(pool.needs) > MAX_NEEDS or len(pool.combinations) > MAX_COMBINATIONS:
            self.findings.fault(
                "P7", place, "%d, %d" % (len(pool.needs), len(pool.combinations)),
                ("8 needs and 32 combinations at most", "至多 8 种需求、32 种组合"))

    def household_group(self, household, place):
        """P8: all households with the same group are of the same pool and the same tier."""
        self.findings.examine("P8")
        head = household.head = self.groups.setdefault(household.group, household)
        if (head.pool, head.tier) != (household.pool, household.tier):
            self.findings.fault("P8", place, household.group, (
                "pool and tier of %s" % head.id, "与 %s 同批次、同顺位" % head.id))

    def household_ranking(self, household, place):
        """P9: only with the rule ranking, at most 4,000 units of the household's pool, none
        twice."""
        self.findings.examine("P9")
        fault = self.findings.fault
        if household.pool.rule != "ranking":
            fault("P9", place, ("a ranking", "志愿表"),
                  ("only with the rule ranking", "仅用于志愿批次"))
        if len(household.ranking) > MAX_RANKING:
            fault("P9", place, len(household.ranking), ("4,000 at most", "至多 4,000 项"))
        units = {}
        for name in household.ranking:
            unit = self.unit(name)
            if unit is None or unit.pool is not household.pool or name in units:
                fault("P9", place, name, ("a unit of the pool, once", "本批次的房源，且不重复"))
            units[name] = unit
        household.ranking = list(units.values())

    def end(self, root):
        """Section 7: what is checked when the plan ends."""
        self.root = root.hex()
        self.ids.end()
        self.check_once()
        # What only the whole plan shows is a fault in the line that ends it.
        self.check_counts()
        self.panel.end()
        # Outcomes and needs are computed where nothing that they are made of is at fault.
        self.is_sound = not self.has_faults()
        if self.is_sound:
            self.check_outcomes()
            for pool in self.pools:
                if pool.combinations:
                    self.check_needs(pool)
            self.check_families()
            self.is_sound = not self.has_faults()

    def has_faults(self):
        return any(self.findings.checks[rule].failed for rule in rules_of("P"))

    def check_counts(self):
        """P1: the counts are the numbers of lines, those of a pool the numbers of its own."""
        for kind in PLAN_KINDS[1:]:
            if kind in OPTIONAL:
                continue
            key = "benches" if kind == "bench" else kind + "s"
            self.findings.examine("P1")
            self.findings.compare("P1", "plan, " + key, self.header[key], self.lines_of[kind])
        for pool in self.pools:
            for key, things in (("units", pool.units), ("households", pool.households)):
                self.findings.examine("P1")
                self.findings.compare("P1", "pool %s, %s" % (pool.id, key), pool.line[key],
                                      len(things))
        # P1: the other counts are there if and only if there are such lines.
        for kind, key in OPTIONAL.items():
            announced, counted = self.header.get(key), self.lines_of[kind] or None
            if announced is not None or counted is not None:
                self.findings.examine("P1")
                self.findings.compare("P1", "plan, " + key, announced, counted)

    def check_families(self):
        """P15: each family has as many claims as it says; where areas count, every unit has one,
        and they are of at most 256 classes; a budget is enough for the claims with needs."""
        for family in self.families:
            if len(family.claims) != family.told:
                self.findings.fault("P15", "family %s, claims" % family.id, family.told,
                                    len(family.claims))
        budgets = [family for family in self.families if family.budget is not None]
        for family in budgets:
            for claim in family.claims:
                claim.pool.measured = True
        for pool in self.pools:
            if not pool.measured:
                continue
            if any(unit.area is None for unit in pool.units):
                self.findings.fault("P15", "pool %s" % pool.id, ("a unit without area",
                                    "有房源没有面积"), ("an area of each unit", "每套房都有面积"))
                continue
            classes = len(set(map(pool.class_of, pool.units)))
            if classes > MAX_CLASSES:
                self.findings.fault("P15", "pool %s" % pool.id, classes, "≤ %d" % MAX_CLASSES)
        for family in budgets:
            self.check_budget(family)

    def check_budget(self, family):
        """P15, 2: the largest areas that its claims with needs accept are within the budget.
        P15, 3: none of these claims is of a pool with `unranked` `standby`."""
        for claim in family.claims:
            if claim.needs:
                claim.reserve = self.largest(claim.pool, claim.needs)
        family.left = family.budget - sum(claim.reserve for claim in family.claims)
        if any(h.needs and h.pool.line.get("unranked") == "standby" for h in family.claims):
            self.findings.fault("P15", "family %s" % family.id,
                                ("a claim with needs in a pool with unranked standby",
                                 "有照顾需求的名额，其批次意愿落空即转候补"),
                                ("unranked lot there", "该批次意愿落空时应改为摇号"))
        if family.left < 0:
            self.findings.fault("P15", "family %s, budget" % family.id, family.budget,
                                "≥ %d" % (family.budget - family.left))

    @staticmethod
    def largest(pool, needs):
        """P15, 2: the largest area of a unit of the pool with all that is needed."""
        if needs not in pool.largest:
            areas = (unit.area or 0 for unit in pool.units if needs <= unit.features)
            pool.largest[needs] = max(areas, default=0)
        return pool.largest[needs]

    def check_outcomes(self):
        """P6: the outcomes over all sources are at least 2^64; drand is enough by itself."""
        if any(source["device"] == "drand" for source in self.sources):
            return
        outcomes = 1
        for source in self.sources:
            for i in range(source["count"]):
                outcomes *= source["range"] - (i if source["device"] == "balls" else 0)
        if outcomes < 2**64:
            self.findings.fault("P6", "source", (
                "%d outcomes" % outcomes, "%d 种结果" % outcomes), "2^64")

    def check_needs(self, pool):
        """P10: all households with needs can be given different units that they accept at once."""
        self.findings.examine("P10")
        matching = Matching(pool.combinations, set(unit.features for unit in pool.units))
        for unit in pool.units:
            matching.free[unit.features] += 1
        for household in pool.households:
            if household.needs:
                matching.waiting[household.needs] += 1
        matching.settle()
        if not matching.all_placed():
            self.findings.fault("P10", "pool %s" % pool.id, sum(matching.placed.values()),
                                sum(matching.waiting.values()))

    def check_once(self):
        """P13: no two units have the same building, label and storey; no two households or
        families the same person."""
        seen, buildings = {}, {pool: folded(pool.line["building"]) for pool in self.pools}
        other = {}                  # the buildings of units that name their own, folded
        self.findings.examine("P13", len(self.units))
        for unit in self.units:
            if unit.pool is None:
                continue
            building = buildings[unit.pool]
            if unit.own_building is not None:
                if unit.own_building not in other:
                    other[unit.own_building] = folded(unit.own_building)
                building = other[unit.own_building]
            flat = (building, unit.storey, folded(unit.label))
            first = seen.setdefault(flat, unit)
            if first is not unit:
                self.findings.fault("P13", "unit %s" % unit.id, unit.label, (
                    "a flat other than unit %s" % first.id, "与房源 %s 不同的房" % first.id),
                    unit.line)
        self.findings.examine("P13", len(self.excluded))
        for number, line in self.excluded:
            flat = (folded(line["building"]), line["storey"], folded(line["label"]))
            first = seen.setdefault(flat, line)
            if first is not line:
                first = first["id"] if isinstance(first, dict) else first.id
                self.findings.fault("P13", "excluded %s" % line["id"], line["label"], (
                    "a flat other than %s" % first, "与 %s 不同的房" % first), number)
        seen = {}
        for one in self.families + self.households:
            if one.person is None:
                continue
            self.findings.examine("P13")
            first = seen.setdefault(one.person, one)
            if first is not one:
                self.findings.fault("P13", one.id, one.person, (
                    "a person other than that of %s" % first.id,
                    "与 %s 不同的人" % first.id), one.line)


# --------------------------------------------------------------------------------------------------
# 8. The sign-offs (S1 to S8)
# --------------------------------------------------------------------------------------------------

class SignOff:
    """What the panel says under one checkpoint."""

    def __init__(self, stage, body, benches):
        self.stage = stage
        self.body = body        # of the checkpoint, recomputed
        self.said = {}          # member -> kind of line
        self.counts = {bench: self.nothing() for bench in benches}
        self.refusals = []      # (member, reason)
        self.signers = set()    # members who signed by key or on paper

    @staticmethod
    def nothing():
        return {"keys": 0, "paper": 0, "dissent": 0, "unsigned": 0}

    def lacking(self):
        """The benches whose quorum did not sign by key."""
        return [bench for bench, counts in self.counts.items() if counts["keys"] < bench.quorum]

    def is_signed(self):
        return any(c["keys"] for c in self.counts.values()) and not self.lacking()

    def refused_by(self, members):
        """The benches of which so many refuse that the others are fewer than the quorum."""
        return [bench for bench, counts in self.counts.items() if counts["dissent"]
                and size_of(bench, members) - counts["dissent"] < bench.quorum]


def size_of(bench, members):
    return sum(1 for member in members if member.bench is bench)


EARLIEST, LATEST, FAR = 1577836800, 4102444800, 400 * 86400  # 2020, 2100, 400 days
ODD_TIMES = {"time-early": ("before 2020", "早于 2020 年"),
             "time-late": ("after 2099", "晚于 2099 年"),
             "time-apart": ("more than 400 days after the plan was signed", "比方案签名晚 400 天以上")}
MAX_NOTES = 10
MAX_TOKENS = 16


class SignOffs:
    """The sign-offs, one after the other; at most one is open."""

    def __init__(self, findings, plan):
        self.findings, self.plan = findings, plan
        self.open = None
        self.scans = []             # SHA-256 of the scans of papers (V6)
        self.latest = [0, 0]        # the greatest time under earlier checkpoints, and under this
        self.plan_signed_at = None  # the greatest time under the plan
        self.result_is_signed = False
        self.notes = []             # (line, what, member, time): odd times
        self.log_due = None         # the body of the checkpoint directly above, if the log signs it
        self.stamped = None         # the checkpoint over which a token may stand
        self.texts = []             # the tokens that count under it
        self.stamped_at = [0, 0]    # the greatest time under earlier checkpoints, and under this

    def begin(self, checkpoint):
        """A checkpoint begins a sign-off, in the place of the one before. A plan with a fault has
        no panel."""
        self.end()
        benches = self.plan.panel.benches if self.plan.is_sound else []
        self.open = checkpoint.signoff = SignOff(checkpoint.stage, checkpoint.body, benches)
        self.latest = [max(self.latest), 0]

    def await_log(self, checkpoint):
        """S7: every checkpoint is signed by the log, if the plan has one."""
        if "log" in self.plan.header:
            self.log_due = checkpoint.body

    def log(self, line):
        """S7: the line directly under a checkpoint. Whether it is that of the log."""
        body, self.log_due = self.log_due, None
        if body is None:
            return False
        key, fault, kind = self.plan.log_key, self.findings.fault, line["kind"]
        if not self.plan.is_sound:
            return kind == "log"
        self.findings.examine("S7")
        if kind != "log":
            fault("S7", kind, kind, ("the signature of the log", "日志的签名"))
            return False
        signature = read_log_signature(line["signature"])
        if signature is None:
            fault("S7", kind, line["signature"], ("a signature line", "合规的签名行"))
        elif signature[:2] != key[:2]:
            fault("S7", kind, " ".join(signature[:2]), ("the key of the log", "日志的公钥"))
        elif not signature_is_right(key[2], body.encode("utf-8"), signature[2]):
            fault("S7", kind, ("a wrong signature", "签名错误"),
                  ("one over this checkpoint", "对本检查点的签名"))
        return True

    def await_tokens(self, checkpoint):
        """S8: from here on tokens over this checkpoint may stand."""
        self.stamped, self.texts = checkpoint, []
        self.stamped_at = [max(self.stamped_at), 0]

    def token(self, line):
        """S8: a time token. One with a fault does not count."""
        self.findings.examine("S8")
        data, fault = decode_base64(line["token"]), self.findings.fault
        try:
            if data is None:
                raise NoToken("not base64")
            imprint, time, serial = read_token(data)
        except NoToken as error:
            fault("S8", "token", str(error), ("an RFC 3161 token in DER and base64",
                                              "RFC 3161 时间戳（DER，base64）"))
            return
        body = sha256(self.stamped.body.encode("utf-8"))
        expected = self.token_time(time)
        # S8: the imprint is that of the checkpoint under which it stands.
        if imprint != body:
            fault("S8", "token", imprint.hex(), body.hex())
        # S8, 2: none twice, and at most 16.
        elif line["token"] in self.texts or len(self.texts) == MAX_TOKENS:
            fault("S8", "token", ("%d tokens" % len(self.texts), "%d 个时间戳" % len(self.texts)),
                  ("each once, and at most %d" % MAX_TOKENS, "各一次，至多 %d 个" % MAX_TOKENS))
        elif expected:
            fault("S8", "token", time, expected)
        else:
            self.texts.append(line["token"])
            self.stamped_at[1] = max(self.stamped_at[1], time)
            self.stamped.tokens.append((self.findings.number, time, serial.hex()))

    def token_time(self, time):
        """S8, 3 and 4: what the time should be, if it is wrong."""
        stage, rounds = self.stamped.stage, self.rounds()
        # S8, 3: not less than that of any under an earlier checkpoint.
        if time < self.stamped_at[0]:
            return ("not before %d, under an earlier checkpoint" % self.stamped_at[0],
                    "不早于先前检查点下的 %d" % self.stamped_at[0])
        # S8, 4: before the time of a drand round what the seed hangs on, later the rest.
        if stage in ("plan", "reveals") and any(time >= at for at in rounds):
            return ("before the drand round (%d)" % min(rounds),
                    "早于 drand 该轮（%d）" % min(rounds))
        if stage in ("day", "result") and any(time <= at for at in rounds):
            return ("after the drand round (%d)" % max(rounds),
                    "晚于 drand 该轮（%d）" % max(rounds))
        return None

    def rounds(self):
        """C7: the times of the rounds of drand."""
        return [drand_time(source.get("round", 0)) for source in self.plan.sources
                if source["device"] == "drand"]

    def take(self, line):
        # S1: exactly one line of each member of the panel.
        self.findings.examine("S1")
        signoff, kind, member = self.open, line["kind"], self.plan.member(line["member"])
        if member is None or member in signoff.said:
            self.findings.fault("S1", kind, line["member"],
                                ("a member, once", "监督员，且只一次"))
            return
        signoff.said[member] = kind
        counts = signoff.counts[member.bench]
        if kind == "cosignature":
            if self.cosignature(line, member, signoff.body):
                counts["keys"] += 1
                signoff.signers.add(member)
            return
        counts[kind] += 1
        if kind == "paper":
            signoff.signers.add(member)
            # S1: `scan` is the SHA-256 of the scanned sheet and never 64 zeros.
            if line["scan"] == ZEROS:
                self.findings.fault("S1", kind, ZEROS, A_SHEET)
            else:
                self.scans.append(line["scan"])
        elif kind == "dissent":
            self.findings.text("dissent", line["reason"], 600)
            signoff.refusals.append((member.id, line["reason"]))

    def cosignature(self, line, member, body):
        """S2, S3, S4: at most one fault, in this order (section 7)."""
        for rule in ("S2", "S3", "S4"):
            self.findings.examine(rule)
        fault, place = self.findings.fault, "cosignature " + member.id
        # S2: `signature` is a signature line of a C2SP signed note.
        signature = read_signature(line["signature"])
        if signature is None:
            fault("S2", place, line["signature"], ("a signature line", "合规的签名行"))
            return False
        # S3: name and key id are those of a key in the sealed plan.
        owner = self.plan.panel.keys.get(signature[:2])
        if owner is None:
            fault("S3", place, " ".join(signature[:2]), ("a key of the plan", "方案中的公钥"))
            return False
        # S4: they are those of the key of the member of the line.
        if owner is not member:
            fault("S4", place, " ".join(signature[:2]),
                  ("the key of %s" % member.id, "%s 的公钥" % member.id))
            return False
        # S2: it is over the checkpoint under which the line stands, strictly verified.
        message = signed_message(signature[2], body)
        if not signature_is_right(owner.key[2], message, signature[3]):
            fault("S2", place, ("a wrong signature", "签名错误"),
                  ("one over this checkpoint", "对本检查点的签名"))
            return False
        self.sign_time(member, signature[2])
        return True

    def sign_time(self, member, time):
        """S6: the time of a signature that counts."""
        self.findings.examine("S6")
        stage, rounds = self.open.stage, self.rounds()
        expected = odd = None
        # S6: no signature is earlier than one under a checkpoint before.
        if time < self.latest[0]:
            expected = ("not before %d, under an earlier checkpoint" % self.latest[0],
                        "不早于先前检查点下的 %d" % self.latest[0])
        # S6: the plan is signed before the time of a drand round, the result after it.
        elif stage == "plan" and any(time >= at for at in rounds):
            expected = ("before the drand round (%d)" % min(rounds),
                        "早于 drand 该轮（%d）" % min(rounds))
        elif stage == "result" and any(time <= at for at in rounds):
            expected = ("after the drand round (%d)" % max(rounds),
                        "晚于 drand 该轮（%d）" % max(rounds))
        elif time < EARLIEST:
            odd = "time-early"
        elif time >= LATEST:
            odd = "time-late"
        elif stage == "result" and self.plan_signed_at is not None and (
                time - self.plan_signed_at > FAR):
            odd = "time-apart"
        if expected:
            self.findings.fault("S6", "cosignature " + member.id, time, expected)
        if odd and len(self.notes) < MAX_NOTES:
            self.notes.append((self.findings.number, odd, member.id, time))
        self.latest[1] = max(self.latest[1], time)
        if stage == "plan":
            self.plan_signed_at = max(self.plan_signed_at or 0, time)

    def is_half_said(self):
        return self.open is not None and 0 < len(self.open.said) < len(self.plan.panel.members)

    def end(self):
        """S1: under a checkpoint stands nothing, or a line of each member."""
        self.end_signed()
        if self.is_half_said():
            missing = [m.id for m in self.plan.panel.members if m not in self.open.said]
            self.findings.fault("S1", "checkpoint", NOTHING, ", ".join(missing))
        self.open = None

    def end_signed(self):
        """S5: where the quorum of each bench signed the result by key, it signs each batch."""
        signoff = self.open
        if signoff is None:
            return
        if signoff.stage == "result":
            self.result_is_signed = signoff.is_signed()
        elif signoff.stage == "aftermath" and self.result_is_signed:
            self.findings.examine("S5")
            lacking = signoff.lacking()
            if lacking:
                counts = signoff.counts[lacking[0]]
                self.findings.fault("S5", "checkpoint aftermath", (
                    "%d signatures by key of bench %s" % (counts["keys"], lacking[0].id),
                    "席位 %s 电子签名 %d 人" % (lacking[0].id, counts["keys"])), (
                        "%d, as under the result" % lacking[0].quorum,
                        "%d 人，与结果的签名相同" % lacking[0].quorum))

    def end_of_file(self):
        """S1 at the end of the file: the sign-off may go on."""
        if self.is_half_said():
            self.findings.not_run(["S1"], ("the file ends before everybody has said something",
                                           "文件结束时还有监督员没有表态"))
        self.open = None


# --------------------------------------------------------------------------------------------------
# 9. The ceremony (C1 to C7)
# --------------------------------------------------------------------------------------------------

DRAND_START, DRAND_PERIOD = 1692803367, 3


def drand_time(number):
    """C7: when a round is made."""
    return DRAND_START + DRAND_PERIOD * (number - 1)


def faces_of(source):
    """P6: what the dice of a source show."""
    return "0123456789" if source.get("range") == 10 else "123456789"[:source.get("range", 0)]


class Ceremony:
    """Roll call, answers, public numbers and seed."""

    def __init__(self, findings, plan):
        self.findings, self.plan = findings, plan
        self.called = {}            # member -> commit, envelope or absent
        self.commits = {}           # member -> hash
        self.answers = {}           # member -> reveal or withheld
        self.secrets = {}           # member -> secret
        self.reveals_closed_at = None
        self.numbers = []           # the text of each source for the seed
        self.drand_signatures = 0   # those whose pairing would have to be computed
        self.seed, self.seed_line = None, 0

    def take(self, line):
        self.TAKE[line["kind"]](self, line)

    def roll_call(self, line):
        """C1: every member has exactly one of commit, envelope, absent."""
        member = self.plan.member(line["member"])
        if member is None or member in self.called:
            self.findings.fault("C1", line["kind"], line["member"],
                                ("a member, once", "监督员，且只一次"))
            return
        self.called[member] = line["kind"]
        if line["kind"] == "commit":
            self.commits[member] = line["commit"]

    def has_committed(self, member):
        return self.called.get(member) in ("commit", "envelope")

    def committed(self):
        return [member for member in self.plan.panel.members if self.has_committed(member)]

    def per_bench(self, rule, members):
        """C2, C4: in each bench they are at least its quorum."""
        for bench in self.plan.panel.benches:
            here = sum(1 for member in members if member.bench is bench)
            if here < bench.quorum:
                self.findings.fault(rule, "bench %s" % bench.id, here, bench.quorum)

    def end_roll_call(self):
        members, benches = self.plan.panel.members, self.plan.panel.benches
        # C1: every member was called.
        self.findings.examine("C1", len(members))
        missing = [member.id for member in members if member not in self.called]
        if missing:
            self.findings.fault("C1", "close", NOTHING, ", ".join(missing))
        # C2: in each bench, those with commit or envelope are at least its quorum.
        self.findings.examine("C2", len(benches))
        self.per_bench("C2", self.committed())

    def answer(self, line):
        """C4: each member with commit or envelope, and no other, has one reveal or withheld."""
        member = self.plan.member(line["member"])
        if not self.has_committed(member) or member in self.answers:
            self.findings.fault("C4", line["kind"], line["member"], (
                "a member with a commitment, once", "作过承诺的监督员，且只一次"))
            return
        self.answers[member] = line["kind"]
        if line["kind"] == "reveal":
            self.secrets[member] = line["secret"]
            self.check_secret(member, line["secret"])

    def check_secret(self, member, secret):
        """C3: letters and digits, 32 to 128 after a commit, else 1 to 128; after a commit, the hash
        of C1 over the secret is the commit."""
        self.findings.examine("C3")
        place, least = "reveal " + member.id, 32 if member in self.commits else 1
        if not re.match(r"[A-Za-z0-9]{%d,128}\Z" % least, secret):
            self.findings.fault("C3", place, secret, ("%d to 128 letters and digits" % least,
                                                      "%d 至 128 位字母或数字" % least))
        elif member in self.commits:
            text = "floorlot/1 commit\nplan %s\nmember %s\nsecret %s\n" % (
                self.plan.root, member.id, secret)
            self.findings.compare("C3", place, hash_text(text), self.commits[member])

    def end_answers(self, line):
        """C4: nobody with a commitment is silent, and those who revealed are still the quorum."""
        members = self.committed()
        self.findings.examine("C4", len(members))
        missing = [member.id for member in members if member not in self.answers]
        if missing:
            self.findings.fault("C4", "close", NOTHING, ", ".join(missing))
        self.per_bench("C4", [m for m in members if self.answers.get(m) == "reveal"])
        self.reveals_closed_at = line.get("at")

    def public_number(self, line):
        """C5: one line for each source in plan order; `source` counts them from 1."""
        self.findings.examine("C5")
        kind, due = line["kind"], len(self.numbers)
        source = self.plan.sources[due] if due < len(self.plan.sources) else None
        right = (source is not None and source["device"] == kind and line["source"] == due + 1
                 and self.numbers_fit(line, source))
        if kind == "drand":
            right = self.check_drand(line, source or {}) and right
        if not right:
            self.findings.fault(
                "C5", "%s %d" % (kind, line["source"]),
                line.get("digits", line.get("numbers", kind)),
                ("the numbers of source %d" % (due + 1), "第 %d 个来源的数" % (due + 1)))
        if source is not None:
            self.numbers.append(self.number_text(line, source))

    def numbers_fit(self, line, source):
        # C5: `count` digits, one for each die, each a face of P6.
        if line["kind"] == "dice":
            return (len(line["digits"]) == source.get("count")
                    and set(line["digits"]) <= set(faces_of(source)))
        # C5: `count` different numbers from 1 to `range`.
        if line["kind"] == "balls":
            numbers = line["numbers"]
            return (len(numbers) == source.get("count") == len(set(numbers))
                    and all(1 <= n <= source.get("range", 0) for n in numbers))
        return True  # those of drand: check_drand

    def check_drand(self, line, source):
        """C7, but for the pairing. Returns whether the signature is written rightly (C5)."""
        self.findings.examine("C7")
        fault = self.findings.fault
        # C5: `signature` has 96 lower-case hex digits.
        well_written = bool(re.match(r"[0-9a-f]{96}\Z", line["signature"]))
        self.drand_signatures += well_written
        # C7: `round` is that of its source in the plan, and no other.
        if source.get("round") != line["round"]:
            fault("C7", "drand, round", line["round"], source.get("round", NOTHING))
        # C7: its time is later than `at` of the close of the reveals, which must have one.
        time = drand_time(line["round"])
        if self.reveals_closed_at is None or time <= self.reveals_closed_at:
            fault("C7", "drand, time", time,
                  ("later than the close of the reveals", "晚于公开截止"))
        # C7: `randomness` is the SHA-256 of the 48 bytes of the signature.
        if well_written:
            randomness = hashlib.sha256(bytes.fromhex(line["signature"])).hexdigest()
            self.findings.compare("C7", "drand, randomness", line["randomness"], randomness)
        return well_written

    def number_text(self, line, source):
        """C6: a source in the text of the seed."""
        if line["kind"] == "dice":
            return "dice %s\n" % line["digits"]
        if line["kind"] == "drand":
            return "drand %d %s\n" % (line["round"], line["randomness"])
        width = len(str(source.get("range", 0)))
        return "balls %s\n" % " ".join(str(n).zfill(width) for n in line["numbers"])

    def end_numbers(self):
        """C5: no source is without its numbers."""
        if len(self.numbers) < len(self.plan.sources):
            self.findings.fault("C5", "seed", len(self.numbers), len(self.plan.sources))

    def expected_seed(self):
        """C6: plan root, then each member in plan order, then each source in plan order."""
        text = "floorlot/1 seed\nplan %s\n" % self.plan.root
        for member in self.plan.panel.members:
            answer = self.answers.get(member, "absent")
            secret = " " + self.secrets[member] if answer == "reveal" else ""
            text += "%s %s%s\n" % (answer, member.id, secret)
        return hash_text(text + "".join(self.numbers))

    def check_seed(self, line):
        """C6. A seed that breaks it is used as the file gives it."""
        self.findings.examine("C6")
        self.findings.compare("C6", "seed", line["seed"], self.expected_seed())
        self.seed, self.seed_line = line["seed"], self.findings.number

    TAKE = {"commit": roll_call, "envelope": roll_call, "absent": roll_call,
            "reveal": answer, "withheld": answer,
            "dice": public_number, "balls": public_number, "drand": public_number,
            "seed": check_seed}


# --------------------------------------------------------------------------------------------------
# 10. The draw (D1 to D13)
# --------------------------------------------------------------------------------------------------

class Told:
    """The lines of one household in the draw."""

    def __init__(self):
        self.calls = []             # (line, place)
        self.missed = []            # lines
        self.withdrawn = []         # (line of the undo, reason)
        self.standby = 0            # its place on the list


class Account:
    """What `why` tells of the household that was asked for (section 11). No check reads it."""

    def __init__(self, wanted):
        self.wanted = wanted        # its id
        self.found = None           # what fits the words that were typed
        self.answers = {}           # household -> (draw of its pool, line, answer, units on offer)
        self.called_at = {}         # household -> `at` of its last call
        self.told = {}              # household -> Told
        self.later = []

    def call(self, household, line, draw, number):
        if household.id == self.wanted:
            self.called_at[household] = line.get("at")
            self.answers.setdefault(household, (draw, 0, {}, []))
            self.told.setdefault(household, Told()).calls.append((number, line["place"]))

    def answer(self, household, line, draw, offer, number):
        if household.id == self.wanted:
            units = [draw.pool.units[i].id for i in draw.free.all_of(offer)]
            self.answers[household] = (draw, number, line, units)
            self.told[household].standby = line.get("place", 0)

    def miss(self, household, number):
        if household.id == self.wanted:
            self.told[household].missed.append(number)

    def withdraw(self, household, before):
        """Back to what it was before the answer."""
        if before is not None:
            self.answers[household] = before

    def undo(self, household, reason, number):
        if household.id == self.wanted:
            told = self.told[household]
            told.withdrawn.append((number, reason))
            if told.missed[-1:] == [number - 1]:
                told.missed.pop()

    def event(self, line, number, unit):
        """What came later for it, and the unit that it has then."""
        names = line.get("households", [line.get("household")])
        if line["kind"] == "void" or self.wanted in names:
            self.later.append({"line": number, "what": line["kind"],
                               "holds": unit.id if unit else None})


class Caller:
    """A household while its pool is drawn."""

    __slots__ = ("household", "id", "ticket", "lot", "misses", "waits", "standby", "unit")

    def __init__(self, household, ticket, lot):
        self.household, self.id = household, household.id
        self.ticket, self.lot = ticket, lot
        self.misses = 0         # `missed` lines that were not withdrawn
        self.waits = bool(household.needs)  # whether the matching of D4 counts it
        self.standby = False
        self.unit = None        # of its pick that was not withdrawn

    def served(self):
        """D4: it has a `pick` that no `undo` withdrew, or a `standby`."""
        return self.unit is not None or self.standby


class PoolDraw:
    """One pool while it is drawn: the order, whose turn it is, and what is on offer (D1 to D4)."""

    def __init__(self, pool, seed):
        self.pool = pool
        # D1: key = SHA-256("floorlot/1 pool\n" "seed " <seed> "\n" "pool " <pool id> "\n")
        self.key = hash_text("floorlot/1 pool\nseed %s\npool %s\n" % (seed, pool.id))
        drawn = tickets_and_lots(bytes.fromhex(self.key), len(pool.households))
        self.callers = {household: Caller(household, *ticket_and_lot)
                        for household, ticket_and_lot in zip(pool.households, drawn)}
        # D2: by tier, then the ticket of the head, then the plan numbers of head and household.
        self.order = sorted(self.callers.values(), key=self.turn)
        self.queue = deque(self.order)  # D2: who is due, the deferred ones last
        self.late = deque()         # D8: deferred to the end of the day
        self.evening = False        # D2: whether one of them was called, so that only they are due
        self.calls = self.picked = self.standby = 0
        self.called = None          # of the call that is open
        self.must_draw = False      # after `missed`: a pick by lot follows at once
        self.undoable = None        # a function that withdraws the line before (D9)
        self.ended = False
        self.leftovers = []         # after `end`: the free units, in plan order
        self.next_leftover = 0
        # D4, step 1: classes by the needs that occur in the pool, and by area where that counts.
        classes = [pool.class_of(unit) for unit in pool.units]
        self.free = FreeUnits(classes)
        self.matching = Matching(pool.combinations, set(classes))
        self.matching.free.update(self.free.count)
        for caller in self.order:
            if caller.waits:
                self.matching.waiting[caller.household.needs] += 1
        self.matching.settle()

    def turn(self, caller):
        household, head = caller.household, caller.household.head
        return household.tier, self.callers[head].ticket, head.number, household.number

    def where(self):
        """Where the pool stands, for T2."""
        if self.ended:
            return "ended"
        if self.called is None:
            return "between"
        return "missed" if self.must_draw else "called"

    def may_be_called(self):
        """D2: the household next in order, and at the end of a day the first of the deferred."""
        return ([self.queue[0]] if self.queue and not self.evening else []) + list(self.late)[:1]

    def due(self):
        """D2: the household to be called next."""
        return next(iter(self.may_be_called()), None)

    def update_waiting(self, caller):
        """D4, step 2: with needs, not yet served, and not the one just called."""
        household = caller.household
        waits = bool(household.needs) and not caller.served() and caller is not self.called
        if waits != caller.waits:
            caller.waits = waits
            self.spend(household, household.reserve if waits else -household.reserve)
            self.matching.change_waiting(household.needs, 1 if waits else -1)

    def spend(self, household, area):
        """D14: less is left to its family by an area that is spent, or reserved."""
        family = household.budget_of()
        if family:
            family.left -= area

    def limit(self, caller):
        """D14: a claim without needs is offered only units within budget - spent - reserved."""
        family = caller.household.budget_of()
        return family.left if family and not caller.household.needs else None

    def set_called(self, caller):
        before, self.called = self.called, caller
        for one in (before, caller):
            if one is not None:
                self.update_waiting(one)

    def set_free(self, unit, free):
        self.free.change(unit.place, free)
        self.matching.change_free(self.free.classes[unit.place], 1 if free else -1)

    def offer(self, caller):
        """D4, step 4: the classes of units that are offered to the household."""
        needs, limit = caller.household.needs, self.limit(caller)
        return {c for c in self.matching.loose()
                if needs <= c and (limit is None or area_of(c) <= limit)}

    def how_many(self, offer):
        return sum(self.free.count[c] for c in offer)

    def is_offered(self, offer, unit):
        return self.free.free[unit.place] and self.free.classes[unit.place] in offer

    def call(self, caller):
        self.calls += 1
        if self.late and caller is self.late[0]:
            self.late.popleft()
            self.evening = True
        else:
            self.queue.popleft()
        self.must_draw, self.undoable = False, None
        self.set_called(caller)

    def pick(self, caller, unit):
        """The household has the unit; returns what withdraws that."""
        caller.unit = unit
        self.spend(caller.household, unit.area or 0)
        self.picked += 1
        self.set_free(unit, False)
        self.must_draw = False
        self.set_called(None)

        def withdraw():  # D9: not served, and the unit free again
            caller.unit = None
            self.spend(caller.household, -(unit.area or 0))
            self.picked -= 1
            self.set_free(unit, True)
            self.set_called(caller)

        return withdraw

    def miss(self, caller):
        """D8: with `absence` last or day, at its first miss that was not withdrawn, it is
        deferred."""
        caller.misses += 1
        absence = self.pool.line.get("absence")
        defer = absence in ("last", "day") and caller.misses == 1
        deferred = self.late if absence == "day" else self.queue
        if defer:
            deferred.append(caller)
            self.set_called(None)
        else:
            self.must_draw = True

        def withdraw():
            caller.misses -= 1
            self.must_draw = False
            if defer:
                deferred.pop()
                self.set_called(caller)

        self.undoable = withdraw

    def day_may_end(self):
        """Nobody is called or waits for the end of this day, and no leftover is missing."""
        return (self.called is None and not self.late
                and self.next_leftover >= len(self.leftovers))

    def end(self):
        self.leftovers = [unit for unit in self.pool.units if self.free.free[unit.place]]
        self.ended, self.called, self.undoable = True, None, None


OWN_RULE = {"lot": "D6", "ranking": "D7", "choice": "D8"}  # of each `by`, and of each pool's rule


class Draw:
    """The pools, one after the other. What the file says is compared with what PoolDraw says."""

    def __init__(self, findings, plan, ceremony, account):
        self.findings, self.plan = findings, plan
        self.ceremony, self.account = ceremony, account
        self.open = None            # the pool that is open, a PoolDraw
        self.lost = False           # behind a line that cannot be followed
        self.broken = False         # whether `void` broke the draw off
        self.next_pool = 0
        self.callers = {}           # household -> Caller, of all pools opened
        self.standby_order = []     # households on standby, as they came there
        self.sums = {"picked": 0, "standby": 0, "leftover": 0}
        self.calls_today = 0

    def day_may_end(self):
        """T2: a day has a call; then it may be closed between two turns, or two pools."""
        if not self.is_followed():
            return True
        return self.calls_today > 0 and (self.open is None or self.open.day_may_end())

    def end_day(self):
        self.calls_today = 0
        if self.open is not None:
            self.open.evening, self.open.undoable = False, None

    def served(self):
        return sum(1 for caller in self.callers.values() if caller.served())

    def is_followed(self):
        """Whether there is a seed, and every line so far could be followed."""
        return self.ceremony.seed is not None and not self.lost

    def where(self):
        """Where the draw stands, for T2."""
        if not self.is_followed():
            return "not followed"
        return "no pool" if self.open is None else self.open.where()

    def break_off(self):
        self.broken, self.open = True, None

    def take(self, line):
        if self.is_followed():
            self.TAKE[line["kind"]](self, line, self.open)

    def open_pool(self, line, _):
        """D1: every pool is drawn, one after the other, in plan order, with its own key."""
        self.findings.examine("D1")
        self.leave_pool()
        due = self.plan.pools[self.next_pool:self.next_pool + 1]
        if not due or due[0].id != line["pool"]:
            self.findings.fault("D1", "open", line["pool"], ("the next pool", "下一个批次"))
            self.lost = True
            return
        self.next_pool += 1
        self.open = PoolDraw(due[0], self.ceremony.seed)
        self.callers.update(self.open.callers)
        self.findings.compare("D1", "open, key", line["key"], self.open.key)

    def leave_pool(self):
        """D11: no pool is left with leftover lines missing."""
        draw, self.open = self.open, None
        if draw is None:
            return
        if draw.next_leftover < len(draw.leftovers):
            self.findings.fault("D11", "pool %s" % draw.pool.id, draw.next_leftover, (
                "%d leftover lines" % len(draw.leftovers), "%d 行剩余房源" % len(draw.leftovers)))

    def call(self, line, draw):
        name, may = line["household"], draw.may_be_called()
        due = next((caller for caller in may if caller.id == name), None)
        # D2: in the order of tier and ticket, then those that are called again.
        self.findings.examine("D2")
        if due is None:
            expected = " / ".join(caller.id for caller in may)
            self.findings.fault("D2", "call", name, expected or NOTHING)
            self.lost = True
            return
        self.calls_today += 1
        self.findings.compare("D2", "call %s, pool" % name, line["pool"], draw.pool.id)
        self.findings.compare("D2", "call %s, place" % name, line["place"], draw.calls + 1)
        # D3: `ticket` is the ticket of the household itself.
        self.findings.examine("D3")
        self.findings.compare("D3", "call %s, ticket" % name, line["ticket"], due.ticket)
        draw.call(due)
        self.account.call(due.household, line, draw, self.findings.number)

    def due_way(self, draw, caller, offer):
        """How the household gets its unit: lot, choice, ranking (with unit and rank) or standby."""
        # D6: with the rule lot by lot. D8: by choice; by lot at once after a miss.
        if draw.pool.rule != "ranking":
            return ("lot" if draw.must_draw else draw.pool.rule), None, None
        # D7: the first unit of the ranking that is offered; else as `unranked` says.
        for i, unit in enumerate(caller.household.ranking or []):
            if draw.is_offered(offer, unit):
                return "ranking", unit, i + 1
        return draw.pool.line.get("unranked", "lot"), None, None

    def unit_of(self, name, pool):
        unit = self.plan.unit(name)
        return unit if unit is not None and unit.pool is pool else None

    def pick(self, line, draw):
        caller, place = draw.called, "pick %s" % line["household"]
        unit = self.unit_of(line["unit"], draw.pool)
        offer = draw.offer(caller)
        # D4: `offered` in a pick is the number of offered units.
        self.findings.examine("D4")
        self.findings.compare("D4", place + ", offered", line["offered"], draw.how_many(offer))
        # D5: the unit of a pick is one of those offered.
        self.findings.examine("D5")
        if unit is None or not draw.is_offered(offer, unit):
            self.findings.fault("D5", place, line["unit"], ("a unit on offer", "可选的房源"))
        self.check_by(line, draw, offer, place)
        if "proxy" in line:
            self.findings.text(place + ", proxy", line["proxy"], 120)
        # D13: every picked unit has all features that its household needs.
        needs = caller.household.needs
        if needs:
            self.findings.examine("D13")
            if unit is None or not needs <= unit.features:
                self.findings.fault("D13", place, line["unit"], ", ".join(sorted(needs)))
        if unit is None or not draw.free.free[unit.place]:
            self.lost = True
            return
        self.follow_pick(line, draw, caller, unit, offer)

    def check_by(self, line, draw, offer, place):
        """D6, D7, D8: whether this is how the household gets its unit, and what `by` asks for."""
        caller, by = draw.called, line["by"]
        way, ranked, rank = self.due_way(draw, caller, offer)
        self.findings.examine(OWN_RULE[by])
        # D7: where nothing of the ranking is on offer, `unranked` may say standby, not lot.
        if way == "standby" and by == "lot":
            self.findings.fault("D7", place, ("drawn by lot", "抽签"), "standby")
        # Section 7: a wrong `by` is one fault, and nothing else of D6 to D8.
        elif by != way and (way, by) != ("standby", "ranking"):
            rule = "D8" if by == "choice" else OWN_RULE[draw.pool.rule]
            self.findings.fault(rule, place + ", by", by, way)
            return
        if by == "lot":
            self.check_lot(line, draw, caller, offer, place)
        elif by == "ranking":
            self.check_ranking(line, draw, ranked, rank, place)
        # D8: a pick by choice has no lot, number or rank.
        elif {"lot", "number", "rank"} & set(line):
            self.findings.fault("D8", place, ("lot, number or rank", "签数、序号或志愿序"), NOTHING)

    def check_lot(self, line, draw, caller, offer, place):
        """D6: of the offered units in plan order, counted from 0, number (lot mod offered)."""
        fault, compare = self.findings.fault, self.findings.compare
        offered = draw.how_many(offer)
        compare("D6", place + ", lot", line.get("lot"), caller.lot)
        number = caller.lot % offered if offered else None
        compare("D6", place + ", number", line.get("number"), number)
        right = draw.pool.units[draw.free.nth(offer, number)] if offered else None
        if right is None or self.unit_of(line["unit"], draw.pool) is not right:
            fault("D6", place + ", unit", line["unit"], right.id if right else NOTHING)
        # D6: its line has neither `rank` nor `proxy`.
        if "rank" in line or "proxy" in line:
            fault("D6", place, ("rank or proxy", "志愿序或代选"), NOTHING)

    def check_ranking(self, line, draw, ranked, rank, place):
        """D7: the first unit of the ranking that is offered, with its place; no other keys."""
        unit = self.unit_of(line["unit"], draw.pool)
        if (ranked is None or unit is not ranked or line.get("rank") != rank
                or {"lot", "number", "proxy"} & set(line)):
            expected = ("%s, rank %s" % (ranked.id, rank), "%s，第 %s 志愿" % (ranked.id, rank)
                        ) if ranked else NOTHING
            self.findings.fault("D7", place, line["unit"], expected)

    def follow_pick(self, line, draw, caller, unit, offer):
        """A pick of a free unit of this pool is followed, be it wrong."""
        household = caller.household
        before = self.account.answers.get(household)
        self.account.answer(household, line, draw, offer, self.findings.number)
        take_back = draw.pick(caller, unit)

        def withdraw():
            take_back()
            self.account.withdraw(household, before)

        # D9: of picks, only one by choice can be withdrawn.
        draw.undoable = withdraw if line["by"] == "choice" else None

    def missed(self, line, draw):
        caller, place = draw.called, "missed %s" % line["household"]
        # D8: `missed` occurs only in pools with rule choice.
        self.findings.examine("D8")
        if draw.pool.rule != "choice":
            self.findings.fault("D8", place, "missed", ("a pool with the rule choice", "选房的批次"))
        # D10: a household for which nothing is offered gets standby at once, without a `missed`.
        if not draw.how_many(draw.offer(caller)):
            self.findings.fault("D10", place, (
                "missed, with nothing on offer", "缺席，而并无可选房源"), "standby")
        draw.miss(caller)
        self.account.miss(caller.household, self.findings.number)

    def undo(self, line, draw):
        """D9: it withdraws the line directly before it, a pick by choice or a `missed`."""
        self.findings.examine("D9")
        self.findings.text("undo", line["reason"], 600)
        if draw.undoable is None:
            self.findings.fault("D9", "undo", ("nothing to withdraw", "没有可撤回的行"),
                                ("a choice or a miss", "选房或缺席"))
            return
        withdraw, draw.undoable = draw.undoable, None
        withdraw()
        self.account.undo(draw.called.household, line["reason"], self.findings.number)

    def standby(self, line, draw):
        caller, place = draw.called, "standby %s" % line["household"]
        offer = draw.offer(caller)
        # D10: only a household for which nothing is offered (or of which D7 says so).
        self.findings.examine("D10")
        way = self.due_way(draw, caller, offer)[0]
        if draw.how_many(offer) and way != "standby":
            self.findings.fault("D10", place, "standby", way)
        # D10: `place` counts the standby lines of the pool from 1.
        draw.standby += 1
        self.findings.compare("D10", place + ", place", line["place"], draw.standby)
        self.account.answer(caller.household, line, draw, offer, self.findings.number)
        caller.standby = True
        self.standby_order.append(caller.household)
        draw.undoable = None
        draw.set_called(None)

    def end_pool(self, line, draw):
        """D11: nobody is due any more; the numbers of picks, standby lines and free units."""
        self.findings.examine("D11")
        due, name = len(draw.queue) + len(draw.late), draw.pool.id
        if due:
            self.findings.fault("D11", "end %s" % name,
                                ("%d households due" % due, "还有 %d 户未叫" % due), 0)
            self.lost = True
            return
        self.findings.compare("D11", "end, pool", line["pool"], name)
        draw.end()
        numbers = {"picked": draw.picked, "standby": draw.standby, "leftover": len(draw.leftovers)}
        for key, n in numbers.items():
            self.findings.compare("D11", "end %s, %s" % (name, key), line[key], n)
            self.sums[key] += n

    def leftover(self, line, draw):
        """D11: one line for each free unit, in plan order."""
        self.findings.examine("D11")
        due = draw.leftovers[draw.next_leftover:draw.next_leftover + 1]
        draw.next_leftover += 1
        if not due or line["unit"] != due[0].id or line["pool"] != draw.pool.id:
            self.findings.fault("D11", "leftover", "%s %s" % (line["pool"], line["unit"]),
                                due[0].id if due else NOTHING)

    TAKE = {"open": open_pool, "call": call, "pick": pick, "missed": missed, "undo": undo,
            "standby": standby, "end": end_pool, "leftover": leftover}

    def end(self):
        """Section 7: what is checked when the pools end."""
        self.leave_pool()
        # D1: every pool is drawn.
        for pool in self.plan.pools[self.next_pool:]:
            self.findings.fault("D1", "pool %s" % pool.id, NOTHING, "open")
        # D12: every household of the plan is served, where every pool came to its end.
        self.findings.examine("D12", len(self.plan.households) + len(self.plan.units))

    def check_result(self, line):
        """D12: `result` has the sums over all pools."""
        for key, n in self.sums.items():
            self.findings.compare("D12", "result, " + key, line[key], n)


# --------------------------------------------------------------------------------------------------
# 11. The aftermath (A1 to A8)
# --------------------------------------------------------------------------------------------------

class Waiting:
    """Those of a standby list who have the same needs. Over their places stands a complete binary
    tree, in which each node has the most of the two below it: 0 is nobody, n + 1 somebody who
    accepts at most the area n. So the first who accepts an area is found in few steps."""

    def __init__(self, places):
        self.places = places
        self.leaves = 1 << (len(places) - 1).bit_length()
        self.tree = [0] * (2 * self.leaves)

    def set(self, place, area):
        """Who is at this place accepts at most this area from now on; None: it waits no more."""
        node = self.leaves + bisect.bisect_left(self.places, place)
        self.tree[node] = 0 if area is None else area + 1
        while node > 1:
            node >>= 1
            self.tree[node] = max(self.tree[2 * node], self.tree[2 * node + 1])

    def first(self, start, area):
        """The first place from `start` on of somebody who waits and accepts this area, or None."""
        node = self.leaves + bisect.bisect_left(self.places, start)
        if node >= 2 * self.leaves:
            return None
        while self.tree[node] <= area:          # to the right and up
            while node & 1:
                node >>= 1
            if not node:
                return None
            node += 1
        while node < self.leaves:               # down to the first of them
            node *= 2
            if self.tree[node] <= area:
                node += 1
        return self.places[node - self.leaves]


class StandbyList:
    """The standby list of a pool, in order, also those that left it, so that places stay."""

    def __init__(self, households):
        self.households = households
        self.place_of = {household: place for place, household in enumerate(households)}
        places = {}                 # needs -> the places of those with these needs
        for place, household in enumerate(households):
            places.setdefault(household.needs, []).append(place)
        self.waiting = {needs: Waiting(some) for needs, some in places.items()}

    def set(self, household, area):
        if household in self.place_of:
            self.waiting[household.needs].set(self.place_of[household], area)

    def first(self, unit, start):
        """A3: the first place from `start` on of somebody who waits and accepts the unit."""
        places = (some.first(start, unit.area or 0) for needs, some in self.waiting.items()
                  if needs <= unit.features)
        return min((place for place in places if place is not None), default=None)


class Aftermath:
    """What comes after the result. An event that breaks its rule changes nothing."""

    def __init__(self, findings, plan, draw, account):
        self.findings, self.plan, self.draw, self.account = findings, plan, draw, account
        self.is_begun = False
        self.holds = {}             # household -> the unit that it holds
        self.waiting = set()        # households on a standby list
        self.standby_lists = {}     # pool -> StandbyList
        self.free_units = set()
        self.queues = {}            # pool -> its free units that may be offered (A3)
        self.asked_up_to = {}       # unit -> place on the list up to which it was offered (A3)
        self.offers = {}            # pool -> (unit, household)
        self.objection_ids, self.open_objections = set(), set()
        self.recordings, self.documents = [], []    # (number, line) of each
        self.file_names = plan.document_names       # of recordings and documents (A6, A8)
        self.sheets = []            # SHA-256 of the scans of what households signed (V6)
        self.void, self.void_line = None, 0
        self.events = 0             # that were followed
        self.counts = dict.fromkeys(["objections", "open", "withdrawals", "accepted", "declined",
                                     "swaps", "recordings"], 0)

    def begin(self):
        """The state after the result: from the picks and the standby lines."""
        if self.is_begun:
            return
        self.is_begun = True
        self.holds = {household: caller.unit for household, caller in self.draw.callers.items()
                      if caller.unit is not None}
        held = set(self.holds.values())
        lists = {pool: [] for pool in self.plan.pools}
        for household in self.draw.standby_order:
            self.waiting.add(household)
            lists[household.pool].append(household)
        for pool in self.plan.pools:
            self.standby_lists[pool] = StandbyList(lists[pool])
            self.queues[pool] = deque(unit for unit in pool.units if unit not in held)
            self.free_units.update(self.queues[pool])
            for household in lists[pool]:
                self.wait(household)
            self.go_on(pool)

    def take(self, line):
        kind = line["kind"]
        rule, event = self.EVENTS[kind]
        self.begin()
        for key, limit in (("text", 2000), ("name", 120), ("title", 120),
                           ("reason", 2000 if kind in ("ruling", "void") else 600)):
            if key in line:
                self.findings.text("%s, %s" % (kind, key), line[key], limit)
        self.findings.examine(rule)
        # A7: after `void` only objections, rulings, recordings and documents may follow.
        if self.void is not None and kind not in ("objection", "ruling", "recording", "filed"):
            self.findings.fault("A7", kind, kind, (
                "nothing after void but objections, rulings, recordings and documents",
                "作废之后只有异议、裁定、录像和文件"))
            return
        fault = event(self, line)
        if fault:
            self.findings.fault(rule, kind, *fault)
            return
        self.events += 1
        self.sheets += [line["sheet"]] if "sheet" in line else line.get("consents", [])
        wanted = self.plan.household(self.account.wanted)
        if wanted is not None and kind != "filed":
            unit = self.holds.get(wanted) if self.void is None else None
            self.account.event(line, self.findings.number, unit)

    # Each event returns what is wrong, as (found, expected), or None when it is followed.

    def objection(self, line):
        """A1: an id that no other has; `household`, if given, is one of the plan."""
        lower = line["id"].translate(CAPITALS)
        if not ID.match(line["id"]) or lower in self.objection_ids:
            return line["id"], ("an id of its own", "不重复的编号")
        if "household" in line and self.plan.household(line["household"]) is None:
            return line["household"], ("a household", "方案中的住户")
        self.objection_ids.add(lower)
        self.open_objections.add(line["id"])
        self.counts["objections"] += 1
        return None

    def ruling(self, line):
        """A1: it names an objection, exactly, that has no ruling yet."""
        if line["objection"] not in self.open_objections:
            return line["objection"], ("an objection without a ruling", "尚未裁定的异议")
        self.open_objections.remove(line["objection"])
        return None

    def withdrawal(self, line):
        """A2: a household gives up the unit that it holds, or its place on the standby list."""
        household = self.plan.household(line["household"])
        if household is None:
            return line["household"], ("a household", "方案中的住户")
        # A2: who has an offer to answer cannot withdraw.
        if self.offers.get(household.pool, (None, None))[1] is household:
            return household.id, ("no offer to answer", "没有待答复的递补")
        unit = self.holds.get(household)
        if line.get("unit") != (unit.id if unit else None) or not (
                unit or household in self.waiting):
            return line.get("unit", NOTHING), unit.id if unit else NOTHING
        if line["sheet"] == ZEROS:
            return ZEROS, A_SHEET
        if unit:
            del self.holds[household]
            self.queues[unit.pool].append(unit)
            self.free_units.add(unit)
        else:
            self.waiting.remove(household)
        self.settle([household])
        self.counts["withdrawals"] += 1
        return None

    def due_offer(self, pool):
        """A3: the first unit of the queue, and the first on the list who accepts it, behind those
        to whom it was offered."""
        if not self.queues[pool]:
            return None
        unit, standby = self.queues[pool][0], self.standby_lists[pool]
        place = standby.first(unit, self.asked_up_to.get(unit, 0))
        return None if place is None else (unit, standby.households[place])

    def go_on(self, pool):
        """A3: a unit that nobody accepts when it is first in the queue leaves it."""
        while pool not in self.offers and self.queues[pool] and not self.due_offer(pool):
            self.queues[pool].popleft()

    def most_area(self, household):
        """A3: the largest area that it accepts: what is left of the budget of its family."""
        family = household.budget_of()
        return family.budget - family.held(self.holds.get) if family else MAX_INTEGER

    def wait(self, household):
        """A3: who is on standby accepts at most what the budget of its family leaves."""
        area = self.most_area(household) if household in self.waiting else None
        self.standby_lists[household.pool].set(household, area)

    def settle(self, households):
        """A3: after a line about these households, budgets leave something else, and queues go
        on."""
        families = {household.budget_of() for household in households} - {None}
        concerned = set(households).union(*(family.claims for family in families))
        for household in concerned:
            self.wait(household)
        for pool in {household.pool for household in concerned}:
            self.go_on(pool)

    def offer(self, line):
        """A3: in each pool at most one offer is open; unit and household are those due."""
        unit, household = self.plan.unit(line["unit"]), self.plan.household(line["household"])
        if unit is None or household is None:
            return "%s, %s" % (line["unit"], line["household"]), (
                "unit and household of the plan", "方案中的房源与住户")
        if unit.pool in self.offers:
            return unit.id, ("no second offer", "上一次递补尚未答复")
        due = self.due_offer(unit.pool)
        if due != (unit, household):
            return ("%s, %s" % (unit.id, household.id),
                    "%s, %s" % (due[0].id, due[1].id) if due else NOTHING)
        self.offers[unit.pool] = due
        # A3: if it is declined, it goes on behind this household.
        self.asked_up_to[unit] = self.standby_lists[unit.pool].place_of[household] + 1
        return None

    def close_offer(self, line):
        """A4: an answer names unit and household of the open offer of the household's pool, and
        `sheet` is as in A2. The offer that it closes, and what is wrong."""
        household = self.plan.household(line["household"])
        offer = self.offers.get(household.pool) if household else None
        if offer is None or (offer[0].id, offer[1]) != (line["unit"], household):
            return None, ("%s, %s" % (line["unit"], line["household"]),
                          ("the open offer", "待答复的递补"))
        if line["sheet"] == ZEROS:
            return None, (ZEROS, A_SHEET)
        # A4: who accepts still accepts it by A3.
        area, most = offer[0].area or 0, self.most_area(household)
        if line["kind"] == "accept" and area > most:
            return None, (area, "≤ %d" % most)
        return self.offers.pop(household.pool), None

    def accept(self, line):
        """A4: who accepts holds the unit and leaves the standby list."""
        offer, wrong = self.close_offer(line)
        if wrong:
            return wrong
        unit, household = offer
        self.queues[unit.pool].popleft()
        self.free_units.discard(unit)
        self.holds[household] = unit
        self.waiting.discard(household)
        self.settle([household])
        self.counts["accepted"] += 1
        return None

    def decline(self, line):
        """A4: who declines stays on it."""
        offer, wrong = self.close_offer(line)
        if wrong:
            return wrong
        self.settle([offer[1]])
        self.counts["declined"] += 1
        return None

    def swap(self, line):
        """A5: at least two households, each once, each with its consent and the unit that it holds
        and gives up; what each gets is of its own pool, with all that it needs."""
        names = line["households"]
        households = [self.plan.household(name) for name in names]
        if None in households or len(names) < 2 or len(set(names)) < len(names):
            return ", ".join(names), ("two households or more, each once", "两户以上，每户一次")
        if len(line["consents"]) != len(names):
            return len(line["consents"]), len(names)
        if len(set(line["consents"]) - {ZEROS}) < len(names):
            return ", ".join(line["consents"]), ("one hash each, no zeros", "各不相同且不为零")
        units = [self.holds.get(household) for household in households]
        held = [unit and unit.id for unit in units]
        if None not in held and line["units"] != held:
            return ", ".join(line["units"]), ", ".join(held)
        units = units[1:] + units[:1]  # the first gets that of the second, and so on
        for household, unit in zip(households, units):
            if household not in self.holds or unit is None:
                return household.id, ("who has a unit", "已得房的住户")
            if unit.pool is not household.pool or not household.needs <= unit.features:
                return "%s, %s" % (household.id, unit.id), (
                    "a unit that it is entitled to", "符合资格的房源")
        after = dict(zip(households, units))
        for household in households:
            # A5: after the swap no family with a budget holds units with more area than that.
            family = household.budget_of()
            held = family.held(lambda h: after.get(h) or self.holds.get(h)) if family else 0
            if family and held > family.budget:
                return "%s, %d" % (family.id, held), "≤ %d" % family.budget
        self.holds.update(zip(households, units))
        self.settle(households)
        self.counts["swaps"] += 1
        return None

    def recording(self, line):
        """A6: the name of a file, without / or \\, not beginning with a dot, that no other has."""
        name = line["name"]
        lower = name.translate(CAPITALS)
        if not is_file_name(name) or lower in self.file_names:
            return name, ("a file name of its own", "不重复的文件名")
        self.file_names.add(lower)
        self.recordings.append((self.findings.number, line))
        self.counts["recordings"] += 1
        return None

    def filed(self, line):
        """A8: a file name that no recording and no document has; the SHA-256 of a file; a household
        of the plan, if one is named; two times or none, of a notice two."""
        name = line["name"].translate(CAPITALS)
        if not is_file_name(name) or name in self.file_names:
            return line["name"], ("a file name of its own", "不重复的文件名")
        if line["sha256"] == ZEROS:
            return ZEROS, ("the hash of a file", "文件的哈希")
        if "household" in line and self.plan.household(line["household"]) is None:
            return line["household"], ("a household", "方案中的住户")
        times = [line[key] for key in ("from", "to") if key in line]
        if len(times) == 1 or times != sorted(times) or line["what"] == "notice" and not times:
            return str(times), ("when it hung, from and to", "起止时间")
        self.file_names.add(name)
        self.documents.append((self.findings.number, line))
        self.counts["filed"] = self.counts.get("filed", 0) + 1
        return None

    def declare_void(self, line):
        """A7: after `void` nobody holds anything."""
        self.void, self.void_line = line, self.findings.number
        self.offers.clear()
        return None

    EVENTS = {"objection": ("A1", objection), "ruling": ("A1", ruling),
              "withdrawal": ("A2", withdrawal), "offer": ("A3", offer), "accept": ("A4", accept),
              "decline": ("A4", decline), "swap": ("A5", swap), "recording": ("A6", recording),
              "filed": ("A8", filed), "void": ("A7", declare_void)}

    def end_of_file(self):
        self.begin()
        self.counts["open"] = len(self.open_objections)


# --------------------------------------------------------------------------------------------------
# 12. The transcript: lines in, each to its stage
# --------------------------------------------------------------------------------------------------

class Transcript:
    """Reads a transcript line by line and hands each line to the stage that it belongs to."""

    def __init__(self, older_size=0, household=None):
        findings = self.findings = Findings()
        self.chain = Chain(findings, older_size)
        self.plan = Plan(findings)
        self.signoffs = SignOffs(findings, self.plan)
        self.ceremony = Ceremony(findings, self.plan)
        self.account = Account(household)
        self.draw = Draw(findings, self.plan, self.ceremony, self.account)
        self.aftermath = Aftermath(findings, self.plan, self.draw, self.account)
        self.order = Order(findings, self.signoffs, self.draw)
        self.outside = Outside(self)
        self.stages = {
            **dict.fromkeys(PLAN_KINDS, self.plan.take),
            **dict.fromkeys(SIGN_KINDS, self.signoffs.take), "token": self.signoffs.token,
            **dict.fromkeys(Ceremony.TAKE, self.ceremony.take),
            **dict.fromkeys(POOL_KINDS, self.draw.take), "result": self.draw.check_result,
            **dict.fromkeys(EVENT_KINDS, self.aftermath.take),
            "closing": self.chain.closing}

    def read(self, lines):
        for raw, ended in lines:
            self.line(raw, ended)
        self.finish()

    def line(self, raw, ended):
        raw, line = self.chain.take(raw, ended)
        if raw is None:
            return
        self.findings.examine("T2")
        if line is not None:
            self.step(line)
        self.chain.add(raw)

    def step(self, line):
        self.chain.stands_behind(line)
        if self.signoffs.log(line):
            return
        before, after = self.order.phase, self.order.take(line)
        if after is None:
            return
        kind = line["kind"]
        if self.is_gate(line, before):
            self.end(before, line)
        # The sign-off under the plan ends with the first line of the roll call, or `void`.
        elif before == ROLL_CALL and kind not in SIGN_OR_TOKEN:
            self.signoffs.end()
        # So do its tokens; those over the reveals end with the first of the numbers.
        if kind in AFTER_TOKENS:
            self.signoffs.stamped = None
        if kind == "void" and before < CLOSED:
            self.draw.break_off()
        if kind == "checkpoint":
            checkpoint = self.chain.checkpoint(line, self.plan.origin())
            self.signoffs.await_log(checkpoint)
            self.signoffs.await_tokens(checkpoint)
            # Nobody signs the reveals.
            if line["stage"] != "reveals":
                self.signoffs.begin(checkpoint)
            if line["stage"] == "day":
                self.draw.end_day()
        elif kind in self.stages and self.is_looked_at(kind):
            self.stages[kind](line)
        if kind == "closing" and before == DAY:
            self.chain.end_day()

    def is_gate(self, line, phase):
        return gate_name(line) == PHASES[phase].gate

    def is_looked_at(self, kind):
        """Section 7: behind a plan with a fault, and a draw that cannot be followed, are no lines
        to compare."""
        if kind in PLAN_KINDS or kind == "closing":
            return True
        followed = self.draw.is_followed() or self.draw.broken
        return self.plan.is_sound and (followed or kind not in FOLLOWED_KINDS)

    def end(self, phase, line):
        """The checks at the end of a phase (section 7)."""
        if phase == PLAN:
            self.plan.end(self.chain.tree.root())
        elif phase in (SIGNED, DAY):
            self.signoffs.end()
        elif not self.plan.is_sound:
            return
        elif phase == ROLL_CALL:
            self.signoffs.end()
            self.ceremony.end_roll_call()
        elif phase == ANSWERS:
            self.ceremony.end_answers(line)
        elif phase == NUMBERS:
            self.ceremony.end_numbers()
        elif phase == POOLS and self.draw.is_followed():
            self.draw.end()

    def finish(self):
        """The end of the file; it ends no phase."""
        self.signoffs.end_of_file()
        self.chain.end()
        self.aftermath.end_of_file()
        # T4: a file that does not end with a closing line, or in a torn line, is unfinished.
        if self.unfinished():
            self.findings.not_run(["T4"], unfinished_reason(self))
        if self.chain.torn:
            self.findings.not_run(["T1"], tuple(words.rstrip() for words in torn_line(self)))
        self.what_was_not_run()

    def what_was_not_run(self):
        """What was not run (section 7)."""
        phase, not_run = self.order.phase, self.findings.not_run
        reached = ("the file ends before this was done", "文件在此步骤完成之前结束")
        if self.draw.broken:
            reached = ("the draw was broken off before this was done",
                       "抽签在此步骤完成之前已宣布中止")
        for of, rules in ((PLAN, ["T3"] + rules_of("P")), (ROLL_CALL, ["C1", "C2"]),
                          (ANSWERS, ["C3", "C4"]), (NUMBERS, ["C5", "C6", "C7"]), (POOLS, ["D12"])):
            if of not in self.order.ended:
                not_run(rules, reached)
        if phase == PLAN:
            not_run(rules_of("S"), reached)
        elif not self.plan.is_sound:
            not_run(rules_of("C") + rules_of("S") + rules_of("A"), (
                "the plan has faults", "方案有误"))
        if phase <= SIGNED or phase == DAY or not (self.draw.is_followed() or self.draw.broken):
            not_run(rules_of("A"), (
                "there is no result that something could follow", "没有可供后续的结果"))
        if not self.draw.is_followed():
            not_run(rules_of("D"), ("no draw can be followed", "没有可以逐步核对的抽签"))
        if self.ceremony.drand_signatures:
            not_run(["C7"], ("this verifier cannot compute pairings (BLS12-381)",
                             "本核验程序不能计算双线性对（BLS12-381）"))

    def unfinished(self):
        """T4: the file does not end with a closing line, or with that of a day."""
        return self.order.phase != CLOSED or self.chain.torn > 0

    def day(self):
        """The day with whose closing line the file ends, from 1, else 0."""
        days = self.chain.days
        ends = self.order.phase == POOLS and self.chain.torn == 0
        return len(days) if ends and days[-1:] == [self.findings.number] else 0

    def verdict(self):
        if self.findings.refuted():
            return "refuted"
        return "unfinished" if self.unfinished() else "verified"


# --------------------------------------------------------------------------------------------------
# 13. Evidence from outside (V1 to V9)
# --------------------------------------------------------------------------------------------------

class Evidence:
    """What the reader knows from elsewhere. None means: not given."""

    def __init__(self):
        self.noted = []             # fingerprints, roots in hex, and bodies of notes
        self.all_noted = None       # of several files: where those of this one are taken from
        self.older = None           # (number of lines, root)
        self.expect = None          # official or rehearsal
        self.recordings = None      # a function: name -> SHA-256 in hex, None for no such file
        self.documents = None       # the same
        self.scans = None           # set of SHA-256 in hex
        self.earlier = []           # the transcripts given before this one; None: unreadable
        self.person = None          # the bytes of an opening
        self.include_not_compared = False


ANYTHING = object()


def groups_of(households):
    """V7: of each group those of its members that are here, by their head."""
    groups = {}
    for household in households:
        groups.setdefault(household.head, set()).add(household.id)
    return groups


def household_is(household, groups, holds):
    """V7: what must be the same of a household; of a claim that is its family, too, with what its
    units leave of a budget."""
    family = household.family
    if family:
        left = None if family.budget is None else family.budget - family.held(holds.get)
        family = family.id, family.name, family.person, left
    return (household.name, household.tier, household.needs, household.person,
            frozenset(groups[household.head]), family)


def unit_is(unit):
    """V7: what must be the same of a unit."""
    return (unit.label, unit.storey, unit.features, unit.building())


def leaves(t):
    """V7: the households on the standby list and the free units in the end, but not those of an
    offer that is open. After `void` there are none."""
    after = t.aftermath
    if after.void is not None:
        return {}, {}
    offered = {thing for offer in after.offers.values() for thing in offer}
    waiting = [h for h in t.plan.households if h in after.waiting and h not in offered]
    groups = groups_of(waiting)
    return ({h.id: household_is(h, groups, after.holds) for h in waiting},
            {u.id: unit_is(u) for u in after.free_units if u not in offered})


LEVELS = ["none", "consistent", "anchored", "certified"]
# The lines that nothing known outside covers: the first, the last, the stage of the checkpoint
# before them, and (number, line) of the result and the events among them.
NotCompared = namedtuple("NotCompared", "start end after events")
LISTED_EVENTS, TOLD_EVENTS, TOLD_REASONS = 100, 12, 5


class Outside:
    """A transcript that was read, beside the evidence."""

    def __init__(self, transcript):
        self.t, self.findings = transcript, transcript.findings
        self.reached = []           # the checkpoints that evidence reaches (V1, V2)
        self.open = None            # what was not compared
        self.includes_open = False
        self.gives_out = None       # V7
        self.one_before = None      # the verified transcript that `prior` was compared with

    def check(self, evidence):
        self.noted(evidence.noted)
        self.older_copy(evidence.older)
        self.quorums()
        self.kind(evidence.expect)
        self.files("V5", self.t.aftermath.recordings, evidence.recordings, (
            "the recordings were not given", "没有给出录像文件"))
        self.files("V9", self.t.plan.documents + self.t.aftermath.documents, evidence.documents, (
            "the documents were not given", "没有给出文件"))
        self.scans(evidence.scans)
        self.prior(evidence.earlier)
        self.fork(evidence.earlier)
        self.person(evidence.person)
        if self.t.verdict() == "verified" or self.t.verdict() == "unfinished" and self.t.day():
            self.levels()
            self.open = self.not_compared()
        self.includes_open = evidence.include_not_compared

    def levels(self):
        """How far trust goes in each checkpoint; a later one covers all lines before it."""
        checkpoints, members = self.t.chain.checkpoints, self.t.plan.panel.members
        last = max((checkpoints.index(c) for c in self.reached), default=-1)
        below = "consistent"
        for number in reversed(range(len(checkpoints))):
            checkpoint = checkpoints[number]
            signoff = checkpoint.signoff
            # Signatures alone certify nothing: something in the file must be known from outside.
            signed = self.reached and signoff is not None and signoff.is_signed()
            if signed and not drand_is_open(self.t):
                below = "certified"
            elif signed or number <= last:
                below = max(below, "anchored", key=LEVELS.index)
            # What a bench refused is not certified by what was signed later.
            refused = signoff is not None and signoff.refused_by(members)
            checkpoint.level = min(below, "anchored", key=LEVELS.index) if refused else below

    def not_compared(self):
        """The lines that nothing known outside covers, while it covers some before them."""
        checkpoints = self.t.chain.checkpoints
        known = [n for n, c in enumerate(checkpoints) if c.level != "consistent"]
        behind = checkpoints[known[-1]:] if known else []
        start = next((c.behind for c in behind if c.behind), 0)
        if not start:
            return None
        return NotCompared(start, self.findings.number, checkpoints[known[-1]].stage,
                           [event for c in behind for event in c.events])

    def left_out(self):
        """What was not compared, if it is not to be told as a fact."""
        return None if self.includes_open else self.open

    def hides_draw(self):
        """Whether the draw is among what is not to be told as a fact."""
        return self.left_out() is not None and self.open.after not in ("result", "aftermath")

    def until(self):
        """The first line that is not to be told as a fact."""
        return self.left_out().start if self.left_out() else float("inf")

    def noted(self, given):
        """V1: each is fingerprint, root or body of a recomputed checkpoint, whatever its line
        says."""
        counted = [one for one in given if not is_old(one)]
        if not counted:
            self.findings.not_run(["V1"], OLD_FINGERPRINT if given else NO_FINGERPRINT)
        for one in counted:
            self.findings.examine("V1")
            reached = [c for c in self.t.chain.checkpoints if one in c.names()]
            self.reached += reached
            if not reached:
                kind = 2 if one.endswith("\n") else 1 if len(one) == 64 else 0
                known = "; ".join(c.names()[kind] for c in self.t.chain.checkpoints)
                self.findings.fault("V1", ("fingerprint", "root", "note")[kind],
                                    one.strip().replace("\n", " / "),
                                    known.strip().replace("\n", " / ") or NOTHING, 0)

    def older_copy(self, older):
        """V2: the root over the first n lines of this file is the root over the copy, n ≥ 1."""
        if older is None:
            self.findings.not_run(["V2"], ("no older copy was given", "没有给出较早的副本"))
            return
        lines, root = older
        self.findings.examine("V2", lines)
        if not lines or self.findings.number < lines or self.t.chain.older_root != root:
            self.findings.fault("V2", "older copy", ("%d lines" % lines, "%d 行" % lines),
                                ("the beginning of this file", "本文件的开头"), 0)
        else:
            self.reached += [c for c in self.t.chain.checkpoints if c.line <= lines]

    def quorums(self):
        """V3: under every checkpoint but those of the reveals, in each bench, cosignatures that
        count are at least its quorum. It never fails."""
        missing = []
        for checkpoint in self.t.chain.checkpoints:
            if checkpoint.stage == "reveals":
                continue
            for bench, counts in checkpoint.signoff.counts.items():
                keys = counts["keys"]
                self.findings.examine("V3", keys)
                if keys < bench.quorum:
                    missing.append("%s, %s: %d < %d" % (
                        checkpoint.stage, bench.id, keys, bench.quorum))
        if not self.findings.checks["V3"].examined:
            self.findings.not_run(["V3"], (
                "nobody signed with a key in this file", "文件中没有电子签名"))
        elif missing:
            self.findings.not_run(["V3"], ("too few signatures: " + "; ".join(missing),
                                           "签名未达法定人数：" + "；".join(missing)))

    def kind(self, expect):
        """V4: `mode` is the expected one."""
        plan = self.t.plan
        if expect is None:
            self.findings.not_run(["V4"], ("no expectation was given", "没有给出预期"))
        elif plan.header is None:
            self.findings.not_run(["V4"], (
                "no line can be read as that of the plan: the kind is not known",
                "没有可读的方案首行：性质不明"))
        else:
            self.findings.examine("V4")
            self.findings.compare("V4", "plan, mode", plan.header["mode"], expect,
                                  plan.header_line)

    def files(self, rule, registered, find, none_given):
        """V5, V9: each registered file that is at hand has the SHA-256 of that file."""
        missing = []
        for number, line in registered:
            if find is None:
                self.findings.not_run([rule], none_given)
                return
            found = find(line["name"])
            if found is None:
                missing.append(line["name"])
                continue
            self.findings.examine(rule)
            if found != line["sha256"]:
                self.findings.fault(rule, line["name"], found, line["sha256"], number)
        self.not_at_hand(rule, missing)

    def scans(self, given):
        """V6: the scans of `paper` lines, sheets and consents are found by their SHA-256."""
        missing = []
        for scan in self.t.signoffs.scans + self.t.aftermath.sheets:
            if given is None:
                self.findings.not_run(["V6"], ("the scans were not given", "没有给出扫描件"))
                return
            if scan in given:
                self.findings.examine("V6")
            else:
                missing.append(scan)
        self.not_at_hand("V6", missing)

    def not_at_hand(self, rule, missing):
        if missing:
            self.findings.not_run([rule], ("not at hand: " + ", ".join(missing),
                                           "缺少文件：" + "、".join(missing)))

    def before(self, prior, given):
        """V7: of the files given before this one, the last that is verified and has the origin
        that `prior` names, else the one directly before."""
        for t in reversed(given):
            if prior is not None and t is not None and t.verdict() == "verified" \
                    and t.plan.header["origin"] == prior["origin"]:
                return t
        return given[-1] if given else None

    def fork(self, given):
        """V7: no transcript has two that go on from it, be it under one origin."""
        header = self.t.plan.header
        if header is None or "prior" not in header:
            return
        origin, own = header["prior"]["origin"], header["origin"]
        for t in given:
            if t is None or t.verdict() != "verified":
                continue
            other = t.plan.header
            if other["origin"] == own:
                # As far as both go, the same checkpoints.
                forks = any(a != b for a, b in zip(t.chain.results(), self.t.chain.results()))
            else:
                forks = other.get("prior", {}).get("origin") == origin
            if forks:
                self.findings.fault("V7", "prior", "%s, %s" % (own, other["origin"]), (
                    "one that goes on from %s" % origin, "只有一份衔接 %s" % origin),
                    self.t.plan.header_line)
                return

    def prior(self, given):
        """V7: there is a `prior`, and it names the verified transcript before."""
        header, line = self.t.plan.header, self.t.plan.header_line
        if header is None:
            self.findings.not_run(["V7"], ("there is no plan line", "没有方案首行"))
            return
        prior = header.get("prior")
        earlier = self.before(prior, given)
        self.gives_out = self.what_is_given_out(prior, earlier)
        before = earlier if earlier is not None and earlier.verdict() == "verified" else None
        if prior is None:
            if before is not None:
                origin = before.plan.header["origin"]
                self.findings.examine("V7")
                self.findings.fault("V7", "prior", NOTHING, (
                    "a prior with origin %s" % origin, "prior 的 origin 为 %s" % origin), line)
                self.findings.compare("V7", "plan, mode", header["mode"],
                                      before.plan.header["mode"], line)
            return
        if before is None:
            self.findings.not_run(["V7"], (
                "the transcript before was not given, or is not verified",
                "没有给出上一份记录，或上一份没有通过核验"))
            return
        self.findings.examine("V7")
        self.one_before = before
        self.link(header, prior, before, line)
        self.given_out(line)
        self.nobody_dropped(prior, before, line)

    def what_is_given_out(self, prior, earlier):
        """V7: with `round` what the transcript before left; with `void` what the void attempt gave
        out; without `prior` anything. None when that cannot be told."""
        if prior is None:
            return ANYTHING
        if earlier is None or earlier.verdict() != "verified":
            return None
        return leaves(earlier) if prior["relation"] == "round" else earlier.outside.gives_out

    def link(self, header, prior, before, line):
        """V7: origin, and size and root of a checkpoint `result` or `aftermath`; the mode;
        with `void` that one is void, and `attempt` one more; with `round` it is not void."""
        compare, fault = self.findings.compare, self.findings.fault
        compare("V7", "prior, origin", prior["origin"], before.plan.header["origin"], line)
        seals = before.chain.results()
        if (prior["size"], prior["root"]) not in seals:
            fault("V7", "prior, size and root", "%d, %s" % (prior["size"], prior["root"]),
                  "; ".join("%d, %s" % seal for seal in seals) or NOTHING, line)
        compare("V7", "plan, mode", header["mode"], before.plan.header["mode"], line)
        void, states = before.aftermath.void is not None, (("not void", "未作废"), ("void", "已作废"))
        if void != (prior["relation"] == "void"):
            fault("V7", "prior, relation", states[void], states[not void], line)
        if prior["relation"] == "void":
            compare("V7", "plan, attempt", header["attempt"], before.plan.header["attempt"] + 1,
                    line)

    def nobody_dropped(self, prior, before, line):
        """V7: with `round` every household that the transcript before leaves is in the plan; with
        `void` every household and unit of the plan of a void attempt is."""
        if prior["relation"] == "round":
            households, units = leaves(before)[0], {}
        elif before.aftermath.void is not None:
            households, units = before.plan.ids.of["household"], before.plan.ids.of["unit"]
        else:
            return
        for kind, ids in (("household", households), ("unit", units)):
            for name in ids:
                if name not in self.t.plan.ids.of[kind]:
                    self.findings.fault("V7", "%s %s" % (kind, name), NOTHING,
                                        ("in the plan, as before", "与之前一样列入方案"), line)

    def given_out(self, line):
        """V7: every household and unit of the plan is one of those given out, and the same."""
        if self.gives_out is None:
            self.findings.not_run(["V7"], (
                "the transcript before the void attempts was not given",
                "没有给出作废各次之前的记录"))
        elif self.gives_out is not ANYTHING:
            households, units = self.gives_out
            groups = groups_of(self.t.plan.households)
            for household in self.t.plan.households:
                self.findings.examine("V7")
                if households.get(household.id) != household_is(household, groups, {}):
                    self.findings.fault("V7", "household %s" % household.id, household.id, (
                        "on standby before, with the same name, tier, needs, person, group, family",
                        "上一轮候补户，姓名、顺位、需求、身份承诺、结伴组、家庭相同"), line)
            for unit in self.t.plan.units:
                self.findings.examine("V7")
                if units.get(unit.id) != unit_is(unit):
                    self.findings.fault("V7", "unit %s" % unit.id, unit.id, (
                        "free before, with the same label, storey, features and building",
                        "上一轮剩余房源，门牌、楼层、条件、楼栋相同"), line)

    def person(self, opening):
        """V8: the `person` of the household is the hash of the opening."""
        not_run = self.findings.not_run
        if opening is None:
            not_run(["V8"], ("no opening of a household was given", "没有给出住户的密封件"))
            return
        text, match = read_opening(opening)
        if not match:
            not_run(["V8"], NO_OPENING)
            return
        household = self.t.plan.family(match.group(1)) or self.t.plan.household(match.group(1))
        if household is None and self.t.order.phase == PLAN:
            not_run(["V8"], ("the file ends in the plan, before this household",
                             "文件在方案中结束，还没有到该户"))
        elif household is None:
            self.findings.examine("V8")
            self.findings.fault("V8", "opening", match.group(1),
                                ("a household of the plan", "方案中的住户"), 0)
        elif household.person is None:
            not_run(["V8"], ("the household has no commitment to a person in the plan",
                             "方案中该住户没有身份承诺"))
        else:
            self.findings.examine("V8")
            self.findings.compare("V8", "household %s" % household.id, hash_text(text),
                                  household.person, household.line)


def check_evidence(t, evidence):
    if evidence.all_noted is not None:
        # V1: of several files, what was noted counts for the first that it is of.
        evidence.noted = [one for one in evidence.all_noted if t.chain.has(one)]
        evidence.all_noted[:] = [one for one in evidence.all_noted if one not in evidence.noted]
    t.outside.check(evidence)


OPENING = re.compile("floorlot/1 person\nhousehold ([^\n]*)\nname ([^\n]*)\ndocument ([^\n]*)\n"
                     "salt ([0-9a-f]{64})\n\\Z")


NO_OPENING = ("what was given is not the opening of a household: the five lines of its slip",
              "所给的不是住户的密封件：应为密封件上的五行文字")


def read_opening(opening):
    """Person, rule 1: the text and its fields; no fields when it is no opening. What is forgiven
    stands in section 10."""
    try:
        text = opening.decode("utf-8-sig").replace("\r\n", "\n").rstrip(" \t\f\r\n") + "\n"
    except UnicodeDecodeError:
        return "", None
    lines = unicodedata.normalize("NFC", text).split("\n")
    if len(lines) == 6 and lines[4].startswith("salt "):
        lines[4] = "salt " + lines[4][5:].replace(" ", "").translate(CAPITALS)
    text = "\n".join(lines)
    match = OPENING.match(text)
    sound = (match and ID.match(match.group(1))
             and all(field_is_sound(field) for field in match.groups()[1:3]))
    return text, match if sound else None


def field_is_sound(field):
    """Person, rule 1: 1 to 200 bytes, no white space at the ends, no control character and no line
    separator."""
    return (1 <= len(field.encode("utf-8")) <= 200 and field == field.strip()
            and not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in field))


# --------------------------------------------------------------------------------------------------
# 14. The report (section 11)
# --------------------------------------------------------------------------------------------------

class Unreadable(Exception):
    """The file is not a transcript, or cannot be read; its words are a pair."""


STAGES = ["plan", "reveals", "day", "result", "aftermath"]


def verify_file(path, evidence, household=None):
    """Reads one transcript and runs all checks. `household` is as people type it."""
    older_size = evidence.older[0] if evidence.older else 0
    if household is None:
        with open_file(path) as stream:
            t = Transcript(older_size)
            t.read(lines_of_transcript(stream))
    else:
        with open_twice(path) as stream:
            start = stream.tell()
            found = Found(household, plan_lines(stream))
            stream.seek(start)
            t = Transcript(older_size, found.id)
            t.account.found = found
            t.read(lines_of_transcript(stream))
    check_evidence(t, evidence)
    return t


def lines_of_transcript(stream, empty=False):
    """All lines of a file that begins as a transcript does (or is empty, where that may be)."""
    lines = read_lines(stream)
    first = next(lines, None)
    if first is None and empty:
        return lines
    if first is None:
        raise Unreadable("the file is empty", "文件是空的")
    if not first[0].startswith(BEGINNING):
        changed = change_report(change_of_beginning(itertools.chain([first], lines)))
        said = (". " + changed["en"], "。" + changed["zh"]) if changed else ("", "")
        raise Unreadable(
            "this is no transcript: it does not begin with {\"kind\":\"plan\"," + said[0],
            "这不是抽签记录：开头不是 {\"kind\":\"plan\"," + said[1], changed)
    return itertools.chain([first], lines)


def open_file(path):
    try:
        return open(0, "rb", closefd=False) if path == "-" else open(path, "rb")
    except (OSError, ValueError) as error:
        english, chinese = system_words(error)
        raise Unreadable("cannot be read: " + english, "无法读取：" + chinese) from None


@contextlib.contextmanager
def open_twice(path):
    """A file that is read twice; what comes through a pipe is kept for it."""
    with open_file(path) as stream, contextlib.ExitStack() as stack:
        if not stream.seekable():
            import shutil  # (only here, and slow to load)
            import tempfile
            copy = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            stream = copy
        yield stream


# What the system says of a file, in Chinese; anything else by its number.
SYSTEM = {errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "不允许此操作",
          errno.EISDIR: "这是文件夹，不是文件", errno.ENOTDIR: "路径中有一部分不是文件夹",
          errno.EIO: "读写出错", errno.ELOOP: "符号链接层数过多", errno.ENAMETOOLONG: "文件名过长"}


def system_words(error):
    if not isinstance(error, OSError):
        return "not a file name", "不是文件名"
    return error.strerror or str(error), SYSTEM.get(error.errno, "系统错误 %s" % error.errno)


def outcome(t, rule):
    return t.findings.checks[rule].outcome()


def drand_is_open(t):
    return outcome(t, "C7") == "not_run" and t.findings.checks["C7"].examined > 0


def level_of(t):
    """That of the last checkpoint."""
    covered = t.verdict() == "verified" or t.verdict() == "unfinished" and t.day()
    return t.chain.checkpoints[-1].level if covered else "none"


def anchored_at(t):
    """The last stage that evidence reaches."""
    if t.verdict() == "refuted" or not t.outside.reached or t.unfinished() and not t.day():
        return None
    return max((c.stage for c in t.outside.reached), key=STAGES.index)


def in_both(pair):
    return {"en": pair[0], "zh": pair[1]}


def check_report(row, check, faults):
    report = {"id": row[0], "title": {"en": row[1], "zh": row[2]}, "outcome": check.outcome(),
              "examined": check.examined, "failed": check.failed}
    if check.outcome() == "not_run":
        report["reason"] = in_both(both(check.reason))
    return {**report, "faults": faults}


def fault_report(fault):
    rule, line, place, found, expected = fault
    return {"rule": rule, "line": line, "place": place, "found": in_both(found),
            "expected": in_both(expected)}


def checkpoint_report(t, checkpoint):
    report = {"stage": checkpoint.stage, "level": checkpoint.level, "size": checkpoint.size,
              "root": checkpoint.root, "fingerprint": checkpoint.fingerprint}
    signoff, members = checkpoint.signoff, t.plan.panel.members
    if signoff and signoff.said:
        refused = signoff.refused_by(members)
        report["signatures"] = [
            {"bench": bench.id, "members": size_of(bench, members), **signoff.counts[bench],
             "quorum": bench.quorum,
             "signers": [member.line["name"] for member in members
                         if member.bench is bench and member in signoff.signers],
             **({"unreachable": True} if bench in refused else {})}
            for bench in t.plan.panel.benches]
        if signoff.refusals:
            report["refusals"] = [{"member": member, "reason": reason}
                                  for member, reason in signoff.refusals]
    if checkpoint.tokens:
        report["tokens"] = [{"line": number, "time": time, "serial": serial}
                            for number, time, serial in checkpoint.tokens]
    return report


def event_report(number, line):
    """A line that was not compared: its kind, and whom and what it names."""
    report = {"line": number, "kind": line["kind"]}
    households = line.get("households") or ([line["household"]] if "household" in line else [])
    if households:
        report["households"] = households
    if "unit" in line:
        report["unit"] = line["unit"]
    return report


def not_compared_report(t):
    left = t.outside.open
    if left is None:
        return None
    events = [event_report(*event) for event in left.events[:LISTED_EVENTS]]
    more = len(left.events) - len(events)
    return {"from": left.start, "to": left.end, "events": events,
            **({"more": more} if more else {})}


KIND_WORDS = {"result": ("the draw up to its result", "抽签直至结果"), "objection": ("", "异议"),
              "ruling": ("", "裁定"), "withdrawal": ("", "放弃"), "offer": ("", "提供"),
              "accept": ("", "接受"), "decline": ("", "谢绝"), "swap": ("", "换房"),
              "recording": ("", "录像"), "filed": ("document", "文件"), "void": ("", "作废")}


def event_words(event, say):
    english, chinese = KIND_WORDS[event["kind"]]
    named = event.get("households", []) + ([event["unit"]] if "unit" in event else [])
    kind = say(english or event["kind"], chinese)
    return kind + (say(" of ", " ") + say(", ", "、").join(named) if named else "")


def not_compared_words(t, say):
    """What was not compared, loudly."""
    left = not_compared_report(t)
    told = [event_words(event, say) for event in left["events"][:TOLD_EVENTS]]
    more = len(t.outside.open.events) - len(told)
    what = say(", ", "，").join(told) or say("no event", "没有事项")
    if more:
        what += say(" and %d more" % more, "等，另有 %d 项" % more)
    return say("NOT COMPARED: lines %d to %d: %s. Nothing noted outside reaches them, and the "
               "panel has not signed them: anybody could have added them."
               % (left["from"], left["to"], what),
               "【未核对】：第 %d 至 %d 行：%s。在外记下的指纹或副本没有涵盖这些行，监督小组也没有签名：任何人都可能添加。"
               % (left["from"], left["to"], what))


def time_note(note):
    line, what, member, time = note
    english, chinese = ODD_TIMES[what]
    return {"line": line, "what": what,
            "en": "The signature of member %s has an odd time: %d, %s." % (member, time, english),
            "zh": "监督员 %s 的签名时间不合常理：%d，%s。" % (member, time, chinese)}


def settled_report(t):
    after = t.aftermath
    if t.verdict() != "verified" or not after.events or t.outside.left_out():
        return None
    if after.void is not None:
        return {"housed": 0, "standby": 0, "free": 0}
    return {"housed": len(after.holds), "standby": len(after.waiting),
            "free": len(after.free_units)}


def unfinished_report(t):
    return {"lines": t.findings.number, "phase": PHASES[t.order.phase].name,
            "closed": t.chain.closed, "sealed": t.chain.sealed(), "torn": t.chain.torn}


def totals(t):
    return {"lines": t.findings.number, "households": len(t.plan.households),
            "units": len(t.plan.units),
            "picked": sum(1 for caller in t.draw.callers.values() if caller.unit),
            "standby": len(t.draw.standby_order), "leftover": t.draw.sums["leftover"]}


def json_report(t):
    header = t.plan.header or {"origin": "", "title": "", "mode": "unknown"}
    checks = [(row, t.findings.checks[row[0]]) for row in CHECKS]
    report = {
        "verdict": t.verdict(), "level": level_of(t), "anchored": anchored_at(t),
        **({"first": t.findings.first_fault()} if t.findings.first else {}),
        **({"not_compared": not_compared_report(t)} if t.outside.open else {}),
        "origin": header["origin"], "title": header["title"], "mode": header["mode"],
        "checks": [check_report(row, check, [fault_report(fault) for fault in check.faults])
                   for row, check in checks],
        "checkpoints": [checkpoint_report(t, c) for c in t.chain.checkpoints],
        "totals": totals(t),
        "signed": t.verdict() == "verified" and outcome(t, "V3") == "passed",
        "aftermath": t.aftermath.counts,
    }
    recordings = [{key: line[key] for key in ("name", "sha256", "start")}
                  for _, line in t.aftermath.recordings]
    void = told_void(t)
    documents = [{key: line[key] for key in ("what", "name", "title", "sha256")}
                 for _, line in t.plan.documents]
    of_filed = ("what", "name", "title", "sha256", "household", "from", "to")
    filed = [{key: line[key] for key in of_filed if key in line}
             for _, line in t.aftermath.documents]
    for key, value in (("settled", settled_report(t)), ("recordings", recordings),
                       ("documents", documents), ("filed", filed),
                       ("void", void["reason"] if void else None),
                       ("notes", [time_note(note) for note in t.signoffs.notes]),
                       ("why", why_report(t)),
                       ("changed", t.chain.changed()),
                       ("unfinished", unfinished_report(t) if t.unfinished() else None),
                       ("day", {"number": t.day(), "served": t.draw.served()} if t.day() else None),
                       ("chain", chain_report(t))):
        if value or (key == "void" and void):
            report[key] = value
    return report


MAX_LISTED = 100
CHAIN = {"left_out": ("households left out", "未再列入的住户"),
         "added": ("households added", "新列入的住户"),
         "units_left_out": ("units left out", "未再列入的房源"),
         "units_added": ("units added", "新列入的房源"),
         "tiers": ("tiers changed", "顺位变动"),
         "needs": ("needs changed", "照顾需求变动"),
         "rules": ("rules changed", "规则变动"),
         "quorums": ("quorums changed", "法定人数变动"),
         "members_left_out": ("members left out", "不再列入的监督员"),
         "members_added": ("members added", "新列入的监督员"),
         "members_changed": ("members with another bench, name or key", "席位、姓名或公钥有变的监督员")}


def chain_report(t):
    """What changed from the one before to this plan, by name; only when nothing but V7 failed."""
    before, others = t.outside.one_before, [c for rule, c in t.findings.checks.items()
                                            if rule != "V7"]
    if before is None or t.order.phase == PLAN or any(check.failed for check in others):
        return None
    old, new, prior = before.plan, t.plan, t.plan.header["prior"]
    if prior["relation"] == "round":
        households, units = leaves(before)
    else:
        void = before.aftermath.void is not None
        households, units = ((old.ids.of["household"], old.ids.of["unit"]) if void else ({}, {}))
    rules = [{pool.id: pool_rules(pool.line) for pool in plan.pools} for plan in (old, new)]
    quorums = [{bench.id: bench.quorum for bench in plan.panel.benches} for plan in (old, new)]
    members = [{m.id: (m.line["bench"], m.line["name"], m.line.get("key"))
                for m in plan.panel.members} for plan in (old, new)]
    same = sorted(set(households) & set(new.ids.of["household"]))
    pairs = [(name, old.household(name), new.household(name)) for name in same]
    lists = {
        **left_and_added("", households, new.ids.of["household"]),
        **left_and_added("units_", units, new.ids.of["unit"]),
        "tiers": changes("household", [(n, a.tier, b.tier) for n, a, b in pairs]),
        "needs": changes("household", [(n, sorted(a.needs), sorted(b.needs))
                                       for n, a, b in pairs]),
        "rules": changes("pool", [(n, rules[0][n], rules[1][n])
                                  for n in sorted(set(rules[0]) & set(rules[1]))]),
        "quorums": changes("bench", [(n, quorums[0].get(n, 0), quorums[1].get(n, 0))
                                     for n in sorted({*quorums[0], *quorums[1]})]),
        **left_and_added("members_", members[0], members[1]),
        "members_changed": [n for n in sorted(set(members[0]) & set(members[1]))
                            if members[0][n] != members[1][n]]}
    return {"before": old.header["origin"],
            **{key: {"count": len(lists[key]), "first": lists[key][:MAX_LISTED]}
               for key in CHAIN if lists[key]}}


def left_and_added(kind, before, now):
    return {kind + "left_out": sorted(set(before) - set(now)),
            kind + "added": sorted(set(now) - set(before))}


def changes(kind, pairs):
    return [{kind: name, "from": was, "to": now} for name, was, now in pairs if was != now]


def pool_rules(line):
    return " ".join(str(line[key]) for key in ("rule", "absence", "seconds", "unranked")
                    if key in line)


def chain_lines(chain, say):
    """The same as text."""
    def shown(entry):
        if isinstance(entry, str):
            return entry
        name, was, now = entry.values()
        return "%s %s → %s" % (name, *("+".join(value) or "–" if isinstance(value, list) else value
                                       for value in (was, now)))

    origin, same = chain["before"], len(chain) == 1
    yield say("Compared with %s, which it goes on from:" % origin, "与所衔接的 %s 相比：" % origin) + (
        say(" nothing differs", "没有变动") if same else "")
    for key, words in CHAIN.items():
        if key in chain:
            count, first = chain[key]["count"], chain[key]["first"]
            more = say(" … (%d)" % count, " …（%d）" % count) if count > len(first) else ""
            yield say("  %s: %s", "  %s：%s") % (
                say(*words), say(", ", "、").join(map(shown, first)) + more)


def told_void(t):
    """The `void` line, unless it was not compared."""
    return t.aftermath.void if t.aftermath.void_line < t.outside.until() else None


def why_report(t):
    """Why the household that was asked for has what it has; None when it was not called."""
    household = t.plan.household(t.account.wanted)
    if household not in t.account.answers:
        return None
    draw, number, answer, offered = t.account.answers[household]
    if t.outside.hides_draw():
        return None
    caller, pool = draw.callers[household], household.pool
    called_at = t.account.called_at[household]
    by = "standby" if answer.get("kind") == "standby" else answer.get("by")
    return {
        "household": household.id, "pool": pool.id, "tier": min(household.tier, 65535),
        "needs": sorted(household.needs),
        "called_with": household.head.id if household.head is not household else None,
        "ticket": str(caller.ticket), "place": draw.order.index(caller) + 1,
        "of": len(pool.households), "missed": caller.misses, "lot": str(caller.lot),
        "offered": offered, "by": by, "number": answer.get("number"), "rank": answer.get("rank"),
        "proxy": answer.get("proxy"), "unit": answer.get("unit"), "line": number,
        "called_at": called_at, "recording": recording_at(t, called_at),
        "later": [event for event in t.account.later if event["line"] < t.outside.until()],
    }


def recording_at(t, at):
    """A6: the recording that began last before, and the second in it."""
    best = None
    for _, line in t.aftermath.recordings:
        if at is not None and line["start"] <= at and (
                best is None or line["start"] >= best["start"]):
            best = line
    return {"recording": best["name"], "second": at - best["start"]} if best else None


def unreadable_report(words):
    """`words` may have a third: what a program on the way did to the file."""
    report = {"verdict": "unreadable", "level": "none", "checks": [],
              "error": {"en": clean(words[0]), "zh": clean(words[1])}}
    if words[2:] and words[2]:
        report["changed"] = words[2]
    return report


def print_json(report):
    """JSON with everything that a terminal could take for a command spelled out."""
    text = json.dumps(report, ensure_ascii=False, indent=2)
    print("".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text))


OUTCOMES = {"passed": ("passed ", "通过  "), "failed": ("FAILED ", "未通过"),
            "not_run": ("not run", "未执行")}


def print_checks(rows, checks, say):
    """One line for each check, its faults below."""
    for row in rows:
        check = checks[row[0]]
        print("%-3s %s %9d  %s" % (row[0], say(*OUTCOMES[check.outcome()]), check.examined,
                                   say(row[1], row[2])))
        if check.outcome() == "not_run":
            print(" " * 23 + say(*both(check.reason)))
        for _, line, place, found, expected in check.faults:
            where = say("line %d, " % line, "第 %d 行，" % line) if line else ""
            print(" " * 4 + where + place + say(": found ", "：发现 ") + say(*found)
                  + say("; should be ", "；应为 ") + say(*expected))
        if check.failed > len(check.faults):
            more = check.failed - len(check.faults)
            print(" " * 4 + say("and %d more" % more, "另有 %d 处" % more))
    outcomes = [checks[row[0]].outcome() for row in rows]
    numbers = tuple(outcomes.count(outcome) for outcome in ("passed", "failed", "not_run"))
    print(say("\n%d checks passed, %d failed, %d not run." % numbers,
              "\n%d 项通过，%d 项未通过，%d 项未执行。" % numbers))


STAGE_NAMES = {"plan": ("the plan", "方案"), "reveals": ("the reveals", "密语公开"),
               "day": ("the day", "当日"), "result": ("the result", "结果"),
               "aftermath": ("the aftermath", "后续事项")}


def print_report(t, say):
    rehearsal = say("######## REHEARSAL: nothing here counts ########",
                    "######## 演练，结果不作数 ########")
    report = json_report(t)
    if t.outside.open:
        print(not_compared_words(t, say) + "\n")
    if "changed" in report:
        print(say(report["changed"]["en"], report["changed"]["zh"]) + "\n")
    if report["mode"] == "rehearsal":
        print(rehearsal)
    if report["mode"] == "unknown":
        print(say("######## OFFICIAL OR REHEARSAL: NOT KNOWN ########",
                  "######## 正式还是演练：性质不明 ########"))
    if report["verdict"] == "unfinished":
        print(say("######## UNFINISHED — no result ########", "######## 尚未完成 —— 不是结果 ########"))
    print(clean(report["title"]) + "\n" + clean(report["origin"]) + "\n")
    print_checks(CHECKS, t.findings.checks, say)
    print_numbers(t, report, say)
    print("\n" + closing_sentence(t, report, say))
    if report["mode"] == "rehearsal":
        print(rehearsal)


def print_tokens(report, say):
    """S8: the time tokens, and what was not looked at in them."""
    stamped = [c for c in report["checkpoints"] if "tokens" in c]
    for c in stamped:
        for token in c["tokens"]:
            time = datetime.datetime.fromtimestamp(token["time"], datetime.timezone.utc)
            print(say("Time token, %s: %s UTC (line %d)", "%s的时间戳：%s UTC（第 %d 行）") % (
                say(*STAGE_NAMES[c["stage"]]), time.strftime("%Y-%m-%d %H:%M:%S"), token["line"]))
    if stamped:
        print(say("(Imprint and time compared; the signature and certificate of the time stamp "
                  "authority are not checked here: `openssl ts -verify` does that.)",
                  "（已核对时间戳的摘要和时间；时间戳机构的签名和证书未在此核验：请用 `openssl ts -verify`。）"))


def print_numbers(t, report, say):
    """Fingerprints, signatures and totals."""
    for c in report["checkpoints"]:
        print(say("Fingerprint of %-14s %s", "%s的指纹  %s") % (
            say(*STAGE_NAMES[c["stage"]]), c["fingerprint"]))
        for s in c.get("signatures", []):
            print("    " + clean(say(
                "bench {bench}: {keys} by key, {paper} on paper, {dissent} refused, "
                "{unsigned} away (quorum {quorum})",
                "席位 {bench}：电子签名 {keys} 人，纸面签名 {paper} 人，拒签 {dissent} 人，"
                "未签 {unsigned} 人（法定 {quorum} 人）").format(**s)))
    print_tokens(report, say)
    if t.outside.hides_draw():
        print(say("{households} households, {units} units.", "{households} 户，{units} 套房。"
                  ).format(**report["totals"]))
    else:
        print(say("{households} households, {units} units: {picked} picked, {standby} on standby, "
                  "{leftover} left over.",
                  "{households} 户，{units} 套房：{picked} 户得房，{standby} 户候补，剩余 {leftover} 套。"
                  ).format(**report["totals"]))
    for note in report.get("notes", []):
        print(clean(say(note["en"], note["zh"])))
    for line in chain_lines(report["chain"], say) if "chain" in report else ():
        print(clean(line))
    if any(report["aftermath"].values()) and not t.outside.left_out():
        print(say("After the result: {objections} objections ({open} without a ruling), "
                  "{withdrawals} withdrawals, {accepted} offers accepted, {declined} declined, "
                  "{swaps} swaps, {recordings} recordings.",
                  "结果之后：异议 {objections} 项（未裁定 {open} 项），放弃 {withdrawals} 户，接受 {accepted} 次，"
                  "谢绝 {declined} 次，换房 {swaps} 次，录像 {recordings} 份。"
                  ).format(**report["aftermath"]))
    if report["aftermath"].get("filed") and not t.outside.left_out():
        print(say("Documents filed after the result: %d.", "结果之后登记文件 %d 份。")
              % report["aftermath"]["filed"])
    if "settled" in report:
        print(say("In the end {housed} households have a unit, {standby} are on standby, "
                  "{free} units are free.",
                  "最终 {housed} 户有房，{standby} 户候补，{free} 套空房。").format(**report["settled"]))


def torn_line(t):
    """That bytes stand behind the last whole line, as a pair; empty if none do."""
    numbers = t.findings.number, t.chain.torn
    if not t.chain.torn:
        return "", ""
    return ("After line %d there are %d bytes without a line end: a line that was torn (by a power "
            "cut, say) or cut off; they are not examined. " % numbers,
            "第 %d 行之后还有 %d 字节没有换行符，是写入时中断（如停电）或复制时截断的一行，未作检查。"
            % numbers)


def open_lines(t):
    """How many lines nothing seals, and what that means, as a pair."""
    under = t.chain.sealed()
    start = max(under, t.chain.closed)
    count = t.findings.number - start
    lines, chinese = "1 line" if count == 1 else "%d lines" % count, "%d 行" % count
    if not count:
        return "", ""
    if not under:
        return ("No checkpoint seals it yet: anybody could have changed or added its %s. " % lines,
                "尚无检查点封存：这 %s任何人都可能改动或添加过。" % chinese)
    if not t.chain.closed:
        return ("It is sealed by a checkpoint to line %d; nothing seals the %s after it, and "
                "anybody could have changed or added them. " % (under, lines),
                "检查点封存到第 %d 行；其后 %s没有任何封存，任何人都可能改动或添加过。"
                % (under, chinese))
    return ("Nothing seals the %s after line %d, and anybody could have changed or added them; "
            "a checkpoint seals the file to line %d. " % (lines, start, under),
            "第 %d 行之后的 %s没有任何封存，任何人都可能改动或添加过；检查点封存到第 %d 行。"
            % (start, chinese, under))


def not_sealed(t, line, say):
    """The mark of what stands in a line that no checkpoint is over."""
    open_yet = t.unfinished() and line > t.chain.sealed()
    return say(", not sealed yet", "，尚未封存") if open_yet else ""


def unfinished_reason(t):
    """Why T4 is not run."""
    phase, torn = PHASES[t.order.phase], torn_line(t)
    return (("the file ends after line %d without a closing line: %s. %s"
             % (t.findings.number, phase.missing, torn[0])).rstrip(),
            "文件到第 %d 行为止，没有结束行：%s。%s"
            % (t.findings.number, phase.missing_chinese, torn[1]))


def unfinished_sentence(t, say):
    """T4, for a resident."""
    phase, number, closed = PHASES[t.order.phase], t.findings.number, t.chain.closed
    if t.day():
        return say(
            "Day %d of the draw is closed; %d of %d households are served, and the draw is NOT "
            "FINISHED. It keeps the rules to line %d." % (
                t.day(), t.draw.served(), len(t.plan.households), number),
            "抽签第 %d 天已结束：%d 户中的 %d 户已办理，抽签【尚未完成】。到第 %d 行为止符合规则。" % (
                t.day(), len(t.plan.households), t.draw.served(), number))
    if not number:
        so_far = say("This transcript is UNFINISHED: not even its first line is whole. ",
                     "本记录【尚未完成】：连第一行都不完整。")
    elif not closed:
        so_far = say("This transcript is UNFINISHED: %s. It keeps the rules to line %d. "
                     % (phase.missing, number),
                     "本记录【尚未完成】：%s。到第 %d 行为止符合规则。"
                     % (phase.missing_chinese, number)) + say(*open_lines(t))
    else:
        so_far = say(*open_lines(t)) + say(
            "This transcript is finished to line %d, and UNFINISHED after it: %s. "
            "It keeps the rules to line %d. " % (closed, phase.missing, number),
            "本记录到第 %d 行为止已结束，之后增加的内容【尚未完成】：%s。到第 %d 行为止符合规则。"
            % (closed, phase.missing_chinese, number))
    if not closed:
        result = say("It is not verified, and nothing in it is a final result.",
                     "它没有通过核验，其中的内容都不是最终结果。")
    else:
        result = say("As a whole it is not verified; its first %d lines are a finished transcript, "
                     "and can be verified by themselves." % closed,
                     "整份没有通过核验；它的前 %d 行是一份已结束的记录，可以单独核验。" % closed)
    return so_far + say(*torn_line(t)) + result + say(
        " If it was published as a finished draw, its end is missing: ask for the whole file.",
        "如果公布时称抽签已完成，则末尾缺失：请索取完整文件。")


def unfinished_too(t, say):
    return say(" The file is also UNFINISHED (to line %d): perhaps what was given belongs to the "
               "end that is missing." % t.findings.number,
               "文件也【尚未完成】（到第 %d 行为止）：所给内容也许属于缺失的末尾。"
               % t.findings.number)


def altered_sentence(t, report, say):
    """On a file that a program on the way has changed: what is said after the change. Where line
    ends are all that is wrong, it says so; it stays refuted."""
    changed = report["changed"]
    alone = not any(c["outcome"] == "failed" and (c["id"], c["failed"]) != ("T1", 1)
                    for c in report["checks"])
    words = say("This file is REFUTED as it is (check T1): its bytes are not those that were "
                "sealed.",
                "本文件按现有内容【不成立】（第 T1 项）：字节与当时封存的不一致。")
    if changed["what"] != "cr-lf" or not alone:
        return words + say(" If a new copy says the same, do not rely on it, and show this report "
                           "to the panel.",
                           "如果重新取得的文件仍然如此，请勿采信，并向监督小组出示本报告。")
    if t.unfinished():
        return words + say(" Nothing else is wrong so far, but the file is unfinished, too.",
                           "除此之外到目前为止没有发现问题，但文件也尚未完成。")
    return words + say(" Nothing else is wrong: with LF at the end of the lines it would be "
                       "verified, with the fingerprints in this report.",
                       "除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。")


def closing_sentence(t, report, say):
    """What a resident may conclude, and what not."""
    unknown = say("Whether this is an official draw or a rehearsal is NOT KNOWN: its first line "
                  "cannot be read. ",
                  "这是正式抽签还是演练，【性质不明】：首行无法读取。"
                  ) if report["mode"] == "unknown" else ""
    changed = report.get("changed")
    first = say(changed["en"] + " ", changed["zh"]) if changed else ""
    sentence = {"unfinished": unfinished_verdict, "refuted": refuted_verdict,
                "verified": verified_verdict}[report["verdict"]]
    heard = "" if report["verdict"] == "refuted" else refusals(t, report, say)
    opened = not_compared_words(t, say) + say(" ", "") if t.outside.open else ""
    return first + unknown + opened + heard + sentence(t, report, say)


def refusals(t, report, say):
    """That a bench refuses, so that its quorum cannot be reached."""
    words = ""
    for checkpoint in report["checkpoints"]:
        benches = [s for s in checkpoint.get("signatures", []) if "unreachable" in s]
        if not benches:
            continue
        who = say("; ", "；").join(clean(say(
            "{dissent} of {members} members of bench {bench} refuse",
            "席位“{bench}”的 {members} 人中有 {dissent} 人不同意").format(**s)) for s in benches)
        reasons = ["%s: %s" % (r["member"], clean(r["reason"])) for r in checkpoint["refusals"]]
        more = len(reasons) - TOLD_REASONS
        told = "; ".join(reasons[:TOLD_REASONS]) + (
            say("; and %d more" % more, "；另有 %d 人" % more) if more > 0 else "")
        stage = say(*STAGE_NAMES[checkpoint["stage"]])
        words += say("THE PANEL SAYS NO to %s: %s (%s). ", "【监督员不同意】%s：%s（%s）。") % (
            stage, who, told)
    return words


def drand_words(say):
    return say("But that the drand numbers are those of the drand network was NOT verified here "
               "(C7): whoever wrote the file could have made them up. Have it checked by a "
               "verifier that can.",
               "但 drand 随机数是否出自 drand 网络，本程序【未核对】（C7）：写文件的人可能自行编造。"
               "请用能核对的程序再核验一次。")


def unfinished_verdict(t, report, say):
    rehearsal = say("This is a REHEARSAL, not a draw that counts. ", "这是【演练】，不是正式抽签。")
    return (rehearsal if report["mode"] == "rehearsal" else "") + unfinished_sentence(t, say) + (
        say(" ", "") + drand_words(say) if drand_is_open(t) else "")


def refuted_verdict(t, report, say):
    failed = [c["id"] for c in report["checks"] if c["outcome"] == "failed"]
    if all(rule.startswith("V") for rule in failed):
        return say("This record is REFUTED by what was given beside it (check %s): in itself it "
                   "keeps the rules, but it does not agree with your evidence. See that you gave "
                   "what belongs to this draw; if you did, do not rely on this file, and show this "
                   "report to the panel." % ", ".join(failed),
                   "本记录被随附的证据【否定】（第 %s 项）：文件本身符合规则，但与您手中的证据不符。"
                   "请确认所给的证据属于本次抽签；如属实，请勿采信本文件，并向监督小组出示本报告。"
                   % "、".join(failed)) + (unfinished_too(t, say) if t.unfinished() else "")
    if "changed" in report:
        return altered_sentence(t, report, say)
    first = report["first"]["line"], report["first"]["check"]
    return say("This record is REFUTED: the first fault is in line %d (check %s). "
               "Do not rely on it, and show this report to the panel." % first,
               "本记录【不成立】：第 %d 行出现第一处不符（第 %s 项）。请勿采信，并向监督小组出示本报告。"
               % first)


def verified_verdict(t, report, say):
    words = []
    if report["mode"] == "rehearsal":
        words.append(say("This is a REHEARSAL, not a draw that counts.", "这是一次演练，结果不作数。"))
    if told_void(t) is not None:
        words.append(say("This draw was declared VOID; nobody holds a flat by it.",
                         "本次抽签已宣布作废，任何人都不能据此得房。"))
    words.append(say("Every step in this file follows from the sealed plan and the public numbers.",
                     "文件中的每一步都由封存的方案和公开的随机数推出，没有发现错误。"))
    if drand_is_open(t):
        words.append(drand_words(say))
    words += anchored_words(t, report, say)
    if t.outside.open is not None:
        pass
    elif t.chain.checkpoints[-1].signoff and t.chain.checkpoints[-1].signoff.is_signed():
        words.append(say("The quorum of every bench signed it with the keys in the plan.",
                         "各席位达到法定人数的监督员用方案中的公钥签了名。"))
    else:
        words.append(say("It does not carry signatures by key of the quorum of every bench.",
                         "它没有各席位达到法定人数的电子签名。"))
    if t.findings.checks["V7"].outcome() == "not_run":
        words.append(say("It goes on from a draw before it, with which it was NOT compared (check "
                         "V7): verify all transcripts together, from the first on.",
                         "本次抽签衔接之前的抽签，但【未与】之前的记录比对（第 V7 项）：请从第一份记录起一并核验。"))
    return say(" ", "").join(words)


def anchored_words(t, report, say):
    """Whether it is the record of the hall, and how far."""
    if not report["anchored"]:
        yield say("Whether it is the record of the hall is not yet shown: compare the plan's "
                  "fingerprint with the notice, or give it with --fingerprint.",
                  "它是否就是现场的那份记录，尚未证明：请把方案指纹与公告核对，或用 --fingerprint 输入。")
        return
    if t.outside.open is not None:
        yield say("As far as line %d (%s) it is what was noted outside, or signed by the panel. "
                  "What stands behind, this report does not tell as a fact: compare the "
                  "fingerprint of the last checkpoint, too."
                  % (t.outside.open.start - 1, STAGE_NAMES[t.outside.open.after][0]),
                  "到第 %d 行（%s）为止，与在外记下的一致，或经监督小组签名。其后的内容，本报告不作为事实陈述："
                  "请再比对最后一个检查点的指纹。"
                  % (t.outside.open.start - 1, STAGE_NAMES[t.outside.open.after][1]))
        return
    stage = say(*STAGE_NAMES[report["anchored"]])
    yield say("The fingerprint or copy that you noted shows that it is the same record up to %s."
              % stage, "您记下的指纹（或较早的副本）证明：直到%s，这就是当时的那份记录。" % stage)


def print_allocation(t):
    """The final allocation as CSV; empty cells for who has no unit."""
    print("household,unit,label,storey")
    for household in t.plan.households:
        unit = t.aftermath.holds.get(household) if t.aftermath.void is None else None
        cells = [household.id] + (
            [unit.id, unit.label, str(unit.storey)] if unit else ["", "", ""])
        print(",".join('"%s"' % c.replace('"', '""') if set(c) & set(',"\r\n') else c
                       for c in cells))


# --------------------------------------------------------------------------------------------------
# 15. The household that is meant: an id in any letters, a name (masked or full), a flat
# --------------------------------------------------------------------------------------------------

HOUSES = "号楼 号院 单元 幢 栋 座 楼 室 房 号 户".split()  # words around the numbers of flats
COMPOUND = (  # surnames of two characters
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 宇文 长孙 夏侯 轩辕 端木 百里 呼延 南宫 东郭 西门 "
    "独孤 澹台 公冶 宗政 濮阳 太史 申屠 钟离 闻人 赫连 鲜于 闾丘 拓跋 完颜 纳兰 第五 公羊 公西 左丘 梁丘 南门 "
    "万俟").split()
TITLES = "某 某某 先生 女士 小姐".split()
HAN = "[\u2e80-\u2fdf\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
MASKED_HAN = re.compile("\\*+%s?" % HAN)


def plain(text):
    """Full-width letters made usual, capitals small."""
    return unicodedata.normalize("NFKC", text).lower()


def parts_of(text):
    """`7号楼902室`, `7-0902` and `７号楼 902` are the parts 7 and 902."""
    text = plain(text)
    for word in HOUSES:
        text = text.replace(word, " ")
    return [part.lstrip("0") or part for part in re.findall(r"[0-9]+|[a-z]+|[^\W_0-9a-z]+", text)]


def mask(cell):
    """Names as a plan shows them: 张明 as 张*, 欧阳娜娜 as 欧阳*娜, Anna Smith as A*** S***. What
    stands in brackets is dropped."""
    kept, depth = "", 0
    for c in cell:
        if c in "(（[【":
            depth += 1
        elif c in ")）]】":
            depth = max(depth - 1, 0)
        elif not depth:
            kept += c
    return "、".join(filter(None, map(mask_person, re.split("[、,，;；/\n]", kept))))


def mask_person(name):
    name = re.sub("[＊×○●]", "*", name.strip())
    if not re.search(HAN, name):
        words = name.split()
        if "*" in name and all(re.fullmatch(r"[^\W\d_][*.]+|\*[*.]+", word) for word in words):
            return name
        letters = (next(filter(str.isalpha, word), "") for word in words)
        return " ".join(letter.upper() + "***" for letter in letters if letter)
    name = "".join(name.split())
    surname = next(filter(name.startswith, COMPOUND), name[0])
    if {name[len(surname):], name[1:]} & set(TITLES) or any(
            name.startswith(head) and MASKED_HAN.fullmatch(name[len(head):])
            for head in (surname, name[0], "")):
        return name  # the office has masked it already
    people = ["".join(re.findall(HAN, part)) for part in re.split("[·•・‧∙⋅.．]", name)]
    people = [part for part in people if part]
    if len(people) != 1:
        return "·".join(part[0] + "*" for part in people)
    name = people[0]
    surname = name[0] if len(name) == 2 else next(filter(name.startswith, COMPOUND), name[0])
    return surname + "*" + (name[-1] if len(name) > len(surname) + 1 else "")


def distance(a, b):
    """How many bytes must be changed, put in or left out to make one id of the other (capitals
    aside; an id has 64 bytes at most)."""
    a, b = (text.encode("utf-8", "replace").lower()[:64] for text in (a, b))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(corner + (x != y), row[j - 1] + 1, row[j] + 1)
    return row[-1]


class Found:
    """What in the plan fits what was typed, when that is not an id as it stands there."""

    def __init__(self, typed, lines):
        self.id = typed             # to go on with: that of the plan if one fits, else as typed
        self.named = []             # (id, name) of households whose name fits
        self.units = set()          # ids of units that are named
        self.parts, self.buildings = parts_of(typed), {}
        name, bare = mask(unicodedata.normalize("NFKC", typed)), "".join(plain(typed).split())
        exact, same = False, []
        for line in lines:
            if line["kind"] == "pool":
                self.buildings[line["id"]] = parts_of(line["building"])
            elif line["kind"] == "unit" and self.names(line):
                self.units.add(line["id"])
            elif line["kind"] == "household":
                exact = exact or line["id"] == typed
                if plain(line["id"]) == bare:
                    same.append(line["id"])
                if name and name in line["name"].split("、"):
                    self.named.append((line["id"], line["name"]))
        if same and not exact:
            self.id = same[0]

    def names(self, line):
        """Whether the unit is named: by its id, or by the end of its label, behind any parts of
        its building."""
        label = parts_of(line["label"])
        shared = min(len(self.parts), len(label))
        before = self.parts[:len(self.parts) - shared]
        named = self.parts[len(self.parts) - shared:]
        building = iter(parts_of(line["building"]) if "building" in line
                        else self.buildings.get(line["pool"], []))
        return shared > 0 and (self.parts == parts_of(line["id"]) or (
            label[len(label) - shared:] == named and all(part in building for part in before)))


def plan_lines(stream):
    """The lines up to the first checkpoint that can be read."""
    for raw, _ in read_lines(stream):
        try:
            line = parse_line(without_cr(raw))
        except NotInProfile:
            continue
        if line["kind"] == "checkpoint":
            return
        yield line


def nobody(t, say):
    """That there is no such household, and which could be meant."""
    wanted, found = t.account.wanted, t.account.found
    near = [(distance(h.id, wanted), h.id) for h in t.plan.households]
    near = [known for known in near if known[0] <= 1 + len(wanted.encode("utf-8", "replace")) // 4]
    near = ", ".join(name for _, name in sorted(near, key=lambda known: known[0])[:5])
    words = say("There is no household %s in the plan of this file.",
                "本文件的方案中没有住户 %s。") % wanted
    if near:
        words += say(" Ids like it: %s.", "相近的编号：%s。") % near
    if found.named:
        named, count = ", ".join("%s %s" % one for one in found.named), len(found.named)
        words += say(" Names are masked in the plan; this household fits: %s." if count == 1 else
                     " Names are masked in the plan; these %d households fit: %%s." % count,
                     "方案中的姓名隐去了部分文字，相符的有 %d 户：%%s。" % count) % named
    # Who has the flats that are named, in the end; nobody in a file that is not verified.
    in_force = t.verdict() == "verified" and t.aftermath.void is None
    holds = t.aftermath.holds if in_force and not t.outside.left_out() else {}
    owners = [h.id for h in t.plan.households if h in holds and holds[h].id in found.units]
    if owners:
        words += say(" Such a flat is that of %s.", "这样的房属于 %s。") % ", ".join(owners)
    return words


# --------------------------------------------------------------------------------------------------
# 16. Why this flat: step by step, for the household
# --------------------------------------------------------------------------------------------------

NEED_WORDS = {"step-free": "无障碍", "low-floor": "低楼层", "near-lift": "近电梯", "wide-door": "宽门",
              "south-facing": "朝南"}
WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60"
                  "\uffe0-\uffe6\U00020000-\U0003fffd]")


def width(text):
    """How many columns a text takes on a terminal: Chinese characters take two."""
    return len(text) + len(WIDE.findall(text))


def padded(text, columns):
    return text + " " * (columns - width(text))


def print_why(t, say):
    """The data of `why` in plain words. (Of a household that is not in the plan: `nobody`.)"""
    household, why = t.plan.household(t.account.wanted), why_report(t)
    if household is not None and t.outside.hides_draw():
        print("\n" + not_compared_words(t, say) + say(
            " So nothing is said of household %s; --include-not-compared says it all the same.",
            "因此不作住户 %s 的说明；如仍需要，请加 --include-not-compared。") % clean(household.id))
    elif household is not None and why is None:
        print(say("\nHousehold %s is in the plan, but was never called in this file.",
                  "\n住户 %s 在方案中，但在本文件中从未叫到。") % clean(household.id))
    elif household is not None:
        steps = Steps(t, household, why, say)
        steps.tell()
        print("\n".join(map(clean, steps.lines)))


class Steps:
    """Numbered steps, each a heading and what is to say."""

    def __init__(self, t, household, why, say):
        self.t, self.household, self.why, self.say = t, household, why, say
        self.pool, self.told = household.pool, t.account.told[household]
        self.units = {unit.id: unit for unit in self.pool.units}
        self.lines, self.number = [], 0

    def step(self, heading, english, chinese):
        self.number += 1
        heading = self.say(padded(heading[0], 9), padded(heading[1], 8))
        self.lines.append("%2d. %s %s" % (self.number, heading, self.say(english, chinese)))

    def more(self, english, chinese):
        """A further line of the step."""
        self.lines.append(" " * self.say(14, 13) + self.say(english, chinese))

    def mark(self, line):
        return not_sealed(self.t, line, self.say)

    def unit_words(self, name):
        """The flat with label and storey, as a pair."""
        unit = self.units.get(name)
        label, storey = (unit.shown(), unit.storey) if unit else ("", 0)
        more, zh = (unit.amounts(), unit.amounts_in_chinese()) if unit else ("", "")
        return ("%s: %s, storey %d%s" % (name, label, storey, more),
                "%s：%s，第 %d 层%s" % (name, label, storey, zh))

    def tell(self):
        who = ("%s %s" % (self.household.id, self.household.name)).rstrip()
        self.lines += ["", self.say("Household %s, step by step", "住户 %s：逐步说明") % who]
        if self.t.verdict() == "unfinished":
            self.lines.append(self.say(
                "This file is UNFINISHED. What follows is how far it goes, and can still change.",
                "本文件【尚未完成】。以下是到目前为止的情况，还可能变化。"))
        elif self.t.verdict() == "refuted":
            self.lines.append(self.say(
                "This file is REFUTED. What follows is what it says of this household, not a "
                "result.", "本文件【不成立】。以下只是文件所写，不是抽签结果。"))
        for part in (self.of_pool, self.order, self.calls, self.needs, self.offers, self.pick,
                     self.later, self.film, self.by_hand):
            part()

    def of_pool(self):
        line, rules = self.pool.line, {
            "choice": ("everybody chooses when called", "叫到时现场选房"),
            "lot": ("the flat itself is drawn by lot", "直接抽出房号"),
            "ranking": ("by the ranking handed in before the seal", "按封存前交的志愿表分房")}
        names = line["id"], line["title"], line["building"]
        self.step(("Pool", "批次"), "%s — %s (%s)" % names, "%s %s（%s）" % names)
        rule, numbers = rules[line["rule"]], (line["households"], line["units"])
        self.more("%d households, %d flats; %s." % (*numbers, rule[0]),
                  "%d 户，%d 套房；%s。" % (*numbers, rule[1]))

    def order(self):
        why, draw = self.why, self.t.account.answers[self.household][0]
        self.step(("Tier", "顺位"),
                  "%d (tier 1 is called first, then tier 2, and so on)" % why["tier"],
                  "第 %d 顺位（先叫第 1 顺位，再叫第 2 顺位，依此类推）" % why["tier"])
        self.step(("Ticket", "签号"), why["ticket"], why["ticket"])
        self.more("Within a tier the smaller ticket is called first.", "同一顺位中，签号小的先叫。")
        group = [other for other in self.pool.households
                 if other.group is not None and other.group == self.household.group]
        if len(group) > 1:
            others = ", ".join(other.id for other in group if other is not self.household)
            head = group[0].id, draw.callers[group[0]].ticket
            self.step(("Together", "结伴"), "called together with " + others,
                      "与 %s 一起叫号" % others)
            self.more("The whole group goes by the ticket of %s, the first in the plan: %d" % head,
                      "整组按方案中排在最前的 %s 的签号排序：%d" % head)
        self.step(("Place", "次序"), "%d of %d in the order of the pool" % (
            why["place"], why["of"]), "本批次 %d 户中的第 %d 位" % (why["of"], why["place"]))

    def calls(self):
        """The lines of the calls, the misses and what was withdrawn."""
        for n, (line, place) in enumerate(self.told.calls):
            english = "line %d, call %d of the pool%s" % (line, place, self.mark(line))
            chinese = "第 %d 行，本批次第 %d 次叫号%s" % (line, place, self.mark(line))
            if n:
                self.more("again: " + english, "再次：" + chinese)
            else:
                self.step(("Called", "叫号"), english, chinese)
        self.misses()
        for n, (line, reason) in enumerate(self.told.withdrawn):
            words = ("line %d withdrew what the line before it recorded; reason: %s"
                     % (line, reason), "第 %d 行撤回了前一行的记录；原因：%s" % (line, reason))
            if n:
                self.more(*words)
            else:
                self.step(("Withdrawn", "撤回"), *words)

    def misses(self):
        times, heading = self.why["missed"], ("Missed", "未到")
        if not times:
            if self.pool.rule == "choice":
                self.step(heading, "no call", "无")
            return
        lines = ", ".join(map(str, self.told.missed))
        self.step(heading, "%d (line %s): did not answer three calls" % (times, lines),
                  "%d 次（第 %s 行）：三呼未到" % (times, lines))
        absence = {"last": (
            "The plan says: after the first miss it is called again after all others; after the "
            "second the lot decides.", "方案规定：首次未到，移到本批次最后再叫；再次未到，由抽签决定。"),
            "day": (
            "The plan says: after the first miss it is called again at the end of the day; after "
            "the second the lot decides.", "方案规定：首次未到，移到当日最后再叫；再次未到，由抽签决定。"),
            "lot": ("The plan says: the lot decides at once.", "方案规定：当即抽签决定。")}
        if "absence" in self.pool.line:
            self.more(*absence[self.pool.line["absence"]])

    def needs(self):
        english = ", ".join(self.why["needs"])
        chinese = "、".join("%s（%s）" % (NEED_WORDS[need], need) if need in NEED_WORDS else need
                           for need in self.why["needs"])
        if english:
            self.step(("Needs", "照顾"), english + ": only flats that have all of this will do",
                      chinese + "：只有全部符合的房才可选")
        else:
            self.step(("Needs", "照顾"), "none: every free flat will do", "无：空房皆可")

    def offers(self):
        offered, heading = self.why["offered"], ("Offered", "可选")
        if self.why["by"] is None:
            self.step(heading, "the file does not say how this call ended",
                      "文件未写明此次叫号的结果")
            return
        if not offered:
            self.step(heading, "nothing", "没有")
            return
        flats = "1 flat" if len(offered) == 1 else "%d flats" % len(offered)
        self.step(heading, flats + ", numbered from 0 in the order of the plan:",
                  "%d 套，按方案顺序从 0 起编号：" % len(offered))
        # Of an id that occurs twice, the label is that of its last line.
        units = [self.units[name] for name in offered]
        labels = max(width(unit.shown()) for unit in units)
        ids = max(width(unit.id) for unit in units)
        for number, unit in enumerate(units):
            mark = "=>" if unit.id == self.why["unit"] else "  "
            row = (mark, number, padded(unit.id, ids), padded(unit.shown(), labels), unit.storey)
            self.more("%s%3d  %s  %s  storey %2d" % row + unit.amounts(),
                      "%s%3d  %s  %s  第 %2d 层" % row + unit.amounts_in_chinese())
        self.more("(Taken flats are not in the list, nor those still held back for households "
                  "with needs that wait.)",
                  "（已被选走的，以及此刻须为未叫到的照顾户保留的，不在此列。）")

    def pick(self):
        """The flat, with how it came about; or the place on the standby list."""
        why, by = self.why, self.why["by"]
        if by == "standby":
            self.standby()
        if by in (None, "standby"):
            return
        if by == "lot":
            self.lot()
        elif by == "ranking":
            rank = why["rank"] or 0
            self.step(("Ranking", "志愿"),
                      "the first of its ranking that was on offer is rank %d:" % rank,
                      "志愿表中当时可选的第一个是第 %d 志愿：" % rank)
            self.ranked()
        elif why["proxy"] is not None:
            self.step(("Choice", "选房"), "made by %s for the household" % why["proxy"],
                      "由 %s 代为选定" % why["proxy"])
        else:
            self.step(("Choice", "选房"), "made by the household itself", "由住户自己选定")
        unit, mark = self.unit_words(why["unit"]), self.mark(why["line"])
        self.step(("Result", "结果"), "%s (line %d%s)" % (unit[0], why["line"], mark),
                  "%s（第 %d 行%s）" % (unit[1], why["line"], mark))

    def lot(self):
        lot, count, said = self.why["lot"], len(self.why["offered"]), self.why["number"]
        self.step(("Lot", "签数"), lot, lot)
        if not count:
            return
        number = int(lot) % count
        sum_of = "%s mod %d = %d" % (lot, count, number)
        self.more(sum_of + " (what is left over when the lot is divided by %d)" % count,
                  sum_of + "（签数除以 %d 的余数）" % count)
        self.more("So it gets number %d of the list." % number,
                  "因此得到列表中的第 %d 号。" % number)
        if said not in (None, number):
            self.more("But the file says number %d." % said, "但文件写的是第 %d 号。" % said)

    def ranked(self):
        """The ranking down to the flat that was picked."""
        for n, unit in enumerate(self.household.ranking or [], 1):
            if unit is None:
                continue  # an entry that breaks P9
            offered = unit.id in self.why["offered"]
            self.more("%3d. %s  %s  %s" % (n, unit.id, unit.shown(),
                                           "on offer" if offered else "not on offer"),
                      "%3d. %s  %s  %s" % (n, unit.id, unit.shown(),
                                            "可选" if offered else "不可选"))
            if unit.id == self.why["unit"]:
                break

    def standby(self):
        line, place = self.why["line"], self.told.standby
        self.step(("Result", "结果"),
                  "no flat: place %d on the standby list of the pool (line %d%s)"
                  % (place, line, self.mark(line)),
                  "未得房：本批次候补第 %d 位（第 %d 行%s）" % (place, line, self.mark(line)))
        if not self.why["offered"] and self.why["needs"]:
            self.more("When it was called, no free flat had what it needs.",
                      "叫到时，空房中没有符合其照顾需求的。")
        elif not self.why["offered"]:
            self.more("When it was called, no flat was left for it.", "叫到时已没有可选的房。")
        elif self.pool.line.get("unranked") == "standby":
            self.more("Nothing in its ranking was on offer, and the plan says `standby` for that, "
                      "though other flats were free.",
                      "志愿表中没有可选的房；方案规定此时转候补（standby），虽然还有其他空房。")
            self.ranked()

    LATER = {"objection": ("an objection of or about it", "该户的异议"),
             "withdrawal": ("it gave up what it had, by a signed sheet", "凭签字单放弃所得"),
             "offer": ("a flat was offered to it", "轮到递补一套房"),
             "accept": ("it took the flat offered, by a signed sheet", "凭签字单接受递补的房"),
             "decline": ("it did not take the flat offered, by a signed sheet",
                         "凭签字单不接受递补的房"),
             "swap": ("it changed its flat with others, by consent", "经各户同意换房"),
             "void": ("the draw was declared void", "宣布抽签作废")}

    def later(self):
        """What came after the result, as far as it concerns the household."""
        for n, event in enumerate(self.why["later"]):
            line, what = event["line"], self.LATER[event["what"]]
            held = self.unit_words(event["holds"]) if event["holds"] else ("no flat", "无房")
            words = ("%s (line %d%s); from then on it has %s"
                     % (what[0], line, self.mark(line), held[0]),
                     "%s（第 %d 行%s）；此后为 %s" % (what[1], line, self.mark(line), held[1]))
            if n:
                self.more(*words)
            else:
                self.step(("Later", "之后"), *words)

    def film(self):
        """Where in the recordings the call is, or why that cannot be told."""
        moment, heading = self.why["recording"], ("Film", "录像")
        if not self.t.aftermath.recordings:
            return
        if moment is None and self.why["called_at"] is None:
            self.step(heading, "cannot be told: the lines of this transcript have no times",
                      "无法得知：本记录的各行没有时间")
        elif moment is None:
            self.step(heading, "cannot be told: every recording begins after the call",
                      "无法得知：所有录像都在叫号之后才开始")
        else:
            second, file = moment["second"], moment["recording"]
            self.step(heading, "its last call is at second %d of %s (%d min %d s), by the "
                      "operator's clock" % (second, file, *divmod(second, 60)),
                      "最后一次叫号在 %s 的第 %d 秒（%d 分 %d 秒），以操作员时钟为准"
                      % (file, second, *divmod(second, 60)))

    def by_hand(self):
        """How anybody gets the numbers of the household without this program: commands for a
        shell, each with what it prints. A pool id that breaks P2 could be a command itself."""
        if not ID.match(self.pool.id):
            return
        seed, line = self.t.ceremony.seed, self.t.ceremony.seed_line
        number, by_lot = self.pool.households.index(self.household), self.why["by"] == "lot"
        key = hash_text("floorlot/1 pool\nseed %s\npool %s\n" % (seed, self.pool.id))
        first = 64 * number
        self.lines += [
            "", self.say("The numbers by hand", "自己验算"),
            self.say("  The key of the pool, from the seed of line %d (rule D1):",
                     "  由第 %d 行的种子得出本批次的密钥（规则 D1）：") % line,
            "    printf 'floorlot/1 pool\\nseed %s\\npool %s\\n' | sha256sum"
            % (seed, self.pool.id), "    " + key]
        owned = self.say(
            "  The household is number %d of the pool, counted from 0 in the order of the plan, "
            "and owns bytes %d to %d\n  of the ChaCha20 keystream of that key (rule D3). Its "
            "ticket is in bytes %d to %d",
            "  住户在本批次中是第 %d 号（按方案顺序从 0 数），对应该密钥的 ChaCha20 密钥流的\n"
            "  第 %d 至 %d 字节（规则 D3）。签号在第 %d 至 %d 字节")
        owned %= (number, first, first + 63, first, first + 7)
        if by_lot:
            owned += self.say(", its lot in bytes %d to %d", "，签数在第 %d 至 %d 字节") % (
                first + 8, first + 23)
        owned += self.say(", lowest byte first:", "，低位字节在前：")
        self.lines += owned.split("\n")
        self.lines += [
            "    head -c 64 /dev/zero |",
            "    openssl enc -chacha20 -K %s -iv %s%s |" % (
                key, number.to_bytes(8, "little").hex(), "0" * 16),
            "    od -An -tu8 -N%d" % (24 if by_lot else 8)]
        if by_lot:
            self.lot_by_hand()
        else:
            self.lines.append(self.say("  This prints the ticket: ", "  显示的就是签号：")
                              + self.why["ticket"])

    def lot_by_hand(self):
        """The lot from its two halves, and the number of the flat from the lot."""
        lot, count = self.why["lot"], len(self.why["offered"])
        high, low = divmod(int(lot), 2**64)
        self.lines += [
            self.say("  This prints three numbers: the ticket %s, and the lot in two halves, %d "
                     "and %d.", "  显示三个数：签号 %s，以及签数的低半和高半：%d、%d。") % (
                         self.why["ticket"], low, high),
            self.say("  The lot is the lower half plus 2^64 times the upper one:",
                     "  签数 = 低半 + 2^64 × 高半："),
            "    echo '%d + 2^64 * %d' | bc" % (low, high), "    " + lot,
            self.say("  The number of the flat in the list:", "  房在列表中的号码："),
            "    echo '%s %% %d' | bc" % (lot, count)]


# --------------------------------------------------------------------------------------------------
# 17. Receipts (section 10)
# --------------------------------------------------------------------------------------------------

MAX_RECEIPT = 2**23


class WrongForm(Exception):
    """R1: the first line of the receipt that is wrong, and what should be there, as a pair."""


class Receipt:
    """R1: the text is as section 10 says, byte for byte; here it is taken apart."""

    def __init__(self, text):
        # (A last LF that is missing is put there.)
        self.lines = (text[:-1] if text.endswith("\n") else text).split("\n")
        self.at = 0                 # how many lines were taken
        self.entries = []           # (index, line, proof)
        self.signatures = []        # (name, key id, as read_signature gives it)

    def read(self):
        self.take("floorlot/1 receipt", ("floorlot/1 receipt",) * 2)
        while not self.entries or (self.next().startswith("index ") and len(self.entries) < 512):
            self.take_entry()
        self.origin = self.take("(%s)" % ORIGIN.pattern, ("the origin", "标识"))
        self.size = self.take_number("", MAX_INTEGER, ("the number of lines", "行数"))
        self.root = self.take_hash(("the root", "根"))
        self.body = checkpoint_body(self.origin, self.size, self.root)
        if self.at < len(self.lines):
            self.take("", ("an empty line", "空行"))
            while not self.signatures or self.at < len(self.lines):
                self.take_signature()

    def next(self):
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def wrong(self, expected):
        raise WrongForm(min(self.at, len(self.lines)), expected)

    def take(self, pattern, expected):
        """The next line, which must match the pattern; its group, if it has one."""
        self.at += 1
        here = self.at <= len(self.lines)
        match = re.fullmatch(pattern, self.lines[self.at - 1]) if here else None
        if not match:
            self.wrong(expected)
        return match.group(match.lastindex or 0)

    def take_number(self, start, most, expected):
        """An integer as in T1, but with a limit of its own."""
        number = int(self.take(start + "(0|[1-9][0-9]{0,19})", expected))
        return number if number <= most else self.wrong(expected)

    def take_hash(self, expected):
        data = decode_base64(self.take(".*", expected), 32)
        return data if data is not None else self.wrong(expected)

    def take_entry(self):
        larger = ("index, and a number larger than that before", "index 和比前一个大的序号")
        index = self.take_number("index ", 2**64 - 1, larger)
        if self.entries and index <= self.entries[-1][0]:
            self.wrong(larger)
        some = ("line, and a line of the transcript", "line 和记录中的一行")
        line = self.take("line (.*)", some).encode("utf-8")
        if len(line) > MAX_LINE:
            self.wrong(some)
        proof, expected = [], ("at most 64 hashes, then an empty line", "至多 64 个哈希值，然后一个空行")
        while len(proof) < 64 and self.next():
            proof.append(self.take_hash(expected))
        self.take("", expected)
        self.entries.append((index, line, proof))

    def take_signature(self):
        expected = ("a signature line", "签名行")
        line = self.take(".*", expected)
        signer = read_signer(line)
        if signer is None or len(self.signatures) == 256:
            self.wrong(expected)
        self.signatures.append((*signer, read_signature(line)))


class Story:
    """R3: the lines belong together; what they tell of one household, line by line."""

    ORDER = {"plan": 0, "pool": 1, "unit": 2, "household": 3, "call": 4, "pick": 5, "standby": 5}
    LATER = {  # what comes later, in the words of section 11
        "objection": ("objection {id}", "提出异议 {id}"),
        "ruling": ("objection {objection} was {decision}", "异议 {objection} {holds}"),
        "withdrawal": ("gave up {unit} (signed sheet)", "放弃 {unit}（有签字单）"),
        "offer": ("was offered {unit}", "递补获提供 {unit}"),
        "accept": ("accepted {unit} (signed sheet)", "接受 {unit}（有签字单）"),
        "decline": ("declined {unit} (signed sheet)", "谢绝 {unit}（有签字单）"),
        "swap": ("exchanged flats with {others}", "与 {others} 换房"),
        "void": ("the draw was declared void ({reason})", "本次抽签已宣布作废（{reason}）"),
    }
    GAVE_UP_ITS_PLACE = ("gave up its place on the standby list (signed sheet)",
                         "放弃候补席位（有签字单）")

    def __init__(self, origin, lines):
        self.origin = origin
        self.first = {}             # kind -> line, of the kinds that come once
        self.shown_unit = None      # the last `unit` line that R2 accepts
        self.stage = -1
        # The first line of a kind that is in receipts says which household and which pool.
        lines = [line for line in lines if line["kind"] in self.ORDER or line["kind"] in self.LATER]
        self.lines = lines
        self.household = self.first_named("household", lines)
        self.pool = self.first_named("pool", lines)
        self.holds = "unknown"      # unit, standby, withdrawn, void
        self.unit = None            # the unit that it holds
        self.offer = "not shown"    # the unit of the open offer; None when there is none
        self.void = False
        self.objections = {}        # id in small letters -> the id, or None when it was ruled on
        self.later = []             # what came later, in words

    @staticmethod
    def first_named(what, lines):
        return next((line["id"] if line["kind"] == what else line[what] for line in lines
                     if line["kind"] == what or what in line), None)

    def tell(self, index, line, shown):
        """Takes the next line; a pair of words when it does not belong here. A line that R2
        refuses (not shown) has no other fault, but tells what the household had."""
        kind = line["kind"]
        wrong = self.misfit(index, kind, line) if shown else None
        if kind in self.ORDER:
            self.first[kind] = line
            if kind == "unit" and shown:
                self.shown_unit = line
        if kind in ("pick", "standby"):
            self.holds, self.unit = ("unit", line["unit"]) if kind == "pick" else ("standby", None)
        elif kind in self.LATER:
            wrong = self.tell_later(kind, line) or wrong
        return wrong if shown else None

    def misfit(self, index, kind, line):
        if kind not in self.ORDER and kind not in self.LATER:
            return "a line that no receipt has", "收据中不应有的行"
        stage = self.ORDER.get(kind, 6)
        if stage < self.stage or (stage == self.stage and stage < 6):
            return "a line out of order", "次序不对"
        self.stage = stage
        name = line["id"] if kind == "household" else line.get("household")
        names = line.get("households", [name])
        if kind == "plan" and (index != 0 or line["origin"] != self.origin):
            return "not the plan of this transcript", "不是本记录的方案首行"
        if kind not in ("plan", "pool", "unit", "ruling", "void") and self.household not in names:
            return "a line of another household", "属于别的住户"
        if line.get("pool", line["id"] if kind == "pool" else self.pool) != self.pool:
            return "a line of another pool", "属于别的批次"
        return None

    def later_words(self, kind, line):
        if kind == "withdrawal" and "unit" not in line:
            return self.GAVE_UP_ITS_PLACE
        others = [name for name in line.get("households", []) if name != self.household]
        words = {**line, "others": ", ".join(others[:4]) + (" …" if len(others) > 4 else ""),
                 "holds": "成立" if line.get("decision") == "upheld" else "不成立",
                 "reason": visible(line.get("reason", ""))}
        return tuple(text.format(**words) for text in self.LATER[kind])

    def tell_later(self, kind, line):
        """An event: whether it follows from what the household had, and what it has then."""
        self.later.append(self.later_words(kind, line))
        # A7: behind `void` only objections and rulings follow.
        sound = self.follows(kind, line) and not (
            self.void and kind not in ("objection", "ruling"))
        if kind == "objection":
            self.objections.setdefault(line["id"].translate(CAPITALS), line["id"])
        elif kind == "ruling":
            if line["objection"].translate(CAPITALS) in self.objections:
                self.objections[line["objection"].translate(CAPITALS)] = None
        elif kind == "offer":
            self.offer = line["unit"]
        elif kind in ("accept", "decline"):
            self.offer = None
        self.void = self.void or kind == "void"
        if kind == "accept":
            self.holds, self.unit = "unit", line["unit"]
        elif kind == "swap" and self.exchange(line):
            self.holds, self.unit = "unit", self.exchange(line)[1]
        elif kind in ("withdrawal", "swap", "void"):
            self.holds, self.unit = "void" if self.void else "withdrawn", None
        return None if sound else ("does not follow from the lines before", "与前面的行不符")

    def follows(self, kind, line):
        """The table of R3."""
        unit, standby = line.get("unit"), self.holds == "standby"
        free = self.offer in (None, "not shown")
        if kind == "objection":
            return line["id"].translate(CAPITALS) not in self.objections
        if kind == "ruling":
            return self.objections.get(line["objection"].translate(CAPITALS)) == line["objection"]
        if kind == "withdrawal":
            return free and (standby if unit is None else self.unit == unit)
        if kind == "offer":
            return standby and free
        if kind in ("accept", "decline"):
            return standby and self.offer in (unit, "not shown")
        if kind == "swap":
            return bool(self.exchange(line)) and self.unit == self.exchange(line)[0]
        return True

    def exchange(self, line):
        """A5: what the household gives and gets in a swap; None when it has no place in it."""
        names, units = line["households"], line["units"]
        if len(names) < 2 or len(units) != len(names) or names.count(self.household) != 1:
            return None
        own = names.index(self.household)
        return units[own], units[(own + 1) % len(units)]

    def end(self):
        """What is wrong with the whole, as pairs."""
        unit = self.shown_unit
        # R3: the unit of the `unit` line is the one that the household has in the end.
        if unit and self.unit != unit["id"]:
            yield ("unit %s is not what the household has in the end" % unit["id"],
                   "房源 %s 不是该户最终所得" % unit["id"])
        if self.household is None:
            yield "no line names a household", "没有一行写明住户"


class FamilyStory:
    """R3, of a family: which lines are of which claim, and a story of each of them."""

    ORDER = {"plan": 0, "pool": 1, "unit": 2, "family": 3, "household": 4, "call": 5, "pick": 5,
             "standby": 5}

    def __init__(self, origin, lines):
        self.line = next(line for line in lines if line["kind"] == "family")
        self.pools = {}             # of each claim, by its first `household` line
        for line in lines:
            if line["kind"] == "household":
                self.pools.setdefault(line["id"], line["pool"])
        self.units = {}             # of each claim: the unit that it has in the end
        # What the claims have in the end is known when their own lines are told.
        for claim, story in self.stories(origin, lines).items():
            for line in story.lines:
                story.tell(0, line, False)
            self.units[claim] = story.unit
        self.claims = self.stories(origin, lines)
        self.plan = Story(origin, [])
        self.objections = {}        # the claim of each, by its id in small letters
        self.stage = -1

    def stories(self, origin, lines):
        self.objections = {}
        parts = {claim: [] for claim in self.pools}
        for line in lines:
            for claim in self.claims_of(line):
                parts[claim].append(line)
        return {claim: Story(origin, part) for claim, part in parts.items()}

    def claims_of(self, line):
        """R3: the claims of which a line is; asked for in the order of the receipt."""
        kind = line["kind"]
        if kind in ("plan", "void"):
            return list(self.pools)
        if kind == "pool":
            return [claim for claim, pool in self.pools.items() if pool == line["id"]]
        if kind == "unit":
            return [claim for claim, unit in self.units.items() if unit == line["id"]]
        if kind == "swap":
            named = set(line["households"])
            return [claim for claim in self.pools if claim in named]
        if kind == "ruling":
            own = self.objections.get(line["objection"].translate(CAPITALS))
        elif kind in Story.ORDER or kind in Story.LATER:
            own = line["id"] if kind == "household" else line.get("household")
            own = own if own in self.pools else None
            if kind == "objection":
                self.objections.setdefault(line["id"].translate(CAPITALS), own)
        else:
            own = None
        return [] if own is None else [own]

    def tell(self, index, line, shown):
        """As of a household, of each claim of which the line is."""
        own = self.claims_of(line)
        wrong = self.misfit(line, own) if shown else None
        if line["kind"] == "plan":
            self.plan.tell(index, line, False)
        for claim in own:
            wrong = self.claims[claim].tell(index, line, shown) or wrong
        return wrong

    def misfit(self, line, own):
        kind, family = line["kind"], self.line["id"]
        stage = self.ORDER.get(kind, 6 if kind in Story.LATER else -1)
        if stage < self.stage or (stage == self.stage and kind in ("plan", "family")) or stage < 0:
            return "a line out of order, or that no receipt has", "次序不对，或收据中不应有的行"
        self.stage = stage
        if kind in ("family", "household"):
            if line.get("id" if kind == "family" else "family") != family:
                return "not of family %s" % family, "不属于家庭 %s" % family
        elif not own and kind not in ("plan", "void"):
            return "a line of no claim of family %s" % family, "不属于家庭 %s 的任何名额" % family
        return None

    def end(self):
        """What is wrong with the whole, as pairs."""
        if not self.claims or len(self.claims) != self.line["claims"]:
            yield ("%d claims of family %s, which has %d"
                   % (len(self.claims), self.line["id"], self.line["claims"]),
                   "家庭 %s 有 %d 个名额，收据中有 %d 个"
                   % (self.line["id"], self.line["claims"], len(self.claims)))


def read_panel(path):
    """R5: the benches of a plan: (quorum, keys of its members), of which there may be none; why the
    plan does not count, when it breaks its rules; and its origin."""
    t = Transcript()
    with open_file(path) as stream:
        for raw, _ in read_lines(stream):
            if t.order.phase != PLAN:
                break
            t.line(raw, True)
    if t.order.phase == PLAN:
        t.plan.end(t.chain.tree.root())
    # The plan is verified first: one that breaks its rules says nothing of who had to sign.
    broken = [rule for rule, check in t.findings.checks.items()
              if check.failed and (rule[0] == "P" or rule in ("T1", "T2"))]
    if broken:
        return [], ("the plan that was given for the panel breaks rule " + broken[0],
                    "所给的监督小组方案不合规：" + broken[0]), None
    panel = t.plan.panel
    return [(bench.quorum, {m.key for m in panel.members if m.bench is bench and m.key})
            for bench in panel.benches], None, t.plan.origin()


def check_entries(receipt, checks):
    """R2 and R3; the story of the household, or of the family."""
    lines = []                      # (index, line, whether R2 accepts it)
    # R2: each line keeps T1, and its proof leads from its leaf, at `index`, to the root.
    for index, raw, proof in receipt.entries:
        checks["R2"].examined += 1
        try:
            line = parse_line(raw)
        except NotInProfile as error:
            where = index + 1, error.place
            checks["R2"].faults.append(both(("line %d breaks the profile at %s" % where,
                                             "第 %d 行不合规（%s）" % where)))
            continue
        shown = root_from_proof(sha256(b"\x00" + raw), index, receipt.size, proof) == receipt.root
        if not shown:
            checks["R2"].faults.append((
                "line %d is not shown to stand in this transcript" % (index + 1),
                "不能证明第 %d 行在本记录中" % (index + 1)))
        lines.append((index, line, shown))
    # R3: no other clause is about the next line, and it tells nothing.
    lines = about_it(lines)
    behind = {index: raw for index, raw, _ in receipt.entries}
    # R3: all lines are of one household and one pool, each follows from what it had.
    checks["R3"].examined = len(receipt.entries)
    decoded = [line for _, line, _ in lines]
    of_family = any(line["kind"] == "family" for line in decoded)
    story = (FamilyStory if of_family else Story)(receipt.origin, decoded)
    for index, line, shown in lines:
        # A line that R2 refuses has no other fault, but tells what the household had.
        wrong = story.tell(index, line, shown)
        if shown and not wrong and line["kind"] in ("pick", "standby"):
            wrong = not_withdrawn(behind.get(index + 1))
        if wrong:
            checks["R3"].faults.append(("line %d: %s" % (index + 1, wrong[0]),
                                        "第 %d 行：%s" % (index + 1, wrong[1])))
    checks["R3"].faults += [both(wrong) for wrong in story.end()]
    return story


def about_it(lines):
    """The lines without the next lines: each directly behind a `pick` or `standby`, of no kind
    that comes after the result, and not the last call of a claim of the family."""
    last = {line["household"]: index for index, line, _ in lines if line["kind"] == "call"}
    kept, behind, family, claims = [], None, False, set()
    for index, line, shown in lines:
        kind = line["kind"]
        called = (kind == "call" and family and line["household"] in claims
                  and last[line["household"]] == index)
        if index == behind and kind not in Aftermath.EVENTS and not called:
            behind = None
            continue
        behind = index + 1 if kind in ("pick", "standby") else None
        family = family or kind == "family"
        if kind == "household":
            claims.add(line["id"])
        kept.append((index, line, shown))
    return kept


def not_withdrawn(raw):
    """R3: directly behind a `pick` or `standby` stands the next line, and that is no `undo`."""
    if raw is None:
        return "the line directly behind it is missing", "缺少紧接其后的一行"
    try:
        undone = parse_line(raw)["kind"] == "undo"
    except NotInProfile:
        return None
    return ("an `undo` behind it withdraws it", "其后的 undo 已将其撤回") if undone else None


def check_receipt_fingerprint(receipt, noted, check):
    """R4: fingerprint or body of the checkpoint is one of those noted outside."""
    old, noted = noted, [one for one in noted if not is_old(one)]
    check.examined, found = len(noted), fingerprint(receipt.body)
    if not noted:
        check.reason = OLD_FINGERPRINT if old else NO_FINGERPRINT
    elif {found, receipt.body} & set(noted):
        return
    elif receipt.root.hex() in noted:
        # Origin and number of lines could be any under the root alone.
        check.reason = ("the root alone says neither origin nor number of lines: compare the "
                        "fingerprint", "仅凭根不能说明抽签编号和行数：请核对指纹")
    else:
        check.faults.append(("the checkpoint has the fingerprint " + found, "检查点的指纹是 " + found))


def check_receipt_signatures(receipt, benches, check, refused=None, origin=None):
    """R5: every signature with name and key id of a key of the panel is right, and in each bench
    as many keys as its quorum signed (else it is not run)."""
    if refused:
        check.reason = refused
        return
    if not any(keys for _, keys in benches):
        check.reason = ("no keys of the panel were given", "没有给出监督员的公钥")
        return
    if not receipt.signatures:
        check.reason = ("the receipt has no signatures", "收据上没有签名")
        return
    lacking = False
    for quorum, keys in benches:
        signed = set()
        for name, key_id, signature in receipt.signatures:
            for key in sorted(key for key in keys if key[:2] == (name, key_id)):
                check.examined += 1
                # A line by the key that is no cosignature is as wrong as one over something else.
                if signature and signature_is_right(
                        key[2], signed_message(signature[2], receipt.body), signature[3]):
                    signed.add(key)
                else:
                    check.faults.append(both((
                        "the signature of %s is wrong" % name, "%s 的签名错误" % name)))
        lacking = lacking or quorum == 0 or len(signed) < quorum
    if lacking:
        check.reason = ("fewer signatures than the quorum of each bench needs", "签名未达各席位的法定人数")
    # Who signs for one draw says nothing of who had to sign for another.
    if origin is not None and origin != receipt.body.split("\n")[0]:
        check.reason = ("the plan that was given for the panel is that of " + origin,
                        "所给的监督小组方案属于 " + origin)


RECEIPT_BEGINS = b"floorlot/1 receipt"
MARK = ("A byte order mark (BOM) at the beginning is passed over.", "开头的字节顺序标记（BOM）已略过。")
LINE_ENDS = ("Lines end in CR LF, which a mail program or an editor made of LF; they are read as "
             "with LF.",
             "行尾是 CR LF（邮件程序或编辑器改动所致），已按 LF 读取。")
BLANK_END = ("Empty lines at the end are passed over.", "末尾的空行已略过。")


def change_of_receipt(data):
    """What made this of a receipt that does not begin as one, or is not UTF-8."""
    first = next((line for line in data.split(b"\n")[:65] if line.strip(WHITE)), None)
    if first is None:
        return "empty-line"
    line = first[3:] if first.startswith(b"\xef\xbb\xbf") else first
    text = line.lstrip(WHITE)
    what = change_of_bytes(line)
    if what:
        return what
    if text.startswith((b"<", b"{&quot;")):
        return "web-page"
    if text.startswith(b"Zmxvb3Jsb3QvMSByZWNlaXB0"):
        return "mail"
    if not text.startswith(RECEIPT_BEGINS):
        return None
    if len(line) < len(first):
        return "bom"
    if len(text) < len(first):
        return "white-space"
    return "encoding" if data.startswith(RECEIPT_BEGINS) else "empty-line"


def read_saved(data):
    """R1: the text with LF after every line, and what was passed over, as a pair."""
    mark = data.startswith(b"\xef\xbb\xbf")
    own = data[3:] if mark else data
    try:
        text = own.decode("utf-8") if own.startswith(RECEIPT_BEGINS) else None
    except UnicodeDecodeError:
        text = None
    if text is None or len(data) > MAX_RECEIPT:
        changed = change_report(change_of_receipt(data)) or {"en": "", "zh": ""}
        english = changed["en"].replace("the transcript itself", "the receipt itself")
        chinese = changed["zh"].replace("抽签记录文件本身", "收据文件本身")
        raise Unreadable("this is not a receipt" + (english and ": " + english),
                         "这不是收据" + (chinese and "：" + chinese))
    text = text if text.endswith("\n") else text + "\n"
    notes = ([MARK] if mark else []) + ([LINE_ENDS] if "\r\n" in text else [])
    lines = text.replace("\r\n", "\n")[:-1].split("\n")
    if not lines[-1].strip(" \t\f\r"):
        notes.append(BLANK_END)
    while not lines[-1].strip(" \t\f\r"):
        lines.pop()
    return "\n".join(lines) + "\n", (" ".join(n[0] for n in notes), "".join(n[1] for n in notes))


def verify_receipt(data, noted, benches, refused=None, origin=None):
    """Checks a receipt; the report has the keys of the JSON object."""
    text, note = read_saved(data)
    report = verify_receipt_text(text, noted, benches, refused, origin)
    return {**report, "note": in_both(note)} if note[0] else report


def verify_receipt_text(text, noted, benches, refused, origin):
    checks = {row[0]: Check() for row in RECEIPT_CHECKS}
    receipt, story = Receipt(text), Story("", [])
    try:
        receipt.read()
    except WrongForm as error:
        number, (english, chinese) = error.args
        checks["R1"].examined = number
        checks["R1"].faults.append(("line %d of the receipt should be: %s" % (number, english),
                                    "收据第 %d 行应为：%s" % (number, chinese)))
        for rule in ("R2", "R3", "R4", "R5"):
            checks[rule].reason = ("there is no receipt to examine", "没有可检查的收据")
        return receipt_report(checks, None, story)
    checks["R1"].examined = receipt.at
    story = check_entries(receipt, checks)
    check_receipt_fingerprint(receipt, noted, checks["R4"])
    check_receipt_signatures(receipt, benches, checks["R5"], refused, origin)
    return receipt_report(checks, receipt, story)


def receipt_report(checks, receipt, story):
    rows = []
    for row in RECEIPT_CHECKS:
        check = checks[row[0]]
        check.failed = len(check.faults)
        rows.append(check_report(row, check, [in_both(fault) for fault in check.faults]))
        del rows[-1]["failed"]
    outcomes = {row["id"]: row["outcome"] for row in rows}
    refuted = "failed" in outcomes.values()
    return {"verdict": "refuted" if refuted else "verified",
            "anchored": not refuted and outcomes["R4"] == "passed",
            "signed": not refuted and outcomes["R5"] == "passed", "checks": rows,
            "facts": receipt_facts(receipt, story)}


def receipt_facts(receipt, story):
    """What the lines of the receipt say."""
    if not isinstance(story, FamilyStory):
        return household_facts(receipt, story)
    claims = [household_facts(receipt, claim) for claim in story.claims.values()]
    line = story.line
    family = {"id": line["id"], "name": line["name"], "budget": line.get("budget"),
              "claims": line["claims"], "area": sum_of("area", claims),
              "price": sum_of("price", claims), "households": claims}
    return {**household_facts(receipt, story.plan), "family": family}


def sum_of(key, claims):
    """Of all units that the claims have; None if it is not said of one of them."""
    held = [claim[key] for claim in claims if claim["unit"] is not None]
    return None if not held or None in held or sum(held) > MAX_INTEGER else sum(held)


def household_facts(receipt, story):
    def of(kind, key):
        return story.first.get(kind, {}).get(key)

    ticket = of("call", "ticket")
    unit = story.unit
    unit_line = story.first["unit"] if unit is not None and of("unit", "id") == unit else {}
    return {
        "origin": receipt.origin if receipt else None, "size": receipt.size if receipt else None,
        "fingerprint": fingerprint(receipt.body) if receipt else None,
        "title": of("plan", "title"), "mode": of("plan", "mode"), "household": story.household,
        "name": of("household", "name"), "tier": of("household", "tier"),
        "needs": of("household", "needs"), "pool": story.pool, "pool_title": of("pool", "title"),
        "building": unit_line.get("building", of("pool", "building")),
        "of": of("pool", "households"),
        "ticket": None if ticket is None else str(ticket), "place": of("call", "place"),
        "drawn": of("pick", "unit"), "standby": of("standby", "place"), "unit": unit,
        "label": unit_line.get("label"), "storey": unit_line.get("storey"),
        "area": unit_line.get("area"), "price": unit_line.get("price"), "holds": story.holds,
        "later": [in_both(words) for words in story.later],
        **({"claim_of": of("household", "family")}
           if of("household", "family") is not None else {}),
    }


HOLDS = {"unknown": ("what it has, this receipt does not say", "收据未写明其所得"),
         "unit": ("it has the flat %s", "得房 %s"), "standby": ("it is on standby", "列入候补"),
         "withdrawn": ("it gave up what it had", "已放弃"),
         "void": ("the draw is void, and it has nothing", "抽签已作废，无所得")}


def household_words(facts, say):
    holds = say(*HOLDS[facts["holds"]])
    if facts["holds"] == "unknown" and facts["tier"] is not None and facts["place"] is None:
        needs = ", ".join(facts["needs"] or [])
        holds = say("it has a place in the sealed plan, tier %d%s", "已列入封存方案，第 %d 顺位%s") % (
            facts["tier"], say(", needs ", "，需要 ") + needs if needs else "")
    holds = holds % (facts["unit"] or "?") if "%s" in holds else holds
    of = say(" of family %s", "（家庭 %s）") % facts["claim_of"] if "claim_of" in facts else ""
    words = [say("Household %s: %s.", "住户 %s：%s。") % (facts["household"] + of, holds)]
    return words + [say(later["en"] + ".", later["zh"] + "。") for later in facts["later"]]


def print_receipt(report, say):
    if report["facts"]["size"] is not None:
        print(say("Receipt as of line {size} of {origin}\n", "收据，截至 {origin} 第 {size} 行\n")
              .format(**report["facts"]))
    for row in report["checks"]:
        print("%-3s %s %9d  %s" % (row["id"], say(*OUTCOMES[row["outcome"]]), row["examined"],
                                   say(row["title"]["en"], row["title"]["zh"])))
        for words in [row["reason"]] if "reason" in row else row["faults"]:
            print(" " * 23 + clean(say(words["en"], words["zh"])))
    facts = report["facts"]
    if "note" in report:
        print("\n" + say(report["note"]["en"], report["note"]["zh"]))
    if facts["fingerprint"]:
        print(say("\nFingerprint of the checkpoint  ", "\n检查点的指纹  ") + facts["fingerprint"])
    if report["verdict"] == "refuted":
        print(say("\nThis receipt is REFUTED. Do not rely on it, and show this report to the "
                  "panel.",
                  "\n本收据【不成立】。请勿采信，并向监督小组出示本报告。"))
        return
    words = []
    if facts["mode"] == "rehearsal":
        words.append(say("This is a REHEARSAL, not a draw that counts.", "这是一次演练，结果不作数。"))
    if "family" in facts:
        family = facts["family"]["id"], facts["family"]["claims"]
        words.append(say("Family %s, claims: %d.", "家庭 %s，名额 %d 个。") % family)
    for claim in facts["family"]["households"] if "family" in facts else [facts]:
        words += household_words(claim, say)
    words.append(say("These lines stand in one transcript.", "以上各行都在同一份记录中。"))
    words.append(say("It is the one whose fingerprint you noted.", "这就是您记下指纹的那份记录。")
                 if report["anchored"] else
                 say("Whether it is that of the hall is not yet shown: compare the fingerprint "
                     "with the notice.",
                     "它是否就是现场的那份记录，尚未证明：请把指纹与公告核对。"))
    words.append(say("That the draw was right, and that no other line concerns this household, "
                     "only the whole transcript shows.", "抽签是否正确、有无别的行涉及本户，须核验整份记录。"))
    print("\n" + clean(say(" ", "").join(words)))


# --------------------------------------------------------------------------------------------------
# 18. The command
# --------------------------------------------------------------------------------------------------

NO_FINGERPRINT = "no fingerprint noted outside was given", "没有给出在外记下的指纹"
OLD_FINGERPRINT = (
    "eight groups are a fingerprint of the old form, which names the root alone and is no "
    "evidence any more; ask for the twelve groups, for the 64 hex digits of the root, or for the "
    "signed note",
    "八组是旧格式的指纹，只对应根，不再作为证据；请索取十二组的指纹、根的 64 位十六进制数字，或签名文件")


def read_fingerprint(text):
    """Twelve groups of five digits, or the 64 hex digits of a root, as people type them: with
    full-width digits, and anything between them that is neither letter nor digit."""
    text = unicodedata.normalize("NFKC", text).lower()
    digits = "".join(c for c in text if c.isalnum())
    if re.match(r"[0-9a-f]{64}\Z", digits):
        return digits
    if not re.match(r"([0-9]{40}|[0-9]{60})\Z", digits):
        raise Unreadable("a fingerprint has twelve groups of five digits, or it is the root in 64 "
                         "hex digits", "指纹应为十二组、每组五位数字，或根的 64 位十六进制数字")
    return " ".join(digits[k:k + 5] for k in range(0, len(digits), 5))


def is_old(noted):
    """Whether it is a fingerprint of eight groups, which is no evidence."""
    return not noted.endswith("\n") and sum(c.isdigit() for c in noted) == 40 and not re.search(
        r"[a-z]", noted)


def old_noted(noted, say):
    """Says so where one noted is of the old form."""
    if any(map(is_old, noted)):
        print("--fingerprint: " + say(*OLD_FINGERPRINT), file=sys.stderr)
        return True
    return False


def read_fingerprints(text):
    """The fingerprints in a file: one, over one line or several, or one in each line."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    try:
        return [read_fingerprint(" ".join(lines))]
    except Unreadable:
        if not lines:
            raise
        return [read_fingerprint(line) for line in lines]


def read_note(data):
    """The body of a signed note: three lines and an empty one. Its signatures are not looked at."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        text = ""
    body = text[:text.find("\n\n") + 1]
    parts = body.split("\n")
    root = decode_base64(parts[2], 32) if len(parts) == 4 else None
    if (root is None or not re.match(r"(0|[1-9][0-9]{0,19})\Z", parts[1]) or int(parts[1]) >= 2**64
            or not re.match(r"[ -~]+\Z", parts[0])):
        raise Unreadable("not a signed note: three lines of a checkpoint (origin, number of lines, "
                         "root), an empty line, signatures",
                         "不是签名文件：应为检查点三行（抽签编号、行数、根）、空行、签名")
    return body


def read_noted(arguments):
    """What was noted outside: fingerprints, roots in hex, and bodies of signed notes."""
    found = []
    for value in arguments.fingerprint:
        if value.startswith("@"):
            with open_file(value[1:]) as stream:
                found += read_fingerprints(stream.read(2**20).decode("utf-8", "replace"))
        else:
            found.append(read_fingerprint(value))
    for path in arguments.note:
        with named("--note", path), open_file(path) as stream:
            found.append(read_note(stream.read(2**20)))
    return found


def hash_file(path):
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            for part in iter(lambda: stream.read(2**20), b""):
                digest.update(part)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


def folder(path):
    if not os.path.isdir(path):
        raise Unreadable("not a folder: %s" % path, "不是文件夹：%s" % path)
    return path


def files_in(path):
    """V5, V9: recordings and documents are found by their names."""
    folder(path)

    def find(name):
        file = os.path.join(path, name)
        return hash_file(file) if os.path.isfile(file) else None

    return find


def scans_in(path):
    """V6: the scans are found by their hashes."""
    folder(path)
    files = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    return {hash_file(file) for file in files if os.path.isfile(file)}


def read_older(path):
    """V2: number of lines and root of the older copy, without a torn last line."""
    tree = Tree()
    with open_file(path) as stream:
        for raw, ended in lines_of_transcript(stream, empty=True):
            if ended:
                tree.add(without_cr(raw))
    return tree.size, tree.root()


def language(chosen):
    given = [chosen, *map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))]
    name = next(filter(None, given), "")
    if not name:
        import locale
        name = (locale.getlocale() or ("",))[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


EXIT_CODES = {"verified": 0, "refuted": 1, "unreadable": 2, "unfinished": 3}
GRAVITY = [0, 3, 1, 2]  # of several files the gravest counts


@contextlib.contextmanager
def named(option, path):
    """An error says which of the files given it is about."""
    try:
        yield
    except Unreadable as error:
        english, chinese = error.args[:2]
        raise Unreadable("%s %s: %s" % (option, path, english),
                         "%s %s：%s" % (option, path, chinese)) from None


def read_evidence(arguments):
    """What is given on the command line, read before the transcript."""
    evidence = Evidence()
    evidence.noted = read_noted(arguments)
    if arguments.since is not None:
        with named("--since", arguments.since):
            evidence.older = read_older(arguments.since)
    if arguments.recordings is not None:
        evidence.recordings = files_in(arguments.recordings)
    if arguments.documents is not None:
        evidence.documents = files_in(arguments.documents)
    if arguments.scans is not None:
        evidence.scans = scans_in(arguments.scans)
    if arguments.person is not None:
        with named("--person", arguments.person), open_file(arguments.person) as stream:
            evidence.person = stream.read(2**16)
            if not read_opening(evidence.person)[1]:
                page = "web-page" if evidence.person.lstrip(WHITE).startswith(b"<") else None
                changed = change_report(change_of_bytes(evidence.person) or page)
                raise Unreadable(*((changed["en"], changed["zh"]) if changed else NO_OPENING))
    evidence.include_not_compared = arguments.include_not_compared
    if arguments.official or arguments.rehearsal:
        evidence.expect = "official" if arguments.official else "rehearsal"
    return evidence


def draw_command(arguments, say):
    evidence = read_evidence(arguments)
    if arguments.follow:
        try:
            return Follower(arguments.files[-1], evidence, say, arguments.answer).run()
        except KeyboardInterrupt:
            return EXIT_CODES["unfinished"]     # whoever follows went away
    status, reports, earlier = 0, [], []
    for number, path in enumerate(arguments.files):
        here = evidence if number == len(arguments.files) - 1 else Evidence()
        here.expect, here.earlier = evidence.expect, list(earlier)
        try:
            if here is not evidence and path != "-":
                here.all_noted = evidence.noted
            t = verify_file(path, here, arguments.household)
            earlier.append(t)
        except Unreadable as error:
            reports.append(unreadable_report(error.args))
            print(clean("%s: %s" % (path, say(*error.args[:2]))), file=sys.stderr)
            earlier.append(None)
            status = EXIT_CODES["unreadable"]
            continue
        status = max(status, EXIT_CODES[t.verdict()], key=GRAVITY.index)
        if arguments.allocation and not arguments.json:
            if t.verdict() == "verified" and t.outside.left_out():
                # A list with lines in it that anybody could have added is none.
                print(not_compared_words(t, say) + say(
                    " No allocation is given out; --include-not-compared gives it all the same.",
                    "因此不输出分配结果；如仍需要，请加 --include-not-compared。"), file=sys.stderr)
                status = max(status, 2, key=GRAVITY.index)
            elif t.verdict() == "verified":
                print_allocation(t)
            else:
                print(closing_sentence(t, json_report(t), say), file=sys.stderr)
            continue
        if arguments.household is not None and t.plan.household(t.account.wanted) is None:
            print(clean(nobody(t, say)), file=sys.stderr)
        if arguments.json:
            reports.append(json_report(t))
        else:
            print_report(t, say)
            print_why(t, say)
    if arguments.json:
        print_json(reports if len(arguments.files) > 1 else reports[0])
    return 2 if old_noted(evidence.noted, say) and status != 1 else status


class Follower:
    """Verifies a file each time it has grown, from its first line, with what was read before as the
    older copy (V2), until the result is closed or a check fails."""

    PAUSE, LOOKS = 0.3, 3       # seconds between two looks; how often a fault is looked at

    def __init__(self, path, evidence, say, answer=None):
        self.path, self.evidence, self.say, self.answer = path, evidence, say, answer
        self.seen, self.faults = None, 0

    def run(self):
        self.show(("WAITING", "等待记录"), [self.path])
        while True:
            begun = time.monotonic()
            status = self.look() if self.has_changed() else None
            if status is not None:
                return status
            time.sleep(max(self.PAUSE, time.monotonic() - begun))

    def has_changed(self):
        try:
            about = os.stat(self.path)
        except OSError:
            return False
        before, self.seen = self.seen, (about.st_size, about.st_mtime_ns)
        return about.st_size > 0 and (self.seen != before or self.faults > 0)

    def look(self):
        """The exit code, when it is over. What is read while it is copied is looked at again."""
        t = error = older = None
        try:
            t = verify_file(self.path, self.evidence)
            older = read_older(self.path)
        except Unreadable as unreadable:
            error = unreadable
        verdict = "unreadable" if error else t.verdict()
        if verdict in ("unreadable", "refuted"):
            self.faults += 1
            if self.faults < self.LOOKS:
                return None
            if error:
                print(clean("%s: %s" % (self.path, self.say(*error.args[:2]))), file=sys.stderr)
                return EXIT_CODES[verdict]
        else:
            self.faults = 0
            self.evidence.older = older if older[0] else self.evidence.older
        report = json_report(t)
        self.tell(t, report, *older)
        if verdict == "unfinished" or "day" in report and verdict == "verified":
            return None
        print_report(t, self.say)
        return EXIT_CODES[verdict]

    def tell(self, t, report, size, root):
        day = report.get("day", {}).get("number")
        answer = (("REFUTED", "不成立") if report["verdict"] == "refuted" else
                  ("AGREES SO FAR", "至此一致") if report["verdict"] == "unfinished" else
                  ("AGREES: DAY %d CLOSED" % day, "一致：第 %d 天已结束" % day) if day else
                  ("AGREES TO THE END", "全部一致"))
        lines = [self.say("%d lines", "共 %d 行") % report["totals"]["lines"]]
        if report["verdict"] == "refuted":
            first = t.findings.first_fault()
            lines.append(self.say("%s, line %d", "%s，第 %d 行") % (first["check"], first["line"]))
        turn = self.last_turn()
        lines += [turn] if turn else []
        for checkpoint in report["checkpoints"][-1:]:
            lines.append(self.say("fingerprint of %s: %s", "%s的指纹：%s") % (
                self.say(*STAGE_NAMES[checkpoint["stage"]]), checkpoint["fingerprint"]))
        # The board shows the same, so that both can be compared by eye at any line.
        running = fingerprint(checkpoint_body(report["origin"], size, root))
        lines.append(self.say("fingerprint of all lines: %s", "全部各行的指纹：%s") % running)
        self.show(answer, lines)
        if self.answer:
            self.write(t, report, size, running)

    def write(self, t, report, size, running):
        """The answer so far, for the board of the hall; put there as a whole."""
        fault = t.findings.first_fault() if report["verdict"] == "refuted" else None
        answer = {"program": "verify.py", "lines": size, "fingerprint": running,
                  "agrees": report["verdict"] != "refuted",
                  "over": report["verdict"] == "verified" and "day" not in report,
                  "household": self.last_call()[0],
                  "fault": fault and "%s, line %d" % (fault["check"], fault["line"])}
        try:
            with open(self.answer + ".new", "w", encoding="utf-8") as stream:
                json.dump(answer, stream, ensure_ascii=False)
            os.replace(self.answer + ".new", self.answer)
        except OSError as error:
            print(clean(self.say("%s: the answer was not written: %s", "%s：结论未写入：%s")
                        % (self.answer, error.strerror)), file=sys.stderr)

    def last_turn(self):
        household, call, unit = self.last_call()
        return household and self.say("pool {pool}, place {place}: household {household}",
                                      "{pool} 批次第 {place} 位：住户 {household}"
                                      ).format_map(defaultdict(str, call)) + unit

    def last_call(self):
        """The last call of the file, and what came of it; D9: an undo withdraws the line before."""
        with open_file(self.path) as stream:
            lines = stream.read().split(b"\n")
        unit, withdrawn = "", 0
        for line in map(as_object, reversed(lines)):
            kind = line.get("kind")
            if kind == "undo":
                withdrawn += 1
            elif kind in ("pick", "missed") and withdrawn:
                withdrawn -= 1
            elif kind == "pick":
                unit = unit or " → %s" % line.get("unit")
            elif kind == "call":
                return line.get("household"), line, unit
        return None, {}, unit

    def show(self, answer, lines):
        answer, lines = self.say(*answer), [clean(line) for line in lines]
        if sys.stdout.isatty():
            # Double height (DEC private codes of terminals): the upper halves, the lower ones.
            print("\x1b[2J\x1b[H" + "".join("\x1b#%d\x1b[1;7m %s \x1b[0m\n" % (half, answer)
                                          for half in (3, 4)) + "\n".join([""] + lines))
        else:
            print(" · ".join([answer] + lines))
        sys.stdout.flush()


def as_object(line):
    """A line as JSON, or nothing."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def receipt_command(arguments, say):
    with open_file(arguments.file) as stream:
        data = stream.read(MAX_RECEIPT + 1)
    keys = {read_key(text.strip()) for text in arguments.key}
    if None in keys:
        raise Unreadable("not a key: name+key id+base64", "不是公钥：应为 名称+编号+base64")
    benches = [(len(keys), keys)] if keys else []
    refused = origin = None
    if arguments.panel is not None:
        panel, refused, origin = read_panel(arguments.panel)
        benches += panel
    noted = read_noted(arguments)
    report = verify_receipt(data, noted, benches, refused, origin)
    if arguments.json:
        print_json(report)
    else:
        print_receipt(report, say)
    old = old_noted(noted, say)
    return 1 if report["verdict"] == "refuted" else 2 if old else 0


# What argparse says, in Chinese: it asks gettext, which has no Chinese for it.
ARGPARSE = {
    "usage: ": "用法：", "positional arguments": "参数", "options": "选项", "optional arguments": "选项",
    "show this help message and exit": "显示帮助并退出",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "没有这样的参数：%s",
    "expected one argument": "后面应有一个值", "expected at least one argument": "后面至少应有一个值",
    "not allowed with argument %s": "不能与 %s 同时使用", "ignored explicit argument %r": "不应有值 %r",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r 不行，应为 %(choices)s 之一",
}


def parse_arguments(words):
    # The language is needed before the words are understood.
    asked = [word[7:] if word.startswith("--lang=") else after
             for word, after in zip(words, words[1:] + [""]) if word.startswith("--lang")]
    chinese = language(asked[0] if asked else None) == "zh"
    argparse._ = (lambda text: ARGPARSE.get(text, text)) if chinese else (lambda text: text)
    parser = argparse.ArgumentParser(
        prog="verify.py", allow_abbrev=False,
        description="Verifies the transcript of a public housing lottery · 核验公开摇号选层的记录",
        epilog="Receipts · 收据: verify.py receipt FILE (--help). Exit codes · 退出码: "
               "0 verified · 成立; 1 refuted · 不成立; "
               "2 unreadable or wrongly called · 无法读取或参数有误; 3 unfinished · 尚未完成")
    add, flag, many = parser.add_argument, {"action": "store_true"}, {"action": "append",
                                                                     "default": []}
    receipt = words[:1] == ["receipt"]
    if receipt:
        words = words[1:]
        parser.prog += " receipt"
        add("file", help="the receipt, - is standard input · 收据文件")
        add("--key", help="key of a member who must have signed · 监督员公钥", **many)
        add("--panel", help="the published plan or transcript · 已公布的方案或记录")
    else:
        add("files", nargs="+", help="transcripts, each the round after the one before · 记录文件")
        add("--since", help="an older copy · 较早的副本")
        add("--recordings", help="folder of the recordings · 录像文件夹")
        add("--documents", help="folder of the documents · 文件所在的文件夹")
        add("--scans", help="folder of the scans · 扫描件文件夹")
        add("--household", help="explains why this household got its flat · 说明该户为何得到此房")
        add("--person", help="the opening of a household, five lines · 密封件上的五行文字")
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--official", help="must be an official draw · 应为正式抽签", **flag)
        kinds.add_argument("--rehearsal", help="must be a rehearsal · 应为演练", **flag)
        add("--follow", help="verifies the file as it grows · 边写边核对", **flag)
        add("--answer", metavar="FILE", help="with --follow: writes each answer as JSON · 结论写入文件")
        add("--allocation", help="prints the allocation as CSV · 输出分配结果", **flag)
        add("--include-not-compared",
            help="tells also what nothing known outside covers · 也陈述未核对的内容", **flag)
    add("--fingerprint", help="noted outside, or the root in hex, or @FILE · 在外记下的指纹或根", **many)
    add("--note", help="signed note of a checkpoint · 检查点的签名文件", **many)
    add("--json", help="prints one JSON object · 输出 JSON", **flag)
    add("--lang", choices=["zh", "en"], help="language · 语言")
    arguments = parser.parse_args(words)
    if getattr(arguments, "answer", None) and not arguments.follow:
        parser.error("--answer goes with --follow · --answer 须与 --follow 同用")
    arguments.receipt = receipt
    return arguments


def main(words=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = parse_arguments(sys.argv[1:] if words is None else words)
    chinese = language(arguments.lang) == "zh"

    def say(english, other):
        return other if chinese else english

    try:
        status = (receipt_command if arguments.receipt else draw_command)(arguments, say)
        sys.stdout.flush()
        return status
    except Unreadable as error:
        print(clean("verify.py: " + say(*error.args[:2])), file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except OSError as error:  # a disk that fails in the middle, a directory as file
        print(clean("verify.py: " + say(*system_words(error))), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
