// waiting.js: A3, who waits on a standby list, so that the next one is found without looking at all.
// Over the places of those with the same needs stands a complete binary tree, in which each node has
// the most of the two below it: -1 is nobody, n somebody who accepts at most the area n.

export function waitingAt(places) {
  let leaves = 1;
  while (leaves < places.length) leaves *= 2;
  return { places, leaves, tree: new Float64Array(2 * leaves).fill(-1) };
}
// The index of the first of these places from one on.
function indexOf(places, from) {
  let low = 0,
    high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
// Who is at this place accepts at most this area from now on; -1: it waits no more.
export function setAccepts({ places, leaves, tree }, place, area) {
  let node = leaves + indexOf(places, place);
  tree[node] = area;
  while (node > 1) {
    node >>= 1;
    tree[node] = Math.max(tree[2 * node], tree[2 * node + 1]);
  }
}
// The first place from one on of somebody who waits and accepts this area.
export function firstWaiting({ places, leaves, tree }, from, area) {
  const index = indexOf(places, from);
  if (index === places.length) return Infinity;
  let node = leaves + index;
  // To the right and up, until a node has somebody below it.
  while (tree[node] < area) {
    while (node % 2) node >>= 1;
    if (!node) return Infinity;
    node++;
  }
  // Down to the first of them.
  while (node < leaves) {
    node *= 2;
    if (tree[node] < area) node++;
  }
  return places[node - leaves];
}
