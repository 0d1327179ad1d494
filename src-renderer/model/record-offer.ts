import type { RecordingStatus } from '../../shared/model/recording.ts';

/**
 * The nodes to record so that a connected peer is recorded too, besides those of a recording that goes on.
 * @returns null when the peer is recorded, there is none, or a file is shown
 */
export function offeredPeer(
  peer: string | undefined,
  status: Pick<RecordingStatus, 'isRecording' | 'scope' | 'file'> | null,
): readonly string[] | null {
  if (peer === undefined || status === null || status.file !== null) return null;
  if (!status.isRecording) return [peer];
  const { nodes } = status.scope;
  return nodes === null || nodes.includes(peer) ? null : [...nodes, peer];
}
