// The field that an image is dropped on, pasted into or chosen with.
const zone = document.getElementById('drop');
const input = document.getElementById('file');
const preview = document.getElementById('preview');
const invitation = document.getElementById('invitation');
const ways = document.getElementById('ways');
const touch = matchMedia('(pointer: coarse)');

/** Calls back with each image that is dropped, pasted or chosen. */
export function onImage(take) {
  input.addEventListener('change', () => {
    takeOne(input.files, take);
    input.value = ''; // the same file can be chosen again
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      input.click();
    }
  });

  // Dropped anywhere: beside the zone the browser would leave the page for the image.
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) {
      zone.classList.remove('over');
    }
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    takeOne(event.dataTransfer.files, take);
  });
  document.addEventListener('paste', (event) => takeOne(event.clipboardData.files, take));
  touch.addEventListener('change', invite);
  invite();
}

function takeOne(files, take) {
  if (files.length > 0) {
    take(files[0], files.length);
  }
}

/** Says what can be done here: fingers do not drop files. */
function invite() {
  const another = zone.classList.contains('filled') ? 'another' : 'an';
  invitation.textContent = `Choose ${another} image`;
  ways.textContent = touch.matches ? '' : 'or drop or paste it here';
}

/** Shows the image that is searched by, or none. */
export function show(address, name = '') {
  preview.hidden = address === null;
  zone.classList.toggle('filled', address !== null);
  if (address === null) {
    preview.removeAttribute('src');
  } else {
    preview.src = address;
  }
  preview.alt = name;
  invite();
}

export function setBusy(isBusy) {
  zone.classList.toggle('busy', isBusy);
}
