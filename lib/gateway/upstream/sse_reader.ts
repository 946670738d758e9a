/** Takes server-sent events of a model stream apart as they arrive; only `data` matters in this protocol. */

const MAX_EVENT_CHARS = 4 * 1024 * 1024;
const LINE_END = /[\n\r]/;

export class SseReader {
  readonly #decoder = new TextDecoder();
  /** What came since the last line end; pieces are only added, so that a long line is looked through once. */
  #buffer = "";
  /** The buffer ends with a CR, which may be half of CRLF. */
  #half = false;
  #data = "";
  #has = false;

  /** The `data` of each event that is complete. Throws RangeError for an event past 4 Mi characters. */
  feed(bytes: Uint8Array): string[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    const found: string[] = [];
    this.#buffer += text;
    if (this.#half || LINE_END.test(text)) this.#lines(found);
    if (this.#buffer.length + this.#data.length > MAX_EVENT_CHARS) {
      throw new RangeError("an event is too large");
    }
    return found;
  }

  #lines(found: string[]): void {
    const buffer = this.#buffer;
    let from = 0;
    let lone = buffer.indexOf("\r");
    this.#half = false;
    for (;;) {
      let end = buffer.indexOf("\n", from);
      if (lone >= 0 && lone < from) lone = buffer.indexOf("\r", from);
      let next = end + 1;
      if (lone >= 0 && (end < 0 || lone < end)) {
        if (lone === buffer.length - 1) {
          this.#half = true;
          break;
        }
        end = lone;
        next = buffer[lone + 1] === "\n" ? lone + 2 : lone + 1;
      }
      if (end < 0) break;
      this.#line(buffer, from, end, found);
      from = next;
    }
    this.#buffer = from === 0 ? buffer : buffer.slice(from);
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
      // Between the lines of JSON a space is as good as a line break, and can be given on as one line.
      this.#data = this.#has ? `${this.#data} ${value}` : value;
      this.#has = true;
    }
  }
}
