/** Epoch ms as ISO 8601, as `Date.prototype.toISOString`, which is made anew for each second only. */
const HEADS_MAX = 1_000;
const heads = new Map<number, string>();

export function isoTime(ms: number): string {
  const whole = Math.trunc(ms);
  const second = Math.floor(whole / 1_000);
  let head = heads.get(second);
  if (head === undefined) {
    head = new Date(second * 1_000).toISOString().slice(0, -4);
    if (heads.size >= HEADS_MAX) heads.clear();
    heads.set(second, head);
  }
  return head + String(whole - second * 1_000).padStart(3, "0") + "Z";
}
