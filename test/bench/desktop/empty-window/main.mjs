import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';

/*
 * The least that an Electron application does to show a window: the start of ours is compared with it. Its window has the
 * size and the sandbox of ours.
 */
app
  .whenReady()
  .then(async () => {
    const window = new BrowserWindow({
      width: 1_280,
      height: 840,
      show: false,
      webPreferences: { sandbox: true, contextIsolation: true },
    });
    window.once('ready-to-show', () => window.show());
    await window.loadFile(join(import.meta.dirname, 'index.html'));
    process.stdout.write('Ready\n');
  })
  .catch((error) => {
    process.stderr.write(`${String(error)}\n`);
    app.exit(1);
  });
process.on('SIGTERM', () => app.quit());
