// floorlot.js: what the page, the tests and other programs call.
// `verify(bytes, evidence)` and `examine` take a whole file; section 11 of the specification says
// what they give. Evidence may have `fingerprints`, `older`, `expect`, `recordings`, `documents`, `scans`,
// `earlier` (what `examine` gave for each file before), `person`, `household`, `skipSignatures`.

import {
  Sha256,
  bytesOf,
  chachaBlock,
  fromHex,
  hexOf,
  sha256,
  sha256Text,
  sha512,
} from './bytes.js';
import { goodKey, verifySignature } from './ed25519.js';
import { parseLine, readByCursor } from './profile.js';
import { Tree, bodyOfNote, fingerprintOf, isNoted, isOld, leafOf, toDigits } from './tree.js';
import { checkpointBody, readKey, readSignature, signedText } from './notes.js';
import { alteredWords } from './changes.js';
import { lookUp } from './texts.js';
import { commitText } from './ceremony.js';
import { laterOf } from './aftermath.js';
import { dayWords, tooUnfinished, unfinishedWords } from './unfinished.js';
import { hidesDraw, notComparedWords, untold } from './levels.js';
import { withFingerprints } from './report.js';
import { examine, examineSteps, verify } from './transcript.js';
import { panelOf, receiptReport, verifyReceipt } from './receipts.js';
import { findHouseholds, ownerOf, standingOf } from './search.js';

export const Floorlot = {
  verify,
  examine,
  examineSteps,
  withFingerprints,
  verifyReceipt,
  receiptReport,
  panelOf,
  // What the page shows besides the report.
  dayWords,
  unfinishedWords,
  tooUnfinished,
  alteredWords,
  notComparedWords,
  untold,
  hidesDraw,
  laterOf,
  lookUp,
  buildingOf,
  ownerOf,
  standingOf,
  findHouseholds,
  parseLine,
  bodyOfNote,
  isNoted,
  isOld,
  toDigits,
  commitText,
  // What the tests compare.
  readByCursor,
  bytesOf,
  hexOf,
  fromHex,
  Sha256,
  sha256,
  sha256Text,
  sha512,
  chachaBlock,
  Tree,
  leafOf,
  fingerprintOf,
  goodKey,
  verifySignature,
  readKey,
  readSignature,
  signedText,
  checkpointBody,
};
