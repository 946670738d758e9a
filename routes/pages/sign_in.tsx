/** Signing a browser in with the admin key, and out again. */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import { Button } from "../../lib/ui/button.tsx";
import { Field, Input } from "../../lib/ui/field.tsx";
import { endSession, isAdminKey, requireOwnOrigin, startSession } from "../_http/access.ts";
import type { Env } from "../_http/env.ts";
import { renderPage } from "./_layout.tsx";

export function signInPage(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/sign-in", (c) => {
    const next = localPath(c.req.query("next"));
    if (c.get("caller")) return c.redirect(next, 303);
    return form(next);
  });
  router.post("/sign-in", async (c) => {
    requireOwnOrigin(app, c);
    const body = await c.req.parseBody();
    const next = localPath(body.next);
    if (app.ctx.config.access === "open") return c.redirect(next, 303);
    const key = typeof body.key === "string" ? body.key.trim() : "";
    if (!await isAdminKey(app, c, key)) return form(next, "This is not the admin key");
    await startSession(app, c);
    return c.redirect(next, 303);
  });
  router.post("/sign-out", (c) => {
    endSession(c);
    return c.redirect("/sign-in", 303);
  });
  return router;
}

/** A path on this server; anything that could lead elsewhere becomes the front page. */
export function localPath(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes("\\")
    ? next
    : "/";
}

function form(next: string, error?: string): Response {
  return renderPage({
    title: "Sign in",
    description: "Sign in to Muster with the admin key",
    status: error ? 401 : 200,
    body: (
      <main id="main" class="message-page" tabIndex={-1}>
        <h1 class="message-title">Sign in</h1>
        <form method="post" action="/sign-in" class="sign-in">
          <input type="hidden" name="next" value={next} />
          <Field label="Admin key" error={error}>
            {(field) => (
              <Input
                {...field}
                type="password"
                name="key"
                autocomplete="current-password"
                required
                autofocus
              />
            )}
          </Field>
          <Button type="submit" variant="primary">Sign in</Button>
        </form>
        <p class="message-text">
          It is the value of <code>MUSTER_ADMIN_KEY</code> the server was started with.
        </p>
      </main>
    ),
  });
}
