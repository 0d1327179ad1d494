/** The rules for the password of an exported node key. */

/** Characters that a new password has at least. */
export const MIN_PASSWORD_LENGTH = 10;
/** BOUNDED: characters of a password. */
export const MAX_PASSWORD_LENGTH = 256;

/** Why a password is not accepted for an export. */
export type PasswordFault = 'too-short' | 'too-long' | 'unusual-character';

/**
 * The fault of a new password; undefined when it is accepted. A control character, or a character with more than one Unicode
 * form, is refused, because programs encode it differently: geth takes the text as it is, ethers its form NFKC.
 */
export function passwordFault(password: string): PasswordFault | undefined {
  if (Array.from(password).length < MIN_PASSWORD_LENGTH) return 'too-short';
  if (password.length > MAX_PASSWORD_LENGTH) return 'too-long';
  const isUsual = !/[\p{Cc}\p{Cs}]/u.test(password) && password === password.normalize('NFKC');
  return isUsual ? undefined : 'unusual-character';
}
