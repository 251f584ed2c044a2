// The least that a browser does for the same work: the text in chunks, highlights without
// elements, and only near the window. Nothing is checked, kept, listed or undone.
const root = document.querySelector('#article');
const labels = { q: 'quote', a: 'actor', c: 'condition' };
const painted = {};
for (const label of Object.values(labels)) CSS.highlights.set(label, (painted[label] = new Highlight()));
let starts = [], paragraphs = [], chunks = [], near = new Set(), made = 0;

const paragraphAt = (offset) => {
  let low = 0, high = starts.length;
  while (low + 1 < high) { const middle = (low + high) >> 1; if (starts[middle] <= offset) low = middle; else high = middle; }
  return low;
};
const chunkAt = (offset) => paragraphs[paragraphAt(offset)].parentElement.number;
const paint = (it) => {
  if (it.range) return;
  const range = new Range(), first = paragraphAt(it.start), last = paragraphAt(it.end - 1);
  range.setStart(paragraphs[first].firstChild, it.start - starts[first]);
  range.setEnd(paragraphs[last].firstChild, it.end - starts[last]);
  painted[it.label].add((it.range = range));
};
const unpaint = (it) => { if (it.range) { painted[it.label].delete(it.range); it.range = null; } };
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const list = chunks[target.number];
    if (isIntersecting) { near.add(target.number); list.forEach(paint); } else if (near.delete(target.number)) list.forEach(unpaint);
  }
}, { rootMargin: '600px 0px' });

document.querySelector('#import-file').addEventListener('change', async (event) => {
  const article = JSON.parse(await event.target.files[0].text()).articles[0];
  const fragment = document.createDocumentFragment();
  let chunk, room = 0, offset = 0;
  starts = []; paragraphs = []; chunks = [];
  for (const line of article.text.match(/[^\n]*\n|[^\n]+$/g)) {
    if (room <= 0) { chunk = document.createElement('div'); chunk.className = 'chunk'; chunk.number = chunks.push([]) - 1; fragment.append(chunk); room = 3000; }
    const paragraph = document.createElement('p');
    paragraph.textContent = line;
    chunk.append(paragraph);
    paragraphs.push(paragraph); starts.push(offset);
    offset += line.length; room -= line.length;
  }
  for (const { id, label, spans: [{ start, end }] } of article.annotations) {
    const it = { id, label, start, end, range: null };
    for (let at = chunkAt(start); at <= chunkAt(end - 1); at++) chunks[at].push(it);
  }
  root.replaceChildren(fragment);
  for (const child of root.children) watch.observe(child);
});

const offsetOf = (node, offset) => {
  const paragraph = (node.nodeType === 3 ? node.parentElement : node).closest('p');
  return starts[paragraphs.indexOf(paragraph)] + offset;
};
document.addEventListener('keydown', (event) => {
  const label = labels[event.key], selection = getSelection();
  if (!label || selection.isCollapsed) return;
  const it = { id: `new${made++}`, label, start: offsetOf(selection.anchorNode, selection.anchorOffset), end: offsetOf(selection.focusNode, selection.focusOffset) };
  chunks[chunkAt(it.start)].push(it);
  paint(it);
  selection.collapseToEnd();
  document.body.dataset.made = made;
});
root.addEventListener('click', (event) => {
  const place = document.caretPositionFromPoint(event.clientX, event.clientY);
  const offset = offsetOf(place.offsetNode, place.offset);
  const here = chunks[chunkAt(offset)].filter((it) => it.start <= offset && offset < it.end);
  here.sort((a, b) => a.end - a.start - (b.end - b.start));
  document.body.dataset.picked = here[0]?.id ?? '';
});
document.documentElement.dataset.ready = 'true';
