// The collection: PMIDs that a person ticks, kept in this browser and nowhere else. Runs once a page load.
(() => {
  if (window.pubmedCollection) return;
  window.pubmedCollection = true;
  const KEY = 'pubmed-collection';

  const read = () => {
    try {
      const pmids = JSON.parse(localStorage.getItem(KEY) || '[]');
      return Array.isArray(pmids) ? pmids.filter((pmid) => Number.isInteger(pmid) && pmid > 0) : [];
    } catch {
      return [];
    }
  };
  const write = (pmids) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(pmids));
    } catch {
      // A browser that keeps nothing: the ticks hold until the page is left.
    }
  };

  // Make the page agree with the collection: ticks, the number in the header, where its link leads.
  const settle = () => {
    const pmids = read();
    for (const box of document.querySelectorAll('input[data-pmid]')) {
      const collected = pmids.includes(Number(box.dataset.pmid));
      if (box.checked !== collected) box.checked = collected;
    }
    const link = document.querySelector('#collection-link');
    if (link) {
      const text = pmids.length ? `Collection (${pmids.length.toLocaleString('en')})` : 'Collection';
      if (link.textContent !== text) link.textContent = text;
      const href = pmids.length ? `/collection?pmids=${pmids.join(',')}` : '/collection';
      if (link.getAttribute('href') !== href) link.setAttribute('href', href);
    }
    const parameters = new URLSearchParams(location.search);
    if (location.pathname === '/collection' && pmids.length && !parameters.has('pmids') && !parameters.has('not')) {
      history.replaceState({}, '', `/collection?pmids=${pmids.join(',')}`);
      dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    }
  };

  document.addEventListener('change', (event) => {
    const box = event.target.closest?.('input[data-pmid]');
    if (!box) return;
    const others = read().filter((pmid) => pmid !== Number(box.dataset.pmid));
    write(box.checked ? [...others, Number(box.dataset.pmid)] : others);
    settle();
  });
  addEventListener('storage', settle);

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      settle();
    });
  }).observe(document.body, { childList: true, subtree: true });
  settle();
})();
