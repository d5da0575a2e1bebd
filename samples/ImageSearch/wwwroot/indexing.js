// The line that says how far indexing is, the list of skipped files, and the note that the app does not answer.
import { status, unanswered } from './api.js';
import { element, images, isolated } from './elements.js';

const whileIndexing = 700;
const afterwards = 3000;
const whileLost = 1000;

const text = document.getElementById('index-text');
const bar = document.getElementById('index-bar');
const lost = document.getElementById('lost');
const skipped = document.getElementById('skipped');
const summary = skipped.querySelector('summary');

let listed = ''; // the list of unreadable files as it is shown

/** Shows how far the index is, and whether the app answers, for as long as the page is open. */
export async function watch(tell, recovered) {
  for (;;) {
    let state = null;
    try {
      state = await status();
    } catch {
      lost.hidden = false; // whatever it was, the next answer takes it away
    }
    if (state !== null) {
      show(state);
      tell(state);
      if (!lost.hidden) {
        lost.hidden = true;
        recovered();
      }
    }
    await pause(state === null ? whileLost : state.index.isComplete ? afterwards : whileIndexing);
  }
}

/** Ends early when there is reason to look again. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const end = new AbortController();
    const look = () => {
      end.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(look, milliseconds);
    if (lost.hidden) {
      window.addEventListener(unanswered, look, { signal: end.signal });
    }
    document.addEventListener('visibilitychange', look, { signal: end.signal });
  });
}

function show({ model, index }) {
  const { total, indexed, skippedCount, isComplete, fault } = index;
  const done = indexed + skippedCount;
  text.textContent = fault !== null ? `The index ended early: ${fault}`
    : total === null ? `Looking for images … · ${model}`
    : isComplete ? `${images(indexed)} · ${model}`
    : `Indexing ${done.toLocaleString('en')} of ${images(total)} · ${model}`;
  bar.hidden = isComplete;
  if (total !== null) {
    bar.max = total;
    bar.value = done;
  }
  list(index);
}

function list({ skippedCount, skipped: entries }) {
  const now = JSON.stringify([skippedCount, entries]);
  if (now === listed) {
    return; // a list that is read is not rebuilt under the reader's eyes
  }
  listed = now;
  skipped.hidden = skippedCount === 0;
  summary.textContent = `${images(skippedCount)} could not be read`;
  const items = entries.map(({ path, reason }) => element('li', '', element('strong', '', isolated(path)), ' ', reason));
  if (skippedCount > entries.length) {
    items.push(element('li', '', `… and ${(skippedCount - entries.length).toLocaleString('en')} more, which the app's log names.`));
  }
  skipped.querySelector('ul').replaceChildren(...items);
}

function close(event) {
  if (skipped.open) {
    skipped.open = false;
    event.preventDefault();
    summary.focus();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    close(event);
  }
});
document.addEventListener('click', (event) => {
  if (!skipped.contains(event.target)) {
    skipped.open = false;
  }
});
