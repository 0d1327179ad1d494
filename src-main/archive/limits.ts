/** Limits of archives of blocks. Sizes are in bytes. All are our choice. */

/** BOUNDED: an encoded header. That of mainnet has less than 1 kB; clique adds 20 bytes for each signer. */
export const MAX_HEADER_SIZE = 128 * 1024;

/** BOUNDED: an encoded block, its body or its receipts. EIP-7934 allows blocks of 8 MiB; a message of eth has 10 MiB. */
export const MAX_BLOCK_SIZE = 32 * 1024 * 1024;

/** BOUNDED: the piece of a file that is read at once. */
export const READ_SIZE = 256 * 1024;
