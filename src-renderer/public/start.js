/*
 * Loads the page's scripts after its first paint: the outlines of index.html are seen earlier, because nothing is fetched or
 * compiled beside them. build/late-entry.ts names the scripts here. The Content-Security-Policy allows no inline script.
 */
const { entry, preload } = document.currentScript.dataset;

/** The longest wait for a frame, milliseconds: a page that is not seen paints none. */
const FRAME_MS = 500;

let isStarted = false;
function start() {
  if (isStarted) return;
  isStarted = true;
  for (const href of preload.split(' ').filter(Boolean)) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'modulepreload', crossOrigin: '', href });
    document.head.append(link);
  }
  import(entry);
}

// A frame is painted after its callbacks, and before the timers that they start.
requestAnimationFrame(() => setTimeout(start));
setTimeout(start, FRAME_MS);
