/**
 * Which addresses lie on the public internet: IANA special-purpose registries (RFC 6890 and updates).
 * IPv6 forms that carry an IPv4 address are judged by it.
 */

const V4_CLOSED: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Inside 2000::/3, the only range that is routed; everything outside it is closed. */
const V6_CLOSED: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
];

export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4) return isPublicV4(v4);
  const v6 = parseV6(address);
  return v6 !== undefined && isPublicV6(v6);
}

/** True for the text of an IPv4 or IPv6 address (no brackets, no zone). */
export function isAddress(text: string): boolean {
  return parseV4(text) !== undefined || parseV6(text) !== undefined;
}

function isPublicV4(bytes: readonly number[]): boolean {
  return !V4_CLOSED.some(([base, bits]) => hasPrefix(bytes, parseV4(base)!, bits));
}

function isPublicV6(bytes: readonly number[]): boolean {
  const embedded = embeddedV4(bytes);
  if (embedded) return isPublicV4(embedded);
  if (!hasPrefix(bytes, parseV6("2000::")!, 3)) return false;
  return !V6_CLOSED.some(([base, bits]) => hasPrefix(bytes, parseV6(base)!, bits));
}

/** Mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) and 6to4 (2002::/16). */
function embeddedV4(bytes: readonly number[]): readonly number[] | undefined {
  if (hasPrefix(bytes, parseV6("::ffff:0:0")!, 96)) return bytes.slice(12);
  if (hasPrefix(bytes, parseV6("64:ff9b::")!, 96)) return bytes.slice(12);
  if (hasPrefix(bytes, parseV6("2002::")!, 16)) return bytes.slice(2, 6);
  return undefined;
}

function hasPrefix(bytes: readonly number[], base: readonly number[], bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== base[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (bytes[whole]! ^ base[whole]!) >> (8 - rest) === 0;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((p) => /^\d{1,3}$/.test(p) && Number(p) < 256)) return;
  return parts.map(Number);
}

function parseV6(text: string): number[] | undefined {
  // A trailing dotted quad is two more groups.
  const quad = text.match(/^(.*:)(\d+\.\d+\.\d+\.\d+)$/);
  if (quad) {
    const v4 = parseV4(quad[2]!);
    if (!v4) return undefined;
    const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
    text = `${quad[1]}${hex(v4[0]!, v4[1]!)}:${hex(v4[2]!, v4[3]!)}`;
  }
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return undefined;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  if (!groups.flat().every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined;
  const missing = 8 - groups.flat().length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...groups[0]!, ...Array<string>(missing).fill("0"), ...(groups[1] ?? [])];
  return all.flatMap((g) => [parseInt(g, 16) >> 8, parseInt(g, 16) & 255]);
}
