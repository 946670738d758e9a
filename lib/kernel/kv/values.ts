/** The one encoding of stored values: JSON as UTF-8 bytes, so that sizes are exact and text is compact. */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value));
}

/** A raw value of the store as the program sees it: JSON parsed, sums as numbers. */
export function decodeValue(raw: unknown): unknown {
  if (raw instanceof Uint8Array) return JSON.parse(decoder.decode(raw));
  if (raw instanceof Deno.KvU64) return Number(raw.value);
  return raw;
}
