// The view of anomalies: learns from images of the folder what is normal, and shows where another image deviates.
import * as api from './api.js';
import { dropzone } from './dropzone.js';
import { element, images, isolated } from './elements.js';
import { working } from './working.js';

const whileLearning = 300;
const stages = {
  Loading: () => 'Loading the model …',
  Reading: (done, total) => done < total ? `Reading image ${done} of ${total} …` : 'Comparing the images …',
  Calibrating: (done, total) => `Finding the threshold: image ${done} of ${total} …`,
  Selecting: (done, total) => `Selecting patches: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} at most …`,
};

const folder = document.getElementById('normal-folder');
const learn = document.getElementById('start-learning');
const learned = document.getElementById('learned');
const hint = document.getElementById('normal-hint');
const error = document.getElementById('anomaly-error');
const heading = document.getElementById('verdict-heading');
const note = document.getElementById('verdict-note');
const verdict = document.getElementById('verdict');

let limitBytes = Infinity;
let listed = null; // how many images were indexed when the folders were listed
let status = null;
let watching = false;
let running = null;
const bar = working('learning', () => api.cancelLearning().catch(() => {}));
const zone = dropzone('check-drop', check);

export async function open(state) {
  limitBytes = state?.maximumUploadBytes ?? limitBytes;
  if (!state?.index.isComplete) {
    learn.disabled = true;
    learned.textContent = 'Learning can begin when the index is complete.';
  } else if (listed !== state.index.indexed) {
    listed = state.index.indexed;
    await list();
    await watch();
  }
}

/** The app was started again: nothing is learned, and the images may be others. */
export function forget() {
  listed = status = null;
}

async function list() {
  try {
    const { folders, maximumImages } = await api.normalFolders();
    folder.replaceChildren(...folders.map(({ path, images: count }) => {
      const made = element('option', '', `${path === '' ? 'The whole folder' : path} (${images(Math.min(count, maximumImages))})`);
      made.value = path;
      return made;
    }));
    hint.textContent = `The images that you choose count as normal: make sure that they are. At most ${maximumImages} are learned, evenly spaced. `
      + 'It works best for one kind of thing, seen by a fixed camera. What is learned is kept until the app ends.';
    if (folders.length === 0) {
      error.textContent = 'There is no folder with at least 2 images to learn from: put more images there, and start the app again.';
      error.hidden = false;
    }
  } catch (problem) {
    listed = null;
    fail(problem);
  }
}

/** Shows how far learning is until it ends. */
async function watch() {
  if (watching) {
    return;
  }
  watching = true;
  try {
    do {
      status = await api.anomalies();
      show();
      if (status.learning) {
        await new Promise((resolve) => { setTimeout(resolve, whileLearning); });
      }
    } while (status?.learning);
  } catch (problem) {
    bar.end();
    learn.disabled = false;
    fail(problem);
  } finally {
    watching = false;
  }
}

function show() {
  const { learning, learned: known, fault } = status;
  learn.disabled = learning !== null || folder.options.length === 0;
  folder.disabled = learning !== null;
  if (learning !== null) {
    bar.begin(0);
    bar.set(learning.completed, learning.completed < learning.total ? learning.total : 0);
    learned.textContent = stages[learning.stage](learning.completed, learning.total);
    return;
  }
  bar.end();
  if (known === null) {
    learned.textContent = 'Nothing is learned yet.';
    note.textContent = 'Learn first what is normal; then choose an image to check.';
  } else {
    const place = known.folder === '' ? ['the whole folder'] : [isolated(known.folder)];
    const rest = known.unreadable > 0 ? ` ${images(known.unreadable)} could not be read.` : '';
    learned.replaceChildren(
      `Learned ${images(known.images)} of `, ...place, `. Threshold ${known.threshold.toFixed(3)}: of such images, `
      + `at most ${(100 * known.falseAlarmRate).toLocaleString('en', { maximumFractionDigits: 1 })} % are above it.${rest}`);
    if (verdict.hidden) {
      note.textContent = 'Choose an image to check.';
    }
  }
  if (fault !== null) {
    error.textContent = fault;
    error.hidden = false;
  }
}

async function check(files) {
  error.hidden = true;
  const [file] = files;
  const name = file.name || 'the pasted image';
  if (files.length > 1) {
    refuse(`One image at a time: ${files.length} files were given.`);
  } else if (status?.learned == null) {
    refuse('Learn first what is normal; then choose an image to check.');
  } else if (file.size > limitBytes) {
    refuse(isolated(name), ` is too large; expected at most ${limitBytes / 1024 / 1024} MiB.`);
  } else {
    await score(file, name);
  }
}

async function score(file, name) {
  running?.abort();
  const mine = running = new AbortController();
  const address = URL.createObjectURL(file);
  zone.show(address, name);
  zone.setBusy(true);
  try {
    tell(name, await api.score(file, mine.signal));
  } catch (problem) {
    if (problem.name !== 'AbortError') {
      zone.show(null);
      verdict.hidden = true;
      heading.replaceChildren('No result for ', isolated(name));
      note.textContent = 'Choose another image.';
      refuse(...problem.isAboutImage ? [isolated(name), ` ${problem.reason}.`] : [problem.text]);
    }
  } finally {
    if (running === mine) {
      running = null;
      zone.setBusy(false);
    }
    // The preview is loaded by now, or gone.
    URL.revokeObjectURL(address);
  }
}

function tell(name, { score: found, threshold, isAnomalous, image, overlay }) {
  heading.replaceChildren(isolated(name), isAnomalous ? ' is unusual' : ' looks normal');
  note.textContent = `Score ${found.toFixed(3)}, ${isAnomalous ? 'above' : 'not above'} the threshold of ${threshold.toFixed(3)}.`;
  const scale = document.getElementById('scale');
  scale.classList.toggle('above', isAnomalous);
  scale.style.setProperty('--score', `${Math.min(100, (50 * found) / threshold)}%`);
  document.getElementById('deviation').src = overlay;
  document.getElementById('checked').src = image;
  verdict.hidden = false;
  if (matchMedia('(max-width: 52rem)').matches) {
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  }
}

function fail(problem) {
  refuse(problem.text ?? `The page met an error: ${problem.message}`);
}

function refuse(...words) {
  error.replaceChildren(...words);
  error.hidden = false;
  error.scrollIntoView({ block: 'nearest' });
}

document.getElementById('learn').addEventListener('submit', async (event) => {
  event.preventDefault();
  error.hidden = true;
  learn.disabled = true;
  try {
    await api.learnNormal(folder.value);
  } catch (problem) {
    learn.disabled = false;
    fail(problem);
    return;
  }
  await watch();
});
