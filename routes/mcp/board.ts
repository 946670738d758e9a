import type { App } from "../../lib/app.ts";
export function readBoard(_app: App, _ws: string) {
  return {};
}
