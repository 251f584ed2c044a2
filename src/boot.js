// Starts the app. A file of its own, since the Content-Security-Policy allows no inline
// script. The links that Trunk writes into the head name both parts, with their hashes.
const script = document.querySelector('link[rel="modulepreload"]');
const wasm = document.querySelector('link[rel="preload"][as="fetch"]');
try {
  const { default: init } = await import(script.href);
  await init({ module_or_path: fetch(wasm.href, { integrity: wasm.integrity }) });
} catch (error) {
  const message = document.createElement('p');
  message.setAttribute('role', 'alert');
  message.textContent = `Verbatim could not start: ${error}. What you marked is safe in this browser.`;
  document.body.append(message);
  throw error;
}
