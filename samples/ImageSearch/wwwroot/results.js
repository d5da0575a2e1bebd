import { thumbnail } from './api.js';

const list = document.getElementById('results');
const heading = document.getElementById('found-heading');
const note = document.getElementById('note');

export function setBusy(isBusy) {
  list.classList.toggle('stale', isBusy);
  list.setAttribute('aria-busy', String(isBusy));
}

/** Shows pictures; each is a button that searches for its like. */
export function show(title, text, matches, choose) {
  heading.textContent = title;
  note.textContent = text;
  list.replaceChildren(...matches.map((match) => item(match, choose)));
}

/** Adds something to do behind the text. */
export function offer(text, act) {
  const button = element('button', '', text);
  button.type = 'button';
  button.addEventListener('click', act);
  note.append(' ', button);
}

export function focus() {
  heading.focus();
}

export function similarity(match) {
  return match.similarity.toFixed(3);
}

function item(match, choose) {
  const button = element('button', 'match');
  button.type = 'button';
  button.title = match.folder === '' ? match.name : `${match.folder}/${match.name}`;
  button.addEventListener('click', () => choose(match));

  const image = element('img', '');
  image.src = thumbnail(match);
  image.loading = 'lazy';
  image.alt = match.name;

  const caption = element('span', 'caption');
  const name = element('span', 'name', match.name);
  if (match.folder !== '') {
    name.append(element('span', 'folder', match.folder));
  }
  caption.append(name);
  if (match.similarity !== null) {
    caption.append(element('span', 'unseen', 'similarity'), element('span', 'similarity', similarity(match)));
  }
  button.append(image, caption, element('span', 'unseen', ' – find more like this'));

  const entry = document.createElement('li');
  entry.append(button);
  return entry;
}

function element(kind, className, text = '') {
  const made = document.createElement(kind);
  made.className = className;
  made.textContent = text;
  return made;
}
