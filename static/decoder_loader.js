// The worker: a classic script, which every engine runs. Its parts lie beside it.
importScripts('decoder.js');
wasm_bindgen({ module_or_path: 'decoder_bg.wasm' });
