import * as api from './api.js';
import * as dropzone from './dropzone.js';
import * as results from './results.js';
import { pictures, watch } from './indexing.js';

const live = document.getElementById('live');
const error = document.getElementById('error');
const views = document.getElementById('views');

let limitBytes = Infinity;
let running = null; // the search in progress
let again = null; // searches anew what was searched in an index that was not complete

async function search(name, address, request) {
  running?.abort();
  const mine = running = new AbortController();
  again = null;
  error.hidden = true;
  dropzone.show(address, name);
  setBusy(true);
  live.textContent = `Searching for pictures like ${name}.`;
  try {
    const answer = await request(mine.signal);
    show(name, answer);
    if (!answer.isComplete) {
      again = () => search(name, address, request);
    }
    return true;
  } catch (problem) {
    if (problem.name !== 'AbortError') {
      views.hidden = true;
      dropzone.show(null); // what is no picture has no preview
      fail(problem);
    }
    return false;
  } finally {
    if (running === mine) {
      setBusy(false);
    }
  }
}

function show(name, answer) {
  document.getElementById('seen').src = answer.seen;
  document.getElementById('patches').src = answer.patches;
  views.hidden = false;
  const searched = answer.isComplete ? `Of ${pictures(answer.searched)}, most alike first.` : `Of the ${pictures(answer.searched)} indexed so far, most alike first.`;
  results.show(`Like ${name}`, answer.matches.length === 0 ? 'There is no other picture yet.' : searched, answer.matches, searchLike);
  const [best] = answer.matches;
  live.textContent = best ? `${pictures(answer.matches.length)} found. Most alike: ${best.name}, ${results.similarity(best)}.` : 'Nothing found.';
}

function searchFile(file, count) {
  const name = file.name || 'the pasted picture';
  if (count > 1) {
    return fail(new api.Problem('One picture at a time', `${count} files were given; give one.`));
  }
  if (file.size > limitBytes) {
    const mebibytes = limitBytes / 1024 / 1024;
    return fail(new api.Problem('The picture is too large', `${name} has ${(file.size / 1024 / 1024).toFixed(1)} MiB; at most ${mebibytes} MiB are taken.`));
  }
  return search(name, URL.createObjectURL(file), (signal) => api.searchByPicture(file, signal));
}

async function searchLike(match) {
  // What had the focus is about to go: the heading of what comes instead takes it.
  if (await search(match.name, api.thumbnail(match), (signal) => api.searchByMatch(match, signal))) {
    results.focus();
    window.scrollTo({ top: 0 });
  }
}

function fail(problem) {
  const title = document.createElement('strong');
  title.textContent = problem.title ?? 'That did not work';
  error.replaceChildren(title, problem.message);
  error.hidden = false;
  live.textContent = '';
}

function setBusy(isBusy) {
  dropzone.setBusy(isBusy);
  results.setBusy(isBusy);
}

let hasExamples = false;
async function onState(state) {
  limitBytes = state.maximumUploadBytes;
  document.getElementById('limit').textContent =
    `JPEG, PNG, WebP, BMP or GIF, up to ${limitBytes / 1024 / 1024} MiB. It does not leave this machine.`;
  if (state.index.isComplete && again !== null) {
    results.offer('The index is complete now: search again', again);
    again = null;
  }
  if (running === null && !hasExamples && state.index.indexed > 0 && (state.index.isComplete || state.index.indexed >= 12)) {
    hasExamples = true;
    try {
      const found = await api.examples();
      if (running === null) {
        results.show('Some of the pictures', 'Drop a picture to find its like, or begin with one of these.', found, searchLike);
      }
    } catch {
      hasExamples = false; // They are no more than an offer: the next state asks again.
    }
  }
}

dropzone.onPicture(searchFile);
watch(onState);
