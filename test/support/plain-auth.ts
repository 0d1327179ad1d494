import { concatBytes } from '../../src-main/base/bytes.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import type { Random } from '../../src-main/base/runtime.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { encryptEcies } from '../../src-main/rlpx/ecies.ts';
import { createAuth, recoverEphemeralKey } from '../../src-main/rlpx/handshake.ts';

/**
 * A pre-EIP-8 auth packet.
 * @param claimed public key in the packet; that of the signer by default
 */
export function plainAuthOf(
  signer: Uint8Array,
  acceptor: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array },
  random: Random,
  claimed = publicKeyOf(signer),
): Uint8Array {
  const auth = createAuth({
    privateKey: signer,
    remotePublicKey: acceptor.publicKey,
    ephemeralKey: keccak256(random.bytes(4)),
    nonce: random.bytes(32),
  });
  const ephemeral = recoverEphemeralKey(auth, acceptor.privateKey);
  const text = concatBytes(auth.signature, keccak256(ephemeral), claimed, auth.nonce, Uint8Array.of(0));
  const secret = { ephemeralKey: keccak256(random.bytes(4)), iv: random.bytes(16) };
  return encryptEcies(text, acceptor.publicKey, new Uint8Array(0), secret);
}
