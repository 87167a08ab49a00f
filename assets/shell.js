// Speaks for the page until its program runs: that it is loading, and what is wrong when it does not come.

(() => {
  const PATIENCE = 20_000;
  const TEXTS = {
    en: {
      loading: 'Loading…',
      slow: 'Still loading: the network is slow, or gone.',
      lost: 'The page could not be loaded: the connection broke.',
      wasm: 'Showtell computes in your browser and needs WebAssembly, which this browser does not allow here.',
      again: 'Load it again',
    },
    de: {
      loading: 'Lädt …',
      slow: 'Lädt noch: Das Netz ist langsam oder fort.',
      lost: 'Die Seite konnte nicht geladen werden: Die Verbindung ist abgebrochen.',
      wasm: 'Showtell rechnet in Ihrem Browser und braucht WebAssembly, das dieser Browser hier nicht erlaubt.',
      again: 'Noch einmal laden',
    },
  };
  const [line, again] = ['shell-state', 'shell-again'].map((id) => document.getElementById(id));
  const german = (new URLSearchParams(location.search).get('lang') ?? navigator.language).startsWith('de');
  const texts = german ? TEXTS.de : TEXTS.en;
  let last;

  /** Says something, unless the page's program has taken over. */
  const say = (key) => {
    if (!line.isConnected) return;
    last = key;
    line.lang = german ? 'de' : 'en';
    line.textContent = texts[key];
    again.textContent = texts.again;
    again.hidden = key === 'loading';
  };
  const lost = () => {
    if (last !== 'wasm') say('lost');
  };

  say('loading');
  if (typeof WebAssembly !== 'object') return say('wasm');
  // Errors of what a script or a style sheet loads do not bubble.
  addEventListener('error', lost, true);
  addEventListener('unhandledrejection', lost);
  addEventListener('online', () => {
    if (line.isConnected && last === 'lost') location.reload();
  });
  setTimeout(() => {
    if (last === 'loading') say('slow');
  }, PATIENCE);
})();
