/** Lint rules of this project: what a linter can see of ARCHITECTURE.md. Each message says what to do instead. */

type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;

const FUNCTION_LINES_MAX = 70;
const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** Path below the project, with forward slashes. */
function pathOf(context: Context): string {
  const name = context.filename.replaceAll("\\", "/");
  return name.startsWith(ROOT) ? name.slice(ROOT.length) : name.replace(/^\.?\//, "");
}

const isTest = (path: string) => path.startsWith("tests/") || /_test\.tsx?$/.test(path);
const isScript = (path: string) => path.startsWith("scripts/");
const isBrowser = (path: string) => /^(?:islands|lib\/ui|lib\/client)\//.test(path);

/** `Deno.env` of `Deno.env.get`, or undefined for anything computed. */
function memberName(node: Deno.lint.MemberExpression): string | undefined {
  if (node.object.type !== "Identifier" || node.property.type !== "Identifier" || node.computed) {
    return undefined;
  }
  return `${node.object.name}.${node.property.name}`;
}

/** A rule about members such as `Date.now`, with the places where they are at home. */
function memberRule(
  names: readonly string[],
  allowed: (path: string) => boolean,
  message: (name: string) => string,
): Deno.lint.Rule {
  return {
    create(context): Visitor {
      if (allowed(pathOf(context))) return {};
      return {
        MemberExpression(node) {
          const name = memberName(node);
          if (name && names.includes(name)) context.report({ node, message: message(name) });
        },
      };
    },
  };
}

const TIME_HOMES = /^lib\/(?:kernel\/(?:core|platform)|std)\//;
const timeAllowed = (path: string) =>
  TIME_HOMES.test(path) || isTest(path) || isScript(path) || isBrowser(path);

const timeThroughClock: Deno.lint.Rule = {
  create(context): Visitor {
    if (timeAllowed(pathOf(context))) return {};
    const say = (what: string) =>
      `${what} is hidden time: use ctx.clock, so that tests can move it`;
    return {
      MemberExpression(node) {
        const name = memberName(node);
        if (name === "Date.now" || name === "performance.now") {
          context.report({ node, message: say(name) });
        }
      },
      NewExpression(node) {
        if (
          node.callee.type === "Identifier" && node.callee.name === "Date" &&
          node.arguments.length === 0
        ) {
          context.report({ node, message: say("new Date()") });
        }
      },
      CallExpression(node) {
        if (node.callee.type !== "Identifier") return;
        if (["setTimeout", "setInterval"].includes(node.callee.name)) {
          context.report({ node, message: say(node.callee.name) });
        }
      },
    };
  },
};

const noSleepInTests: Deno.lint.Rule = {
  create(context): Visitor {
    if (!/_test\.tsx?$/.test(pathOf(context))) return {};
    return {
      'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]'(
        node: Deno.lint.CallExpression,
      ) {
        const [callback, ms] = node.arguments;
        const resolvesOnly = callback?.type === "Identifier";
        const yieldsOnly = ms?.type === "Literal" && ms.value === 0;
        if (!resolvesOnly || yieldsOnly) return;
        context.report({
          node,
          message:
            "A sleep makes a test slow and flaky: wait for the event, or move the clock by hand",
        });
      },
    };
  },
};

const functionSize: Deno.lint.Rule = {
  create(context): Visitor {
    const check = (node: { range: [number, number] }) => {
      const text = context.sourceCode.text.slice(...node.range);
      const lines = text.split("\n").length;
      if (lines > FUNCTION_LINES_MAX) {
        context.report({
          range: [node.range[0], node.range[0] + text.indexOf("\n")],
          message:
            `This function has ${lines} lines, at most ${FUNCTION_LINES_MAX}: give a part of it a name`,
        });
      }
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

const namedExports: Deno.lint.Rule = {
  create(context): Visitor {
    if (pathOf(context) === "scripts/lint_plugin.ts") return {};
    return {
      ExportDefaultDeclaration(node) {
        context.report({
          node,
          message: "Export by name, so that it is called the same everywhere",
        });
      },
    };
  },
};

const atomicInKernelOnly: Deno.lint.Rule = {
  create(context): Visitor {
    const path = pathOf(context);
    if (path.startsWith("lib/kernel/kv/") || isTest(path)) return {};
    return {
      'CallExpression > MemberExpression[property.name="atomic"]'(
        node: Deno.lint.MemberExpression,
      ) {
        context.report({
          node,
          message:
            "Write through transact(ctx, workspaceId, (tx) => …): the committer groups and checks",
        });
      },
    };
  },
};

const finishedWork: Deno.lint.Rule = {
  create(context): Visitor {
    return {
      Program(node) {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment.value)) continue;
          context.report({
            range: comment.range,
            message: "Do it or open an issue; code says what is",
          });
        }
        void node;
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "muster",
  rules: {
    "time-through-clock": timeThroughClock,
    "randomness-through-ids": memberRule(
      ["Math.random", "crypto.randomUUID", "crypto.getRandomValues"],
      (path) => TIME_HOMES.test(path) || isTest(path) || isScript(path) || isBrowser(path),
      (name) =>
        `${name} cannot be repeated: use ctx.ids, or randomBytes of platform/crypto.ts for secrets`,
    ),
    "one-environment": memberRule(
      ["Deno.env"],
      (path) => path === "lib/kernel/platform/env.ts" || isTest(path),
      () => "The environment is read once, in platform/env.ts: take the value from ctx.config",
    ),
    "one-store": memberRule(
      ["Deno.openKv"],
      (path) => path === "lib/kernel/kv/open.ts" || isTest(path),
      () => "The store is opened once, in kernel/kv/open.ts: use ctx.kv",
    ),
    "log-through-logger": memberRule(
      ["console.log", "console.info", "console.warn", "console.error", "console.debug"],
      (path) => path === "lib/kernel/platform/log.ts" || isScript(path) || isTest(path),
      () => "Log through ctx.log: it is structured and leaves secrets out",
    ),
    "atomic-in-kernel-only": atomicInKernelOnly,
    "no-sleep-in-tests": noSleepInTests,
    "function-size": functionSize,
    "named-exports": namedExports,
    "finished-work": finishedWork,
  },
};

export default plugin;
