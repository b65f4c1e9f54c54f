// What the page does by itself in the browser. Runs once a page load; holds no text of anybody's.
(() => {
  if (window.pubmedPage) return;
  window.pubmedPage = true;
  const listen = (kind, act) => document.addEventListener(kind, act, true);
  const paper = () => document.querySelector('[data-testid="stMain"]');

  // Put the cursor into the search box when the search page has just been loaded.
  const started = Date.now();
  const focusing = setInterval(() => {
    const box = document.querySelector('.st-key-q input');
    if (box && location.pathname === '/' && document.activeElement === document.body) box.focus();
    if (document.activeElement === box || Date.now() - started > 5000) clearInterval(focusing);
  }, 50);

  // A strategy of several lines stays one in the box, which has a single line: a sign stands for each line break.
  document.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain').trim() ?? '';
    if (!event.target.closest?.('.st-key-q') || !text.includes('\n')) return;
    event.preventDefault();
    document.execCommand('insertText', false, text.replace(/\s*\n\s*/g, ' \u21b5 '));
  });

  // Follow a link to another state of this page without a reload: Streamlit draws what the address says
  // whenever the browser goes back or forward, so the address is changed and that is announced.
  const tops = new Map();
  const push = history.pushState.bind(history);
  // Streamlit, too, writes the address of a page when it begins to draw it. Here a page is drawn because the address
  // names it; one that differs was left meanwhile, and its address would take the place of where the person went.
  history.pushState = (state, title, url) => {
    if (new URL(url, location).pathname === location.pathname) push(state, title, url);
  };
  const follow = (url) => {
    const [current, next] = [new URL(location), new URL(url)];
    tops.set(current.href, paper().scrollTop);
    push({}, '', url);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    const turned = ['page', 'pmid'].some((name) => current.searchParams.get(name) !== next.searchParams.get(name));
    if (turned || current.pathname !== next.pathname) paper().scrollTo({ top: 0 });
  };
  // The filters are counted after the list is drawn; what they change is changed in the current address.
  const target = (link) => {
    const [url, current] = [new URL(link.href), new URL(location)];
    const { name, exclusive } = link.dataset;
    const value = decodeURIComponent(link.dataset.value ?? '');
    for (const long of url.searchParams.getAll('same')) {
      url.searchParams.delete('same');
      url.searchParams.set(long, current.searchParams.get(long) ?? '');
    }
    const values = current.searchParams.getAll(name);
    const others = values.filter((other) => other !== value);
    if (!name || (link.querySelector('.tick.on') && others.length === values.length)) return url.href;
    const changed = others.length < values.length ? others : [...(exclusive ? [] : values), value];
    for (const parameter of ['page', name]) current.searchParams.delete(parameter);
    for (const item of changed) current.searchParams.append(name, item);
    return current.href;
  };
  // On a narrow window the filters lie over the list: they are there once they are asked for, and a choice puts them
  // away, so that the list shows what it did.
  const narrow = () => matchMedia('(max-width: 48rem)').matches;
  const filters = '[data-testid="stSidebar"]';
  let asked = false;
  const fold = () => {
    asked = false;
    const close = narrow() && document.querySelector(`${filters}[data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button`);
    if (!close) return;
    if (document.getElementById(followed)?.closest(filters)) followed = '';
    close.click();
  };
  // Streamlit keeps in the browser that they were open: the next page would begin with them over its list.
  const forget = () => {
    try {
      const kept = Object.keys(localStorage).filter((name) => narrow() && name.startsWith('stSidebarCollapsed-'));
      for (const name of kept) localStorage.removeItem(name);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  };
  forget();
  listen('click', ({ target }) => {
    if (target.closest?.('[data-testid="stExpandSidebarButton"]')) asked = true;
    setTimeout(forget);
  });
  // The slider of years is a choice when it is let go; its arrow keys are not, one wants to press them again.
  const ends = () => [...document.querySelectorAll('.st-key-years input')].map((end) => end.value).join();
  let held = null;
  listen('pointerdown', ({ target }) => { held = target.closest?.('.st-key-years') ? ends() : null; });
  listen('pointerup', () => setTimeout(() => {
    if (held !== null && held !== ends()) fold();
    held = null;
  }));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-testid="stHtml"] a[href^="/"]');
    if (!link || link.hasAttribute('download') || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    followed = link.id;
    follow(target(link));
    fold();
  });

  // A reason is chosen: the focus goes on to what it is for, else the keys that decide would be typed into its box.
  // Its list takes a moment to close, on a busy machine some seconds.
  const reasoned = (tries = 50) => setTimeout(() => {
    const box = document.querySelector('.st-key-screen-reason');
    if (!box) return;
    if (box.querySelector('[aria-expanded="true"]')) return tries && reasoned(tries - 1);
    const focused = document.activeElement;
    if (focused === document.body || box.contains(focused)) document.querySelector('.st-key-decide-exclude button')?.focus();
  }, 100);
  listen('keyup', ({ key, target }) => { if (key === 'Enter' && target.closest?.('.st-key-screen-reason')) reasoned(); });
  listen('click', ({ target }) => { if (target.closest?.('[role="option"]')) reasoned(); });

  // A reference goes to the clipboard; where the browser forbids that, it is marked, ready for Ctrl+C.
  document.addEventListener('click', async ({ target: button }) => {
    if (!button.matches?.('button.copy')) return;
    const text = button.parentNode.querySelector('span');
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = 'Marked';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });

  // A picture of a chart that other programs take: its SVG, drawn at twice its size.
  document.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a.png');
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href);
    const source = URL.createObjectURL(await answer.blob());
    const image = Object.assign(new Image(), { src: source });
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 2 * image.width, height: 2 * image.height });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const name = /filename="(.+)\.svg"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'chart';
    const file = Object.assign(document.createElement('a'), { href: canvas.toDataURL('image/png'), download: `${name}.png` });
    file.click();
    URL.revokeObjectURL(source);
  });

  // Going back returns to where the list was left; it is drawn piece by piece, so this waits until it is long enough.
  addEventListener('popstate', (event) => {
    const top = event.isTrusted ? tops.get(location.href) : 0;
    const until = Date.now() + 3000;
    const scrolling = top && setInterval(() => {
      if (paper().scrollHeight - paper().clientHeight >= top) paper().scrollTo({ top });
      if (Math.abs(paper().scrollTop - top) < 2 || Date.now() > until) clearInterval(scrolling);
    }, 50);
  });

  // What is redrawn keeps its state: the focus on the link that was followed, and what was unfolded.
  let followed = '';
  const unfolded = new Map();
  for (const kind of ['keydown', 'pointerdown']) listen(kind, () => { followed = ''; });
  listen('toggle', ({ target }) => { if (target.id) unfolded.set(target.id, target.open); });
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      for (const details of node.querySelectorAll?.('details[id]') ?? []) details.open = unfolded.get(details.id) ?? false;
    }
    if (!asked) fold();
    // What was typed on another page is answered on the search page.
    const go = document.querySelector('[data-go]');
    if (go) {
      const url = new URL(go.dataset.go, location);
      go.remove();
      if (url.href !== location.href) follow(url.href);
    }
    // A page past the end: the address names the one that is shown.
    const past = document.querySelector('[data-past]');
    const url = new URL(location);
    if (past && url.searchParams.get('page') === past.dataset.past) {
      url.searchParams.set('page', past.dataset.last);
      if (past.dataset.last === '1') url.searchParams.delete('page');
      history.replaceState({}, '', url);
    }
    if (followed && document.activeElement === document.body) document.getElementById(followed)?.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });

  // A drag over the years is a range of them.
  let from = null;
  let to = null;
  const bar = (target) => target.closest?.('.years a[data-year]');
  const between = (year) => (year - from.dataset.year) * (year - to.dataset.year) <= 0;
  listen('dragstart', (event) => { if (bar(event.target)) event.preventDefault(); });
  listen('pointerdown', (event) => { from = to = event.button ? null : bar(event.target); });
  listen('pointermove', (event) => {
    const over = from && bar(document.elementFromPoint(event.clientX, event.clientY) ?? document.body);
    if (!over || over === to) return;
    to = over;
    for (const column of from.parentNode.children) column.classList.toggle('dragged', between(column.dataset.year));
  });
  listen('pointerup', () => {
    if (from !== to) {
      const url = new URL(location);
      url.searchParams.delete('page');
      url.searchParams.set('years', [from.dataset.year, to.dataset.year].sort().join('-'));
      follow(url.href);
      fold();
    }
    from = to = null;
  });
})();
