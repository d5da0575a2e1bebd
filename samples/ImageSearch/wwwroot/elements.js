export function element(kind, className, ...content) {
  const made = document.createElement(kind);
  made.className = className;
  made.append(...content);
  return made;
}

/** A name that someone else gave: its direction does not change that of the text around it. */
export const isolated = (name) => element('bdi', '', name);

export function button(className, act, ...content) {
  const made = element('button', className, ...content);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

export function images(count) {
  return count === 1 ? '1 image' : `${count.toLocaleString('en')} images`;
}
