// What the page does by itself in the browser. Runs once a page load; holds no text of anybody's.
(() => {
  if (window.pubmedPage) return;
  window.pubmedPage = true;

  // Put the cursor into the search box when the page has just been loaded.
  const started = Date.now();
  const focusing = setInterval(() => {
    const box = document.querySelector('.st-key-q input');
    if (box && document.activeElement === document.body) box.focus();
    if (document.activeElement === box || Date.now() - started > 5000) clearInterval(focusing);
  }, 50);

  // Follow a link to another state of this page without loading it anew: Streamlit draws what the address says
  // whenever the browser goes back or forward, so the address is changed and that is announced.
  const follow = (url) => {
    history.pushState({}, '', url);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-testid="stHtml"] a[href^="/"]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow(link.href);
  });
})();
