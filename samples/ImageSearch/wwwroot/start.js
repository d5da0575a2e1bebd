// What the page shows before the first search.
import { images, isolated } from './elements.js';

const formats = 'JPEG, PNG, WebP, BMP, GIF or TIFF';

/** What the page says before a search: a title and a note. */
export function words(state, examples) {
  if (state === null) {
    return [['Images in the folder'], ['Waiting for the app …']];
  }
  const { index, folder } = state;
  if (examples.length > 0) {
    return [['Images in the folder'], ['Choose an image to find similar ones, or begin with one of these.']];
  }
  if (!index.isComplete) {
    return [['Images in the folder'], ['Images appear here when they are indexed.']];
  }
  if (index.fault !== null) {
    return [['The folder could not be indexed'], ['Fix the problem shown at the top, and start the app again.']];
  }
  if (index.total === 0) {
    return [
      ['The folder has no images'],
      [`Put ${formats} files into `, isolated(folder), ' and start the app again, or start it with another folder.'],
    ];
  }
  if (index.indexed === 0) {
    return [
      ['No image could be read'],
      [`${images(index.total)} in `, isolated(folder), ' could not be read: open the list at the top, replace the files, and start the app again.'],
    ];
  }
  return [['Images in the folder'], ['Choose an image to find similar ones.']];
}

export function hint(limitBytes) {
  return `${formats}, up to ${limitBytes / 1024 / 1024} MiB. It does not leave this machine.`;
}
