/** Bank account numbers with their check digits (ISO 13616). Lengths as in SWIFT's IBAN registry, release 99. */
import { isWordAt, type Span } from "./digit_runs.ts";

const LENGTHS: ReadonlyMap<string, number> = new Map(
  ("AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 " +
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 " +
    "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 " +
    "UA29 VA22 VG24 XK20 YE30").split(" ").map((row) => [row.slice(0, 2), Number(row.slice(2))]),
);

const BEGINNING = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}/g;
const BETWEEN = " \u00a0\u202f-";

export function findIbans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: head, index } of text.matchAll(BEGINNING)) {
    const length = LENGTHS.get(head.slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    const end = take(text, index, length);
    if (end < 0 || isWordAt(text, end)) continue;
    if (isIban(text.slice(index, end))) spans.push({ kind: "iban", start: index, end });
  }
  return spans;
}

/** Where `length` letters and digits end, single separators between them allowed; -1 when there are fewer. */
function take(text: string, from: number, length: number): number {
  let left = length;
  for (let i = from; i < text.length; i++) {
    if (/[A-Za-z0-9]/.test(text[i]!)) {
      if (--left === 0) return i + 1;
    } else if (!BETWEEN.includes(text[i]!) || BETWEEN.includes(text[i - 1]!)) return -1;
  }
  return -1;
}

/** ISO 7064, modulo 97-10. */
function isIban(written: string): boolean {
  const plain = written.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
  let rest = 0;
  for (const char of plain.slice(4) + plain.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
