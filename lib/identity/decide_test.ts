import { assertEquals } from "@std/assert";
import { decideCsrf, decideOpenAccess, type RequestFacts } from "./decide.ts";

const LOCAL: RequestFacts = {
  method: "POST",
  host: "127.0.0.1:8000",
  origin: undefined,
  fetchSite: undefined,
  forwarded: false,
};

const OPEN: readonly [string, Partial<RequestFacts>, "allow" | "deny"][] = [
  ["an address on loopback", {}, "allow"],
  ["localhost", { host: "localhost:8000" }, "allow"],
  ["IPv6 loopback", { host: "[::1]:8000" }, "allow"],
  ["a name without a port", { host: "localhost" }, "allow"],
  ["no host", { host: undefined }, "deny"],
  ["a rebound name", { host: "evil.example:8000" }, "deny"],
  ["a name that begins like loopback", { host: "127.0.0.1.evil.example" }, "deny"],
  ["a local origin", { origin: "http://localhost:5173" }, "allow"],
  ["a foreign origin", { origin: "https://evil.example" }, "deny"],
  ["an opaque origin", { origin: "null" }, "deny"],
  ["a file origin", { origin: "file://localhost" }, "deny"],
  ["a proxy", { forwarded: true }, "deny"],
];

for (const [what, change, expected] of OPEN) {
  Deno.test(`decideOpenAccess() ${expected === "allow" ? "allows" : "denies"} ${what}`, () => {
    assertEquals(decideOpenAccess({ ...LOCAL, ...change }).kind, expected);
  });
}

const OWN = ["https://muster.example"];
const CSRF: readonly [string, Partial<RequestFacts>, "allow" | "deny"][] = [
  ["a read from anywhere", { method: "GET", origin: "https://evil.example" }, "allow"],
  ["a write from our page", { origin: OWN[0] }, "allow"],
  ["a write from another site", { origin: "https://evil.example" }, "deny"],
  ["a write from a sibling", { origin: "https://x.muster.example" }, "deny"],
  ["a write the browser calls ours", { fetchSite: "same-origin" }, "allow"],
  ["a write the browser calls a sibling's", { fetchSite: "same-site" }, "deny"],
  ["a write that says nothing", {}, "deny"],
];

for (const [what, change, expected] of CSRF) {
  Deno.test(`decideCsrf() ${expected === "allow" ? "allows" : "denies"} ${what}`, () => {
    assertEquals(decideCsrf({ ...LOCAL, ...change }, OWN).kind, expected);
  });
}
