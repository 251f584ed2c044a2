addEventListener('pageshow', (event) => event.persisted && location.reload());
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
