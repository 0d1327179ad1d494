/**
 * Files that Linux packages install outside the application's folder, in addition to the icons and the desktop file:
 * paths in the project, and installed paths.
 */
export const LINUX_FILES = [
  { from: 'build/linux/enodeck-mime.xml', to: '/usr/share/mime/packages/enodeck.xml' },
  {
    from: 'build/linux/org.enodeck.enodeck.metainfo.xml',
    to: '/usr/share/metainfo/org.enodeck.enodeck.metainfo.xml',
  },
  { from: 'build/linux/enodeck.1', to: '/usr/share/man/man1/enodeck.1' },
  { from: 'build/linux/enodeck-headless.1', to: '/usr/share/man/man1/enodeck-headless.1' },
];
