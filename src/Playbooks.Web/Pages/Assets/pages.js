// Keeps a page up to date and counts down. Without it every page works, and is as old as when it was loaded.
'use strict';
(() => {
  const body = document.body;
  let ahead = Date.parse(body.dataset.now) - Date.now();

  // Times as the server writes them: two units, rounded down.
  const spoken = seconds => {
    const [d, h, m, s] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
    const two = (first, unit, second, small) => second ? `${first} ${unit} ${second} ${small}` : `${first} ${unit}`;
    return d ? two(d, 'd', h, 'h') : h ? two(h, 'h', m, 'min') : m ? two(m, 'min', s, 's') : `${s} s`;
  };

  const count = () => {
    const now = Date.now() + ahead;
    for (const element of document.querySelectorAll('[data-deadline]')) {
      const left = (Date.parse(element.dataset.deadline) - now) / 1000;
      const text = left > 0 ? `${spoken(left)} left` : `${spoken(-left)} over`;
      if (element.textContent !== text) element.textContent = text;
    }
  };
  count();
  setInterval(count, 1000);

  // Pressed twice is sent once. The id in the form says the same to the server.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.hasAttribute('data-once')) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
  // Back in the browser's history shows the page as it was left.
  addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));

  const isInHand = element => [...element.querySelectorAll('input:not([type=hidden]), textarea')]
    .some(field => field === document.activeElement || field.value !== field.defaultValue) || element.querySelector('form[data-sent]') !== null;

  const stale = (element, text) => {
    if (element.querySelector(':scope > .stale')) return;
    const note = document.createElement('p');
    note.className = 'stale';
    note.setAttribute('role', 'status');
    note.textContent = text;
    element.prepend(note);
  };

  const made = html => new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;

  const replace = (old, html) => {
    if (isInHand(old)) {
      stale(old, 'This has changed while you were writing. What you wrote is still here; load the page again to see what is new.');
      return;
    }
    const fresh = made(html);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute('href') ? `[href="${CSS.escape(focused.getAttribute('href'))}"]` : null);
    for (const open of old.querySelectorAll('details[open][id]')) fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute('open', '');
    old.replaceWith(fresh);
    if (place) (fresh.matches(place) ? fresh : fresh.querySelector(place))?.focus({ preventScroll: true });
  };

  const show = ({ now, news, parts, lists }) => {
    ahead = Date.parse(now) - Date.now();
    for (const [id, ids] of Object.entries(lists)) {
      const list = document.getElementById(id);
      if (!list) continue;
      for (const child of [...list.children]) {
        if (ids.includes(child.id)) continue;
        if (isInHand(child)) stale(child, 'This is not asked any more. What you wrote is still here, so that you can take it along.');
        else child.remove();
      }
      for (const one of ids) {
        if (parts[one] && !document.getElementById(one)) list.append(made(parts[one]));
      }
    }
    for (const [id, html] of Object.entries(parts)) {
      const old = document.getElementById(id);
      if (old && old.outerHTML !== html) replace(old, html);
    }
    if (news) document.getElementById('news').textContent = news;
    count();
  };

  if (!body.dataset.live || !window.EventSource) return;
  const lost = document.getElementById('lost');
  const source = new EventSource(body.dataset.live);
  source.addEventListener('open', () => { lost.hidden = true; });
  source.addEventListener('error', () => { lost.hidden = false; });
  source.addEventListener('parts', event => show(JSON.parse(event.data)));
  source.addEventListener('over', () => source.close());
  addEventListener('pagehide', () => source.close());
})();
