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
    const boxes = [...document.querySelectorAll('input[data-pmid]')];
    for (const box of boxes) {
      const collected = pmids.includes(Number(box.dataset.pmid));
      if (box.checked !== collected) box.checked = collected;
    }
    const ticked = boxes.filter((box) => box.checked).length;
    for (const all of document.querySelectorAll('input[data-collects]')) {
      all.checked = boxes.length > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
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
    const box = event.target.closest?.('input[data-pmid], input[data-collects]');
    if (!box) return;
    const changed = (box.dataset.pmid ? [box] : [...document.querySelectorAll('input[data-pmid]')]).map((each) => Number(each.dataset.pmid));
    const kept = read();
    const added = changed.filter((pmid) => !kept.includes(pmid));
    write(box.checked ? [...kept, ...added] : kept.filter((pmid) => !changed.includes(pmid)));
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
