/** Messages of updates of the desktop application. */
export const enUpdate = {
  update: {
    title: 'Updates',
    off: {
      'not-installed': 'This is a working copy: it is updated with git.',
      'no-feed': 'This package does not look for updates: install the next version over it.',
      'not-replaceable':
        'This copy cannot replace itself: install the next version over it, or unpack it in its place.',
    },
    idle: 'Not checked since the start. Enodeck asks GitHub only when you press the button.',
    checking: 'Asking GitHub.',
    newest: 'This is the newest version. Checked',
    available: 'Version {version} is available.',
    availableSize: 'Version {version} is available: {size}.',
    downloading: 'Downloading version {version}.',
    progress: '{done} of {total}',
    ready:
      'Version {version} is downloaded and verified. To install it, the node stops and Enodeck starts again.',
    installing: 'Stopping the node. Then version {version} is installed.',
    failed: { check: 'The check failed: {why}.', download: 'The download failed: {why}.' },
    failure: {
      unreachable: 'GitHub does not answer',
      'no-release': 'there is no release for this system',
      'not-verified': 'the file is not the one that the release names',
      timeout: 'nothing came for too long',
      other: 'the log has the reason',
    },
    check: 'Check for updates',
    download: 'Download',
    install: 'Install and restart',
  },
};
