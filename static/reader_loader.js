// The worker: a classic script, which every engine runs. Its parts lie beside it.
importScripts('reader.js');
wasm_bindgen({ module_or_path: 'reader_bg.wasm' });
