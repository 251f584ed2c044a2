// The worker: a classic script, which every engine runs. Its parts lie beside it.
importScripts('reader.js');
// A promise that fails tells the page nothing; an error does.
wasm_bindgen({ module_or_path: 'reader_bg.wasm' }).catch((why) => setTimeout(() => { throw why; }));
