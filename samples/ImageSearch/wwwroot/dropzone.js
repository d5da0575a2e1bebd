// The fields that images are dropped on, pasted into or chosen with, one in a view.
const touch = matchMedia('(pointer: coarse)');
const zones = [];

/**
 * Makes a field of the page take images: calls back with the files, and how many there are. Without its own words it invites to choose one image.
 */
export function dropzone(id, take, { first = 'Choose an image', next = 'Choose another image', it = 'it' } = {}) {
  const root = document.getElementById(id);
  const input = root.querySelector('input');
  const preview = root.querySelector('.preview');
  const [invitation, ways] = root.querySelectorAll('.invitation strong, .invitation span');

  const zone = {
    root,
    take: (files) => files.length > 0 && take([...files]),

    /** Says what can be done here: fingers do not drop files. */
    invite() {
      invitation.textContent = root.classList.contains('filled') ? next : first;
      ways.textContent = touch.matches ? '' : `or drop or paste ${it} here`;
    },

    /** Shows the image that was given, or none. */
    show(address, name = '') {
      preview.hidden = address === null;
      root.classList.toggle('filled', address !== null);
      if (address === null) {
        preview.removeAttribute('src');
      } else {
        preview.src = address;
      }
      preview.alt = name;
      zone.invite();
    },

    setBusy: (isBusy) => root.classList.toggle('busy', isBusy),
  };

  input.addEventListener('change', () => {
    zone.take(input.files);
    input.value = ''; // the same file can be chosen again
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      input.click();
    }
  });
  touch.addEventListener('change', zone.invite);
  zone.invite();
  zones.push(zone);
  return zone;
}

/** The field in view; in a view without one, the first. */
function current() {
  return zones.find(({ root }) => root.closest('[hidden]') === null) ?? zones[0];
}

// Dropped anywhere: beside the field the browser would leave the page for the image.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  current().root.classList.add('over');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) {
    current().root.classList.remove('over');
  }
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  current().root.classList.remove('over');
  current().take(event.dataTransfer.files);
});
document.addEventListener('paste', (event) => current().take(event.clipboardData.files));
