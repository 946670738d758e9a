/**
 * Digests of effect arguments: two 32-bit lanes mixed over UTF-16 units, so that a growing conversation is
 * digested by its new messages alone. Not cryptographic: a key also holds run, step, order and name, and
 * what must not be forged (approved arguments, blobs) uses SHA-256.
 */
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CROCKFORD_PAIRS = Array.from(
  { length: 1_024 },
  (_, n) => CROCKFORD[n >> 5]! + CROCKFORD[n & 31]!,
);
const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PAIRS = Array.from({ length: 4_096 }, (_, n) => SYMBOLS[n >> 6]! + SYMBOLS[n & 63]!);
const MULTIPLY_A = 2_654_435_761;
const MULTIPLY_B = 1_597_334_677;

/** The lanes last finished: a pair would be made and thrown away for every effect. */
let finishedA = 0;
let finishedB = 0;

export class Digest {
  #a: number;
  #b: number;

  constructor(from?: Digest) {
    this.#a = from ? from.#a : 0xdeadbeef;
    this.#b = from ? from.#b : 0x41c6ce57;
  }

  /** Adds a text and its end, so that "ab", "c" differs from "a", "bc". */
  add(text: string): this {
    let a = this.#a;
    let b = this.#b;
    const even = text.length & ~1;
    for (let i = 0; i < even; i += 2) {
      const units = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
      a = Math.imul(a ^ units, MULTIPLY_A);
      b = Math.imul(b ^ units, MULTIPLY_B);
      // Carries high bits down: a plain multiply would never mix them into the low ones.
      a ^= b >>> 15;
    }
    if (even < text.length) {
      a = Math.imul(a ^ text.charCodeAt(even), MULTIPLY_A);
      b = Math.imul(b ^ text.charCodeAt(even), MULTIPLY_B);
      a ^= b >>> 15;
    }
    this.#a = Math.imul(a ^ text.length, MULTIPLY_A) ^ (b >>> 13);
    this.#b = Math.imul(b ^ 0x1f1f1f1f, MULTIPLY_B) ^ (a >>> 11);
    return this;
  }

  #finish(): void {
    let a = this.#a;
    let b = this.#b;
    a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
    b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    finishedA = a;
    finishedB = b;
  }

  /** 13 characters of an id. */
  crockford(): string {
    this.#finish();
    const a = finishedA;
    const b = finishedB;
    return CROCKFORD_PAIRS[a >>> 22]! + CROCKFORD_PAIRS[(a >>> 12) & 1_023]! +
      CROCKFORD_PAIRS[(a >>> 2) & 1_023]! + CROCKFORD_PAIRS[b >>> 22]! +
      CROCKFORD_PAIRS[(b >>> 12) & 1_023]! + CROCKFORD_PAIRS[(b >>> 2) & 1_023]! +
      CROCKFORD[((a & 3) << 2) | (b & 3)]!;
  }

  text(): string {
    this.#finish();
    const a = finishedA;
    const b = finishedB;
    return PAIRS[a >>> 20]! + PAIRS[(a >>> 8) & 0xfff]! +
      PAIRS[((a & 0xff) << 4) | (b >>> 28)]! + PAIRS[(b >>> 16) & 0xfff]! +
      PAIRS[(b >>> 4) & 0xfff]! + SYMBOLS[b & 0xf]!;
  }
}

/** Digest of a JSON value. Order of fields counts: a deterministic agent builds it the same way again. */
export function digestArgs(value: unknown): string {
  return new Digest().add(typeof value === "string" ? "s" + value : JSON.stringify(value) ?? "-")
    .text();
}

/** What two executions of one agent must agree on: `<order>:<name>:<digest of the arguments>`. */
export function effectKey(order: number, name: string, digest: string): string {
  return order + ":" + name + ":" + digest;
}

/**
 * Id of the child a step made as effect `order` in its life `generation`: the same when it is made again
 * after a crash, so that its calls keep their idempotency keys. A ULID with the parent's time.
 */
export function childStepId(parentId: string, generation: number, order: number): string {
  const digest = new Digest().add(parentId).add(generation + "/" + order);
  return parentId.slice(0, 15) + digest.crockford() + CROCKFORD[(order >>> 10) & 31] +
    CROCKFORD[(order >>> 5) & 31] + CROCKFORD[order & 31];
}
