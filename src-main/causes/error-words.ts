import { words, type Words } from './cause-words.ts';

/** Errors of the node's own layers that reach a person without ending a connection. */
export const ERROR_WORDS = {
  // Discovery (DiscoveryError, dropped packets)
  timeout: words('theirs', 'No answer', 'No answer came in time.'),
  'no-endpoint': words('theirs', 'No UDP address', 'It has no UDP address that this machine can reach.'),
  busy: words(
    'ours',
    'Too much at once',
    'Too many requests wait for their answers.',
    'Try again in a moment',
  ),
  'bad-record': words('theirs', 'Bad record', 'Its record cannot be read, or is another node’s.'),
  'bad-target': words('ours', 'Not a target', 'A lookup is for a node ID or a public key.'),
  'no-socket': words(
    'ours',
    'No socket',
    'None of the addresses could be bound.',
    'Check the addresses in Settings',
  ),

  // Start (ServerError, UdpError, OptionError, GenesisError)
  'port-in-use': words(
    'ours',
    'Port in use',
    'Another program uses the port.',
    'Choose another port in Settings',
  ),
  'cannot-listen': words('ours', 'Cannot listen', 'The system refused to open the port.'),
  'bad-option': words('ours', 'Option not understood', 'The command line was not understood.'),
  'bad-fork-override': words(
    'ours',
    'Fork time refused',
    'A fork time that was set does not fit the network.',
    'Correct it in Settings',
  ),
  'invalid-genesis': words('ours', 'Genesis file refused', 'The genesis file does not describe a chain.'),

  // Files that people name (FileError)
  'file-missing': words('ours', 'File missing', 'The file is not there.'),
  'file-not-regular': words('ours', 'Not a file', 'The path leads to a folder, a device or a pipe.'),
  'file-too-large': words('ours', 'File too large', 'The file is larger than is read.'),
  'file-unreadable': words('ours', 'File unreadable', 'The system refused to read the file.'),
  'key-readable-by-others': words(
    'ours',
    'Key can be read by others',
    'The rights of the node key file let others read it.',
    'Let its owner alone read it',
  ),
  'keyring-failed': words(
    'ours',
    'Not in the keyring',
    'The system’s keyring did not take the node key; a file keeps it.',
  ),

  // Store (StoreError)
  'not-for-database': words(
    'ours',
    'No place for a database',
    'The folder belongs to the system or holds other files.',
    'Choose an empty or a new folder',
  ),
  'not-a-folder': words('ours', 'Not a folder', 'The data folder is a file.', 'Choose another data folder'),
  'not-writable': words(
    'ours',
    'Cannot be written',
    'The system refused to write.',
    'Check the free space and the rights of the data folder',
  ),
  'folder-in-use': words(
    'ours',
    'Folder in use',
    'Another process uses the data folder.',
    'Stop the other, or choose another folder',
  ),
  'database-corrupt': words(
    'ours',
    'Database damaged',
    'The database could not be repaired.',
    'Move it away: a new one is made',
  ),
  'database-foreign': words(
    'ours',
    'Another program’s database',
    'The folder holds the database of another program.',
    'Choose another folder',
  ),
  'not-readable': words(
    'ours',
    'Cannot be read',
    'This user has no right to read the file.',
    'Give this user the right to read and write it',
  ),
  'disk-full': words(
    'ours',
    'Disk is full',
    'The disk has no room for what is to be saved.',
    'Free some space on the disk of the data folder',
  ),
  'disk-read-only': words(
    'ours',
    'Disk is read-only',
    'The file system takes no changes.',
    'Mount it writable, or choose another data folder',
  ),
  'disk-failing': words(
    'ours',
    'Disk fails',
    'The disk reports input/output errors.',
    'Check the disk, and keep a copy of the data folder elsewhere',
  ),
  'newer-schema': words(
    'ours',
    'Database of a newer version',
    'A newer Enodeck wrote the database.',
    'Use the newer one',
  ),
  'bad-key-file': words('ours', 'Key file damaged', 'The file of the node key holds none.'),
  'key-file-unreadable': words('ours', 'Key file unreadable', 'The file of the node key could not be read.'),
  'key-protected': words('ours', 'Key is locked', 'The system’s keyring did not give the node key.'),

  // Settings and lists (SettingsError, NodeListError)
  'invalid-json': words('ours', 'Not JSON', 'The file is not JSON.'),
  'invalid-value': words('ours', 'Not allowed', 'The value is not one that this setting takes.'),
  'newer-version': words('ours', 'File of a newer version', 'A newer Enodeck wrote the file.'),
  'too-large': words('ours', 'Too large', 'It is larger than it may be.'),
  unreadable: words('ours', 'Unreadable', 'The file could not be read.'),
  'invalid-node': words('ours', 'Not a node', 'The text is neither an enode URL nor a record.'),
  'duplicate-node': words('ours', 'On the list already', 'The node is on this list already.'),
  'unknown-node': words('ours', 'Not on the list', 'The list has no such node.'),
  'list-full': words('ours', 'List is full', 'The list holds as many nodes as it may.'),
  'invalid-node-text': words('ours', 'Not a node', 'The text is neither an enode URL nor a record.'),

  // The doors (ApiError)
  'unknown-request': words('ours', 'Unknown request', 'There is no such request.'),
  'unknown-topic': words('ours', 'Unknown topic', 'There is no such topic.'),
  'invalid-parameters': words('ours', 'Parameters refused', 'The parameters are not those of the request.'),
  'not-available': words('ours', 'Not available here', 'This is offered in the desktop application alone.'),
  'restart-needed': words(
    'ours',
    'Restart needed',
    'The change holds once the program is started again.',
    'Quit Enodeck and start it again',
  ),
  'not-editable': words('ours', 'Cannot be edited', 'It is given from outside, and cannot be edited here.'),
  'not-found': words('ours', 'Not there', 'There is no such thing.'),
  'no-free-port': words(
    'ours',
    'No free port',
    'No port was found that is free for TCP and UDP.',
    'Choose a port in Settings',
  ),
  'not-running': words('ours', 'Node is stopped', 'The node is not running.', 'Start the node'),
  'refused-call': words('ours', 'Call refused', 'The call cannot be answered.'),
  'too-many-subscriptions': words(
    'ours',
    'Too many subscriptions',
    'The connection follows as much as it may.',
  ),
  'already-listed': words('ours', 'On the list already', 'The node is given from outside already.'),

  // Bans (BanError)
  'invalid-target': words('ours', 'Nothing to ban', 'The text names no node, address or network.'),
  'unspecified-address': words('ours', 'Not an address', 'The address stands for all addresses.'),
  'whole-network': words(
    'ours',
    'Every address',
    'The network is every address.',
    'Set the allowed networks instead',
  ),
  'own-node': words('ours', 'This node', 'That is this node itself.'),
  'trusted-node': words(
    'ours',
    'A trusted node',
    'The node is trusted.',
    'Remove it from the trusted list first',
  ),
  'banned-by-hand': words('ours', 'Banned by hand', 'There is a ban on it, set by hand.', 'Lift it first'),
  'ban-list-full': words(
    'ours',
    'Too many bans',
    'There are as many bans as there may be.',
    'Lift some first',
  ),

  // The way through a gateway (NatError)
  'invalid-method': words(
    'ours',
    'Unknown NAT method',
    'The setting names no NAT method.',
    'Correct it in Settings',
  ),
  'no-gateway': words(
    'way',
    'No gateway',
    'No router that maps ports was found.',
    'Forward the port by hand',
  ),
  'no-answer': words('way', 'No answer', 'The router or server does not answer.'),
  refused: words(
    'way',
    'Refused',
    'The router or server refuses what it was asked.',
    'Allow it in the router',
  ),
  'port-taken': words(
    'way',
    'Port taken',
    'The router forwards the port to another machine.',
    'Choose another port',
  ),
  'private-address': words(
    'way',
    'Behind another router',
    'The router’s outer address is not one of the internet.',
  ),

  // Requests to peers
  'request-timeout': words('theirs', 'No answer in time', 'The peer did not answer a request in time.'),
  'too-many-requests': words('ours', 'Too many requests', 'As many requests wait for this peer as may.'),
  'session-ended': words('nobody', 'Session over', 'The session ended before the answer came.'),

  // What costs reputation (Offence)
  'failed-to-connect': words('theirs', 'Could not be reached', 'A dial to it failed.'),
  dropped: words('nobody', 'Broke off', 'It ended a session early.'),
  'bad-protocol': words('theirs', 'Other protocol', 'It speaks another protocol, or another chain’s.'),
  'bad-message': words(
    'theirs',
    'Bad message',
    'It sent a message that does not decode, or that must not be.',
  ),
  'bad-announcement': words('theirs', 'Bad announcement', 'It announced what cannot be.'),
  'packet-flood': words(
    'theirs',
    'Packet flood',
    'Its address sent more packets or connections than it may.',
  ),
} as const satisfies Readonly<Record<string, Words>>;
