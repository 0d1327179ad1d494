/** An enode URL of the node lists' tests: geth's first mainnet bootnode's key at a documentation address. */
export const SOME_ENODE =
  'enode://d860a01f9722d78051619d1e2351aba3f43f943f6f00718d1b9baa4101932a1f5011f16bb2b1bb35db20d6fe28fa0bf09636d26a87d31de9ec6203eeedb1f666@192.0.2.7:30303';
