/** Messages of the Identity view. */
export const enIdentity = {
  identity: {
    title: 'Identity',
    open: 'Identity, key and QR code',
    openShort: 'Key and QR code',
    loading: 'Reading the key file.',
    failed: 'The node key cannot be shown',
    waiting:
      'After the next start of Enodeck this node has the node ID {id}. Until then it keeps its node ID, and its sessions go on.',
    waitingShort: 'The node key changes at the next program start.',
    qr: {
      title: 'QR code',
      of: 'QR code of',
      enode: 'QR code of the enode',
      enr: 'QR code of the ENR',
      enodeHint: 'Node ID, address and port. It changes with the address.',
      enrHint: 'The current signed record. Nodes fetch a newer one by themselves.',
      copy: 'Copy image',
      save: 'Save image',
      notDrawn: 'This window cannot draw the image.',
      none: 'The node has no address while it is not running.',
    },
    key: {
      title: 'Node key',
      text: 'The private key that the node ID derives from. Whoever has it can act as this node.',
      stored: 'Stored in',
      file: 'File',
      written: 'File written',
    },
    storage: {
      file: 'a file, not encrypted',
      keyring: 'a file encrypted by the keyring of the system',
      configured: 'a file that you named',
    },
    lock: {
      configured:
        'The key of this node is that of {file}, which the setting “Node key file” names. Without this setting, the key can be imported and replaced here.',
      'remote-page':
        'This page is also served to other machines. The key is exported and changed only in the desktop window, or on a page for the node’s machine alone.',
    },
    password: {
      label: 'Password',
      again: 'Repeat the password',
      show: 'Show the password',
      rules:
        'At least {min} characters. Nobody can recover a lost password. geth and ethers open the file with the same password.',
      'too-short': 'At least {min} characters.',
      'too-long': 'At most {max} characters.',
      'unusual-character':
        'A character that programs encode differently. Use letters, digits, spaces and symbols.',
      differs: 'The two passwords differ.',
    },
    export: {
      open: 'Export…',
      title: 'Export the node key',
      text: 'Saves the key as an Ethereum keystore (version 3), encrypted with a password.',
      save: 'Save keystore',
      busy: 'Encrypting',
      done: '{file} saved',
    },
    import: {
      open: 'Import…',
      tooLarge: '{file} is too large for a keystore.',
      noKeystore:
        '{file} is no keystore. A key that is not encrypted is imported only by the desktop application.',
    },
    renew: { open: 'New key…' },
    kept: {
      title: 'Earlier keys',
      none: 'A key that is replaced is kept here.',
      replaced: 'replaced',
      use: 'Use this key…',
      useLabel: 'Use the key of {id}',
      inUse: 'stored now',
      older: 'One older copy is in the data folder. | {n} older copies are in the data folder.',
    },
    change: {
      title: {
        new: 'Replace the node key by a new one',
        copy: 'Use an earlier node key',
        keystore: 'Import a node key',
        file: 'Import a node key',
      },
      from: {
        new: 'A random key was generated. It is not stored yet.',
        copy: 'From {file}.',
        keystore: 'From {file}.',
        file: 'From {file}, which is not encrypted.',
      },
      locked: '{file} is encrypted. Its password shows which node it belongs to.',
      unlock: 'Decrypt',
      apply: 'Use this key',
      now: 'Node ID now',
      then: 'After the next start',
      same: 'This key is stored already. Nothing changes.',
      reach:
        'Nodes that have the current enode or ENR, for example as static or trusted, no longer reach this node. Give them the new one.',
      reputation:
        'What other nodes know of this node starts anew: reputation, slots, places in their tables.',
      twice: 'Never run two nodes with the same key: they take sessions and table entries from each other.',
      restart:
        'It takes effect at the next start of Enodeck, which ends all sessions. Settings, lists, bans and known nodes stay.',
      kept: 'The current key is kept, and can be used again.',
      done: 'Stored for the next start',
    },
  },
} as const;
