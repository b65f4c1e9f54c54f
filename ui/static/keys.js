// Keys for those who leave the mouse alone. Runs once a page load; holds no text of anybody's.
(() => {
  if (window.pubmedKeys) return;
  window.pubmedKeys = true;

  const KEYS = {
    '/': 'Type a question',
    j: 'Next article',
    k: 'Previous article',
    Enter: 'Open the article',
    x: 'Collect the article, or put it back',
    e: 'Go to the exports',
    '?': 'Show or hide these keys',
  };
  // Where articles are screened, the buttons that there are have keys of their own; e is among them.
  const SCREENING = {
    I: ['include', 'Include the article'],
    E: ['exclude', 'Exclude the article'],
    M: ['maybe', 'Maybe: decide later'],
    U: ['undecided', 'Take back what was decided last'],
  };
  const button = (choice) => document.querySelector(`.st-key-decide-${choice} button`);
  const screening = () => document.querySelector('.st-key-decide');
  const explained = () => {
    if (!screening()) return Object.entries(KEYS);
    const deciding = Object.entries(SCREENING).filter(([, [choice]]) => button(choice));
    const others = Object.entries(KEYS).filter(([key]) => !['x', 'e', 'Enter'].includes(key));
    return [...deciding.map(([key, [, meaning]]) => [key, meaning]), ...others];
  };
  const ITEMS = 'article.hit, .similar > li, .collected > li, header.record';

  const items = () => [...document.querySelectorAll(ITEMS)].filter((item) => item.offsetParent);
  const current = () => items().findIndex((item) => item.contains(document.activeElement));
  // The first link of an item is its title; of an article's own page there is only the box.
  const move = (step) => {
    if (screening()) return document.querySelector(step > 0 ? '#screen-next' : '#screen-previous')?.click();
    const all = items();
    const at = current();
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    const link = all[next]?.querySelector('a');
    link?.focus();
    link?.scrollIntoView({ block: 'center' });
  };
  const collect = () => {
    const item = items()[current()] ?? (document.querySelectorAll('input[data-pmid]').length === 1 ? document : null);
    item?.querySelector('input[data-pmid]')?.click();
  };
  const search = () => {
    const box = document.querySelector('.st-key-q input');
    box?.focus();
    box?.select();
  };
  const exports = () => {
    const link = [...document.querySelectorAll('.exports:not(.files) a')].find((each) => each.checkVisibility());
    link?.focus();
    link?.scrollIntoView({ block: 'center' });
  };

  const help = () => {
    const shown = document.querySelector('dialog.keys');
    if (shown) return shown.remove();
    const dialog = document.createElement('dialog');
    dialog.className = 'keys';
    dialog.setAttribute('aria-label', 'Keys');
    const heading = document.createElement('h2');
    heading.textContent = 'Keys';
    const list = document.createElement('dl');
    for (const [key, meaning] of explained()) {
      const name = document.createElement('dt');
      name.append(Object.assign(document.createElement('kbd'), { textContent: key }));
      list.append(name, Object.assign(document.createElement('dd'), { textContent: meaning }));
    }
    const close = Object.assign(document.createElement('button'), { textContent: 'Close' });
    close.addEventListener('click', () => dialog.close());
    dialog.append(heading, list, close);
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  const ACTIONS = { '/': search, j: () => move(1), k: () => move(-1), x: collect, e: exports, '?': help };
  const typing = (target) => target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable=true]');
  // Under the list of keys nothing is moved or decided: Streamlit listens for the keys that decide, too.
  addEventListener('keydown', (event) => {
    if (document.querySelector('dialog.keys') && event.key.length === 1 && !' ?'.includes(event.key)) event.stopImmediatePropagation();
  }, true);
  document.addEventListener('keydown', (event) => {
    const action = ACTIONS[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === 'e' && screening()) return;
    event.preventDefault();
    action();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('.keys-hint')) help();
  });
})();
