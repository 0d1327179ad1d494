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
  stop: {
    title: 'Stopping:',
    closing: 'closing one session | closing {n} sessions',
    then: 'then {steps}',
    last: 'closing the last files',
    step: {
      page: 'page over HTTP',
      recovery: 'watch of the network',
      'port-mapping': 'port mapping',
      sessions: 'sessions',
      discovery: 'discovery',
      record: 'node record',
      demo: 'demo network',
      database: 'database',
    },
  },
  loginItem: {
    title: 'Start at login',
    hint: 'Enodeck starts in the tray, without its window. Where there is no tray, the window opens.',
    otherCopy: 'The system starts another copy: {command}. Switch off and on again to start this one.',
    needsApproval: 'The system asks for your approval in its settings, under Login Items.',
    unreadable: 'The entry of the system cannot be read: {reason}.',
  },
  desktopSettings: {
    noTray: 'This desktop has no tray: the window closes, and the application quits.',
    elsewhere: 'About the desktop application on the machine of the node.',
  },
};
