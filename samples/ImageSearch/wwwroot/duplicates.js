// The view of near duplicates: how alike images must be, and the groups of those that are.
import * as api from './api.js';
import { button, element, images } from './elements.js';
import { card } from './results.js';
import { working } from './working.js';

const slider = document.getElementById('threshold');
const value = document.getElementById('threshold-value');
const hint = document.getElementById('threshold-hint');
const heading = document.getElementById('groups-heading');
const note = document.getElementById('groups-note');
const error = document.getElementById('groups-error');
const list = document.getElementById('groups');

let choose = () => {};
let threshold = null; // that of the model, until another one is set
let running = null;
let asked = null; // how many images were indexed when groups were last looked for
const bar = working('comparing', () => running?.abort());

/** Calls back with an image that is chosen. */
export function onChoice(act) {
  choose = act;
}

/** Finds the groups the first time, and again when the index is complete. */
export function open(state) {
  if (state !== null && running === null && (asked === null || (state.index.isComplete && state.index.indexed !== asked))) {
    asked = state.index.indexed;
    find();
  }
}

/** The app was started again, maybe over other images. */
export function forget() {
  asked = null;
}

async function find() {
  running?.abort();
  const mine = running = new AbortController();
  error.hidden = true;
  note.replaceChildren('Comparing images …');
  list.classList.add('stale');
  bar.begin();
  try {
    show(await api.duplicates(threshold, mine.signal));
  } catch (problem) {
    if (running !== mine) {
      return; // another threshold was set meanwhile
    }
    note.replaceChildren(problem.name === 'AbortError' ? 'Canceled.' : '', ' ', button('', find, 'Compare again'));
    if (problem.name !== 'AbortError') {
      error.textContent = problem.text;
      error.hidden = false;
    }
  } finally {
    if (running === mine) {
      running = null;
      list.classList.remove('stale');
      bar.end();
    }
  }
}

function show(answer) {
  if (threshold === null) {
    slider.value = threshold = answer.threshold;
    say();
  }
  hint.textContent = `The cosine of two images’ vectors, at most 1. ${answer.defaultThreshold} ${answer.isMeasured
    ? 'finds copies that are compressed again or enlarged, with few false groups'
    : 'is a start: nothing is measured for this model'}; less finds more, and more that is merely alike. Nothing is deleted.`;
  const { groupCount, groups, imageCount, compared, isComplete } = answer;
  heading.textContent = groupCount === 0 ? 'No near duplicates' : `Near duplicates: ${count(groupCount)}`;
  const among = isComplete ? images(compared) : `the ${images(compared)} indexed so far`;
  const cut = groups.length < groupCount ? `; the ${groups.length} largest groups are shown` : '';
  note.replaceChildren(groupCount === 0
    ? `Among ${among}, no two are so alike. A lower similarity finds more.`
    : `${images(imageCount)} of ${among} have near duplicates${cut}.`);
  if (!isComplete) {
    note.append(' ', button('', find, 'Compare again'));
  }
  list.replaceChildren(...groups.map(group));
}

function group({ representative, meanSimilarity, count: size, members }) {
  const title = element('h3', '', `${images(size)}, mean similarity ${meanSimilarity.toFixed(3)}`);
  const first = card(representative, choose);
  first.append(element('span', 'tag', 'Representative'));
  const cards = [first, ...members.map((member) => {
    const made = card(member, choose);
    if (member.similarity < threshold - 1e-6) {
      made.append(element('span', 'tag', 'Linked by another'));
    }
    return made;
  })];
  const found = element('ol', 'cards', ...cards.map((each) => element('li', '', each)));
  const hidden = size - 1 - members.length;
  const rest = hidden > 0 ? [element('p', 'hint', `… and ${images(hidden)} more.`)] : [];
  return element('li', 'group', title, found, ...rest);
}

function count(groups) {
  return groups === 1 ? '1 group' : `${groups.toLocaleString('en')} groups`;
}

function say() {
  value.textContent = Number(slider.value).toFixed(3);
}

slider.addEventListener('input', say);
slider.addEventListener('change', () => {
  threshold = Number(slider.value);
  find();
});
