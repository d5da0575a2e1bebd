const zone = document.getElementById('drop');
const input = document.getElementById('file');
const preview = document.getElementById('preview');

/** Calls back with each picture that is dropped, pasted or chosen. */
export function onPicture(take) {
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

  // Dropped anywhere: beside the zone the browser would leave the page for the picture.
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
}

function takeOne(files, take) {
  if (files.length > 0) {
    take(files[0], files.length);
  }
}

/** Shows the picture that is searched by; a blob's address is given back once it is replaced. */
export function show(address, name) {
  if (preview.src.startsWith('blob:') && preview.src !== address) {
    URL.revokeObjectURL(preview.src);
  }
  preview.hidden = address === null;
  zone.classList.toggle('filled', address !== null);
  if (address === null) {
    preview.removeAttribute('src');
  } else {
    preview.src = address;
    preview.alt = name;
  }
}

export function setBusy(isBusy) {
  zone.classList.toggle('busy', isBusy);
}
