/**
 * FIFO queue of messages that counts their bytes. Removed messages occupy at most as many slots as queued ones, even
 * if the queue never becomes empty. BOUNDED: by its owner.
 */
export class MessageFifo<Message extends { readonly payload: Uint8Array }> {
  #items: Message[] = [];
  #next = 0;
  #bytes = 0;

  get length(): number {
    return this.#items.length - this.#next;
  }

  /** Bytes of all queued payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  push(message: Message): void {
    this.#items.push(message);
    this.#bytes += message.payload.length;
  }

  /** Removes and returns the first message; undefined when the queue is empty. */
  shift(): Message | undefined {
    const message = this.#items[this.#next];
    if (message === undefined) return undefined;
    this.#next++;
    this.#bytes -= message.payload.length;
    // Remove taken slots in blocks of half the array: the amortised cost is one move per message.
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
