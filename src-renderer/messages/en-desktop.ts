/** Messages of opened and dropped links and files, and of the desktop application's own dialogs. */
export const enDesktop = {
  opened: {
    unknown: '{file} was not opened: it is no list of nodes, no geth TOML and no recording as JSON lines.',
    tooLarge: '{file} was not opened: it has {size}, and at most {max} can be opened.',
    refused: '{file} was not opened. {reason}',
    oneFile: 'One file is opened at a time: only {file} was.',
    noNode: 'The dropped text has no node and was not opened.',
    dropTitle: 'Drop to look inside',
    dropText:
      'Nodes and geth’s TOML are shown before anything is added or dialled. A recording opens in the Inspector.',
    dropKinds: 'enode: and enr: links · static-nodes.json · nodes.json · config.toml · recording .jsonl',
  },
};
