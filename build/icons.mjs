#!/usr/bin/env node
/*
 * `npm run icons`: renders build/icons/*.svg into the icons of the packages, of the window and of the tray. The results
 * are committed, so that a build needs no browser.
 *
 *   build/icons/linux/    SIZExSIZE.png for the icon theme; 256x256.png is the icon of the window too
 *   build/icons/          enodeck.ico for Windows, enodeck.icns for macOS
 *   build/icons/tray/     STATE.png and @2x for Linux, STATE.ico for Windows, STATETemplate.png and @2x for macOS
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import png2icons from 'png2icons';
import { findChromium } from './find-program.mjs';

const FOLDER = join(import.meta.dirname, 'icons');
const TRAY_STATES = ['running', 'alone', 'stopped'];

/** Up to this size, pixels, the drawing without hexagon is used. */
const SMALL_MAX = 32;
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 20, 24, 32, 40, 48, 64, 256];
/** The notification area of Windows at 100%, 125%, 150% and 200%. */
const WINDOWS_TRAY_SIZES = [16, 20, 24, 32];
const LINUX_TRAY_SIZE = 24;
const MAC_TRAY_SIZE = 16;

/** The canvas of a macOS icon, and the part of it that the tile fills (Apple's icon grid). */
const MAC_CANVAS = 1_024;
const MAC_TILE = 824;
/** The tile in the drawing's own units. */
const DRAWING = { size: 512, tile: 480 };

async function openRenderer() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is not installed; set CHROME_PATH.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  /** Renders an SVG file with `drawn` pixels in the middle of a transparent square of `size` pixels. */
  const render = async (file, size, drawn = size) => {
    const image = `data:image/svg+xml;base64,${readFileSync(join(FOLDER, file)).toString('base64')}`;
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<body style="margin:0;height:${size}px;display:grid;place-items:center;overflow:hidden">` +
        `<img src="${image}" width="${drawn}" height="${drawn}" style="display:block"></body>`,
    );
    await page.locator('img').evaluate((element) => element.decode());
    return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
  };
  return { render, close: () => browser.close() };
}

const drawingFor = (size) => (size <= SMALL_MAX ? 'enodeck-small.svg' : 'enodeck.svg');

/**
 * Makes an ICO file of PNG images. png2icons would scale one image to all sizes, and lose the drawing for small ones.
 * https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 */
function icoFile(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    // One byte each for width and height; 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

async function icoOf(render, sizes, drawing) {
  const images = [];
  for (const size of sizes) images.push({ size, png: await render(drawing(size), size) });
  return icoFile(images);
}

function write(name, content) {
  const file = join(FOLDER, name);
  writeFileSync(file, content);
  process.stdout.write(`${name} ${content.length}\n`);
}

async function renderApplication(render) {
  mkdirSync(join(FOLDER, 'linux'), { recursive: true });
  for (const size of LINUX_SIZES) write(`linux/${size}x${size}.png`, await render(drawingFor(size), size));
  write('enodeck.ico', await icoOf(render, WINDOWS_SIZES, drawingFor));
  const drawn = Math.round((MAC_TILE / DRAWING.tile) * DRAWING.size);
  const large = await render('enodeck.svg', MAC_CANVAS, drawn);
  const icns = png2icons.createICNS(large, png2icons.BICUBIC2, 0);
  if (icns === null) throw new Error('png2icons cannot make the .icns file.');
  write('enodeck.icns', icns);
}

async function renderTray(render) {
  for (const state of TRAY_STATES) {
    const drawing = `tray/${state}.svg`;
    const template = `tray/template-${state}.svg`;
    write(`tray/${state}.png`, await render(drawing, LINUX_TRAY_SIZE));
    write(`tray/${state}@2x.png`, await render(drawing, 2 * LINUX_TRAY_SIZE));
    write(`tray/${state}.ico`, await icoOf(render, WINDOWS_TRAY_SIZES, () => drawing));
    // AppKit treats an image as a template if its name ends in Template.
    write(`tray/${state}Template.png`, await render(template, MAC_TRAY_SIZE));
    write(`tray/${state}Template@2x.png`, await render(template, 2 * MAC_TRAY_SIZE));
  }
}

const renderer = await openRenderer();
try {
  await renderApplication(renderer.render);
  await renderTray(renderer.render);
} finally {
  await renderer.close();
}
