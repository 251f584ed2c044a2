// Recogito's annotator with its fastest renderer, on a text that is there from the start, and
// able to read our files: what a page costs that is made of it. Bundled by the bench.
import { createTextAnnotator } from '@recogito/text-annotator';
import '@recogito/text-annotator/text-annotator.css';

const root = document.querySelector('#article');
let annotator;
const show = (text) => {
  annotator?.destroy();
  root.replaceChildren(...(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const paragraph = document.createElement('p');
    paragraph.style.whiteSpace = 'pre-wrap';
    paragraph.textContent = line;
    return paragraph;
  }));
  annotator = createTextAnnotator(root, { renderer: 'CSS_HIGHLIGHTS' });
  annotator.on('selectionChanged', (picked) => { document.body.dataset.picked = picked[0]?.id ?? ''; });
  annotator.on('createAnnotation', () => { document.body.dataset.made = 'true'; });
};

document.querySelector('#import-file').addEventListener('change', async (event) => {
  const article = JSON.parse(await event.target.files[0].text()).articles[0];
  show(article.text);
  const all = article.annotations.map(({ id, label, spans: [{ start, end, exact }] }) => ({
    id,
    bodies: [{ id: `${id}-label`, annotation: id, purpose: 'tagging', value: label }],
    target: { annotation: id, selector: [{ quote: exact, start, end }], created: new Date(0), creator: { id: 'coder' } },
  }));
  // What `setAnnotations` called before: it makes the ranges that the renderer needs.
  annotator.state.store.bulkAddAnnotations(all, true, 'REMOTE');
});

show(await (await fetch('sample.txt')).text());
document.documentElement.dataset.ready = 'true';
