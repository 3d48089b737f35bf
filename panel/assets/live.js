// Keeps the page as the counters are: the server sends ready-made texts, this file only puts them in their places.

const RETRY_MS = 5_000;
const link = document.querySelector('[data-link]');
let refreshing = false;

/** Shows whether the figures are live; role=status lets screen readers say it once. */
function showLink(alive) {
  link.dataset.alive = String(alive);
  const word = alive ? link.dataset.liveWord : link.dataset.lostWord;
  if (link.textContent !== word) link.textContent = word;
}

/** Fetches the page again and takes its list, when lines have come or gone. */
async function refreshLines() {
  if (refreshing) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (answer.ok && fresh) document.querySelector('main').replaceWith(fresh);
  } catch {
    // The next patch about an unknown line tries again.
  } finally {
    refreshing = false;
  }
}

function draw(place, { text, state, mode, tone, share }) {
  for (const [field, value] of Object.entries(text)) {
    const target = place.querySelector(`[data-text="${field}"]`);
    if (target && target.textContent !== value) target.textContent = value;
  }
  Object.assign(place.dataset, state && { state, mode, tone });
  const bar = place.querySelector('progress');
  if (bar && typeof share === 'number') bar.value = share;
  return share === undefined || (share === null) === (bar === null);
}

function applyPatch(patch) {
  let complete = true;
  for (const [id, picture] of Object.entries(patch)) {
    const place = document.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!picture) complete &&= !place;
    else complete = Boolean(place) && draw(place, picture) && complete;
  }
  if (!complete) refreshLines();
}

function connect() {
  const source = new EventSource(document.body.dataset.live);
  source.addEventListener('open', () => showLink(true));
  source.addEventListener('patch', ({ data }) => applyPatch(JSON.parse(data)));
  source.addEventListener('error', () => {
    showLink(false);
    // The browser itself reconnects, except after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  });
}

connect();
