type Slot = {
  readonly reply: (error: Error | null) => void;
  result: Error | null | undefined;
};

/**
 * Replies in the order in which they were asked for, whatever the order in which they become known: MQTT wants
 * acknowledgements in the order of the messages. After an error nothing more is replied, for the connection ends there
 * and what comes later must be sent again after what failed.
 */
export class InOrder {
  readonly #slots: Slot[] = [];
  #ended = false;

  /** Reserves the next place; the function returned says that its reply is known. */
  reserve(reply: (error: Error | null) => void): (result: Error | null) => void {
    const slot: Slot = { reply, result: undefined };
    this.#slots.push(slot);
    return (result) => {
      slot.result = result;
      this.#flush();
    };
  }

  #flush(): void {
    for (let slot = this.#slots[0]; slot?.result !== undefined && !this.#ended; slot = this.#slots[0]) {
      this.#slots.shift();
      this.#ended = slot.result !== null;
      slot.reply(slot.result);
    }
  }
}
