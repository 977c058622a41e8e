// Joins the sources in src/ into verify.html, one file that needs nothing else. Needs Node only.
//
//   node join.mjs             writes verify.html
//   node join.mjs --check     ends with 1 when verify.html is not what the sources give
//   node join.mjs --sha256    the same, and prints its SHA-256 as sha256sum does
//
// The sources are modules: each imports only from files that stand before it in these lists, and no
// name stands in two. So they are joined by leaving out `import` and `export`, and what is joined
// reads like the sources.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

// In the order of the specification.
const VERIFIER = [
  'bytes',
  'ed25519',
  'checks',
  'profile',
  'tree',
  'notes',
  'changes',
  'phases',
  'texts',
  'needs',
  'families',
  'plan',
  'ceremony',
  'draw',
  'signoff',
  'tokens',
  'waiting',
  'aftermath',
  'unfinished',
  'levels',
  'evidence',
  'report',
  'machine',
  'transcript',
  'receipts',
  'search',
  'floorlot',
];
const PAGE = [
  'words',
  'elements',
  'verdict',
  'household',
  'sheet',
  'receipt',
  'secret',
  'about',
  'files',
  'page',
].map((name) => 'page/' + name);
const STYLE = ['page/frame.css', 'page/parts.css', 'page/sheet.css'];

const here = (path) => new URL(path, import.meta.url);
const read = (name) => readFileSync(here('src/' + name), 'utf8');
const fail = (words) => {
  console.error('join.mjs: ' + words);
  process.exit(1);
};

const IMPORT = /^import \{([^}]*)\} from '([^']*)';\n/gm;
const DECLARED =
  /^(?:export )?(?:(?:async )?function\*? |class |const |let )(\w+|\{[^}]*\}|\[[^\]]*\])/gm;

// The sources one after the other, without the words that make modules of them.
function joined(names) {
  const seen = new Map(); // name to file
  return names
    .map((file) => {
      const text = read(file + '.js');
      if (!text.startsWith(`// ${file}.js: `))
        fail(`${file}.js does not say in its first line what it is`);
      for (const [, list, from] of text.matchAll(IMPORT)) checkImport(seen, file, list, from);
      for (const [, declared] of text.matchAll(DECLARED)) {
        for (const name of declared.match(/\w+/g)) {
          if (seen.has(name)) fail(`${file}.js: ${name} stands in ${seen.get(name)}.js, too`);
          seen.set(name, file);
        }
      }
      const bare = text
        .replace(IMPORT, '')
        .replace(/^export (?=\w)/gm, '')
        .replace(/\n{3,}/g, '\n\n');
      if (/^(import|export)\b/m.test(bare)) fail(`${file}.js: an import or export of another form`);
      return bare.trimEnd();
    })
    .join('\n\n// ' + '='.repeat(97) + '\n');
}
function checkImport(seen, file, list, from) {
  const source = new URL(from, here(`src/${file}.js`)).pathname;
  for (const name of list.match(/\w+/g)) {
    const found = seen.has(name) && here(`src/${seen.get(name)}.js`).pathname === source;
    if (!found) fail(`${file}.js: ${name} is not in ${from}, or ${from} does not stand before it`);
  }
}
const scope = (text) => `(() => {\n'use strict';\n\n${text}\n})();`;
function page() {
  const parts = {
    '/* the style */': STYLE.map((name) => read(name).trimEnd()).join('\n\n'),
    // A scope for each: the page sees nothing of the verifier but Floorlot.
    '// the verifier': `const Floorlot = ${scope(joined(VERIFIER) + '\n\nreturn Floorlot;')}`,
    '// the page': scope(joined(PAGE)),
  };
  let html = read('page/page.html');
  for (const [mark, text] of Object.entries(parts)) {
    if (html.split('\n' + mark + '\n').length !== 2)
      fail(`page.html: one line \`${mark}\` is expected`);
    if (/<\/(script|style)/i.test(text)) fail(`what is put at \`${mark}\` ends its element`);
    html = html.replace('\n' + mark + '\n', () => '\n' + text + '\n');
  }
  return html;
}

const made = page(),
  [option] = process.argv.slice(2);
if (option === undefined) writeFileSync(here('verify.html'), made);
else if (option !== '--check' && option !== '--sha256') {
  fail(`${option} is no option; there are --check and --sha256`);
} else if (readFileSync(here('verify.html'), 'utf8') !== made) {
  fail('verify.html is not what src/ gives. Change src/, never verify.html; then: node join.mjs');
} else if (option === '--sha256') {
  console.log(createHash('sha256').update(made).digest('hex') + '  verify.html');
}
