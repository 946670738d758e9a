/** Takes server-sent events of a model stream apart as they arrive; only `data` matters in this protocol. */

const MAX_EVENT_CHARS = 4 * 1024 * 1024;

export class SseReader {
  readonly #decoder = new TextDecoder();
  #buffer = "";
  #data = "";
  #has = false;

  /** The `data` of each event that is complete. Throws RangeError for an event past 4 Mi characters. */
  feed(bytes: Uint8Array): string[] {
    this.#buffer += this.#decoder.decode(bytes, { stream: true });
    const found: string[] = [];
    const buffer = this.#buffer;
    let from = 0;
    for (;;) {
      let end = buffer.indexOf("\n", from);
      const lone = buffer.indexOf("\r", from);
      let next = end + 1;
      if (lone >= 0 && (end < 0 || lone < end)) {
        // A CR at the very end may be half of CRLF.
        if (lone === buffer.length - 1) break;
        end = lone;
        next = buffer[lone + 1] === "\n" ? lone + 2 : lone + 1;
      }
      if (end < 0) break;
      this.#line(buffer, from, end, found);
      from = next;
    }
    this.#buffer = from === 0 ? buffer : buffer.slice(from);
    if (this.#buffer.length + this.#data.length > MAX_EVENT_CHARS) {
      throw new RangeError("an event is too large");
    }
    return found;
  }

  /** Some servers leave out the blank line after the last event. */
  end(): string[] {
    const found: string[] = [];
    const rest = (this.#buffer + this.#decoder.decode()).replace(/\r$/, "");
    this.#buffer = "";
    this.#line(rest, 0, rest.length, found);
    this.#line("", 0, 0, found);
    return found;
  }

  #line(text: string, from: number, end: number, found: string[]): void {
    if (from === end) {
      if (this.#has) found.push(this.#data);
      this.#data = "";
      this.#has = false;
    } else if (text.startsWith("data:", from)) {
      const value = text.slice(text[from + 5] === " " ? from + 6 : from + 5, end);
      this.#data = this.#has ? `${this.#data}\n${value}` : value;
      this.#has = true;
    }
  }
}
