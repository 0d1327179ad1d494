import type { WasmModule } from './wasm-module.ts';

/** A page of WebAssembly memory, bytes. */
const PAGE_BYTES = 64 * 1024;

/**
 * BOUNDED: slots of a module, 11.3 MiB: both directions of more connections than the settings allow. Further ones do without it.
 * @internal for tests
 */
export const MAX_SLOTS = 24_576;

/** Memory of one direction of a connection: its MAC state and the expanded key of its MAC. */
export class MacSlot {
  readonly #pool: MacSlots;
  readonly #address: number;
  #released = false;

  /** @internal for MacSlots */
  constructor(pool: MacSlots, address: number) {
    this.#pool = pool;
    this.#address = address;
  }

  /**
   * Where it is in the memory of the module.
   * @throws TypeError after `release`, as another connection may own that memory
   */
  get address(): number {
    if (this.#released) throw new TypeError('The MAC slot is released');
    return this.#address;
  }

  /** Erases the slot and makes it free. May be called again. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#pool.reclaim(this, this.#address);
  }
}

/** Gives out the slots of a module. The owner of a slot releases it; the garbage collector does so for one that was forgotten. */
export class MacSlots {
  readonly #module: WasmModule;
  readonly #slotBytes: number;
  /** Addresses of released slots. BOUNDED: MAX_SLOTS. */
  readonly #free: number[] = [];
  readonly #forgotten: FinalizationRegistry<number>;
  /** The first address after all slots so far. */
  #end: number;
  #count = 0;

  constructor(module: WasmModule) {
    this.#module = module;
    this.#slotBytes = module.run.slotBytes.value;
    this.#end = module.run.slots.value;
    this.#forgotten = new FinalizationRegistry((address) => {
      this.#erase(address);
    });
  }

  /** Slots that have an owner. */
  get inUse(): number {
    return this.#count - this.#free.length;
  }

  /** A slot, erased; undefined while all are in use. */
  take(): MacSlot | undefined {
    const address = this.#free.pop() ?? this.#add();
    if (address === undefined) return undefined;
    const slot = new MacSlot(this, address);
    this.#forgotten.register(slot, address, slot);
    return slot;
  }

  /** @internal for MacSlot */
  reclaim(slot: MacSlot, address: number): void {
    this.#forgotten.unregister(slot);
    this.#erase(address);
  }

  #erase(address: number): void {
    this.#module.bytes.fill(0, address, address + this.#slotBytes);
    this.#module.run.eraseWork();
    this.#free.push(address);
  }

  /** The address of a new slot; undefined at the bound, and when the memory does not grow. */
  #add(): number | undefined {
    if (this.#count === MAX_SLOTS) return undefined;
    const address = this.#end;
    const end = address + this.#slotBytes;
    if (end > this.#module.bytes.length && !this.#grow()) return undefined;
    this.#end = end;
    this.#count += 1;
    return address;
  }

  #grow(): boolean {
    try {
      this.#module.grow(Math.ceil(this.#slotBytes / PAGE_BYTES));
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}
