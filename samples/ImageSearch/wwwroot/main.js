// Puts the page together: an image from the drop zone, a search, its results, and the other views.
import * as anomalies from './anomalies.js';
import * as api from './api.js';
import * as classes from './classes.js';
import * as duplicates from './duplicates.js';
import * as results from './results.js';
import * as start from './start.js';
import * as pages from './views.js';
import { dropzone } from './dropzone.js';
import { element, images, isolated } from './elements.js';
import { watch } from './indexing.js';

const enoughExamples = 12;

const title = document.title;
const live = document.getElementById('live');
const error = document.getElementById('error');
const views = document.getElementById('views');
const label = document.getElementById('label');
const narrow = matchMedia('(max-width: 52rem)');

/** Files of this visit by the number in their history entry: an entry cannot hold a file. */
const uploads = new Map();

let state = null; // the app's last
let examples = [];
let shownStart = ''; // the start view as it is shown
let running = null; // the search in progress
let again = null; // searches anew what was searched in an index that was not complete
let version = 0; // of the classes: an answer of an older one is out of date
let lastSearch = null; // the entry that the search's link leads back to
let retry = null; // searches anew what the app did not answer

/**
 * Searches by an image, which is { name, id } if it is indexed and { name, upload } if not; isNameless if the name is ours. What comes of it is an entry of the history:
 * { query, answer } or { query, reason }. An entry of another view is { view }.
 */
async function search(query, { replace = false } = {}) {
  running?.abort();
  const mine = running = new AbortController();
  again = retry = null;
  error.hidden = true;
  pages.show('search');
  zone.show(preview({ query }), query.name);
  setBusy(true);
  say('Searching for images like ', isolated(query.name), '.');
  let entry;
  try {
    const answer = await request(query, mine.signal);
    entry = { query: answer.query ? { id: query.id, name: answer.query.name } : query, answer, version };
  } catch (problem) {
    if (problem.name === 'AbortError') {
      return;
    }
    entry = { query, reason: problem.reason ?? `was not searched: ${problem.message}` };
    retry = problem.isUnanswered ? () => search(query, { replace: true }) : null;
  } finally {
    if (running === mine) {
      running = null;
      setBusy(false);
    }
  }
  enter(entry, replace);
}

function request(query, signal) {
  return query.id ? api.searchById(query.id, signal) : api.searchByFile(uploads.get(query.upload).file, signal);
}

/** Makes an entry the current one of the history and shows it. */
function enter(entry, replace = false) {
  const address = entry?.view ? `?view=${entry.view}`
    : entry?.query.id ? `?like=${encodeURIComponent(entry.query.id)}`
    : location.pathname;
  history[replace ? 'replaceState' : 'pushState'](entry, '', address);
  render(entry);
  if (entry?.reason) {
    if (document.activeElement === document.body) {
      error.focus({ preventScroll: true });
    }
    error.scrollIntoView({ block: 'nearest' });
  } else if (!entry?.view && (narrow.matches || !entry?.query.upload)) {
    results.focus(narrow.matches);
  }
}

/** Shows an entry of the history, or without one the start. */
function render(entry) {
  again = null;
  pages.show(entry?.view ?? 'search');
  if (entry?.view) {
    document.title = `${pages.title(entry.view)} · ${title}`;
    open(entry.view);
    return;
  }
  lastSearch = entry;
  shownStart = '';
  error.hidden = !entry?.reason;
  views.hidden = !entry?.answer;
  label.hidden = !entry?.answer?.class;
  document.title = entry ? `${entry.query.name} · ${title}` : title;
  zone.show(entry?.answer ? preview(entry) : null, entry?.query.name);
  if (!entry) {
    showStart();
  } else if (entry.answer) {
    showAnswer(entry);
    if ((entry.version ?? 0) !== version && canRepeat(entry)) {
      search(entry.query, { replace: true }); // the classes have changed since
    }
  } else {
    showReason(entry);
  }
}

function showAnswer({ query, answer }) {
  document.getElementById('seen').src = answer.seen;
  document.getElementById('patches').src = answer.patches;
  if (answer.class) {
    showLabel(answer.class);
  }
  const note = answer.matches.length === 0
    ? answer.isComplete ? 'The folder has no other image that could be read.' : 'No other image is indexed yet.'
    : `Of ${answer.isComplete ? images(answer.searched) : `the ${images(answer.searched)} indexed so far`}, most similar first.`;
  results.show(['Like ', isolated(query.name)], [note], answer.matches, searchLike);
  if (!answer.isComplete && canRepeat({ query })) {
    again = () => search(query, { replace: true });
  }
  const [best] = answer.matches;
  const named = answer.class ? ['Class: ', ...results.label(answer.class), '. '] : [];
  say(...named, ...best ? [`${images(answer.matches.length)} found. Most similar: `, isolated(best.name), `, ${results.similarity(best)}.`] : ['Nothing found.']);
}

function showLabel({ name, candidates }) {
  const rows = candidates.map(({ className, probability }) => [isolated(className), results.percent(probability)]);
  label.querySelector('h3').replaceChildren('Class: ', name === null ? 'unknown' : isolated(name));
  label.querySelector('ol').replaceChildren(...rows.map(([words, share]) => element('li', 'row', element('span', '', words), share)));
}

/** Whether the app can be asked again: it keeps no image that was sent, and the page not beyond a reload. */
function canRepeat({ query }) {
  return Boolean(query.id) || uploads.has(query.upload);
}

function showReason({ query, reason }) {
  const { name, isNameless } = query;
  error.replaceChildren(isNameless ? `${name[0].toUpperCase()}${name.slice(1)}` : isolated(name), ` ${reason}.`);
  results.show(['No result for ', isolated(query.name)], ['Choose another image, or'], [], searchLike);
  results.offer('see images of the folder', () => enter(null));
  say();
}

/** Shows what to begin with, anew only where it changed. */
function showStart() {
  const words = start.words(state, examples);
  const now = JSON.stringify([state?.folder, state?.index.total, words, examples]);
  if (now !== shownStart) {
    shownStart = now;
    results.show(...words, examples, searchLike);
  }
}

function preview({ query, answer }) {
  return query.id ? api.thumbnail(query.id) : uploads.get(query.upload)?.address ?? answer?.seen ?? null;
}

function searchFiles(files) {
  const [file] = files;
  if (files.length > 1) {
    error.replaceChildren(`One image at a time: ${files.length} files were given.`);
    error.hidden = false;
    return;
  }
  const query = { name: file.name || 'the pasted image', isNameless: !file.name, upload: crypto.randomUUID() };
  if (file.size > (state?.maximumUploadBytes ?? Infinity)) {
    running?.abort();
    enter({ query, reason: `is too large; expected at most ${state.maximumUploadBytes / 1024 / 1024} MiB` });
    return;
  }
  uploads.set(query.upload, { file, address: URL.createObjectURL(file) });
  search(query);
}

function searchLike({ id, name }) {
  search({ id, name });
}

function setBusy(isBusy) {
  zone.setBusy(isBusy);
  results.setBusy(isBusy);
}

function say(...words) {
  live.replaceChildren(...words);
}

async function onState(now) {
  state = now;
  const { isComplete, indexed } = state.index;
  document.getElementById('limit').textContent = start.hint(state.maximumUploadBytes);
  if (isComplete && again !== null) {
    results.offer('The index is complete now: search again', again);
    again = null;
  }
  if (examples.length === 0 && indexed > 0 && (isComplete || indexed >= enoughExamples)) {
    await loadExamples();
  }
  if (history.state === null && running === null) {
    showStart();
  }
  if (history.state?.view) {
    open(history.state.view);
  }
}

async function loadExamples() {
  try {
    examples = await api.examples();
  } catch {
    examples = []; // They are no more than an offer: the next state asks again.
  }
}

/** Fills a view, when it comes into view and when the app's state is new. */
function open(view) {
  ({ duplicates, anomalies, classes })[view].open(state);
}

/** From search to search the link leads to the start; from another view, back to where the search was. */
function choosePage(view) {
  const isSearch = !history.state?.view;
  if (view === 'search') {
    enter(isSearch ? null : lastSearch);
  } else if (history.state?.view !== view) {
    running?.abort();
    enter({ view });
  }
}

/** The app answers again; it may have been started anew, over other images. */
async function onRecovery() {
  examples = [];
  [duplicates, anomalies, classes].forEach((each) => each.forget());
  await onState(state);
  if (retry !== null) {
    retry();
  } else if (running === null) {
    render(history.state);
    results.keepFocus();
  }
  say('The app answers again.');
}

window.addEventListener('popstate', (event) => {
  running?.abort();
  running = null;
  setBusy(false);
  retry = null;
  render(event.state);
  results.keepFocus();
});

const zone = dropzone('drop', searchFiles);
pages.onChoice(choosePage);
duplicates.onChoice(searchLike);
classes.onChange(() => {
  version++;
  loadExamples();
});
const asked = new URLSearchParams(location.search);
const linked = asked.get('like');
const view = pages.named(asked.get('view'));
if (history.state === null && view !== 'search') {
  enter({ view }, true);
} else if (history.state === null && linked) {
  search({ id: linked, name: 'the linked image', isNameless: true }, { replace: true });
} else {
  render(history.state);
}
watch(onState, onRecovery);
