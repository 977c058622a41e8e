// Answers for the verifier in a page: node bridge.mjs PAGE.html
// Reads lines {"id", "file": base64, "evidence"} from standard input, and writes a line {"id", "report"} or {"id", "error"}
// for each. `evidence` may have `fingerprints`, `older` (base64), `expect`, `earlier` (list of base64, from the first on),
// `person`, `recordings` and `scans` (name and SHA-256), and `household`.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import vm from 'node:vm';

const html = readFileSync(process.argv[2], 'utf8');
const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.indexOf('</script>'));
const end = script.indexOf('\n})();'); // of `const Floorlot = (() => { … })();`
const source = `${script.slice(0, end + '\n})();'.length)}\nFloorlot;`;
const Floorlot = vm.runInNewContext(source, {
  TextEncoder, TextDecoder, Uint8Array, Uint32Array, Int32Array, BigUint64Array, DataView, ArrayBuffer, BigInt, performance, console,
});

const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));
function answer({ file, evidence }) {
  const given = { ...evidence };
  if (given.older != null) given.older = bytes(given.older);
  let before;
  for (const one of given.earlier || []) before = Floorlot.examine(bytes(one), { earlier: before });
  given.earlier = before;
  for (const key of Object.keys(given)) if (given[key] == null) delete given[key];
  return Floorlot.verify(bytes(file), given);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let out;
  try {
    out = { id: request.id, report: answer(request) };
  } catch (error) {
    out = { id: request.id, error: String((error && error.stack) || error) };
  }
  process.stdout.write(`${JSON.stringify(out)}\n`);
}
