/**
 * Which addresses a provider may be given through the API. Whoever may do that is an admin, and an admin's base URL
 * may be private; but only where it says so (`allowPrivate`), and never where machines keep their secrets
 * (link-local, cloud metadata). Without it every request goes through the guard, which checks the resolved address.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { isAddress, isPublicAddress } from "../../kernel/platform/address.ts";
import { isLoopbackHost } from "../../kernel/platform/config.ts";

const METADATA = /^(?:metadata(?:\.google)?\.internal|metadata(?:\.goog)?|instance-data)\.?$/i;

/** Throws `invalid_input` naming the field. */
export function checkAddress(baseUrl: string, allowPrivate: boolean): void {
  const { hostname } = new URL(baseUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (METADATA.test(host) || isLinkLocal(host)) {
    throw refused(baseUrl, "is where a machine keeps its credentials; no model is served there");
  }
  const closed = isLoopbackHost(host) || (isAddress(host) && !isPublicAddress(host));
  if (closed && !allowPrivate) {
    throw refused(baseUrl, "is not a public address; say allowPrivate: true if that is meant");
  }
}

function isLinkLocal(host: string): boolean {
  return /^169\.254\./.test(host) || /^fe[89ab][0-9a-f]:/i.test(host) ||
    // The same by way of IPv6: mapped, translated (NAT64), 6to4; then clouds that chose otherwise.
    /^(?:::ffff:|64:ff9b::)(?:169\.254\.|a9fe:)|^2002:a9fe:/i.test(host) ||
    /^fd00:ec2::/i.test(host) || /^(?:100\.100\.100\.200|192\.0\.0\.192)$/.test(host);
}

function refused(baseUrl: string, why: string): AppError {
  return new AppError("invalid_input", {
    detail: `The base URL "${baseUrl}" ${why}`,
    fields: [{ path: "baseUrl", message: why }],
  });
}
