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
  'invalid-genesis': words('ours', 'Genesis file refused', 'The genesis file does not describe a chain.'),

  // Store (StoreError)
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
  'not-editable': words('ours', 'Cannot be edited', 'It is given from outside, and cannot be edited here.'),
  'not-found': words('ours', 'Not there', 'There is no such thing.'),
  'not-running': words('ours', 'Node is stopped', 'The node is not running.', 'Start the node'),
} as const satisfies Readonly<Record<string, Words>>;
