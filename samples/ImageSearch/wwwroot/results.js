// The found images.
import { thumbnail } from './api.js';
import { button, element, isolated } from './elements.js';

const list = document.getElementById('results');
const heading = document.getElementById('found-heading');
const note = document.getElementById('note');

export function setBusy(isBusy) {
  list.classList.toggle('stale', isBusy);
  list.setAttribute('aria-busy', String(isBusy));
}

/** Shows images; each is a button that searches for similar ones. Title and note are lists of texts and elements. */
export function show(title, text, matches, choose) {
  heading.replaceChildren(...title);
  note.replaceChildren(...text);
  list.replaceChildren(...matches.map((match) => element('li', '', card(match, choose))));
}

/** Adds something to do behind the text. */
export function offer(text, act) {
  note.append(' ', button('', act, text));
}

/** Gives the heading the focus and brings it into view: on a phone by itself, beside the image with the whole page. */
export function focus(isNarrow) {
  heading.focus({ preventScroll: true });
  if (isNarrow) {
    heading.scrollIntoView();
  } else {
    window.scrollTo({ top: 0 });
  }
}

/** The focus goes to the heading if what had it is gone. */
export function keepFocus() {
  if (document.activeElement === null || document.activeElement === document.body) {
    heading.focus({ preventScroll: true });
  }
}

/** The class that an image is taken for, in words. */
export function label({ name, probability }) {
  return name === null ? ['unknown'] : [isolated(name), ' ', element('span', '', percent(probability))];
}

export function percent(share) {
  return `${(100 * share).toFixed(0)} %`;
}

export function similarity(match) {
  return match.similarity.toFixed(3);
}

/** A button that shows an image. */
export function card(match, choose) {
  const image = element('img', '');
  image.src = thumbnail(match.id);
  image.loading = 'lazy';
  image.alt = match.name;

  const name = element('span', 'name', isolated(match.name));
  if (match.folder !== '') {
    name.append(element('span', 'folder', isolated(match.folder)));
  }
  const caption = element('span', 'caption', name);
  if (match.class) {
    name.append(element('span', 'class-name', ...label(match.class)));
  }
  if (match.similarity !== null) {
    caption.append(element('span', 'unseen', 'similarity'), element('span', 'similarity', similarity(match)));
  }
  const made = button('match', () => choose(match), image, caption, element('span', 'unseen', ' – find more like this'));
  made.title = match.folder === '' ? match.name : `\u2068${match.folder}\u2069/\u2068${match.name}\u2069`;
  return made;
}
