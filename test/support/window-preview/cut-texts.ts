import type { Page } from 'playwright-core';

/**
 * Texts that reach beyond an element that hides its overflow, where no ellipsis marks that: the user does not see that there
 * is more. An ellipsis marks text only in the block that has it, not in the items of a flex or grid container.
 */
export const cutTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    /** Pixels by which the glyphs of a text may reach beyond its box. */
    const OVERHANG = 1;
    const cuts = ({ overflowX }: CSSStyleDeclaration): boolean => /hidden|clip/.test(overflowX);
    const scrolls = ({ overflowX }: CSSStyleDeclaration): boolean => /auto|scroll/.test(overflowX);
    const isBlock = ({ display }: CSSStyleDeclaration): boolean => !/flex|grid/.test(display);

    const isAfterText = ({ previousSibling: before }: ChildNode): boolean =>
      before !== null && (before.textContent?.trim() !== '' || isAfterText(before));

    /** Whether the element that cuts the text hides that there is more. */
    const isCut = (text: Node): boolean => {
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      let isOfBlock = true;
      for (let element = text.parentElement; element !== null; element = element.parentElement) {
        const style = getComputedStyle(element);
        if (/^(inline|contents)$/.test(style.display)) continue;
        const box = element.getBoundingClientRect();
        // What has no room beside another text is hidden as a whole.
        if (cuts(style) && (top >= box.bottom || bottom <= box.top)) return false;
        const start = box.left + element.clientLeft;
        const isBeyond = right > start + element.clientWidth + OVERHANG || left < start - OVERHANG;
        if (scrolls(style)) return false;
        if (cuts(style) && isBeyond) {
          const isMarked = isOfBlock && isBlock(style) && style.textOverflow === 'ellipsis';
          // What only a screen reader is to read has a box of one pixel.
          return !isMarked && element.clientWidth > 1;
        }
        // An ellipsis replaces a box in a line as a whole, but the first one is cut.
        const isReplaced = style.display.startsWith('inline-') && isAfterText(element);
        if (!isReplaced) isOfBlock = false;
      }
      return false;
    };

    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const content = text.textContent?.trim() ?? '';
      const isSeen = text.parentElement?.checkVisibility({ visibilityProperty: true }) === true;
      if (content !== '' && isSeen && isCut(text)) texts.push(content);
    }
    return [...new Set(texts)];
  });
