// Decodes images by the browser's own means, which C# cannot call itself, and keeps dropped files from leaving the page.

const previewPixels = 320;

/**
 * The pixels of a file, four bytes each, and the address of a small preview; or the fault, as a sentence for people. An image of more pixels than
 * `mostPixels` is reduced first.
 */
export async function decode(file, mediaType, mostPixels) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([file], { type: mediaType }));
  } catch {
    return { fault: 'This browser cannot decode it. Give a JPEG, PNG or WebP file.' };
  }

  try {
    const scale = Math.min(1, Math.sqrt(mostPixels / (bitmap.width * bitmap.height)));
    const { canvas, context } = draw(bitmap, scale);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    const small = draw(bitmap, Math.min(1, previewPixels / Math.min(bitmap.width, bitmap.height))).canvas;
    const preview = URL.createObjectURL(await small.convertToBlob({ type: 'image/webp' }));
    return { width, height, pixels: new Uint8Array(data.buffer), preview };
  } finally {
    bitmap.close();
  }
}

/** Frees a preview. The browser keeps what its address names until then. */
export function release(preview) {
  URL.revokeObjectURL(preview);
}

function draw(bitmap, scale) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

// Beside the field, or while it is busy, the browser would leave the page for the file.
for (const type of ['dragover', 'drop']) {
  document.addEventListener(type, (event) => {
    if (!event.target.matches?.('input[type=file]:enabled')) {
      event.preventDefault();
    }
  });
}
