import type { QrShape } from '../model/qr-shape.ts';

/** Pixels of a module in a picture: sharp on paper and on dense screens. */
const MODULE_PX = 10;

/** Draws a QR code as PNG; null where the window cannot draw pictures. */
export async function qrPicture({ size, path }: QrShape): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * MODULE_PX;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(MODULE_PX, MODULE_PX);
  context.fillStyle = '#000';
  context.fill(new Path2D(path));
  return await new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}

/** Copies a picture to the clipboard; resolves to whether it succeeded. */
export async function copyPicture(picture: Blob): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    return true;
  } catch {
    // The API is absent outside secure contexts: a page of another machine.
    return false;
  }
}
