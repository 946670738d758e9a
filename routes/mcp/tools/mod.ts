/** Every tool, in the order clients list them. */
import type { Tool } from "../tool.ts";
import { approve, orchestrate, runStatusTool } from "./runs.ts";
import { workflow } from "./workflows.ts";

export const TOOLS: readonly Tool[] = [
  workflow,
  orchestrate,
  runStatusTool,
  approve,
];
