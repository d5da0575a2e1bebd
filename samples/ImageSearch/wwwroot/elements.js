// Makes elements of the page, and words for counts.
export function element(kind, className, ...content) {
  const made = document.createElement(kind);
  made.className = className;
  made.append(...content);
  return made;
}

/** A name that someone else gave: it does not turn the text around it, and its extension stays at its end. */
export function isolated(name) {
  const made = element('bdi', '', name);
  made.dir = 'ltr';
  return made;
}

export function button(className, act, ...content) {
  const made = element('button', className, ...content);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

export function images(count) {
  return count === 1 ? '1 image' : `${count.toLocaleString('en')} images`;
}
