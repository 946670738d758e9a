/** Text cut to a length, never through the middle of a character: half of one cannot be read by every client. */

/** At most `max` UTF-16 units, an ellipsis included. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const isHalf = /[\uD800-\uDBFF]/.test(text[max - 2]!);
  return `${text.slice(0, max - (isHalf ? 2 : 1))}…`;
}
