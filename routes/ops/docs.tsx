/** `/docs`: the OpenAPI document as a page, rendered on the server. */
import { Hono } from "hono";
import type { ComponentChildren, JSX } from "preact";
import { ERRORS } from "../../lib/kernel/core/errors.ts";
import type { Env } from "../_http/env.ts";
import { PageBar, renderPage } from "../pages/_layout.tsx";
import type { ApiDocument, Content, Operation, Parameter } from "./openapi.ts";
import { schemaText } from "./schema_text.ts";

export function docsRoutes(document: () => ApiDocument): Hono<Env> {
  return new Hono<Env>().get("/docs", () => docsPage(document()));
}

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function docsPage(document: ApiDocument): Response {
  const sections = byTag(document);
  return renderPage({
    title: "API",
    description: "Every operation of this server, from its OpenAPI document",
    path: "/docs",
    body: (
      <>
        <PageBar
          title="API"
          actions={<a class="btn" data-variant="default" href="/openapi.json">openapi.json</a>}
        />
        <main id="main" class="docs" tabIndex={-1}>
          <p class="docs-lead">{withCode(document.info.description)}</p>
          <nav class="docs-contents" aria-label="Contents">
            {[...sections.keys(), "shapes", "errors"].map((name) => (
              <a key={name} href={`#${name}`}>{titleOf(name)}</a>
            ))}
          </nav>
          {[...sections].map(([tag, entries]) => <Section key={tag} tag={tag} entries={entries} />)}
          <Shapes document={document} />
          <Errors />
        </main>
      </>
    ),
  });
}

function byTag(document: ApiDocument): Map<string, Entry[]> {
  const sections = new Map<string, Entry[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = operation.tags?.[0] ?? "other";
      sections.set(tag, [...sections.get(tag) ?? [], { method, path, operation }]);
    }
  }
  return sections;
}

/** Text with `code` in it. */
function withCode(text: string): ComponentChildren[] {
  return text.split("`").map((part, i) => i % 2 === 1 ? <code key={i}>{part}</code> : part);
}

/** A shape as text, the names in it leading to their own. */
function ShapeText({ text }: { text: string }): JSX.Element {
  const parts = text.split(/\b([A-Z][A-Za-z]+)\b/);
  return (
    <pre tabIndex={0}>
      <code>{parts.map((part, i) => i % 2 === 1 ? <a key={i} href={`#shape-${part}`}>{part}</a> : part)}</code>
    </pre>
  );
}

const titleOf = (name: string) => name[0]!.toUpperCase() + name.slice(1);

function Section({ tag, entries }: { tag: string; entries: readonly Entry[] }): JSX.Element {
  return (
    <section class="docs-section" aria-labelledby={tag}>
      <h2 id={tag}>{titleOf(tag)}</h2>
      {entries.map((entry) => <OperationEntry key={entry.method + entry.path} {...entry} />)}
    </section>
  );
}

function OperationEntry({ method, path, operation }: Entry): JSX.Element {
  const parameters = (operation.parameters ?? []).filter((p) => p.name !== undefined);
  const body = shapeOf(operation.requestBody?.content);
  return (
    <details class="docs-operation" id={operation.operationId}>
      <summary>
        <code class="docs-method" data-method={method}>{method.toUpperCase()}</code>
        <code class="docs-path">{path}</code>
        <span class="docs-summary">{operation.summary}</span>
      </summary>
      {operation.description && <p>{operation.description}</p>}
      {parameters.length > 0 && <Parameters parameters={parameters} />}
      {body && (
        <>
          <h3>Body</h3>
          <ShapeText text={body} />
        </>
      )}
      <h3>Answers</h3>
      <dl class="docs-answers">
        {Object.entries(operation.responses).filter(([status]) => status !== "default").map((
          [status, response],
        ) => (
          <div key={status}>
            <dt>
              <code>{status}</code>
            </dt>
            <dd>
              {response.description}
              {status.startsWith("2") && shapeOf(response.content) && (
                <ShapeText text={shapeOf(response.content)!} />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Parameters({ parameters }: { parameters: readonly Parameter[] }): JSX.Element {
  return (
    <>
      <h3>Parameters</h3>
      <dl class="docs-answers">
        {parameters.map((parameter) => (
          <div key={parameter.in + parameter.name}>
            <dt>
              <code>{parameter.name}</code>
            </dt>
            <dd>
              {parameter.in}
              {parameter.required ? ", required" : ""}: <code>{schemaText(parameter.schema)}</code>
              {parameter.description && ` – ${parameter.description}`}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Shapes({ document }: { document: ApiDocument }): JSX.Element {
  return (
    <section class="docs-section" aria-labelledby="shapes">
      <h2 id="shapes">Shapes</h2>
      {Object.entries(document.components.schemas).map(([name, schema]) => (
        <details class="docs-operation" id={`shape-${name}`} key={name}>
          <summary>
            <code class="docs-path">{name}</code>
          </summary>
          <ShapeText text={schemaText(schema)} />
        </details>
      ))}
    </section>
  );
}

function Errors(): JSX.Element {
  return (
    <section class="docs-section" aria-labelledby="errors">
      <h2 id="errors">Errors</h2>
      <p>
        A problem's <code>code</code> is one of these; <code>detail</code> says what to do; quote
        {" "}
        <code>requestId</code> when you ask for help.
      </p>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
            <th scope="col">Worth repeating</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(ERRORS).map(([code, row]) => (
            <tr key={code} id={code}>
              <td>
                <code>{code}</code>
              </td>
              <td>{row.status}</td>
              <td>{row.title}</td>
              <td>{row.retryable ? "yes" : "no"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function shapeOf(content: Content | undefined): string | undefined {
  const media = content && Object.entries(content)[0];
  if (!media) return undefined;
  const [type, { schema }] = media;
  return type.endsWith("json") ? schemaText(schema) : `${type}: ${schemaText(schema)}`;
}
