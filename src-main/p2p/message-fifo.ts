/**
 * Messages in their order, with their bytes counted. Of those that were taken it holds no more than of those that wait,
 * also where it never runs empty. What bounds it is its owner's to ask.
 */
export class MessageFifo<Message extends { readonly payload: Uint8Array }> {
  #items: Message[] = [];
  #next = 0;
  #bytes = 0;

  get length(): number {
    return this.#items.length - this.#next;
  }

  /** Bytes of all payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  push(message: Message): void {
    this.#items.push(message);
    this.#bytes += message.payload.length;
  }

  /** Takes the first; undefined when there is none. */
  shift(): Message | undefined {
    const message = this.#items[this.#next];
    if (message === undefined) return undefined;
    this.#next++;
    this.#bytes -= message.payload.length;
    // The taken half goes at once; moving the other one costs a step a message, all in all.
    if (this.#next * 2 >= this.#items.length) {
      this.#items.splice(0, this.#next);
      this.#next = 0;
    }
    return message;
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
    this.#bytes = 0;
  }
}
