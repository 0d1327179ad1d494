import type { Locator, Page } from 'playwright-core';

/** A side of an element. */
export type Side = 'top' | 'right' | 'bottom' | 'left';

/** Pixels at each end of a side that a rounded corner takes. */
const CORNER = 13;

/**
 * The sides on which the focus ring of an element is not drawn from end to end. The ring lies within the element, 2 pixels wide, and
 * has one colour, with which its place is not filled without the focus. The element has the focus of the keyboard when this is called, and
 * has none afterwards.
 */
export async function brokenRingSides(page: Page, element: Locator): Promise<readonly Side[]> {
  const focused = await colours(page, element);
  await element.blur();
  const plain = await colours(page, element);
  return (Object.keys(focused) as Side[]).filter(
    (side) => focused[side].length !== 1 || focused[side].join() === plain[side].join(),
  );
}

/** The colours along the second line of pixels from each edge, as "r,g,b". */
async function colours(page: Page, element: Locator): Promise<Record<Side, readonly string[]>> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('The element is not shown');
  // As the browser snaps edges to pixels.
  const [x, y] = [Math.round(box.x), Math.round(box.y)];
  const clip = { x, y, width: Math.round(box.x + box.width) - x, height: Math.round(box.y + box.height) - y };
  const png = (await page.screenshot({ clip })).toString('base64');
  return page.evaluate(
    async ({ data, corner }) => {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('There is no canvas');
      context.drawImage(image, 0, 0);
      const along = (x: number, y: number, width: number, height: number): string[] => {
        const { data: values } = context.getImageData(x, y, width, height);
        const found = new Set<string>();
        for (let at = 0; at < values.length; at += 4) found.add(values.slice(at, at + 3).join());
        return [...found];
      };
      const { width, height } = image;
      return {
        top: along(corner, 1, width - 2 * corner, 1),
        right: along(width - 2, corner, 1, height - 2 * corner),
        bottom: along(corner, height - 2, width - 2 * corner, 1),
        left: along(1, corner, 1, height - 2 * corner),
      };
    },
    { data: png, corner: CORNER },
  );
}
