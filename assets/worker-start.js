// Starts a worker with the program that the page has fetched and hands over in the first message, so that the page
// can tell how far the download is and go on with one that broke. The reader of words, which few visits need, is
// fetched here. The worker's name says which of the two it is.

const READER = self.name === 'reader';
importScripts(READER ? 'reader.js' : 'worker.js');

self.onmessage = ({ data }) => {
  self.onmessage = null;
  // As an error of the worker itself, which the page hears; of a promise it would hear nothing.
  const tell = (error) =>
    setTimeout(() => {
      throw error;
    });
  // Compiled here and not by the page, whose thread stays free for the visitor.
  const program = data && new Response(data, { headers: { 'content-type': 'application/wasm' } });
  wasm_bindgen({ module_or_path: READER ? 'reader_bg.wasm' : program }).catch(tell);
};
