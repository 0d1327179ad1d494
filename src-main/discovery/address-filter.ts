/** Whether we may contact an address, canonical text. */
export type AddressFilter = (ip: string) => boolean;
