import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoney,
  formatPercent,
  formatRelative,
  formatShort,
} from "./format.ts";

/** Narrow no-break spaces as plain ones, to be legible here. */
const plain = (text: string): string => text.replaceAll("\u202f", " ");

Deno.test("formatCount() groups thousands and keeps the sign", () => {
  assertEquals(plain(formatCount(1_234_567)), "1 234 567");
  assertEquals(formatCount(999), "999");
  assertEquals(plain(formatCount(-12_345.5)), "−12 345.5");
});

Deno.test("formatShort() is exact below ten thousand and never shows a thousand thousands", () => {
  assertEquals(plain(formatShort(9_999)), "9 999");
  assertEquals(plain(formatShort(12_400)), "12.4 k");
  assertEquals(plain(formatShort(999_949)), "999.9 k");
  assertEquals(plain(formatShort(999_950)), "1 M");
  assertEquals(plain(formatShort(2_500_000_000)), "2.5 G");
});

Deno.test("formatMoney() shows as many places as the amount needs", () => {
  assertEquals(formatMoney(0), "$0");
  assertEquals(formatMoney(30), "$0.000030");
  assertEquals(formatMoney(12_100), "$0.0121");
  assertEquals(formatMoney(50_000), "$0.0500");
  assertEquals(formatMoney(50_000, { short: true }), "$0.05");
  assertEquals(formatMoney(1_840_000), "$1.84");
  assertEquals(plain(formatMoney(1_234_500_000)), "$1 234.50");
  assertEquals(formatMoney(3_000_000, { short: true }), "$3");
  assertEquals(formatMoney(-12_100), "−$0.0121");
});

Deno.test("formatMoney() of a cost that is not zero never reads as zero", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (micros) => {
    assertEquals(/[1-9]/.test(formatMoney(micros)), true);
    assertEquals(/[1-9]/.test(formatMoney(micros, { short: true })), true);
  }));
});

Deno.test("formatDuration() picks the two units that matter", () => {
  assertEquals(plain(formatDuration(2)), "2 ms");
  assertEquals(plain(formatDuration(1_240)), "1.2 s");
  assertEquals(plain(formatDuration(21_000)), "21 s");
  assertEquals(plain(formatDuration(112_000)), "1 min 52 s");
  assertEquals(plain(formatDuration(60_000)), "1 min");
  assertEquals(plain(formatDuration(6_720_000)), "1 h 52 min");
  assertEquals(plain(formatDuration(273_600_000)), "3 d 4 h");
});

Deno.test("formatDuration() rounds into the next unit, not to 60 of one", () => {
  assertEquals(plain(formatDuration(999.6)), "1.0 s");
  assertEquals(plain(formatDuration(9_960)), "10 s");
  assertEquals(plain(formatDuration(59_700)), "1 min");
  assertEquals(plain(formatDuration(3_599_800)), "1 h");
});

Deno.test("formatRelative() counts both ways and ends in a date", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  assertEquals(formatRelative(now - 2_000, now), "now");
  assertEquals(plain(formatRelative(now - 12_000, now)), "12 s ago");
  assertEquals(plain(formatRelative(now + 9 * 60_000, now)), "in 9 min");
  assertEquals(plain(formatRelative(now - 3 * 3_600_000, now)), "3 h ago");
  assertEquals(plain(formatRelative(now - 2 * 86_400_000, now)), "2 d ago");
  assertEquals(formatRelative(now - 30 * 86_400_000, now), "2026-10-22");
});

Deno.test("formatPercent() keeps a decimal where it decides", () => {
  assertEquals(plain(formatPercent(0.62)), "62 %");
  assertEquals(plain(formatPercent(0.002)), "0.2 %");
  assertEquals(plain(formatPercent(0.9951)), "99.5 %");
  assertEquals(plain(formatPercent(1)), "100 %");
});

Deno.test("formatBytes() steps by 1024", () => {
  assertEquals(plain(formatBytes(512)), "512 B");
  assertEquals(plain(formatBytes(1_434)), "1.4 KiB");
  assertEquals(plain(formatBytes(65_536)), "64 KiB");
  assertEquals(plain(formatBytes(3 * 1024 ** 3)), "3 GiB");
});
