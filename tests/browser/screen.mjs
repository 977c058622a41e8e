// What a hall can read: measures of the board as it stands on the screen.

/** What is wrong with the letters on the screen: marked ones that are too small, and any that are cut or run over an edge. */
export const faults = page => page.evaluate(() => {
  const vh = innerHeight / 100, found = [];
  for (const element of document.querySelectorAll('[data-read]')) {
    const size = parseFloat(getComputedStyle(element).fontSize) / vh;
    if (size < 5.49) found.push(`${size.toFixed(2)} of a hundred high: ${element.className} ${element.textContent.slice(0, 40)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement;
    if (!text.textContent.trim() || ['SCRIPT', 'STYLE'].includes(element.tagName) || !element.checkVisibility()) continue;
    const range = document.createRange(), style = getComputedStyle(element);
    range.selectNodeContents(text);
    // The box of a letter is higher than its ink: by a quarter above and below.
    const air = 0.27 * parseFloat(style.fontSize);
    for (const box of range.getClientRects()) {
      for (let around = element; around; around = around.parentElement) {
        const edge = around.getBoundingClientRect();
        if (around !== document.documentElement && around.tagName !== 'MAIN' && getComputedStyle(around).overflow === 'visible') continue;
        if (box.left < edge.left - 1.5 || box.right > edge.right + 1.5 || box.top < edge.top - air || box.bottom > edge.bottom + air) found.push(`cut by ${around.tagName} ${around.className}: ${element.className} ${text.textContent.slice(0, 40)}`);
      }
    }
  }
  const [prints, progress] = ['.prints', '.progress'].map(part => document.querySelector(part));
  if (prints && progress && Math.max(...[...prints.querySelectorAll('.num')].map(digits => digits.getBoundingClientRect().right)) > progress.getBoundingClientRect().left) found.push('the fingerprints run into the count');
  return [...new Set(found)];
});

/** How far the fills of flats that stand on the screen differ in luminance, as WCAG counts it; a pattern counts by its own two colours. */
export const fills = page => page.evaluate(() => {
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const colours = text => [...text.matchAll(/rgb\((\d+), (\d+), (\d+)\)/g)].map(m => m.slice(1, 4).map(Number));
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
  const kinds = new Map();
  for (const cell of document.querySelectorAll('.tower .cell')) {
    const kind = ['offered', 'taken', 'held', 'free', 'unfit', 'beyond', 'elsewhere'].find(k => cell.classList.contains(k)), style = getComputedStyle(cell);
    if (!cell.classList.contains('newest')) kinds.set(kind, { plain: colours(style.backgroundColor)[0], striped: colours(style.backgroundImage) });
  }
  const all = [...kinds], found = [];
  for (const [kind, { striped }] of all) if (striped.length && ratio(striped[0], striped.at(-1)) < 3) found.push(`the pattern of ${kind}`);
  for (const [a, x] of all) for (const [b, y] of all) if (a < b && !x.striped.length && !y.striped.length && !(['free', 'unfit', 'beyond', 'elsewhere'].includes(a) && ['free', 'unfit', 'beyond', 'elsewhere'].includes(b)) && ratio(x.plain, y.plain) < 3) found.push(`${a} and ${b}: ${ratio(x.plain, y.plain).toFixed(2)}`);
  return found;
});
