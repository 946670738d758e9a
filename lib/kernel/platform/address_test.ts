import { assertEquals } from "@std/assert";
import { isAddress, isPublicAddress } from "./address.ts";

const TABLE: readonly [string, boolean][] = [
  ["8.8.8.8", true],
  ["1.1.1.1", true],
  ["172.15.255.255", true],
  ["172.16.0.0", false],
  ["172.31.255.255", false],
  ["172.32.0.0", true],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["100.63.255.255", true],
  ["100.64.0.1", false],
  ["100.127.255.255", false],
  ["100.128.0.0", true],
  ["127.0.0.1", false],
  ["127.255.255.254", false],
  ["169.254.169.254", false],
  ["192.0.0.8", false],
  ["192.0.2.1", false],
  ["192.88.99.1", false],
  ["192.168.1.1", false],
  ["198.17.255.255", true],
  ["198.18.0.1", false],
  ["198.19.255.255", false],
  ["198.51.100.7", false],
  ["203.0.113.9", false],
  ["223.255.255.255", true],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::8.8.8.8", false],
  ["::ffff:8.8.8.8", true],
  ["::ffff:127.0.0.1", false],
  ["::ffff:7f00:1", false],
  ["::ffff:10.0.0.1", false],
  ["0:0:0:0:0:ffff:a9fe:a9fe", false],
  ["64:ff9b::8.8.8.8", true],
  ["64:ff9b::7f00:1", false],
  ["64:ff9b:1::1", false],
  ["100::1", false],
  ["2001::1", false],
  ["2001:db8::1", false],
  ["2001:4860:4860::8888", true],
  ["2002:7f00:1::", false],
  ["2002:808:808::", true],
  ["2606:4700:4700::1111", true],
  ["3fff::1", false],
  ["fc00::1", false],
  ["fd12:3456::1", false],
  ["fe80::1", false],
  ["fec0::1", false],
  ["ff02::1", false],
  ["not an address", false],
  ["1.2.3", false],
  ["1.2.3.256", false],
  ["2606:4700:4700:::1111", false],
  ["fe80::1%eth0", false],
];

for (const [address, expected] of TABLE) {
  Deno.test(`isPublicAddress() ${expected ? "accepts" : "refuses"} ${address}`, () => {
    assertEquals(isPublicAddress(address), expected);
  });
}

Deno.test("isAddress() tells addresses from names", () => {
  const found = ["1.2.3.4", "::1", "::ffff:1.2.3.4", "example.com", "1.2.3.4.5", ""].map(isAddress);
  assertEquals(found, [true, true, true, false, false, false]);
});
