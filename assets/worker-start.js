// Starts the worker with the program that the page has fetched and hands over in the first message, so that the page
// can tell how far the download is and go on with one that broke.

importScripts('worker.js');

self.onmessage = ({ data }) => {
  self.onmessage = null;
  // As an error of the worker itself, which the page hears; of a promise it would hear nothing.
  const tell = (error) =>
    setTimeout(() => {
      throw error;
    });
  wasm_bindgen({ module_or_path: data }).catch(tell);
};
