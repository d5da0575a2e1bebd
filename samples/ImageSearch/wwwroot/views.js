// The views of the page, of which one is shown, and the links between them.
const links = [...document.querySelectorAll('#views-bar a')];

/** The name of a view, or that of the search if there is none of this name. */
export function named(name) {
  return links.some((link) => link.dataset.view === name) ? name : 'search';
}

/** What a view is called on the page. */
export function title(name) {
  return links.find((link) => link.dataset.view === name).textContent;
}

export function show(name) {
  for (const link of links) {
    const { view } = link.dataset;
    document.getElementById(`view-${view}`).hidden = view !== name;
    if (view === name) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

/** Calls back with the view that a link leads to. With a key that asks for a new tab, the link does what links do. */
export function onChoice(choose) {
  for (const link of links) {
    link.addEventListener('click', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        choose(link.dataset.view);
      }
    });
  }
}
