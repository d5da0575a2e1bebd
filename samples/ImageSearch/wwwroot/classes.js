// The view of classes: a class is shown by a few images, and can be renamed and removed.
import * as api from './api.js';
import { dropzone } from './dropzone.js';
import { button, element, images, isolated } from './elements.js';
import { working } from './working.js';

const name = document.getElementById('class-name');
const names = document.getElementById('class-names');
const hint = document.getElementById('class-hint');
const error = document.getElementById('class-error');
const note = document.getElementById('classes-note');
const list = document.getElementById('classes');
const place = document.getElementById('classes-file');
const live = document.getElementById('live');

let changed = () => {};
let limitBytes = Infinity;
let known = null; // the list as the app sent it last
let running = null;
const bar = working('adding', () => running?.abort());
const zone = dropzone('class-drop', add, { first: 'Choose images of it', it: 'them' });

/** Calls back when the classes have changed. */
export function onChange(act) {
  changed = act;
}

export async function open(state) {
  limitBytes = state?.maximumUploadBytes ?? limitBytes;
  if (known !== null) {
    return; // a name that is being changed stays
  }
  await attempt(async () => show(await api.classes()));
}

/** The app was started again, maybe with other classes. */
export function forget() {
  known = null;
}

async function add(files) {
  error.hidden = true;
  const className = name.value.trim();
  if (className === '') {
    refuse('Name the class first; then choose images of it.');
    name.focus();
  } else if (files.length > (known?.maximumImages ?? Infinity)) {
    refuse(`A class has at most ${known.maximumImages} images: ${files.length} were given.`);
  } else if (running !== null) {
    refuse('Images are being added; wait until they are, or cancel it.');
  } else {
    await addAll(className, files);
  }
}

/** One after the other: what is added stays, whatever becomes of the others. */
async function addAll(className, files) {
  const mine = running = new AbortController();
  const failures = [];
  let added = 0;
  bar.begin();
  zone.setBusy(true);
  try {
    for (const [i, file] of files.entries()) {
      bar.set(i, files.length);
      live.textContent = `Adding image ${i + 1} of ${files.length}.`;
      try {
        show(await send(className, file, mine.signal));
        added++;
      } catch (problem) {
        if (problem.name === 'AbortError') {
          failures.push(['Canceled.']);
          break;
        }
        failures.push(problem.isAboutImage ? [isolated(file.name || 'The pasted image'), ` ${problem.reason}.`] : [problem.text]);
        if (!problem.isAboutImage) {
          break; // the next one would meet the same
        }
      }
    }
  } finally {
    running = null;
    bar.end();
    zone.setBusy(false);
  }
  if (failures.length > 0) {
    const total = ` ${images(added)} of ${files.length} ${added === 1 ? 'was' : 'were'} added.`;
    refuse(...failures.flatMap((words, i) => [i > 0 ? ' ' : '', ...words]), total);
  } else {
    name.value = '';
  }
  live.replaceChildren(`${images(added)} added to `, isolated(className), '.');
  if (added > 0) {
    changed();
  }
}

async function send(className, file, signal) {
  if (file.size > limitBytes) {
    throw new api.Problem(`is too large; expected at most ${limitBytes / 1024 / 1024} MiB`, { isAboutImage: true });
  }
  return api.addToClass(className, file, signal);
}

function show(classes) {
  known = classes;
  const { classes: all, unknownRate, file, isKept, maximumImages, maximumNameLength, fault } = classes;
  name.maxLength = maximumNameLength;
  names.replaceChildren(...all.map((each) => new Option(each.name)));
  hint.textContent = `Three images are a start, five to ten are good, ${maximumImages} are the most. `
    + 'An image belongs to one class: shown for another, it moves. The images are not kept, only their vectors.';
  note.textContent = all.length === 0
    ? 'There are no classes. Name one, and choose a few images of it: from then on, the search shows the class of each image.'
    : `The search shows the class of each image, or that it is unknown. ${unknownRate > 0
      ? `Of images of known classes, up to ${(100 * unknownRate).toFixed(0)} % are called unknown; the more images, the fewer.`
      : 'None is called unknown until a class has two images.'}`;
  list.replaceChildren(...all.map(item));
  place.replaceChildren(isKept ? 'Saved in ' : 'Kept until the app ends, with its drawn images, in ', isolated(file), '.');
  place.hidden = all.length === 0;
  if (fault !== null) {
    refuse(fault);
  }
}

function item(each) {
  const made = element('li', 'class');
  const words = element('span', 'name', isolated(each.name), element('span', 'hint', images(each.images)));
  const rename = button('act', () => edit(made, each), 'Rename', element('span', 'unseen', ` ${each.name}`));
  const remove = button('act', () => confirmRemoval(made, each), 'Remove', element('span', 'unseen', ` ${each.name}`));
  made.append(words, rename, remove);
  return made;
}

function edit(row, each) {
  const field = element('input', '');
  field.value = each.name;
  field.maxLength = known.maximumNameLength;
  field.setAttribute('aria-label', `New name of ${each.name}`);
  const save = element('button', 'act main', 'Save');
  const form = element('form', '', field, save, button('act', () => leave(row, each), 'Cancel'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    change(() => api.renameClass(each.name, field.value), `Renamed to ${field.value.trim()}.`);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      leave(row, each);
    }
  });
  row.replaceChildren(form);
  field.select();
}

function confirmRemoval(row, each) {
  const words = element('span', 'name', 'Remove ', isolated(each.name), ` and its ${images(each.images)}?`);
  const yes = button('act danger', () => change(() => api.removeClass(each.name), `Removed ${each.name}.`), 'Remove');
  const no = button('act', () => leave(row, each), 'Keep');
  row.replaceChildren(words, yes, no);
  no.focus();
}

/** Shows the row as it was, with the focus where it came from. */
function leave(row, each) {
  const anew = item(each);
  row.replaceWith(anew);
  anew.querySelector('button').focus();
}

async function change(act, words) {
  await attempt(async () => {
    show(await act());
    document.getElementById('classes-heading').focus({ preventScroll: true });
    live.textContent = words;
    changed();
  });
}

async function attempt(act) {
  error.hidden = true;
  try {
    await act();
  } catch (problem) {
    refuse(problem.text ?? `The page met an error: ${problem.message}`);
  }
}

function refuse(...words) {
  error.replaceChildren(...words);
  error.hidden = false;
  error.scrollIntoView({ block: 'nearest' });
}
