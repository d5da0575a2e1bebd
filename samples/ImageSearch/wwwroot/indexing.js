import { status } from './api.js';

const between = 700;
const text = document.getElementById('index-text');
const bar = document.getElementById('index-bar');
const skipped = document.getElementById('skipped');

/** Shows how far the index is until it is complete; calls back with each state. */
export async function watch(tell) {
  for (;;) {
    let state;
    try {
      state = await status();
    } catch {
      text.textContent = 'The app does not answer.';
    }
    if (state) {
      show(state);
      tell(state);
      if (state.index.isComplete) {
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, between));
  }
}

function show({ model, index }) {
  const { total, indexed, skippedCount, isComplete, fault } = index;
  const done = indexed + skippedCount;
  text.textContent = fault !== null ? `The index ended early: ${fault}`
    : total === null ? `Looking for pictures … · ${model}`
    : isComplete ? `${pictures(indexed)} · ${model}`
    : `Indexing ${done.toLocaleString('en')} of ${pictures(total)} · ${model}`;
  bar.hidden = isComplete;
  if (total !== null) {
    bar.max = total;
    bar.value = done;
  }
  skipped.hidden = skippedCount === 0;
  skipped.querySelector('summary').textContent = `${pictures(skippedCount)} could not be read`;
  const entries = skipped.querySelector('ul');
  for (const { path, reason } of index.skipped.slice(entries.childElementCount)) {
    const entry = document.createElement('li');
    const name = document.createElement('strong');
    name.textContent = path;
    entry.append(name, reason);
    entries.append(entry);
  }
}

export function pictures(count) {
  return count === 1 ? '1 picture' : `${count.toLocaleString('en')} pictures`;
}
