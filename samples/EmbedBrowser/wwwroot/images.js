// Decodes images by the browser's own means, which C# cannot call itself.

/** The pixels of a file, four bytes each, and an address to show it at; or the fault, as a sentence for people. */
export async function decode(file, mediaType, mostPixels) {
  const blob = new Blob([file], { type: mediaType });
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none' });
  } catch {
    return { fault: 'This browser cannot decode it. Give a JPEG, PNG or WebP file.' };
  }

  const { width, height } = bitmap;
  if (width * height > mostPixels) {
    bitmap.close();
    return { fault: `It has ${Math.round(width * height / 1e6)} million pixels; this page takes at most ${mostPixels / 1e6} million.` };
  }

  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, pixels: new Uint8Array(data.buffer), preview: URL.createObjectURL(blob) };
}
