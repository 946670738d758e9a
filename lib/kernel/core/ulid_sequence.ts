/**
 * ULIDs in rising order, many per millisecond: time and most of the randomness are encoded once per
 * millisecond, the last 25 bits count up from a random start. The engine makes two ids per model call.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PAIRS = Array.from({ length: 1_024 }, (_, n) => ALPHABET[n >> 5]! + ALPHABET[n & 31]!);
const COUNTER_BITS = 25;
const POOL_BYTES = 1_024;

export function ulidSequence(): (nowMs: number) => string {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = -1;
  let head = "";
  let counter = 0;

  const randomByte = () => {
    if (used === POOL_BYTES) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    return pool[used++]!;
  };

  const begin = (ms: number) => {
    lastMs = ms;
    head = encodeTime(ms);
    for (let i = 0; i < 11; i++) head += ALPHABET[randomByte() & 31];
    // The top bit stays free, so that millions fit before the count is full.
    counter = (randomByte() << 16) | (randomByte() << 8) | randomByte();
  };

  return (nowMs) => {
    // A clock that goes back must not break the order.
    if (nowMs > lastMs) begin(nowMs);
    else if (++counter >= 2 ** COUNTER_BITS) begin(lastMs + 1);
    return head + PAIRS[counter >>> 15]! + PAIRS[(counter >>> 5) & 1_023]! +
      ALPHABET[counter & 31]!;
  };
}

function encodeTime(ms: number): string {
  let text = "";
  let left = Math.floor(ms);
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[left % 32]! + text;
    left = Math.floor(left / 32);
  }
  return text;
}
